"""Which days are worked: Monday to Friday, less official holidays, and with the days made up.

The holidays of a year are those of the State Council's notice, which the package
``chinesecalendar`` keeps; of a year that it does not know yet, the ruleset may write them out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyarrow as pa

    from rules_engine.model.general import Holidays

PACKAGE = "chinesecalendar"
TABLE = "_workdays"
DAY, COUNT = "_day", "_count"
FIRST, LAST = date(1900, 1, 1), date(2200, 12, 31)
"""The days that records may hold, and so those that the table knows."""
NEVER = date(9999, 12, 31)
"""The day of what has not happened; the table has it too."""
FARTHEST = 250
"""So many working days may be added: about a year of them."""
ONE = timedelta(days=1)

Key = tuple[tuple[int, frozenset[date], frozenset[date]], ...]


@dataclass
class Calendar:
    """The working days that a ruleset goes by.

    Attributes:
        own: the years whose holidays the ruleset writes out itself.
        used: how many working days its conditions add to a day; 0: they count working days.
    """

    own: Mapping[int, Holidays] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)

    def unknown(self, years: Iterable[int]) -> list[int]:
        """Return those of the years whose holidays are not known."""
        first, last = known_years()
        return [y for y in years if y not in self.own and not first <= y <= last]

    def table(self) -> pa.Table:
        """Return every day, the working days up to it, and the days that many of them later.

        Days of unknown years are worked from Monday to Friday.
        """
        own = tuple(
            (year, frozenset(day for span in said.off for day in span.days()), frozenset(said.work))
            for year, said in sorted(self.own.items())
        )
        return _table(own, tuple(sorted(self.used - {0})))


def later_column(count: int) -> str:
    """Return the column of :data:`TABLE` that holds the day so many working days later."""
    return f"_plus_{count}" if count >= 0 else f"_minus_{-count}"


def known_years() -> tuple[int, int]:
    """Return the first and the last year of which the package knows the holidays."""
    from chinese_calendar import holidays

    years = {day.year for day in holidays}
    return min(years), max(years)


@lru_cache(maxsize=8)
def _table(own: Key, counts: tuple[int, ...]) -> pa.Table:
    import pyarrow as pa

    days = [FIRST + ONE * n for n in range((LAST - FIRST).days + 1)]
    works = _works(days, own)
    counted = list(accumulate(map(int, works)))
    worked = [day for day, does in zip(days, works, strict=True) if does]
    columns = {
        DAY: pa.array([*days, NEVER], pa.date32()),
        COUNT: pa.array([*counted, counted[-1] * 100], pa.int64()),
    }
    for count in counts:
        until = [c - (does and count < 0) for c, does in zip(counted, works, strict=True)]
        at = [c + count - (count > 0) for c in until]
        later = [worked[i] if 0 <= i < len(worked) else NEVER for i in at]
        columns[later_column(count)] = pa.array([*later, NEVER], pa.date32())
    return pa.table(columns)


def _works(days: list[date], own: Key) -> list[bool]:
    """Return for each day whether it is worked."""
    from chinese_calendar import holidays, workdays

    written = {year for year, _, _ in own}
    off = {day for day in holidays if day.year not in written}.union(*(o for _, o, _ in own))
    on = {day for day in workdays if day.year not in written}.union(*(w for _, _, w in own))
    return [day in on or (day.weekday() < 5 and day not in off) for day in days]
