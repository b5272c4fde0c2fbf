"""Adds up the months of lines that are scored month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from rules_engine.compiler import numbers
from rules_engine.compiler.numbers import integer
from rules_engine.compiler.pieces import alias, derived
from rules_engine.compiler.rules import ABSENT, NOT_APPLICABLE, NOT_ASSESSABLE, SCORED
from rules_engine.compiler.scope import column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rules_engine.compiler.rules import CriterionRule

Bound = Literal["floor", "cap"]
BOUNDS: tuple[tuple[Bound, str], ...] = (("floor", "low"), ("cap", "high"))


def with_years(
    points: exp.Select,
    criteria: Sequence[CriterionRule],
    bound_of: Callable[[CriterionRule, Bound], exp.Expr],
    final: Callable[[CriterionRule, exp.Expr], list[exp.Expr]],
    parts: int = 1,
) -> exp.Select:
    """Return the points of all lines, from those of their months where they have such.

    A sum takes every month, an average those that apply. A month that is not assessable makes the
    line so; ``<id>__low`` and ``<id>__high`` then say what it can give at least and at most.

    Args:
        points: the points of the months, and of the lines without.
        criteria: the lines.
        bound_of: gives the least or most of a month that is unknown.
        final: gives the columns for a line and its points, with what was decided on appeals.
        parts: in how many parts of 1/10,000 point means are given to the total, so that none is
            rounded: ``<id>__part_low`` and ``<id>__part_high``, of lines that are averaged.
    """
    monthly = [rule for rule in criteria if rule.months]
    if not monthly:
        return points
    summed = exp.select("*").from_(derived(points, "months"), copy=False)
    for rule in monthly:
        summed = summed.select(*_sums(rule, bound_of), copy=False)
    years = exp.select("*").from_(derived(summed, "summed"), copy=False)
    for rule in monthly:
        given, *bounds = _year(rule)
        held = final(rule, given)
        years = years.select(*held, *bounds, copy=False)
        if parts > 1 and rule.section.monthly == "average":
            _, *exact = _year(rule, parts)
            decided = held[0] if len(held) > 1 else None
            years = years.select(*(_decided(e, decided, parts) for e in exact), copy=False)
    return years


def _decided(exact: exp.Expr, gain: exp.Expr | None, parts: int) -> exp.Expr:
    """Return a mean in parts, with what a decision on an appeal adds to the points."""
    if gain is None:
        return exact
    added = exp.Coalesce(this=gain.this.copy(), expressions=[integer(0)])
    return alias(
        numbers.add(exact.this, numbers.multiply(added, integer(parts))), exact.alias_or_name
    )


def _sums(
    rule: CriterionRule, bound_of: Callable[[CriterionRule, Bound], exp.Expr]
) -> Iterable[exp.Expr]:
    """Yield the outcome, how many months count, and their least and greatest sum."""
    outcomes = [column(f"{m.id}__outcome") for m in rule.months]

    def some(outcome: int) -> tuple[exp.Expr, exp.Expr]:
        found = exp.In(this=integer(outcome), expressions=[o.copy() for o in outcomes])
        return found, integer(outcome)

    outcome = numbers.when(
        some(NOT_ASSESSABLE), some(SCORED), some(ABSENT), default=integer(NOT_APPLICABLE)
    )
    yield alias(numbers.cast(outcome, "TINYINT"), f"{rule.id}__outcome")
    averaged = rule.section.monthly == "average"
    counts = [numbers.when((_counts(m), integer(1)), default=integer(0)) for m in rule.months]
    yield alias(numbers.cast(_added(counts), "BIGINT"), f"{rule.id}__months")
    for bound, end in BOUNDS:
        parts = []
        for month in rule.months:
            given: exp.Expr = exp.Coalesce(
                this=column(f"{month.id}__points"), expressions=[bound_of(month, bound)]
            )
            if averaged:
                given = numbers.when((_counts(month), given), default=integer(0))
            parts.append(given)
        yield alias(numbers.cast(_added(parts), "BIGINT"), f"{rule.id}__{end}_sum")


def _counts(month: CriterionRule) -> exp.Expr:
    """Return whether a month counts in an average: it was scored, or should have been."""
    return exp.In(
        this=column(f"{month.id}__outcome"),
        expressions=[integer(SCORED), integer(NOT_ASSESSABLE)],
    )


def _added(parts: Sequence[exp.Expr]) -> exp.Expr:
    total = parts[0]
    for part in parts[1:]:
        total = exp.Add(this=total, expression=part)
    return total


def _year(rule: CriterionRule, parts: int = 1) -> Iterable[exp.Expr]:
    """Yield the points of the line, then their bounds under their names; in so many parts."""
    unknown = exp.EQ(this=column(f"{rule.id}__outcome"), expression=integer(NOT_ASSESSABLE))
    ends = {end: _of_sum(rule, f"{rule.id}__{end}_sum", parts) for _, end in BOUNDS}
    known = exp.Not(this=exp.Paren(this=unknown.copy()))
    yield numbers.cast(numbers.when((known, ends["low"].copy())), "BIGINT")
    possible = [rule.worth] if rule.may_not_apply and rule.section.monthly == "average" else []
    possible += [0] if rule.audience and rule.audience.needs else []
    for end, sql in ends.items():
        if possible:  # with no month known, it may not apply at all
            least, most = min(possible) * parts, max(possible) * parts
            low, high = (None, least) if end == "low" else (most, None)
            wide = numbers.clamp(sql.copy(), low, high)
            sql = numbers.when((unknown.copy(), wide), default=sql)
        name = f"{rule.id}__{end}" if parts == 1 else f"{rule.id}__part_{end}"
        yield alias(numbers.cast(sql, "BIGINT"), name)


def _of_sum(rule: CriterionRule, name: str, parts: int) -> exp.Expr:
    """Return a sum of months, or their mean, rounded half-up once, or in parts and exact."""
    if rule.section.monthly == "sum":
        return column(name)
    months = column(f"{rule.id}__months")
    some = exp.GT(this=months, expression=integer(0))
    alone: exp.Expr = column(f"{rule.months[0].id}__points")
    if parts == 1:
        mean = numbers.divide_half_up(column(name), months.copy())
    else:
        share = numbers.whole_division(numbers.cast(integer(parts), "BIGINT"), months.copy())
        mean = numbers.multiply(column(name), share)
        alone = numbers.multiply(alone, integer(parts))
    return numbers.when((some, mean), default=alone)
