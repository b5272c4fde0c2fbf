"""The sheets of villages: ranking, matrix, and for every point its line and its records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import clauses, listed, tr
from rules_engine_xlsx.book import Column
from rules_engine_xlsx.words import OUTCOMES, clause_places, ends, flag, moment, place

if TYPE_CHECKING:
    from decimal import Decimal

    from rules_engine.api import AssessmentReport, Line, Subject
    from rules_engine_xlsx.book import Book, Sheet, Value

MOST_RECORDS = 200_000


class VillageSheets:
    """The sheets that one pass over the villages fills together."""

    def __init__(self, book: Book, report: AssessmentReport, *, detailed: bool) -> None:
        """Add the sheets with their headings; ``detailed`` adds lines and records."""
        self._criteria = [c for c in report.criteria if c.subject == "village"]
        self.ranking = _headed(book.sheet(tr("Ranking"), ranking_columns(), fixed=3))
        self.matrix = self._matrix(book, report.run.scale)
        self.lines = self.records = None
        if detailed:
            self.lines = _headed(book.sheet(tr("Score lines"), line_columns(), fixed=1))
            self.records = _headed(
                book.sheet(tr("Records"), record_columns(), limit=MOST_RECORDS, fixed=1)
            )

    def _matrix(self, book: Book, scale: Decimal) -> Sheet:
        criteria = self._criteria
        columns = [
            Column(tr("name"), "strong", 24),
            Column(tr("group"), "mark", 12),
            *(Column(c.label, "points", 12) for c in criteria),
            Column(tr("total"), "total"),
            Column(tr("place"), "place"),
            Column(tr("grade"), "grade", 12),
        ]
        sheet = book.sheet(tr("Score matrix"), columns, fixed=1)
        sheet.head([None, None, *(c.section for c in criteria), None, None, None])
        sheet.headings()
        sheet.head([tr("maximum"), None, *(c.maximum for c in criteria), scale, None, None])
        return sheet

    def add(self, village: Subject) -> None:
        """Write one village into all of the sheets."""
        self.ranking.add(*ranking_row(village))
        points = {line.criterion: _points(line) for line in village.lines}
        self.matrix.add(
            village.title,
            village.group,
            *(points.get(c.id) for c in self._criteria),
            village.score,
            place(village),
            village.grade_text,
        )
        if self.lines:
            for line in village.lines:
                self.lines.add(*line_row(village, line))
        self.add_records(village)

    def add_records(self, subject: Subject) -> None:
        """Write the records behind the lines of a village or a cadre."""
        if self.records:
            for line in subject.lines:
                add_records(self.records, subject, line)

    def finish(self) -> None:
        """Finish the sheets in which only villages stand."""
        self.ranking.finish(tr("Ranking"))
        self.matrix.finish(tr("Score matrix"))
        if self.lines:
            self.lines.finish(tr("Score lines"))

    def finish_records(self) -> None:
        """Finish the records, once those of the cadres are written too."""
        if self.records:
            self.records.finish(tr("Records"))


def _headed(sheet: Sheet) -> Sheet:
    sheet.headings()
    return sheet


def _points(line: Line) -> Value:
    return str(OUTCOMES[line.outcome]) if line.points is None else line.points


def ranking_columns() -> list[Column]:
    """Return the columns of the ranking."""
    return [
        Column(tr("place"), "place"),
        Column(tr("tied"), "mark"),
        Column(tr("name"), "strong", 24),
        Column(tr("id"), "text", 20),
        Column(tr("group"), "mark", 12),
        Column(tr("score"), "total"),
        Column(tr("at least"), "points"),
        Column(tr("at most"), "points"),
        Column(tr("grade by score"), "mark", 12),
        Column(tr("final grade"), "grade", 12),
        Column(tr("why they differ"), most=36),
        Column(tr("honours"), most=36),
        Column(tr("sanctions"), most=36),
        Column(tr("lines that cannot be assessed"), most=36),
        Column(tr("how the score comes about, and pay"), most=40),
    ]


def ranking_row(village: Subject) -> tuple[Value, ...]:
    """Return one village's row of the ranking."""
    return (
        place(village),
        flag(village.tied > 0),
        village.name,
        village.id,
        village.group,
        village.score,
        *ends(village),
        village.band or tr("open"),
        village.grade_text,
        village.grade_reason,
        listed(village.honours_text),
        listed(village.sanctions_text),
        listed(line.label for line in village.blocking),
        clauses(map(str, (*village.account, *village.payments))),
    )


def line_columns() -> list[Column]:
    """Return the columns of the score lines."""
    return [
        Column(tr("name"), "strong", 14),
        Column(tr("section"), most=16),
        Column(tr("criterion"), most=18),
        Column(tr("outcome"), "mark", 17),
        Column(tr("points"), "total"),
        Column(tr("maximum"), "points"),
        Column(tr("before floor and cap"), "points", 9),
        Column(tr("floor applied"), "mark", 7),
        Column(tr("cap applied"), "mark", 7),
        Column(tr("veto"), "mark", 7),
        Column(tr("records"), "count"),
        Column(tr("formula"), most=26),
        Column(tr("worked"), most=26),
        Column(tr("reason"), most=20),
        Column(tr("clauses"), most=20),
    ]


def line_row(subject: Subject, line: Line) -> tuple[Value, ...]:
    """Return the row of one score line."""
    return (
        subject.title,
        line.section,
        line.label,
        str(OUTCOMES[line.outcome]),
        line.points,
        line.maximum,
        line.raw,
        flag(line.floor_applied),
        flag(line.cap_applied),
        flag(line.veto),
        line.records,
        line.formula,
        line.worked,
        line.reason,
        clause_places(line.clauses),
    )


def record_columns() -> list[Column]:
    """Return the columns of the records."""
    return [
        Column(tr("name"), "strong", 14),
        Column(tr("criterion"), most=24),
        Column(tr("indicator"), most=24),
        Column(tr("table"), "mark", 14),
        Column(tr("record"), most=24),
        Column(tr("date"), "date"),
        Column(tr("status"), "mark"),
        Column(tr("details"), most=70),
    ]


def add_records(sheet: Sheet, subject: Subject, line: Line) -> None:
    """Write the records behind one line."""
    for record in line.evidence:
        on, style = moment(record.on)
        sheet.add(
            subject.title,
            line.label,
            record.indicator,
            record.table,
            record.record_id,
            on,
            record.standing,
            listed(record.detail),
            styles={5: style},
        )
