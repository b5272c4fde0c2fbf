"""What circular and notices have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.messages import msg, tr
from rules_engine.model.figures import day as day_in_words
from rules_engine.papers.paper import Signature
from rules_engine.papers.words import from_to

if TYPE_CHECKING:
    from rules_engine.model.assessment import AssessmentReport, RunInfo

MARKS = {
    "draft": msg("DRAFT"),
    "reviewed": msg("REVIEWED, NOT PUBLISHED"),
}
"""The states of a run whose papers may not pass for published ones."""


def mark_of(run: RunInfo) -> str:
    """Return what every page of an unpublished paper bears."""
    if run.overrides:
        return tr("TRIAL, NOT FOR PUBLICATION")
    return str(MARKS[run.status]) if run.status in MARKS else ""


def signature(report: AssessmentReport) -> Signature:
    """Return who signs and when; without the setting, the place where the office's name goes."""
    settings = report.settings
    office = settings.get("office") or tr("[name of the issuing office]")
    return Signature(office, day_in_words(settings.get("date") or report.run.created_at.date()))


def opening(run: RunInfo) -> str:
    """Return the sentence that says by which rules, of which time and on which records."""
    return tr(
        "Under “{title}” ({edition} edition), the work of {period} was assessed on the records "
        "known on {as_of}.",
        title=run.ruleset_title,
        edition=run.ruleset_edition,
        period=from_to(run.period_from, run.period_to),
        as_of=day_in_words(run.as_of),
    )


def short_digest(run: RunInfo) -> str:
    """Return as much of the digest as fits into a line and is still no accident."""
    return run.digest.rpartition(":")[2][:16]
