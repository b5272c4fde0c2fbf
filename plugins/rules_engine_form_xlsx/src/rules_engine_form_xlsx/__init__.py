"""Writes a ruleset as a workbook that people edit, and reads it when it comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import FormKind, hookimpl, msg

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine.api import FilledForm, Form


@hookimpl
def rules_engine_register_forms() -> list[FormKind]:
    """Give the workbook."""
    return [FormKind("xlsx", msg("a workbook for Excel and WPS"), write, read)]


def write(form: Form, path: Path) -> None:
    """Write the workbook."""
    from rules_engine_form_xlsx.writing import write_workbook

    write_workbook(form, path)


def read(path: Path) -> FilledForm:
    """Read a workbook that :func:`write` has written and somebody has edited."""
    from rules_engine_form_xlsx.reading import read_workbook

    return read_workbook(path)
