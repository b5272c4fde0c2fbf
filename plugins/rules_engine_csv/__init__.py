"""Reads records from files: CSV, TSV, Parquet and JSON Lines, one table a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.api import DatasetError, Place, SourceKind, SourceTable, hookimpl, msg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.api import Finding

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".jsonl", ".ndjson")


@hookimpl
def rules_engine_register_sources() -> list[SourceKind]:
    """Give the source for files."""
    return [
        SourceKind(
            "csv",
            "CSV, TSV, Parquet and JSON Lines: a folder of them, or one file",
            lambda location: Path(location).exists(),
            open_files,
        )
    ]


def open_files(location: str) -> list[SourceTable]:
    """Return the tables at a location.

    Raises:
        DatasetError: there is nothing to read, two files hold one table, or a file is damaged;
            all that is wrong is told at once.
    """
    files = _files(Path(location))
    findings: list[Finding] = []
    tables: list[SourceTable] = []
    seen: dict[str, Path] = {}
    for file in files:
        other = seen.setdefault(file.stem.strip().casefold(), file)
        if other != file:
            error = DatasetError.of(
                "two-files",
                msg("“{one}” and “{two}” hold the same table", one=other.name, two=file.name),
                place=Place(str(file)),
                hint=msg("keep one of them"),
            )
            findings += error.findings
            continue
        try:
            tables += list(_table(file))
        except DatasetError as error:
            findings += error.findings
    if findings:
        raise DatasetError(*findings)
    return tables


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    if not place.is_dir():
        raise DatasetError.of(
            "no-such-data",
            msg("there is no file or folder {place}", place=place),
            hint=msg("give the folder that holds the tables, e.g. cases.csv"),
        )
    files = sorted(f for f in place.iterdir() if f.suffix.lower() in SUFFIXES and f.is_file())
    if not files:
        raise DatasetError.of(
            "no-tables",
            msg("the folder {place} holds no tables", place=place),
            hint=msg("tables are files such as cases.csv, cases.parquet or cases.jsonl"),
        )
    return files


def _table(file: Path) -> Iterator[SourceTable]:
    from rules_engine_csv import reading

    suffix = file.suffix.lower()
    if suffix == ".parquet":
        reading.check_parquet(file)
        yield SourceTable(file.stem, str(file), parquet=file)
        return
    read = reading.json_lines if suffix in (".jsonl", ".ndjson") else reading.delimited
    table = read(file)
    first_row = 1 if suffix in (".jsonl", ".ndjson") else 2
    yield SourceTable(file.stem, str(file), batches=table.to_reader, first_row=first_row)
