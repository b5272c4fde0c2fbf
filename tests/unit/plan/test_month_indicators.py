"""Indicators over months: what is wrong with them, and what they charge for."""

from __future__ import annotations

import pytest

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
assumed: {scale: 例, parameters: 例, indicators: 例, sections: 例, grades: 例, standards: 例}
tables: {villages: {}, reports: {}, visits: {}}
indicators:
  late: {label: 迟报, from: reports, where: submitted_at > due_at}
  visits: {label: 走访, from: visits}
  before: {label: 上月走访, from: visits, period: preceding}
  months: {label: 月数, %s}
sections:
  main:
    label: 一
    monthly: average
    clause: C1
    criteria:
      late: {label: 迟报项, points: 80, method: %s}
  other:
    label: 二
    clause: C1
    criteria:
      other: {label: 月数项, points: 20, method: %s}
grades:
  all: {label: 全部, from: 0}
"""
PER_ITEM = "per item, deduct: [{of: late, each: 1}]"
PER_MONTH = "per item, deduct: [{of: months, each: 1}]"


@pytest.fixture
def found(tmp_path):
    """Return what is found, with the text of the line where it stands."""

    def found(months, line=PER_ITEM, user=PER_MONTH):
        folder = lay_ruleset(tmp_path, RULESET % (months, line, user))
        findings = load_ruleset(folder, registry()).findings
        lines = (folder / "ruleset.yaml").read_text("utf-8").splitlines()
        return [
            (f.code, lines[f.place.line - 1].split(":")[0].strip())
            for f in findings
            if f.code != "idle"
        ]

    return found


@pytest.mark.parametrize(
    ("months", "code"),
    [
        ("months: 一, where: 得分 低于 60", None),
        ("months: main, where: points < 60", None),
        ("months: 迟报项, where: place_from_end <= 2, run: longest", None),
        ("months: all, sum: case when 名次 = 1 then 3 else 0 end", None),
        ("months: all, where: 迟报 > 2 且 月份 介于 2 和 3", None),
        ("quarters: all, where: 迟报 > 2 且 季度 = 2", None),
        ("months: 三, where: 得分 低于 60", "unknown-name"),
        ("months: 二, where: 得分 低于 60", "not-by-month"),
        ("quarters: 一, where: 得分 低于 60", "not-by-month"),
        ("months: 一, quarters: all, where: 得分 低于 60", "bad-indicator"),
        ("months: 一, from: reports", "bad-indicator"),
        ("months: 一, max: points, run: longest", "bad-indicator"),
        ("months: 一, period: previous, where: 得分 低于 60", "bad-indicator"),
        ("months: 一, latest: points", "bad-indicator"),
        ("months: 一, sum: points / 3", "inexact-measure"),
        ("months: 一, where: 月份 = 9", "never-true"),
        ("quarters: all, where: 迟报 > 2 且 季度 = 3", "never-true"),
        ("months: 一, where: 得分 超过 80 且 得分 低于 70", "never-true"),
        ("quarters: all, where: 得分 低于 60", "unknown-name"),
        ("months: 一, where: 月数 > 1", "unknown-name"),
    ],
)
def test_what_is_wrong_has_its_line(months, code, found):
    codes = [one for one in found(months) if one[0] != "by-default"]
    assert codes == ([] if code is None else [(code, "months")])


def test_a_line_that_the_months_count_cannot_go_by_them(found):
    assert found("months: all, where: 得分 低于 60", PER_MONTH, PER_ITEM) == [("cycle", "late")]


def test_a_line_by_months_cannot_go_by_other_months(found):
    assert found("quarters: all, where: 迟报 > 2", PER_MONTH, PER_ITEM) == [
        ("months-in-months", "late")
    ]


@pytest.mark.parametrize(
    ("months", "line"),
    [
        ("months: all, where: 走访 > 上月走访", PER_ITEM),
        ("months: all, where: 走访 >= 3, run: longest", PER_ITEM),
        ("months: all, sum: 走访", PER_ITEM),
    ],
)
def test_months_with_more_visits_are_a_charge_for_visits(months, line, found):
    assert ("rights-lawful-petition", "months") in found(months, line)


def test_what_the_line_is_charged_with_is_not_charged_again(found):
    line = "per item, deduct: [{of: visits, each: 1}]"
    codes = found("months: 一, where: 得分 低于 60", line)
    assert ("rights-lawful-petition", "late") in codes
    assert ("rights-lawful-petition", "months") not in codes


def test_months_by_what_is_late_charge_for_no_petition(found):
    assert found("months: 一, where: 得分 低于 60") == []


def test_a_period_that_cuts_a_quarter_is_told(tmp_path):
    text = RULESET % ("quarters: all, where: 迟报 > 2", PER_ITEM, PER_MONTH)
    folder = lay_ruleset(tmp_path, text.replace("2025-06-30", "2025-05-31"))
    (cut,) = [f for f in load_ruleset(folder, registry()).findings if f.code == "odd-months"]
    line = (folder / "ruleset.yaml").read_text("utf-8").splitlines()[cut.place.line - 1]
    assert line.strip().startswith("months:")
    assert cut.severity == "warning"


def test_others_are_not_compared_by_single_months(tmp_path):
    text = (RULESET % ("months: 一, where: 得分 低于 60", PER_ITEM, PER_MONTH)).replace(
        "  months: {", "  mean: {label: 平均月数, peers: {of: months, take: mean}}\n  months: {"
    )
    findings = load_ruleset(lay_ruleset(tmp_path, text), registry()).findings
    assert "months-in-months" in {f.code for f in findings}
