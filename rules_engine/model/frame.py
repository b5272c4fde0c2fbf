"""The days that an assessment looks at."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Frame:
    """The assessed period and the day of knowledge: what is dated later is not seen.

    Attributes:
        start: first day of the period.
        end: last day of the period.
        as_of: the day of knowledge, within the period.
    """

    start: date
    end: date
    as_of: date

    @classmethod
    def of(cls, start: date, end: date, as_of: date | None) -> Frame:
        """Return the period, moved by whole years so that it holds ``as_of``.

        Raises:
            ValueError: no whole number of years brings the period over the day.
        """
        if as_of is None:
            return cls(start, end, end)
        for years in (as_of.year - end.year, as_of.year - start.year):
            moved = cls(_moved(start, years), _moved(end, years), as_of)
            if moved.start <= as_of <= moved.end:
                return moved
        raise ValueError(f"{as_of} lies in no period like {start} to {end}")

    def previous(self) -> Frame:
        """Return the same span a year earlier."""
        return Frame(_moved(self.start, -1), _moved(self.end, -1), _moved(self.as_of, -1))

    def preceding(self) -> Frame:
        """Return the days just before: the month before a month, or as many days."""
        end = self.start - timedelta(days=1)
        whole = self.start.day == 1 and (self.end + timedelta(days=1)).day == 1
        start = self.start - (self.end - self.start + timedelta(days=1))
        if whole:
            months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1
            year, month = divmod(self.start.year * 12 + self.start.month - 1 - months, 12)
            start = date(year, month + 1, 1)
        return Frame(start, end, end)


def _moved(day: date, years: int) -> date:
    year = day.year + years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))
