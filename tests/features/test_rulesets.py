"""The scenarios of every ruleset hold, and leave nothing out."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules_engine.plugin_manager import registry
from rules_engine.ruleset.read import RULESET_FILE
from rules_engine.run.load import load_editions
from rules_engine.scenarios.coverage import coverage
from rules_engine.scenarios.features import features_of

RULESETS = Path(__file__).parents[2] / "rulesets"
FOLDERS = sorted(file.parent for file in RULESETS.glob(f"*/{RULESET_FILE}"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_scenario_of_the_ruleset_holds(folder):
    covered = coverage(folder, [edition.or_stop() for edition in load_editions(folder, registry())])
    outcome = covered[0].outcome
    failures = [
        f"{f.file}:{f.line} {f.scenario}\n  {f.step}\n  {f.reason}" for f in outcome.failures
    ]
    assert not failures + outcome.problems, "\n".join(failures + outcome.problems)
    written = sum(
        line.strip().startswith(("场景:", "场景："))
        for file in features_of(folder).glob("**/*.feature")
        for line in file.read_text(encoding="utf-8").splitlines()
    )
    assert len(outcome.passed) >= written > 0
    for found in covered:
        assert [c.id for c in found.untouched_clauses] == []
        assert [c.part.id for c in found.untouched_criteria] == []
        assert all(c.asserted for c in found.criteria)
