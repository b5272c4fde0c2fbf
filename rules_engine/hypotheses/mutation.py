"""Plays the scenarios against every mutant, the likeliest first, until one of them notices."""

from __future__ import annotations

import gc
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.errors import RulesEngineError, UsageError
from rules_engine.hypotheses.batches import Batches, Original, trial_of
from rules_engine.hypotheses.mutants import Mutant, explanations, mutants_of
from rules_engine.messages import msg, speaking
from rules_engine.plugin_manager import registry
from rules_engine.run.load import review_editions
from rules_engine.scenarios.features import features_of, read_features
from rules_engine.scenarios.replay import Replay, replays_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from rules_engine.errors import Finding
    from rules_engine.hypotheses.mutants import Explanations
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.run.load import Review
    from rules_engine.scenarios.features import ReadFeatures, Skipped


@dataclass(frozen=True)
class Fate:
    """What became of a mutant.

    Attributes:
        by: the scenario that noticed it; or the code of the finding for which no scenario could
            be run, or of a warning that is new; empty for a survivor.
        checked: it was such a finding.
        reason: why a survivor makes no difference, where the ruleset's authors say so.
    """

    mutant: Mutant
    by: str = ""
    checked: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Hunt:
    """All mutants of a ruleset with their fates.

    Attributes:
        editions: the names of its editions.
        seconds: how long it took.
        findings: explanations that explain nothing.
        skipped: scenarios that a tag leaves out, so that they notice nothing.
    """

    fates: tuple[Fate, ...]
    editions: tuple[str, ...]
    seconds: float
    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    @property
    def survivors(self) -> tuple[Fate, ...]:
        """Return the mutants that nothing noticed."""
        return tuple(f for f in self.fates if not f.by)

    @property
    def killed(self) -> int:
        """Return how many mutants were noticed."""
        return len(self.fates) - len(self.survivors)

    @property
    def checked(self) -> int:
        """Return how many mutants could not be run."""
        return sum(f.checked for f in self.fates)


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
    known = registry()
    reviews = [edition.or_stop() for edition in review_editions(folder, known)]
    texts = {edition.ruleset.folder: explanations(edition.ruleset) for edition in reviews}
    mutants = [
        (mutant, edition.ruleset)
        for edition in reviews
        for mutant in mutants_of(edition.ruleset, known.methods)
    ]
    warned = {f.code for edition in reviews for f in edition.findings if f.severity == "warning"}
    whole = sample is None or sample >= len(mutants)
    if sample and not whole:
        mutants = [mutants[i * len(mutants) // sample] for i in range(sample)]
    read = read_features((features or features_of(folder)).resolve())
    with speaking("zh"), _batches(folder, read, reviews) as batches:
        fates = tuple(
            _fate(mutant, ruleset, batches[ruleset.folder], texts[ruleset.folder], warned)
            for mutant, ruleset in mutants
        )
    survivors = [fate.mutant for fate in fates if not fate.by]
    idle = [f for edition in texts.values() for f in edition.idle(survivors)] if whole else []
    names = tuple(edition.ruleset.document.edition for edition in reviews)
    took = time.perf_counter() - begun
    return Hunt(fates, names, took, tuple(idle), tuple(read.skipped))


@contextmanager
def _batches(
    folder: Path, read: ReadFeatures, editions: Sequence[Review]
) -> Iterator[dict[Path, Batches]]:
    """Give the scenarios of each edition, by its folder."""
    with replays_of(folder, read) as replays, ExitStack() as stack:
        for replay in replays:
            _must_hold(replay)
        batches: dict[Path, Batches] = {}
        for edition in editions:
            here = edition.ruleset.folder
            own = [r for r in replays if r.edition == here]
            batches[here] = Batches(own, Original(folder))
            stack.callback(batches[here].close)
        gc.freeze()  # what stays to the end need not be looked through again and again
        stack.callback(gc.unfreeze)
        yield batches


def _must_hold(replay: Replay) -> None:
    failed = replay.play()
    if failed:
        raise UsageError.of(
            "scenario-fails",
            msg("the scenario “{name}” fails: {reason}", name=replay.name, reason=failed),
            hint=msg("mend it first: rules-engine test shows where"),
        )


def _fate(
    mutant: Mutant, ruleset: Ruleset, batches: Batches, told: Explanations, warned: set[str]
) -> Fate:
    """Try a mutant; ``warned`` are the codes of warnings that the ruleset has as it is."""
    changed = mutant.applied(ruleset.source.text)
    assert changed is not None
    with trial_of(changed, ruleset.folder) as trial:
        try:
            by = batches.noticed(trial, _likelihood(mutant, ruleset))
        except RulesEngineError as error:
            return Fate(mutant, error.findings[0].code, checked=True)
    new = sorted(trial.warnings - warned)
    if new and not by:  # nobody who runs a check would miss it
        return Fate(mutant, new[0], checked=True)
    return Fate(mutant, by, reason="" if by else told.reason(mutant))


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
