"""A typed expression, and how typed expressions are put together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.scope import PLAIN
from rules_engine.conditions.sql import cast, column, integer, is_null, paren, when
from rules_engine.messages import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from rules_engine.conditions.scope import Kind, Shape, Symbol

KIND_NAMES: dict[Kind, Message] = {
    "number": msg("a number"),
    "boolean": msg("a yes or no"),
    "text": msg("a text"),
    "date": msg("a date"),
    "timestamp": msg("a point in time"),
}
WANTED: dict[Kind, Message] = {
    "number": msg("use an indicator, a column of numbers or a calculation"),
    "boolean": msg("write a comparison, such as people > 5, or use a column of yes and no"),
    "text": msg("use a column of texts, or a text in single quotes"),
    "date": msg("use a column of dates, or a date in single quotes"),
    "timestamp": msg("use a column of dates, or a date in single quotes"),
}
"""What to write where a kind of value is needed."""


@dataclass(frozen=True)
class Compiled:
    """An expression with its type.

    Attributes:
        sql: the tree.
        kind: what its values are.
        scale: decimal places of a number.
        event: whether an empty value means "has not happened".
        needs: columns without whose value it is unknown.
        names: the names used, as ids.
        indicators: the counted or measured indicators behind it.
        literals: the numbers written in it.
        constant: its value, where it is a number written out.
        values: the closed set of its values, or empty.
        empty: an expression that is true when it is a rate over nothing.
        shape: how a number is held, and what it is still to be divided by.
        lacking: of an event, tests of which one holds where it is unknown instead of not having
            happened; ``None``: they follow from the columns that it rests on.
    """

    sql: exp.Expr
    kind: Kind
    scale: int = 0
    event: bool = False
    needs: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    indicators: frozenset[str] = frozenset()
    literals: tuple[Decimal, ...] = ()
    constant: Decimal | None = None
    values: tuple[str, ...] = ()
    empty: exp.Expr | None = None
    tree: exp.Expr | None = None
    shape: Shape = PLAIN
    lacking: tuple[exp.Expr, ...] | None = None


def changed(compiled: Compiled, **changes: object) -> Compiled:
    """Return an expression with some fields changed."""
    return replace(compiled, **changes)  # type: ignore[arg-type]  # fields of Compiled


def from_symbol(symbol: Symbol) -> Compiled:
    """Return a name as an expression."""
    return Compiled(
        symbol.sql.copy(),
        symbol.kind,
        symbol.scale,
        symbol.event,
        symbol.needs,
        frozenset({symbol.name}),
        symbol.indicators,
        values=symbol.values,
        empty=symbol.empty,
        shape=symbol.shape,
    )


def is_text_literal(compiled: Compiled) -> bool:
    """Return whether an expression is a text in quotes."""
    return isinstance(compiled.sql, exp.Literal) and compiled.sql.is_string


def as_operand(sql: exp.Expr) -> exp.Expr:
    """Return a condition so that it can stand beside ``and``, ``or`` and ``not``."""
    return exp.Paren(this=sql) if isinstance(sql, exp.Connector | exp.Not) else sql


def to_day(compiled: Compiled) -> Compiled:
    """Return a point in time as its day."""
    if compiled.kind != "timestamp":
        return compiled
    return changed(compiled, sql=cast(compiled.sql, "DATE"), kind="date")


def at_scale(compiled: Compiled, scale: int) -> Compiled:
    """Return a number at another scale."""
    if compiled.constant is not None:
        sql = integer(numbers.scaled(compiled.constant, scale))
        return changed(compiled, sql=sql, scale=scale)
    return changed(compiled, sql=numbers.to_scale(compiled.sql, compiled.scale, scale), scale=scale)


def joined(
    sql: exp.Expr, kind: Kind, *parts: Compiled, scale: int = 0, shape: Shape = PLAIN
) -> Compiled:
    """Return a new expression that rests on others."""
    lacking: tuple[exp.Expr, ...] | None = None
    if kind != "boolean" and any(p.event for p in parts):
        lacking = tuple(test for p in parts for test in unknown_tests(p))
    return Compiled(
        sql,
        kind,
        scale,
        event=kind != "boolean" and any(p.event for p in parts),
        needs=frozenset().union(*(p.needs for p in parts)),
        names=frozenset().union(*(p.names for p in parts)),
        indicators=frozenset().union(*(p.indicators for p in parts)),
        literals=sum((p.literals for p in parts), ()),
        shape=shape,
        lacking=lacking,
    )


def settled(result: Compiled) -> Compiled:
    """Read a yes or no that is an empty event as no."""
    if result.kind != "boolean" or not result.event:
        return result
    sql = exp.Coalesce(this=result.sql, expressions=[exp.false()])
    return changed(result, sql=sql, event=False)


def event_aware(result: Compiled, *sides: Compiled) -> Compiled:
    """Make a comparison with an event that has not happened false, instead of unknown."""
    if not any(side.event for side in sides):
        return result
    sql: exp.Expr = exp.Coalesce(this=result.sql, expressions=[exp.false()])
    missing = [test for side in sides for test in unknown_tests(side)]
    if missing:
        sql = when((exp.or_(*missing), exp.Null()), default=sql)
    return changed(result, sql=sql, event=False, lacking=None)


def unknown_tests(side: Compiled) -> list[exp.Expr]:
    """Return tests of which one holds where a value is unknown, and not only has not happened."""
    below = [factor.sql for factor in side.shape.below]
    if not side.event:
        divided = side.sql.find(exp.Nullif) is not None
        known = [side.sql] if side.needs or side.indicators or divided else []
        return [is_null(value) for value in (*known, *below)]
    by_zero: list[exp.Expr] = [
        exp.EQ(this=paren(sql.this.copy()), expression=integer(0))
        for sql in below
        if isinstance(sql, exp.Nullif)
    ]
    if side.lacking is not None:
        return [*(test.copy() for test in side.lacking), *by_zero]
    names = [*sorted(side.needs), *(f"i__{name}" for name in sorted(side.indicators))]
    return [*(is_null(column(name)) for name in names), *by_zero]


def over_columns(part: Compiled, columns: Mapping[str, str]) -> Compiled:
    """Return an expression over other columns.

    Args:
        part: the expression.
        columns: what the columns are called instead.
    """
    below = tuple(replace(f, sql=renamed(f.sql, columns)) for f in part.shape.below)
    shape = replace(part.shape, below=below)
    return changed(part, sql=renamed(part.sql, columns), shape=shape)


def renamed(tree: exp.Expr, columns: Mapping[str, str]) -> exp.Expr:
    """Return a copy of a tree over other columns."""
    tree = tree.copy()
    for node in tree.find_all(exp.Column):
        if node.name in columns:
            node.set("this", exp.to_identifier(columns[node.name], quoted=True))
    return tree
