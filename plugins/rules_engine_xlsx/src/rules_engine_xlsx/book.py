"""A workbook that is written row by row: typed cells, headings that stay, pages that print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules_engine.api import ooxml, tr
from rules_engine_xlsx.styles import FONT, STYLES, height, lines_needed, widest_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from rules_engine.api import RunInfo

Value = str | int | Decimal | date | bool | None

LAST_ROW = 1_048_575
"""Index of the last row that a sheet of Excel has."""
LONGEST = 32_700
"""Excel holds 32,767 characters in a cell, and XlsxWriter drops a longer text without a word."""
LONGEST_TITLE = 70
"""A page's header holds 255 characters with its codes, and every & counts twice."""
NARROWEST, SPARE, MARGINS = 6, 3, 2
"""In characters: the narrowest column, what a column is wider than its text, what no text fills."""
A4_LANDSCAPE = 9
WIDEST_PAGE = 260
"""Beyond this width a sheet fitted onto one page could not be read."""
ROWS_A_PAGE = 50
"""A sheet that is no table is printed on one page when it has no more rows than this."""
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its heading, the style of its cells, and the most it may be wide."""

    heading: str
    style: str = "text"
    most: int = 40


class Book:
    """The workbook: its formats, its sheets, and what their pages say at top and bottom."""

    def __init__(self, path: Path, run: RunInfo) -> None:
        """Begin the file. Each sheet's rows go to disk as they are written."""
        import xlsxwriter

        self.run = run
        self._names: set[str] = set()
        self._formats: dict[tuple[str, bool], Any] = {}
        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
                "default_format_properties": {"font_name": FONT, "font_size": 10},
            },
        )
        created = run.created_at.astimezone(UTC) if run.created_at.tzinfo else run.created_at
        self._book.set_properties(
            {
                "title": run.ruleset_title,
                "subject": run.run_id,
                "comments": run.digest,
                # the run's own moment, so that the same report gives the same bytes
                "created": created.replace(tzinfo=None),
            }
        )

    def format(self, style: str, *, quoted: bool = False) -> Any:  # noqa: ANN401 - XlsxWriter's own
        """Return the format of a style; a quoted one stays text when somebody edits the cell."""
        key = (style, quoted)
        if key not in self._formats:
            self._formats[key] = made = self._book.add_format(STYLES[style])
            if quoted:
                made.set_quote_prefix()
        return self._formats[key]

    def sheet(
        self, name: str, columns: Sequence[Column], *, limit: int = LAST_ROW, fixed: int = 0
    ) -> Sheet:
        """Add a sheet.

        Args:
            name: what its tab says; made fit for Excel and unique.
            columns: its columns, from left to right.
            limit: the most rows that it takes.
            fixed: how many columns stay in view when one scrolls to the right.
        """
        page = self._book.add_worksheet(ooxml.tab_name(name, self._names))
        return Sheet(self, page, columns, limit, fixed)

    def close(self) -> None:
        """Finish the file."""
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._book.close()
        except FileCreateError as error:  # what the disk said, such as that it is full
            raise error.args[0] from error


