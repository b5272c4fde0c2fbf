"""Exact arithmetic as SQL over scaled integers.

A number is an integer column and a *scale*, the count of its decimal places: 12.5 points at scale
4 is 125000. Engines agree about integers; about decimal division and floats they do not.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions.sql import cast, fragment, integer, is_null, paren, when

if TYPE_CHECKING:
    from collections.abc import Sequence

POINTS = 4
"""Decimal places of points: 1/10,000."""
EXACT = 15
"""Decimal places that are kept of points which are not whole in 1/10,000, until all are added."""
SAME = 12
"""Decimal places by which their sums are told apart: a third of a point three times is 1. So what
lies at a half is rounded as such, and nothing else is, where denominators are below 10^9."""
RATE = 6
"""Decimal places of rates: 1/1,000,000."""
MAX_SCALE = 12
"""More places than this do not fit beside large counts into 64 bits."""
WIDE = "INT128"
"""The type of whole numbers beyond 64 bits. Not a decimal: an engine may divide these as floats."""
QUICK = 1_000_000_000
"""Decimals up to this are made integers without wider digits."""


def places_of(value: Decimal) -> int:
    """Return the decimal places that a number needs."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def scaled(value: Decimal, scale: int) -> int:
    """Return a number as an integer at a scale, half-up."""
    return int(value.scaleb(scale).to_integral_value(ROUND_HALF_UP))


def reached(value: Decimal, scale: int) -> int:
    """Return the least integer at a scale that is not below a number."""
    return int(value.scaleb(scale).to_integral_value(ROUND_CEILING))


def unscaled(value: int, scale: int) -> Decimal:
    """Return the number that an integer at a scale stands for."""
    return Decimal(value).scaleb(-scale)


