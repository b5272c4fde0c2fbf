"""Looks up a ruleset's language without reading the ruleset, so that even its errors speak it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGE = re.compile(r"^language:\s*['\"]?(zh|en)['\"]?\s*(?:#.*)?$", re.MULTILINE)


def peek_language(folder: Path) -> str | None:
    """Return the language that a ruleset names, ``zh`` if none, ``None`` without a ruleset.

    Of several editions it is that of the last folder.
    """
    file = max(folder.glob("editions/*/ruleset.yaml"), default=folder / "ruleset.yaml")
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return language_of(text)


def language_of(text: str) -> str:
    """Return the language that the text of a ruleset names, ``zh`` if none."""
    found = LANGUAGE.search(text)
    return found[1] if found else "zh"
