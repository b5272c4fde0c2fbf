"""Formulas are written as people read them, in words and with their values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from conditions_lab import SYMBOLS, compiled

from rules_engine.compiler.render import Renderer, figure

NAMES = {name: symbol for symbol in SYMBOLS for name in (symbol.name, symbol.label)}
VALUES = {"people": Decimal(7), "score": Decimal("92.50"), "rate": Decimal("0.333333")}


def _written(text, values=None):
    result, findings = compiled(text, "number")
    assert result is not None, [str(f.message) for f in findings]
    return Renderer(NAMES, values).write(result.tree)


@pytest.mark.parametrize(
    ("text", "words", "worked"),
    [
        ("10 - 1.5 * people", "10 − 1.5 × 人数", "10 − 1.5 × 7"),
        ("人数 / 2", "人数 ÷ 2", "7 ÷ 2"),
        ("20 * rate", "20 × 办结率", "20 × 33.3333%"),
        ("(90% - rate) / 1%", "(90% − 办结率) ÷ 1%", "(90% − 33.3333%) ÷ 1%"),
        ("-score", "−评分", "−92.5"),
        ("least(20, 2 * people)", "min(20, 2 × 人数)", "min(20, 2 × 7)"),
        ("greatest(people, 0)", "max(人数, 0)", "max(7, 0)"),
        ("ceil(people / 2)", "⌈人数 ÷ 2⌉", "⌈7 ÷ 2⌉"),
        ("floor(score)", "⌊评分⌋", "⌊92.5⌋"),
        (
            "case when people > 3 and rate >= 90% then 5 else 0 end",
            "[人数 > 3 and 办结率 ≥ 90%: 5; otherwise: 0]",
            "[7 > 3 and 33.3333% ≥ 90%: 5; otherwise: 0]",
        ),
        (
            "case when not (people <= 3) or rate <> 1 then 5 else people end",
            "[not (人数 ≤ 3) or 办结率 ≠ 1: 5; otherwise: 人数]",
            "[not (7 ≤ 3) or 33.3333% ≠ 1: 5; otherwise: 7]",
        ),
        (
            "case when level in ('县', '京') then 1 else 0 end",
            "[层级 ∈ (“县”, “京”): 1; otherwise: 0]",
            "[层级 ∈ (“县”, “京”): 1; otherwise: 0]",
        ),
        (
            "case when people between 1 and 3 then 1 else 0 end",
            "[1 ≤ 人数 ≤ 3: 1; otherwise: 0]",
            "[1 ≤ 7 ≤ 3: 1; otherwise: 0]",
        ),
        (
            "case when place is null or place not like '东%' then 1 else 0 end",
            "[地点 is empty or not 地点 is like “东%”: 1; otherwise: 0]",
            "[地点 is empty or not 地点 is like “东%”: 1; otherwise: 0]",
        ),
    ],
)
def test_formulas(text, words, worked):
    assert _written(text) == words
    assert _written(text, VALUES) == worked


@pytest.mark.parametrize(
    ("value", "rate", "text"),
    [
        (Decimal("10"), False, "10"),
        (Decimal("100"), False, "100"),
        (Decimal("1.50"), False, "1.5"),
        (Decimal("-0.5"), False, "−0.5"),
        (Decimal("1E+3"), False, "1000"),
        (Decimal("0.9"), True, "90%"),
        (Decimal("0.888889"), True, "88.8889%"),
        (Decimal("1"), True, "100%"),
        (None, False, "—"),
        (None, True, "—"),
        (date(2025, 3, 1), False, "2025-03-01"),
    ],
)
def test_figures(value, rate, text):
    assert figure(value, rate=rate) == text


def test_a_name_without_a_value_keeps_its_label():
    assert _written("people + score", {"people": None}) == "— + 评分"
