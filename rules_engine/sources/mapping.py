"""A checked ``source.yaml`` as frozen values: sources, their tables, what fills each column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rules_engine.errors import Place
    from rules_engine.model.plugin import SourceKind
    from rules_engine.model.secret import SecretSpec
    from rules_engine.model.table import Column, TableSchema
    from rules_engine.sources.mapping_schema import ColumnSpec, TableSpec


@dataclass(frozen=True)
class MappedColumn:
    """A column, what ``source.yaml`` says of it, and where."""

    column: Column
    spec: ColumnSpec
    place: Place


@dataclass(frozen=True)
class MappedTable:
    """How a table is filled.

    Attributes:
        schema: the table.
        spec: what ``source.yaml`` says.
        columns: those that it fills; others keep the names that they have at the source.
        place: where it says so.
        fields: what it says of the table in the source's own fields.
    """

    schema: TableSchema
    spec: TableSpec
    columns: tuple[MappedColumn, ...]
    place: Place
    fields: Any = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return what the table may be called at the source; by default as it is called here."""
        return self.spec.from_ or (self.schema.label, self.schema.name, *self.schema.also)

    @property
    def several(self) -> bool:
        """Return whether the table may be put together from several of the source."""
        return len(self.spec.from_) > 1 or any("*" in name for name in self.spec.from_)

    @property
    def wanted(self) -> tuple[str, ...]:
        """Return the columns of the source that are looked for, in order and once each."""
        mapped = {c.column.name for c in self.columns}
        named = [name for c in self.columns for name in c.spec.from_]
        own = [
            n
            for column in self.schema.columns
            if column.name not in mapped
            for n in (column.label, column.name, *column.also)
        ]
        return tuple(dict.fromkeys([*named, *own]))


@dataclass(frozen=True)
class MappedSource:
    """A source with the tables that are read from it.

    Attributes:
        kind: what reads it.
        location: where it is, as its kind takes it.
        secret: where its password or token is kept.
        place: where ``source.yaml`` names it.
        fields: what it says of the source in its kind's own fields.
    """

    kind: SourceKind
    location: str
    secret: SecretSpec | None
    place: Place
    fields: Any
    tables: tuple[MappedTable, ...]
