"""Looks into packed workbooks (.xlsx, .ods, .xlsb) for what the library does not tell."""

from __future__ import annotations

import zipfile
from typing import IO, TYPE_CHECKING

from rules_engine.api import Finding, Place, msg, ooxml
from rules_engine_excel.ods import scan_ods
from rules_engine_excel.unseen import FROM_1900, FROM_1904, Unseen
from rules_engine_excel.xlsb import scan_binary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def scan_packed(
    stream: IO[bytes], file: Path, spelling: ooxml.Spelling
) -> tuple[Sequence[Unseen], list[Finding]]:
    """Return what is found about the sheets of a packed workbook, in order, and what to warn of.

    Args:
        stream: the workbook.
        file: what it is called.
        spelling: what the bytes of its parts tell.

    Raises:
        ooxml.DAMAGED, OSError: it cannot be read.
    """
    with zipfile.ZipFile(stream) as packed:
        if "content.xml" in packed.NameToInfo:
            return scan_ods(packed), []
        if "xl/workbook.bin" in packed.NameToInfo:
            return scan_binary(packed), []
        book = ooxml.workbook(packed)
        if book is None:
            return (), [_warning(file)]
        return [_sheet(packed, book, part, spelling) for part in book.sheets.values()], []


def _sheet(
    packed: zipfile.ZipFile, book: ooxml.Workbook, part: str, spelling: ooxml.Spelling
) -> Unseen:
    repeated: frozenset[tuple[int, int]] = frozenset()
    if part and part not in spelling.single:
        repeated = ooxml.repeated_cells(packed, part)
    part = "" if part in spelling.plain and not book.percent else part
    shown: dict[tuple[int, int], str] = {}
    uncalculated, failed, percent = set(), set(), set()
    for cell in ooxml.odd_cells(packed, part, book.percent) if part else ():
        at = (cell.row, cell.column)
        if cell.percent:
            percent.add(at)
        if cell.error:
            shown[at] = cell.error
            failed.add(at)
        elif cell.uncalculated or (book.recalculated and cell.unsure):
            shown[at] = f"={cell.formula}"
            uncalculated.add(at)
        elif cell.misplaced and cell.value:
            shown[at] = cell.value
    day_zero = FROM_1904 if book.from_1904 else FROM_1900
    return Unseen(
        shown, frozenset(uncalculated), frozenset(failed), frozenset(percent), (), day_zero,
        repeated,
    )  # fmt: skip


def _warning(file: Path) -> Finding:
    return Finding(
        "unseen-cells",
        msg(
            "in {suffix}, cells that are merged with one above and formulas that failed are read "
            "as empty, and numbers of days as counted from 1900",
            suffix=file.suffix,
        ),
        Place(str(file)),
        msg("save it as .xlsx if it has any"),
        severity="warning",
    )
