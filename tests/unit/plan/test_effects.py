"""Signatures stand for facts, and consequences for what they do to rank and grade."""

from __future__ import annotations

import pytest

from rules_engine.model.judgement import Fact
from rules_engine.model.outcomes import Consequence
from rules_engine.plan.grading import effects
from rules_engine.plan.totals import read_signature

GRADES = ["excellent", "good", "fair", "poor"]
FACTS = (Fact("calm"), Fact("visits.veto"), Fact("band", (*GRADES, "unknown")))
NOTHING = {"zero": 0, "last": 0, "steps": 0, "at_best": 0}


def _consequence(kind, **fields):
    return Consequence.model_validate({"label": "x", "kind": kind, "when": "calm", **fields})


CONSEQUENCES = {
    "praised": _consequence("honour"),
    "talked": _consequence("sanction"),
    "zeroed": _consequence("veto", effect="zero"),
    "bottom": _consequence("veto", effect="last"),
    "barred": _consequence("veto", effect="no honours"),
    "fair": _consequence("veto", effect="grade", grade="fair"),
    "good": _consequence("veto", effect="grade", grade="good"),
    "down": _consequence("downgrade"),
    "down_two": _consequence("downgrade", steps=2),
}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], {}),
        (["praised", "talked", "barred"], {}),
        (["zeroed"], {"zero": 1}),
        (["bottom"], {"last": 1}),
        (["down"], {"steps": 1}),
        (["down", "down_two"], {"steps": 3}),
        (["good"], {"at_best": 1}),
        (["good", "fair"], {"at_best": 2}),
        (["zeroed", "bottom", "fair", "down"], {"zero": 1, "last": 1, "at_best": 2, "steps": 1}),
    ],
)
def test_effects(found, expected):
    assert effects(found, CONSEQUENCES, GRADES) == NOTHING | expected


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("10a", {"calm": "true", "visits.veto": "false", "band": "excellent"}),
        ("?1d", {"calm": "unknown", "visits.veto": "true", "band": "poor"}),
        ("00?", {"calm": "false", "visits.veto": "false", "band": "unknown"}),
    ],
)
def test_a_signature_is_read_back(signature, expected):
    assert read_signature(signature, FACTS) == expected


def test_without_facts_the_signature_is_empty():
    assert read_signature("", ()) == {}


def test_a_signature_of_another_length_is_not_read():
    with pytest.raises(ValueError, match="zip"):
        read_signature("1", FACTS)
