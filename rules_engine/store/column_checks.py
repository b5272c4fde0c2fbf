"""What a column holds is taken for what the program wrote only if it can be that.

A row is damaged by a bad disk, by a program that wrote into the database by hand, or on purpose.
Then each column that cannot be read is a finding, and all other rows stay usable.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import JSON, Boolean, Date, DateTime, Integer, String
from sqlalchemy.types import TypeDecorator

from rules_engine.audit.entry import plain_data
from rules_engine.model.run import Override, PluginUse, StoredFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Dialect, Table

UNREADABLE = (ValueError, TypeError, ArithmeticError, LookupError, RecursionError, AttributeError)
YEARS = range(1970, 9000)
"""The years of what was done: each has a day before and after in every zone."""


class Damaged(NamedTuple):
    """What stands in the place of a value that cannot be read."""

    raw: object


def read_json(text: str) -> object:
    """Read what a column of plain data holds; both drivers do so by this function."""
    try:
        return plain_data(text)
    except UNREADABLE:
        return Damaged(text)


class _Kept(TypeDecorator[Any]):
    """A type whose values are read, or found to be damaged, and never an exception."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Return what reads a value of the database."""
        read = super().result_processor(dialect, coltype)

        def kept(raw: object) -> object:
            try:
                value = read(raw) if read else raw
            except UNREADABLE:
                return Damaged(raw)
            return value if value is None or self.fits(value, raw) else Damaged(raw)

        return kept

    def fits(self, value: object, raw: object) -> bool:
        """Return whether a value is of this type."""
        raise NotImplementedError


class Text(_Kept):
    """Text; SQLite gives bytes for what is no UTF-8."""

    impl = String
    cache_ok = True

    def fits(self, value: object, raw: object) -> bool:
        """Return whether it is text."""
        return isinstance(value, str)


class Whole(_Kept):
    """A whole number."""

    impl = Integer
    cache_ok = True

    def fits(self, value: object, raw: object) -> bool:
        """Return whether it is a whole number; SQLite keeps texts in such a column, too."""
        return type(value) is int


class Truth(_Kept):
    """Yes or no."""

    impl = Boolean
    cache_ok = True

    def fits(self, value: object, raw: object) -> bool:
        """Return whether it is stored as one of the two."""
        return type(raw) in (int, bool) and raw in (0, 1)


class Day(_Kept):
    """A day."""

    impl = Date
    cache_ok = True

    def fits(self, value: object, raw: object) -> bool:
        """Return whether it is a day."""
        return isinstance(value, date)


class Json(_Kept):
    """Plain data; which shape it has is for each column to say."""

    impl = JSON
    cache_ok = True

    def fits(self, value: object, raw: object) -> bool:
        """Return whether it is a list or an object."""
        return isinstance(value, dict | list)


class UtcDateTime(_Kept):
    """A time with its zone, kept as UTC: SQLite would forget the zone, and sort by local time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        """Turn a time of any zone into UTC; a time without a zone is a mistake."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time needs its zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        """Give the zone back to what SQLite returns without one."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)

    def fits(self, value: object, raw: object) -> bool:
        """Return whether it is a time at which something can have been done."""
        return isinstance(value, datetime) and value.year in YEARS


def damaged_columns(table: Table, values: dict[str, Any]) -> Iterator[str]:
    """Give the columns of a row whose values cannot be what the program wrote.

    Args:
        table: the table; a check of values and a shape are looked up by its columns.
        values: the row.
    """
    for column in table.columns:
        value = values[column.name]
        if isinstance(value, Damaged) or (value is None and not column.nullable):
            yield column.name
        elif value is not None and not _has_shape(column.info, value):
            yield column.name


def _has_shape(info: dict[Any, Any], value: object) -> bool:
    shape: Callable[[Any], object] | None = info.get("shape")
    try:
        return shape is None or shape(value) is not False
    except UNREADABLE:
        return False


def counts(value: dict[str, int]) -> bool:
    """Return whether plain data says how many there are of each."""
    return all(type(count) is int for count in value.values())


def summary(value: dict[str, Any]) -> bool:
    """Return whether plain data is what a list shows of a run."""
    overrides = [Override(**plain) for plain in value.get("overrides", ())]
    texts = (text for override in overrides for text in vars(override).values())
    known = counts(value.get("grades", {})) and isinstance(value.get("targets", {}), dict | list)
    return known and all(isinstance(text, str) for text in texts)


def files(value: dict[str, Any]) -> dict[str, StoredFile]:
    """Return the files of a run; anything else than plain data of them raises an exception."""
    results = {path: StoredFile(kept["sha256"], kept["bytes"]) for path, kept in value.items()}
    if not all(isinstance(f.sha256, str) and type(f.size) is int for f in results.values()):
        raise TypeError(value)
    return results


def plugins(value: list[Any]) -> tuple[PluginUse, ...]:
    """Return the plugins of a run, likewise."""
    results = tuple(PluginUse(**use) for use in value)
    if not all(isinstance(text, str) for use in results for text in vars(use).values()):
        raise TypeError(value)
    return results


def is_object(value: object) -> bool:
    """Return whether plain data has keys."""
    return isinstance(value, dict)
