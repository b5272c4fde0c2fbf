"""How delivered tables and columns are matched to what the ruleset reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.model.plugin import SourceTable


def broken(name):
    def batches():
        raise OSError("the disk is gone")

    return SourceTable(name, f"{name}.csv", batches=batches)


@pytest.mark.parametrize("name", ["信访事项", "cases", "CASES", " 信访事项 ", "ＣＡＳＥＳ"])
def test_a_table_goes_by_its_name_or_label(take, cases, name):
    taken = take([(name, cases()[1])])
    assert taken.dataset.tables["cases"].rows == 1


def test_a_missing_table_names_the_nearest_delivered_one(take, cases):
    refused = take([("信访事项2025", cases()[1])])
    assert refused.codes == ["missing-table", "ignored-table"]
    assert str(refused.findings[0].message) == (
        "the ruleset needs the table “信访事项”, which was not delivered"
    )
    assert "信访事项2025" in str(refused.findings[0].hint)
    assert refused.left == []


def test_an_optional_table_may_be_missing(take):
    taken = take(optional=("cases",))
    assert taken.dataset.missing == {"cases"}


def test_two_files_for_one_table_are_both_named(take, cases):
    refused = take([cases(), ("cases", cases()[1])])
    assert refused.codes == ["duplicate-table"]
    assert "信访事项.csv, cases.csv" in str(refused.findings[0].message)


def test_two_sheets_for_one_table_are_both_named(take, cases, table):
    sheets = [replace(table(*cases()), origin="台账.xlsx", sheet=s) for s in ("上半年", "下半年")]
    refused = take(sheets)
    assert "台账.xlsx: 上半年, 台账.xlsx: 下半年" in str(refused.findings[0].message)


def test_a_table_that_nobody_reads_is_a_warning(take, cases):
    taken = take([cases(), ("会议", [("议题", ["治安"])])])
    assert [(f.code, f.severity) for f in taken.findings] == [("ignored-table", "warning")]
    assert taken.left == ["cases.parquet", "villages.parquet"]


def test_a_file_that_nobody_reads_may_be_unreadable(take, cases):
    taken = take([cases(), broken("说明")])
    assert [(f.code, f.severity) for f in taken.findings] == [
        ("unreadable-source", "warning"),
        ("ignored-table", "warning"),
    ]


def test_a_file_that_is_needed_may_not(take):
    refused = take([broken("cases")])
    assert refused.codes == ["unreadable-source"]
    assert refused.left == []


def test_a_column_goes_by_name_or_label_in_any_width_and_case(take, cases, read_back):
    name, columns = cases()
    spelt = {"信访件编号": "CASE_ID ", "村编号": "\ufeff村编号", "受理登记日期": "Ｒeceived_on"}
    taken = take([(name, [(spelt[n], v) for n, v in columns])])
    assert read_back(taken, "cases", "case_id") == ["C1"]
    assert taken.codes == []


def test_a_missing_required_column_names_the_nearest(take, cases):
    name, columns = cases()
    columns = [("登记日期" if n == "受理登记日期" else n, v) for n, v in columns]
    refused = take([(name, columns)])
    assert refused.codes == ["missing-column", "ignored-column"]
    missing = refused.findings[0]
    assert (missing.place.file, missing.place.field) == ("信访事项.csv", "received_on")
    assert str(missing.hint) == "is it “登记日期”? Then rename it to “受理登记日期”"


def test_a_missing_column_with_nothing_near_says_what_to_add(take, cases):
    refused = take([("cases", [("信访件编号", ["C1"]), ("受理登记日期", ["2025-01-01"])])])
    assert refused.codes == ["missing-column"]
    assert str(refused.findings[0].hint) == "add a column “村编号” or “village_id”"


def test_two_columns_for_one_are_refused(take, cases):
    refused = take([cases(village_id=["V1"])])
    assert refused.codes == ["duplicate-column"]
    assert "村编号, village_id" in str(refused.findings[0].message)


def test_an_unknown_column_is_a_warning_and_not_stored(take, cases, session):
    taken = take([cases(备注=["很急"])])
    assert [(f.code, f.severity, f.place.field) for f in taken.findings] == [
        ("ignored-column", "warning", "备注")
    ]
    path = taken.dataset.tables["cases"].path
    assert "备注" not in session.query(f"SELECT * FROM read_parquet('{path}')").column_names
    assert "很急".encode() not in path.read_bytes()


def test_an_empty_table_is_a_warning(take, cases):
    taken = take([cases(信访件编号=[], 村编号=[], 受理登记日期=[])])
    assert [(f.code, f.severity) for f in taken.findings] == [("empty-table", "warning")]
    assert taken.dataset.tables["cases"].rows == 0


def test_no_villages_is_an_error(take, cases):
    empty = {"村编号": [], "村名": [], "类型": []}
    refused = take([cases()], villages=empty)
    assert refused.codes == ["empty-table"]
    assert str(refused.findings[0].hint) == "list the villages and units that are assessed"


def test_all_that_is_wrong_is_told_at_once_errors_first(take, cases):
    refused = take(
        [cases(身份证号=["1"], 备注=["x"]), broken("走访")],
        reads=("villages", "cases", "visits", "reports"),
    )
    assert refused.codes == [
        "missing-table",
        "personal-column",
        "unreadable-source",
        "ignored-column",
    ]


def awaiting(*names):
    return {"cases": replace(STANDARD_TABLES["cases"], awaited=frozenset(names))}


def test_an_event_that_was_not_delivered_is_told_with_what_may_be_meant(take, cases):
    told = take(
        [cases(**{"办结日期（年月日）": ["2025-03-01"]})],
        schemas=awaiting("closed_on", "accepted_on"),
    )
    assert [(f.code, f.severity, f.place.field) for f in told.findings] == [
        ("missing-event", "warning", "accepted_on"),
        ("missing-event", "warning", "closed_on"),
        ("ignored-column", "warning", "办结日期（年月日）"),
    ]
    assert str(told.findings[1].hint) == (
        "is it “办结日期（年月日）”? Then rename it to “办结日期”"
    )


@pytest.mark.parametrize("closed", [{"办结日期": ["2025-03-06"]}, {"办结日期": [None]}])
def test_an_event_is_not_missing_where_its_column_is_there(take, cases, closed):
    assert take([cases(**closed)], schemas=awaiting("closed_on")).codes == []


def test_no_event_is_missing_among_no_records(take, cases):
    none = cases(信访件编号=[], 村编号=[], 受理登记日期=[])
    assert take([none], schemas=awaiting("closed_on")).codes == ["empty-table"]
