"""Writes the wrong rows into a workbook that can be sent back to whoever keeps the records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules_engine.messages import clauses, tr
from rules_engine.model.escaping import lines, one_line
from rules_engine.model.naming import normal
from rules_engine.ooxml import tab_name
from rules_engine.sources.workbook_library import close_workbook, workbook_library

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from rules_engine.model.table import TableSchema
    from rules_engine.sources.check import WrongSheet

LAST_ROW = 1_048_575
LONGEST = 32_000


def write_wrong(
    path: Path, sheets: Sequence[WrongSheet], schemas: Mapping[str, TableSchema]
) -> None:
    """Write a sheet for each sheet of the source: the rows as delivered, the wrong cells marked.

    Raises:
        OSError: the file cannot be written.
        UsageError: the library that writes workbooks is not installed.
    """
    book = workbook_library().Workbook(
        str(path),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    styles = {
        "head": book.add_format({"bold": True, "bg_color": "#DDE6F0", "text_wrap": True}),
        "wrong": book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"}),
        "told": book.add_format({"font_color": "#9C0006", "text_wrap": True}),
    }
    names: set[str] = set()
    labels = _labels(schemas)
    for wrong in sheets:
        _write(book.add_worksheet(tab_name(one_line(wrong.name), names)), wrong, styles, labels)
    if not sheets:
        book.add_worksheet(tab_name(tr("nothing is wrong"), names))
    close_workbook(book)


def _write(
    sheet: Any,  # noqa: ANN401 - XlsxWriter's own
    wrong: WrongSheet,
    styles: Mapping[str, Any],
    labels: Mapping[str, set[str]],
) -> None:
    heading = [tr("row"), tr("what is wrong"), *wrong.columns]
    widths = [8, 60, *(min(max(len(name) * 2, 12), 40) for name in wrong.columns)]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for column, name in enumerate(heading):
        sheet.write_string(0, column, lines(name), styles["head"])
    sheet.autofilter(0, 0, min(len(wrong.rows), LAST_ROW), len(heading) - 1)
    for at, row in enumerate(wrong.rows[: LAST_ROW - 1], 1):
        texts = clauses(tr("{column} {reason}", column=c, reason=r) for c, r in row.problems)
        sheet.write_number(at, 0, row.number)
        sheet.write_string(at, 1, lines(texts)[:LONGEST], styles["told"])
        marked = {name for column, _ in row.problems for name in _names(column, labels)}
        for column, (name, value) in enumerate(zip(wrong.columns, row.values, strict=True), 2):
            style = styles["wrong"] if normal(name) in marked else None
            if value is None:
                sheet.write_blank(at, column, None, style)
            else:
                sheet.write_string(at, column, lines(value)[:LONGEST], style)


def _labels(schemas: Mapping[str, TableSchema]) -> dict[str, set[str]]:
    """Return for each label of a column the names that it may have at a source."""
    labels: dict[str, set[str]] = {}
    for column in (column for schema in schemas.values() for column in schema.columns):
        names = {normal(column.name), normal(column.label)}
        labels.setdefault(column.label, set()).update(names)
    return labels


def _names(column: str, labels: Mapping[str, set[str]]) -> Iterable[str]:
    """Return what the columns of a problem may be called; joined ones are several."""
    several = column.replace("、", ",").split(",")
    return {normal(name) for name in (column, *several)} | labels.get(column, set())
