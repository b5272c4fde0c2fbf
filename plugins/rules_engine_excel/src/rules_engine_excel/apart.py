"""Reads a workbook in a process of its own: one may be made to take all memory, or be damaged.

One cell in the last row and column makes the library ask for room for all that lie before it. The
old binary format (.xls, .et) it reads without the checksums that a packed workbook has, and ends
the process when a length in it makes no sense.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from rules_engine.api import DatasetError, Place, in_own_process, limits, ooxml, read_file
from rules_engine_excel.biff import scan_old
from rules_engine_excel.packed import scan_packed
from rules_engine_excel.reading import OneNameTwice, raw_sheets, with_unseen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from rules_engine.api import Finding, Keeping, Kept
    from rules_engine_excel.reading import RawSheet

AT_ONCE, TEXT_AT_ONCE = 1_000, 16 * limits.MIB
Sheets = list[tuple["RawSheet", int]]


@dataclass(frozen=True)
class _Rows:
    """The rows of a sheet, which can be read more than once."""

    kept: Kept
    start: int

    def __iter__(self) -> Iterator[list[Any]]:
        for rows in self.kept.items(self.start):
            yield from rows


def read_apart(file: Path, *, packed: bool, findings: list[Finding]) -> Iterator[RawSheet]:
    """Yield the sheets of a workbook that hold anything.

    Args:
        file: the workbook.
        packed: it is an archive, and not in the old binary format.
        findings: what is worth knowing of it is added here.

    Raises:
        ValueError, OSError: it cannot be read; says why.
        DatasetError: to read it takes too much memory or time.
    """
    read = _packed if packed else _old
    (sheets, warnings), kept = in_own_process(
        read, file, place=Place(str(file)), error=DatasetError
    )
    findings += warnings
    for sheet, start in sheets:
        yield replace(sheet, rows=_Rows(kept, start))


def _packed(keeping: Keeping, file: Path) -> tuple[Sheets, list[Finding]]:
    """Put down the rows of a packed workbook.

    Raises:
        ValueError, OSError: it cannot be read.
    """
    try:
        with ooxml.in_usual_spelling(file) as (stream, spelling):
            unseen, warnings = scan_packed(stream, file, spelling)
            stream.seek(0)
            findings = [(with_unseen(sheet, unseen), at) for sheet, at in _kept(keeping, stream)]
    except OneNameTwice:
        raise
    except ooxml.DAMAGED as error:
        raise ValueError(str(error)) from error
    return findings, warnings


def _old(keeping: Keeping, file: Path) -> tuple[Sheets, list[Finding]]:
    """Put down the rows of a workbook in the old binary format.

    Raises:
        ValueError, OSError: it cannot be read.
    """
    data = read_file(file)
    results = list(_kept(keeping, BytesIO(data)))
    unseen = scan_old(data) if results else []
    return [(with_unseen(sheet, unseen), at) for sheet, at in results], []


def _kept(keeping: Keeping, stream: Any) -> Iterable[tuple[RawSheet, int]]:  # noqa: ANN401 - bytes
    for sheet in raw_sheets(stream):
        start = keeping.put(_some(sheet.rows))
        yield replace(sheet, rows=()), start


def _some(rows: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    """Put rows together: so many, or fewer if their texts are long."""
    some: list[list[Any]] = []
    size = 0
    for row in rows:
        some.append(row)
        size += sum(len(value) for value in row if type(value) is str)
        if len(some) == AT_ONCE or size > TEXT_AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some
