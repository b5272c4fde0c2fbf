"""A paper says what indicators over months count, and how months are held."""

from __future__ import annotations

import pytest

from rules_engine.description import describe
from rules_engine.messages import speaking
from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

RULESET = """
ruleset: months
title: 例
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-06-30}
scale: 100
base: 100
assumed: {scale: 例, base: 例, indicators: 例, sections: 例, grades: 例}
tables: {villages: {}, reports: {}}
indicators:
  late: {label: 迟报, from: reports, where: submitted_at > due_at}
  low: {label: 低分月数, months: 一、报送, where: 得分 低于 -5}
  run: {label: 连续月数, months: late, where: 倒数名次 不超过 2, run: longest}
  end: {label: 末尾月数, months: all, where: 迟报 > 0, run: last}
  best: {label: 最好季度, quarters: all, max: late}
sections:
  work:
    label: 一、报送
    kind: deduction
    monthly: sum
    each_floor: -8
    clause: C1
    criteria:
      late: {label: 迟报项, points: 10, method: per item, deduct: [{of: late, each: 2}]}
  year:
    label: 二、全年
    kind: deduction
    clause: C1
    criteria:
      low: {label: 低分项, points: 6, method: per item, deduct: [{of: low, each: 1}]}
      rest: {label: 其余, points: 20, method: formula, formula: 0 - run - end - best}
grades:
  all: {label: 全部, from: 0}
"""


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("zh", ["各项逐月计分，全年各月相加", "每月合计：最多扣8分", "“低分月数”每个月扣1分",
                "“一、报送”的各月中符合“得分少于−5”的月数",
                "“迟报项”的各月中符合“倒数名次不超过2”的，最多连续的月数",
                "各月（所有按月计分的合计）中符合“有迟报”的，到期末为止连续的月数",
                "考核期内的各季度中，最大的“迟报”"]),
        ("en", ["Each line is scored for every month, and the months are summed",
                "The number of months among the months of “一、报送” in which",
                "in a row among the months of “迟报项”"]),
    ],
)  # fmt: skip
def test_months_are_said_in_words(language, wanted, tmp_path):
    checked = load_ruleset(lay_ruleset(tmp_path, RULESET), registry()).or_stop()
    with speaking(language):
        chapters = describe(checked, registry().methods).chapters
        text = "\n".join(article.text for chapter in chapters for article in chapter.articles)
    assert [one for one in wanted if one not in text] == []
