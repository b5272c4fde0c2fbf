"""Looks for what the library does not tell: formulas that failed, other calendars, odd merges.

A formula that failed is read as an empty cell, and an empty cell may be a fact, such as a case
that is not closed. So in .xlsx those cells are found and filled with what they show; of .ods and
.xlsb a warning says that they could not be looked at.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from rules_engine.api import Finding, Place, msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Errors = dict[tuple[int, int], str]
_PIECE, _OVERLAP = 1 << 20, 1 << 14
_ERROR = re.compile(
    rb'<c\s(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})([0-9]+)"[^>]*>(?:(?!</c>).)*?<v>([^<]*)</v>', re.S
)
_ODS_UNSEEN = re.compile(rb'number-rows-spanned="(?:[2-9]|[1-9][0-9]+)"|calcext:value-type="error"')
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_LINK = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(frozen=True)
class Unseen:
    """What was found about a sheet.

    Attributes:
        errors: by row and column, from 0, what cells show whose formula failed.
        from_1904: whether days are counted from 1904.
    """

    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    from_1904: bool = False


def look(file: Path) -> tuple[dict[str, Unseen], list[Finding]]:
    """Return what is found about the sheets of a workbook, and what to warn of.

    A damaged workbook gives nothing: reading its cells says what is wrong with it.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            if "xl/workbook.xml" in packed.NameToInfo:
                return _look_at_xlsx(packed), []
            if _may_hide(packed):
                return {}, [_warning(file)]
    except (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, KeyError, OSError):
        pass
    return {}, []


def _may_hide(packed: zipfile.ZipFile) -> bool:
    """Return whether there are, or may be, cells that cannot be seen."""
    if "xl/workbook.bin" in packed.NameToInfo:
        return True
    parts = (part for part in ("content.xml",) if part in packed.NameToInfo)
    return any(_ODS_UNSEEN.search(piece) for part in parts for piece in _pieces(packed, part))


def _warning(file: Path) -> Finding:
    return Finding(
        "unseen-cells",
        msg(
            "in {suffix}, cells that are merged with one above and formulas that failed are read "
            "as empty",
            suffix=file.suffix,
        ),
        Place(str(file)),
        msg("save it as .xlsx if it has any"),
        severity="warning",
    )


def _look_at_xlsx(packed: zipfile.ZipFile) -> dict[str, Unseen]:
    book = ElementTree.fromstring(packed.read("xl/workbook.xml"))
    links = ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))
    parts = {link.get("Id"): link.get("Target", "") for link in links}
    properties = book.find("{*}workbookPr")
    from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    found = {}
    for sheet in book.findall("{*}sheets/{*}sheet"):
        part = parts.get(sheet.get(_LINK) or sheet.get(_STRICT_LINK), "")
        path = part.removeprefix("/") if part.startswith("/") else f"xl/{part}"
        errors = _errors(packed, path) if path in packed.NameToInfo else {}
        found[sheet.get("name", "")] = Unseen(errors, from_1904)
    return found


def _errors(packed: zipfile.ZipFile, part: str) -> Errors:
    return {
        (int(row) - 1, _column(letters.decode())): value.decode()
        for piece in _pieces(packed, part)
        if b't="e"' in piece
        for letters, row, value in _ERROR.findall(piece)
    }


def _pieces(packed: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield a part piece by piece, each beginning with the end of the one before."""
    with packed.open(part) as stream:
        rest = b""
        while read := stream.read(_PIECE):
            yield rest + read
            rest = read[-_OVERLAP:]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
