"""Plays the scenarios against every mutant, the likeliest first, until one of them notices."""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from rules_engine.errors import RulesEngineError, UsageError, out_of_memory
from rules_engine.hypotheses.batches import Batches, Original, trial_of
from rules_engine.hypotheses.mutants import Mutant, explanations, mutants_of
from rules_engine.messages import msg, speaking
from rules_engine.plugin_manager import named_folder, registry, use_folder
from rules_engine.run.load import load_editions
from rules_engine.scenarios.features import features_of, read_features
from rules_engine.scenarios.replay import Replay, replays_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from rules_engine.errors import Finding
    from rules_engine.hypotheses.mutants import Explanations
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.run.load import CheckedRuleset
    from rules_engine.scenarios.features import ReadFeatures, Skipped


@dataclass(frozen=True)
class MutantResult:
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
class MutationResult:
    """All mutants of a ruleset, and what became of each.

    Attributes:
        editions: the names of its editions.
        seconds: how long it took.
        findings: explanations that explain nothing.
        skipped: scenarios that a tag leaves out, so that they notice nothing.
    """

    mutants: tuple[MutantResult, ...]
    editions: tuple[str, ...]
    seconds: float
    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    @property
    def survivors(self) -> tuple[MutantResult, ...]:
        """Return the mutants that nothing noticed."""
        return tuple(f for f in self.mutants if not f.by)

    @property
    def killed(self) -> int:
        """Return how many mutants were noticed."""
        return len(self.mutants) - len(self.survivors)

    @property
    def checked(self) -> int:
        """Return how many mutants could not be run."""
        return sum(f.checked for f in self.mutants)


def run_mutants(
    folder: Path,
    features: Path | None = None,
    sample: int | None = None,
) -> MutationResult:
    """Try every mutant of a ruleset, in a process for each core where there are many.

    Args:
        folder: the ruleset's folder.
        features: where its scenarios are; found by itself as ``rules-engine test`` finds it.
        sample: try only so many, spread evenly over the file.

    Raises:
        RulesEngineError: the ruleset has errors, or a scenario fails before anything is changed.
    """
    begun = time.perf_counter()
    trial = _Trial(folder, features)
    numbers: Sequence[int] = range(len(trial.mutants))
    whole = sample is None or sample >= len(numbers)
    if sample and not whole:
        numbers = [i * len(numbers) // sample for i in range(sample)]
    workers = min(os.cpu_count() or 1, MOST_WORKERS)
    if workers > 1 and len(numbers) > FEW:
        results = tuple(_in_workers(trial, numbers, workers))
    else:
        with speaking("zh"), trial.batches() as batches:
            results = tuple(trial.result(number, batches) for number in numbers)
    survivors = [result.mutant for result in results if not result.by]
    texts = trial.explanations.values()
    idle = [f for edition in texts for f in edition.idle(survivors)] if whole else []
    names = tuple(edition.ruleset.document.edition for edition in trial.editions)
    took = time.perf_counter() - begun
    return MutationResult(results, names, took, tuple(idle), tuple(trial.read.skipped))


FEW = 100
"""So many mutants are tried in less time than another process takes to begin."""
MOST_WORKERS = 4
"""Each process lays the records of all scenarios together in its own memory."""


class _Trial:
    """A ruleset with its mutants and scenarios."""

    def __init__(self, folder: Path, features: Path | None) -> None:
        self.folder, self.features = folder, features
        known = registry()
        self.editions = [edition.or_stop() for edition in load_editions(folder, known)]
        self.explanations = {e.ruleset.folder: explanations(e.ruleset) for e in self.editions}
        self.mutants = [
            (mutant, edition.ruleset)
            for edition in self.editions
            for mutant in mutants_of(edition.ruleset, known.methods)
        ]
        self.warned = {f.code for e in self.editions for f in e.findings if f.severity == "warning"}
        self.read = read_features((features or features_of(folder)).resolve())

    def batches(self) -> AbstractContextManager[dict[Path, Batches]]:
        """Give the scenarios of each edition, by its folder."""
        return _batches(self.folder, self.read, self.editions)

    def result(self, number: int, batches: Mapping[Path, Batches]) -> MutantResult:
        """Try one mutant."""
        mutant, ruleset = self.mutants[number]
        here = ruleset.folder
        return _result(mutant, ruleset, batches[here], self.explanations[here], self.warned)


def _in_workers(trial: _Trial, numbers: Sequence[int], workers: int) -> Iterator[MutantResult]:
    """Try mutants in processes of their own, each with its own scenarios."""
    context = multiprocessing.get_context("spawn")  # threads of the engine survive no fork
    with ProcessPoolExecutor(workers, context, use_folder, (named_folder(),)) as pool:
        try:
            work = partial(_work, trial.folder, trial.features)
            yield from pool.map(work, numbers, chunksize=8)
        except BrokenProcessPool:  # the system kills the largest where memory gives out
            raise out_of_memory() from None
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _work(folder: Path, features: Path | None, number: int) -> MutantResult:
    """Try one mutant in a worker."""
    with speaking("zh"):
        trial, batches = _begun(folder, features)
        return trial.result(number, batches)


@cache
def _begun(folder: Path, features: Path | None) -> tuple[_Trial, dict[Path, Batches]]:
    trial, stack = _Trial(folder, features), ExitStack()
    atexit.register(stack.close)
    return trial, stack.enter_context(trial.batches())


@contextmanager
def _batches(
    folder: Path, read: ReadFeatures, editions: Sequence[CheckedRuleset]
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


def _result(
    mutant: Mutant, ruleset: Ruleset, batches: Batches, explained: Explanations, warned: set[str]
) -> MutantResult:
    """Try a mutant; ``warned`` are the codes of warnings that the ruleset has as it is."""
    changed = mutant.applied(ruleset.source.text)
    assert changed is not None
    with trial_of(changed, ruleset) as trial:
        try:
            by = batches.noticed(trial, _likelihood(mutant, ruleset))
        except RulesEngineError as error:
            return MutantResult(mutant, error.findings[0].code, checked=True)
        new = sorted(trial.warnings - warned) if not by else []
    if new:  # nobody who runs a check would miss it
        return MutantResult(mutant, new[0], checked=True)
    return MutantResult(mutant, by, reason="" if by else explained.reason(mutant))


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
