"""What a Parquet file holds is known before it is read: a text that occurs often stands once."""

from __future__ import annotations

import time
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rules_engine.ingest import sizes
from rules_engine.messages import speaking
from rules_engine.model.plugin import SourceTable

ROWS = 400_000
MIB = 2**20


@pytest.fixture(autouse=True)
def english():
    with speaking("en"):
        yield


def repeated(value, rows=ROWS):
    return pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([value]))


def lists(value, rows=ROWS):
    return pa.ListArray.from_arrays(pa.array(range(rows + 1), pa.int32()), repeated(value))


@pytest.fixture
def take_file(take, tmp_path):
    def run(rows=ROWS, **columns):
        path = tmp_path / "cases.parquet"
        table = pa.table({
            "case_id": pa.array([f"C{i:06}" for i in range(rows)]),
            "village_id": repeated("V1", rows), "received_on": repeated(date(2025, 3, 5), rows),
        } | columns)  # fmt: skip
        pq.write_table(table, path, compression="zstd", dictionary_pagesize_limit=10 * MIB)
        return path, take([SourceTable("cases", str(path), parquet=path)])

    return run


@pytest.mark.parametrize(
    ("note", "limit"),
    [
        (repeated("甲" * 300_000), "TABLE_SIZE"),  # 360 GB in less than two MiB
        (repeated("甲" * 3_000), "PARQUET_GROWTH"),
        (repeated(b"\0" * 900_000), "TABLE_SIZE"),
        (lists("甲" * 10_000), "PARQUET_GROWTH"),
    ],
)
def test_a_text_that_occurs_without_end_is_refused_at_once(take_file, note, limit):
    begun = time.monotonic()
    path, refused = take_file(note=note)
    assert path.stat().st_size < 2 * MIB
    (finding,) = refused.findings
    assert finding.code == {"TABLE_SIZE": "table-too-large"}.get(limit, "packed-too-well")
    assert finding.place.file == str(path)
    assert f"RULES_ENGINE_MAX_{limit}" in str(finding.hint)
    assert refused.left == []
    assert time.monotonic() - begun < 20


def test_the_limit_can_be_raised(take_file, monkeypatch):
    monkeypatch.setattr(sizes, "SMALL", MIB)
    monkeypatch.setenv("RULES_ENGINE_MAX_PARQUET_GROWTH", "10")
    note = repeated("甲" * 100, 20_000)
    assert take_file(20_000, note=note)[1].codes == ["packed-too-well"]
    monkeypatch.setenv("RULES_ENGINE_MAX_PARQUET_GROWTH", "1000")
    assert not take_file(20_000, note=note)[1].refused


def test_many_numbers_in_a_small_file_count_as_well(take_file, monkeypatch):
    monkeypatch.setattr(sizes, "SMALL", MIB)
    monkeypatch.setenv("RULES_ENGINE_MAX_PARQUET_GROWTH", "20")
    numbers = {f"n{i}": pa.array([0] * 20_000) for i in range(30)}
    assert take_file(20_000, **numbers)[1].codes == ["packed-too-well"]


def test_one_value_longer_than_a_record(take_file):
    _, refused = take_file(3, note=pa.array(["x" * (MIB + 1), None, ""]))
    assert refused.codes == ["huge-field"]
    assert not take_file(3, note=pa.array(["x" * MIB, None, ""]))[1].refused


def test_short_texts_that_occur_often_are_honest(take_file):
    _, taken = take_file(category=repeated("土地"), cause=repeated("征地" * 20))
    assert not taken.refused
    assert taken.dataset.tables["cases"].rows == ROWS
