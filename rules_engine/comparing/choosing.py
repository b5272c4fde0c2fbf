"""Finds the two editions that are to be compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.comparing.compare import compare
from rules_engine.errors import RulesetError, UsageError, stops
from rules_engine.messages import listed, msg
from rules_engine.review import frame_of
from rules_engine.ruleset.editions import read_editions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.comparing.change import Comparison
    from rules_engine.model.plugin import Method
    from rules_engine.ruleset.read import Ruleset

AT = "@"


def named_edition(text: str) -> tuple[Path, str | None]:
    """Return the folder and the edition that ``FOLDER@EDITION`` names."""
    if AT not in text or Path(text).is_dir():
        return Path(text), None
    folder, _, edition = text.rpartition(AT)
    return Path(folder), edition


def edition_of(folder: Path, edition: str | None) -> Ruleset:
    """Return an edition of a ruleset, the latest where none is named.

    Raises:
        RulesetError: it cannot be read.
        UsageError: there is no such edition.
    """
    editions = read_editions(folder)
    names = [e.ruleset.document.edition for e in editions] if len(editions) > 1 or edition else []
    if edition is not None and edition not in names:
        raise UsageError.of(
            "unknown-edition",
            msg("{folder} has no edition “{edition}”", folder=folder, edition=edition),
            hint=msg("editions: {names}", names=listed(names)),
        )
    chosen = editions[names.index(edition)] if edition is not None else editions[-1]
    if stops(chosen.reading.findings):
        raise RulesetError(*chosen.reading.findings)
    return chosen.ruleset


def compare_editions(before: Ruleset, after: Ruleset, methods: Mapping[str, Method]) -> Comparison:
    """Compare two editions, both for the later one's period.

    Raises:
        RulesetError: one of them does not compile.
    """
    frame, _ = frame_of(after, None)
    return compare(before, after, methods, frame)
