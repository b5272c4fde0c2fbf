"""Adds up the months of lines that are scored month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.sql import alias, cast, column, derived, integer, when
from rules_engine.plan.rules import ABSENT, NOT_APPLICABLE, NOT_ASSESSABLE, SCORED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rules_engine.plan.rules import CriterionRule

Bound = Literal["floor", "cap"]
BOUNDS: tuple[tuple[Bound, str], ...] = (("floor", "low"), ("cap", "high"))


def with_years(
    points: exp.Select,
    criteria: Sequence[CriterionRule],
    bound_of: Callable[[CriterionRule, Bound], exp.Expr],
    final: Callable[[CriterionRule, exp.Expr], list[exp.Expr]],
) -> exp.Select:
    """Return the points of all lines, from those of their months where they have such.

    A sum takes every month, an average those that apply. A month that is not assessable makes the
    line so; ``<id>__low`` and ``<id>__high`` then say what it can give at least and at most, and
    ``<id>__fine_low`` and ``<id>__fine_high`` the same of lines that can be finer than 1/10,000, at
    :data:`numbers.EXACT` places.

    Args:
        points: the points of the months, and of the lines without.
        criteria: the lines.
        bound_of: gives the least or most of a month that is unknown.
        final: gives the columns for a line and its points, with what was decided on appeals.
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
        if rule.is_fine:
            _, *exact = _year(rule, exact=True)
            decided = held[0] if len(held) > 1 else None
            years = years.select(*(_decided(e, decided) for e in exact), copy=False)
    return years


def _decided(exact: exp.Expr, gain: exp.Expr | None) -> exp.Expr:
    """Return what months give exactly, with what a decision on an appeal adds to the points."""
    if gain is None:
        return exact
    added = exp.Coalesce(this=gain.this.copy(), expressions=[integer(0)])
    return alias(numbers.add(exact.this, numbers.as_exact(added)), exact.alias_or_name)


def _sums(
    rule: CriterionRule, bound_of: Callable[[CriterionRule, Bound], exp.Expr]
) -> Iterable[exp.Expr]:
    """Yield the outcome, how many months count, and their least and greatest sum."""
    outcomes = [column(f"{m.id}__outcome") for m in rule.months]

    def some(outcome: int) -> tuple[exp.Expr, exp.Expr]:
        found = exp.In(this=integer(outcome), expressions=[o.copy() for o in outcomes])
        return found, integer(outcome)

    outcome = when(
        some(NOT_ASSESSABLE), some(SCORED), some(ABSENT), default=integer(NOT_APPLICABLE)
    )
    yield alias(cast(outcome, "TINYINT"), f"{rule.id}__outcome")
    counts = [when((_counts(m), integer(1)), default=integer(0)) for m in rule.months]
    yield alias(cast(_added(counts), "BIGINT"), f"{rule.id}__months")
    for bound, end in BOUNDS:
        parts = [_month(rule, month, bound_of(month, bound), exact=False) for month in rule.months]
        yield alias(cast(_added(parts), "BIGINT"), f"{rule.id}__{end}_sum")
        if rule.is_fine:
            parts = [_month(rule, m, bound_of(m, bound), exact=True) for m in rule.months]
            yield alias(numbers.wide(_added(parts)), f"{rule.id}__fine_{end}_sum")


def _month(
    rule: CriterionRule, month: CriterionRule, otherwise: exp.Expr, *, exact: bool
) -> exp.Expr:
    """Return what a month adds to the sum; ``otherwise``: if its points are unknown."""
    own = _points(month, exact=exact)
    otherwise = numbers.as_exact(otherwise) if exact else otherwise
    given: exp.Expr = exp.Coalesce(this=own, expressions=[otherwise])
    if rule.section.monthly == "average":
        given = when((_counts(month), given), default=integer(0))
    return given


def _points(month: CriterionRule, *, exact: bool) -> exp.Expr:
    """Return the points of a month, in 1/10,000 or at :data:`numbers.EXACT` places."""
    if exact and month.is_fine:
        return numbers.wide(column(f"{month.id}__fine"))
    points = column(f"{month.id}__points")
    return numbers.as_exact(points) if exact else points


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


def _year(rule: CriterionRule, *, exact: bool = False) -> Iterable[exp.Expr]:
    """Yield the points of the line, then their bounds under their names."""
    unknown = exp.EQ(this=column(f"{rule.id}__outcome"), expression=integer(NOT_ASSESSABLE))
    fine, unit = ("fine_", 10 ** (numbers.EXACT - numbers.POINTS)) if exact else ("", 1)
    kind = numbers.WIDE if exact else "BIGINT"
    ends = {end: _of_sum(rule, f"{rule.id}__{fine}{end}_sum", exact=exact) for _, end in BOUNDS}
    known = exp.Not(this=exp.Paren(this=unknown.copy()))
    yield cast(when((known, ends["low"].copy())), kind)
    possible = [rule.worth] if rule.may_not_apply and rule.section.monthly == "average" else []
    possible += [0] if rule.audience and rule.audience.needs else []
    for end, sql in ends.items():
        if possible:  # with no month known, it may not apply at all
            least, most = min(possible) * unit, max(possible) * unit
            low, high = (None, least) if end == "low" else (most, None)
            wide = numbers.clamp(sql.copy(), low, high)
            sql = when((unknown.copy(), wide), default=sql)
        yield alias(cast(sql, kind), f"{rule.id}__{fine}{end}")


def _of_sum(rule: CriterionRule, name: str, *, exact: bool) -> exp.Expr:
    """Return a sum of months, or their mean, rounded half-up once to the places that are kept."""
    if rule.section.monthly == "sum":
        return column(name)
    months = column(f"{rule.id}__months")
    some = exp.GT(this=months, expression=integer(0))
    mean = numbers.divide_half_up(column(name), months.copy())
    return when((some, mean), default=_points(rule.months[0], exact=exact))
