"""Rows that were kept out, as data: what is wrong with which value, and whose row it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine import limits
from rules_engine.errors import Finding, Place
from rules_engine.messages import Message, msg
from rules_engine.model.assessment import QuarantinedRow
from rules_engine.model.subjects import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules_engine.ingest.staging import Staged
    from rules_engine.model.dataset import Dataset
    from rules_engine.model.table import Column, TableSchema

SHOWN = 200
"""How many characters of a wrong value are kept."""


def owner_columns(schema: TableSchema) -> dict[str, Column]:
    """Return the columns that say whose row it is: by ``village`` and ``cadre``."""
    owners: dict[str, Column] = {}
    for kind in SubjectKind:
        column = next((c for c in schema.columns if c.refers == kind.table), None)
        if schema.name == kind.table:
            column = schema.columns[0]
        if column is not None:
            owners[kind] = column
    return owners


def quarantined(
    staged: Staged,
    called: str,
    row: int,
    value: str | None,
    code: str,
    reason: str,
    village: str,
) -> QuarantinedRow:
    """Return the record of one wrong value, in a column that people call ``called``."""
    place = staged.source.place(row)
    return QuarantinedRow(
        source=staged.source.origin,
        sheet=place.table or "",
        row=place.row or row,
        column=called,
        value=(value or "")[:SHOWN],
        code=code,
        reason=reason,
        village=village,
    )


def quarantine_findings(dataset: Dataset) -> list[Finding]:
    """Return the quarantined values as findings; beyond the first many, only how many."""
    findings = row_findings(dataset.quarantine[: limits.FINDINGS.most])
    rest = len(dataset.quarantine) - len(findings)
    if rest > 0:
        text = msg("{count} more values are quarantined and not shown here", count=rest)
        findings.append(Finding("more-quarantined", text))
    return findings


def row_findings(rows: Iterable[QuarantinedRow]) -> list[Finding]:
    """Return quarantined values as findings."""
    return [_finding(row) for row in rows]


def _finding(row: QuarantinedRow) -> Finding:
    if row.value:
        text = msg("“{value}” {reason}", value=row.value, reason=row.reason)
    else:
        text = msg("{reason}", reason=row.reason)
    return Finding(row.code, text, _place(row), _HINTS.get(row.code, Message("")))


def _place(row: QuarantinedRow) -> Place:
    return Place(file=row.source, table=row.sheet, row=row.row, field=row.column)


_HINTS = {
    "missing-value": msg("fill in the value"),
    "not-a-number": msg("write the number in digits alone, without a unit or separators"),
    "not-a-boolean": msg("write 是 or 否"),
    "not-a-date": msg("write a date as 2025-03-05 or 2025年3月5日, a time as 2025-03-05 17:30"),
    "impossible-date": msg("correct the date"),
    "not-in-values": msg("write one of the allowed values, or declare the new one in the ruleset"),
    "dates-out-of-order": msg("correct one of the two dates"),
    "duplicate-key": msg("keep the right one of these rows, or give them different numbers"),
    "orphan-reference": msg("correct the number, or add the missing row to that table"),
    "too-long": msg("shorten the text"),
    "out-of-range": msg("correct the number, or the limits in the ruleset"),
}
