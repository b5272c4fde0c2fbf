"""Compiles small rulesets."""

from __future__ import annotations

import pytest

from rules_engine.messages import speaking
from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

HEAD = """\
ruleset: example
title: Example
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 100
assumed: {scale: x, indicators: x, standards: x, sections: x, grades: x, consequences: x}
"""
TAIL = """
grades:
  good: {label: 良好, from: 80}
  poor: {label: 不合格, from: 0}
"""
FULL_MARKS = """
sections:
  all:
    label: All
    clause: C1
    criteria:
      full: {label: Full, points: 100, method: formula, formula: "100"}
"""


@pytest.fixture
def reviewed(tmp_path):
    """Return a function that reviews a ruleset of which only some parts are given."""

    def of(text, as_of=None):
        sections = "" if "\nsections:" in text else FULL_MARKS
        indicators = "" if "indicators:" in text else "\nindicators: {}\n"
        grades = "" if "\ngrades:" in text else TAIL
        whole = HEAD + text + indicators + sections + grades
        return load_ruleset(lay_ruleset(tmp_path / "ruleset", whole), registry(), as_of)

    return of


@pytest.fixture(autouse=True)
def _in_english():
    with speaking("en"):
        yield
