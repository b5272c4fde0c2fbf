"""Looks up a ruleset's language without reading the ruleset, so that even its errors speak it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules_engine.safe_files import open_file

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGE = re.compile(r"^language:\s*['\"]?(zh|en)['\"]?\s*(?:#.*)?$", re.MULTILINE)
MOST_BYTES = 1024 * 1024
"""The language stands among the first lines; of a file without end no more is read."""


def peek_language(folder: Path) -> str | None:
    """Return the language that a ruleset names, ``zh`` if none, ``None`` without a ruleset.

    Of several editions it is that of the last folder.
    """
    file = max(folder.glob("editions/*/ruleset.yaml"), default=folder / "ruleset.yaml")
    try:
        with open_file(file) as stream:
            text = stream.read(MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return None
    return language_of(text)


def language_of(text: str) -> str:
    """Return the language that the text of a ruleset names, ``zh`` if none."""
    match = LANGUAGE.search(text)
    return match[1] if match else "zh"
