"""Reads records from files: CSV, TSV, Parquet and JSON Lines, one table a file, also packed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from rules_engine.api import (
    DatasetError,
    Finding,
    Place,
    SourceKind,
    SourceRequest,
    SourceTable,
    check_file,
    hookimpl,
    links_out,
    listed,
    msg,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from rules_engine.api import Wanted
    from rules_engine_csv.archive import TableFile
    from rules_engine_csv.deciding import Encodings

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".jsonl", ".ndjson")
ZIP = ".zip"
ARCHIVES = (".rar", ".7z", ".gz", ".tar")
"""They are refused, with what to do."""
MOST_NAMED = 10
_OURS = (*SUFFIXES, ZIP, *ARCHIVES)


@hookimpl
def rules_engine_register_sources() -> list[SourceKind]:
    """Give the source for files."""
    return [
        SourceKind(
            "csv",
            msg("CSV, TSV, Parquet and JSON Lines: a folder or a .zip of them, or one file"),
            accepts,
            open_files,
            fields=file_fields,
            table_fields=file_fields,
        )
    ]


def accepts(location: str) -> bool:
    """Return whether this is a file of ours, or a folder with one or with nothing at all."""
    place = Path(location)
    if not place.is_dir():
        return place.exists() and place.suffix.lower() in _OURS
    try:
        visible = [f for f in place.iterdir() if not f.name.startswith((".", "~"))]
    except OSError:
        return True  # opening it says why
    return not visible or any(f.suffix.lower() in _OURS for f in visible)


def file_fields() -> type[Any]:
    """Return what ``source.yaml`` may say about all files, or about one."""
    from rules_engine_csv.fields import FileFields

    return FileFields


def open_files(request: SourceRequest) -> list[SourceTable]:
    """Return the tables at a location.

    Those that are wanted are wanted by the name of the file, with or without its ending.

    A file that cannot be read becomes a table that says so when it is read: then all that is
    wrong with a delivery is told at once.

    Raises:
        DatasetError: there is nothing to read.
    """
    from rules_engine_csv.deciding import Encodings

    said = request.fields.encoding if request.fields else None
    encodings = Encodings(request, said)
    place = Path(request.location)
    files = _files(place, encodings)
    encodings.files = files
    if request.wanted is None:
        results = [
            replace(_table(file, partial(encodings.of, file)), name=encodings.name_of(file))
            for file in files
        ]
        return _naming_others(place, encodings, results) if place.is_file() else results
    return [
        replace(
            _table(file, partial(encodings.of, file, _said(wanted))),
            name=wanted.names[0],
            sheet=encodings.name_of(file),
        )
        for wanted in request.wanted
        for file in files
        if wanted.fits(encodings.name_of(file) + file.suffix, encodings.name_of(file))
    ]


def _naming_others(
    place: Path, encodings: Encodings, tables: list[SourceTable]
) -> list[SourceTable]:
    """Return the tables of an archive, the first of which tells what else is in it."""
    from rules_engine_csv.archive import others

    unread = others(encodings.files, SUFFIXES)
    if not unread:
        return tables
    first = tables[0]
    finding = Finding(
        "files-not-read",
        msg("{count} files in the archive are not read: {names}", count=len(unread),
            names=listed([*unread[:MOST_NAMED], *(["…"] if unread[MOST_NAMED:] else [])])),
        Place(str(place)),
        msg("if records are in them: save them as tables, or give them by themselves"),
        severity="warning",
    )  # fmt: skip
    return [replace(first, findings=lambda: [finding, *first.findings()]), *tables[1:]]


def _said(wanted: Wanted) -> str | None:
    return wanted.fields.encoding if wanted.fields else None


def _files(place: Path, encodings: Encodings) -> Sequence[TableFile]:
    from rules_engine_csv.archive import members
    from rules_engine_csv.refusals import refuse_link, refuse_row, refuse_unreadable

    if place.is_file() and place.suffix.lower() != ZIP:
        return [place]
    if not place.exists():
        refuse_row(
            place,
            "no-such-data",
            msg("there is no file or folder {place}", place=place),
            msg("give the folder that holds the tables, e.g. cases.csv"),
        )
    files: Sequence[TableFile]
    try:
        if place.is_dir():
            files = results = sorted(file for file in place.iterdir() if _is_table(file))
            for file in links_out(place, results):
                refuse_link(file)
        else:
            files = members(check_file(place), SUFFIXES, encodings.known)
    except OSError as error:
        refuse_unreadable(place, error)
    if not files:
        refuse_row(
            place,
            "no-tables",
            msg("{place} holds no tables", place=place),
            msg("tables are files such as cases.csv, cases.parquet or cases.jsonl, unpacked"),
        )
    return files


def _is_table(file: Path) -> bool:
    """Return whether a file is one of ours: not hidden, and no lock file of an office program.

    A link that leads nowhere counts, and so does a pipe: it was meant to be a table, and opening
    it says what is wrong.
    """
    if file.name.startswith((".", "~")) or file.suffix.lower() not in SUFFIXES:
        return False
    return not file.is_dir()


def _table(file: TableFile, encoding: Callable[[], str]) -> SourceTable:
    try:
        return _READERS.get(file.suffix.lower(), _delimited)(file, encoding)
    except DatasetError as error:
        return SourceTable(file.stem, str(file), batches=partial(_fail, error))


def _fail(error: DatasetError) -> NoReturn:
    raise error


def _delimited(file: TableFile, encoding: Callable[[], str]) -> SourceTable:
    from rules_engine_csv.reading import delimited

    table = delimited(file, encoding())
    return SourceTable(file.stem, str(file), batches=table.batches, first_row=table.first_row)


def _json_lines(file: TableFile, encoding: Callable[[], str]) -> SourceTable:
    def batches() -> pa.RecordBatchReader:
        from rules_engine_csv.json_lines import json_lines

        return json_lines(file, encoding())

    return SourceTable(file.stem, str(file), batches=batches)


def _parquet(file: TableFile, encoding: Callable[[], str]) -> SourceTable:
    from rules_engine_csv.parquet import check_parquet, packed_parquet

    if not isinstance(file, Path):
        return SourceTable(file.stem, str(file), batches=partial(packed_parquet, file))
    check_parquet(file)
    return SourceTable(file.stem, str(file), parquet=file)


def _archive(file: TableFile, encoding: Callable[[], str]) -> SourceTable:
    from rules_engine_csv.refusals import refuse_row

    refuse_row(
        file,
        "packed-data",
        msg("“{file}” is packed", file=file.name),
        msg("unpack it, and give the folder with the tables"),
    )


_READERS: dict[str, Callable[[TableFile, Callable[[], str]], SourceTable]] = {
    ".parquet": _parquet,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    **dict.fromkeys(ARCHIVES, _archive),
}
