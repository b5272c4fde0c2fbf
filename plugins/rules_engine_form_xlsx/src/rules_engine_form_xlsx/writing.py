"""Writes the workbook: locked but for the values, with drop-downs and notes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules_engine.api import UsageError, columns_of, msg, ooxml, tr
from rules_engine_form_xlsx.carrier import CARRIED, CHOICES, pack

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine.api import Form, FormCell, FormRow, FormSheet
    from rules_engine_form_xlsx.carrier import Address

FONT = "Microsoft YaHei"
LONGEST = 32_700
"""Excel holds 32,767 characters in a cell."""
WIDTHS = (30, 44, *(18,) * 12)
"""Of the columns, in characters: what a value is, the value, further columns of a table."""
FIRST_YEAR = 1901
"""Excel knows no earlier days; they are written as texts."""
LINE, MARGIN, HIGHEST = 15, 3, 409
"""Height in points of a line of text, what a row is higher, and the most that Excel allows."""
MADE_ON = datetime(2000, 1, 1)
"""A fixed moment, so that the same ruleset gives the same bytes."""
BASE: dict[str, Any] = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
CELL = {**BASE, "border": 1, "border_color": "#A6A6A6", "text_wrap": True, "align": "left"}
OPEN = {**CELL, "locked": False, "bg_color": "#FFF9E5"}
STYLES: dict[str, dict[str, Any]] = {
    "title": {**BASE, "bold": True, "font_size": 11, "valign": "bottom"},
    "head": {**CELL, "bold": True, "bg_color": "#E7E6E6"},
    "offer": {**CELL, "italic": True, "font_color": "#595959"},
    "row": {**CELL, "bg_color": "#F2F2F2"},
    "text": {**OPEN, "num_format": "@"},
    "number": {**OPEN, "num_format": "General"},
    "percent": {**OPEN, "num_format": "0.0#%"},
    "date": {**OPEN, "num_format": "yyyy-mm-dd"},
}
ALLOWED = {"format_columns": True, "format_rows": True, "autofilter": True}
"""What the protection lets people do besides writing into the open cells."""


def write_workbook(form: Form, path: Path) -> None:
    """Write a form.

    Raises:
        UsageError: a value does not fit into a cell.
        OSError: the file cannot be written.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"title": form.title, "created": MADE_ON})
    writer = _Writer(book)
    for sheet in form.sheets:
        writer.sheet(sheet)
    writer.carry(form)
    try:
        book.close()
    except FileCreateError as error:
        raise error.args[0] from error  # what the disk said


class _Writer:
    """Writes sheets into one workbook, and remembers where each cell went."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 - XlsxWriter's own
        self.book = book
        self.formats = {name: book.add_format(style) for name, style in STYLES.items()}
        self.keys: dict[str, Address] = {}
        self.offers: dict[tuple[str, ...], str] = {}
        self.names = {CARRIED, CHOICES}

    def sheet(self, sheet: FormSheet) -> None:
        name = ooxml.tab_name(sheet.title, self.names)
        page = self.book.add_worksheet(name)
        widest = max((len(row.cells) for row in sheet.rows), default=1)
        for column in range(1, widest + 1):
            page.write_string(0, column, str(column))
            page.set_column(column, column, WIDTHS[min(column - 1, len(WIDTHS) - 1)])
        page.set_column(0, 0, None, None, {"hidden": True})
        page.set_row(0, None, None, {"hidden": True})
        for at, row in enumerate(sheet.rows, 1):
            self._row(page, name, at, row)
        page.protect("", ALLOWED)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)

    def _row(self, page: Any, name: str, at: int, row: FormRow) -> None:  # noqa: ANN401
        page.write_string(at, 0, str(at))
        lines = max((_lines(cell, WIDTHS[min(column, len(WIDTHS) - 1)])
                     for column, cell in enumerate(row.cells)), default=1)  # fmt: skip
        above = LINE if row.kind == "title" else 0
        page.set_row(at, min(LINE * lines + MARGIN + above, HIGHEST))
        for column, cell in enumerate(row.cells, 1):
            self._cell(page, at, column, cell, row.kind)
            if cell.key:
                self.keys[cell.key] = (name, at, column)

    def _cell(self, page: Any, at: int, column: int, cell: FormCell, kind: str) -> None:  # noqa: ANN401
        value = cell.value
        format = self.formats[_style(cell) if cell.key else kind]
        if value is None or value == "":
            page.write_blank(at, column, None, format)
        elif isinstance(value, Decimal):
            page.write_number(at, column, value, format)
        elif isinstance(value, date) and value.year >= FIRST_YEAR:
            page.write_datetime(at, column, value, format)
        else:
            if len(str(value)) > LONGEST:
                raise UsageError.of(
                    "text-too-long",
                    msg("a text has more than {count} characters, which no cell holds",
                        count=LONGEST),
                    hint=msg("shorten it: {text}", text=str(value)[:60]),
                )  # fmt: skip
            page.write_string(at, column, str(value), format)
        if cell.choices:
            self._offer(page, at, column, cell)
        if cell.note:
            page.write_comment(at, column, cell.note, {"x_scale": 3, "font_size": 9})

    def _offer(self, page: Any, at: int, column: int, cell: FormCell) -> None:  # noqa: ANN401
        source = self.offers.setdefault(cell.choices, letters(len(self.offers)))
        page.data_validation(
            at, column, at, column,
            {
                "validate": "list",
                "source": f"='{CHOICES}'!${source}$1:${source}${len(cell.choices)}",
                "show_error": not cell.open,
                "error_title": tr("not a choice"),
                "error_message": tr("choose one from the list"),
            },
        )  # fmt: skip

    def carry(self, form: Form) -> None:
        """Write the hidden sheets."""
        page = self.book.add_worksheet(CARRIED)
        for at, row in enumerate(pack(form.carried, self.keys)):
            page.write_row(at, 0, row)
        page.very_hidden()
        page = self.book.add_worksheet(CHOICES)
        for column, choices in enumerate(self.offers):
            page.write_column(0, column, choices)
        page.very_hidden()


def _lines(cell: FormCell, room: int) -> int:
    """Return how many lines the text of a cell takes; a Chinese character is two wide."""
    if not isinstance(cell.value, str):
        return 1
    wide = map(columns_of, cell.value.split("\n"))
    return sum(max(1, -(-width // (room - 2))) for width in wide)


def _style(cell: FormCell) -> str:
    if cell.percent:
        return "percent"
    if isinstance(cell.value, date):
        return "date"
    return "number" if cell.number else "text"


def letters(number: int) -> str:
    """Return the letters of a column, counted from 0."""
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(number))
