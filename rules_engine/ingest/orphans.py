"""Finds rows that refer to no clean row of another table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.ingest import sql
from rules_engine.ingest.row_validation import Sorted, number, put_aside
from rules_engine.messages import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.model.plugin import EngineSession
    from rules_engine.model.table import Column


@dataclass(frozen=True)
class _Reference:
    table: Sorted
    column: Column
    target: Sorted

    @property
    def seen(self) -> str:
        """Return the name (quoted) of the table with the numbers of the orphans found so far."""
        return self.table.own(f"orphans:{self.column.name}")

    @property
    def value(self) -> str:
        return f"CAST({sql.name(self.column.name)} AS VARCHAR)"

    @property
    def key(self) -> str:
        return f"CAST({sql.name(self.target.bound.schema.key)} AS VARCHAR)"


def put_aside_orphans(tables: Mapping[str, Sorted], session: EngineSession) -> None:
    """Put aside rows that refer to no clean row, until no more are found.

    A row put aside can make orphans of others, so this goes round until nothing changes. A
    reference to a table that was not delivered, or that the ruleset does not read, stands, and so
    does one that is taken on trust.
    """
    references = [
        _Reference(table, column, tables[column.refers])
        for table in tables.values()
        for column in table.bound.schema.columns
        if column.refers is not None and column.refers in tables and table.filled.get(column.name)
        if not table.bound.is_trusted(column)
    ]
    checked: dict[str, int] = {}
    while True:
        due = [r for r in references if checked.get(r.seen) != r.target.bad]
        if not due:
            return
        for reference in due:
            # Noted before the look and not after it: a table may refer to itself.
            again = reference.seen in checked
            checked[reference.seen] = reference.target.bad
            _check_reference(reference, session, again=again)


def _check_reference(reference: _Reference, session: EngineSession, *, again: bool) -> None:
    table, target = reference.table, reference.target
    fresh = table.own("fresh") if again else reference.seen
    session.run(sql.table(fresh, _orphans(reference, again=again)))
    if not number(session, fresh):
        return
    if again:
        session.run(f"INSERT INTO {reference.seen} SELECT {sql.ROW} FROM {fresh}")
    # NOT IN is safe with this: keys that are null are left out.
    delivered = (
        f"{reference.value} IN (SELECT {reference.key} FROM {target.view} "
        f"WHERE {reference.key} IS NOT NULL)"
    )
    label = target.bound.schema.label
    for predicate, reason in (
        (f"NOT ({delivered})", msg("is not in the table “{table}”", table=label)),
        (delivered, msg("is a row of “{table}” that is itself quarantined", table=label)),
    ):
        where = f"{sql.among(fresh)} AND {predicate}"
        put_aside(table, where, reference.column, "orphan-reference", str(reason), session)


def _orphans(reference: _Reference, *, again: bool) -> str:
    """Return the query for the rows without a clean target that are not known yet."""
    target = reference.target
    good = target.view
    if target.bad:
        good = f"({sql.without(good, target.bad_rows)})"
    unknown = f" AND NOT {sql.among(reference.seen)}" if again else ""
    return (
        f"SELECT {sql.ROW} FROM (SELECT {sql.ROW}, {reference.value} AS v "
        f"FROM {reference.table.view} "
        f"WHERE {reference.value} IS NOT NULL{unknown}) AS here "
        f"ANTI JOIN (SELECT {reference.key} AS v FROM {good}) AS there USING (v)"
    )
