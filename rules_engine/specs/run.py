"""Runs a ruleset's scenarios with pytest-bdd, and says which failed, where and why."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd.scenario import scenario_wrapper_template_registry

from rules_engine.errors import UsageError
from rules_engine.messages import msg, speaking

if TYPE_CHECKING:
    from collections.abc import Sequence

MODULE = """\
from pathlib import Path
import pytest
from pytest_bdd import scenarios

@pytest.fixture
def ruleset_folder():
    return Path({ruleset!r})

scenarios({features!r})
"""
"""A test module of the kind that one would write by hand for a folder of scenarios."""


@dataclass(frozen=True)
class Failure:
    """A scenario that failed: where it stands, which step, and what was found instead."""

    file: str
    line: int
    scenario: str
    step: str
    reason: str


@dataclass
class Outcome:
    """What came of a run of scenarios; also the pytest plugin that gathers it."""

    folder: Path
    passed: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _step: str = ""

    def pytest_bdd_before_scenario(self, scenario: Any) -> None:  # noqa: ANN401 - pytest-bdd's own
        """Forget the step of the scenario before."""
        self._step = ""

    def pytest_bdd_after_scenario(self, scenario: Any) -> None:  # noqa: ANN401 - pytest-bdd's own
        """Note a scenario that went through."""
        if not any(f.scenario == scenario.name for f in self.failures):
            self.passed.append(scenario.name)

    def pytest_bdd_step_error(
        self,
        scenario: Any,  # noqa: ANN401 - pytest-bdd's own
        step: Any,  # noqa: ANN401
        exception: BaseException,
    ) -> None:
        """Note a step that failed."""
        self._fail(scenario, f"{step.keyword}{step.name}", step.line_number, exception)

    def pytest_bdd_step_func_lookup_error(
        self,
        scenario: Any,  # noqa: ANN401 - pytest-bdd's own
        step: Any,  # noqa: ANN401
        exception: BaseException,
    ) -> None:
        """Note a step that no wording fits."""
        unknown = UsageError.of("unknown-step", msg("no step is worded like this"))
        self._fail(scenario, f"{step.keyword}{step.name}", step.line_number, unknown)

    def _fail(self, scenario: Any, step: str, line: int, error: BaseException) -> None:  # noqa: ANN401
        reason = str(error).split("\nassert ")[0]
        file = os.path.relpath(scenario.feature.filename)
        self.failures.append(Failure(file, line, scenario.name, step, reason))

    def pytest_collectreport(self, report: Any) -> None:  # noqa: ANN401 - pytest's own
        """Note a feature file that cannot be read."""
        if report.failed:
            lines = [x for x in str(report.longrepr).splitlines() if x.startswith("E ")]
            self.problems.append(
                "; ".join(x[1:].strip() for x in lines[-3:]) or str(report.longrepr)
            )

    @property
    def good(self) -> bool:
        """Return whether there were scenarios and all went through."""
        return bool(self.passed) and not self.failures and not self.problems


def features_of(ruleset: Path) -> Path:
    """Return the folder of a ruleset's scenarios.

    It is ``features`` inside the ruleset, or ``features/<name>`` beside a folder above it.

    Raises:
        UsageError: there is none.
    """
    folder = ruleset.resolve()
    candidates = [folder / "features"]
    candidates += [above / "features" / folder.name for above in folder.parents]
    for candidate in candidates:
        if candidate.is_dir() and any(candidate.glob("**/*.feature")):
            return candidate
    raise UsageError.of(
        "no-scenarios",
        msg("“{ruleset}” has no scenarios", ruleset=folder.name),
        hint=msg("write them in {folder}/*.feature", folder=candidates[0]),
    )


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
    features = features or features_of(ruleset)
    outcome = Outcome(ruleset.resolve())
    with tempfile.TemporaryDirectory(prefix="rules-engine-") as name:
        # Python keeps modules by their name: two runs in one process must not share it.
        module = Path(name) / f"test_{Path(name).name.replace('-', '_')}.py"
        module.write_text(
            MODULE.format(ruleset=str(outcome.folder), features=str(features.resolve())),
            encoding="utf-8",
        )
        (Path(name) / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        arguments = [
            str(module), "-c", str(Path(name) / "pytest.ini"), "--rootdir", name,
            "-p", "rules_engine.specs.steps", "-p", "no:cacheprovider", "-p", "no:terminal",
            "-p", "no:logging", "-p", "no:xdist", "-p", "no:hypothesispytest", "--assert=plain",
            "--import-mode=importlib",  # leaves sys.path alone
        ]  # fmt: skip
        if chosen:
            outcome = _Chosen(outcome.folder, chosen=tuple(chosen))
        with speaking("zh"):
            pytest.main(arguments, plugins=[outcome, *watchers])
        sys.modules.pop(module.stem, None)
    return outcome


@dataclass
class _Chosen(Outcome):
    """An outcome for some of the scenarios only."""

    chosen: tuple[str, ...] = ()

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Keep the scenarios whose name holds one of the words."""
        names = {item: scenario_wrapper_template_registry[item.obj].name for item in items}
        items[:] = [i for i in items if any(word in names[i] for word in self.chosen)]
