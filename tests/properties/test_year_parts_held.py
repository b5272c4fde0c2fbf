"""Months, quarters and half-years that are held by themselves add up exactly."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from rules_engine.scenarios.context import World
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
  poor: {label: 不达标, from: checks, where: not met}
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
  all: {label: 全部, from: -1000}
"""
SPANS = {"monthly": 1, "quarterly": 3, "half_yearly": 6}
RECORDS = st.lists(st.tuples(st.integers(0, 364), st.sampled_from(["late", "poor"])), max_size=40)


def score(folder, records):
    """Return the score of the one village there is."""
    world = World(folder)
    world.give("villages", [["name"], ["甲村"]])
    days = [((date(2025, 1, 1) + timedelta(days=day)).isoformat(), kind) for day, kind in records]
    late = [["甲村", f"{day} 09:00", f"{day} 10:00"] for day, kind in days if kind == "late"]
    poor = [["甲村", day, "否"] for day, kind in days if kind == "poor"]
    world.give("reports", [["village_id", "due_at", "submitted_at"], *late])
    world.give("checks", [["village_id", "checked_on", "met"], *poor])
    world.assess()
    result = world.subject("甲村")
    world.close()
    return result


def month_of(day):
    return (date(2025, 1, 1) + timedelta(days=day)).month


def model(records, months, adding, floor, cap):
    """Return the score as the paper has it, part by part."""
    parts = []
    for first in range(1, 13, months):
        own = [kind for day, kind in records
               if 0 <= month_of(day) - first < months]  # fmt: skip
        points = max(-9, -2 * own.count("late")) + max(-9, -3 * own.count("poor"))
        parts.append(min(max(points, floor), cap))
    return 100 + Fraction(sum(parts), 1 if adding == "sum" else len(parts))


@settings(max_examples=6, deadline=None)
@given(
    records=RECORDS,
    key=st.sampled_from(sorted(SPANS)),
    adding=st.sampled_from(["sum", "average"]),
    floor=st.integers(-12, -1),
    above=st.integers(0, 8),
)
def test_held_parts_add_up(records, key, adding, floor, above, tmp_path_factory):
    cap = min(0, floor + above)
    keys = f"{key}: {adding}\n    each_floor: {floor}\n    each_cap: {cap}"
    folder = lay_ruleset(tmp_path_factory.mktemp("rules"), RULESET % keys)
    exact = model(records, SPANS[key], adding, floor, cap)
    wanted = Decimal(exact.numerator) / exact.denominator
    for rows in (records, random.Random(1).sample(records, len(records))):
        result = score(folder, rows)
        assert result.score == wanted.quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert sum(step.low for step in result.account) == result.score
