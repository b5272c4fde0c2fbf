"""Streams the rows of a query as Arrow batches: a server-side cursor, some thousand rows at a time.

Types are told from the values that the driver gives, in the first batch. Dates, moments, booleans
and floats keep theirs; numbers and everything else that can be written go as text, exactly.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pyarrow as pa
import sqlalchemy as sa

from rules_engine.api import DatasetError, Finding, Message, limits, msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from zoneinfo import ZoneInfo

    from rules_engine_sql.address import Database

AT_ONCE, BYTES_AT_ONCE = 10_000, 32 * limits.MIB
"""So many rows are handed on together, or fewer if their texts are long."""
_TYPES = {bool: pa.bool_(), float: pa.float64(), date: pa.date32(), datetime: pa.timestamp("us")}
_WRITTEN = (str, int, Decimal, UUID, Enum, *_TYPES)
_UNREAD = pa.binary()
"""What stands for columns whose values cannot be read; it is always empty."""


@dataclass
class Rows:
    """The rows of one query.

    Attributes:
        table: what it is called, for people.
        zone: whose local time is meant by moments with a zone.
        unread: columns whose values cannot be read, with the name of their type.
    """

    database: Database
    table: str
    select: sa.Executable
    zone: ZoneInfo | None
    unread: dict[str, str] = field(default_factory=dict)

    def batches(self) -> pa.RecordBatchReader:
        """Start the query and return its rows.

        Raises:
            DatasetError: here or while it is read: the database does not give them.
        """
        self.unread.clear()
        parts = self._parts()
        names, first = next(parts), next(parts, [])
        columns = list(zip(*first, strict=True)) or [()] * len(names)
        types = [self._type(n, values) for n, values in zip(names, columns, strict=True)]
        schema = pa.schema(list(zip(names, types, strict=True)))
        return pa.RecordBatchReader.from_batches(schema, self._stream(schema, columns, parts))

    def findings(self) -> list[Finding]:
        """Say which columns are not read, whether or not they are needed."""
        return [
            Finding(
                "unsupported-type",
                msg("column “{column}” holds values of the type {type}, which are not read",
                    column=column, type=kind),
                self.database.place(self.table, column),
                severity="warning",
            )
            for column, kind in self.unread.items()
        ]  # fmt: skip

    def _parts(self) -> Iterator[Sequence[Any]]:
        """Yield the names of the columns, then rows, some at a time."""
        with self.database.reading(self.table):
            connection = self.database.connect()
            try:
                options = {"yield_per": 100 if self.database.loose else 2_000}
                result = connection.execute(self.select, execution_options=options)
                yield list(result.keys())
                yield from _gathered(result.partitions())
            finally:
                with suppress(sa.exc.SQLAlchemyError):  # a lost connection cannot be closed
                    connection.close()

    def _stream(
        self, schema: pa.Schema, columns: Sequence[Sequence[Any]], parts: Iterator[Sequence[Any]]
    ) -> Iterator[pa.RecordBatch]:
        while columns and columns[0]:
            arrays = [self._array(f, values) for f, values in zip(schema, columns, strict=True)]
            yield pa.record_batch(arrays, schema=schema)
            columns = list(zip(*next(parts, []), strict=True))

    def _type(self, name: str, values: Sequence[Any]) -> pa.DataType:
        kinds = {type(value) for value in values} - {type(None)}
        unread = next((k for k in kinds if not issubclass(k, _WRITTEN)), None)
        if unread and not self.database.loose:
            self.unread[name] = unread.__name__
            return _UNREAD
        kind = kinds.pop() if len(kinds) == 1 else str
        if self.database.loose or kind not in _TYPES:
            return pa.string()
        zoned = kind is datetime and any(v is not None and v.tzinfo for v in values)
        return pa.timestamp("us", "UTC") if zoned and not self.zone else _TYPES[kind]

    def _array(self, column: pa.Field, values: Sequence[Any]) -> pa.Array:
        if column.type == _UNREAD:
            return pa.nulls(len(values), _UNREAD)
        try:
            if pa.types.is_string(column.type):
                return self._texts(values)
            if pa.types.is_timestamp(column.type):
                values = list(map(self._moment, values))
            return pa.array(values, column.type)
        except (TypeError, ValueError, OverflowError, pa.ArrowException) as error:
            raise DatasetError.of(
                "unsupported-type",
                _mixed(column, error),
                place=self.database.place(self.table, column.name),
                hint=msg("give the column one type: cast it in a query in source.yaml"),
            ) from None

    def _texts(self, values: Sequence[Any]) -> pa.Array:
        # Most are texts already. Of which type they are is asked: as texts, Arrow would take bytes.
        with suppress(pa.ArrowException):
            array = pa.array(values)
            if pa.types.is_string(array.type):
                return array
        return pa.array(map(self._text, values), pa.string())

    def _moment(self, value: datetime | None) -> datetime | None:
        if value is None or value.tzinfo is None:
            return value
        return (
            value.astimezone(self.zone).replace(tzinfo=None) if self.zone else value.astimezone(UTC)
        )

    def _text(self, value: Any) -> str | None:  # noqa: ANN401 - what the driver gives
        """Return a value as it would be written in a file."""
        match value:
            case None | str():
                return value
            case bool():
                return "true" if value else "false"
            case Decimal():
                return f"{value:f}"
            case datetime():
                return str(self._moment(value))
            case Enum():
                return str(value.value)
            case int() | float() | date() | UUID():
                return str(value)
        raise TypeError(type(value).__name__)


def _gathered(parts: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    """Put rows together until they are enough to be handed on."""
    items: list[Any] = []
    size = 0
    for part in parts:
        items += part
        size += sum(len(v) for row in part for v in row if isinstance(v, str | bytes))
        if len(items) >= AT_ONCE or size >= BYTES_AT_ONCE:
            yield items
            items, size = [], 0
    if items:
        yield items


def _mixed(column: pa.Field, error: Exception) -> Message:
    return msg(
        "column “{column}” holds values of different types: {reason}",
        column=column.name,
        reason=str(error)[:200],
    )
