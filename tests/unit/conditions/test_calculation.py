"""Formulas and conditions are told step by step, as one would work them out on paper."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from conditions_lab import SYMBOLS, compiled

from rules_engine.conditions.working import FormulaWorking
from rules_engine.messages import speaking

NAMES = {name: symbol for symbol in SYMBOLS for name in (symbol.name, symbol.label)}
VALUES = {
    "people": Decimal(7),
    "score": Decimal("92.5"),
    "rate": Decimal("0.333333"),
    "level": "县",
    "place": None,
}


def _described(text, raw, values=VALUES):
    result, findings = compiled(text, "number")
    assert result is not None, [str(f.message) for f in findings]
    with speaking("zh"):
        return FormulaWorking(NAMES, values).formula(result.tree, int(Decimal(raw) * 10_000))


@pytest.mark.parametrize(
    ("text", "raw", "steps"),
    [
        ("10 - 1.5 * people", "-0.5", ["10 − 1.5 × 人数7 = −0.5"]),
        ("score", "92.5", ["评分92.5"]),
        ("12", "12", []),
        ("10 * (people - 3)", "40", ["人数7 − 3 = 4", "10 × 4 = 40"]),
        ("10 - (people - 3)", "6", ["人数7 − 3 = 4", "10 − 4 = 6"]),
        ("(10 - people) - 3", "0", ["10 − 人数7 − 3 = 0"]),
        ("(90% - rate) / 1%", "56.6667", ["90% − 办结率33.33% = 56.67%，即56.6667个百分点"]),
        ("50% * 0.2 * (90% - rate) / 1%", "5.6667",
         ["90% − 办结率33.33% = 56.67%，即56.6667个百分点", "50% × 0.2 × 56.6667 = 5.6667"]),
        ("5 * (people - 6) / score / 1%", "5.4054",
         ["人数7 − 6 = 1", "5 × 1 ÷ 评分92.5 = 0.0541，即5.4054个百分点"]),
        ("least(10, 2 * people)", "10",
         ["2 × 人数7 = 14，超过10，按10计"]),
        ("least(20, 2 * people)", "14", ["2 × 人数7 = 14"]),
        ("greatest(people - 9, 0)", "0", ["人数7 − 9 = −2，小于0，按0计"]),
        ("least(people, score)", "7", ["人数7、评分92.5中最小的是7"]),
        ("ceil(people / 2)", "4", ["人数7 ÷ 2 = 3.5，不足1的按1计，为4"]),
        ("floor(score)", "92", ["评分92.5，不足1的不计，为92"]),
        ("round(people / 2)", "4", ["人数7 ÷ 2 = 3.5，四舍五入为4"]),
        ("case when people > 3 and rate >= 90% then 5 else 0 end", "0",
         ["办结率33.33%，小于90%"]),
        ("case when people > 3 or rate >= 90% then 5 else 0 end", "5", ["人数7，大于3"]),
        ("case when not (people > 3 or rate = 1) then 5 else people end", "7",
         ["人数7，大于3", "人数7"]),
        ("case when level in ('县', '京') then 1 else 0 end", "1", ["层级为“县”"]),
        ("case when people between 1 and 3 then 1 else 0 end", "0", ["人数7，大于3"]),
        ("2 * case when people > 3 then 5 else 0 end", "10", ["人数7，大于3，计5", "2 × 5 = 10"]),
        ("months('2025-01-31', '2025-03-01')", "2",
         ["从2025年1月31日到2025年3月1日，2个月（不足一个月的按一个月计）"]),
        ("days('2025-01-31', '2025-03-01')", "29", ["从2025年1月31日到2025年3月1日，29天"]),
    ],
)  # fmt: skip
def test_a_formula_is_told_in_flat_steps(text, raw, steps):
    assert _described(text, raw) == steps


def test_nothing_is_told_that_would_not_arrive_at_the_points():
    assert _described("10 - people", "3.0001") is None
    assert _described("10 - people", "3", {"people": None}) is None


@pytest.mark.parametrize(
    ("text", "truth", "told"),
    [
        ("people >= 7", True, "人数7，不小于7"),
        ("people >= 8 or rate > 90%", False, "人数7，小于8，且办结率33.33%，不大于90%"),
        ("people = 7", True, "人数7"),
        ("people >= 7", False, ""),  # the plan says otherwise
    ],
)
def test_why_a_condition_holds_or_does_not(text, truth, told):
    result, _ = compiled(text, "boolean")
    with speaking("zh"):
        assert FormulaWorking(NAMES, VALUES).facts(result.tree, truth=truth) == told


def test_a_day_is_compared_as_days_are():
    result, _ = compiled("received_on <= '2025-03-31'", "boolean")
    with speaking("zh"):
        told = FormulaWorking(NAMES, {"received_on": date(2025, 3, 1)}).facts(
            result.tree, truth=True
        )
    assert told == "登记日期2025年3月1日，不晚于2025年3月31日"
