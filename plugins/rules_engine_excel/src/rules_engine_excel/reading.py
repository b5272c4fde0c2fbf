"""Reads the cells of a workbook with calamine."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Any

from rules_engine_excel.unseen import NOTHING, Range, Unseen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class OneNameTwice(ValueError):
    """Two sheets of a workbook have one name, which is given."""


@dataclass(frozen=True)
class RawSheet:
    """A sheet as it is in the file. Rows and columns count from 0.

    Attributes:
        rows: the values of its cells, from the sheet's first row on; a value is a text, a
            number, a boolean, a date or a time.
        column: the first column that holds anything; the rows begin there.
        merged: the ranges of merged cells, as far as the library tells them.
        number: which of the workbook's sheets it is, from 0.
        unseen: what the library does not tell of it.
    """

    name: str
    hidden: bool
    rows: Iterable[list[Any]]
    column: int = 0
    merged: tuple[Range, ...] = ()
    number: int = 0
    unseen: Unseen = NOTHING


def raw_sheets(stream: IO[bytes]) -> Iterator[RawSheet]:
    """Yield the sheets of a workbook that hold anything.

    Raises:
        OneNameTwice: two of them have one name.
        ValueError, OSError: it cannot be read, or not further.
    """
    import python_calamine as calamine

    shown, sheet_type = calamine.SheetVisibleEnum.Visible, calamine.SheetTypeEnum.WorkSheet
    try:
        book = calamine.CalamineWorkbook.from_object(stream)
        _refuse_one_name([meta.name for meta in book.sheets_metadata])
        for number, meta in enumerate(book.sheets_metadata):
            if meta.typ != sheet_type:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            start, merged = sheet.start, sheet.merged_cell_ranges
            if start is not None:
                yield RawSheet(
                    meta.name,
                    meta.visible != shown,
                    sheet.iter_rows(),
                    start[1],
                    tuple(merged or ()),
                    number,
                )
    except calamine.CalamineError as error:
        raise ValueError(str(error)) from error


def _refuse_one_name(names: Sequence[str]) -> None:
    """Refuse two sheets of one name: the library would read the first of them twice.

    Raises:
        OneNameTwice: names it.
    """
    for name, count in Counter(names).items():
        if count > 1:
            raise OneNameTwice(name)


def with_unseen(sheet: RawSheet, unseen: Sequence[Unseen]) -> RawSheet:
    """Return a sheet with what was found about it.

    Raises:
        ValueError: nothing was found about this sheet, though there was about others.
    """
    if not unseen:
        return sheet
    if sheet.number >= len(unseen):
        raise ValueError(f"{sheet.name}: its part is not there")
    seen = unseen[sheet.number]
    return replace(sheet, unseen=seen, merged=(*sheet.merged, *seen.merged))
