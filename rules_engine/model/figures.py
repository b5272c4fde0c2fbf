"""Numbers, places and shares as people read them in print."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.model.assessment import Subject

MINUS = "−"


def plain(value: Decimal | int | None) -> str:
    """Return a number without needless zeros; a dash for nothing."""
    if value is None:
        return "—"
    text = f"{Decimal(value):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", MINUS)


def fixed(value: Decimal, places: int) -> str:
    """Return a number with so many places, so that a column of them lines up."""
    step = Decimal(1).scaleb(-places)
    return f"{value.quantize(step, ROUND_HALF_UP):f}".replace("-", MINUS)


def score(subject: Subject, places: int) -> str:
    """Return the score, or the interval in which it lies."""
    if subject.low == subject.high:
        return fixed(subject.score, places)
    return f"{fixed(subject.low, places)} – {fixed(subject.high, places)}"


def percent(value: Decimal) -> str:
    """Return a share as a percentage: two places, or four where two would not be exact.

    So a share is never rounded up to the target that it misses.
    """
    exact = value * 100
    two, four = (exact.quantize(Decimal(step), ROUND_HALF_UP) for step in ("0.01", "0.0001"))
    return plain(two if two == exact else four) + "%"


def average(values: Sequence[Decimal]) -> Decimal | None:
    """Return the mean, or ``None`` of nothing."""
    return sum(values, Decimal(0)) / len(values) if values else None
