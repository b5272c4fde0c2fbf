"""Runs a ruleset's scenarios with pytest-bdd, and says which failed, where and why."""

from __future__ import annotations

import difflib
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd.feature import features as known

from rules_engine.errors import Finding, RulesEngineError, stops
from rules_engine.messages import clauses, listed, msg, speaking
from rules_engine.model.naming import normal
from rules_engine.specs.features import (
    features_of,
    keep_rows,
    no_scenarios,
    read_features,
    rows_of,
)
from rules_engine.specs.tables import refuse_unread, unknown_step
from rules_engine.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rules_engine.specs.features import ReadFeatures, Skipped

MODULE = """\
from pathlib import Path
import pytest
from pytest_bdd import scenarios

@pytest.fixture
def ruleset_folder():
    return Path({ruleset!r})

scenarios(*{files!r})
"""
"""A test module of the kind that one would write by hand for some files of scenarios."""


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


@dataclass
class Outcome:
    """What came of a run of scenarios; also the pytest plugin that gathers it.

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
    _failed: bool = False

    def pytest_bdd_before_scenario(self) -> None:
        """Begin a scenario."""
        self._failed = False

    def pytest_bdd_after_scenario(self, scenario: Any) -> None:  # noqa: ANN401 - pytest-bdd's own
        """Note a scenario that went through."""
        if not self._failed:
            self.passed.append(scenario.name)

    def pytest_bdd_before_step_call(self, step: Any, step_func: Callable[..., object]) -> None:  # noqa: ANN401 - pytest-bdd's own
        """Refuse what stands below a step that does not read it."""
        refuse_unread(step, step_func)

    def pytest_bdd_step_error(
        self,
        scenario: Any,  # noqa: ANN401 - pytest-bdd's own
        step: Any,  # noqa: ANN401
        exception: BaseException,
    ) -> None:
        """Note a step that failed."""
        self._fail(scenario, step, exception)

    def pytest_bdd_step_func_lookup_error(
        self,
        scenario: Any,  # noqa: ANN401 - pytest-bdd's own
        step: Any,  # noqa: ANN401
        exception: BaseException,
    ) -> None:
        """Note a step that no wording fits."""
        self._fail(scenario, step, unknown_step(step))

    def _fail(self, scenario: Any, step: Any, error: BaseException) -> None:  # noqa: ANN401
        self._failed = True
        found = error.findings[0] if isinstance(error, RulesEngineError) else None
        line = step.line_number
        if found and found.place.row is not None and step.datatable:
            line = step.datatable.rows[found.place.row].location.line
        file = os.path.relpath(scenario.feature.filename)
        said, code = _reason(error, found), found.code if found else ""
        step_text = f"{step.keyword} {step.name}"
        self.failures.append(Failure(file, line, scenario.name, step_text, said, code))

    def pytest_runtest_logreport(self, report: Any) -> None:  # noqa: ANN401 - pytest's own
        """Note what failed around a scenario."""
        if report.failed and not (report.when == "call" and self._failed):
            self._broken(report)

    def pytest_collectreport(self, report: Any) -> None:  # noqa: ANN401 - pytest's own
        """Note what failed before any scenario was run."""
        if report.failed:
            self._broken(report)

    def _broken(self, report: Any) -> None:  # noqa: ANN401 - pytest's own
        lines = [x[1:].strip() for x in str(report.longrepr).splitlines() if x.startswith("E ")]
        detail = clauses(lines[-3:]) or str(report.longrepr)
        self.findings.append(
            Finding("scenario-broken", msg("a scenario could not be run: {detail}", detail=detail))
        )

    @property
    def problems(self) -> list[str]:
        """Return what is wrong with the files of the scenarios, as text."""
        return [f"{f.place}: {f.message}" for f in self.findings if f.severity == "error"]

    @property
    def good(self) -> bool:
        """Return whether there were scenarios and all went through."""
        return bool(self.passed) and not self.failures and not stops(self.findings)


def _reason(error: BaseException, found: Finding | None) -> str:
    """Say what was found instead, or what is wrong with the step."""
    if found is not None:
        return "\n".join(text for text in (str(found.message), str(found.hint)) if text)
    if isinstance(error, AssertionError):
        return str(error).split("\nassert ")[0]
    return f"{type(error).__name__}: {error}"


def run_scenarios(
    ruleset: Path,
    features: Path | None = None,
    chosen: Sequence[str] = (),
    watchers: Sequence[object] = (),
) -> Outcome:
    """Run a ruleset's scenarios.

    Args:
        ruleset: the ruleset's folder.
        features: where the scenarios are; by default where :func:`features_of` finds them.
        chosen: words, of which a scenario's name must contain one; empty for all.
        watchers: further pytest plugins that listen to the run.
    """
    read = read_features((features or features_of(ruleset)).resolve())
    outcome = Outcome(ruleset.resolve(), skipped=read.skipped, findings=read.findings)
    if not (read.features or read.findings):
        raise no_scenarios(features or ruleset)
    if chosen:
        _choose(read, chosen, outcome)
    if any(read.scenarios()):
        _run(read, outcome, watchers)
    return outcome


def _choose(read: ReadFeatures, words: Sequence[str], outcome: Outcome) -> None:
    """Leave the scenarios whose name holds one of the words."""
    wanted = [normal(word) for word in words]
    names = [s.render(row).name for s in read.scenarios() for row in rows_of(s)]
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
                keep_rows(scenario, [fits(scenario.render(row).name) for row in rows_of(scenario)])
            if not (scenario.examples if scenario.templated else fits(scenario.name)):
                del feature.scenarios[key]


def _run(read: ReadFeatures, outcome: Outcome, watchers: Sequence[object]) -> None:
    files = {f.filename: f for f in read.features if f.scenarios}
    with temporary_folder() as name:
        # Python keeps modules by their name: two runs in one process must not share it.
        module = Path(name) / f"test_{Path(name).name.replace('-', '_')}.py"
        module.write_text(
            MODULE.format(ruleset=str(outcome.folder), files=list(files)), encoding="utf-8"
        )
        (Path(name) / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        arguments = [
            str(module), "-c", str(Path(name) / "pytest.ini"), "--rootdir", name,
            "-p", "rules_engine.specs.steps", "-p", "no:cacheprovider", "-p", "no:terminal",
            "-p", "no:logging", "-p", "no:xdist", "-p", "no:hypothesispytest", "--assert=plain",
            "--import-mode=importlib",  # leaves sys.path alone
        ]  # fmt: skip
        kept = {file: known.get(file) for file in files}
        known.update(files)  # pytest-bdd takes what is here for what it has read itself
        try:
            with speaking("zh"):
                pytest.main(arguments, plugins=[outcome, *watchers])
        finally:
            for file, feature in kept.items():
                known.pop(file)
                if feature is not None:
                    known[file] = feature
        sys.modules.pop(module.stem, None)
