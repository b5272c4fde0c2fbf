"""Labels that conditions would read as something else are refused."""

from __future__ import annotations

import pytest

from rules_engine.plan.rulebook import reserved_labels
from rules_engine.ruleset.read import read_ruleset
from rules_engine.scenarios.example import lay_ruleset

RULES = """
ruleset: labels
title: 例
edition: "1"
effective: {{from: 2020-01-01}}
period: {{from: 2025-01-01, to: 2025-12-31}}
scale: 10
tables: {{visits: {{}}}}
indicators: {{one: {{label: "{label}", from: visits}}}}
sections: {{all: {{label: 全部, clause: C1, criteria:
  {{line: {{label: 甲项, points: 10, method: per item, deduct: [{{of: one, each: 1}}]}}}}}}}}
grades: {{all: {{label: 全部, from: 0}}}}
"""


@pytest.mark.parametrize(
    "label", ["90%", "100", "１０", "3月5日", "2025-03-05", "且", "and", "Case"]
)
def test_a_label_that_is_a_figure_a_day_or_a_word_is_refused(tmp_path, label):
    ruleset = read_ruleset(lay_ruleset(tmp_path / "r", RULES.format(label=label)))
    assert [f.code for f in reserved_labels(ruleset)] == ["reserved-name"]


@pytest.mark.parametrize("label", ["90%以上", "第3月", "5人以上", "3月5日前", "cases", "迟报/漏报"])
def test_a_label_with_figures_in_it_is_a_name(tmp_path, label):
    ruleset = read_ruleset(lay_ruleset(tmp_path / "r", RULES.format(label=label)))
    assert list(reserved_labels(ruleset)) == []
