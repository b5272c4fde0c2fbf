"""Looks at the records of a binary workbook (.xlsb) for what the library does not tell."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from rules_engine.api import ooxml
from rules_engine_excel.biff import ERRORS
from rules_engine_excel.unseen import FROM_1900, FROM_1904, Unseen

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator
    from datetime import date

    from rules_engine_excel.unseen import Range

BOOK = "xl/workbook.bin"
_SHEET, _PROPERTIES = 156, 153
_ROW, _FAILED, _MERGED = 0, (3, 11), 176


def scan_binary(packed: zipfile.ZipFile) -> list[Unseen]:
    """Return what is found about the sheets of a workbook, in order.

    Raises:
        ooxml.DAMAGED, OSError: it cannot be read.
    """
    parts = dict(ooxml.named_links(packed, BOOK))
    sheets, day_zero = [], FROM_1900
    try:
        for kind, record in _records(packed.read(BOOK)):
            if kind == _SHEET:
                length = struct.unpack_from("<I", record, 8)[0]
                sheets.append(record[12 : 12 + 2 * length].decode("utf-16-le"))
            elif kind == _PROPERTIES and record[:1] and record[0] & 1:
                day_zero = FROM_1904
        return [_sheet(packed, parts.get(link, ""), day_zero) for link in sheets]
    except (struct.error, IndexError) as error:
        raise ValueError(str(error)) from error


def _sheet(packed: zipfile.ZipFile, part: str, day_zero: date) -> Unseen:
    shown: dict[tuple[int, int], str] = {}
    merged: list[Range] = []
    row = 0
    for kind, record in _records(packed.read(part)) if part else ():
        if kind == _ROW:
            row = struct.unpack_from("<I", record)[0]
        elif kind in _FAILED:
            column = struct.unpack_from("<I", record)[0]
            shown[row, column] = ERRORS.get(record[8], "#N/A")
        elif kind == _MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", record)
            merged.append(((top, left), (bottom, right)))
    return Unseen(shown, failed=frozenset(shown), merged=tuple(merged), day_zero=day_zero)


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        kind, at = _number(data, at, 2)
        size, at = _number(data, at, 4)
        yield kind, data[at : at + size]
        at += size


def _number(data: bytes, at: int, most: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, the lowest first, and where it ends."""
    number = 0
    for place in range(most):
        byte = data[at + place]
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return number, at + place + 1
    return number, at + most
