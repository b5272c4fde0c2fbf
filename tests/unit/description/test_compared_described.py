"""What others are taken for is put into words, and what goes where nothing is said of it."""

from __future__ import annotations

import pytest

from rules_engine.description import describe
from rules_engine.messages import speaking
from rules_engine.plan.defaults import defaults
from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

RULESET = """
ruleset: compared
title: 例
edition: "1"
effective: {{from: 2020-01-01}}
period: {{from: 2025-01-01, to: 2025-12-31}}
scale: 10
assumed: {{scale: 例, indicators: 例, sections: 例, grades: 例, rounding: 例}}
subjects: {{group: kind}}
tables:
  villages:
    columns:
      income: {{label: 收入, type: decimal}}
      people: {{label: 人口, type: integer}}
indicators:
  others: {{label: 尺度, peers: {{{peers}}}}}
sections:
  all:
    label: 全部
    clause: C1
    criteria:
      line: {{label: 行, points: 10, method: formula, formula: 尺度, not_applicable: zero}}
grades: {{all: {{label: 全部, from: 0}}}}
"""
WORDS = {
    "of: 收入, take: mean, over: all": (
        "全部村“收入”的平均数。", "The mean of “收入” over all villages."),
    "of: 收入, take: median, over: group, without_self: true, alone: own": (
        "本组村（不含本身）“收入”的中位数；没有其他对象时，按本身数值计。",
        "The median of “收入” over the villages of its own group but itself; where there is "
        "nobody else, its own value counts."),
    "of: 收入, take: best, nth: 3, over: 类型, alone: 5": (
        "“类型”相同的村中从大到小第3位的“收入”；没有其他对象时，按5计。",
        "“收入” of number 3, counted from the greatest, of the villages with the same “类型”; "
        "where there is nobody else, 5 counts."),
    "of: 收入, take: worst, over: all": (
        "全部村中最小的“收入”。", "The least “收入” of all villages."),
    "of: 收入, take: worst, best: least, over: all, alone: empty": (
        "全部村中最大的“收入”；没有其他对象时，无可比较。",
        "The greatest “收入” of all villages; where there is nobody else, there is nothing to "
        "compare with."),
    "of: 收入 / 人口, take: overall, over: all, among: 人口 > 0": (
        "符合条件（人口大于0）的全部村合并计算的“收入 ÷ 人口”。",
        "“收入 ÷ 人口” over all villages where 人口 is greater than 0, all together."),
}  # fmt: skip


def loaded(folder, peers):
    return load_ruleset(lay_ruleset(folder, RULESET.format(peers=peers)), registry()).or_stop()


@pytest.mark.parametrize("peers", WORDS)
@pytest.mark.parametrize(("language", "number"), [("zh", 0), ("en", 1)])
def test_a_reference_is_an_article(tmp_path, peers, language, number):
    with speaking(language):
        paper = describe(loaded(tmp_path, peers), registry().methods)
    articles = {a.title: a.text for chapter in paper.chapters for a in chapter.articles}
    assert articles["尺度"] == WORDS[peers][number]


@pytest.mark.parametrize(
    ("peers", "texts"),
    [
        ("of: 收入, take: mean", {"各组合在一起比较"}),
        ("of: 收入, take: mean, over: group", {"只有一个对象时，与其本身数值比较"}),
        ("of: 收入, take: mean, over: group, without_self: true", {"没有其他对象时，无可比较"}),
        ("of: 收入, take: mean, over: group, alone: own", set()),
    ],
)
def test_what_is_not_said_is_a_default(tmp_path, peers, texts):
    with speaking("zh"):
        told = {d.text for d in defaults(loaded(tmp_path, peers).book) if d.where == "尺度"}
    assert told == texts
