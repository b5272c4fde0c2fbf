"""Runs a ruleset's scenarios, and says which failed, where and why."""

from __future__ import annotations

import difflib
import os
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from rules_engine.errors import Finding, RulesEngineError, stops
from rules_engine.messages import listed, msg, speaking
from rules_engine.model.naming import normal
from rules_engine.scenarios.context import World
from rules_engine.scenarios.features import (
    features_of,
    keep_rows,
    name_of,
    no_scenarios,
    read_features,
    rows_of,
)
from rules_engine.scenarios.replay import MatchedStep, matched_step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pytest_bdd.parser import Scenario, Step

    from rules_engine.scenarios.features import ReadFeatures, Skipped


@dataclass(frozen=True)
class Failure:
    """A scenario that failed: where it stands, which step, and what was found instead.

    Attributes:
        line: of the step, or of the row of its table that is wrong.
        code: of what is wrong with the step itself; empty where a comparison failed.
    """

    file: str
    line: int
    scenario: str
    step: str
    reason: str
    code: str = ""


class Watcher(Protocol):
    """Looks at what a step that went through has made of a scenario's world."""

    def after_step(self, world: World, scenario: str, step: MatchedStep) -> None:
        """Look at it; ``scenario`` is the name, with the values of an example."""


@dataclass
class Outcome:
    """What came of a run of scenarios.

    Attributes:
        folder: the ruleset.
        passed: the names of the scenarios that went through, an example each.
        failures: those that failed.
        skipped: those that a tag leaves out.
        findings: what is wrong with the files of the scenarios.
    """

    folder: Path
    passed: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def play(self, scenario: Scenario, watchers: Sequence[Watcher]) -> None:
        """Run one scenario, and note what came of it."""
        with closing(World(self.folder)) as world:
            for step in scenario.steps:
                try:
                    text = matched_step(step, world)
                    text.run(world)
                except Exception as error:  # whatever it is, it is what the step came to
                    self._fail(scenario, step, error)
                    return
                for watcher in watchers:
                    watcher.after_step(world, scenario.name, text)
            self.passed.append(scenario.name)

    def _fail(self, scenario: Scenario, step: Step, error: BaseException) -> None:
        results = error.findings[0] if isinstance(error, RulesEngineError) else None
        line = step.line_number
        if results and results.place.row is not None and step.datatable:
            line = step.datatable.rows[results.place.row].location.line
        file = os.path.relpath(scenario.feature.filename)
        said, code = _reason(error, results), results.code if results else ""
        step_text = f"{step.keyword} {step.name}"
        self.failures.append(Failure(file, line, scenario.name, step_text, said, code))

    @property
    def problems(self) -> list[str]:
        """Return what is wrong with the files of the scenarios, as text."""
        return [f"{f.place}: {f.message}" for f in self.findings if f.severity == "error"]

    @property
    def good(self) -> bool:
        """Return whether there were scenarios and all went through."""
        return bool(self.passed) and not self.failures and not stops(self.findings)


def _reason(error: BaseException, finding: Finding | None) -> str:
    """Say what was found instead, or what is wrong with the step."""
    if finding is not None:
        return "\n".join(text for text in (str(finding.message), str(finding.hint)) if text)
    if isinstance(error, AssertionError):
        return str(error).split("\nassert ")[0]
    return f"{type(error).__name__}: {error}"


def run_scenarios(
    ruleset: Path,
    features: Path | None = None,
    chosen: Sequence[str] = (),
    watchers: Sequence[Watcher] = (),
) -> Outcome:
    """Run a ruleset's scenarios.

    Args:
        ruleset: the ruleset's folder.
        features: where the scenarios are; by default where :func:`features_of` finds them.
        chosen: words, of which a scenario's name must contain one; empty for all.
        watchers: what looks at each step that went through.
    """
    read = read_features((features or features_of(ruleset)).resolve())
    outcome = Outcome(ruleset.resolve(), skipped=read.skipped, findings=read.findings)
    if not (read.features or read.findings):
        raise no_scenarios(features or ruleset)
    if chosen:
        _choose(read, chosen, outcome)
    with speaking("zh"):
        for scenario in _by_feature(read):
            try:
                outcome.play(scenario, watchers)
            except Exception as error:  # around the steps
                outcome.findings.append(_broken(error))
    return outcome


def _by_feature(read: ReadFeatures) -> Iterator[Scenario]:
    """Yield the scenarios, an example each, in the order of what their features are called."""
    for feature in sorted(read.features, key=lambda feature: feature.name or feature.filename):
        for scenario in feature.scenarios.values():
            yield from map(scenario.render, rows_of(scenario))


def _broken(error: Exception) -> Finding:
    detail = f"{type(error).__name__}: {error}"
    return Finding("scenario-broken", msg("a scenario could not be run: {detail}", detail=detail))


def _choose(read: ReadFeatures, words: Sequence[str], outcome: Outcome) -> None:
    """Leave the scenarios whose name holds one of the words."""
    wanted = [normal(word) for word in words]
    names = [name_of(s, row) for s in read.scenarios() for row in rows_of(s)]
    names += [skipped.scenario for skipped in read.skipped]
    for word, shown in zip(wanted, words, strict=True):
        if not any(word in normal(name) for name in names):
            near = difflib.get_close_matches(shown, names, n=3, cutoff=0.1) or names[:3]
            outcome.findings.append(
                Finding(
                    "unknown-scenario",
                    msg("no scenario's name holds “{word}”", word=shown),
                    hint=msg("known here: {names}", names=listed(near)),
                )
            )

    def fits(name: str) -> bool:
        return any(word in normal(name) for word in wanted)

    outcome.skipped = [skipped for skipped in read.skipped if fits(skipped.scenario)]
    for feature in read.features:
        for key, scenario in list(feature.scenarios.items()):
            if scenario.examples:
                keep_rows(scenario, [fits(name_of(scenario, row)) for row in rows_of(scenario)])
            if not (scenario.examples if scenario.templated else fits(scenario.name)):
                del feature.scenarios[key]
