"""Sections that are scored by quarters and half-years, and held in each month."""

from __future__ import annotations

from datetime import date

import pytest

from rules_engine.messages import speaking
from rules_engine.model.frame import Frame
from rules_engine.model.year_parts import BY_KEY
from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

RULESET = """
ruleset: parts
title: 例
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 100
base: 100
assumed: {scale: 例, base: 例, indicators: 例, sections: 例, grades: 例}
tables: {villages: {}, reports: {}, checks: {}}
indicators:
  late: {label: 迟报, from: reports, where: submitted_at > due_at}
  poor: {label: 不达标, from: checks, where: met = false}
sections:
  main:
    label: 一
    kind: deduction
    %s
    clause: C1
    criteria:
      late: {label: 迟报项, points: 9, method: per item, deduct: [{of: late, each: 2}]}
      poor: {label: 检查项, points: 9, method: per item, deduct: [{of: poor, each: 3}]}
grades:
  all: {label: 全部, from: 0}
"""


def test_quarters_and_half_years_are_those_of_the_calendar():
    frame = Frame(date(2024, 9, 10), date(2025, 8, 31), date(2025, 4, 20))
    quarters = BY_KEY["quarterly"].frames(frame)
    assert [(p.start, p.end, p.as_of) for p in quarters] == [
        (date(2024, 9, 10), date(2024, 9, 30), date(2024, 9, 30)),
        (date(2024, 10, 1), date(2024, 12, 31), date(2024, 12, 31)),
        (date(2025, 1, 1), date(2025, 3, 31), date(2025, 3, 31)),
        (date(2025, 4, 1), date(2025, 6, 30), date(2025, 4, 20)),
    ]
    halves = BY_KEY["half_yearly"].frames(frame)
    assert [(p.start, p.end) for p in halves] == [
        (date(2024, 9, 10), date(2024, 12, 31)),
        (date(2025, 1, 1), date(2025, 6, 30)),
    ]
    assert [BY_KEY["quarterly"].id_of(p.start) for p in quarters] == [
        "q2024_03", "q2024_04", "q2025_01", "q2025_02",
    ]  # fmt: skip
    assert BY_KEY["quarterly"].label_of(date(2024, 9, 10)) == "2024-07–09"


@pytest.mark.parametrize(
    ("keys", "period", "code", "where"),
    [
        ("monthly: sum\n    quarterly: sum", "2025-12-31", "bad-section", "quarterly: sum"),
        ("each_cap: 3", "2025-12-31", "bad-section", "each_cap"),
        ("quarterly: sum", "2025-11-30", "odd-months", "quarterly"),
        ("half_yearly: average", "2025-09-30", "odd-months", "half_yearly"),
        ("monthly: sum\n    each_floor: -2\n    each_cap: -3", "2025-12-31", "empty-range",
         "each_floor"),
    ],
)  # fmt: skip
def test_a_fault_has_its_line(keys, period, code, where, tmp_path):
    text = (RULESET % keys).replace("2025-12-31", period)
    folder = lay_ruleset(tmp_path, text)
    findings = [f for f in load_ruleset(folder, registry()).findings if f.code == code]
    assert len(findings) == 1
    line = (folder / "ruleset.yaml").read_text("utf-8").splitlines()[findings[0].place.line - 1]
    assert where.split(":")[0] in line


def test_the_finding_of_a_cut_quarter_is_said_in_chinese(tmp_path):
    text = (RULESET % "quarterly: sum").replace("2025-12-31", "2025-11-30")
    findings = load_ruleset(lay_ruleset(tmp_path, text), registry()).findings
    with speaking("zh"):
        assert "按季度考核，考核期却不是整季度" in "".join(str(f.message) for f in findings)
