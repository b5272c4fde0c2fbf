"""How many numbers of persons are found, and how many columns without any are refused."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from benchmarks.numbers_made import Innocent, innocent_columns, persons
from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.ingest import personal
from rules_engine.ingest.personal import Context
from rules_engine.ingest.screening import screen
from rules_engine.ingest.staging import stage
from rules_engine.model.plugin import SourceTable
from rules_engine.model.table import Column, TableSchema

if TYPE_CHECKING:
    from rules_engine.model.plugin import EngineSession

VALUES, COLUMNS, SEED = 20_000, 4_000, 20260101
LEAST_FOUND, MOST_REFUSED = 0.99, 0.001
ALONE = 240


def refused(columns: dict[str, list[str]], schema: TableSchema, session: EngineSession) -> set[str]:
    """Return the columns that are refused for their values, each looked at as one of a table."""
    longest = max(len(values) for values in columns.values())
    arrays = [pa.array(v + [None] * (longest - len(v)), pa.string()) for v in columns.values()]
    table = pa.Table.from_arrays(arrays, names=list(columns))
    with tempfile.TemporaryDirectory() as folder:
        source = SourceTable("things", "things.csv", batches=table.to_reader)
        staged = stage(source, Path(folder), 0, lambda name: schema.column(name))
        found = screen(staged, schema, session)
    return {str(finding.place.field) for finding in found if finding.code == "personal-value"}


def found_at_once(values: list[str], session: EngineSession) -> list[bool]:
    """Return of each value whether it is found where nothing else speaks for or against it."""
    session.register("made", pa.table({"text": values, "n": range(len(values))}))
    look = personal.suspect('"text"')
    values_seen = personal.plain_values('"text"', "made", look, also="n")
    query = f"SELECT n, {personal.holds(Context())} AS held FROM {values_seen}"
    hits = session.query(query).to_pylist()
    held = {row["n"] for row in hits if row["held"]}
    return [number in held for number in range(len(values))]


def found_alone(values: list[str], session: EngineSession) -> list[bool]:
    """Return of each value whether it is found as the only one in its column."""
    schema = TableSchema("things", "things", (Column("id", "id"),))
    columns = {f"note {n}": [value] for n, value in enumerate(values)}
    held = refused(columns, schema, session)
    return [name in held for name in columns]


def is_refused(column: Innocent, session: EngineSession) -> bool:
    """Return whether a column that says nothing of persons is refused."""
    kind = "decimal" if column.role == "decimal" else "text"
    own = Column("own", column.heading, kind)
    first = (own,) if column.role == "key" else (Column("id", "id"),)
    columns = (*first, own) if column.role in ("text", "decimal") else first
    schema = TableSchema("things", "things", columns)
    return bool(refused({column.heading: column.values}, schema, session))


def bench_screening() -> int:
    """Print recall and false alarms; return 1 if they are not as promised."""
    session = DuckDBSession(threads=2)
    begun = time.perf_counter()
    made = persons(SEED, VALUES)
    values = [value for _, _, value in made]
    found = found_at_once(values, session)
    if found[:ALONE] != found_alone(values[:ALONE], session):
        raise SystemExit("a value alone in its column is not looked at like any other")
    recall = sum(found) / len(made)
    print(f"\nscreening: {len(made):,} numbers of persons, each by itself in a text")
    for kind in dict.fromkeys(kind for kind, _, _ in made):
        of = [hit for (k, _, _), hit in zip(made, found, strict=True) if k == kind]
        print(f"  {kind:34}{sum(of):>8} of {len(of):>6}{sum(of) / len(of):>9.2%}")
    missed = Counter((k, how) for (k, how, _), hit in zip(made, found, strict=True) if not hit)
    for (kind, how), count in missed.most_common(12):
        print(f"    missed: {kind}, {how}: {count}")
    columns = innocent_columns(SEED, COLUMNS)
    alarms = Counter(c.kind for c in columns if is_refused(c, session))
    share = alarms.total() / len(columns)
    rows = sum(len(c.values) for c in columns)
    print(f"  {len(columns):,} columns without persons, {rows:,} values")
    for kind, count in alarms.most_common():
        print(f"    refused: {kind}: {count}")
    print(f"  recall {recall:.2%} (at least {LEAST_FOUND:.0%}), "
          f"false alarms {share:.3%} (at most {MOST_REFUSED:.1%}), "
          f"{time.perf_counter() - begun:.0f} s")  # fmt: skip
    return int(recall < LEAST_FOUND or share > MOST_REFUSED)
