"""The report as plain data: what ``--format json`` prints and the JSON reporter writes."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules_engine.model.figures import ends

if TYPE_CHECKING:
    from rules_engine.model.assessment import AssessmentReport, Line, Share, Subject


OF_MONTH = ("outcome", "points", "low", "high", "given_back", "records", "worked", "reason")
"""What is said of each month of a line that is scored month by month."""


OPEN = ("places", "grades", "possible")
"""What is said only of a subject of which something is not certain."""


def as_document(report: AssessmentReport) -> dict[str, object]:
    """Return the whole report; decimals become JSON numbers, dates ISO texts."""
    run = report.run
    return {
        "run_id": run.run_id,
        "status": run.status,
        "digest": run.digest,
        "created_at": run.created_at.isoformat(),
        "ruleset": {
            "id": run.ruleset_id,
            "title": run.ruleset_title,
            "edition": run.ruleset_edition,
            "fingerprint": run.ruleset_fingerprint,
        },
        "data": {"fingerprint": run.data_fingerprint, "rows": dict(run.rows)},
        "as_of": run.as_of.isoformat(),
        "period": {"from": run.period_from.isoformat(), "to": run.period_to.isoformat()},
        "engine": {"name": run.engine, "version": run.engine_version},
        "accepted_quarantine": run.accepted_quarantine,
        "overrides": list(run.overrides),
        "findings": [finding.as_dict() for finding in report.findings],
        "targets": [plain(target) for target in report.targets],
        "pay": [plain(total) for total in report.pay],
        "grades": [plain(grade) for grade in report.grades],
        "subjects": [subject_document(subject) for subject in report.villages],
        "cadres": [subject_document(subject) for subject in report.cadres],
        "assumptions": [plain(assumption) for assumption in report.assumptions],
        "quarantine": [plain(row) for row in report.quarantine],
    }


def subject_document(subject: Subject) -> dict[str, object]:
    """Return one village or cadre with its lines."""
    document: dict[str, object] = plain(subject)
    document["honours"] = list(subject.honours)
    document["sanctions"] = list(subject.sanctions)
    document["lines"] = [line_document(line) for line in subject.lines]
    for name in OPEN:
        if not document[name]:
            del document[name]
    document["shares"] = [share_document(share) for share in subject.shares]
    if subject.kind.judged:
        del document["post"], document["shares"]
    return document


def share_document(share: Share) -> dict[str, object]:
    """Return what a village means for a cadre; the ends of an interval only where it is one."""
    document: dict[str, object] = plain(share)
    return {name: value for name, value in document.items() if value is not None}


def line_document(line: Line) -> dict[str, object]:
    """Return one score line; its records only where they were read."""
    document: dict[str, object] = plain(line)
    document["max"] = document.pop("maximum")
    if not line.evidence:
        del document["evidence"]
    if line.months:
        document["months"] = [
            {"month": month.label, **{name: plain(getattr(month, name)) for name in OF_MONTH}}
            for month in line.months
        ]
    else:
        del document["months"]
    return document


def _ends(value: object) -> dict[str, object]:
    """Return the ends of an interval that has no end, as null."""
    low, high = (getattr(value, name, None) for name in ("low", "high"))
    if not isinstance(low, Decimal) or not isinstance(high, Decimal):
        return {}
    results = dict(zip(("low", "high"), ends(low, high), strict=True))
    return {name: end for name, end in results.items() if end is None}


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a report holds
    """Return a value of the report as JSON knows it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        text = (f for f in fields(value) if not f.metadata.get("not told"))
        return {f.name: plain(getattr(value, f.name)) for f in text} | _ends(value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value
