"""Checks what a source delivers, all of it, and keeps the wrong rows to be sent back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.dataset.names import names_a_person
from rules_engine.ingest import screen_tables
from rules_engine.sources.location import open_source
from rules_engine.sources.mapped_batches import reader_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from rules_engine.errors import Finding
    from rules_engine.model.assessment import QuarantinedRow
    from rules_engine.model.plugin import EngineSession, SourceTable
    from rules_engine.model.table import TableSchema
    from rules_engine.plugin_manager import Registry


@dataclass(frozen=True)
class WrongRow:
    """A row as it was delivered, with what is wrong with it: by column, as people call it."""

    number: int
    values: tuple[str | None, ...]
    problems: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class WrongSheet:
    """The wrong rows of one sheet, file or table of the source."""

    origin: str
    name: str
    columns: tuple[str, ...]
    rows: tuple[WrongRow, ...]


@dataclass(frozen=True)
class Checked:
    """What came of a check.

    Attributes:
        findings: what is wrong with the tables as a whole, and what is worth knowing.
        quarantine: every value that keeps a row out.
        rows: how many rows each table has.
        wrong: the rows that are kept out, as they were delivered.
    """

    findings: tuple[Finding, ...]
    quarantine: tuple[QuarantinedRow, ...]
    rows: Mapping[str, int]
    wrong: tuple[WrongSheet, ...]


def check_source(
    location: str,
    registry: Registry,
    schemas: Mapping[str, TableSchema],
    optional: frozenset[str],
    folder: Path,
    session: EngineSession,
) -> Checked:
    """Take everything in without storing it.

    Args:
        location: a source, or a ``source.yaml``.
        registry: where the sources come from.
        schemas: the tables that are read, by ASCII name.
        optional: names of those that may be missing.
        folder: an empty folder for what is looked at; the caller removes it.
        session: a session of the embedded engine.

    Raises:
        UsageError: no source reads such a location.
        DatasetError: the source cannot be opened, or something is wrong with the mapping.
    """
    kept: list[SourceTable] = []

    def keep(table: SourceTable) -> SourceTable:
        kept.append(_Kept(table, folder / f"kept-{len(kept)}.parquet").table())
        return kept[-1]

    tables = open_source(location, registry, schemas, keep)
    findings, quarantine, rows = screen_tables(tables, schemas, optional, folder, session)
    return Checked(tuple(findings), tuple(quarantine), rows, tuple(_wrong(kept, quarantine)))


class _Kept:
    """A table of a source that is read once, and can then be read again from a file."""

    def __init__(self, table: SourceTable, path: Path) -> None:
        self._table = table
        self._path = path

    def table(self) -> SourceTable:
        if self._table.parquet is not None:
            return self._table
        return replace(self._table, batches=self._batches)

    def _batches(self) -> pa.RecordBatchReader:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not self._path.exists():
            self._write()
        file = pq.ParquetFile(self._path)
        names = self._names
        schema = pa.schema([f.with_name(n) for f, n in zip(file.schema_arrow, names, strict=True)])
        renamed = (
            pa.RecordBatch.from_arrays(b.columns, schema=schema) for b in file.iter_batches()
        )
        return pa.RecordBatchReader.from_batches(schema, renamed)

    def _write(self) -> None:
        """Write the table down. Of a column that names persons only the name is kept."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        reader = reader_of(self._table)
        self._names = reader.schema.names
        hidden = [names_a_person(name.replace("姓名", "")) for name in self._names]
        schema = pa.schema(
            [
                pa.field(f"c{i}", pa.null() if hide else f.type)
                for i, (f, hide) in enumerate(zip(reader.schema, hidden, strict=True))
            ]
        )
        unfinished = self._path.with_suffix(".part")
        with pq.ParquetWriter(unfinished, schema) as writer:
            for batch in reader:
                columns = [
                    pa.nulls(batch.num_rows) if hide else column
                    for column, hide in zip(batch.columns, hidden, strict=True)
                ]
                writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
        unfinished.rename(self._path)


def _wrong(kept: list[SourceTable], quarantine: list[QuarantinedRow]) -> Iterator[WrongSheet]:
    problems: dict[tuple[str, str], dict[int, list[QuarantinedRow]]] = defaultdict(
        partial(defaultdict, list)
    )
    for wrong in quarantine:
        problems[wrong.source, wrong.sheet][wrong.row].append(wrong)
    for table in kept:
        sheet, file = table.place().table or "", Path(table.origin)
        # Sheets of several workbooks that are put together are named with their workbook.
        for key in ((table.origin, sheet), (str(file.parent), f"{file.name}/{sheet}")):
            if key in problems:
                yield WrongSheet(*key, *_rows(table, problems[key]))


def _rows(
    table: SourceTable, by_row: Mapping[int, list[QuarantinedRow]]
) -> tuple[tuple[str, ...], tuple[WrongRow, ...]]:
    import pyarrow as pa

    results: list[WrongRow] = []
    number = table.first_row
    reader = reader_of(table)
    for batch in reader:
        texts = None
        for index in range(batch.num_rows):
            row = table.place(number + index).row or 0
            if row not in by_row:
                continue
            texts = texts or [column.cast(pa.string()).to_pylist() for column in batch.columns]
            values = tuple(column[index] for column in texts)
            said = tuple((wrong.column, wrong.reason) for wrong in by_row[row])
            results.append(WrongRow(row, values, said))
        number += batch.num_rows
    return tuple(table.columns.get(n, n) for n in reader.schema.names), tuple(results)
