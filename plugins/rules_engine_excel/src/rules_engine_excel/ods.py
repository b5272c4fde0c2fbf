"""Looks at an OpenDocument spreadsheet for what the library does not tell."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from rules_engine.api import ooxml
from rules_engine_excel.unseen import FROM_1900, Unseen

if TYPE_CHECKING:
    import zipfile

    from rules_engine_excel.unseen import Range

_CONTENT = "content.xml"
_SUSPECT = (b"formula", b"rows-spanned", b"null-date", b"error", b"percentage")
"""Attributes and elements without which nothing is hidden, however their names are spelt."""
_ERROR = re.compile(r"#[A-Z/0]+[!?]?|#N/A|(?:Err:|错误:|Error:?\s?)\d+", re.I)
_MOST_REPEATED = 1 << 21
"""A cell or row that is repeated more often fills the rest of the sheet with nothing."""


def scan_ods(packed: zipfile.ZipFile) -> list[Unseen]:
    """Return what is found about the sheets of a workbook, in order.

    Raises:
        ooxml.DAMAGED, OSError: it cannot be read.
    """
    if not any(m in piece for piece in ooxml.pieces(packed, _CONTENT) for m in _SUSPECT):
        return []
    sheets: list[_Sheet] = []
    day_zero = FROM_1900
    with packed.open(_CONTENT) as stream:
        for event, element in ElementTree.iterparse(stream, ("start", "end")):
            name = ooxml.local_name(element.tag)
            if event == "start":
                sheets += [_Sheet()] if name == "table" else ()
            elif name == "null-date":
                with suppress(ValueError):
                    day_zero = date.fromisoformat(_of(element, "date-value")[:10])
            elif name == "table-row" and sheets:
                sheets[-1].read(element)
                element.clear()
    return [
        Unseen(
            sheet.shown,
            frozenset(sheet.uncalculated),
            frozenset(sheet.shown.keys() - sheet.uncalculated),
            frozenset(sheet.percent),
            tuple(sheet.merged),
            day_zero,
        )
        for sheet in sheets
    ]


@dataclass
class _Sheet:
    """A sheet while it is read."""

    shown: dict[tuple[int, int], str] = field(default_factory=dict)
    uncalculated: set[tuple[int, int]] = field(default_factory=set)
    percent: set[tuple[int, int]] = field(default_factory=set)
    merged: list[Range] = field(default_factory=list)
    rows: int = 0

    def read(self, row: ElementTree.Element) -> None:
        """Take in the next row."""
        again = min(_repeated(row, "number-rows-repeated"), _MOST_REPEATED)
        self._cells(row, again)
        self.rows += again

    def _cells(self, row: ElementTree.Element, again: int) -> None:
        at, column = self.rows, 0
        for cell in row:
            wide = min(_repeated(cell, "number-columns-repeated"), _MOST_REPEATED)
            if ooxml.local_name(cell.tag) not in ("table-cell", "covered-table-cell"):
                continue
            if _of(cell, "value-type") == "percentage" and again * wide <= _MOST_REPEATED:
                self.percent |= {(at + i, column + j) for i in range(again) for j in range(wide)}
            if said := _said(cell):
                if again * wide > _MOST_REPEATED:
                    raise ValueError(said)
                for where in ((at + i, column + j) for i in range(again) for j in range(wide)):
                    self.shown[where] = said
                    if said.startswith("="):
                        self.uncalculated.add(where)
            high = _repeated(cell, "number-rows-spanned")
            if high > 1:
                last = column + _repeated(cell, "number-columns-spanned") - 1
                self.merged.append(((at, column), (at + high - 1, last)))
            column += wide


def _said(cell: ElementTree.Element) -> str:
    """Return what a cell shows that the library takes for nothing, or for a number."""
    formula, kind = _of(cell, "formula"), _of(cell, "value-type", last=True)
    if not formula and kind != "error":
        return ""
    text = "".join("".join(line.itertext()) for line in cell.iterfind("{*}p")).strip()
    if kind == "error" or _ERROR.fullmatch(text):
        return text or "#N/A"
    return "" if kind else text or f"={formula.removeprefix('of:').removeprefix('=')}"


def _repeated(element: ElementTree.Element, name: str) -> int:
    text = _of(element, name)
    return int(text) if text.isascii() and text.isdigit() and int(text) else 1


def _of(element: ElementTree.Element, name: str, *, last: bool = False) -> str:
    """Return an attribute by its name without the namespace; of two, the first or an error."""
    results = [value for key, value in element.items() if ooxml.local_name(key) == name]
    if last and "error" in results:
        return "error"
    return results[0] if results else ""
