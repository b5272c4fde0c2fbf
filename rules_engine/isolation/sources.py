"""Sources of plugins: their tables are what they say, batch by batch, and tell no secret."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rules_engine import limits
from rules_engine.errors import Place
from rules_engine.isolation import promises
from rules_engine.isolation.errors import kind_of, ours, rubbish
from rules_engine.isolation.masking import masked, masked_column, remember_secrets
from rules_engine.isolation.output import speaking_aside
from rules_engine.isolation.worker import Worker
from rules_engine.messages import msg
from rules_engine.model.plugin import SourceKind, SourceRequest, SourceTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

    from rules_engine.errors import Finding
    from rules_engine.messages import Message

SMALLEST = 16 * 1024
"""Bytes that a batch counts for at least."""


def isolated_source(
    item: SourceKind, plugin: str, doing: Message, accepts: Callable[[str], bool]
) -> SourceKind:
    """Return a source whose failures and broken promises name the plugin."""
    # Of what these say intake makes a finding that names the table.
    worker = Worker(plugin, doing, item.patience, ("OSError", "ArrowInvalid", "UnicodeError"))

    def open_(request: SourceRequest) -> list[SourceTable]:
        if isinstance(request, SourceRequest):
            remember_secrets(request)
        most = limits.TABLES.most
        values = worker.call(lambda: list(islice(item.open(request), most + 1)))
        limits.TABLES.check(len(values), _location(request))
        return [_Table(worker, plugin, doing).checked(each) for each in values]

    def accepted(location: str) -> bool:
        try:
            return accepts(location)
        except OSError:  # a location that is no path, or too long for one
            return False

    return replace(item, accepts=accepted, open=open_)


def _location(request: SourceRequest) -> Place:
    return Place(masked(request.location) if isinstance(request, SourceRequest) else None)


class _Table:
    """Checks one table of a source."""

    def __init__(self, worker: Worker, plugin: str, doing: Message) -> None:
        self.worker, self.plugin, self.doing = worker, plugin, doing

    def rubbish(self, answer: object, wanted: str) -> Exception:
        return rubbish(self.plugin, self.doing, answer, wanted)

    def checked(self, answer: object) -> SourceTable:
        """Return the table with what it gives later checked as well."""
        if not isinstance(answer, SourceTable):
            raise self.rubbish(kind_of(answer), "SourceTable")
        for name in ("name", "origin", "sheet"):
            if not isinstance(getattr(answer, name), str):
                raise self.rubbish(f"SourceTable.{name}: {kind_of(getattr(answer, name))}", "str")
        if (answer.batches is None) == (answer.parquet is None):
            raise self.rubbish("SourceTable", "SourceTable(batches=…) | SourceTable(parquet=…)")
        if answer.parquet is not None and not isinstance(answer.parquet, Path):
            raise self.rubbish(f"SourceTable.parquet: {kind_of(answer.parquet)}", "pathlib.Path")
        table = replace(
            answer,
            name=masked(answer.name),
            sheet=masked(answer.sheet),
            origin=masked(answer.origin),
            findings=self.findings_of(answer),
        )
        if answer.batches is None:
            return table
        return replace(table, batches=functools.partial(self.stream, answer.batches, table.place()))

    def findings_of(self, answer: SourceTable) -> Callable[[], list[Finding]]:
        """Return what gives the table's findings, which are findings and show no secret."""

        def findings() -> list[Finding]:
            try:
                with speaking_aside():
                    return [
                        promises.finding(one, self.plugin, self.doing) for one in answer.findings()
                    ]
            except Exception as error:
                raise ours(error, self.plugin, self.doing) from error

        return findings

    def stream(
        self, batches: Callable[[], pa.RecordBatchReader], place: Place
    ) -> pa.RecordBatchReader:
        """Read batch by batch in the plugin's thread, so that the time limit counts for each."""
        import pyarrow as pa

        reader: Any = self.worker.call(batches)
        if not isinstance(reader, pa.RecordBatchReader):
            raise self.rubbish(kind_of(reader), "pyarrow.RecordBatchReader")
        limits.COLUMNS.check(len(reader.schema), place)
        names = [masked(name) for name in reader.schema.names]

        size = _Size(place)

        def stream() -> Iterator[pa.RecordBatch]:
            while (batch := self.worker.call(_next, reader)) is not None:
                self.check(batch, reader.schema)
                size.add(batch)
                columns = list(map(masked_column, batch.columns))
                yield pa.RecordBatch.from_arrays(columns, schema=schema)

        fields = [reader.schema.field(i).with_name(name) for i, name in enumerate(names)]
        schema = pa.schema(fields)
        return pa.RecordBatchReader.from_batches(schema, stream())

    def check(self, batch: pa.RecordBatch, schema: pa.Schema) -> None:
        """Refuse a batch with other columns than the stream, or with text that is none.

        Columns are read by their position: in another order they would be taken for each other.
        """
        import pyarrow as pa

        if not batch.schema.equals(schema):
            raise self.rubbish(msg("a batch with other columns than it began with"),
                               "RecordBatchReader.schema")  # fmt: skip
        for field, column in zip(schema, batch.columns, strict=True):
            try:
                column.validate(full=True)
            except pa.ArrowInvalid:
                unfit = msg("damaged values, or text that is not UTF-8, in the column “{column}”",
                            column=masked(field.name))  # fmt: skip
                raise self.rubbish(unfit, str(field.type)) from None


@dataclass
class _Size:
    """How much of a table has come: a source may never end, also with batches without rows."""

    place: Place
    rows: int = 0
    bytes: int = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Count a batch.

        Raises:
            DatasetError: it is too much.
        """
        self.rows += batch.num_rows
        self.bytes += max(sum(map(_bytes, batch.columns)), SMALLEST)
        limits.ROWS.check(self.rows, self.place)
        limits.TABLE_SIZE.check(self.bytes // limits.MIB, self.place)


def _bytes(column: pa.Array) -> int:
    """Return how many bytes the values of a column have, also where each stands there once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        return column.nbytes  # type: ignore[no-any-return]
    values = column.dictionary
    texts = pa.types.is_string(values.type) or pa.types.is_large_string(values.type)
    if not texts or not len(values):
        return column.nbytes  # type: ignore[no-any-return]
    lengths = pc.cast(pc.binary_length(values), pa.int64())
    return pc.sum(lengths.take(column.indices)).as_py() or 0


def _next(reader: pa.RecordBatchReader) -> pa.RecordBatch | None:
    return next(reader, None)
