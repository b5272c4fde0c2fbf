"""What the library does not tell of a sheet: formulas that failed, other calendars, odd merges.

A formula that failed, or that nobody worked out, is read as an empty cell, and an empty cell may be
a fact, such as a case that is not closed. So those cells are found and filled with what they show.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Range = tuple[tuple[int, int], tuple[int, int]]
FROM_1900, FROM_1904 = date(1899, 12, 30), date(1904, 1, 1)
"""Day 0 of the days that a workbook writes as numbers; the second is that of old Macintoshes."""


@dataclass(frozen=True)
class Unseen:
    """What was found about a sheet. Rows and columns count from 0.

    Attributes:
        shown: by row and column, what cells show that the library reads as something else.
        uncalculated: the cells among them whose formula never gave a value.
        failed: the cells whose formula gave an error.
        percent: the cells whose number is shown as a percentage.
        merged: ranges of merged cells that the library does not tell.
        day_zero: the day from which days are counted.
        repeated: the cells that stand twice, with two values.
    """

    shown: Mapping[tuple[int, int], str] = field(default_factory=dict)
    uncalculated: frozenset[tuple[int, int]] = frozenset()
    failed: frozenset[tuple[int, int]] = frozenset()
    percent: frozenset[tuple[int, int]] = frozenset()
    merged: tuple[Range, ...] = ()
    day_zero: date = FROM_1900
    repeated: frozenset[tuple[int, int]] = frozenset()


NOTHING = Unseen()
