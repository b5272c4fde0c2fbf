"""The values that the working of a formula goes through, with their words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from rules_engine.conditions.units import so_many
from rules_engine.messages import tr
from rules_engine.model import figures

if TYPE_CHECKING:
    from datetime import date

Held: TypeAlias = "Fraction | date | bool | str | None"
SHOWN_PLACES = Decimal("0.0001")


class Untold(Exception):
    """There are no words for a part of a formula, or a value in it is not there."""


@dataclass(frozen=True)
class Term:
    """A value with its words.

    Attributes:
        value: what it is.
        name: the label of what has it, or nothing.
        rate: whether it is shown as a percentage.
        text: the calculation that gives it, where that was not told yet.
        counts: the table whose records it counts, or empty.
    """

    value: Held
    name: str = ""
    rate: bool = False
    text: str = ""
    counts: str = ""

    def shown(self, *, beside: Term | None = None) -> str:
        """Return it in words; beside a percentage or a count it is one as well."""
        if self.text:
            return self.text
        found = self.result(beside)
        if self.name and isinstance(self.value, str):
            return tr("{value} is {other}", value=self.name, other=found)
        return figures.named(self.name, found) if self.name else found

    def result(self, beside: Term | None = None) -> str:
        """Return its value in words."""
        other = beside or self
        counts = self.counts or ("" if self.name else other.counts)
        return shown(self.value, rate=self.rate or other.rate, counts=counts)

    @property
    def number(self) -> Fraction:
        """Return its value as a number."""
        if not isinstance(self.value, Fraction):
            raise Untold
        return self.value


def shown(value: Held, *, rate: bool = False, counts: str = "") -> str:
    """Return a value in words, a count with its unit."""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, Fraction):
        decimal = as_decimal(value)
        if rate:
            return figures.percent(decimal)
        return so_many(counts, decimal.quantize(SHOWN_PLACES, ROUND_HALF_UP))
    return tr("“{value}”", value=value) if isinstance(value, str) else figures.figure(value)


def as_decimal(value: Fraction) -> Decimal:
    """Return a number as a decimal, with as many places as there may be."""
    return Decimal(value.numerator) / Decimal(value.denominator)
