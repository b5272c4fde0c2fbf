"""Days and spans of days as people write them: 2025年3月31日, 2025-01-01 至 2025-12-31."""

from __future__ import annotations

import re
from datetime import date

DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{4})年(\d{1,2})月(\d{1,2})日")
MONTH_DAY = re.compile(r"(\d{1,2})-(\d{1,2})|(\d{1,2})月(\d{1,2})日")
SPAN = re.compile(
    r"[自从]?\s*(?P<start>[\d年月日-]+?)\s*(?:[至到]\s*(?P<end>[\d年月日-]+)|起(?:[施实]行)?)"
)


def read_day(text: str) -> date | None:
    """Return the day that a text writes out, or ``None`` where it writes none.

    Raises:
        ValueError: there is no such day.
    """
    match = DAY.fullmatch(text.strip())
    return date(*(int(part) for part in match.groups() if part)) if match else None


def read_month_day(text: str) -> tuple[int, int] | None:
    """Return month and day where a text says these alone, as 03-31 or 3月31日."""
    match = MONTH_DAY.fullmatch(text.strip())
    if match is None:
        return None
    month, day = (int(part) for part in match.groups() if part)
    return month, day


def read_span(text: str) -> tuple[date, date | None] | None:
    """Return first and last day of what a text writes as a span; 起 leaves it open.

    The last day may leave out the year when that is the one of the first.

    Raises:
        ValueError: there is no such day.
    """
    match = SPAN.fullmatch(text.strip())
    start = read_day(match["start"]) if match else None
    if match is None or start is None:
        return None
    if match["end"] is None:
        return start, None
    short = read_month_day(match["end"])
    end = date(start.year, *short) if short else read_day(match["end"])
    return (start, end) if end else None
