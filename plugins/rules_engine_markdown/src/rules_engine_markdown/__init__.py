"""Writes the circular and the notices to villages as Markdown, for a wiki or a version control."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import Finding, ReporterKind, hookimpl, inside, msg, papers

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine.api import AssessmentReport


@hookimpl
def rules_engine_register_reporters() -> list[ReporterKind]:
    """Give the Markdown reporter."""
    return [
        ReporterKind(
            "markdown",
            msg("the circular and a notice to each village: circular.md, notices-RUN/*.md"),
            write,
            evidence=True,
            evidence_limit=papers.MOST_SUBJECTS,
            settings=papers.PAPER_SETTINGS,
        )
    ]


def write(report: AssessmentReport, out: Path) -> list[Path | Finding]:
    """Write the files and return their paths, and what they leave out."""
    from rules_engine_markdown.markup import markdown

    office = papers.OfficePapers(report)
    written: list[Path | Finding] = []
    for name, value in office.files():
        path = inside(out, *f"{name}.md".split("/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n---\n\n".join(map(markdown, value)), encoding="utf-8", newline="\n")
        written.append(path)
    return [*written, *office.findings]
