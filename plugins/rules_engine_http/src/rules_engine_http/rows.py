"""Makes Arrow batches of text out of records, some thousand at a time."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa

from rules_engine.api import Place, msg
from rules_engine_http.failures import refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from zoneinfo import ZoneInfo

    from rules_engine_http.answers import Record

Flat: TypeAlias = dict[str, str | None]
"""A record as a row of text."""
AT_ONCE = 10_000
"""Small pages are put together to batches of about so many rows."""
MOST_SCANNED = 20_000
"""The columns are those of so many first rows."""
SECONDS = 60
"""From a slow server both are what came in that time: whoever waits shall see that it goes on."""
_ZONED = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)")


@dataclass(frozen=True)
class Rows:
    """The rows of a listing.

    Attributes:
        pages: gives them, anew each time.
        fields: columns that may first come late.
        zone: whose local time is meant by moments with a zone.
    """

    pages: Callable[[], Iterable[Sequence[Record]]]
    fields: Sequence[str]
    zone: ZoneInfo | None
    place: Place

    def batches(self) -> pa.RecordBatchReader:
        """Start to read.

        Raises:
            DatasetError: here or while it is read: the API does not give them.
        """
        pages = self._flat()
        first: list[Flat] = []
        self._gather(first, pages, MOST_SCANNED)
        names = dict.fromkeys([*(name for row in first for name in row), *self.fields])
        schema = pa.schema([(name, pa.string()) for name in names])
        return pa.RecordBatchReader.from_batches(schema, self._stream(schema, first, pages))

    def _stream(
        self,
        schema: pa.Schema,
        waiting: list[Flat],
        pages: Iterator[list[Flat]],
    ) -> Iterator[pa.RecordBatch]:
        known, done = set(schema.names), 0
        while True:
            self._gather(waiting, pages, AT_ONCE)
            if not waiting:
                return
            rows, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            for number, row in enumerate(rows, done + 1):
                if not row.keys() <= known:
                    self._check_late(row, known, number)
            done += len(rows)
            yield self._batch(rows, schema)

    def _gather(self, rows: list[Flat], pages: Iterator[list[Flat]], wanted: int) -> None:
        """Add pages to the rows until there are enough, or it takes long."""
        end = time.monotonic() + SECONDS
        while len(rows) < wanted and (page := next(pages, None)) is not None:
            rows += page
            if time.monotonic() > end:
                return

    def _batch(self, rows: list[Flat], schema: pa.Schema) -> pa.RecordBatch:
        try:
            columns = [
                pa.array([row.get(name) for row in rows], pa.string()) for name in schema.names
            ]
        except UnicodeEncodeError:  # half a surrogate pair is no text
            refuse("bad-json", msg("the answer holds characters that are none"), self.place)
        return pa.record_batch(columns, schema=schema)

    def _check_late(self, row: Flat, known: set[str], number: int) -> None:
        late = next((name for name in row if name not in known and row[name] is not None), None)
        if late is not None:
            refuse(
                "late-column",
                msg("column “{column}” first comes in record {number}", column=late, number=number),
                self.place,
                msg("name it for this table in source.yaml: fields: [{column}]", column=late),
            )

    def _flat(self) -> Iterator[list[Flat]]:
        try:
            for page in self.pages():
                yield [dict(self._fields(record)) for record in page]
        except RecursionError:
            refuse("bad-json", msg("the answer is nested too deeply"), self.place)

    def _fields(self, record: Record, before: str = "") -> Iterator[tuple[str, str | None]]:
        """Yield the fields of a record as texts; those of an object within as ``outer.inner``."""
        for name, value in record.items():
            if isinstance(value, dict) and value:
                yield from self._fields(value, f"{before}{name}.")
            else:
                yield f"{before}{name}", self._text(value)

    def _text(self, value: Any) -> str | None:  # noqa: ANN401 - JSON
        if value is None or value == {}:
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, list):
            return json.dumps(value, ensure_ascii=False)
        return self._local(value) if self.zone else value

    def _local(self, text: str) -> str:
        if not _ZONED.fullmatch(text):
            return text
        try:
            moment = datetime.fromisoformat(text).astimezone(self.zone)
        except ValueError:
            return text  # no such day: intake says so
        return moment.replace(tzinfo=None).isoformat(sep=" ")
