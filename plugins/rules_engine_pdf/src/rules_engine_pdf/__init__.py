"""Writes the circular 通报 and the notices to villages as PDF, laid out as GB/T 9704 says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.api import ReporterKind, Setting, hookimpl, inside, msg, papers

if TYPE_CHECKING:
    from rules_engine.api import AssessmentReport, Finding


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise ValueError(msg("there is no such folder"))
    return Path(text)


FONTS = Setting("fonts", msg("a folder of fonts for PDF, besides those of the system"), _folder)


@hookimpl
def rules_engine_register_reporters() -> list[ReporterKind]:
    """Give the PDF reporter."""
    return [
        ReporterKind(
            "pdf",
            msg("the circular and a notice to each village: circular.pdf, notices-RUN/*.pdf"),
            write,
            evidence=True,
            evidence_limit=papers.MOST_SUBJECTS,
            settings=(*papers.PAPER_SETTINGS, FONTS),
        )
    ]


def write(report: AssessmentReport, out: Path) -> list[Path | Finding]:
    """Write the documents; return their paths, what they leave out and which fonts they lack."""
    from rules_engine_pdf.typesetter import Typesetter

    office = papers.OfficePapers(report)
    typesetter = Typesetter(report.run, report.settings.get("fonts"))
    written: list[Path | Finding] = []
    for name, value in office.files():
        path = inside(out, *f"{name}.pdf".split("/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(typesetter.pdf(value))
        written.append(path)
    return [*written, *office.findings, *typesetter.findings()]
