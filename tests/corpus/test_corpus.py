"""The published papers of the corpus: each can be said, and scores as a clerk would work it out."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules_engine.errors import stops
from rules_engine.plugin_manager import registry
from rules_engine.report.report import assumptions
from rules_engine.ruleset.read import RULESET_FILE
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.run import run_scenarios

FOLDERS = sorted(file.parent for file in Path(__file__).parent.glob(f"*/{RULESET_FILE}"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_paper_is_said_and_scored(folder):
    findings = load_ruleset(folder, registry()).findings
    assert not stops(findings), [f"{f.place}: {f.message}" for f in findings]
    assert [f for f in findings if not f.acknowledged] == []
    outcome = run_scenarios(folder)
    failures = [
        f"{f.file}:{f.line} {f.scenario}\n  {f.step}\n  {f.reason}" for f in outcome.failures
    ]
    assert not failures + outcome.problems, "\n".join(failures + outcome.problems)
    assert outcome.passed


def test_a_row_of_a_list_may_be_assumed_where_the_others_are_quoted():
    ruleset = load_ruleset(FOLDERS[0], registry()).ruleset
    listed = {(a.where, a.value, a.reason) for a in assumptions(ruleset, registry().methods)}
    assert ("每周排查报告", "0.5", "原文要求签字、一式两份，未写扣分") in listed
    assert ("纠纷在村里解决", "3", "原文只写每件扣分，未写多少") in listed


def test_there_are_the_ten_papers():
    assert [folder.name[0] for folder in FOLDERS] == list("abcdefghij")
