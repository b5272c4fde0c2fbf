"""Finds the bad rows of all tables: faults within a row, then double keys, then orphans."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules_engine.ingest import ambiguous_times, sql
from rules_engine.ingest.quarantine import owner_columns, quarantined
from rules_engine.ingest.row_problems import (
    Problem,
    empty_row,
    natively_typed,
    plain_view,
    problems_of,
    raw,
    typed_view,
    untrimmed,
    without_rows,
)
from rules_engine.messages import tr
from rules_engine.model.subjects import SubjectKind

if TYPE_CHECKING:
    from rules_engine.ingest.binding import Bound
    from rules_engine.model.assessment import QuarantinedRow
    from rules_engine.model.plugin import EngineSession
    from rules_engine.model.table import Column


@dataclass
class Sorted:
    """A table while its rows are sorted into good and bad.

    Attributes:
        rows: delivered rows, without those in which nothing is written.
        filled: for each column, how many rows have a value.
        exact: every text is stored as it was delivered.
        moments: of each column of points in time, how many days and times it has.
        bad: number of bad rows found so far.
    """

    bound: Bound
    rows: int = 0
    empty: int = 0
    filled: dict[str, int] = field(default_factory=dict)
    exact: bool = False
    moments: list[tuple[Column, list[int]]] = field(default_factory=list)
    bad: int = 0
    quarantine: list[QuarantinedRow] = field(default_factory=list)

    @property
    def view(self) -> str:
        """Return the name (quoted) of the view or table with the typed rows."""
        return sql.own(self.bound.schema.name)

    def own(self, purpose: str) -> str:
        """Return the name (quoted) of a further relation about this table."""
        return sql.own(f"{self.bound.schema.name}:{purpose}")

    def become(self, query: str) -> str:
        """Return the statement that makes a query's rows those of the table."""
        return sql.table(self.view, query) if self.bound.staged.few else sql.view(self.view, query)

    @property
    def in_order(self) -> list[QuarantinedRow]:
        """Return what was put aside, row by row."""
        return sorted(self.quarantine, key=lambda q: (q.sheet, q.row, q.column, q.code))

    @property
    def bad_rows(self) -> str:
        """Return the name (quoted) of the table with the numbers of the bad rows, if any are."""
        return self.own("bad")


def number(session: EngineSession, relation: str) -> int:
    """Return how many rows a relation (quoted) has."""
    count: int = session.query(f"SELECT count(*) AS n FROM {relation}")["n"][0].as_py()
    return count


def sort_rows(bound: Bound, session: EngineSession) -> Sorted:
    """Find the rows that are wrong by themselves, and those that share a key."""
    table = Sorted(bound)
    if not bound.staged.rows:
        session.run(sql.table(table.view, without_rows(bound)))
        table.exact = True
        return table
    session.run(table.become(typed_view(bound)))
    problems = problems_of(bound)
    hits = _count(table, problems, session)
    if _key_missing(table, hits) and _skip_empty_rows(table, session):
        hits = _count(table, problems, session)
    for problem, count in hits:
        if count:
            put_aside(
                table, problem.predicate, problem.column, problem.code, str(problem.reason), session
            )
    if not bound.staged.few and table.exact and not table.bad and natively_typed(bound):
        session.run(sql.view(table.view, plain_view(bound)))
    _put_aside_repeated(table, session)
    return table


def _count(
    table: Sorted, problems: list[Problem], session: EngineSession
) -> list[tuple[Problem, int]]:
    """Count everything in one pass; rows are only looked up where a count is not zero."""
    columns = [c.name for c in table.bound.schema.columns]
    expressions = ["count(*)", sql.count_if(untrimmed(table.bound))]
    expressions += [_filled(table, c) for c in table.bound.schema.columns]
    expressions += [sql.count_if(p.predicate) for p in problems]
    moments_of = ambiguous_times.counted(table.bound)
    expressions += [count for _, several in moments_of for count in several]
    counts = list(session.query(sql.counts(table.view, expressions)).to_pylist()[0].values())
    table.rows, table.exact = counts[0], counts[1] == 0
    table.filled = dict(zip(columns, counts[2:], strict=False))
    counts = counts[2 + len(columns) :]
    texts = counts[len(problems) :]
    table.moments = [(c, texts[3 * i : 3 * i + 3]) for i, (c, _) in enumerate(moments_of)]
    return list(zip(problems, counts, strict=False))


def _filled(table: Sorted, column: Column) -> str:
    """Return how many rows have a value in a column; a row with nothing in it has none."""
    missing = table.bound.missing(column)
    if missing is None:
        return f"count({sql.name(column.name)})"
    return f"count(*) - {missing - table.empty}" if missing else "count(*)"


def _key_missing(table: Sorted, hits: list[tuple[Problem, int]]) -> bool:
    key = table.bound.schema.key
    return any(n for p, n in hits if p.code == "missing-value" and p.column.name == key)


def _skip_empty_rows(table: Sorted, session: EngineSession) -> bool:
    query = sql.counts(table.view, [sql.count_if(empty_row(table.bound))])
    table.empty = session.query(query)["c0"][0].as_py()
    if table.empty:
        session.run(table.become(typed_view(table.bound, skip_empty=True)))
    return table.empty > 0


def _put_aside_repeated(table: Sorted, session: EngineSession) -> None:
    """All rows with one key are put aside: nobody knows which of them is right."""
    key, relation = table.bound.schema.columns[0], table.view
    statistics = table.bound.column_statistics_of(key)
    if statistics and statistics.rising:
        return
    rising: int = session.query(sql.rising_keys(relation, key.name))["n"][0].as_py()
    if rising >= table.rows - 1:
        return
    hashes, keys = table.own("hashes"), table.own("repeated")
    session.run(sql.table(hashes, sql.repeated_hashes(relation, key.name)))
    if not number(session, hashes):
        return
    session.run(sql.table(keys, sql.repeated_keys(relation, key.name, hashes)))
    predicate = f"{sql.name(key.name)} IN (SELECT k FROM {keys})"
    reason = tr("stands in several rows: “{column}” must be unique", column=key.label)
    put_aside(table, predicate, key, "duplicate-key", reason, session)


def put_aside(
    table: Sorted, predicate: str, column: Column, code: str, reason: str, session: EngineSession
) -> None:
    """Record the rows for which the predicate holds, and keep them out."""
    owner = owner_columns(table.bound.schema).get(SubjectKind.VILLAGE)
    village = f"CAST({sql.name(owner.name)} AS VARCHAR)" if owner else "NULL"
    query = (
        f"SELECT {sql.ROW} AS r, {raw(column)} AS v, {village} AS o "
        f"FROM {table.view} WHERE {predicate} ORDER BY r"
    )
    rows = session.query(query).to_pylist()
    called = table.bound.called(column)
    table.quarantine += [
        quarantined(table.bound.staged, called, f["r"], f["v"], code, reason, f["o"] or "")
        for f in rows
    ]
    known = table.bad_rows
    session.run(f"CREATE TABLE IF NOT EXISTS {known} AS {sql.no_row_numbers()}")
    session.run(
        f"INSERT INTO {known} SELECT {sql.ROW} FROM {table.view} "
        f"WHERE ({predicate}) AND NOT {sql.among(known)}"
    )
    table.bad = number(session, known)