class Sheet:
    """One sheet. Rows can only be added; widths follow from what was written."""

    def __init__(
        self, book: Book, page: Any, columns: Sequence[Column], limit: int, fixed: int  # noqa: ANN401
    ) -> None:  # fmt: skip
        """Begin with no row."""
        self.book, self.page = book, page
        self.columns = columns
        self.row = self.rows = self.heads = 0
        self.full = False
        self._limit, self._fixed = limit, fixed
        self._widths = [NARROWEST] * len(columns)
        page.set_default_row(height(1))

    def headings(self) -> None:
        """Write the columns' headings as a row that stays in view."""
        self.head([column.heading for column in self.columns])

    def head(self, texts: Sequence[Value]) -> None:
        """Write a row that stays in view; equal neighbours become one cell."""
        runs = list(_runs(texts))
        self._fit_height(
            [texts[at] if at == end else None for at, end in runs for _ in range(at, end + 1)]
        )
        for at, end in runs:
            style = "head" if isinstance(texts[at], str) else "head_points"
            if end > at:
                self.page.merge_range(self.row, at, self.row, end, "", self.book.format(style))
            self.put(at, texts[at], style, measured=end == at)
        self.row += 1
        self.heads = self.row

    def add(self, *values: Value, styles: Mapping[int, str] | None = None) -> None:
        """Write a row below the last one; one too many becomes a note, and the rest is left out.

        Args:
            values: one for each column.
            styles: for some columns, another style than the column's own.
        """
        if self.full:
            return
        if self.rows >= self._limit or self.row >= LAST_ROW:
            self.full = True
            self.note(tr("only the first {count} rows are shown", count=self.rows))
            return
        self._fit_height(values)
        for at, value in enumerate(values):
            self.put(at, value, (styles or {}).get(at, self.columns[at].style))
        self.row += 1
        self.rows += 1

    def _fit_height(self, values: Sequence[Value]) -> None:
        """Make the row as high as its longest text needs.

        Excel would do so by itself; other programs leave the row low and cut the text. A column
        is narrower than its most only where all of its texts are, so the most tells how they wrap.
        """
        needed = (
            lines_needed(value, column.most - MARGINS)
            for value, column in zip(values, self.columns, strict=True)
            if isinstance(value, str)
        )
        lines = max(needed, default=1)
        if lines > 1:
            self.page.set_row(self.row, height(lines))

    def note(self, text: str) -> None:
        """Write a line of text below the table."""
        self.put(0, text, "note", measured=False)
        self.row += 1

    def put(self, at: int, value: Value, style: str, *, measured: bool = True) -> None:
        """Write one cell of the current row; what is text stays text, whatever it begins with."""
        format = self.book.format(style)
        if value is None or value == "":
            self.page.write_blank(self.row, at, None, format)
            return
        if isinstance(value, bool):
            value = tr("yes") if value else tr("no")
        if isinstance(value, str):
            shown = self._text(at, value, style)
        elif isinstance(value, date):
            shown = "2025-01-01 00:00" if isinstance(value, datetime) else "2025-01-01"
            self.page.write_datetime(self.row, at, value, format)
        else:
            shown = f"{value:.4f}" if isinstance(value, Decimal) else f"{value:,}"
            self.page.write_number(self.row, at, value, format)
        if measured:
            widest = min(widest_line(shown) + SPARE, self.columns[at].most)
            self._widths[at] = max(self._widths[at], widest)

    def _text(self, at: int, value: str, style: str) -> str:
        text = value if len(value) <= LONGEST else value[:LONGEST] + "…"
        format = self.book.format(style, quoted=text.startswith(FORMULA_SIGNS))
        self.page.write_string(self.row, at, text, format)
        return text

    def wide(self, first: int, text: str, style: str) -> None:
        """Write one text over all columns from ``first`` on, as high as it needs."""
        last = len(self.columns) - 1
        room = sum(column.most for column in self.columns[first:]) - SPARE
        self.page.set_row(self.row, height(lines_needed(text, room)))
        self.page.merge_range(self.row, first, self.row, last, "", self.book.format(style))
        self.put(first, text, style, measured=False)

    def fix_width(self, at: int, wide: int) -> None:
        """Give a column a width of its own."""
        self._widths[at] = wide

    def finish(self, title: str, *, filtered: bool = True) -> None:
        """Set widths, what stays in view, the filter, and how the sheet is printed."""
        page, last = self.page, len(self.columns) - 1
        for at, wide in enumerate(self._widths):
            page.set_column(at, at, wide)
        if self.heads:
            page.freeze_panes(self.heads, self._fixed)
            page.repeat_rows(0, self.heads - 1)
        if filtered and self.rows:
            page.autofilter(self.heads - 1, 0, self.heads - 1 + self.rows, last)
        page.ignore_errors({"number_stored_as_text": f"A1:XFD{LAST_ROW + 1}"})
        self._print(title, whole=not filtered)

    def _print(self, title: str, *, whole: bool) -> None:
        page, wide = self.page, sum(self._widths)
        page.set_paper(A4_LANDSCAPE)
        page.set_landscape()
        page.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
        pages = -(-wide // WIDEST_PAGE)
        page.fit_to_pages(pages, 1 if whole and self.row <= ROWS_A_PAGE else 0)
        if pages > 1 and self._fixed:
            page.repeat_columns(0, self._fixed - 1)
        # Header codes begin with &; the font comes last, lest a digit of the title join the size.
        name = f"{self.book.run.ruleset_title[:LONGEST_TITLE]} · {title[:31]}".replace("&", "&&")
        page.set_header(f'&C&12&"{FONT},Bold"{name}')
        number = tr("page {page} of {pages}", page="&P", pages="&N")
        run = self.book.run.run_id.replace("&", "&&")
        page.set_footer(f'&L&9&"{FONT},Regular"{run}&R&9&"{FONT},Regular"{number}')


def _runs(values: Sequence[Value]) -> Iterator[tuple[int, int]]:
    """Yield the first and last index of each run of equal texts; others stand alone."""
    first = 0
    for at, value in enumerate(values):
        following = values[at + 1] if at + 1 < len(values) else None
        if not (isinstance(value, str) and value == following):
            yield first, at
            first = at + 1
