"""A comparison as a workbook: a sheet for each table of each run."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.api import ooxml

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine.api import Comparison

WIDEST = 50
"""Characters of the widest column."""
LINE = 15
"""Height of a line, in points."""
A4 = 9


def write_comparison(comparison: Comparison, path: Path) -> None:
    """Write the workbook."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": _never()})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    names: set[str] = set()
    for number, run in enumerate(comparison.runs, 1):
        for table in run.tables:
            sheet = book.add_worksheet(ooxml.tab_name(f"{number} {table.title}", names))
            lines = [run.title, *run.notes]
            for row, line in enumerate(lines):
                sheet.write_string(row, 0, line)
            top = len(lines) + 1
            for column, heading in enumerate(table.headings):
                items = [heading, *(str(row[column]) for row in table.rows)]
                width = min(max(map(_width, items)), WIDEST)
                sheet.set_column(column, column, width + 2)
                sheet.write_string(top, column, heading, bold)
                for row, values in enumerate(table.rows, top + 1):
                    value = values[column]
                    if isinstance(value, int | Decimal):
                        sheet.write_number(row, column, float(value), wrapped)
                    else:
                        sheet.write_string(row, column, value, wrapped)
            for row, values in enumerate(table.rows, top + 1):
                deep = max(-(-_width(str(value)) // WIDEST) for value in values)
                sheet.set_row(row, deep * LINE)
            sheet.freeze_panes(top + 1, 0)
            sheet.set_landscape()
            sheet.set_paper(A4)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(top)
    try:
        book.close()
    except FileCreateError as error:  # what the disk said, such as that it is full
        raise error.args[0] from error


def _width(text: str) -> int:
    """Return how wide a text is; Chinese characters are as wide as two others."""
    return sum(1 + (character > "ÿ") for character in text)


def _never() -> object:
    """Return a day that says nothing, so that equal workbooks are equal files."""
    from datetime import datetime

    return datetime(2000, 1, 1)
