"""Adds up the months of lines that are scored month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.sql import (
    cast,
    column,
    fragment,
    integer,
    when,
)
from rules_engine.plan.builder import extended, sum_of, zero_if_none
from rules_engine.plan.rules import ABSENT, NOT_APPLICABLE, NOT_ASSESSABLE, SCORED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rules_engine.plan.rules import CriterionRule

Bound = Literal["floor", "cap"]
BOUNDS: tuple[tuple[Bound, str], ...] = (("floor", "low"), ("cap", "high"))


def with_years(
    points: exp.Select,
    criteria: Sequence[CriterionRule],
    bound_of: Callable[[CriterionRule, Bound], exp.Expr],
    final: Callable[[CriterionRule, exp.Expr], dict[str, exp.Expr]],
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
    sums: dict[str, exp.Expr] = {}
    years: dict[str, exp.Expr] = {}
    for rule in monthly:
        sums |= _sums(rule, bound_of)
        columns = final(rule, _points_of_year(rule))
        years |= columns | _bounds_of_year(rule, exact=False)
        if rule.is_fine:
            gain = columns.get(f"{rule.id}__adjusted")
            fine = _bounds_of_year(rule, exact=True)
            years |= {name: _decided(tree, gain) for name, tree in fine.items()}
    return extended(extended(points, sums), years)


def _decided(exact: exp.Expr, gain: exp.Expr | None) -> exp.Expr:
    """Return what months give exactly, with what a decision on an appeal adds to the points."""
    if gain is None:
        return exact
    return numbers.add(exact, numbers.as_exact(zero_if_none(gain.copy())))


def _sums(
    rule: CriterionRule, bound_of: Callable[[CriterionRule, Bound], exp.Expr]
) -> dict[str, exp.Expr]:
    """Return the outcome, how many months count, and their least and greatest sum."""
    outcome = fragment(
        """CASE WHEN :not_assessable IN (:outcomes) THEN :not_assessable
        WHEN :scored IN (:outcomes) THEN :scored WHEN :absent IN (:outcomes) THEN :absent
        ELSE :not_applicable END""",
        outcomes=[column(f"{m.id}__outcome") for m in rule.months],
        not_assessable=NOT_ASSESSABLE,
        scored=SCORED,
        absent=ABSENT,
        not_applicable=NOT_APPLICABLE,
    )
    counts = [when((_counts(m), integer(1)), default=integer(0)) for m in rule.months]
    sums = {
        f"{rule.id}__outcome": cast(outcome, "TINYINT"),
        f"{rule.id}__months": cast(sum_of(counts), "BIGINT"),
    }
    for bound, end in BOUNDS:
        parts = [_month(rule, month, bound_of(month, bound), exact=False) for month in rule.months]
        sums[f"{rule.id}__{end}_sum"] = cast(sum_of(parts), "BIGINT")
        if rule.is_fine:
            parts = [_month(rule, m, bound_of(m, bound), exact=True) for m in rule.months]
            sums[f"{rule.id}__fine_{end}_sum"] = numbers.wide(sum_of(parts))
    return sums


def _month(
    rule: CriterionRule, month: CriterionRule, otherwise: exp.Expr, *, exact: bool
) -> exp.Expr:
    """Return what a month adds to the sum; ``otherwise``: if its points are unknown."""
    own = _points(month, exact=exact)
    otherwise = numbers.as_exact(otherwise) if exact else otherwise
    points: exp.Expr = exp.Coalesce(this=own, expressions=[otherwise])
    if rule.section.adding == "average":
        points = when((_counts(month), points), default=integer(0))
    return points


def _points(month: CriterionRule, *, exact: bool) -> exp.Expr:
    if exact and month.is_fine:
        return numbers.wide(column(f"{month.id}__fine"))
    points = column(f"{month.id}__points")
    return numbers.as_exact(points) if exact else points


def _counts(month: CriterionRule) -> exp.Expr:
    """Return whether a month counts in an average: it was scored, or should have been."""
    text = ":outcome IN (:scored, :not_assessable)"
    outcome = column(f"{month.id}__outcome")
    return fragment(text, outcome=outcome, scored=SCORED, not_assessable=NOT_ASSESSABLE)


def _unknown(rule: CriterionRule) -> exp.Expr:
    return fragment(":outcome = :code", outcome=column(f"{rule.id}__outcome"), code=NOT_ASSESSABLE)


def _points_of_year(rule: CriterionRule) -> exp.Expr:
    points = _of_sum(rule, f"{rule.id}__low_sum", exact=False)
    text = "CAST(CASE WHEN NOT :unknown THEN :points END AS BIGINT)"
    return fragment(text, unknown=_unknown(rule), points=points)


def _bounds_of_year(rule: CriterionRule, *, exact: bool) -> dict[str, exp.Expr]:
    """Return the least and the most of the points of the line."""
    fine, unit = ("fine_", 10 ** (numbers.EXACT - numbers.POINTS)) if exact else ("", 1)
    possible: list[int] = []
    if rule.may_not_apply and rule.section.adding == "average":
        possible = [rule.worth, *(one.worth for one in rule.sizes)]
    possible += [0] if rule.audience and rule.audience.needs else []
    bounds: dict[str, exp.Expr] = {}
    for _, end in BOUNDS:
        points = _of_sum(rule, f"{rule.id}__{fine}{end}_sum", exact=exact)
        if possible:  # with no month known, it may not apply at all
            least, most = min(possible) * unit, max(possible) * unit
            low, high = (None, least) if end == "low" else (most, None)
            wide = numbers.clamp(points.copy(), low, high)
            points = when((_unknown(rule), wide), default=points)
        bounds[f"{rule.id}__{fine}{end}"] = cast(points, numbers.WIDE if exact else "BIGINT")
    return bounds


def _of_sum(rule: CriterionRule, name: str, *, exact: bool) -> exp.Expr:
    """Return a sum of months, or their mean, rounded half-up once to the places that are kept."""
    if rule.section.adding == "sum":
        return column(name)
    return fragment(
        "CASE WHEN :months > 0 THEN :mean ELSE :worth END",
        months=column(f"{rule.id}__months"),
        mean=numbers.divide_half_up(column(name), column(f"{rule.id}__months")),
        worth=_points(rule.months[0], exact=exact),
    )


def bounded_column(section: str, month: str, end: str, scale: int) -> str:
    """Return the column of what a section gives in one part of the period, held by its bounds."""
    return f"sec__{section}__{month}__{'fine_' * (scale != numbers.POINTS)}{end}"


def bounded_columns(
    section: str,
    rules: Sequence[CriterionRule],
    points_of: Callable[[CriterionRule], exp.Expr],
    end: str,
    scale: int,
) -> dict[str, exp.Expr]:
    """Return what a section gives in each part of the period, its lines held together.

    Args:
        section: the section.
        rules: its lines.
        points_of: gives the points of a line in one part, at least or at most.
        end: which of these it is.
        scale: the decimal places of the points.
    """
    spec = rules[0].section
    low, high = (
        None if b is None else numbers.scaled(b, scale) for b in (spec.each_floor, spec.each_cap)
    )
    kind = numbers.WIDE if scale != numbers.POINTS else "BIGINT"
    return {
        bounded_column(section, part[0].month, end, scale): cast(
            numbers.clamp(exp.Paren(this=sum_of([points_of(line) for line in part])), low, high),
            kind,
        )
        for part in _parts(rules)
    }


def bounded_total(section: str, rules: Sequence[CriterionRule], end: str, scale: int) -> exp.Expr:
    """Return the sum or the mean of :func:`bounded_columns`.

    A mean takes the parts in which a line applies; where that is not known of one, it lies between
    the least and the greatest of them.
    """
    parts = _parts(rules)
    bounded: list[exp.Expr] = [
        column(bounded_column(section, part[0].month, end, scale)) for part in parts
    ]
    if rules[0].section.adding == "sum":
        return sum_of(bounded)
    counts = [exp.or_(*map(_counts, part)) for part in parts]
    added = [
        when((test, points.copy()), default=integer(0))
        for test, points in zip(counts, bounded, strict=True)
    ]
    number = exp.Paren(
        this=sum_of([when((test.copy(), integer(1)), default=integer(0)) for test in counts])
    )
    mean: exp.Expr = fragment(
        "CASE WHEN :number > 0 THEN :mean ELSE :first END",
        number=number,
        mean=numbers.divide_half_up(exp.Paren(this=sum_of(added)), number.copy()),
        first=bounded[0].copy(),
    )
    if any(rule.may_not_apply for rule in rules):
        extreme = numbers.extreme_of([points.copy() for points in bounded], least=end == "low")
        mean = when((exp.or_(*map(_doubtful, parts)), extreme), default=mean)
    return mean


def _parts(rules: Sequence[CriterionRule]) -> list[tuple[CriterionRule, ...]]:
    """Return the lines of a section by the parts of the period."""
    return list(zip(*(rule.months for rule in rules), strict=True))


def _doubtful(part: Sequence[CriterionRule]) -> exp.Expr:
    """Return whether it is not known of a part of the period if one of its lines applies."""
    text = "(:scored NOT IN (:outcomes) AND :not_assessable IN (:outcomes))"
    outcomes = [column(f"{line.id}__outcome") for line in part]
    return fragment(text, scored=SCORED, not_assessable=NOT_ASSESSABLE, outcomes=outcomes)
