"""What all sample generators share: repeatable draws, days, names, and the CSV files."""

from __future__ import annotations

import csv
import random
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from rules_engine.ruleset.read import read_ruleset

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

Item = TypeVar("Item")
Value = str | int | bool | date | datetime | None
Row = dict[str, Value]
Tables = dict[str, list[Row]]

SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"
    "陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
)
STEMS = "甲乙丙丁戊己庚辛壬癸"


class Draw:
    """Repeatable draws: the same seed gives the same draws on every Python.

    Only ``random()`` is used, of which Python promises the sequence.
    """

    def __init__(self, seed: str) -> None:
        """Begin the sequence that belongs to the seed."""
        self._random = random.Random(seed)

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def one(self, items: Sequence[Item]) -> Item:
        """Return one of the items."""
        return items[self.whole(0, len(items) - 1)]

    def some(self, items: Sequence[Item], count: int) -> list[Item]:
        """Return so many different items, in their order."""
        left = list(range(len(items)))
        chosen = sorted(left.pop(self.whole(0, len(left) - 1)) for _ in range(count))
        return [items[i] for i in chosen]


def made_up_name(number: int) -> str:
    """Return the name of the cadre of that number; nobody is really called so."""
    return f"{SURNAMES[number % len(SURNAMES)]}{STEMS[number % len(STEMS)]}"


def days(start: date, end: date, weekday: int | None = None) -> list[date]:
    """Return the days from ``start`` to ``end``, of all or of one weekday (1 Monday … 7)."""
    every = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    return [day for day in every if weekday is None or day.isoweekday() == weekday]


def month_ends(start: date, end: date) -> list[date]:
    """Return the last days of the months from ``start`` to ``end``."""
    return [day for day in days(start, end) if (day + timedelta(days=1)).day == 1]


def owed_reports(
    draw: Draw, key: Row, kind: str, due: Sequence[datetime], late: int = 0, missing: int = 0
) -> Iterator[Row]:
    """Yield the reports that a village owes, some of them late or never submitted.

    Args:
        draw: decides which ones.
        key: what every row has, such as the village.
        kind: kind of report.
        due: when each is due.
        late: how many come late.
        missing: how many never come.
    """
    # Not the last ones: late by a day, they would come after the end of the records.
    flawed = draw.some(range(len(due) - 2), late + missing) if late + missing else []
    never = draw.some(flawed, missing)
    for number, moment in enumerate(due):
        ahead = draw.whole(5, 170) if number not in flawed else -draw.whole(60, 1500)
        found = draw.whole(0, 2) if kind != "日" or draw.whole(1, 9) == 1 else 0
        yield {
            "report_id": f"{key['village_id']}-{kind}-{number + 1:03}",
            **key,
            "kind": kind,
            "period": f"{moment:%Y-%m-%d}",
            "due_at": moment,
            "submitted_at": None if number in never else moment - timedelta(minutes=ahead),
            "items_found": found,
            "items_settled": draw.whole(0, found),
        }


def at(day: date, hour: int) -> datetime:
    """Return the full hour of a day."""
    return datetime(day.year, day.month, day.day, hour)


def write_tables(ruleset: Path, tables: Tables, folder: Path) -> Iterator[tuple[Path, int]]:
    """Write one CSV a table, headed by the Chinese labels of the ruleset's columns.

    Returns:
        The files with the number of their rows, as they are written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in read_ruleset(ruleset).tables.items():
        rows = tables[name]
        used = [c for c in schema.columns if c.required or any(c.name in row for row in rows)]
        unknown = {key for row in rows for key in row} - {c.name for c in schema.columns}
        if unknown:
            raise ValueError(f"{name} has no columns {sorted(unknown)}")
        file = folder / f"{name}.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(c.label for c in used)
            writer.writerows([_text(row, c.name) for c in used] for row in rows)
        yield file, len(rows)


def _text(row: Mapping[str, Value], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value)
