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
        as_of: the day of knowledge; for the period itself it lies within.
    """

    start: date
    end: date
    as_of: date

    @classmethod
    def of(cls, start: date, end: date, as_of: date | None) -> Frame:
        """Return the period, moved so that it holds ``as_of``.

        It is moved by whole years; a calendar month, quarter or half-year also by its own length.

        Raises:
            ValueError: none of these brings the period over the day.
        """
        if as_of is None:
            return cls(start, end, end)
        if start <= as_of <= end:
            return cls(start, end, as_of)
        for years in (as_of.year - end.year, as_of.year - start.year):
            moved = cls(*_span_moved(start, end, years), as_of)
            if moved.start <= as_of <= moved.end:
                return moved
        months = _calendar_part(start, end)
        if months:
            first = as_of.month - 1 - (as_of.month - 1) % months
            return cls(_first_of(as_of.year, first), _last_of(as_of.year, first + months), as_of)
        raise ValueError(f"{as_of} lies in no period like {start} to {end}")

    @classmethod
    def exactly(cls, start: date, end: date, as_of: date | None) -> Frame:
        """Return the period from ``start`` to ``end``, by default as of its last day.

        Raises:
            ValueError: it does not hold ``as_of``.
        """
        if as_of is not None and not start <= as_of <= end:
            raise ValueError(f"{as_of} does not lie in {start} to {end}")
        return cls(start, end, as_of or end)

    def on(self, month: int, day: int) -> date | None:
        """Return the day of which only month and day are said; ``None``: there is not one.

        That is the one in the period, or in its year when the period lies within one.

        Raises:
            ValueError: no year of the period has such a day.
        """
        if self.start.year == self.end.year:
            return date(self.start.year, month, day)
        years = range(self.start.year, self.end.year + 1)
        results = [date(y, month, day) for y in years if day <= monthrange(y, month)[1]]
        if not results:
            raise ValueError(f"no {month}-{day} from {self.start} to {self.end}")
        within = [d for d in results if self.start <= d <= self.end]
        return within[0] if len(within) == 1 else None

    def months(self) -> list[Frame]:
        """Return its parts by calendar month, as :meth:`parts` gives them."""
        return self.parts(1)

    def parts(self, months: int) -> list[Frame]:
        """Return its parts by so many calendar months, each as of its last day.

        Those that begin after the day of knowledge are left out; the last may not have ended.

        Args:
            months: 1 for months, 3 for quarters of the calendar year, 6 for half-years.
        """
        parts: list[Frame] = []
        until = min(self.end, self.as_of)
        first = self.start.year * 12 + (self.start.month - 1) // months * months
        for month in range(first, until.year * 12 + until.month, months):
            last = _moved(_first_of(0, month + months - 1), 0, whole=True)
            end = min(last, self.end)
            parts.append(Frame(max(_first_of(0, month), self.start), end, min(end, self.as_of)))
        return parts

    def previous(self) -> Frame:
        """Return the same span a year earlier: of whole months the same months, whole.

        The day of knowledge moves along; the last day of a month stays the last day of it.
        """
        start, end = _span_moved(self.start, self.end, -1)
        ended = _in_whole_months(self.start, self.end) and ends_month(self.as_of)
        return Frame(start, end, _moved(self.as_of, -1, whole=ended))

    def preceding(self) -> Frame:
        """Return the days just before: the month before a month, or as many days.

        The day of knowledge stays: what was put right since then is seen.
        """
        end = self.start - timedelta(days=1)
        start = self.start - (self.end - self.start + timedelta(days=1))
        months = _whole_months(self.start, self.end)
        if months:
            start = _first_of(self.start.year, self.start.month - 1 - months)
        return Frame(start, end, self.as_of)


def _whole_months(start: date, end: date) -> int:
    """Return how many months a span has from a first to a last day of a month, else 0."""
    if start.day != 1 or not ends_month(end):
        return 0
    return (end.year - start.year) * 12 + end.month - start.month + 1


def _calendar_part(start: date, end: date) -> int:
    """Return 1, 3 or 6 for a calendar month, quarter or half-year, else 0."""
    months = _whole_months(start, end)
    return months if months in (1, 3, 6) and (start.month - 1) % months == 0 else 0


def _first_of(year: int, month: int) -> date:
    """Return the first day of a month, counted from 0 for January of the year."""
    return date(year + month // 12, month % 12 + 1, 1)


def _last_of(year: int, month: int) -> date:
    """Return the last day before the month, counted as in :func:`_first_of`."""
    return _first_of(year, month) - timedelta(days=1)


def _in_whole_months(start: date, end: date) -> bool:
    """Return whether a span is made of whole months, or is the second half of one."""
    return start.day in (1, 16) and ends_month(end)


def ends_month(day: date) -> bool:
    """Return whether a day is the last of its month."""
    return day.day == monthrange(day.year, day.month)[1]


def _span_moved(start: date, end: date, years: int) -> tuple[date, date]:
    """Return a span so many years later; what ends with a month still does."""
    whole = _in_whole_months(start, end)
    return _moved(start, years), _moved(end, years, whole=whole)


def _moved(day: date, years: int, *, whole: bool = False) -> date:
    """Return a day so many years later; ``whole``: the last day of its month then."""
    year = day.year + years
    last = monthrange(year, day.month)[1]
    return date(year, day.month, last if whole else min(day.day, last))
