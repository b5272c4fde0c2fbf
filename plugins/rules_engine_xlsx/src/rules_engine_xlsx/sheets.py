"""Lays the sheets out in the order in which they are read, and fills them in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import tr
from rules_engine_xlsx.book import Book
from rules_engine_xlsx.cadres import CadreSheets
from rules_engine_xlsx.notes import (
    write_assumptions,
    write_criteria,
    write_findings,
    write_problems,
)
from rules_engine_xlsx.overview import write_overview
from rules_engine_xlsx.pay_lists import PaySheet
from rules_engine_xlsx.villages import VillageSheets

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine.api import AssessmentReport


def write_workbook(report: AssessmentReport, path: Path, most_detailed: int) -> None:
    """Write the whole report.

    Subjects are read as they are written, so a nation needs no more memory than a township.

    Args:
        report: what to write.
        path: the file.
        most_detailed: with more villages than this, lines and records are left out.
    """
    book = Book(path, report.run)
    count = len(report.villages)
    detailed = count <= most_detailed
    left_out = "" if detailed else _left_out(count, most_detailed)
    write_overview(book, report, left_out)
    villages = VillageSheets(book, report, detailed=detailed)
    cadres = CadreSheets(book, report) if len(report.cadres) else None
    paid = [PaySheet(book, report, kind) for kind in ("village", "cadre")]
    for village in report.villages:
        villages.add(village)
        paid[0].add(village)
    villages.finish()
    if cadres:
        for cadre in report.cadres:
            cadres.add(cadre)
            paid[1].add(cadre)
            villages.add_records(cadre)
        cadres.finish()
    for sheet in paid:
        sheet.finish()
    villages.finish_records()
    write_criteria(book, report)
    write_assumptions(book, report)
    write_problems(book, report)
    write_findings(book, report)
    book.close()


def _left_out(count: int, most: int) -> str:
    return tr(
        "This run has {count} {assessed_many}: the sheets of lines and records are left out above "
        "{most}. “rules-engine explain” shows them for one {assessed_one}.",
        count=count,
        most=most,
    )
