"""What the statistics of the columns of a Parquet file say."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rules_engine.ingest.column_statistics import (
    ColumnStatistics,
    Extent,
    column_statistics_of,
    extents,
)


@pytest.fixture
def seen(tmp_path):
    def look(*values):
        file = tmp_path / "t.parquet"
        pq.write_table(pa.table({"c": pa.array(values, pa.string())}), file, row_group_size=2)
        return column_statistics_of(
            file, {"c": max((len((v or "").encode()) for v in values), default=0)}
        ).get("c")

    return look


def test_plain_texts_in_rising_order(seen):
    found = seen("A1", "A2", "A30", "B")
    assert found == ColumnStatistics(
        full=True, longest=3, rising=True, first="A1", last="B", plain=True
    )
    assert found.shorter(4)
    assert not found.shorter(3)


@pytest.mark.parametrize(
    "values", [("A2", "A1"), ("A1", "A1"), ("A1", "A2", "A2", "A3"), ("A1", "A3", "A2", "A4")]
)
def test_not_rising_within_or_between_groups(seen, values):
    assert not seen(*values).rising


@pytest.mark.parametrize("values", [("A", None), ("A", ""), ("A", "B", None)])
def test_a_value_is_missing(seen, values):
    found = seen(*values)
    assert (found.full, found.rising) == (False, False)


@pytest.mark.parametrize("values", [("信", "访"), ("A B", "C"), ("A", "B", "信"), ("\t", "A")])
def test_what_is_not_plain_is_told_by_its_values(seen, values):
    found = seen(*values)
    assert found.longest is None
    assert found.values == set(values)
    assert found.among([*values, "电"])
    assert not found.among(values[1:])


def test_many_values_that_are_not_plain_tell_nothing(seen):
    assert seen(*(f"事{i}" for i in range(300))) is None


def test_no_values_tell_nothing(seen):
    assert seen() is None
    assert not seen(None, None).full


FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


@pytest.fixture
def told(tmp_path):
    def read(*values, statistics=True):
        file = tmp_path / "t.parquet"
        table = pa.table({"c": pa.array(values, pa.date32())})
        pq.write_table(table, file, row_group_size=2, write_statistics=statistics)
        return extents(pq.read_metadata(file), ["c"]).get("c")

    return read


def test_a_file_says_between_which_days_its_values_lie(told):
    found = told(date(2025, 3, 5), LAST, FIRST)
    assert found == Extent(missing=0, first=FIRST, last=LAST)
    assert found.between(FIRST, LAST)
    assert not found.between(FIRST, date(2025, 12, 30))
    assert not found.between(date(2025, 1, 2), LAST)


def test_a_file_says_whether_days_are_missing(told):
    assert told(FIRST, None, None, None, LAST) == Extent(missing=3, first=FIRST, last=LAST)


def test_of_days_that_are_all_missing_nothing_is_known(told):
    found = told(None, None)
    assert found == Extent(missing=2)
    assert not found.between(FIRST, LAST)


def test_a_file_need_not_say_anything(told):
    assert told(FIRST, LAST, statistics=False) is None
