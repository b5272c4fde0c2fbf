"""The first sheet: which run this is, how the targets stand, how many got which grade."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from rules_engine.api import figures, listed, tr
from rules_engine_xlsx.book import Column, Value
from rules_engine_xlsx.words import SEVERITIES, STATUSES, clause_places, target_state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.api import AssessmentReport
    from rules_engine_xlsx.book import Book, Sheet

COLUMNS = (Column("", "label", 30), *(Column("", "text", 15) for _ in range(7)))


def write_overview(book: Book, report: AssessmentReport, left_out: str) -> None:
    """Write the sheet; ``left_out`` says what the workbook does not hold."""
    name = tr("Overview")
    sheet = book.sheet(name, COLUMNS)
    sheet.page.set_row(0, 30)
    sheet.put(0, report.run.ruleset_title, "title", measured=False)
    sheet.row = sheet.heads = 1
    for warning in (*_warnings(report), left_out):
        if warning:
            sheet.wide(0, warning, "warning")
            sheet.row += 1
    _run(sheet, report)
    _targets(sheet, report)
    _grades(sheet, report)
    _pay(sheet, report)
    _acknowledged(sheet, report)
    for at, column in enumerate(COLUMNS):
        sheet.fix_width(at, column.most)
    sheet.finish(name, filtered=False)


def _warnings(report: AssessmentReport) -> list[str]:
    rows = {(q.source, q.sheet, q.row) for q in report.quarantine}
    if not rows:
        return []
    return [tr("{count} rows were kept out of this assessment (quarantine)", count=len(rows))]


def _run(sheet: Sheet, report: AssessmentReport) -> None:
    run = report.run
    status = STATUSES.get(run.status)
    created = run.created_at.astimezone(UTC) if run.created_at.tzinfo else run.created_at
    period = tr("{start} to {end}", start=figures.day(run.period_from),
                end=figures.day(run.period_to))  # fmt: skip
    records = (f"{run.tables.get(table, table)} {count:,}" for table, count in run.rows)
    facts: list[tuple[str, Value]] = [
        (tr("ruleset"), run.ruleset_id),
        (tr("edition"), run.ruleset_edition),
        (tr("period"), period),
        (tr("as of"), figures.day(run.as_of)),
        (tr("run"), run.run_id),
        (tr("status"), str(status) if status else run.status),
        (tr("computed at (UTC)"), created.strftime("%Y-%m-%d %H:%M:%S")),
        (tr("digest"), run.digest),
        (tr("fingerprint of the ruleset"), run.ruleset_fingerprint),
        (tr("fingerprint of the data"), run.data_fingerprint),
        (tr("engine"), f"{run.engine} {run.engine_version}"),
        (tr("accepted rows in quarantine"), run.accepted_quarantine),
        (tr("records"), listed(records)),
        (tr("{assessed_many}"), len(report.villages)),
        (tr("cadres"), len(report.cadres)),
    ]
    for label, value in facts:
        sheet.wide(1, _text(value), "text")
        sheet.put(0, label, "label", measured=False)
        sheet.row += 1


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return str(value)


def _block(sheet: Sheet, title: str, headings: Sequence[str]) -> None:
    sheet.row += 1
    sheet.put(0, title, "block", measured=False)
    sheet.row += 1
    if headings:
        _cells(sheet, headings, ["head"] * len(headings))


def _cells(sheet: Sheet, values: Sequence[Value], styles: Sequence[str]) -> None:
    for at, (value, style) in enumerate(zip(values, styles, strict=True)):
        sheet.put(at, value, style, measured=False)
    sheet.row += 1


def _targets(sheet: Sheet, report: AssessmentReport) -> None:
    if not report.targets:
        return
    _block(
        sheet,
        tr("Targets"),
        [tr("target"), tr("met by"), tr("unknown"), tr("of"), tr("share"), tr("required"),
         tr("state"), tr("clause")],
    )  # fmt: skip
    styles = ["label", "count", "count", "count", "share", "share", "grade", "text"]
    for t in report.targets:
        values = (t.label, t.met, t.unknown, t.total, t.share, t.required, target_state(t),
                  clause_places(t.clauses))  # fmt: skip
        _cells(sheet, values, styles)


def _grades(sheet: Sheet, report: AssessmentReport) -> None:
    _block(
        sheet,
        tr("Grades"),
        [tr("grade"), tr("from"), tr("quota"), tr("{assessed_many}"), tr("cadres")],
    )
    styles = ["label", "points", "share", "count", "count"]
    for grade in report.grades:
        limit = grade.quota if grade.places is None else grade.limit
        values = (grade.label, grade.from_score, limit, grade.villages, grade.cadres)
        _cells(sheet, values, styles)
    undetermined = (
        len(report.villages) - sum(g.villages for g in report.grades),
        len(report.cadres) - sum(g.cadres for g in report.grades),
    )
    if any(undetermined):
        _cells(sheet, [tr("open"), None, None, *undetermined], styles)


def _pay(sheet: Sheet, report: AssessmentReport) -> None:
    if not report.pay:
        return
    _block(sheet, tr("Pay in all"), [tr("pay"), tr("amount"), tr("unit"), tr("open")])
    for total in report.pay:
        if not total.part:
            _cells(sheet, (total.label, total.amount, total.unit, total.open or None),
                   ["label", "money", "mark", "count"])  # fmt: skip


def _acknowledged(sheet: Sheet, report: AssessmentReport) -> None:
    results = [finding for finding in report.findings if finding.acknowledged]
    if not results:
        return
    _block(sheet, tr("Acknowledged findings"), [])
    for finding in results:
        text = tr(
            "{code}: {message} (acknowledged: {reason})",
            code=finding.code,
            message=finding.message,
            reason=finding.acknowledged,
        )
        sheet.wide(1, text, "text")
        sheet.put(0, str(SEVERITIES[finding.severity]), "label", measured=False)
        sheet.row += 1
