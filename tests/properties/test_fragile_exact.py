"""What would move a subject is what happens when it is done: records changed and assessed again."""

from __future__ import annotations

import random
import tempfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from applied import lists, lists_after, statement_of
from compared import EVERY_METHOD, lay_compared
from town import TYPES

from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.hypotheses.sensitivity import fragile_subjects
from rules_engine.model.dataset import Dataset, TableData
from rules_engine.plugin_manager import registry
from rules_engine.run.assess import read_results
from rules_engine.run.compute import Workplace, compute
from rules_engine.run.load import load_ruleset

VILLAGES, CADRES = [f"v{n}" for n in range(6)], [f"k{n}" for n in range(4)]
TEXTS = {"item": ["挂牌", "其他"], "role": ["包片领导", "包案领导", "村干部"],
         "rater_kind": ["群众", "领导"]}  # fmt: skip
TRIED_AGAIN = 3
"""How many things of each kind are done, and how many records are removed at random."""


@cache
def ruleset():
    return load_ruleset(EVERY_METHOD, registry()).or_stop()


@cache
def compared():
    with tempfile.TemporaryDirectory() as folder:
        return load_ruleset(lay_compared(Path(folder)), registry()).or_stop()


def value(rng, table, column):
    """Return a value that intake would let through."""
    if not column.required and rng.random() < 0.15:
        return None
    if column.name == "village_id":
        return rng.choice(VILLAGES)
    if column.name == "cadre_id":
        return rng.choice(CADRES)
    if column.name == "case_id":
        return None
    if column.values:
        return rng.choice(column.values)
    day = date(2025, 1, 1) + timedelta(days=rng.randrange(365))
    return {
        "text": rng.choice(TEXTS.get(column.name, ["某"])), "integer": rng.randrange(9),
        "decimal": Decimal(rng.randrange(100)), "boolean": rng.random() < 0.6, "date": day,
        "timestamp": datetime(day.year, day.month, day.day, 12),
    }[column.type]  # fmt: skip


def in_order(schema, row):
    return all(
        row[o.earlier] is None or row[o.later] is None or row[o.earlier] <= row[o.later]
        for o in schema.orders
    )


def drawn(rng, schema):
    """Return the rows of a table."""
    if schema.name == "villages":
        return [{"village_id": v, "name": v, "kind": "村"} for v in VILLAGES]
    if schema.name == "cadres":
        return [{"cadre_id": c, "name": c} for c in CADRES]
    rows = []
    while len(rows) < 18:
        row = {c.name: value(rng, schema, c) for c in schema.columns}
        row[schema.key] = f"{schema.name[:2]}{len(rows)}"
        rows += [row] if in_order(schema, row) else []
    return rows


def records(rng, folder):
    """Write random records of all tables."""
    tables = {}
    for name, schema in ruleset().ruleset.tables.items():
        rows = drawn(rng, schema)
        columns = {
            c.name: pa.array([row.get(c.name) for row in rows], TYPES[c.type])
            for c in schema.columns
        }
        path = folder / f"{name}.parquet"
        pq.write_table(pa.table(columns), path)
        nulls = frozenset(n for n, values in columns.items() if values.null_count)
        kept_out = {f"village:{rng.choice(VILLAGES)}": 1} if name == "visits" else {}
        tables[name] = TableData(schema, path, len(rows), nulls, kept_out)
    return Dataset(tables, frozenset(), (), (), "sha256:0")


@pytest.mark.parametrize(("reviewed", "seed"), [(ruleset, 1), (compared, 2)])
def test_what_is_told_happens(reviewed, seed):
    rng = random.Random(seed)
    session = DuckDBSession(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run = SimpleNamespace(reviewed=reviewed(), dataset=records(rng, folder))
        results = folder / "results"
        results.mkdir()
        compute(run.reviewed.book, run.dataset, Workplace(session, "duckdb", results))
        reader = read_results(run.reviewed, run.dataset, results, session)
        base = lists(session, run.reviewed.book)
        found = fragile_subjects(reader, run.dataset)
        assert not found.untried
        tell(rng, run, reader, found, base, folder)
        forget_nothing(rng, run, found, base, folder)
    session.close()


def tell(rng, run, reader, found, base, folder):
    """Do some of what is told, and compare."""
    told = {}
    for subject in found.subjects:
        for turn in subject.turns:
            for cause in turn.causes:
                if cause.act in ("less", "more", "other"):
                    told.setdefault((subject.kind, cause.act), []).append((subject, turn, cause))
    names = {row: row for row in (*VILLAGES, *CADRES)}
    for choices in told.values():
        for subject, turn, cause in rng.sample(choices, min(TRIED_AGAIN, len(choices))):
            whom = ("village" if cause.of in VILLAGES else "cadre", names.get(cause.of))
            table, statement = statement_of(run, cause, whom)
            labels = reader.grade_labels(subject.kind)
            with lists_after(run, table, statement, folder) as (now, _):
                low, high, *stands = now[subject.kind, subject.id]
                assert [low, high] == [turn.score * 10_000, turn.high * 10_000], (cause, subject.id)
                assert stands == [turn.rank, turn.tied, _index(labels, turn.grade)], cause
                moved = {
                    key: (rank, grade)
                    for (kind, key), (_, _, rank, _, grade) in now.items()
                    if kind == subject.kind and key != subject.id
                    and (rank, grade) != (base[kind, key][2], base[kind, key][4])
                }  # fmt: skip
                told_of = {m.id: (m.new_rank, _index(labels, m.new_grade)) for m in turn.others}
                assert (turn.moved, told_of) == (len(moved), moved), cause


def _index(labels, grade):
    return labels.index(grade) if grade else None


def forget_nothing(rng, run, found, base, folder):
    """Remove records at random: whom that moves is told."""
    told = {
        (subject.kind, subject.id, record)
        for subject in found.subjects for turn in subject.turns for cause in turn.causes
        if cause.act == "less" for record in cause.records
    }  # fmt: skip
    tables = [run.dataset.tables[n] for n in ("cases", "reports", "visits", "checks")]
    for _ in range(TRIED_AGAIN):
        data = rng.choice(tables)
        record = f"{data.schema.name[:2]}{rng.randrange(data.rows)}"
        statement = f"DELETE FROM changed WHERE {data.schema.key} = '{record}'"
        with lists_after(run, data.schema.name, statement, folder) as (now, _):
            for (kind, subject), stands in now.items():
                own = stands[:2] != base[kind, subject][:2]
                if own and stands[2:] != base[kind, subject][2:]:
                    assert (kind, subject, record) in told
