"""What is paid is told wherever a result is told, with how it comes about."""

from __future__ import annotations

import csv
import json

import openpyxl
import pyarrow.parquet as pq
import pytest

from rules_engine.scenarios.example import lay_ruleset

RULES = """\
ruleset: paid
title: 考核
edition: "1"
effective: {{from: 2020-01-01}}
language: {language}
period: {{from: 2025-01-01, to: 2025-12-31}}
scale: 100
assumed: {{scale: 例, base: 例, rounding: 例}}
tables: {{villages: {{}}, cadres: {{}}, assignments: {{}}, reports: {{}}}}
indicators:
  late: {{label: 迟报, from: reports, where: submitted_at > due_at}}
sections:
  all:
    label: 报告
    clause: P-1
    assumed: 例
    criteria:
      reports: {{label: 按时报告, points: 100, method: per item, deduct: [{{of: late, each: 3}}]}}
grades:
  good: {{label: 好, from: 80, clause: P-1, assumed: 例}}
  poor: {{label: 差, from: 0, clause: P-1}}
responsibility:
  clause: P-1
  assumed: 例
  roles: {{书记: {{share: 100%}}}}
pay:
  prize:
    label: 村奖
    subject: village
    clause: P-1
    assumed: 例
    bands: [{{from: 90, amount: 100, each: 8, over: 90}}, {{to: 90, amount: -50}}]
  wage:
    label: 绩效
    clause: P-1
    assumed: 例
    bands: [{{to: 98, amount: 500, each: 5, over: 98}}, {{from: 98, amount: 500}}]
"""
RECORDS = {
    "villages": "village_id,name,kind,township,county\nV1,东村,村,,\nV2,西村,村,,\n",
    "cadres": "cadre_id,name,post,village_id\nC1,甲,书记,V1\nC2,乙,书记,V2\n",
    "assignments": "assignment_id,cadre_id,village_id,role,from_on,to_on\n"
    "A1,C1,V1,书记,,\nA2,C2,V2,书记,,\n",
    "reports": "report_id,village_id,kind,period,due_at,submitted_at\n"
    + "R1,V1,月,1,2025-02-01 12:00,2025-02-03 12:00\n"
    + "".join(f"S{n},V2,月,1,2025-02-01 12:00,2025-02-03 12:00\n" for n in range(4)),
}
SHORT = {"zh": ("村奖：156元", "绩效：495元"), "en": ("村奖: 156 元", "绩效: 495 元")}
HOW = {
    "zh": ("90分以上，100元，高于90分的7分每分加8元，加56元",
           "不满98分，500元，低于98分的1分每分减5元，减5元"),
    "en": ("90 points or more, 100 元, 7 points above 90 at 8 元 add 56 元",
           "less than 98 points, 500 元, 1 point below 98 at 5 元 take 5 元"),
}  # fmt: skip


@pytest.fixture(params=["zh", "en"])
def told(request, cli):
    """Return the language, the command line and the folder of reports."""
    folder = lay_ruleset(cli.folder / "paid", RULES.format(language=request.param))
    records, out = cli.folder / "records", cli.folder / "out"
    records.mkdir()
    for name, text in RECORDS.items():
        (records / f"{name}.csv").write_text(text, encoding="utf-8")
    asked = ["terminal", "markdown", "html", "csv", "parquet", "xlsx", "json"]
    reports = [word for name in asked for word in ("--report", name)]
    answer = cli("assess", folder, "--data", records, "--out", out, *reports)
    assert answer.code == 0, answer.err
    (out / "terminal.txt").write_text(answer.out, encoding="utf-8")
    return request.param, cli, out


def rows(file):
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def test_explain_tells_it(told):
    language, cli, _ = told
    for subject, short, how in zip(("V1", "C1"), SHORT[language], HOW[language], strict=True):
        text = cli("explain", "latest", subject).out
        assert (f"{short}（{how}）" if language == "zh" else f"{short} ({how})") in text
        document = cli("explain", "latest", subject, "--format", "json").json
        (payment,) = document["subject"]["payments"]
        assert payment["amount"] == {"V1": 156, "C1": 495}[subject]
        assert payment["how"] == how


def test_tables_have_it(told):
    language, _, out = told
    names = {"zh": ("报酬", "金额", "计算说明"), "en": ("pay", "amount", "how it comes about")}
    pay, amount, how = names[language]
    assert rows(out / "ranking.csv")[0][pay] == SHORT[language][0]
    assert rows(out / "cadres.csv")[0][pay] == SHORT[language][1]
    found = rows(out / "pay.csv")
    assert [r[amount] for r in found] == ["156", "-50", "495", "450"]
    assert [found[0][how], found[2][how]] == list(HOW[language])
    table = pq.read_table(out / "pay.parquet").to_pylist()
    assert [(r["kind"], r["id"], int(r["amount"])) for r in table] == [
        ("village", "V1", 156), ("village", "V2", -50), ("cadre", "C1", 495), ("cadre", "C2", 450),
    ]  # fmt: skip


def test_papers_and_pages_have_it(told):
    language, _, out = told
    for file in ("report.html", "terminal.txt", "circular.md"):
        text = (out / file).read_text(encoding="utf-8")
        assert SHORT[language][1] in text.replace("\u00a0", " "), file
    html = (out / "report.html").read_text(encoding="utf-8")
    assert html.count(SHORT[language][0]) >= 2  # in the ranking and with the village
    assert HOW[language][0] in html
    assert HOW[language][1] in html
    notice = next(out.rglob("*东村*.md")).read_text(encoding="utf-8")
    assert SHORT[language][0] in notice
    assert HOW[language][0] in notice
    book = openpyxl.load_workbook(out / "report.xlsx")
    cells = [str(c.value) for s in book for row in s.iter_rows() for c in row if c.value]
    for short, how in zip(SHORT[language], HOW[language], strict=True):
        assert any(short in cell and how in cell for cell in cells)


