"""Plays the scenarios against every mutant, the likeliest first, until one of them notices."""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.errors import RulesEngineError, UsageError
from rules_engine.messages import msg, speaking
from rules_engine.mutation.mutants import Mutant, mutants_of
from rules_engine.plugin_manager import registry
from rules_engine.review import review, review_editions
from rules_engine.ruleset.read import CLAUSES_FILE, RULESET_FILE
from rules_engine.specs.replay import Replay, replays_of
from rules_engine.specs.run import features_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.review import Review

UNSOURCED = "number-unsourced"
"""The finding that every changed figure meets: it tells nothing about the scenarios."""


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: ``by`` says what noticed it, and is empty for a survivor."""

    mutant: Mutant
    by: str


@dataclass(frozen=True)
class Hunt:
    """All mutants of a ruleset with their fates, its editions, and the seconds that it took."""

    fates: tuple[Fate, ...]
    editions: tuple[str, ...]
    seconds: float

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """Return the mutants that nothing noticed."""
        return tuple(f.mutant for f in self.fates if not f.by)

    @property
    def killed(self) -> int:
        """Return how many mutants were noticed."""
        return sum(bool(f.by) for f in self.fates)


def hunt(
    folder: Path,
    features: Path | None = None,
    sample: int | None = None,
) -> Hunt:
    """Try every mutant of a ruleset.

    Args:
        folder: the ruleset's folder.
        features: where its scenarios are; found by itself as ``rules-engine test`` finds it.
        sample: try only so many, spread evenly over the file.

    Raises:
        RulesEngineError: the ruleset has errors, or a scenario fails before anything is changed.
    """
    begun = time.perf_counter()
    editions = [edition.or_stop() for edition in review_editions(folder, registry())]
    mutants = [(m, edition) for edition in editions for m in mutants_of(edition.ruleset)]
    if sample and sample < len(mutants):
        mutants = [mutants[i * len(mutants) // sample] for i in range(sample)]
    found = features or features_of(folder)
    with speaking("zh"), replays_of(folder, found) as replays:
        _must_hold(replays)
        by_edition = {
            edition.ruleset.folder: [r for r in replays if r.edition == edition.ruleset.folder]
            for edition in editions
        }
        fates = tuple(
            Fate(m, _noticed(m, edition, by_edition[edition.ruleset.folder]))
            for m, edition in mutants
        )
    names = tuple(edition.ruleset.document.edition for edition in editions)
    return Hunt(fates, names, time.perf_counter() - begun)


def _must_hold(replays: Sequence[Replay]) -> None:
    for replay in replays:
        failed = replay.play()
        if failed:
            raise UsageError.of(
                "scenario-fails",
                msg("the scenario “{name}” fails: {reason}", name=replay.name, reason=failed),
                hint=msg("mend it first: rules-engine test shows where"),
            )


def _noticed(mutant: Mutant, original: Review, replays: Sequence[Replay]) -> str:
    """Return what noticed the mutant: a finding's code, or a scenario's name."""
    changed = mutant.applied(original.ruleset.source.text)
    if changed is None:
        return "not-applied"
    with tempfile.TemporaryDirectory(prefix="rules-engine-") as name:
        folder = Path(name)
        shutil.copyfile(original.ruleset.folder / CLAUSES_FILE, folder / CLAUSES_FILE)
        (folder / RULESET_FILE).write_text(changed, encoding="utf-8")
        rulesets: dict[object, Review] = {}
        try:
            for replay in _likeliest_first(mutant, original, replays):
                if replay.world.stopped and not replay.world.kept:
                    continue  # its records stop every run: the rules are never asked
                days = replay.world.as_of, replay.world.period
                if days not in rulesets:
                    rulesets[days] = _tolerant(review(folder, registry(), *days)).or_stop()
                if replay.play(rulesets[days]):
                    return replay.name
        except RulesEngineError as error:
            return error.findings[0].code
    return ""


def _tolerant(found: Review) -> Review:
    return replace(found, findings=tuple(f for f in found.findings if f.code != UNSOURCED))


def _likeliest_first(
    mutant: Mutant, original: Review, replays: Sequence[Replay]
) -> Sequence[Replay]:
    """Sort the scenarios: first those that speak of the changed part."""
    scalars = original.ruleset.source.scalars
    labels = [
        scalars[(*mutant.path[:end], "label")]
        for end in range(len(mutant.path), 1, -1)
        if (*mutant.path[:end], "label") in scalars
    ]

    def rank(replay: Replay) -> int:
        words = replay.words
        return min((i for i, label in enumerate(labels) if label in words), default=len(labels))

    return sorted(replays, key=rank)
