"""Reads records from workbooks: .xlsx, .xlsm, .xls, .xlsb, .ods and .et, one table a sheet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rules_engine.api import (
    DatasetError,
    Finding,
    SourceKind,
    SourceRequest,
    SourceTable,
    hookimpl,
    links_out,
    msg,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et")


@hookimpl
def rules_engine_register_sources() -> list[SourceKind]:
    """Give the source for workbooks."""
    return [
        SourceKind(
            "excel",
            msg("workbooks (.xlsx, .xls, .xlsb, .ods, .et): one of them, or a folder of them"),
            accepts,
            open_workbooks,
            table_fields=table_fields,
        )
    ]


def accepts(location: str) -> bool:
    """Return whether this is a workbook, or a folder with one."""
    place = Path(location)
    if not place.is_dir():
        return place.exists() and place.suffix.lower() in SUFFIXES
    try:
        return any(map(_is_workbook, place.iterdir()))
    except OSError:
        return False


def table_fields() -> type[Any]:
    """Return what ``source.yaml`` may say about a sheet."""
    from rules_engine_excel.fields import SheetFields

    return SheetFields


def open_workbooks(request: SourceRequest) -> list[SourceTable]:
    """Return the tables of a workbook, or of all workbooks of a folder.

    Raises:
        DatasetError: a workbook cannot be read.
    """
    from rules_engine_excel.failures import refuse

    place = Path(request.location)
    if not place.exists():
        refuse(
            place,
            "no-such-data",
            msg("there is no file or folder {place}", place=place),
            msg("give a workbook, or the folder that holds the workbooks"),
        )
    results: list[SourceTable] = []
    faults: list[Finding] = []
    for file in _files(place):
        try:
            results += _tables(file, request)
        except DatasetError as error:
            faults += error.findings
    if faults:
        raise DatasetError(*faults)
    return results


def _tables(file: Path, request: SourceRequest) -> list[SourceTable]:
    from rules_engine_excel.sheet import tables_of
    from rules_engine_excel.workbook import hidden_finding, sheets

    results: list[SourceTable] = []
    findings: list[Finding] = []
    for sheet in sheets(file, findings):
        if sheet.hidden and not request.wanted:
            findings.append(hidden_finding(file, sheet.name))
        else:
            results += tables_of(file, sheet, request)
    if findings and results:
        results[0] = _with_findings(results[0], findings)
    return results


def _with_findings(table: SourceTable, findings: list[Finding]) -> SourceTable:
    """Return the table that tells further findings about its workbook."""
    return replace(table, findings=lambda: [*findings, *table.findings()])


def _files(place: Path) -> Iterator[Path]:
    from rules_engine_excel.failures import refuse

    if place.is_dir():
        results = sorted(filter(_is_workbook, place.iterdir()))
        for file in links_out(place, results):
            refuse(
                file,
                "path-outside",
                msg("“{file}” is a link that leads out of the delivery", file=file.name),
                msg("put the file itself there; find out who made the link"),
            )
        yield from results
    else:
        yield place


def _is_workbook(file: Path) -> bool:
    """Return whether a file is a workbook: not hidden, and no lock file of an office program."""
    return not file.name.startswith((".", "~")) and file.suffix.lower() in SUFFIXES
