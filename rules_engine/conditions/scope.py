"""What the names in a condition stand for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from sqlglot import exp

from rules_engine.dataset.workdays import Calendar
from rules_engine.model.candidates import with_id
from rules_engine.model.subjects import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules_engine.model.frame import Frame
    from rules_engine.model.table import TableSchema

Kind = Literal["number", "boolean", "text", "date", "timestamp"]
Rows: TypeAlias = "TableSchema | SubjectKind"
Query: TypeAlias = exp.Select
"""A statement that gives rows, for those who run it and do not look into it."""
Tree: TypeAlias = exp.Expr
"""A statement or a part of one, likewise."""


NARROW = 18
"""So many digits fit into 64 bits."""


@dataclass(frozen=True)
class Factor:
    """What a number is divided by: above zero, or without a value; and its digits."""

    sql: exp.Expr
    digits: int


@dataclass(frozen=True)
class Shape:
    """How a number is held beside its scale.

    Attributes:
        digits: how many digits it usually has; where more than 64 bits could be needed, it is
            worked out in 128.
        divisor: a figure by which it is still to be divided.
        below: what else it is still to be divided by.
        wide: whether its SQL is of 128 bits.
        signed: whether it can be below zero.
    """

    digits: int = 15
    divisor: int = 1
    below: tuple[Factor, ...] = ()
    wide: bool = False
    signed: bool = True


PLAIN = Shape()
COUNTED = Shape(10, signed=False)
"""How many records there are."""


@dataclass(frozen=True)
class Symbol:
    """What a name stands for.

    Attributes:
        name: ASCII name.
        label: Chinese label, another name for the same thing.
        sql: the expression.
        kind: what its values are.
        scale: decimal places of a number.
        event: whether an empty value means "has not happened".
        needs: columns without whose value it is unknown.
        values: the closed set of values, or empty.
        indicators: the counted or measured indicators behind it.
        empty: an expression that is true when there was nothing to measure.
        rate: whether it is a share, shown as a percentage.
        shape: how a number is held.
        counts: the table whose records it counts, or empty; so it is told with their unit.
        also: what it may be called besides, where nothing else has that name.
    """

    name: str
    label: str
    sql: exp.Expr
    kind: Kind
    scale: int = 0
    event: bool = False
    needs: frozenset[str] = frozenset()
    values: tuple[str, ...] = ()
    indicators: frozenset[str] = frozenset()
    empty: exp.Expr | None = None
    rate: bool = False
    shape: Shape = PLAIN
    counts: str = ""
    also: tuple[str, ...] = ()


@dataclass
class Scope:
    """The names that a condition may use, by name and by label.

    Attributes:
        symbols: what each name or label stands for.
        ambiguous: names and labels of several things, each with what it could be.
        near: further names that could be meant, and would then be found.
        frame: the assessed days, for days of which the year is not said.
        calendar: the working days.
        rows: the table whose records, or the kind of subjects whose names these are.
    """

    symbols: dict[str, Symbol] = field(default_factory=dict)
    ambiguous: dict[str, tuple[str, ...]] = field(default_factory=dict)
    near: frozenset[str] = frozenset()
    frame: Frame | None = None
    calendar: Calendar = field(default_factory=Calendar)
    rows: Rows | None = None

    @property
    def words(self) -> frozenset[str]:
        """Return every name and label that an expression here may use."""
        return self.near.union(self.symbols, self.ambiguous)

    def add(self, symbol: Symbol) -> None:
        """Add a symbol under its name and its label; whichever names another too is ambiguous."""
        for name in dict.fromkeys((symbol.name, symbol.label)):
            known = self.symbols.get(name)
            by_the_way = known is not None and name not in (known.name, known.label)
            if known and not by_the_way and self._differ(known, symbol):
                meanings = self.ambiguous.get(name, (with_id(known.label, known.name),))
                self.ambiguous[name] = (*meanings, with_id(symbol.label, symbol.name))
            self.symbols[name] = symbol
        for name in symbol.also:
            self.symbols.setdefault(name, symbol)

    def _differ(self, one: Symbol, other: Symbol) -> bool:
        """Return whether two symbols are two things; two of one id are refused for villages."""
        if one.name != other.name:
            return True
        return self.rows is not SubjectKind.VILLAGE and one.sql != other.sql

    def extended(self, symbols: Iterable[Symbol]) -> Scope:
        """Return a scope with more names."""
        scope = replace(self, symbols=dict(self.symbols), ambiguous=dict(self.ambiguous))
        for symbol in symbols:
            scope.add(symbol)
        return scope
