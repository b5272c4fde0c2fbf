"""Where a ruleset assesses 部门, no verb, report, paper or finding says 村."""

from __future__ import annotations

import re
import zipfile

import openpyxl
import pypdf
import pytest

from rules_engine.scenarios.example import lay_ruleset

RULES = """\
ruleset: bureaus
title: 部门年度考核
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 30
assumed: {scale: 例, base: 例, rounding: 例}
subjects: {group: kind}
ASSESSED
tables:
  villages:
    columns:
      staff: {label: 编制, type: integer}
  cadres: {}
  assignments: {}
  reports: {}
  visits: {}
  ratings: {}
parameters:
  goal: {label: 达标件数, value: 1, clause: T-1, assumed: 例}
indicators:
  late: {label: 迟报, from: reports, where: submitted_at > due_at}
  sent: {label: 报送率, from: reports, rate: {of: 上报时间 不为空}}
  visits: {label: 到市走访, from: visits, where: 层级 = '市'}
standards:
  none: {label: 没有迟报, when: late = 0}
  small: {label: 人少, when: 编制 不超过 5, clause: T-1, assumed: 例}
sections:
  all:
    label: 一、报告
    points: 20
    clause: T-1
    assumed: 例
    criteria:
      reports:
        label: 按时报告
        points: 10
        method: per item
        deduct: [{of: late, each: 2}]
        veto: late > 3
        put_right: {when: 上报时间 不为空, back: 50%}
      rank:
        label: 名次分
        points: 10
        method: rank
        by: sent
        best: most
        places: [10, 8]
        others: 5
  rating:
    label: 二、测评
    points: 10
    clause: T-1
    assumed: 例
    criteria:
      rated: {label: 测评, points: 10, method: rating, kinds: [{kind: 群众, weight: 100%}]}
  plus:
    label: 三、加分
    kind: bonus
    for: kind = 'KIND'
    clause: T-1
    assumed: 例
    criteria:
      early: {label: 人少, points: 2, method: checklist, items: [{met: small, points: 2}]}
grades:
  good: {label: 优秀, from: 25, quota: 50%, clause: T-1, assumed: 例}
  fair: {label: 合格, from: 10, clause: T-1, assumed: 例}
  poor: {label: 不合格, from: 0, clause: T-1}
consequences:
  hit: {label: 一票否决, kind: veto, effect: last, when: any_veto, clause: T-1}
  told: {label: 通报, kind: sanction, when: not none, roles: [局长], clause: T-1}
targets:
  every: {label: 都不迟报, share: none, at_least: 90%, clause: T-1, assumed: 例}
responsibility:
  clause: T-1
  assumed: 例
  roles: {局长: {share: 100%}}
pay:
  money: {label: 奖金, subject: village, clause: T-1, assumed: 例, bands: [{from: 20, amount: 100}]}
  own: {label: 绩效, clause: T-1, assumed: 例, bands: [{from: 0, each: 10}]}
appeals: {days: 10, clause: T-1, assumed: 例, adjust: {up_to: 2, clause: T-1}}
"""
RECORDS = {
    "villages": "HEAD编号,HEAD名称,乡镇,县区,类型,编制\n"
    "D1,民政局,,,KIND,3\nD2,水利局,,,KIND,9\nD3,司法局,,,KIND,\nD4,统计局,,,单位,2\n",
    "cadres": "cadre_id,name,post\nC1,甲,局长\nC2,乙,局长\n",
    "assignments": "分工编号,干部编号,HEAD编号,责任角色,起始日期,截止日期\n"
    "A1,C1,D1,局长,,\nA2,C2,D2,局长,,\nA3,C2,D2,局长,,\n",
    "reports": "报告编号,HEAD编号,报告种类,所属期,应报时间,上报时间\n"
    "R1,D1,月,1,2025-02-01 12:00,2025-02-03 12:00\nR2,D2,月,1,2025-02-01 12:00,\n"
    "R3,D9,月,1,2025-02-01 12:00,\nR4,D3,月,1,二月,2025-02-01\n"
    "R5,D4,月,1,2025-02-01,2025-01-31\n",
    "visits": "走访编号,HEAD编号,层级,走访日期\nV1,D2,市,2025-03-01\n",
    "ratings": "测评编号,HEAD编号,测评人类别,评分,测评日期\n"
    "P1,D1,群众,90,2025-06-01\nP2,D2,群众,80,2025-06-01\nP3,D4,群众,70,2025-06-01\n",
}
FEATURE = """\
# language: zh-CN
功能: 部门考核

  场景: 迟报
    假如 以下NOUN:
      | NOUN名称 | 类型 | 编制 |
      | 民政局   | KIND | 3    |
      | 水利局   | KIND | 9    |
    而且 以下干部:
      | 干部姓名 |
      | 甲       |
    而且 以下排查报告:
      | NOUN   | 应报时间         | 上报时间         |
      | 民政局 | 2025-02-01 12:00 | 2025-02-01 11:00 |
      | 水利局 | 2025-02-01 12:00 | 2025-02-03 11:00 |
    而且 以下测评:
      | NOUN   | 测评人类别 | 评分 | 测评日期   |
      | 民政局 | 群众       | 90   | 2025-06-01 |
      | 水利局 | 群众       | 100  | 2025-06-01 |
    当 进行考核
    那么 考核结果为:
      | NOUN   | 总分 | 名次 |
      | 民政局 | 31   | 1    |
      | 水利局 | 29   | 2    |
    而且 得分明细为:
      | NOUN   | 考核项   | 得分 |
      | 水利局 | 按时报告 | 9    |
    而且 NOUN"民政局"的总分为 31
    而且 NOUN"民政局"没有"通报"
"""
REPORTS = ("terminal", "markdown", "html", "csv", "xlsx", "json", "docx", "pdf")
OLD = re.compile("村")
NOUNS = [
    ("assessed: 部门", "部门", "部门"),
    ("assessed: [乡镇, 部门]", "单位", "部门"),
]