PARTS = """\
pay:
  prize:
    label: 村奖
    subject: village
    clause: P-1
    assumed: 例
    max: 3000
    parts:
      base: {label: 基础奖, amount: 100, per: month}
      place: {label: 名次奖, ranks: [{from: 1, amount: 2000.5}, {last: 1, amount: -10}]}
  wage:
    label: 绩效
    clause: P-1
    assumed: 例
    parts:
      duty: {label: 岗位, amount: 1000, roles: {书记: 1}, per: month}
      share: {label: 分成, share_of: prize, share: 33.3333%}
"""


@pytest.fixture
def lists(cli):
    """Return the folder of reports of a ruleset whose pay is a sum of parts."""
    text = RULES.format(language="zh")
    folder = lay_ruleset(cli.folder / "parts", text[: text.index("pay:\n")] + PARTS)
    records, out = cli.folder / "records", cli.folder / "out"
    records.mkdir()
    more = {"assignments": RECORDS["assignments"] + "A3,C1,V2,书记,2025-03-01,\n"}
    for name, table in (RECORDS | more).items():
        (records / f"{name}.csv").write_text(table, encoding="utf-8")
    reports = [word for name in ("csv", "xlsx", "json", "markdown") for word in ("--report", name)]
    answer = cli("assess", folder, "--data", records, "--out", out, *reports)
    assert answer.code == 0, answer.err
    return out


def test_the_pay_list_adds_up_to_the_last_fen(lists):
    # 东村 1200 + 2000.5, at most 3000; 西村 1200 − 10. A third of 3000 is 999.999, rounded 1000.00;
    # of 1190 it is 396.66627, rounded 396.67, in days: 乙 365, 甲 306 of 671
    villages, cadres = (rows(lists / f"pay_list_{n}.csv") for n in ("villages", "cadres"))
    assert [list(row.values())[4:] for row in villages] == [
        ["1200", "2000.5", "-200.5", "3000"],
        ["1200", "-10", "0", "1190"],
        ["2400", "1990.5", "-200.5", "4190"],
    ]
    assert list(villages[0])[4:] == [
        "基础奖（元）",
        "名次奖（元）",
        "村奖：上下限调整（元）",
        "村奖（元）",
    ]
    got = {row["名称"]: row["分成（元）"] for row in cadres}
    assert got == {"甲": "1180.9", "乙": "215.77", "合计": "1396.67"}
    assert [row["绩效（元）"] for row in cadres if row["名称"] == "合计"] == ["25396.67"]


def test_the_workbook_has_the_pay_list_to_be_signed(lists):
    book = openpyxl.load_workbook(lists / "report.xlsx")
    villages = list(book["奖金发放表"].iter_rows(values_only=True))
    assert villages[0][-1] == "签名"
    assert villages[-1][1] == "合计"
    for column in range(4, 8):
        assert sum(row[column] for row in villages[1:-1]) == villages[-1][column]
    cadres = list(book["干部工资表"].iter_rows(values_only=True))
    assert cadres[-1][4:-1] == (24000, 1396.67, 25396.67)
    overview = [[cell.value for cell in row][:3] for row in book["总览"].iter_rows()]
    assert ["村奖", 4190, "元"] in overview
    assert ["绩效", 25396.67, "元"] in overview


def test_each_part_is_told_with_its_clause(lists, cli):
    document = json.loads((lists / "report.json").read_text(encoding="utf-8"))
    first = next(s for s in document["subjects"] if s["id"] == "V1")["payments"][0]
    assert [(p["id"], p["amount"]) for p in first["parts"]] == [("base", 1200), ("place", 2000.5)]
    assert [c["id"] for c in first["parts"][0]["clauses"]] == ["P-1"]
    assert [(t["payment"], t["part"], t["amount"], t["open"]) for t in document["pay"]][-1] == (
        "wage", "", 25396.67, 0,
    )  # fmt: skip
    text = cli("explain", "latest", "C1").out
    assert "西村可分配396.67元，按系数和天数占45.6%，分得180.9元" in text
    notice = next(lists.rglob("*东村*.md")).read_text(encoding="utf-8")
    assert "名次奖：2000.5元（在2个考核对象中列第1名，2000.5元）" in notice
    assert "最高3000元" in notice


def test_what_nobody_gets_and_posts_without_a_factor_are_told(cli):
    text = RULES.format(language="zh")
    post = "      post: {label: 职级, posts: {主任: 5}}\n"
    parts = PARTS.replace("      duty:", f"{post}      duty:")
    folder = lay_ruleset(cli.folder / "parts", text[: text.index("pay:\n")] + parts)
    records = cli.folder / "records"
    records.mkdir()
    more = {"assignments": RECORDS["assignments"].replace("A2,C2,V2", "A2,C2,V1")}
    for name, table in (RECORDS | more).items():
        (records / f"{name}.csv").write_text(table, encoding="utf-8")
    told = cli("assess", folder, "--data", records, "--format", "json").json
    found = {f["code"]: f["message"] for f in told["findings"]}
    assert "“分成”在1个村" in found["unshared-pay"]
    assert "西村" in found["unshared-pay"]
    assert "职务“书记”，有2名干部" in found["post-without-factor"]
    wages = [c["payments"][0] for c in told["cadres"]]
    assert [w["amount"] for w in wages] == [None, None]
    assert [p["amount"] for p in wages[0]["parts"]] == [None, 12000, 500]
    assert [(t["part"], t["open"]) for t in told["pay"]][-4:] == [
        ("post", 2), ("duty", 0), ("share", 0), ("", 2),
    ]  # fmt: skip
