"""What months, quarters and half-years are called in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.messages import msg, tr
from rules_engine.model import figures

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rules_engine.model.year_parts import YearPart

QUARTERS = (
    msg("first quarter"), msg("second quarter"), msg("third quarter"), msg("fourth quarter"),
)  # fmt: skip
HALF_YEARS = (msg("first half-year"), msg("second half-year"))
NAMES = {3: QUARTERS, 6: HALF_YEARS}


def part_names(starts: Sequence[date], part: YearPart) -> list[str]:
    """Return what the parts that begin on some days are called.

    The year is said where there are several.
    """
    several = len({start.year for start in starts}) > 1
    return [_name(start, part, year=several) for start in starts]


def _name(start: date, part: YearPart, *, year: bool) -> str:
    if part.months == 1:
        return figures.month(start) if year else figures.month_alone(start)
    name = str(NAMES[part.months][(start.month - 1) // part.months])
    return tr("{part} of {year}", part=name, year=start.year) if year else name