@pytest.fixture(params=NOUNS, ids=["one", "two"])
def town(cli, request):
    """Give a ruleset with records, the noun of its labels and one of its kinds."""
    said, noun, kind = request.param

    def named(text):
        for old, new in (("ASSESSED", said), ("HEAD", noun), ("KIND", kind), ("NOUN", noun)):
            text = text.replace(old, new)
        return text

    folder = lay_ruleset(cli.folder / "bureaus", named(RULES))
    (folder / "features").mkdir()
    word = kind if noun == "单位" else noun
    (folder / "features" / "one.feature").write_text(
        named(FEATURE.replace("以下NOUN", f"以下{noun}").replace("NOUN名称", f"{noun}名称")
              .replace("NOUN", word)), encoding="utf-8")  # fmt: skip
    records = cli.folder / "records"
    records.mkdir()
    for name, text in RECORDS.items():
        (records / f"{name}.csv").write_text(named(text), encoding="utf-8")
    return folder, records, noun


def said(cli, folder, records):
    """Yield every text that a user meets, with where it stands."""
    for verb in ("check", "describe", "coverage", "test", "mutate"):
        more = ["--sample", 5] if verb == "mutate" else []
        yield verb, cli(verb, folder, *more)
    yield "check --notes", cli("check", folder, "--notes")
    yield "plan", cli("plan", folder, "--data", records)
    yield "sources check", cli("sources", "check", records, "--ruleset", folder)
    yield "probe", cli("sources", "probe", records, "--ruleset", folder)
    yield "refused", cli("assess", folder, "--data", records)
    asked = [word for name in REPORTS for word in ("--report", name)]
    data = ["--data", records, "--accept-quarantine", "--out", cli.folder / "out"]
    yield "assess", cli("assess", folder, *data, *asked)
    yield "other", cli("assess", folder, *data[:3], "--set", "criteria.reports.deduct.0.each=3",
                       "--out", cli.folder / "other")  # fmt: skip
    runs = [record["id"] for record in cli("runs", "list", "--format", "json").json]
    yield "runs list", cli("runs", "list")
    yield "runs show", cli("runs", "show", "latest")
    yield "runs compare", cli("runs", "compare", *reversed(runs))
    yield "runs verify", cli("runs", "verify", "latest")
    yield "review", cli("runs", "review", runs[-1], "--reason", "已核")
    yield "publish", cli("runs", "publish", runs[-1], "--reason", "公布")
    yield "fragile", cli("fragile", "latest", "--all")
    yield "what-if", cli("what-if", folder, "--against", "latest",
                         "--html", cli.folder / "out" / "what-if.html",
                         "--xlsx", cli.folder / "out" / "what-if.xlsx")  # fmt: skip
    yield "export", cli("export", "xlsx", folder, "--out", cli.folder / "out" / "form.xlsx")
    yield (
        "appeal",
        cli("appeal", "open", runs[-1], "民政局", "reports", "--reason", "不符", "--by", "局"),
    )
    yield "decide", cli("appeal", "decide", 1, "--adjust", 1, "--reason", "已核")
    yield "appeal list", cli("appeal", "list")
    for subject in ("D1", "D2", "D3", "C1", "C2", "nobody"):
        yield f"explain {subject}", cli("explain", "latest", subject)
    yield "audit", cli("audit", "list")


