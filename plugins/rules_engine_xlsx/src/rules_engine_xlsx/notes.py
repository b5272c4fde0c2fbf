"""The sheets about the rules and the data: criteria, assumptions, data problems, findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import tr
from rules_engine_xlsx.book import Column
from rules_engine_xlsx.words import SEVERITIES, clause_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules_engine.api import AssessmentReport
    from rules_engine_xlsx.book import Book, Value


def write_criteria(book: Book, report: AssessmentReport) -> None:
    """Write the score lines without a subject, each with the clauses that it rests on."""
    columns = [
        Column(tr("section"), most=24),
        Column(tr("criterion"), "strong", 30),
        Column(tr("maximum"), "points"),
        Column(tr("formula"), most=60),
        Column(tr("clauses"), most=80),
    ]
    rows = (
        (c.section, c.label, c.maximum, c.formula, clause_texts(c.clauses)) for c in report.criteria
    )
    _write(book, tr("Criteria"), columns, rows, "")


def write_assumptions(book: Book, report: AssessmentReport) -> None:
    """Write the figures that no clause gives."""
    columns = [
        Column(tr("where"), most=60),
        Column(tr("figures"), most=40),
        Column(tr("why"), most=76),
    ]
    rows = ((a.where, a.value, a.reason) for a in report.assumptions)
    _write(book, tr("Assumptions"), columns, rows, tr("every figure is quoted from a clause"))


def write_problems(book: Book, report: AssessmentReport) -> None:
    """Write the rows that were kept out."""
    columns = [
        Column(tr("source"), most=44),
        Column(tr("sheet"), most=16),
        Column(tr("row"), "count"),
        Column(tr("column"), "strong", 20),
        Column(tr("value"), most=30),
        Column(tr("reason"), most=44),
        Column(tr("code"), most=22),
        Column(tr("{assessed_one}"), most=20),
    ]
    rows = (
        (q.source, q.sheet, q.row, q.column, q.value, q.reason, q.code, q.village)
        for q in report.quarantine
    )
    _write(book, tr("Data problems"), columns, rows, tr("no rows were kept out"))


def write_findings(book: Book, report: AssessmentReport) -> None:
    """Write what is known of ruleset and data, with the reasons of the acknowledged."""
    columns = [
        Column(tr("kind"), "mark", 10),
        Column(tr("code"), most=26),
        Column(tr("finding"), most=56),
        Column(tr("where"), most=36),
        Column(tr("remedy"), most=40),
        Column(tr("acknowledged because"), most=44),
    ]
    rows = (
        (str(SEVERITIES[f.severity]), f.code, str(f.message), str(f.place), str(f.hint),
         f.acknowledged)
        for f in report.findings
    )  # fmt: skip
    _write(book, tr("Findings"), columns, rows, tr("no findings"))


def _write(
    book: Book,
    name: str,
    columns: Sequence[Column],
    rows: Iterable[tuple[Value, ...]],
    nothing: str,
) -> None:
    sheet = book.sheet(name, columns)
    sheet.headings()
    for row in rows:
        sheet.add(*row)
    if nothing and not sheet.rows:
        sheet.note(nothing)
    sheet.finish(name)
