"""Reads a workbook that came back: each cell by its key, wherever it stands now."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from rules_engine.api import (
    FilledCell,
    FilledForm,
    Place,
    UsageError,
    check_entries,
    in_own_process,
    limits,
    msg,
    ooxml,
    open_file,
)
from rules_engine_form_xlsx.carrier import CARRIED, unpack
from rules_engine_form_xlsx.writing import letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rules_engine.api import CellValue, Keeping

Grid = list[list[Any]]
Faults = dict[str, tuple[str, str]]
"""By the name of a cell: ``formula`` or ``error``, and what it shows."""


def read_workbook(path: Path) -> FilledForm:
    """Read a workbook.

    Raises:
        UsageError: it cannot be read, or it is none that was written as a form.
    """
    try:
        (grids, faults), _ = in_own_process(_opened, path, place=Place(str(path)), error=UsageError)
        carried, keys = unpack(grids[CARRIED])
    except OSError as error:
        raise UsageError.of(
            "cannot-read",
            msg("cannot read the file: {reason}", reason=error.strerror or str(error)),
            hint=msg("look at the path: {place}", place=path),
        ) from None
    except ooxml.DAMAGED:
        raise UsageError.of(
            "no-form",
            msg("{file} carries no ruleset", file=path),
            hint=msg("take a file that rules-engine export has written, saved as .xlsx"),
        ) from None
    where = {name: _numbers(grid) for name, grid in grids.items()}
    cells = {}
    for key, (sheet, row, column) in keys.items():
        rows, columns = where.get(sheet, ({}, {}))
        if row in rows and column in columns:
            at = (rows[row], columns[column])
            cells[key] = _cell(sheet, grids[sheet], at, faults.get(sheet, {}))
    return FilledForm(cells, carried)


def _opened(_: Keeping, path: Path) -> tuple[dict[str, Grid], dict[str, Faults]]:
    """Return the cells of all sheets, and those of them with formulas or errors.

    Raises:
        ValueError, OSError: it cannot be read.
        UsageError: it is larger than any form.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        _check_size(path)
        with ooxml.in_usual_spelling(path) as (stream, _spelling):
            faults = _faults(stream)
            stream.seek(0)
            book = CalamineWorkbook.from_object(stream)
            grids = {n: book.get_sheet_by_name(n).to_python(skip_empty_area=False)
                     for n in book.sheet_names}  # fmt: skip
    except (CalamineError, *ooxml.DAMAGED) as error:
        raise ValueError(str(error)) from error
    return grids, faults


def _numbers(grid: Grid) -> tuple[dict[int, int], dict[int, int]]:
    """Return where the rows and columns with a number of ours stand now, from 0."""
    rows = {n: at for at, line in enumerate(grid) if line and (n := _number(line[0]))}
    columns = {n: at for at, value in enumerate(grid[0] if grid else ()) if (n := _number(value))}
    return rows, columns


def _number(value: object) -> int:
    text = str(value).removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() else 0


def _cell(sheet: str, grid: Grid, at: tuple[int, int], faults: Mapping[str, Any]) -> FilledCell:
    row, column = at
    line = grid[row]
    name = letters(column)
    fault, shown = faults.get(f"{name}{row + 1}", ("", ""))
    value = _value(line[column]) if column < len(line) else None
    return FilledCell(sheet, row + 1, name, shown or value, fault)


def _value(value: object) -> CellValue:
    if value is None or value == "":
        return None
    if isinstance(value, bool | date | str):
        return value
    return Decimal(str(value)) if isinstance(value, int | float) else str(value)


def _faults(stream: IO[bytes]) -> dict[str, Faults]:
    """Return the cells with formulas or errors, which the library shows as plain values.

    Raises:
        ooxml.DAMAGED: it is no .xlsx, is damaged, or unpacks to more than any form.
    """
    with zipfile.ZipFile(stream) as packed:
        book = ooxml.workbook(packed)
        if book is None:
            raise ValueError("it is no .xlsx")
        return {name: dict(_odd(packed, part)) for name, part in book.sheets.items() if part}


def _odd(packed: zipfile.ZipFile, part: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for cell in ooxml.odd_cells(packed, part):
        kind = "error" if cell.formula is None else "formula"
        shown = cell.value or "" if cell.formula is not None else cell.error
        if kind == "formula" or shown:
            yield f"{letters(cell.column)}{cell.row + 1}", (kind, shown)


def _check_size(path: Path) -> None:
    check_entries(path)
    with open_file(path) as stream, zipfile.ZipFile(stream) as packed:
        size = sum(part.file_size for part in packed.infolist())
    limits.FORM_SIZE.check(size // limits.MIB, Place(str(path)), UsageError)
