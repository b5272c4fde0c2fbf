"""A reference is told under its own name, with its value and how many it goes over."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules_engine.messages import speaking
from rules_engine.plugin_manager import registry
from rules_engine.report.peer_words import nothing_there, references_of
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

RULESET = """
ruleset: words
title: 例
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-02-28}
scale: 10
assumed: {scale: 例, indicators: 例, sections: 例, grades: 例, rounding: 例}
tables: {villages: {}, reports: {}}
indicators:
  late: {label: 迟报, from: reports, where: submitted_at > due_at}
  usual: {label: 平均迟报, peers: {of: 迟报, take: mean}}
sections:
  all:
    label: 全部
    points: 10
    monthly: average
    clause: C1
    criteria:
      line: {label: 行, points: 10, method: checklist, items: [{met: 迟报 <= 平均迟报}]}
grades: {all: {label: 全部, from: 0}}
"""


@pytest.fixture
def book(tmp_path):
    return load_ruleset(lay_ruleset(tmp_path, RULESET), registry()).or_stop().book


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (2, "“平均迟报”为1.5次（2个村）"),
        (1, "“平均迟报”为1.5次（1个村）"),
        (-1, "“平均迟报”：没有可比对象，按1.5次计"),
    ],
)
def test_a_month_is_told_by_its_own_numbers(book, count, text):
    month = book.criteria[0].months[0]
    row = {f"i__usual__{month.month}__n": count}
    with speaking("zh"):
        assert references_of(book, month, {"usual": Decimal("1.5")}, row) == [text]


def test_what_is_not_known_is_not_told(book):
    month = book.criteria[0].months[0]
    assert references_of(book, month, {"usual": None}, {}) == []


def test_nobody_to_compare_with_is_no_lack_of_records(book):
    with speaking("zh"):
        assert nothing_there(book, ["usual__m2025_01"]) == "没有可比对象：平均迟报"
