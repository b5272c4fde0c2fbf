"""Writes the report as one JSON document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rules_engine.api import ReporterKind, as_document, hookimpl, msg

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine.api import AssessmentReport

FILE = "report.json"


@hookimpl
def rules_engine_register_reporters() -> list[ReporterKind]:
    """Give the JSON reporter."""
    return [ReporterKind("json", msg("one JSON document: report.json"), write)]


def write(report: AssessmentReport, out: Path) -> list[Path]:
    """Write ``report.json`` and return its path."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / FILE
    text = json.dumps(as_document(report), ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
    return [path]
