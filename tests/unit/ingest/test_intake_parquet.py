"""Typed columns of Parquet files: what is read in place, and what is refused."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rules_engine.model.plugin import SourceTable

SOUND = {
    "case_id": pa.array(["C1", "C2"]),
    "village_id": pa.array(["V1", "V2"]),
    "received_on": pa.array([date(2025, 3, 5), date(2025, 3, 6)]),
}


@pytest.fixture
def take_parquet(take, tmp_path):
    def run(spoil=lambda data: data, **columns):
        path = tmp_path / "cases.parquet"
        pq.write_table(pa.table(SOUND | columns), path)
        path.write_bytes(spoil(path.read_bytes()))
        return take([SourceTable("cases", str(path), parquet=path)])

    return run


def test_typed_columns_are_read_as_they_are(take_parquet, read_back):
    taken = take_parquet(
        people=pa.array([3, None], pa.int16()),
        first_time=pa.array([True, False]),
        closed_on=pa.array([datetime(2025, 4, 1, 9, 30), None], pa.timestamp("ms")),
        outcome=pa.array(["化解", "在办"]).dictionary_encode(),
        category=pa.array(["土地", None], pa.large_string()),
        due_on=pa.nulls(2),
    )
    assert taken.quarantine == ()
    assert read_back(taken, "cases", "people") == [3, None]
    assert read_back(taken, "cases", "first_time") == [True, False]
    assert read_back(taken, "cases", "closed_on") == [date(2025, 4, 1), None]
    assert read_back(taken, "cases", "outcome") == ["化解", "在办"]
    assert read_back(taken, "cases", "due_on") == [None, None]


def test_every_column_is_stored_in_its_declared_type(take, tmp_path):
    path = tmp_path / "ratings.parquet"
    text = [{"rating_id": "T1", "village_id": "V1", "rater_kind": "群众"}]
    for score in ("88.50005", 88.50005, Decimal("88.5000500000"), Decimal("88.5001")):
        row = {**text[0], "score": score, "rated_on": date(2025, 12, 1)}
        pq.write_table(pa.Table.from_pylist([row]), path)
        taken = take([SourceTable("ratings", "x", parquet=path)], reads=("villages", "ratings"))
        stored = pq.read_table(taken.dataset.tables["ratings"].path)
        assert stored.schema.field("score").type == pa.decimal128(18, 4)
        assert stored["score"].to_pylist() == [Decimal("88.5001")]


def test_a_typed_moment_is_read_to_the_second_as_a_written_one_is(take, tmp_path, read_back):
    path = tmp_path / "reports.parquet"
    row = {"report_id": "R1", "village_id": "V1", "kind": "月", "due_at": date(2025, 3, 7)}
    row["submitted_at"] = datetime(2025, 3, 7, 23, 59, 59, 500_000)  # still on that day
    pq.write_table(pa.Table.from_pylist([row]), path)
    taken = take([SourceTable("reports", "x", parquet=path)], reads=("villages", "reports"))
    last = [datetime(2025, 3, 7, 23, 59, 59)]
    assert read_back(taken, "reports", "submitted_at") == last
    assert read_back(taken, "reports", "due_at") == last


@pytest.mark.parametrize("kind", [pa.int8(), pa.int16(), pa.uint32(), pa.int64(), pa.uint64()])
def test_the_width_of_a_number_does_not_change_the_fingerprint(take_parquet, kind):
    narrow, wide = pa.array([1, 2], kind), pa.array([1, 2], pa.int64())
    one, other = take_parquet(people=narrow), take_parquet(people=wide)
    assert one.dataset.fingerprint == other.dataset.fingerprint


def test_a_decimal_that_does_not_fit_is_put_aside(take, tmp_path):
    path = tmp_path / "ratings.parquet"
    row = {"rating_id": "T1", "village_id": "V1", "rater_kind": "群众"}
    row |= {"score": Decimal("123456789012345678.5"), "rated_on": date(2025, 12, 1)}
    pq.write_table(pa.Table.from_pylist([row]), path)
    taken = take([SourceTable("ratings", "x", parquet=path)], reads=("villages", "ratings"))
    assert [q.code for q in taken.quarantine] == ["not-a-number"]


def test_numbers_stand_for_yes_and_no_and_for_whole_numbers(take_parquet, read_back):
    taken = take_parquet(
        first_time=pa.array([1, 0], pa.int8()),
        repeat=pa.array([1.0, 0.0]),
        people=pa.array([Decimal("3.00"), Decimal("4.00")]),
    )
    assert read_back(taken, "cases", "first_time") == [True, False]
    assert read_back(taken, "cases", "repeat") == [True, False]
    assert read_back(taken, "cases", "people") == [3, 4]


def test_a_float_in_a_text_column_loses_its_point_when_it_is_whole(take_parquet, read_back):
    taken = take_parquet(case_id=pa.array([1001.0, 1002.5]))
    assert read_back(taken, "cases", "case_id") == ["1001", "1002.5"]


@pytest.mark.parametrize(
    ("column", "values", "code"),
    [
        ("people", pa.array([1.0, 1.5]), "not-a-number"),
        ("people", pa.array([1.0, float("nan")]), "not-a-number"),
        ("people", pa.array([1.0, float("inf")]), "not-a-number"),
        ("people", pa.array([1, 2**63], pa.uint64()), "not-a-number"),
        ("people", pa.array([Decimal("1.0"), Decimal("1.5")]), "not-a-number"),
        ("first_time", pa.array([1, 2]), "not-a-boolean"),
        ("first_time", pa.array([1.0, float("nan")]), "not-a-boolean"),
        ("due_on", pa.array([date(2025, 5, 1), date(3025, 5, 1)]), "impossible-date"),
        ("closed_on", pa.array([None, date(1601, 1, 1)]), "impossible-date"),
        (
            "due_on",
            pa.array([datetime(2025, 5, 1), datetime(9999, 1, 1)], pa.timestamp("us")),
            "impossible-date",
        ),
    ],
)
def test_typed_values_that_cannot_be_meant_are_put_aside(take_parquet, column, values, code):
    taken = take_parquet(**{column: values})
    assert [(q.row, q.code) for q in taken.quarantine] == [(2, code)]


@pytest.mark.parametrize(
    ("column", "values", "said", "hint"),
    [
        (
            "due_on",
            pa.array([datetime(2025, 5, 1)] * 2, pa.timestamp("us", "Asia/Shanghai")),
            "timestamp[us, tz=Asia/Shanghai]",
            "without a time zone",
        ),
        ("due_on", pa.array([20250501] * 2), "int64", "as text or as date"),
        ("people", pa.array([True, False]), "bool", "as text or as integer"),
        ("people", pa.array([[1], [2]]), "list<element: int64>", "as text or as integer"),
        ("cause", pa.array([{"a": "b"}] * 2), "struct<a: string>", "as text or as text"),
        ("first_time", pa.array([b"1", b"0"]), "binary", "as text or as boolean"),
    ],
)
def test_types_that_do_not_fit_are_refused_whole(take_parquet, column, values, said, hint):
    refused = take_parquet(**{column: values})
    assert refused.codes == ["unsupported-type"]
    assert f"column “{column}” holds {said}" in str(refused.findings[0].message)
    assert hint in str(refused.findings[0].hint)
    assert refused.left == []


def test_a_nested_column_that_nobody_reads_is_a_warning(take_parquet):
    taken = take_parquet(extra=pa.array([{"a": [1]}] * 2))
    assert taken.codes == ["ignored-column"]
    assert taken.dataset.tables["cases"].rows == 2


def test_columns_that_differ_only_in_case_are_refused(take_parquet):
    refused = take_parquet(Case_ID=pa.array(["C1", "C2"]))
    assert refused.codes == ["duplicate-column"]


def test_a_column_may_have_the_name_of_the_row_number(take_parquet):
    taken = take_parquet(
        file_row_number=pa.array([7, 8]), due_on=pa.array([None, date(1500, 1, 1)])
    )
    assert [q.row for q in taken.quarantine] == [2]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: b"PAR1" + b"\xff" * 100 + b"PAR1",
        lambda data: b"case_id,village_id\n",
    ],
    ids=["cut short", "empty", "noise", "CSV by its content"],
)
def test_what_is_no_parquet_is_refused(take_parquet, spoil):
    refused = take_parquet(spoil)
    assert refused.codes == ["unreadable-source"]
    assert "damaged or cut short" in str(refused.findings[0].hint)
    assert refused.left == []


def test_damage_in_the_middle_is_found_while_it_is_read(take_parquet):
    refused = take_parquet(
        lambda data: data[:60] + b"\xff" * 60 + data[120:],
        cause=pa.array(["征地" * 100, "补偿" * 100]),
    )
    assert refused.codes == ["unreadable-source"]
    assert refused.left == []


def test_a_million_sound_rows_are_copied_as_they_are(take, tmp_path):
    size = 1_000_001
    names = ["case_id", "village_id"]
    from rules_engine.dataset.schema import CASES
    from rules_engine.model.table import TableSchema

    small = TableSchema("cases", "信访事项", tuple(c for c in CASES.columns if c.name in names))
    path = tmp_path / "cases.parquet"
    keys = pa.array([f"C{i:07}" for i in range(size)])
    village = pa.DictionaryArray.from_arrays(pa.array([0] * size, pa.int8()), ["V1"])
    pq.write_table(pa.table([keys, village.cast(pa.string())], names=names), path)
    taken = take([SourceTable("cases", str(path), parquet=path)], schemas={"cases": small})
    assert taken.dataset.tables["cases"].path.read_bytes() == path.read_bytes()
    assert taken.dataset.tables["cases"].rows == size
