"""Which rows are kept out, how they are counted and how they are told."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from rules_engine.ingest import quarantine_findings
from rules_engine.model.plugin import SourceTable


def test_rows_count_from_the_number_that_the_source_gives(take, cases):
    name, columns = cases(受理登记日期=["2025-01-01", "x"])
    taken = take([(name, columns, 7)])
    assert [q.row for q in taken.quarantine] == [8]


def test_rows_with_nothing_in_them_are_left_out_but_counted(take, cases):
    taken = take(
        [
            cases(
                信访件编号=["C1", None, "", "C4"],
                村编号=["V1", None, " ", "V1"],
                受理登记日期=["2025-01-01", None, "\u3000", "x"],
            )
        ]
    )
    assert [(q.row, q.code) for q in taken.quarantine] == [(5, "not-a-date")]
    assert taken.codes == ["empty-rows"]
    assert str(taken.findings[0].message) == "2 rows with nothing in them are left out"


def test_a_row_without_its_key_is_put_aside(take, cases):
    taken = take([cases(信访件编号=["C1", None], 村编号=["V1", "V1"])])
    (bad,) = taken.quarantine
    assert (bad.code, bad.row, bad.column, bad.value) == ("missing-value", 3, "信访件编号", "")


def test_all_rows_of_a_double_key_are_put_aside(take, cases):
    taken = take([cases(信访件编号=["C1", "C2", "C1", "c1", " C2"])])
    assert [(q.row, q.value, q.code) for q in taken.quarantine] == [
        (2, "C1", "duplicate-key"),
        (3, "C2", "duplicate-key"),
        (4, "C1", "duplicate-key"),
        (6, " C2", "duplicate-key"),
    ]
    assert taken.dataset.tables["cases"].rows == 1


def test_an_orphan_is_put_aside(take, cases):
    taken = take([cases(村编号=["V1", "V9"])])
    (bad,) = taken.quarantine
    assert (bad.code, bad.row, bad.value) == ("orphan-reference", 3, "V9")
    assert bad.reason == "is not in the table “村”"


def test_what_refers_to_a_row_put_aside_is_an_orphan_and_says_why(take, cases):
    visits = [
        ("走访编号", ["F1"]),
        ("村编号", ["V1"]),
        ("信访件编号", ["C1"]),
        ("层级", ["县"]),
        ("走访日期", ["2025-05-05"]),
    ]
    taken = take([cases(村编号=["V9"]), ("走访", visits)], reads=("villages", "cases", "visits"))
    assert [(q.sheet, q.code) for q in taken.quarantine] == [
        ("信访事项", "orphan-reference"),
        ("走访", "orphan-reference"),
    ]
    assert taken.quarantine[1].reason == "is a row of “信访事项” that is itself quarantined"


def test_a_reference_to_a_table_that_is_not_read_stands(take, cases):
    assert take([cases(包案干部编号=["L1"])]).quarantine == ()


def test_rows_kept_out_count_for_their_village(take, cases):
    taken = take(
        [cases(村编号=["V1", "V1", "V2", None], 受理登记日期=["x", "y", "z", "2025-01-01"])]
    )
    assert taken.dataset.tables["cases"].quarantined == {
        "village:V1": 2,
        "village:V2": 1,
        "village:": 1,
        "cadre:": 1,  # without a village, it could be any cadre's too
    }


def test_the_order_of_rows_changes_nothing_but_their_numbers(take, cases, session):
    forward = take([cases(信访件编号=["C1", "C2", "C3"], 涉及人数=["1", "2", "x"])])
    backward = take([cases(信访件编号=["C3", "C2", "C1"], 涉及人数=["x", "2", "1"])])
    assert forward.dataset.fingerprint == backward.dataset.fingerprint
    assert forward.quarantine[0].row == 4
    assert backward.quarantine == (replace(forward.quarantine[0], row=2),)


def test_a_changed_value_changes_the_fingerprint(take, cases):
    one = take([cases(涉及人数=["1"])]).dataset.fingerprint
    assert one != take([cases(涉及人数=["2"])]).dataset.fingerprint


def test_spelling_does_not_change_the_fingerprint(take, cases):
    one = take([cases(受理登记日期=["2025-03-05"], 初信初访=["是"])])
    other = take([cases(受理登记日期=["2025年3月5日"], 初信初访=["1"])])
    assert one.dataset.fingerprint == other.dataset.fingerprint


def test_findings_have_place_value_reason_and_remedy(take, cases):
    taken = take([cases(受理登记日期=["x"])])
    (finding,) = quarantine_findings(taken.dataset)
    assert str(finding.place) == "信访事项.csv: 信访事项, row 2, column 受理登记日期"
    assert str(finding.message) == "“x” is not a date such as 2025-03-05"
    remedy = "write a date as 2025-03-05 or 2025年3月5日, a time as 2025-03-05 17:30"
    assert str(finding.hint) == remedy


def test_beyond_a_thousand_only_the_number_is_told(take, cases):
    taken = take([cases(受理登记日期=["x"] * 1003)])
    findings = quarantine_findings(taken.dataset)
    assert len(taken.quarantine) == 1003
    assert len(findings) == 1001
    assert str(findings[-1].message) == "3 more values are quarantined and not shown here"


def test_row_numbers_go_on_from_batch_to_batch(take, cases):
    name, columns = cases(受理登记日期=["2025-01-01", "x"])
    batch = pa.RecordBatch.from_pydict(dict(columns))

    def batches():
        later = batch.set_column(0, "信访件编号", pa.array(["C3", "C4"]))
        return pa.RecordBatchReader.from_batches(batch.schema, [batch, later])

    taken = take([SourceTable(name, "x.csv", batches=batches, first_row=2)])
    assert [q.row for q in taken.quarantine] == [3, 5]


def test_nothing_but_the_tables_is_left_in_the_folder(take, cases):
    taken = take([cases(受理登记日期=["x"])])
    assert taken.left == ["cases.parquet", "villages.parquet"]
