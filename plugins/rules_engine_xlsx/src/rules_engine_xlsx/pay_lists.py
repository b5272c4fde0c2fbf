"""The pay lists: a row to be signed for each subject, and a last row that adds up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import PayList, tr
from rules_engine_xlsx.book import Column

if TYPE_CHECKING:
    from rules_engine.api import AssessmentReport, Subject
    from rules_engine_xlsx.book import Book, Value


class PaySheet:
    """The pay list of villages or of cadres; it has no sheet where nothing is paid to them."""

    def __init__(self, book: Book, report: AssessmentReport, kind: str) -> None:
        """Add the sheet with its headings."""
        self._list = PayList.of(report.pay, kind)
        self._of_cadres = kind == "cadre"
        self._name = tr("Pay list of cadres") if self._of_cadres else tr("Pay list")
        self._number = 0
        self._sheet = None
        if self._list.columns:
            self._sheet = book.sheet(self._name, self._columns(), fixed=2)
            self._sheet.headings()

    def _columns(self) -> list[Column]:
        third = tr("post") if self._of_cadres else tr("group")
        money = (
            Column(column.heading, "money" if column.part else "money_total", 18)
            for column in self._list.columns
        )
        return [
            Column(tr("row number"), "place"),
            Column(tr("name"), "strong", 24),
            Column(tr("id"), "text", 20),
            Column(third, "text", 24),
            *money,
            Column(tr("signature"), "text", 16),
        ]

    def add(self, subject: Subject) -> None:
        """Write the row of a subject."""
        if self._sheet is None:
            return
        self._number += 1
        amounts = self._list.cells(subject)
        styles = {4 + at: "mark" for at, amount in enumerate(amounts) if amount is None}
        texts: list[Value] = [tr("open") if amount is None else amount for amount in amounts]
        third = subject.post if self._of_cadres else subject.group
        self._sheet.add(self._number, subject.name, subject.id, third, *texts, "", styles=styles)

    def finish(self) -> None:
        """Write the last row and finish the sheet."""
        if self._sheet is None:
            return
        count = len(self._list.columns)
        styles = {0: "text", **dict.fromkeys(range(4, 4 + count), "money_total")}
        self._sheet.add("", self._list.total_label, "", "", *self._list.sums, "", styles=styles)
        self._sheet.fix_width(4 + count, 16)
        self._sheet.finish(self._name, filtered=False)