def texts(file):
    """Return what a written file says to its reader."""
    if file.suffix == ".pdf":
        return "".join(page.extract_text() for page in pypdf.PdfReader(file).pages)
    if file.suffix == ".docx":
        with zipfile.ZipFile(file) as parts:
            return parts.read("word/document.xml").decode()
    if file.suffix == ".xlsx":
        book = openpyxl.load_workbook(file)
        cells = [str(c.value) for s in book for row in s.iter_rows() for c in row if c.value]
        return "\n".join([*book.sheetnames, *cells])
    return file.read_text(encoding="utf-8")


def test_nothing_says_village(cli, town):
    folder, records, noun = town
    read, codes = {}, {}
    for where, answer in said(cli, folder, records):
        read[where], codes[where] = answer.out + answer.err, answer.code
        if where == "assess" and noun == "单位":
            break  # the other verbs take long, and have the same nouns
    for file in (cli.folder / "out").rglob("*"):
        if file.is_file():
            read[str(file.relative_to(cli.folder))] = texts(file)
    wrong = {
        where: lines for where, text in read.items()
        if (lines := [line for line in text.splitlines() if OLD.search(line)])
    }  # fmt: skip
    assert wrong == {}
    refused = {where for where, code in codes.items() if code}
    assert refused <= {"sources check", "refused", "explain nobody", "mutate", "coverage"}, refused
    assert f"{noun}编号" in read["refused"]
    assert noun in read["describe"] + read["assess"]


def test_a_workbook_comes_back(cli, town):
    folder, _, _ = town
    form = cli.folder / "form.xlsx"
    assert cli("export", "xlsx", folder, "--out", form).code == 0
    answer = cli("import", "xlsx", form, "--out", folder, "--check")
    assert answer.code == 0, answer.out + answer.err


def test_standard_headings_are_read_all_the_same(cli, town):
    folder, records, noun = town
    for file in records.glob("*.csv"):
        text = file.read_text(encoding="utf-8").replace(f"{noun}名称", "村名")
        file.write_text(text.replace(f"{noun}编号", "村编号"), encoding="utf-8")
    (records / "villages.csv").rename(records / "村.csv")
    answer = cli("assess", folder, "--data", records, "--accept-quarantine", "--format", "json")
    assert answer.code == 0, answer.err
    assert {s["name"] for s in answer.json["subjects"]} >= {"民政局", "统计局"}
