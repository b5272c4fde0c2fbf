"""The sheets of cadres: results, the villages they answer for, and their own lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import listed, tr
from rules_engine_xlsx.book import Column
from rules_engine_xlsx.villages import line_columns, line_row
from rules_engine_xlsx.words import ends, flag, place

if TYPE_CHECKING:
    from rules_engine.api import AssessmentReport, Subject
    from rules_engine_xlsx.book import Book, Sheet


class CadreSheets:
    """The sheets that one pass over the cadres fills together."""

    def __init__(self, book: Book, report: AssessmentReport) -> None:
        """Add the sheets with their headings; own lines only where a ruleset has such lines."""
        self._sheets: list[tuple[str, Sheet]] = []
        self._results = self._sheet(book, tr("Cadres"), _result_columns(), 3)
        self._shares = self._sheet(book, tr("Cadres' {assessed_many}"), _share_columns(), 1)
        self._lines = None
        if any(c.subject == "cadre" for c in report.criteria):
            self._lines = self._sheet(book, tr("Cadres' own lines"), line_columns(), 1)

    def _sheet(self, book: Book, name: str, columns: list[Column], fixed: int) -> Sheet:
        sheet = book.sheet(name, columns, fixed=fixed)
        sheet.headings()
        self._sheets.append((name, sheet))
        return sheet

    def add(self, cadre: Subject) -> None:
        """Write one cadre into all of the sheets."""
        self._results.add(
            place(cadre),
            flag(cadre.tied > 0),
            cadre.name,
            cadre.id,
            cadre.post,
            cadre.score,
            *ends(cadre),
            cadre.grade_text,
            listed(cadre.honours_text),
            listed(cadre.sanctions_text),
            listed(map(str, cadre.payments)),
        )
        for share in cadre.shares:
            self._shares.add(
                cadre.title,
                share.village,
                share.role,
                share.from_on,
                share.to_on,
                share.days,
                share.share,
                share.village_shown,
                share.shown,
            )
        if self._lines:
            for line in cadre.lines:
                self._lines.add(*line_row(cadre, line))

    def finish(self) -> None:
        """Finish the sheets."""
        for name, sheet in self._sheets:
            sheet.finish(name)


def _result_columns() -> list[Column]:
    return [
        Column(tr("place"), "place"),
        Column(tr("tied"), "mark"),
        Column(tr("name"), "strong", 24),
        Column(tr("id"), "text", 20),
        Column(tr("post"), most=24),
        Column(tr("score"), "total"),
        Column(tr("at least"), "points"),
        Column(tr("at most"), "points"),
        Column(tr("grade"), "grade", 12),
        Column(tr("honours"), most=50),
        Column(tr("sanctions"), most=50),
        Column(tr("pay"), most=36),
    ]


def _share_columns() -> list[Column]:
    return [
        Column(tr("cadre"), "strong", 24),
        Column(tr("{assessed_one}"), most=24),
        Column(tr("role"), most=24),
        Column(tr("from"), "date"),
        Column(tr("to"), "date"),
        Column(tr("days"), "count"),
        Column(tr("share"), "share"),
        Column(tr("{assessed_one}'s score"), "points", 14),
        Column(tr("score"), "total"),
    ]
