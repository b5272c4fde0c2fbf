"""Reads records from databases, through SQLAlchemy; it only ever reads."""

from __future__ import annotations

import re
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rules_engine.api import SourceKind, SourceRequest, SourceTable, hookimpl, msg

if TYPE_CHECKING:
    from collections.abc import Sequence

SUFFIXES = (".db", ".sqlite", ".sqlite3")
DATABASES = ("postgresql", "sqlite", "mysql", "mariadb", "oracle", "mssql")
_SCHEME = re.compile(r"([a-z][a-z0-9_]*)(?:\+[a-z0-9_]+)?:/")


@hookimpl
def rules_engine_register_sources() -> list[SourceKind]:
    """Give the source for databases."""
    return [
        SourceKind(
            "sql",
            msg("databases: an address as SQLAlchemy takes it, or a SQLite file (.db, .sqlite)"),
            accepts,
            open_database,
            fields=source_fields,
            table_fields=table_fields,
        )
    ]


def accepts(location: str) -> bool:
    """Return whether this is the address of a database of a known kind, or a SQLite file."""
    scheme = _SCHEME.match(location)
    if scheme:
        return scheme[1] in DATABASES or bool(
            entry_points(group="sqlalchemy.dialects", name=scheme[1])
        )
    return "\0" not in location and location.endswith(SUFFIXES) and Path(location).exists()


def open_database(request: SourceRequest) -> Sequence[SourceTable]:
    """Return the tables of a database, without reading their rows yet.

    Raises:
        DatasetError: the database cannot be reached, or has none of the tables.
    """
    from rules_engine_sql.tables import tables_of

    return tables_of(request)


def source_fields() -> type[Any]:
    """Return what ``source.yaml`` may say about a database."""
    from rules_engine_sql.fields import DatabaseFields

    return DatabaseFields


def table_fields() -> type[Any]:
    """Return what it may say about a table."""
    from rules_engine_sql.fields import TableFields

    return TableFields
