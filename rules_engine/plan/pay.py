"""Builds the columns that say how much money a score brings, and rounds money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.sql import (
    alias,
    cast,
    column,
    fragment,
    integer,
    paren,
    when,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from rules_engine.model.outcomes import Grade
    from rules_engine.model.pay import Pay, PayBand, PayPart
    from rules_engine.model.ruleset import RulesetDocument
    from rules_engine.model.subjects import SubjectKind
    from rules_engine.plan.rules import Rulebook

    Banded = Callable[["PayBand | None", exp.Expr], exp.Expr]


def pay_ids(book: Rulebook, kind: SubjectKind) -> list[str]:
    """Return the ids of what is paid to subjects of a kind."""
    return [name for name, spec in book.ruleset.document.pay.items() if spec.subject == kind]


def grades_of(document: RulesetDocument, kind: SubjectKind) -> Mapping[str, Grade]:
    """Return the grades of a kind of subject, best first."""
    own = document.responsibility.grades if document.responsibility else None
    return own if own and not kind.judged else document.grades


def pay_columns(book: Rulebook, kind: SubjectKind) -> list[exp.Expr]:
    """Return a column ``pay__<id>`` for each payment, in 1/10,000.

    While the score is an interval it is known where every score in that brings the same.
    """
    pay = book.ruleset.document.pay
    return [
        alias(_sure(pay[name]), f"pay__{name}")
        for name in pay_ids(book, kind)
        if not pay[name].parts
    ]


def part_columns(book: Rulebook, kind: SubjectKind) -> list[str]:
    """Return the columns of the parts of payments, beside those of the payments."""
    return [rule.name for rule in book.paid(kind)]


def rounding_of(pay: Pay, part: PayPart) -> tuple[int, str]:
    """Return the decimal places of a part of a payment, and how it is rounded to them."""
    places = pay.places if part.places is None else part.places
    return places, part.rounding or pay.rounding


def rounded_units(money: exp.Expr, scale: int, places: int, how: str) -> exp.Expr:
    """Return money at a scale as whole units of so many places.

    Args:
        money: in 128 bits.
        scale: its decimal places.
        places: the decimal places that are left.
        how: ``half up``, ``down`` or ``up``, all three by its size, whatever its sign.
    """
    unit = integer(10 ** (scale - places))
    if how == "half up":
        cut = numbers.to_scale(money, scale, places)
    elif how == "down":
        cut = fragment("(:money DIV :unit)", money=money, unit=unit)
    else:
        text = "CASE WHEN :money < 0 THEN -((:less) DIV :unit) ELSE (:more) DIV :unit END"
        rest = integer(10 ** (scale - places) - 1)
        less = numbers.add(numbers.negated(money.copy()), rest.copy())
        more = numbers.add(money.copy(), rest)
        cut = fragment(text, money=money, less=less, more=more, unit=unit)
    return cast(cut, "BIGINT")


def exact_money(amount: Decimal) -> exp.Expr:
    """Return an amount at :data:`numbers.EXACT` places."""
    return numbers.wide(integer(numbers.scaled(amount, numbers.EXACT)))


def exact_extremes(bands: Sequence[PayBand], *, uncertain: bool) -> tuple[exp.Expr, exp.Expr]:
    """Return the least and the most that a score brings, at :data:`numbers.EXACT` places.

    Args:
        bands: the ranges.
        uncertain: whether the score can be an interval; else both are the same.
    """
    amount = _amount(bands, exact_band)
    if not uncertain:
        return amount, amount
    text = "CASE WHEN low = high THEN :amount ELSE :extreme END"
    least, most = (
        fragment(text, amount=amount.copy(), extreme=_extreme(bands, kind, exact_band))
        for kind in (exp.Least, exp.Greatest)
    )
    return least, most


def exact_band(band: PayBand | None, score: exp.Expr) -> exp.Expr:
    """Return what a range brings, at :data:`numbers.EXACT` places."""
    if band is None:
        return numbers.wide(integer(0))
    above = numbers.subtract(
        numbers.wide(score.copy()), integer(numbers.scaled(band.over, numbers.POINTS))
    )
    finest = max(numbers.POINTS, numbers.places_of(band.over))
    if finest > numbers.POINTS:
        own = numbers.to_scale(numbers.wide(score.copy()), numbers.POINTS, finest)
        above = numbers.subtract(own, integer(numbers.scaled(band.over, finest)))
    each = numbers.multiply(
        paren(above), integer(numbers.scaled(band.each, numbers.EXACT - finest))
    )
    return numbers.add(exact_money(band.amount), paren(each))


def _sure(spec: Pay) -> exp.Expr:
    def banded(band: PayBand | None, score: exp.Expr) -> exp.Expr:
        return _band(band, spec.places, score) if band else integer(0)

    return fragment(
        "CAST(CASE WHEN low = high THEN :amount WHEN :least = :most THEN :least END AS BIGINT)",
        amount=_amount(spec.bands, banded),
        least=_extreme(spec.bands, exp.Least, banded),
        most=_extreme(spec.bands, exp.Greatest, banded),
    )


def _extreme(
    bands: Sequence[PayBand], kind: type[exp.Least | exp.Greatest], banded: Banded
) -> exp.Expr:
    amounts: list[exp.Expr] = []
    for low, high, band in _ranges(bands):
        first = fragment("low" if low is None else "GREATEST(low, :bound)", bound=low)
        last = fragment("high" if high is None else "LEAST(high, :bound)", bound=high)
        reached = fragment("TRUE" if low is None else "high >= :bound", bound=low)
        left = fragment("TRUE" if high is None else "low <= :bound", bound=high)
        for score in (first, last):  # within a range the amount only rises, or only falls
            amount = banded(band, score)
            text = "CASE WHEN :reached AND :left THEN :amount END"
            amounts.append(fragment(text, reached=reached, left=left, amount=amount))
    return kind(this=amounts[0], expressions=amounts[1:], ignore_nulls=True)


def _ranges(bands: Sequence[PayBand]) -> Iterator[tuple[int | None, int | None, PayBand | None]]:
    """Yield the bands and what lies between them, with the first and the last score of each."""

    def bound(value: Decimal | None) -> int | None:
        return None if value is None else numbers.reached(value, numbers.POINTS)

    reached: int | None = None
    for band in sorted(bands, key=lambda b: (b.from_ is not None, b.from_ or 0)):
        low, high = bound(band.from_), bound(band.to)
        if low is not None and (reached is None or low > reached):
            yield reached, low - 1, None
        yield low, None if high is None else high - 1, band
        if high is None:
            return
        reached = high if reached is None else max(reached, high)
    yield reached, None, None


def _amount(ranges: Sequence[PayBand], banded: Banded) -> exp.Expr:
    branches: list[tuple[exp.Expr, exp.Expr]] = []
    for band in ranges:
        bounds = {
            "low >= :bound": band.from_,
            "low < :bound": band.to,
        }
        tests = [
            fragment(text, bound=numbers.reached(bound, numbers.POINTS))
            for text, bound in bounds.items()
            if bound is not None
        ]
        amount = banded(band, column("low"))
        branches.append((exp.and_(*tests) if tests else exp.true(), amount))
    return when(*branches, default=banded(None, column("low")))


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
