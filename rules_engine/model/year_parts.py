"""The parts of a period that can be scored by themselves: months, quarters and half-years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.messages import Message, msg
from rules_engine.model.frame import Frame, ends_month

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True)
class YearPart:
    """A kind of parts.

    Attributes:
        key: the key of a section whose lines are scored by such parts.
        each: the key of an indicator that looks at such parts.
        number: what conditions call the number of one in its year.
        months: how many calendar months one has.
        noun: what one is called; in English several are called so with an s.
        nouns: what several are called where they are spoken of as times.
        for_each: how it is said that each one counts.
        sign: with what its id begins.
    """

    key: str
    each: str
    number: str
    months: int
    noun: Message
    nouns: Message
    for_each: Message
    sign: str

    @property
    def counted(self) -> str:
        """Return what stands in the place of a table where such parts are counted."""
        return f"of {self.each}"

    def frames(self, frame: Frame) -> list[Frame]:
        """Return the parts of a period up to its day of knowledge, each as of its last day."""
        return frame.parts(self.months)

    def id_of(self, start: date) -> str:
        """Return the id of the part that begins on a day, such as ``m2025_01``."""
        number = (start.month - 1) // self.months + 1
        return f"{self.sign}{start.year}_{number:02}"

    def label_of(self, start: date) -> str:
        """Return how the part is written beside figures, such as 2025-01 or 2025-01–03."""
        if self.months == 1:
            return f"{start:%Y-%m}"
        first = start.month - 1 - (start.month - 1) % self.months
        return f"{start:%Y}-{first + 1:02}–{first + self.months:02}"

    def divides(self, start: date, end: date) -> bool:
        """Return whether a period is made of whole parts of the calendar."""
        begins = start.day == 1 and (start.month - 1) % self.months == 0
        return begins and ends_month(end) and end.month % self.months == 0


YEAR_PARTS = (
    YearPart(
        "monthly", "months", "month", 1, msg("month"), msg("months"), msg("for each month"), "m"
    ),
    YearPart(
        "quarterly", "quarters", "quarter", 3, msg("quarter"), msg("quarters"),
        msg("for each quarter"), "q",
    ),
    YearPart(
        "half_yearly", "half_years", "half_year", 6, msg("half-year"), msg("half-years"),
        msg("for each half-year"), "h",
    ),
)  # fmt: skip
BY_KEY = {part.key: part for part in YEAR_PARTS}
