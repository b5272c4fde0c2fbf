"""Rows taken straight into memory are what intake makes of them, or are left to it."""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.ingest import take_in
from rules_engine.ingest.typed_rows import typed_rows
from rules_engine.model.plugin import SourceTable
from rules_engine.model.table import Column, Order, Range, TableSchema

VILLAGES = TableSchema("villages", "村", (
    Column("village_id", "村编号", required=True), Column("name", "村名"),
))  # fmt: skip
REPORTS = TableSchema("reports", "报告", (
    Column("report_id", "编号", required=True),
    Column("village_id", "所属村", required=True, refers="villages"),
    Column("kind", "种类", values=("日", "月")),
    Column("people", "人数", type="integer", least=Decimal(0), most=Decimal(500)),
    Column("score", "分", type="decimal"),
    Column("late", "迟报", type="boolean"),
    Column("day", "日", type="date"),
    Column("due", "时限", type="timestamp", day_means="end", event=True),
    Column("sent", "报送", type="timestamp", event=True),
), orders=(Order("day", "sent"),),
   ranges=(Range("score", Decimal(0), Decimal(10), "kind", "月"),))  # fmt: skip
SCHEMAS = {"villages": VILLAGES, "reports": REPORTS}
GOOD = {
    "report_id": "b1", "village_id": "V1", "kind": "日", "people": "12", "score": "1.50",
    "late": "否", "day": "2025-01-31", "due": "2025-02-01", "sent": "2025-01-31 17:30",
}  # fmt: skip
TRIED = {
    "report_id": ["a1", "b1", "Z9", "  c", "2025", None],
    "village_id": ["V1", "V2", "V3", "新村", None],
    "kind": ["日", "月", "年", None],
    "people": ["0", "12", "500", "501", "-1", "007", "1,000", "12.0", "１２", "x", None],
    "score": ["1.5", "10", "10.5", "-0", "+2", ".5", "1.23456", "12 分", None],
    "late": ["是", "否", "√", "TRUE", "true", "也许", None],
    "day": ["2025-01-31", "2025-02-30", "2025年1月31日", "20250131", "1899-01-01", None],
    "due": ["2025-02-01", "2025-02-01 00:00", "2025-02-01 17:00", "2025-02-01T17:00", None],
    "sent": ["2025-01-30", "2025-01-31 17:30:05", "2025-02-03", "2025-01-31 24:00", None],
}


def source(schema, rows):
    columns = {c.name: pa.array([r[c.name] for r in rows], pa.string()) for c in schema.columns}
    return SourceTable(schema.label, schema.label, batches=pa.table(columns).to_reader)


def delivered(reports, villages=("V1", "V2", "新村")):
    tables = [(VILLAGES, [{"village_id": v, "name": v} for v in villages]), (REPORTS, reports)]
    return [(source(schema, rows), rows) for schema, rows in tables]


def as_ever(tables, folder):
    """Return what intake makes of the tables, and all rows that it takes in, by table."""
    with closing(DuckDBSession(1)) as session:
        dataset = take_in([t for t, _ in tables], SCHEMAS, frozenset(), folder, session)
    return dataset, {name: pq.read_table(data.path) for name, data in dataset.tables.items()}


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.fixed_dictionaries(
    {name: st.sampled_from([GOOD[name]] * 8 + tried) for name, tried in TRIED.items()}
), max_size=3))  # fmt: skip
def test_rows_are_what_intake_makes_of_them(tmp_path_factory, reports):
    found = typed_rows(delivered(reports), SCHEMAS, frozenset())
    if found is None:
        return
    dataset, tables = as_ever(delivered(reports), tmp_path_factory.mktemp("rows"))
    assert (found.findings, found.quarantine) == (dataset.findings, dataset.quarantine)
    assert (found.missing, set(found.tables)) == (dataset.missing, set(dataset.tables))
    for name, data in dataset.tables.items():
        held = found.tables[name]
        assert held.in_memory.to_pylist() == tables[name].to_pylist()
        assert held.in_memory.schema.types == tables[name].schema.types
        assert (held.rows, held.nulls, held.quarantined) == (data.rows, data.nulls, {})


def test_plain_rows_need_no_intake():
    found = typed_rows(delivered([GOOD]), SCHEMAS, frozenset())
    assert found.tables["reports"].rows == 1
    assert (
        found.tables["reports"].in_memory["due"].to_pylist()[0].isoformat() == "2025-02-01T23:59:59"
    )


@pytest.mark.parametrize(("column", "value"), [
    ("report_id", None), ("report_id", " b1"), ("report_id", "b\u200b1"),
    ("report_id", "13812345678"), ("village_id", "V3"), ("village_id", None), ("kind", "年"),
    ("people", "501"), ("people", "-1"), ("people", "1,000"), ("score", "1.23456"),
    ("late", "也许"), ("day", "2025-02-30"), ("day", "2025年1月31日"), ("day", "2025-02-01"),
    ("due", "2025-02-01 00:00"), ("sent", "2025-01-31 24:00"),
])  # fmt: skip
def test_whatever_is_to_be_told_of_is_left_to_intake(column, value):
    assert typed_rows(delivered([{**GOOD, column: value}]), SCHEMAS, frozenset()) is None


def test_what_only_several_rows_show_is_left_to_intake():
    twice = [GOOD, GOOD]
    mixed = [GOOD, {**GOOD, "report_id": "b2", "due": "2025-02-01 17:00"}]
    too_good = [{**GOOD, "kind": "月", "score": "10.5"}]
    for reports in (twice, mixed, too_good):
        assert typed_rows(delivered(reports), SCHEMAS, frozenset()) is None
    assert typed_rows(delivered([], villages=()), SCHEMAS, frozenset()) is None
    assert typed_rows(delivered([GOOD])[:1], SCHEMAS, frozenset()) is None


def test_an_empty_table_is_told_and_an_optional_one_may_be_missing():
    found = typed_rows(delivered([]), SCHEMAS, frozenset())
    assert [(f.code, str(f.place)) for f in found.findings] == [("empty-table", "报告")]
    found = typed_rows(delivered([GOOD])[:1], SCHEMAS, frozenset({"reports"}))
    assert (set(found.tables), found.missing) == ({"villages"}, {"reports"})
