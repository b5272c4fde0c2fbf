"""Writes the report as a workbook, for an office that goes on working with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import ReporterKind, hookimpl, msg

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine.api import AssessmentReport, Comparison

FILE = "report.xlsx"
MOST_DETAILED = 5_000
"""With more villages than this, lines and records would make a workbook that nobody can open."""


@hookimpl
def rules_engine_register_reporters() -> list[ReporterKind]:
    """Give the workbook reporter."""
    return [
        ReporterKind(
            "xlsx",
            msg("a workbook: report.xlsx"),
            write,
            evidence=True,
            evidence_limit=MOST_DETAILED,
            compare=compare,
        )
    ]


def write(report: AssessmentReport, out: Path) -> list[Path]:
    """Write ``report.xlsx`` and return its path."""
    from rules_engine_xlsx.sheets import write_workbook

    out.mkdir(parents=True, exist_ok=True)
    path = out / FILE
    write_workbook(report, path, most_detailed=MOST_DETAILED)
    return [path]


def compare(comparison: Comparison, file: Path) -> None:
    """Write a comparison as a workbook."""
    from rules_engine_xlsx.comparison import write_comparison

    write_comparison(comparison, file)
