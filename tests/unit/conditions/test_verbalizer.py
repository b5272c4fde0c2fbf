"""Conditions are put into words alike, however they were written."""

from __future__ import annotations

import pytest
from conditions_lab import SYMBOLS, compiled

from rules_engine.conditions.verbalizer import Verbalizer
from rules_engine.messages import speaking

NAMES = {name: symbol for symbol in SYMBOLS for name in (symbol.name, symbol.label)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("level in ('村', '京') and irregular", "层级为“村”、“京”之一且非正常"),
        ("层级属于（“村”、“京”）且非正常", "层级为“村”、“京”之一且非正常"),
        ("非 非正常 或 人数不超过3", "不符合“非正常”或人数不超过3"),
        ("地点不为空 且 登记日期 不晚于 3月31日", "有地点且登记日期不晚于3月31日"),
        ("received_on <= date '2025-03-31'", "登记日期不晚于2025年3月31日"),
        ("登记日期 介于 2025年1月1日 和 3月31日", "登记日期不早于2025年1月1日、不晚于3月31日"),
        ("工作日(登记日期, 办结日期) <= 5", "从登记日期到办结日期的工作日数不超过5"),
        ("办结日期 晚于 工作日后(登记日期, 5)", "办结日期晚于登记日期后第5个工作日"),
        ("due_on < plus_workdays(received_on, -3)", "期限早于登记日期前第3个工作日"),
    ],
)
def test_a_condition_in_words(text, words):
    result, findings = compiled(text)
    assert result is not None, [str(f.message) for f in findings]
    with speaking("zh"):
        assert Verbalizer(NAMES).write(result.tree) == words
