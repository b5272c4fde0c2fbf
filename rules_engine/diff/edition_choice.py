"""Finds the two editions that are to be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.diff.compare import compare
from rules_engine.errors import RulesetError, UsageError, stops
from rules_engine.messages import listed, msg
from rules_engine.ruleset.editions import read_editions
from rules_engine.run.load import frame_of, load_editions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rules_engine.diff.change import Comparison
    from rules_engine.model.plugin import Method
    from rules_engine.plugin_manager import Registry
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.run.load import CheckedRuleset


def edition_of(folder: Path, edition: str | None) -> Ruleset:
    """Return an edition of a ruleset, the latest where none is named.

    Raises:
        RulesetError: it cannot be read.
        UsageError: there is no such edition.
    """
    editions = read_editions(folder)
    names = [e.ruleset.document.edition for e in editions] if len(editions) > 1 or edition else []
    chosen = editions[place_of(edition, names, folder)]
    if stops(chosen.reading.findings):
        raise RulesetError(*chosen.reading.findings)
    return chosen.ruleset


def reviewed_edition(folder: Path, edition: str | None, registry: Registry) -> CheckedRuleset:
    """Return an edition of a ruleset with everything that is wrong with it, else the latest.

    Raises:
        RulesetError: one of the editions cannot be read as far as it matters.
        UsageError: there is no such edition.
    """
    reviews = load_editions(folder, registry)
    names = [reviewed.ruleset.document.edition for reviewed in reviews]
    return reviews[place_of(edition, names, folder)]


def place_of(edition: str | None, names: Sequence[str], folder: Path) -> int:
    """Return where an edition stands among those of a folder, the last one where none is named.

    Raises:
        UsageError: there is no such edition.
    """
    if edition is not None and edition not in names:
        raise UsageError.of(
            "unknown-edition",
            msg("{folder} has no edition “{edition}”", folder=folder, edition=edition),
            hint=msg("editions: {names}", names=listed(names)),
        )
    return -1 if edition is None else names.index(edition)


def compare_editions(before: Ruleset, after: Ruleset, methods: Mapping[str, Method]) -> Comparison:
    """Compare two editions, both for the later one's period.

    Raises:
        RulesetError: one of them does not compile.
    """
    frame, _ = frame_of(after, None)
    return compare(before, after, methods, frame)
