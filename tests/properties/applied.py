"""Applies to the records of a run what would move a subject, and assesses them again."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

from rules_engine.plan import grading
from rules_engine.plugin_manager import registry
from rules_engine.run.compute import Workplace, compute

TABLES = {"village": grading.RESULTS, "cadre": "_cadre_results"}
COUNTER = iter(range(1_000_000))


@contextmanager
def lists_after(run, table, statement, folder):
    """Yield the lists of places and grades that a changed table of records gives."""
    session = registry().engines["duckdb"].connect(1)
    try:
        data = run.dataset.tables[table]
        path = folder / f"changed{next(COUNTER)}.parquet"
        session.run(f"CREATE TABLE changed AS SELECT * FROM read_parquet('{data.path}')")
        session.run(statement)
        session.write_parquet("SELECT * FROM changed", path)
        rows = session.query("SELECT count(*) FROM changed").column(0)[0].as_py()
        tables = {**run.dataset.tables, table: replace(data, path=path, rows=rows)}
        place = folder / f"results{next(COUNTER)}"
        place.mkdir()
        book = run.reviewed.book
        traces = compute(book, replace(run.dataset, tables=tables),
                         Workplace(session, "duckdb", place))  # fmt: skip
        yield lists(session, book), traces
    finally:
        session.close()


def lists(session, book):
    """Return by kind and id: low, high, rank, tied and grade."""
    found = {}
    for kind, table in TABLES.items():
        if kind == "village" or book.ruleset.document.responsibility:
            for row in session.query(
                f'SELECT subject_id, low, high, rank, tied, grade FROM "{table}"'
            ).to_pylist():
                subject = row.pop("subject_id")
                found[kind, subject] = tuple(row.values())
    return found


def statement_of(run, cause, subject):
    """Return the table that a cause changes and the SQL that does it."""
    schema = next(d.schema for d in run.dataset.tables.values() if d.schema.label == cause.table)
    key, record = schema.key, cause.records[0].replace("'", "''")
    if cause.act == "less":
        return schema.name, f"DELETE FROM changed WHERE \"{key}\" = '{record}'"
    if cause.act == "more":
        kind, whom = subject
        return schema.name, (
            f'INSERT INTO changed SELECT * REPLACE ("{key}" || \'+\' AS "{key}", '
            f"'{whom}' AS {kind}_id) FROM changed WHERE \"{key}\" = '{record}'"
        )
    column = schema.column(cause.column).name
    value = "NULL" if cause.value == "" else "'" + cause.value.replace("'", "''") + "'"
    return schema.name, f'UPDATE changed SET "{column}" = {value} WHERE "{key}" = \'{record}\''
