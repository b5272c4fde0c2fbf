"""Says what a score brings, and how the amount of one subject comes about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.messages import in_a_row, singular, tr
from rules_engine.model.figures import plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from rules_engine.model.pay import Pay, PayBand


def points_range(low: Decimal | None, high: Decimal | None) -> str:
    """Return from how many points to how many; an open end holds everything beyond."""
    if low is not None and high is not None:
        return tr("{low} points or more, less than {high}", low=plain(low), high=plain(high))
    if low is not None:
        return tr("{low} points or more", low=plain(low))
    return tr("less than {high} points", high=plain(high)) if high is not None else tr("any")


def amount_words(band: PayBand) -> str:
    """Return what a range brings: an amount, and more or less for each point beside ``over``."""
    fixed = plain(band.amount)
    if not band.each:
        return fixed
    moves = [fixed] if band.amount else []
    if not band.over and (band.from_ is None or band.from_ >= 0):
        each = plain(abs(band.each))
        if not moves and band.each > 0:
            return tr("{each} for each point", each=each)
        moves.append(
            tr("{each} more for each point", each=each)
            if band.each > 0
            else tr("{each} less for each point", each=each)
        )
        return in_a_row(moves)
    if band.to is None or band.to > band.over:
        moves.append(_for_each(band.each, band.over, above=True))
    if band.from_ is None or band.from_ < band.over:
        moves.append(_for_each(-band.each, band.over, above=False))
    return in_a_row(moves)


def _for_each(change: Decimal, over: Decimal, *, above: bool) -> str:
    """Return what each point above or below a score brings more or less."""
    values = {"each": plain(abs(change)), "over": plain(over)}
    if above and change > 0:
        return tr("{each} more for each point above {over}", **values)
    if above:
        return tr("{each} less for each point above {over}", **values)
    if change > 0:
        return tr("{each} more for each point below {over}", **values)
    return tr("{each} less for each point below {over}", **values)


def how_paid(spec: Pay, score: Decimal, amount: Decimal) -> str:
    """Say how an amount comes about: the range, what it brings, and what each point adds or takes.

    Args:
        spec: what is paid.
        score: the score that it goes by.
        amount: what that brings.
    """
    band = band_of(spec.bands, score)
    if band is None:
        return tr("a score of {score} is in no range", score=plain(score))
    parts = _band_parts(band, score, spec.unit)
    exact = band.amount + band.each * (score - band.over)
    if exact != amount:
        parts.append(tr("rounded to {amount} {unit}", amount=plain(amount), unit=spec.unit))
    return singular(in_a_row(parts))


def band_words(band: PayBand, score: Decimal, unit: str) -> str:
    """Say what a range brings for a score."""
    parts = _band_parts(band, score, unit)
    if band.amount and not band.each:
        parts.append(tr("{amount} {unit}", amount=plain(band.amount), unit=unit))
    return singular(in_a_row(parts))


def _band_parts(band: PayBand, score: Decimal, unit: str) -> list[str]:
    parts = [points_range(band.from_, band.to)]
    if band.from_ is None and band.to is None:
        parts = []
    if band.amount and band.each:
        parts.append(tr("{amount} {unit}", amount=plain(band.amount), unit=unit))
    if band.each:
        parts.append(_by_points(band, score, unit))
    return parts


def band_of(bands: Sequence[PayBand], score: Decimal) -> PayBand | None:
    """Return the first range that holds a score."""
    value = (
        band
        for band in bands
        if (band.from_ is None or score >= band.from_) and (band.to is None or score < band.to)
    )
    return next(value, None)


def _by_points(band: PayBand, score: Decimal, unit: str) -> str:
    """Say what the points above or below a score add or take."""
    distance = score - band.over
    change = band.each * distance
    values = {
        "points": plain(abs(distance)),
        "over": plain(band.over),
        "each": plain(abs(band.each)),
        "change": plain(abs(change)),
        "unit": unit,
    }
    if not band.over:
        if change >= 0:
            return tr("{points} points at {each} {unit} add {change} {unit}", **values)
        return tr("{points} points at {each} {unit} take {change} {unit}", **values)
    if distance >= 0:
        if change >= 0:
            return tr("{points} points above {over} at {each} {unit} add {change} {unit}", **values)
        return tr("{points} points above {over} at {each} {unit} take {change} {unit}", **values)
    if change >= 0:
        return tr("{points} points below {over} at {each} {unit} add {change} {unit}", **values)
    return tr("{points} points below {over} at {each} {unit} take {change} {unit}", **values)
