"""Reads the cells of a workbook with calamine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class RawSheet:
    """A sheet as it is in the file. Rows and columns count from 0.

    Attributes:
        rows: the values of its cells, from the sheet's first row on; a value is a text, a
            number, a boolean, a date or a time.
        column: the first column that holds anything; the rows begin there.
        merged: the ranges of merged cells, as far as the format lets them be seen.
    """

    name: str
    hidden: bool
    rows: Iterable[list[Any]]
    column: int = 0
    merged: tuple[Range, ...] = ()


class _Rows:
    """The rows of a sheet, which can be read more than once."""

    def __init__(self, sheet: Any) -> None:  # noqa: ANN401 - calamine's own
        self._sheet = sheet

    def __iter__(self) -> Iterator[list[Any]]:
        return iter(self._sheet.iter_rows())

    def __reduce__(self) -> tuple[type[list[Any]], tuple[list[list[Any]]]]:
        return list, (list(self),)


def raw_sheets(file: Path) -> Iterator[RawSheet]:
    """Yield the sheets of a workbook, whatever its name says that it is.

    Raises:
        ValueError, OSError: it cannot be read, or not further.
    """
    import python_calamine as calamine

    shown, sheet_type = calamine.SheetVisibleEnum.Visible, calamine.SheetTypeEnum.WorkSheet
    try:
        with file.open("rb") as stream:
            book = calamine.CalamineWorkbook.from_object(stream)
        for meta in book.sheets_metadata:
            if meta.typ != sheet_type:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            start, merged = sheet.start, sheet.merged_cell_ranges
            if start is not None:
                yield RawSheet(
                    meta.name,
                    meta.visible != shown,
                    _Rows(sheet),
                    start[1],
                    tuple(merged or ()),
                )
    except calamine.CalamineError as error:
        raise ValueError(str(error)) from error
