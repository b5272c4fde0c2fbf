"""All papers of one run: the circular to everyone, and a notice to each village."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from rules_engine.errors import Finding
from rules_engine.messages import msg
from rules_engine.papers.circular import circular, overview_of
from rules_engine.papers.notice import notice
from rules_engine.papers.settings import MOST_SUBJECTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.model.assessment import AssessmentReport
    from rules_engine.papers.paper import Paper


class OfficePapers:
    """The papers of one report.

    Attributes:
        findings: what the papers leave out.
    """

    def __init__(self, report: AssessmentReport) -> None:
        """Go once through the villages."""
        self.report = report
        self.overview = overview_of(report)
        self.findings: list[Finding] = []
        if self.overview.cut:
            self.findings.append(_too_many(len(report.villages)))

    def files(self) -> Iterator[tuple[str, list[Paper]]]:
        """Yield each file's path without ending, below the reports' folder, and what it holds."""
        yield "circular", [circular(self.report, self.overview)]
        way = self.report.settings.get("notices", "files")
        if way == "none" or self.overview.cut:
            return
        run = self.report.run.run_id
        folder = f"notices-{run}" if run else "notices"  # never mixed with those of another run
        if way == "one":
            yield folder, list(self.notices())
            return
        for paper in self.notices():
            yield f"{folder}/{paper.name}", [paper]

    def notices(self) -> Iterator[Paper]:
        """Yield a notice for each village, in the order of the ranking."""
        for number, village in enumerate(islice(self.report.villages, MOST_SUBJECTS), 1):
            yield notice(self.report, village, number, self.overview.sizes[village.group])


def _too_many(count: int) -> Finding:
    finding = Finding(
        "too-many-villages",
        msg(
            "{count} {assessed_many} are too many for papers: the circular ranks the first {most}, "
            "and no notices are written",
            count=count,
            most=MOST_SUBJECTS,
        ),
        hint=msg("assess each county by itself, or take the ranking from --report csv"),
    )
    return replace(finding, severity="warning")
