"""The words that expressions are put into: values with their units, days, how a text holds up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from rules_engine.messages import tr
from rules_engine.model import figures
from rules_engine.model.year_parts import YEAR_PARTS

if TYPE_CHECKING:
    from datetime import date

import re
from enum import IntEnum
from typing import TYPE_CHECKING

from rules_engine.messages import Message, current_language, msg

DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}:\d{2})(?::\d{2})?)?")
BRACKETS = re.compile(r"[()（）]")


class Rank(IntEnum):
    """How tightly a text holds together."""

    WORD = 0
    PRODUCT = 1
    SUM = 2
    PHRASE = 3
    NOTED = 4
    LONG = 5


@dataclass(frozen=True)
class Phrase:
    """The text of a part of an expression."""

    text: str
    rank: Rank = Rank.WORD

    @property
    def bracketed(self) -> bool:
        """Return whether there are brackets in it, so that none may stand around it."""
        return BRACKETS.search(self.text) is not None


def filled(text: Message, *values: object) -> str:
    """Return a text with its places filled in, in the order in which they stand in it."""
    places = dict.fromkeys(part.split("}")[0] for part in text.text.split("{")[1:])
    return str(Message(text.text, tuple(zip(places, values, strict=True))))


def day_text(text: str) -> str:
    """Return a day that is written out, as people write it."""
    match = DAY.fullmatch(text.strip())
    if match is None or current_language() != "zh":
        return text
    year, month, day = (int(match[n]) for n in (1, 2, 3))
    return f"{year}年{month}月{day}日{match[4] or ''}"


EACH = {
    "cases": msg("for each matter"),
    "checks": msg("for each thing"),
    "visits": msg("each time"),
    "reports": msg("each time"),
    "duties": msg("each time"),
    **{part.counted: part.for_each for part in YEAR_PARTS},
}
"""How one record of a table is counted."""


def each(table: str) -> str:
    """Return what one of those that a table's records count is called, as in "each time"."""
    if not table:
        return tr("for each 1 of it")
    return str(EACH.get(table, "") or msg("for each one"))


def with_unit(table: str, number: Decimal) -> str:
    """Return a number of a table's records with their unit; alone where there is no table."""
    shown, one = figures.plain(number), number == 1
    if table == "cases":
        return tr("1 matter") if one else tr("{number} matters", number=shown)
    if table == "checks":
        return tr("1 thing") if one else tr("{number} things", number=shown)
    for part in YEAR_PARTS:
        if table == part.counted:
            return tr("{number} {unit}s", number=shown, unit=part.noun)
    if table in EACH:
        return tr("once") if one else tr("{number} times", number=shown)
    return tr("{number} in all", number=shown) if table else shown


Operand: TypeAlias = "Fraction | date | bool | str | None"
SHOWN_PLACES = Decimal("0.0001")


class NotExplained(Exception):
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

    value: Operand
    name: str = ""
    rate: bool = False
    text: str = ""
    counts: str = ""

    def shown(self, *, like: Term | None = None) -> str:
        """Return it in words; beside a percentage or a count it is one as well."""
        if self.text:
            return self.text
        text = self.result(like)
        if self.name and isinstance(self.value, str):
            return tr("{value} is {other}", value=self.name, other=text)
        return figures.named(self.name, text) if self.name else text

    def result(self, like: Term | None = None) -> str:
        """Return its value in words."""
        other = like or self
        counts = self.counts or ("" if self.name else other.counts)
        return shown(self.value, rate=self.rate or other.rate, counts=counts)

    @property
    def number(self) -> Fraction:
        """Return its value as a number."""
        if not isinstance(self.value, Fraction):
            raise NotExplained
        return self.value


def shown(value: Operand, *, rate: bool = False, counts: str = "") -> str:
    """Return a value in words, a count with its unit."""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, Fraction):
        decimal = as_decimal(value)
        if rate:
            return figures.percent(decimal)
        return with_unit(counts, decimal.quantize(SHOWN_PLACES, ROUND_HALF_UP))
    return tr("“{value}”", value=value) if isinstance(value, str) else figures.figure(value)


def as_decimal(value: Fraction) -> Decimal:
    """Return a number as a decimal, with as many places as there may be."""
    return Decimal(value.numerator) / Decimal(value.denominator)
