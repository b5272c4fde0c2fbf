"""Plays the scenarios against every mutant, the likeliest first, until one of them notices."""

from __future__ import annotations

import gc
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.errors import RulesEngineError, UsageError
from rules_engine.messages import msg, speaking
from rules_engine.mutation.mutants import Mutant, mutants_of
from rules_engine.mutation.stage import Stage
from rules_engine.mutation.trial import Original, trial_of
from rules_engine.plugin_manager import registry
from rules_engine.review import review_editions
from rules_engine.specs.replay import Replay, replays_of
from rules_engine.specs.run import features_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rules_engine.review import Review
    from rules_engine.ruleset.read import Ruleset


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
    mutants = [(m, edition.ruleset) for edition in editions for m in mutants_of(edition.ruleset)]
    if sample and sample < len(mutants):
        mutants = [mutants[i * len(mutants) // sample] for i in range(sample)]
    with (
        speaking("zh"),
        _stages(folder, features or features_of(folder), editions) as stages,
    ):
        fates = tuple(Fate(m, _noticed(m, ruleset, stages)) for m, ruleset in mutants)
    names = tuple(edition.ruleset.document.edition for edition in editions)
    return Hunt(fates, names, time.perf_counter() - begun)


@contextmanager
def _stages(
    folder: Path, features: Path, editions: Sequence[Review]
) -> Iterator[dict[Path, Stage]]:
    """Give the scenarios of each edition, by its folder."""
    with (
        tempfile.TemporaryDirectory(prefix="rules-engine-") as scratch,
        replays_of(folder, features) as replays,
        ExitStack() as held,
    ):
        for replay in replays:
            _must_hold(replay)
        stages: dict[Path, Stage] = {}
        for number, edition in enumerate(editions):
            here = edition.ruleset.folder
            own = [r for r in replays if r.edition == here]
            stages[here] = Stage(own, Original(folder), Path(scratch) / f"{number}")
            held.callback(stages[here].close)
        gc.freeze()  # what stays to the end need not be looked through again and again
        held.callback(gc.unfreeze)
        yield stages


def _must_hold(replay: Replay) -> None:
    failed = replay.play()
    if failed:
        raise UsageError.of(
            "scenario-fails",
            msg("the scenario “{name}” fails: {reason}", name=replay.name, reason=failed),
            hint=msg("mend it first: rules-engine test shows where"),
        )


def _noticed(mutant: Mutant, ruleset: Ruleset, stages: Mapping[Path, Stage]) -> str:
    """Return what noticed the mutant: a finding's code, or a scenario's name."""
    changed = mutant.applied(ruleset.source.text)
    if changed is None:
        return "not-applied"
    with trial_of(changed, ruleset.folder) as trial:
        try:
            return stages[ruleset.folder].noticed(trial, _likelihood(mutant, ruleset))
        except RulesEngineError as error:
            return error.findings[0].code


def _likelihood(mutant: Mutant, ruleset: Ruleset) -> Callable[[Replay], int]:
    """Return a rank of scenarios: first those that speak of the changed part."""
    scalars = ruleset.source.scalars
    labels = [
        scalars[(*mutant.path[:end], "label")]
        for end in range(len(mutant.path), 1, -1)
        if (*mutant.path[:end], "label") in scalars
    ]

    def rank(replay: Replay) -> int:
        words = replay.words
        return min((i for i, label in enumerate(labels) if label in words), default=len(labels))

    return rank
