"""Numbers, days, places and shares as people read them in print."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Protocol

from rules_engine.messages import msg, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

MINUS = "−"
NEVER_YEAR = 9999
"""The year of what has not happened."""
MONTHS = (
    msg("January"), msg("February"), msg("March"), msg("April"), msg("May"), msg("June"),
    msg("July"), msg("August"), msg("September"), msg("October"), msg("November"),
    msg("December"),
)  # fmt: skip


def in_digits(value: Decimal) -> str:
    """Return a number as programs and rulesets write it: no needless zeros, no powers of ten."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def plain(value: Decimal | int | None) -> str:
    """Return a number without needless zeros; a dash for nothing."""
    if value is None:
        return "—"
    return in_digits(Decimal(value)).replace("-", MINUS)


def named(name: str, number: str) -> str:
    """Return what a number is of, with the number; no figure runs into a name's letters."""
    texts = tr("{name} {number}", name=name, number=number)
    return f"{name} {number}" if name[-1:].isascii() and name[-1:].isalnum() else texts


def rounded(value: Decimal, places: int = 2) -> str:
    """Return a number with so many places at most."""
    return plain(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def signed(value: Decimal) -> str:
    """Return a number with its sign, for what is added or taken away."""
    return f"+{plain(value)}" if value >= 0 else plain(value)


def fixed(value: Decimal, places: int) -> str:
    """Return a number with so many places, so that a column of them lines up."""
    step = Decimal(1).scaleb(-places)
    return f"{value.quantize(step, ROUND_HALF_UP):f}".replace("-", MINUS)


LIMITLESS = Decimal(5_000_000)
"""An interval that is wider than points ever are reaches beyond this where it has no end: what
stands for no limit of a line is 10^9, and a small weight may make it less."""


def ends(low: Decimal, high: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """Return the ends of an interval of points; ``None`` where it has none."""
    if high - low < LIMITLESS:
        return low, high
    return (low if low > -LIMITLESS else None, high if high < LIMITLESS else None)


def span(low: Decimal, high: Decimal, places: int | None = None) -> str:
    """Return a number, or the two between which it lies.

    Args:
        low: the least that it can be.
        high: the most.
        places: with how many places they are written; ``None``: as many as they have.
    """

    def shown(value: Decimal) -> str:
        return plain(value) if places is None else fixed(value, places)

    if low == high:
        return shown(low)
    first, last = ends(low, high)
    if first is None:
        return tr("at most {most}", most=shown(last)) if last is not None else tr("without limits")
    return (
        f"{shown(first)} – {shown(last)}"
        if last is not None
        else (tr("at least {least}", least=shown(first)))
    )


class Scored(Protocol):
    """Whoever has a score, or an interval in which it lies."""

    @property
    def low(self) -> Decimal:
        """Return the least that it can be."""

    @property
    def high(self) -> Decimal:
        """Return the most that it can be."""


def score(subject: Scored, places: int) -> str:
    """Return the score, or the interval in which it lies."""
    return span(subject.low, subject.high, places)


def percent(value: Decimal, *also: Decimal) -> str:
    """Return a share as a percentage: two places at most, and more only where they matter.

    So a share is never rounded up to the target that it misses.

    Args:
        value: the share, 0 to 1.
        also: other shares that it is compared with, besides nothing and the whole.
    """
    exact = value * 100
    others = {Decimal(0), Decimal(100), *(other * 100 for other in also)} - {exact}
    for places in (2, 4, 6):
        shown = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if shown not in others:
            break
    return plain(shown) + "%"


def percent_as_written(share: Decimal) -> str:
    """Return a share that somebody laid down as a percentage, with all of its places."""
    return plain(share * 100) + "%"


def places_text(quota: Decimal | None, places: int | None, none: str = "—") -> str:
    """Return how many get a grade: a share, a number, or the less of both."""
    share = "" if quota is None else percent_as_written(quota)
    number = "" if places is None else tr("{places} places", places=places)
    if share and number:
        return tr("{share}, at most {number}", share=share, number=number)
    return share or number or none


def figure(value: Decimal | date | None, *, rate: bool = False) -> str:
    """Return a value as text: a rate as a percentage, a day in words, nothing as a dash."""
    if isinstance(value, date):
        return tr("not done") if value.year == NEVER_YEAR else day(value)
    if value is None or not rate:
        return plain(value)
    return percent(value)


def day(value: date) -> str:
    """Return a day as a paper writes it; in Chinese without leading zeros (GB/T 9704)."""
    month = str(MONTHS[value.month - 1])
    return tr("{day} {month} {year}", day=value.day, month=month, year=value.year)


def moment(text: str) -> str:
    """Return a day of data, possibly with a time, as a paper writes it."""
    on, _, at = text.replace("T", " ").partition(" ")
    message = day(date.fromisoformat(on))
    if not at:
        return message
    hour, minute, *second = at.split(":")
    shown = f"{int(hour)}:{minute}"
    shown = shown if second in ([], ["00"]) else f"{shown}:{second[0]}"
    return tr("{day} {time}", day=message, time=shown)


def month(value: date) -> str:
    """Return the month of a day, with its year."""
    return tr("{month} {year}", month=str(MONTHS[value.month - 1]), year=value.year)


def month_alone(value: date) -> str:
    """Return the month of a day, where the year goes without saying."""
    return tr("{month}", month=str(MONTHS[value.month - 1]))


def average(values: Sequence[Decimal]) -> Decimal | None:
    """Return the mean, or ``None`` of nothing."""
    return sum(values, Decimal(0)) / len(values) if values else None
