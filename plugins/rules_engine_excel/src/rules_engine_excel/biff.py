"""Looks at the records of the old binary format (.xls, .et) for what the library does not tell."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules_engine_excel.unseen import FROM_1900, FROM_1904, Unseen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

DAMAGED = (struct.error, ValueError, IndexError, OverflowError)
"""What reading a damaged file may raise."""
_NAMES = ("workbook", "book")
_FREE = 0xFFFFFFFA
"""From here on, a number of a sector is none."""
_BEGINS, _ENDS = (0x0009, 0x0209, 0x0409, 0x0809), 0x000A
_CALENDAR, _SHEET, _FORMULA, _ERROR = 0x0022, 0x0085, (0x0006, 0x0206, 0x0406), 0x0205
_CALCULATED = 0x01C1
_FAILED, _NOTHING = 2, 3
_ON_LOAD = 0x0002
ERRORS = {
    0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A",
}  # fmt: skip


def scan_old(data: bytes) -> list[Unseen]:
    """Return what is found about the sheets of a workbook, in their order in the file.

    Raises:
        DAMAGED: the file is damaged.
    """
    book = _stream(data)
    starts, day_zero, calculated = [], FROM_1900, False
    for kind, record in _records(book, 0):
        if kind == _SHEET:
            starts.append(struct.unpack_from("<I", record)[0])
        elif kind == _CALENDAR and record[:1] == b"\1":
            day_zero = FROM_1904
        calculated = calculated or kind == _CALCULATED
    sheets = [_sheet(book, start) for start in starts]
    # An empty text is what a formula gives, or what a program writes that works none out. The
    # latter does so for all formulas, and does not sign as a program that has worked them out.
    calculated = calculated or any(sheet.calculated for sheet in sheets)
    return [sheet.unseen(day_zero, calculated=calculated) for sheet in sheets]


@dataclass
class _Sheet:
    """A sheet: its errors, its formulas that gave an empty text, and whether others gave more."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    empty: set[tuple[int, int]] = field(default_factory=set)
    due: set[tuple[int, int]] = field(default_factory=set)
    calculated: bool = False

    def unseen(self, day_zero: date, *, calculated: bool) -> Unseen:
        uncalculated = frozenset(self.due if calculated else self.due | self.empty)
        shown = self.errors | dict.fromkeys(uncalculated, "=")
        return Unseen(shown, uncalculated, frozenset(self.errors), day_zero=day_zero)


def _sheet(book: bytes, start: int) -> _Sheet:
    sheet = _Sheet()
    for kind, record in _records(book, start):
        if kind == _ERROR and record[7]:
            sheet.errors[struct.unpack_from("<HH", record)] = ERRORS.get(record[6], "#N/A")
        elif kind in _FORMULA:
            at = struct.unpack_from("<HH", record)
            result = record[6] if record[12:14] == b"\xff\xff" else None
            if result == _FAILED:
                sheet.errors[at] = ERRORS.get(record[8], "#N/A")
            elif result == _NOTHING:
                (sheet.due if record[14] & _ON_LOAD else sheet.empty).add(at)
            sheet.calculated = sheet.calculated or result != _NOTHING
    return sheet


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a part of the workbook; a chart within it is passed over."""
    depth = 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        at += 4 + size
        depth += (kind in _BEGINS) - (kind == _ENDS)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, book[at - size : at]


def _stream(data: bytes) -> bytes:
    """Return the workbook out of the compound file in which it lies."""
    size, small = (1 << shift for shift in struct.unpack_from("<HH", data, 30))
    first, _, cutoff, small_first = struct.unpack_from("<4I", data, 48)
    table = _table(data, size)
    entries = _chained(data, size, table, first, offset=size)
    kept = b""
    for at in range(0, len(entries), 128):
        name = entries[at : at + struct.unpack_from("<H", entries, at + 64)[0]]
        start, length = struct.unpack_from("<II", entries, at + 116)
        if entries[at + 66] == 5:
            kept = _chained(data, size, table, start, offset=size)
        elif name.decode("utf-16-le").rstrip("\0").lower() in _NAMES:
            if length >= cutoff:
                return _chained(data, size, table, start, offset=size)[:length]
            packed = _chained(data, size, table, small_first, offset=size)
            small_table = struct.unpack(f"<{len(packed) // 4}I", packed)
            return _chained(kept, small, small_table, start)[:length]
    raise ValueError("there is no workbook in it")


def _table(data: bytes, size: int) -> tuple[int, ...]:
    """Return for each sector the one that follows it."""
    sectors = list(struct.unpack_from("<109I", data, 76))
    following = struct.unpack_from("<I", data, 68)[0]
    seen: set[int] = set()
    while following < _FREE and following not in seen:
        seen.add(following)
        *more, following = struct.unpack_from(f"<{size // 4}I", data, size * (following + 1))
        sectors += more
    parts = (data[size * (s + 1) : size * (s + 2)] for s in sectors if s < _FREE)
    whole = b"".join(part for part in parts if len(part) == size)
    return struct.unpack(f"<{len(whole) // 4}I", whole)


def _chained(
    data: bytes, size: int, table: tuple[int, ...], sector: int, *, offset: int = 0
) -> bytes:
    """Return the sectors that follow each other from one on."""
    results, seen = [], set()
    while sector < _FREE:
        if sector in seen:
            raise ValueError("its sectors go round in a circle")
        seen.add(sector)
        results.append(data[offset + size * sector : offset + size * (sector + 1)])
        sector = table[sector]
    return b"".join(results)
