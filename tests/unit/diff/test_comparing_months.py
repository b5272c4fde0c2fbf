"""What is found where rulesets that look at single months are compared."""

from __future__ import annotations

import pytest

from rules_engine.diff.change import sentence
from rules_engine.diff.edition_choice import compare_editions, edition_of
from rules_engine.messages import speaking
from rules_engine.plugin_manager import registry
from rules_engine.scenarios.example import lay_ruleset

RULESET = """
ruleset: months
title: 例
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-06-30}
scale: 100
assumed: {scale: 例, indicators: 例, sections: 例, grades: 例, standards: 例, consequences: 例}
tables: {villages: {}, reports: {}}
indicators:
  late: {label: 迟报, from: reports, where: submitted_at > due_at}
  good: {label: 高分月数, months: 一, where: 得分 不低于 90}
  run: {label: 末位月数, months: 一, where: 倒数名次 不超过 2, run: longest}
  prizes: {label: 月度奖, months: 一, sum: case when 名次 = 1 then 2 else 0 end}
standards:
  last: {label: 连续末位, when: run >= 2}
sections:
  main:
    label: 一
    monthly: sum
    each_cap: 90
    clause: C1
    criteria:
      late: {label: 迟报项, points: 10, method: per item, deduct: [{of: late, each: 2}]}
  plus:
    label: 二
    kind: bonus
    clause: C1
    criteria:
      good: {label: 高分项, points: 5, method: per item, add: [{of: good, each: 1}]}
      prizes: {label: 奖项, points: 12, method: formula, formula: prizes}
  rest:
    label: 三
    points: 40
    clause: C1
    criteria:
      rest: {label: 其余, points: 40, method: per item, deduct: [{of: late, each: 1}]}
consequences:
  talk: {label: 约谈, kind: sanction, when: last, clause: C1}
grades:
  all: {label: 全部, from: 0}
"""


@pytest.fixture
def direction(tmp_path):
    def direction(old, new):
        assert old in RULESET
        folders = [
            lay_ruleset(tmp_path / str(n), text)
            for n, text in enumerate((RULESET, RULESET.replace(old, new)))
        ]
        rulesets = [edition_of(folder, None) for folder in folders]
        with speaking("zh"):
            (change,) = compare_editions(*rulesets, registry().methods).changes
            return change.direction, sentence(change)

    return direction


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("得分 不低于 90", "得分 不低于 85", "loosening"),
        ("得分 不低于 90", "得分 不低于 95", "tightening"),
        ("倒数名次 不超过 2", "倒数名次 不超过 1", "loosening"),
        ("倒数名次 不超过 2", "倒数名次 不超过 3", "tightening"),
        ("run >= 2", "run >= 3", "loosening"),
        ("then 2 else", "then 1 else", "tightening"),
        ("run: longest", "run: last", "other"),
        ("each_cap: 90", "each_cap: 80", "tightening"),
        ("deduct: [{of: late, each: 2}]", "deduct: [{of: late, each: 3}]", "tightening"),
        ("months: 一, where: 得分", "months: 迟报项, where: 得分", "other"),
    ],
)
def test_a_change_of_months_has_its_direction(old, new, wanted, direction):
    assert direction(old, new)[0] == wanted


def test_the_change_is_told_in_words(direction):
    text = direction("得分 不低于 90", "得分 不低于 85")[1]
    assert "得分不少于85" in text
