"""Builds plans: the chain of steps of one, and the pieces of SQL that several have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlglot import exp

    from rules_engine.model.subjects import SubjectKind
    from rules_engine.plan.rules import (
        Rulebook,
    )

import functools
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.sql import (
    alias,
    cast,
    column,
    integer,
    paren,
    query,
    when,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from rules_engine.model.table import TableSchema


def extended(source: exp.Select | str, columns: Mapping[str, exp.Expr]) -> exp.Select:
    """Return the rows of a query or a table with more columns."""
    more = [alias(tree, name) for name, tree in columns.items()]
    return query("SELECT *, :more FROM :source AS source", more=more, source=source)


def as_day(name: str, kind: str) -> exp.Expr:
    """Return a column of days or moments as a day."""
    return cast(column(name), "DATE") if kind == "timestamp" else column(name)


def day_of(value: object) -> exp.Expr:
    """Return a day written out."""
    return cast(exp.Literal.string(str(value)), "DATE")


def not_after(name: str, kind: str, day: object) -> exp.Expr:
    """Return whether a column lies on a day or before it."""
    return exp.LTE(this=as_day(name, kind), expression=day_of(day))


def seen_until(sql: exp.Expr, table: TableSchema, day: date) -> exp.Expr:
    """Return an expression over records in which an event after a day has not happened."""
    events = {c.name: c.type for c in table.columns if c.event and c.type in ("date", "timestamp")}

    def seen(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and node.name in events:
            happened = not_after(node.name, events[node.name], day)
            return exp.Paren(this=when((happened, node.copy())))
        return node

    return sql.copy().transform(seen)


def count(condition: exp.Expr | None) -> exp.Expr:
    """Return how many rows there are, or for how many a condition holds."""
    if condition is None:
        return exp.Count(this=exp.Star())
    # Not FILTER: that can take a quarter longer. TRUE is a byte, where 1 would be four.
    return exp.Count(this=when((condition.copy(), exp.true())))


def all_of(*parts: exp.Expr | None) -> exp.Expr | None:
    """Return that all conditions hold; nothing of none."""
    conditions = [p.copy() for p in parts if p is not None]
    return exp.and_(*conditions) if conditions else None


def any_of(*parts: exp.Expr | None) -> exp.Expr | None:
    """Return that one of the conditions holds; nothing of none."""
    conditions = [p.copy() for p in parts if p is not None]
    return exp.or_(*conditions) if conditions else None


def sum_of(parts: Sequence[exp.Expr]) -> exp.Expr:
    """Return what some numbers are together."""
    return functools.reduce(lambda one, other: exp.Add(this=one, expression=other), parts)


def zero_if_none(sql: exp.Expr) -> exp.Expr:
    """Return 0 where nothing was counted."""
    return exp.Coalesce(this=sql, expressions=[integer(0)])


def unless(condition: exp.Expr, sql: exp.Expr) -> exp.Expr:
    """Return a value, unknown where a condition holds."""
    return when((exp.Not(this=paren(condition.copy())), sql.copy()))


def rate_of(numerator: exp.Expr, denominator: exp.Expr) -> exp.Expr:
    """Return numerator ÷ denominator as a whole number, half-up; neither may be negative."""
    doubled = numbers.add(numbers.multiply(numerator, integer(2)), denominator)
    return numbers.whole_division(doubled, numbers.multiply(denominator.copy(), integer(2)))


def rounded(sql: exp.Expr, places: int, scale: int = numbers.POINTS) -> exp.Expr:
    """Return a number at a scale rounded half-up to so many places, in 1/10,000.

    Args:
        sql: the number.
        places: the decimal places to which it is rounded.
        scale: its own decimal places.
    """
    cut = numbers.to_scale(sql, scale, places)
    return cast(numbers.multiply(cut, integer(10 ** (numbers.POINTS - places))), "BIGINT")


def band_of(score: exp.Expr, thresholds: Sequence[int]) -> exp.Expr:
    """Return the index of the grade that a score reaches, best first; the last one is the rest."""
    branches = [
        (exp.GTE(this=score.copy(), expression=integer(t)), integer(i))
        for i, t in enumerate(thresholds[:-1])
    ]
    last = integer(len(thresholds) - 1)
    return when(*branches, default=last) if branches else last


@dataclass(frozen=True)
class DataProfile:
    """What the plan must know of the data.

    Attributes:
        nulls: for each table that is there, the columns that hold an empty value.
        quarantined: tables of which rows were kept out.
        proving: cuts of tables of which the plan says how many records each subject has.
    """

    nulls: Mapping[str, frozenset[str]]
    quarantined: frozenset[str] = frozenset()
    proving: frozenset[str] = frozenset()


@dataclass
class Builder:
    """One chain of common table expressions for one kind of subject."""

    book: Rulebook
    kind: SubjectKind
    profile: DataProfile
    hypothetical: bool = False
    steps: list[tuple[str, exp.Select]] = field(default_factory=list)

    def add(self, name: str, select: exp.Select) -> None:
        """Add a named step."""
        self.steps.append((name, select))

    def finished(self, last: exp.Select) -> exp.Select:
        """Return the last step with all the others before it."""
        for name, select in self.steps:
            last = last.with_(name, as_=select, copy=False)
        return last
