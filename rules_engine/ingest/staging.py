"""Brings a delivered table to where it can be scanned: one Parquet file and its columns."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules_engine import limits
from rules_engine.dataset.names import names_a_person
from rules_engine.errors import DatasetError
from rules_engine.ingest.column_statistics import extents
from rules_engine.isolation.columnar import parquet_batches
from rules_engine.messages import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import pyarrow as pa

    from rules_engine.errors import Place
    from rules_engine.ingest.column_statistics import ColumnStatistics, Extent
    from rules_engine.model.dataset import ControlTotal
    from rules_engine.model.plugin import SourceTable

FEW = 300_000
"""Up to so many rows, the typed values are kept in memory and not worked out for each question."""

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""How a system says that a file cannot grow."""
ROW_NUMBER = "file_row_number"
"""DuckDB's name for the row number of a Parquet file; a delivered column may not hide it."""


@dataclass(frozen=True)
class Field:
    """A delivered column: its name, its name in the staged file, and its kind of values."""

    name: str
    column: str
    kind: str
    arrow_type: str


@dataclass(frozen=True)
class Staged:
    """A delivered table, ready to scan.

    Attributes:
        fields: the delivered columns; those that name a person are not in a staged copy.
        in_place: the file is the source's own and not a copy made here.
        lengths: by column of a file of the source's own, how many bytes its shortest and its
            longest text have.
        glances: by column, statistics of the plain texts of a large file.
        extents: by column, what a large file itself says of the values.
        trusted: what is taken on trust, for a plan to prove; nothing else may be wrong then.
    """

    source: SourceTable
    path: Path
    fields: tuple[Field, ...]
    rows: int
    in_place: bool
    lengths: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    glances: Mapping[str, ColumnStatistics] = field(default_factory=dict)
    extents: Mapping[str, Extent] = field(default_factory=dict)
    trusted: ControlTotal | None = None

    @property
    def few(self) -> bool:
        """Return whether the rows are so few that it does not matter how often they are read."""
        return self.rows <= FEW

    @property
    def place(self) -> Place:
        """Return where findings about the whole table point."""
        return self.source.place()


def stage(
    source: SourceTable, folder: Path, number: int, declared: Callable[[str], object]
) -> Staged:
    """Make the table scannable. What names a person and is not declared is never written.

    Raises:
        DatasetError: the source or its file cannot be read.
    """
    with naming_table(source):
        if source.parquet is not None:
            return _in_place(source, source.parquet, folder, number, declared)
        if source.batches is None:
            raise TypeError("a source table gives either batches or a Parquet file")
        reader = source.batches()
        return _copy(source, reader.schema, iter(reader), folder / f"{number}.parquet", declared)


@contextmanager
def naming_table(source: SourceTable) -> Iterator[None]:
    """Say of which table it was that its bytes cannot be read."""
    import pyarrow as pa

    try:
        yield
    except DatasetError:
        raise
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise  # it could be read, and not be written down
        raise unreadable(source, error) from error


def unreadable(source: SourceTable, error: Exception) -> DatasetError:
    """Return the error for a table whose bytes cannot be read."""
    from rules_engine.errors import Finding

    return DatasetError(
        Finding(
            "unreadable-source",
            msg("“{table}” cannot be read: {reason}", table=source.name, reason=str(error)[:300]),
            source.place(),
            msg("the file may be damaged or cut short: export it again"),
        )
    )


def _in_place(
    source: SourceTable, path: Path, folder: Path, number: int, declared: Callable[[str], object]
) -> Staged:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        limits.COLUMNS.check(len(schema), source.place())
        limits.ROWS.check(file.metadata.num_rows, source.place())
        names = [n.casefold() for n in schema.names]
        if ROW_NUMBER in names or len(set(names)) < len(names):
            target = folder / f"{number}.parquet"
            batches = parquet_batches(path, source.place())
            return _copy(source, schema, batches, target, declared)
        fields = tuple(Field(f.name, f.name, kind_of(f.type), str(f.type)) for f in schema)
        rows = file.metadata.num_rows
        days = [f.column for f in fields if f.kind == "date"]
        texts = extents(file.metadata, days) if rows > FEW else {}
    return Staged(source, path.absolute(), fields, rows, in_place=True, extents=texts)


def _copy(
    source: SourceTable,
    schema: pa.Schema,
    batches: Iterator[pa.RecordBatch],
    path: Path,
    declared: Callable[[str], object],
) -> Staged:
    import pyarrow as pa
    import pyarrow.parquet as pq

    fields = tuple(
        Field(f.name, f"c{i}", kind_of(f.type), str(f.type)) for i, f in enumerate(schema)
    )
    kept = [
        i
        for i, f in enumerate(fields)
        if f.kind != "other" and (declared(f.name) or not names_a_person(f.name))
    ]
    kept_schema = pa.schema([schema.field(i).with_name(f"c{i}") for i in kept])
    rows = 0
    with pq.ParquetWriter(path, kept_schema, compression="snappy") as writer:
        for batch in batches:
            rows += batch.num_rows
            columns = [batch.column(i) for i in kept]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=kept_schema))
    return Staged(source, path, fields, rows, in_place=False)


def kind_of(arrow_type: pa.DataType) -> str:
    """Return the kind of values of an Arrow type: one word that the parsing knows."""
    from pyarrow import types as t

    if t.is_dictionary(arrow_type):
        return kind_of(arrow_type.value_type)
    if t.is_timestamp(arrow_type):
        return "timestamp" if arrow_type.tz is None else "zoned"
    tests: dict[str, Callable[[pa.DataType], bool]] = {
        "text": lambda x: t.is_string(x) or t.is_large_string(x) or t.is_string_view(x),
        "boolean": t.is_boolean,
        "integer": t.is_integer,
        "float": t.is_floating,
        "decimal": t.is_decimal,
        "date": t.is_date,
        "empty": t.is_null,
    }
    return next((kind for kind, test in tests.items() if test(arrow_type)), "other")
