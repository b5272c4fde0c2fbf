"""Records that count by which one they are: in what order, and what cannot be told of them."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlite_engine
from tiny import TYPES

from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.hypotheses.sensitivity import fragile_subjects
from rules_engine.messages import speaking
from rules_engine.model.dataset import Dataset, TableData
from rules_engine.plugin_manager import registry
from rules_engine.run.assess import digest_of, read_results
from rules_engine.run.compute import Workplace, compute
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

RULESET = """
ruleset: order
title: Order
edition: "1"
effective: {{from: 2020-01-01}}
period: {{from: 2025-01-01, to: 2025-12-31}}
scale: 20
assumed: {{scale: x, indicators: x, sections: x, grades: x}}
tables:
  villages: {{}}
  events:
    label: events
    {period}
    columns:
      event_id: {{label: number, required: true}}
      village_id: {{label: village, refers: villages, required: true}}
      happened: {{label: day, type: {kind}, required: {required}}}
      grave: {{label: grave, type: boolean, required: true}}
indicators: {{}}
sections:
  all:
    label: All
    clause: C1
    criteria:
      line: {{label: Line, points: 20, floor: none, method: per item by class, from: events, {fields}}}
grades: {{all: {{label: all, from: 0}}}}
"""  # noqa: E501 - one line a criterion is easier to read
TOGETHER = (
    "counted: all together, "
    "classes: [{when: grave, each: 1, then: [10]}, {when: not grave, each: 2, then: [5]}]"
)
BY_COUNT = "period: all, classes: [{when: grave, each: 1, then: [10]}]"


def loaded(folder, *, fields=TOGETHER, period="period: happened", kind="date", required="true"):
    text = RULESET.format(fields=fields, period=period, kind=kind, required=required)
    return load_ruleset(lay_ruleset(folder / "rules", text), registry())


def assessed(folder, checked, rows, session, dialect="duckdb"):
    """Return the digest and the reader of a run over events: key, day and whether it is grave."""
    folder.mkdir(exist_ok=True)
    tables = {}
    data = {
        "villages": [{"village_id": "v", "name": "Jia", "kind": "村"}],
        "events": [
            {"event_id": key, "village_id": "v", "happened": day, "grave": grave}
            for key, day, grave in rows
        ],
    }
    for name, some in data.items():
        schema = checked.ruleset.tables[name]
        columns = {c.name: pa.array([r.get(c.name) for r in some], TYPES[c.type])
                   for c in schema.columns}  # fmt: skip
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
        tables[name] = TableData(schema, folder / f"{name}.parquet", len(some), frozenset(columns))
    dataset = Dataset(tables, frozenset(), (), (), "")
    compute(checked.book, dataset, Workplace(session, dialect, folder))
    reader = read_results(checked, dataset, folder, session)
    return reader, dataset


@pytest.mark.parametrize(
    ("rows", "cost"),
    [
        # by day, whatever the keys are: grave first 1, then 5; the other way round 2 and 10
        ([("b", 1, True), ("a", 2, False)], 6),
        ([("b", 2, True), ("a", 1, False)], 12),
        # of one day by key, and 9 comes before 10
        ([("9", 1, True), ("10", 1, False)], 6),
        ([("9", 1, False), ("10", 1, True)], 12),
        # a day outside the period is not counted
        ([("a", 1, True), ("b", 2, False), ("c", 0, True)], 6),
    ],
)
def test_records_are_in_the_order_of_days_and_then_of_keys(tmp_path, rows, cost):
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 1, 2)]
    checked = loaded(tmp_path).or_stop()
    session = DuckDBSession(1)
    reader, _ = assessed(tmp_path / "run", checked, [(k, days[d], g) for k, d, g in rows], session)
    (village,) = reader.villages()
    session.close()
    assert village.lines[0].points == 20 - cost


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"period": "", "fields": "period: all, " + TOGETHER},
         "the records of “events” have no day, so which comes first cannot be told"),
        ({"required": "false"},
         "a record of “events” may lack its day, so which comes first cannot be told"),
    ],
)  # fmt: skip
def test_without_days_there_is_no_order(tmp_path, more, message):
    with speaking("en"):
        found = {(f.code, str(f.message)) for f in loaded(tmp_path, **more).findings}
    assert ("no-period", message) in found


def test_records_that_count_alike_need_no_order(tmp_path):
    checked = loaded(tmp_path, period="", required="false", fields=BY_COUNT).or_stop()
    assert not [r for r in checked.book.indicators.values() if r.numbered]


def test_nothing_is_numbered_where_no_line_asks_for_it(tmp_path):
    plain = "classes: [{when: grave, each: 1}, {when: not grave, each: 2, then: [5]}]"
    checked = loaded(tmp_path, fields=plain).or_stop()
    session = DuckDBSession(1)
    assessed(tmp_path / "run", checked, [("a", date(2025, 1, 1), True)], session)
    session.close()
    plans = "".join(checked.book.written.values())
    assert "agg_events" in plans
    assert "ROW_NUMBER" not in plans


def test_one_record_fewer_is_not_tried_where_it_changes_what_others_count(tmp_path):
    checked = loaded(tmp_path).or_stop()
    session = DuckDBSession(1)
    rows = [("a", date(2025, 1, 1), True), ("b", date(2025, 1, 2), True)]
    reader, dataset = assessed(tmp_path / "run", checked, rows, session)
    with speaking("en"):
        result = fragile_subjects(reader, dataset)
        (line,) = result.untried
    session.close()
    assert (line.line, line.reason) == (
        "Line", "one record changes which one the others are, and so what they count"
    )  # fmt: skip


def test_another_engine_puts_them_in_the_same_order(tmp_path):
    checked = loaded(tmp_path).or_stop()
    rows = [("9", date(2025, 1, 1), True), ("10", date(2025, 1, 1), False),
            ("8", date(2025, 2, 1), False)]  # fmt: skip
    (kind,) = sqlite_engine.rules_engine_register_engines()
    found = []
    for session, dialect in ((DuckDBSession(1), "duckdb"), (kind.connect(1), kind.dialect)):
        checked = loaded(tmp_path).or_stop()
        folder = tmp_path / f"run-{len(found)}"
        reader, _ = assessed(folder, checked, rows, session, dialect)
        found.append(digest_of(reader, folder))
        session.close()
    assert found[0] == found[1]
