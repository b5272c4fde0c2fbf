"""Sections that are scored month by month are compiled for each month of the period."""

from __future__ import annotations

from datetime import date

import pytest

from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

RULESET = """
ruleset: months
title: 例
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 120
assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
tables: {villages: {}, reports: {}}
indicators:
  late: {label: 正常, from: reports, where: submitted_at > due_at}
  other: {label: 非正常, from: reports, where: submitted_at is null}
sections:
  main:
    label: 一
    monthly: sum
    clause: C1
    criteria:
      late: {label: 迟报, points: 10, floor: -2, method: per item, deduct: [{of: late, each: 1}]}
      other: {label: 漏报, points: 0, cap: 1, method: per item, add: [{of: other, each: 1}]}
grades:
  all: {label: 全部, from: 0}
"""


@pytest.fixture
def compiled(tmp_path):
    def compiled(as_of=None):
        return load_ruleset(lay_ruleset(tmp_path, RULESET), registry(), as_of).or_stop()

    return compiled


def test_a_warning_does_not_keep_the_months_away(compiled):
    checked = compiled()
    assert [f.code for f in checked.findings] == ["two-readings"]
    assert [len(rule.months) for rule in checked.book.criteria] == [12, 12]


def test_only_months_up_to_the_as_of_date_are_there(compiled):
    line = compiled(date(2025, 3, 10)).book.criteria[0]
    assert [part.id for part in line.months] == [f"late__m2025_0{n}" for n in (1, 2, 3)]
    assert (line.least, line.most) == (-6_0000, 30_0000)
    frames = [compiled(date(2025, 3, 10)).book.months[part.month].frame for part in line.months]
    assert [frame.as_of for frame in frames] == [
        date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 10),
    ]  # fmt: skip
