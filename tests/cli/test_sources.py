"""``rules-engine sources``: probe writes a draft, check finds everything, and the draft is used."""

from __future__ import annotations

import openpyxl
import pytest
import yaml

LEDGER = [
    ["件号", "所属村", "信访形式", "初访", "登记时间", "办结时间", "人数(人)", "办理情况", "备考"],
    ["X1", "甲村", "群众来信", "√", "2025.03.05", "2025.03.15", 1, "已化解", "x"],
    ["X2", "乙村", "走访", "×", "2025/3/6", None, 2, "在办", None],
    ["X3", "丙社区", "网络", "√", 45721, None, "三", "未知", None],
]
VILLAGES = [
    ["平川镇村情况"], ["代码", "村名称", "类型"],
    ["V1", "甲村", "行政村"], ["V2", "乙村", "村"], ["V3", "丙社区", "居委会"], ["合计", 3],
]  # fmt: skip


@pytest.fixture
def ledger(tmp_path):
    """Write a workbook as an office keeps it."""

    def write(sheets, name="台账.xlsx"):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def office(ledger):
    february = [LEDGER[0], *([f"Y{row[0]}", *row[1:]] for row in LEDGER[1:])]
    return ledger(
        {"村社区": VILLAGES, "1月": LEDGER, "2月": february, "汇总": [["月", "件"], [1, 3]]}
    )


def test_a_draft_is_guessed_from_labels_and_values(cli, office, tmp_path):
    done = cli("sources", "probe", office, "--out", tmp_path / "source.yaml")
    assert done.code == 0, done.err
    text = (tmp_path / "source.yaml").read_text(encoding="utf-8")
    draft = yaml.safe_load(text)
    assert draft["source"] == "台账.xlsx"
    villages, cases = draft["tables"]["villages"], draft["tables"]["cases"]
    assert villages["from"] == "村社区"
    assert villages["columns"] == {
        "village_id": "代码", "name": "村名称",
        "kind": {"from": "类型", "values": {"行政村": "村", "居委会": "社区"}},
    }  # fmt: skip
    assert cases["from"] == ["1月", "2月"]
    assert cases["columns"] == {
        "case_id": "件号",
        "village_id": {"from": "所属村", "values": {"甲村": "V1", "乙村": "V2", "丙社区": "V3"}},
        "channel": {
            "from": "信访形式", "values": {"群众来信": "来信", "走访": "来访", "网络": "网上"},
        },
        "first_time": "初访",
        "received_on": "登记时间",
        "closed_on": "办结时间",
        "people": "人数(人)",
        "outcome": {"from": "办理情况", "values": {"已化解": "化解"}},
    }  # fmt: skip
    assert "# 未知:  not known; one of 化解" in text
    assert "# not used: 备考" in text
    assert "# not recognised: “汇总”: 月, 件" in text
    assert "33 of 100 values cannot be read" in text


def test_the_draft_can_be_checked_and_then_assessed(cli, office, tmp_path):
    cli("sources", "probe", office, "--out", tmp_path / "source.yaml")
    checked = cli("sources", "check", tmp_path / "source.yaml", "--format", "json")
    assert checked.code == 1
    wrong = [f for f in checked.json["findings"] if f["severity"] == "error"]
    assert [(f["table"], f["row"], f["field"], f["code"]) for f in wrong] == [
        ("1月", 4, "人数(人)", "not-a-number"),
        ("1月", 4, "办理情况", "not-in-values"),
        ("2月", 4, "人数(人)", "not-a-number"),
        ("2月", 4, "办理情况", "not-in-values"),
    ]
    assert checked.json["rows"] == {"villages": 3, "cases": 6}


