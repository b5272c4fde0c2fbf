"""CSV as Excel opens it: UTF-8 with a mark, and no text that it would take for a formula."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules_engine.api import msg, tr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rules_engine_flat.tables import Field, Row

FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What a formula begins with; in East Asia the wide forms count too."""
WORDS = {
    "scored": msg("scored"),
    "not_applicable": msg("not applicable"),
    "not_assessable": msg("not assessable"),
    "error": msg("error"),
    "village": msg("{assessed_one}"),
    "cadre": msg("cadre"),
}
CODED = ("outcome", "kind")
"""Columns whose values are codes, for which people have words."""


class CsvFile:
    """A CSV file with the labels of its columns in the first row."""

    def __init__(self, path: Path, fields: tuple[Field, ...]) -> None:
        """Begin the file."""
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._coded = [field.name in CODED for field in fields]
        self._writer.writerow(str(field.label) for field in fields)

    def add(self, rows: Sequence[Row]) -> None:
        """Write rows."""
        for row in rows:
            self._writer.writerow(
                str(WORDS[value]) if coded else cell(value)
                for value, coded in zip(row, self._coded, strict=True)
            )

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def cell(value: Any) -> str:  # noqa: ANN401 - whatever a row holds
    """Return a value as it is written; a text like a formula gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int | date):
        return str(value)
    text = str(value).replace("\0", "\ufffd")
    return f"'{text}" if text.lstrip(" \u3000").startswith(FORMULA_SIGNS) else text