def add(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Return left + right."""
    return exp.Add(this=paren(_wide(left, right)), expression=paren(right))


def subtract(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Return left − right."""
    return exp.Sub(this=paren(_wide(left, right)), expression=paren(right))


def multiply(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Return left × right, leaving out a factor of one."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, exp.Literal) and one.this == "1":
            return other
    return exp.Mul(this=paren(_wide(left, right)), expression=paren(right))


def _wide(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Return the left side as 64 bits when both are literals: engines work out 32 bits of them."""
    return left if _has_column(left) or _has_column(right) else cast(left, "BIGINT")


def _has_column(sql: exp.Expr) -> bool:
    """Return whether a number rests on a column or a cast, which have 64 bits."""
    if isinstance(sql, exp.Case):
        results = [branch.args["true"] for branch in sql.args["ifs"]]
        return any(map(_has_column, (*results, sql.args.get("default", exp.Null()))))
    if isinstance(sql, exp.Literal | exp.Null):
        return False
    if isinstance(sql, exp.Paren | exp.Neg | exp.Abs):
        return _has_column(sql.this)
    if isinstance(sql, exp.Binary):
        return _has_column(sql.this) or _has_column(sql.expression)
    return True


def whole_division(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Return left ÷ right cut towards zero."""
    return exp.Paren(this=exp.IntDiv(this=paren(left), expression=paren(right)))


def of_decimal(sql: exp.Expr) -> exp.Expr:
    """Return a column of decimals as whole numbers of 1/10,000.

    An engine may hold the product of decimals within the digits of what is multiplied; wider
    digits, which large amounts need, cost it many times as long, so only they are given them.
    """
    return fragment(
        """CASE WHEN :value < :least OR :value > :most
        THEN CAST(:value * CAST(:factor AS BIGINT) AS BIGINT)
        ELSE CAST(:value * :factor AS BIGINT) END""",
        value=sql,
        least=-QUICK,
        most=QUICK,
        factor=10**POINTS,
    )


def wide(sql: exp.Expr) -> exp.Expr:
    """Return a whole number as one of 128 bits."""
    return cast(sql, WIDE)


def as_exact(sql: exp.Expr) -> exp.Expr:
    """Return points in 1/10,000 as points at :data:`EXACT` places."""
    return multiply(wide(sql), integer(10 ** (EXACT - POINTS)))


def to_scale(sql: exp.Expr, scale: int, wanted: int) -> exp.Expr:
    """Return the number at another scale, half-up (away from zero) where places are lost."""
    if wanted >= scale:
        return multiply(sql, integer(10 ** (wanted - scale)))
    return divide_half_up(sql, integer(10 ** (scale - wanted)))


def divide_half_up(numerator: exp.Expr, denominator: exp.Expr) -> exp.Expr:
    """Return numerator ÷ denominator as a whole number, half-up (away from zero).

    The denominator must be positive.
    """
    half = fragment("(:whole DIV 2)", whole=denominator)
    if isinstance(denominator, exp.Literal):
        half = integer(int(denominator.this) // 2)
        odd = int(denominator.this) % 2
    else:
        odd = 1
    if odd:  # compare doubled values, so that half of an odd denominator is exact
        numerator, denominator, half = (
            multiply(numerator, integer(2)),
            multiply(denominator, integer(2)),
            denominator,
        )
    return fragment(
        "CASE WHEN :numerator < 0 THEN (:less DIV :denominator) ELSE (:more DIV :denominator) END",
        numerator=numerator.copy(),
        less=subtract(numerator.copy(), half.copy()),
        more=add(numerator, half),
        denominator=denominator,
    )


def months_begun(first: exp.Expr, last: exp.Expr) -> exp.Expr:
    """Return how many months have begun from one day to a later one; 0 when it is not later.

    Of an empty day that cannot be told.
    """
    return fragment(MONTHS_BEGUN, first=first, last=last)


MONTHS_BEGUN = """
CASE WHEN :last > :first THEN
  (CAST(YEAR(:last) AS BIGINT) - CAST(YEAR(:first) AS BIGINT)) * 12
  + CAST(MONTH(:last) AS BIGINT) - CAST(MONTH(:first) AS BIGINT)
  + CASE WHEN CAST(DAY(:last) AS BIGINT) > CAST(DAY(:first) AS BIGINT) THEN 1 ELSE 0 END
WHEN :last <= :first THEN 0 END
"""


def full_months(first: exp.Expr, last: exp.Expr) -> exp.Expr:
    """Return how many whole months lie between one day and a later one; 0 when it is not later.

    A month ends on the day of the same number, or on its last day where it has none. Of an empty
    day that cannot be told.
    """
    return fragment(FULL_MONTHS, first=first, last=last)


LAST_OF_MONTH = """
CASE WHEN MONTH(:last) IN (4, 6, 9, 11) THEN 30 WHEN MONTH(:last) <> 2 THEN 31
  WHEN YEAR(:last) % 4 = 0 AND (YEAR(:last) % 100 <> 0 OR YEAR(:last) % 400 = 0) THEN 29
  ELSE 28 END
"""
FULL_MONTHS = f"""
CASE WHEN :last > :first THEN
  (CAST(YEAR(:last) AS BIGINT) - CAST(YEAR(:first) AS BIGINT)) * 12
  + CAST(MONTH(:last) AS BIGINT) - CAST(MONTH(:first) AS BIGINT)
  - CASE WHEN CAST(DAY(:last) AS BIGINT) < CAST(DAY(:first) AS BIGINT)
      AND CAST(DAY(:last) AS BIGINT) < {LAST_OF_MONTH} THEN 1 ELSE 0 END
WHEN :last <= :first THEN 0 END
"""


def floor_to_whole(sql: exp.Expr, scale: int) -> exp.Expr:
    """Return the number cut down to a whole, as an integer at scale 0."""
    if scale == 0:
        return sql
    cut = fragment("(:value DIV :unit)", value=sql, unit=10**scale)
    text = "CASE WHEN :value < 0 AND :cut * :unit <> :value THEN :cut - 1 ELSE :cut END"
    return fragment(text, value=sql, cut=cut, unit=10**scale)


def floor_division(numerator: exp.Expr, denominator: exp.Expr, *, signed: bool = True) -> exp.Expr:
    """Return numerator ÷ denominator cut down to a whole; the denominator must be positive."""
    cut = fragment("(:one DIV :other)", one=numerator.copy(), other=denominator.copy())
    if not signed:
        return cut
    away = add(negated(numerator.copy()), subtract(denominator.copy(), integer(1)))
    text = "CASE WHEN :numerator < 0 THEN -(:away DIV :denominator) ELSE :cut END"
    return fragment(text, numerator=numerator, away=away, denominator=denominator, cut=cut)


def ceiling_division(
    numerator: exp.Expr, denominator: exp.Expr, *, signed: bool = True
) -> exp.Expr:
    """Return numerator ÷ denominator brought up to a whole; the denominator must be positive."""
    raised = add(numerator.copy(), subtract(denominator.copy(), integer(1)))
    cut = fragment("(:raised DIV :denominator)", raised=raised, denominator=denominator.copy())
    if not signed:
        return cut
    text = "CASE WHEN :numerator < 0 THEN -((-:numerator) DIV :denominator) ELSE :cut END"
    return fragment(text, numerator=numerator, denominator=denominator, cut=cut)


def negated(sql: exp.Expr) -> exp.Expr:
    """Return the number below zero instead of above, or the reverse."""
    return exp.Neg(this=paren(sql))


def greater_of(left: exp.Expr, right: exp.Expr, *, least: bool) -> exp.Expr:
    """Return the greater (or lesser) of two; unknown when either is unknown."""
    keep, drop = ("<=", ">") if least else (">=", "<")
    text = f"CASE WHEN :one {keep} :other THEN :one WHEN :one {drop} :other THEN :other END"
    return fragment(text, one=left, other=right)


def extreme_of(values: Sequence[exp.Expr], *, least: bool) -> exp.Expr:
    """Return the greatest (or least) of several; unknown when one of them is unknown.

    Engines pass over what is unknown. Of more than two, each stands in it twice, however many.
    """
    if len(values) == 1:
        return values[0]
    if len(values) == 2:
        return greater_of(values[0], values[1], least=least)
    unknown = [is_null(value) for value in values]
    kind = exp.Least if least else exp.Greatest
    extreme = kind(this=values[0], expressions=list(values[1:]), ignore_nulls=True)
    return when((exp.or_(*unknown), exp.Null()), default=extreme)


def clamp(sql: exp.Expr, low: int | None, high: int | None) -> exp.Expr:
    """Return the number held between two bounds; unknown stays unknown."""
    below = "WHEN :value < :low THEN :low " if low is not None else ""
    above = "WHEN :value > :high THEN :high " if high is not None else ""
    text = f"CASE {below}{above}ELSE :value END"
    return fragment(text, value=sql, low=low, high=high) if below or above else sql
