"""Which parts of a ruleset encode clauses, and which of them rest on which."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.encoded_parts import inventory

EVERY = Path(__file__).parents[2] / "fixtures" / "every-method"


@pytest.fixture(scope="module")
def parts():
    return inventory(load_ruleset(EVERY, registry()).or_stop().book)


def test_every_part_has_its_clauses(parts):
    assert parts.root == "ruleset.every-method"
    clauses = {key: part.clauses for key, part in parts.parts.items()}
    assert clauses["ruleset.every-method"] == ("E-1",)
    assert clauses["criterion.late"] == ("E-2",)  # by its section
    assert clauses["grade.good"] == ("E-3",)
    assert clauses["grade.poor"] == ()
    assert clauses["role.村支部书记"] == ("E-4",)
    assert clauses["pay.bonus"] == ("E-4",)
    assert len([p for p in parts.parts.values() if p.kind == "criterion"]) == 12


@pytest.mark.parametrize(
    ("key", "below"),
    [
        ("criterion.late", {"section.first", "indicator.late"}),
        ("criterion.formula", {"section.extra", "indicator.backlog", "parameter.fine",
                               "standard.tidy"}),
        ("criterion.classes", {"section.second", "indicator.late"}),  # by its veto
        ("criterion.ranked", {"section.first", "indicator.both", "indicator.late",
                              "indicator.backlog"}),
        ("consequence.capped", {"consequence.lower"}),
        ("consequence.blamed", {"standard.tidy", "indicator.backlog"}),
        ("target.town", {"standard.tidy", "indicator.backlog"}),
        ("grade.good", set()),
    ],
)  # fmt: skip
def test_what_a_part_rests_on(parts, key, below):
    assert parts.below(key) == {key, *below}


def test_a_consequence_hangs_on_the_vetoes_that_it_names(parts):
    assert parts.hangs_on["consequence.praised"] == {"criterion.classes"}
    assert parts.hangs_on["consequence.blamed"] == set()
    assert parts.bonuses == {"formula"}


def test_a_part_is_found_by_id_or_label(parts):
    assert parts.named("criterion", "报告") == ["criterion.late"]
    assert parts.named("criterion", "late") == ["criterion.late"]
    assert parts.named("criterion", "迟报") == []
