"""The shape of the tables that a ruleset reads: names, labels, types and value sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeVar

from rules_engine.limits import CELL_TEXT
from rules_engine.model.naming import normal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

ColumnType = Literal["text", "integer", "decimal", "boolean", "date", "timestamp"]
DayMeans = Literal["start", "end"]
ColumnKind = Literal["case number"]

MAX_TEXT = CELL_TEXT.usual
"""Longest text that a column holds, in characters, unless the column says otherwise."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: ASCII name, used in SQL.
        label: Chinese label; sources and rulesets may use either.
        type: what the values are. ``decimal`` keeps four places.
        required: an empty value is a quarantined row.
        event: an empty value means "has not happened" and is a fact like any other. Elsewhere
            an empty value means "not known", and what depends on it is not assessable.
        values: the closed set of values, or empty for any.
        refers: the table whose key this column holds, if it is a reference.
        day_means: of points in time, how a day without a time is read: ``end``, for deadlines,
            is its last second; ``start`` is its first.
        least: no number may be less than this.
        most: no number may be greater than this.
        kind: ``case number``: what an office numbers its cases with. Such a number may look like
            that of a person.
        also: labels by which sources and rulesets may call it besides.
    """

    name: str
    label: str
    type: ColumnType = "text"
    required: bool = False
    event: bool = False
    values: tuple[str, ...] = ()
    refers: str | None = None
    day_means: DayMeans = "start"
    least: Decimal | None = None
    most: Decimal | None = None
    kind: ColumnKind | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Range:
    """Between what the numbers of a column must lie in the records of one kind.

    Attributes:
        column: name of the column.
        least: the least number.
        most: the greatest.
        by: the column that tells the kind; empty: it holds for all records.
        value: the kind.
    """

    column: str
    least: Decimal
    most: Decimal
    by: str = ""
    value: str = ""


@dataclass(frozen=True)
class Order:
    """Two dates of one row of which the second cannot be before the first."""

    earlier: str
    later: str


@dataclass(frozen=True)
class TableSchema:
    """A table: its key, its columns and what must hold within a row.

    Attributes:
        name: ASCII name.
        label: Chinese label.
        columns: the first one is the key.
        period: the column whose date puts a row into a period, if the table has a time.
        orders: pairs of dates that must come in order.
        ranges: what score lines ask of the numbers in their records.
        awaited: columns of events that the rules look at; that one was not delivered is told.
        also: labels by which sources and rulesets may call it besides.
    """

    name: str
    label: str
    columns: tuple[Column, ...]
    period: str | None = None
    orders: tuple[Order, ...] = field(default=())
    ranges: tuple[Range, ...] = field(default=())
    awaited: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return the name of the key column."""
        return self.columns[0].name

    def column(self, name_or_label: str) -> Column | None:
        """Return the column of that name or label."""
        return named(name_or_label, self.columns)


Named = TypeVar("Named", Column, TableSchema)


def named(wanted: str, items: Iterable[Named]) -> Named | None:
    """Return the one of that name or label; else the one that may be called so besides."""
    known = tuple(items)
    own = (item for item in known if wanted in (item.name, item.label))
    return next(own, None) or next((item for item in known if wanted in item.also), None)


def spelt(wanted: str, items: Iterable[Named]) -> Named | None:
    """Return the one of that name or label however it is spelt; else by what it is also called."""
    text, known = normal(wanted), tuple(items)
    own = (item for item in known if text in (normal(item.name), normal(item.label)))
    return next(own, None) or next((i for i in known if text in map(normal, i.also)), None)
