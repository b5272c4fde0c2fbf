"""Builds the columns that say how much money a score brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.sql import (
    alias,
    column,
    fragment,
    integer,
    when,
)

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
    pay = book.ruleset.document.pay
    return [alias(_sure(pay[name]), f"pay__{name}") for name in pay_ids(book, kind)]


def _sure(spec: Pay) -> exp.Expr:
    return fragment(
        "CAST(CASE WHEN low = high THEN :amount WHEN :least = :most THEN :least END AS BIGINT)",
        amount=_amount(spec),
        least=_extreme(spec, exp.Least),
        most=_extreme(spec, exp.Greatest),
    )


def _extreme(spec: Pay, kind: type[exp.Least | exp.Greatest]) -> exp.Expr:
    amounts: list[exp.Expr] = []
    for low, high, band in _ranges(spec):
        first = fragment("low" if low is None else "GREATEST(low, :bound)", bound=low)
        last = fragment("high" if high is None else "LEAST(high, :bound)", bound=high)
        reached = fragment("TRUE" if low is None else "high >= :bound", bound=low)
        left = fragment("TRUE" if high is None else "low <= :bound", bound=high)
        for score in (first, last):  # within a range the amount only rises, or only falls
            amount = _band(band, spec.places, score) if band else integer(0)
            text = "CASE WHEN :reached AND :left THEN :amount END"
            amounts.append(fragment(text, reached=reached, left=left, amount=amount))
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
    branches: list[tuple[exp.Expr, exp.Expr]] = []
    for band in spec.bands:
        bounds = {
            "low >= :bound": band.from_,
            "low < :bound": band.to,
        }
        tests = [
            fragment(text, bound=numbers.reached(bound, numbers.POINTS))
            for text, bound in bounds.items()
            if bound is not None
        ]
        amount = _band(band, spec.places, column("low"))
        branches.append((exp.and_(*tests) if tests else exp.true(), amount))
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
