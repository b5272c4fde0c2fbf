"""Writes figures in the condition language, and as people read them."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from rules_engine.api import tr

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from rules_engine.api import Known

NAME = re.compile(r"\w+")


def number(value: Decimal) -> str:
    """Return a number."""
    return f"{value.normalize():f}"


def shown(value: Decimal, *, rate: bool) -> str:
    """Return a number, beside a rate as a percentage."""
    return f"{number(value * 100)}%" if rate else number(value)


def figure(value: Decimal, *, rate: bool = False) -> str:
    """Return a number as people read it, with a minus sign; beside a rate as a percentage."""
    return shown(value, rate=rate).replace("-", "−")


def giving(points: Decimal) -> str:
    """Say what so many points mean: they are given, they are taken, or there are none."""
    if points < 0:
        return tr("costs {points} points", points=figure(-points))
    return tr("gives {points} points", points=figure(points))


def operand(text: str) -> str:
    """Return an expression so that it can stand beside any operator."""
    return text if NAME.fullmatch(text) else f"({text})"


def plain_sum(values: Iterable[Decimal | None]) -> str:
    """Return the sum of the numbers that are given."""
    return " + ".join(number(v) for v in values if v is not None)


def empty(name: str, known: Known) -> str | None:
    """Return the question whether there was nothing to measure, where it can be asked."""
    return f"empty({name})" if name in known.voidable else None


PLACES = Decimal("0.0001")
"""Points are kept in 1/10,000."""


def in_points(value: Fraction) -> Decimal:
    """Return a number as points, rounded half-up."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(PLACES, ROUND_HALF_UP)
