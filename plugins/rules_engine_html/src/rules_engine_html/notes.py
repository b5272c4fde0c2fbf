"""What a reader must know before anything else: the notes on the first page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.api import tr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.api import AssessmentReport, Finding
    from rules_engine_html.overview import Overview


@dataclass(frozen=True)
class Note:
    """One thing to know first.

    Attributes:
        text: what it is.
        reason: why the office lives with it, if it said so.
        link: the part of the report that says more, if there is one.
        grave: whether it bears on the result or on people's rights.
    """

    text: str
    reason: str = ""
    link: str = ""
    grave: bool = False


def notes(report: AssessmentReport, overview: Overview) -> list[Note]:
    """Return the notes, those on petitioners' rights first."""
    known = [f for f in report.findings if f.acknowledged]
    return [
        *(_finding(f) for f in known if is_about_rights(f)),
        *_data(report, overview),
        *(_finding(f) for f in known if not is_about_rights(f)),
        *_rest(report),
    ]


def is_about_rights(finding: Finding) -> bool:
    """Return whether a finding is about the rights of those who petition."""
    return finding.code.startswith("rights-")


def _finding(finding: Finding) -> Note:
    text = tr("{code}: {message}", code=finding.code, message=finding.message)
    return Note(text, finding.acknowledged or "", "findings", is_about_rights(finding))


def _data(report: AssessmentReport, overview: Overview) -> Iterator[Note]:
    if report.quarantine:
        rows = {(q.source, q.sheet, q.row) for q in report.quarantine}
        text = tr("{count} rows were kept out of this assessment (quarantine)", count=len(rows))
        yield Note(text, link="problems", grave=True)
    if overview.blocked:
        text = tr(
            "{lines} lines of {count} {assessed_many} cannot be assessed yet; their scores are "
            "intervals",
            lines=overview.blocking,
            count=overview.blocked,
        )
        yield Note(text, link="ranking", grave=True)


def _rest(report: AssessmentReport) -> Iterator[Note]:
    open_findings = [f for f in report.findings if not f.acknowledged]
    if open_findings:
        yield Note(tr("{count} further findings", count=len(open_findings)), link="findings")
    if report.assumptions:
        text = tr(
            "{count} figures and rules are assumed: no clause gives them",
            count=len(report.assumptions),
        )
        yield Note(text, link="assumptions")
