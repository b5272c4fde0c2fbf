"""Writes the circular 通报 and the notices to villages for Word, laid out as GB/T 9704 says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import Finding, ReporterKind, hookimpl, inside, msg, papers

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine.api import AssessmentReport


@hookimpl
def rules_engine_register_reporters() -> list[ReporterKind]:
    """Give the Word reporter."""
    return [
        ReporterKind(
            "docx",
            msg("the circular and a notice to each village: circular.docx, notices-RUN/*.docx"),
            write,
            evidence=True,
            evidence_limit=papers.MOST_SUBJECTS,
            settings=papers.PAPER_SETTINGS,
        )
    ]


def write(report: AssessmentReport, out: Path) -> list[Path | Finding]:
    """Write the documents and return their paths, and what they leave out."""
    from rules_engine_docx.document import Document

    office = papers.OfficePapers(report)
    written: list[Path | Finding] = []
    for name, value in office.files():
        path = inside(out, *f"{name}.docx".split("/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        document = Document(report.run)
        for paper in value:
            document.add(paper)
        document.save(path)
        written.append(path)
    return [*written, *office.findings]