def test_the_wrong_rows_are_written_as_they_were_delivered(cli, office, tmp_path):
    cli("sources", "probe", office, "--out", tmp_path / "source.yaml")
    done = cli("sources", "check", tmp_path / "source.yaml", "--out", tmp_path / "back.xlsx")
    assert "2 tables with 9 rows, of which 2 are wrong" in done.err
    book = openpyxl.load_workbook(tmp_path / "back.xlsx")
    assert book.sheetnames == ["1月", "2月"]
    heading, row = book["2月"].iter_rows()
    assert [cell.value for cell in heading] == ["row", "what is wrong", *LEDGER[0]]
    expected = ["YX3", "丙社区", "网络", "√", "45721", None, "三", "未知", None]
    assert [cell.value for cell in row][2:] == expected
    assert row[0].value == 4
    assert row[1].value.startswith("人数(人) is not a whole number; 办理情况 is none of")
    marked = [cell.value for cell in row if cell.fill.fgColor.rgb == "FFFFC7CE"]
    assert marked == ["三", "未知"]


def test_everything_is_told_although_a_table_cannot_be_used(cli, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "村.csv").write_text("村编号,村名\nV1,甲村\n,乙村\n", encoding="utf-8")
    (data / "信访事项.csv").write_text(
        "信访件编号,村编号,受理登记日期\nC1,V1,soon\nC2,V9,2025-03-05\n", encoding="utf-8"
    )
    done = cli("sources", "check", data, "--format", "json")
    told = [(f["code"], f.get("row")) for f in done.json["findings"]]
    assert told == [
        ("missing-column", None), ("missing-value", 3), ("not-a-date", 2), ("orphan-reference", 3),
    ]  # fmt: skip


def test_a_ruleset_says_which_tables_are_needed(cli, tmp_path):
    assert cli("sources", "check", cli.data, "--ruleset", cli.ruleset).code == 0
    (cli.data / "cases.csv").unlink(missing_ok=True)
    gone = [f for f in cli.data.iterdir() if f.stem in ("信访事项", "cases")]
    for file in gone:
        file.unlink()
    done = cli("sources", "check", cli.data, "--ruleset", cli.ruleset, "--format", "json")
    assert done.codes[0] == "missing-table"


def test_who_a_petitioner_is_stays_out_of_draft_and_workbook(cli, ledger, tmp_path):
    ledger_rows = [[*LEDGER[0], "信访人姓名", "联系电话"]]
    ledger_rows += [[*row, "张某", "13812345678"] for row in LEDGER[1:]]
    path = ledger({"村社区": VILLAGES, "台账": ledger_rows})
    done = cli("sources", "probe", path, "--out", tmp_path / "source.yaml")
    text = (tmp_path / "source.yaml").read_text(encoding="utf-8")
    assert "refused until they are out of it: 信访人姓名, 联系电话" in text
    checked = cli("sources", "check", tmp_path / "source.yaml", "--out", tmp_path / "back.xlsx")
    assert checked.code == 1
    assert "personal-column" in checked.err
    assert not (tmp_path / "back.xlsx").exists()
    for said in (text, done.err, checked.err):
        assert "张某" not in said
        assert "13812345678" not in said


def test_a_draft_goes_to_the_screen_and_as_json(cli, office):
    assert cli("sources", "probe", office).out.startswith("# A draft")
    found = cli("sources", "probe", office, "--format", "json").json
    assert [t["table"] for t in found["tables"]] == ["villages", "cases"]
    assert found["unrecognised"] == ["汇总"]


def test_a_password_in_an_address_is_refused_and_not_shown(cli):
    for verb in ("probe", "check"):
        done = cli("sources", verb, "sql:postgresql://reader:hunter2@db.example/x")
        assert done.code == 2
        assert "literal-secret" in done.err
        assert "hunter2" not in done.err
    done = cli("assess", cli.ruleset, "--data", "sql:postgresql://reader:hunter2@db.example/x")
    assert done.code == 2
    assert "hunter2" not in done.err


def test_a_source_that_nobody_reads_is_told(cli):
    assert "no-source" in cli("sources", "probe", "nowhere").err
    assert "no-source" in cli("sources", "check", "nowhere").err
