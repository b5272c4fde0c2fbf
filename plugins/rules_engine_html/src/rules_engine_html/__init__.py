"""Writes the report as one HTML file that opens off-line, for the screen and for paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import ReporterKind, hookimpl, msg

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine.api import AssessmentReport, Comparison

FILE = "report.html"


@hookimpl
def rules_engine_register_reporters() -> list[ReporterKind]:
    """Give the HTML reporter."""
    from rules_engine_html.limits import MOST_SECTIONS

    return [
        ReporterKind(
            "html",
            msg("one HTML file to read and to print: report.html"),
            write,
            evidence=True,
            evidence_limit=MOST_SECTIONS,
            compare=compare,
        )
    ]


def write(report: AssessmentReport, out: Path) -> list[Path]:
    """Write ``report.html`` and return its path."""
    from rules_engine_html.page import pieces

    out.mkdir(parents=True, exist_ok=True)
    path = out / FILE
    with path.open("w", encoding="utf-8") as file:
        file.writelines(pieces(report))
    return [path]


def compare(comparison: Comparison, file: Path) -> None:
    """Write a comparison as one page."""
    from rules_engine_html.comparison import page

    file.write_text(page(comparison), encoding="utf-8")
