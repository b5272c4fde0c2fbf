"""Builds the columns that say how much money a score brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.sql import cast, column, integer, when

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from rules_engine.model.ruleset import Pay, PayBand
    from rules_engine.model.subjects import SubjectKind
    from rules_engine.plan.rules import Rulebook


def pay_ids(book: Rulebook, kind: SubjectKind) -> list[str]:
    """Return the ids of what is paid to subjects of a kind."""
    return [name for name, spec in book.ruleset.document.pay.items() if spec.subject == kind]


def pay_columns(book: Rulebook, kind: SubjectKind) -> list[exp.Expr]:
    """Return a column ``pay__<id>`` for each payment, in 1/10,000.

    While the score is an interval it is known where every score in that brings the same.
    """
    document = book.ruleset.document
    return [
        exp.Alias(
            this=_sure(document.pay[name]),
            alias=exp.to_identifier(f"pay__{name}", quoted=True),
        )
        for name in pay_ids(book, kind)
    ]


def _sure(spec: Pay) -> exp.Expr:
    known = exp.EQ(this=column("low"), expression=column("high"))
    least, most = (_extreme(spec, kind) for kind in (exp.Least, exp.Greatest))
    same = exp.EQ(this=least, expression=most)
    return cast(when((known, _amount(spec)), (same, least.copy())), "BIGINT")


def _extreme(spec: Pay, kind: type[exp.Least | exp.Greatest]) -> exp.Expr:
    """Return the least or the greatest amount that a score from ``low`` to ``high`` brings."""
    amounts: list[exp.Expr] = []
    for low, high, band in _ranges(spec):
        first: exp.Expr = column("low")
        last: exp.Expr = column("high")
        tests: list[exp.Expr] = []
        if low is not None:
            first = exp.Greatest(this=first, expressions=[integer(low)], ignore_nulls=True)
            tests.append(exp.GTE(this=column("high"), expression=integer(low)))
        if high is not None:
            last = exp.Least(this=last, expressions=[integer(high)], ignore_nulls=True)
            tests.append(exp.LTE(this=column("low"), expression=integer(high)))
        for score in (first, last):  # within a range the amount only rises, or only falls
            amount = _band(band, spec.places, score) if band else integer(0)
            amounts.append(when((exp.and_(*tests), amount)) if tests else amount)
    return kind(this=amounts[0], expressions=amounts[1:], ignore_nulls=True)


def _ranges(spec: Pay) -> Iterator[tuple[int | None, int | None, PayBand | None]]:
    """Yield the bands and what lies between them, with the first and the last score of each."""

    def bound(value: Decimal | None) -> int | None:
        return None if value is None else numbers.reached(value, numbers.POINTS)

    reached: int | None = None
    for band in sorted(spec.bands, key=lambda b: (b.from_ is not None, b.from_ or 0)):
        low, high = bound(band.from_), bound(band.to)
        if low is not None and (reached is None or low > reached):
            yield reached, low - 1, None
        yield low, None if high is None else high - 1, band
        if high is None:
            return
        reached = high if reached is None else max(reached, high)
    yield reached, None, None


def _amount(spec: Pay) -> exp.Expr:
    score = column("low")
    branches: list[tuple[exp.Expr, exp.Expr]] = []
    for band in spec.bands:
        tests: list[exp.Expr] = []
        if band.from_ is not None:
            bound = integer(numbers.reached(band.from_, numbers.POINTS))
            tests.append(exp.GTE(this=score.copy(), expression=bound))
        if band.to is not None:
            bound = integer(numbers.reached(band.to, numbers.POINTS))
            tests.append(exp.LT(this=score.copy(), expression=bound))
        branches.append(
            (exp.and_(*tests) if tests else exp.true(), _band(band, spec.places, score))
        )
    return when(*branches, default=integer(0))


def _band(band: PayBand, places: int, score: exp.Expr) -> exp.Expr:
    """Return ``amount`` + ``each`` × (score − ``over``), rounded half-up once."""
    finest = max(numbers.POINTS, numbers.places_of(band.over))
    own = numbers.to_scale(score.copy(), numbers.POINTS, finest)
    above = numbers.subtract(own, integer(numbers.scaled(band.over, finest)))
    each = numbers.places_of(band.each)
    earned = numbers.multiply(above, integer(numbers.scaled(band.each, each)))
    scale = max(finest + each, numbers.places_of(band.amount))
    whole = numbers.add(
        numbers.to_scale(earned, finest + each, scale),
        integer(numbers.scaled(band.amount, scale)),
    )
    cut = numbers.to_scale(whole, scale, places)
    return numbers.multiply(cut, integer(10 ** (numbers.POINTS - places)))
