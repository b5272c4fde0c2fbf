"""Finds the tables and views of a database that are asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from rules_engine.api import DatasetError, Finding, SourceTable, listed, msg, normal
from rules_engine_sql.address import Database, database_at
from rules_engine_sql.fields import DatabaseFields, TableFields
from rules_engine_sql.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules_engine.api import SourceRequest, Wanted

_MOST_NAMED = 20


def tables_of(request: SourceRequest) -> Sequence[SourceTable]:
    """Return the tables that are asked for; if none are, those that the ruleset reads.

    Raises:
        DatasetError: the database cannot be reached, or has none of them.
    """
    value = request.fields or DatabaseFields()
    database = database_at(request, value.timeout)
    result = _Listing(
        database, value.schema_, ZoneInfo(value.time_zone) if value.time_zone else None
    )
    if request.wanted is not None:
        return [table for wanted in request.wanted for table in result.wanted(wanted)]
    reads = {normal(name) for s in request.schemas.values() for name in (s.name, s.label)}
    names = result.names(value.schema_)
    chosen = [n for n in names if request.everything or not reads or normal(n) in reads]
    if not chosen:
        _refuse_none(database, names)
    return [result.table(name, name, value.schema_) for name in chosen]


def _refuse_none(database: Database, names: Sequence[str]) -> NoReturn:
    there = listed(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")
    raise DatasetError(
        Finding(
            "no-tables",
            msg("the database has no table that is read; it has: {names}", names=there or "-"),
            database.place(),
            msg(
                "say in a source.yaml which of them stand for what, and in which schema they are; "
                "rules-engine sources probe writes a draft"
            ),
        )
    )


@dataclass
class _Listing:
    """What a database has.

    Attributes:
        schema: where its tables are, if that is not where it looks by itself.
        zone: whose local time is meant by moments with a zone.
        seen: names by schema; each is looked into once, and only if it is asked for.
    """

    database: Database
    schema: str | None
    zone: ZoneInfo | None
    seen: dict[str | None, list[str]] = field(default_factory=dict)

    def names(self, schema: str | None) -> list[str]:
        """Return the names of the tables and views of a schema."""
        if schema not in self.seen:
            with self.database.reading(), self.database.connect() as connection:
                inspector = sa.inspect(connection)
                names = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
                if self.database.engine.dialect.name == "postgresql":
                    names += inspector.get_materialized_view_names(schema)
            self.seen[schema] = sorted(names)
        return self.seen[schema]

    def table(self, name: str, called: str, schema: str | None) -> SourceTable:
        """Return a table or view, delivered under a name, with what it is called here."""
        select: sa.Select[Any] = sa.select(sa.literal_column("*")).select_from(
            sa.table(called, schema=schema)
        )
        return self._delivered(name, called, select)

    def wanted(self, wanted: Wanted) -> Iterator[SourceTable]:
        """Yield the tables that a ``source.yaml`` asks for under one name."""
        value = wanted.fields or TableFields()
        name = wanted.names[0]
        if value.query:
            # A colon in it begins no parameter.
            yield self._delivered(name, name, sa.text(value.query.replace(":", "\\:")))
            return
        schema = value.schema_ or self.schema
        for called in self.names(schema):
            if wanted.fits(called):
                yield self.table(name, called, schema)

    def _delivered(self, name: str, called: str, select: sa.Executable) -> SourceTable:
        rows = Rows(self.database, called, select, self.zone)
        return SourceTable(
            name,
            self.database.shown,
            batches=rows.batches,
            sheet=called,
            findings=rows.findings,
        )
