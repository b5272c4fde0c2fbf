"""Puts the values of cells into text, as a person would read them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

Value = object
EXACT = 10**15
"""A spreadsheet keeps fifteen digits of a number; of a longer one the last are lost."""


def text_of(value: Value) -> str | None:
    """Return what a cell says; ``None`` for nothing."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e22 else repr(value)
    if isinstance(value, timedelta):
        hours, rest = divmod(round(value.total_seconds()), 3600)
        return f"{hours}:{rest // 60:02}:{rest % 60:02}"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def has_lost_digits(value: Value) -> bool:
    """Return whether a number has more digits than a spreadsheet keeps."""
    return type(value) in (int, float) and EXACT <= abs(value) < float("inf")  # type: ignore[arg-type]  # a number


def letters(column: int) -> str:
    """Return the letters of a column, counted from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
