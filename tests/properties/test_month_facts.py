"""What a year uses of its months is what a small model in fractions says, in any order."""

from __future__ import annotations

import random
from calendar import monthrange
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_engine.scenarios.context import World
from rules_engine.scenarios.example import lay_ruleset

RULESET = """
ruleset: facts
title: 例
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 100
base: 10
assumed: {scale: 例, base: 例, indicators: 例, sections: 例, grades: 例}
tables: {villages: {}, reports: {}, checks: {}}
subjects: {group: kind}
indicators:
  late: {label: 迟报, from: reports, where: submitted_at > due_at}
  before: {label: 上月迟报, from: reports, where: submitted_at > due_at, period: preceding}
  good: {label: 检查合格率, from: checks, rate: {of: met}}
  low: {label: 低分月数, PARTS: 一, where: 得分 低于 20}
  run: {label: 末位最长, PARTS: all, where: 倒数名次 不超过 2, run: longest}
  tail: {label: 末尾连续, PARTS: 一, where: 得分 低于 30, run: last}
  best: {label: 最好, PARTS: rated, max: points}
  worst: {label: 最差, PARTS: 一, min: points, where: number >= 2}
  prizes: {label: 奖, PARTS: all, sum: case when 名次 = 1 then 3 when 名次 = 2 then 1.5 else 0 end}
  more: {label: 更多, PARTS: all, where: late > before}
sections:
  main:
    label: 一
    KEY: average
    points: 40
    weight: 50%
    clause: C1
    each_floor: 5
    criteria:
      late: {label: 迟报项, points: 25, floor: -10, method: per item, deduct: [{of: late, each: 7}]}
      rated: {label: 合格项, points: 15, method: proportion, of: good, not_applicable: 3}
  rest:
    label: 二
    points: 70
    clause: C1
    criteria:
      rest: {label: 其余, points: 70, floor: -100000, cap: none, method: formula, formula: "1000 * low + 100 * run + 10 * tail + more + prizes / 100"}
  extra:
    label: 三
    kind: bonus
    clause: C1
    criteria:
      best: {label: 最好项, points: 100, method: formula, formula: best}
      worst: {label: 最差项, points: 100, method: formula, formula: worst}
grades:
  all: {label: 全部, from: -100000}
"""  # noqa: E501 - one line a criterion is easier to read
PARTS = {"monthly": ("months", 1, "月份"), "quarterly": ("quarters", 3, "季度")}
NAMES = ["甲", "乙", "丙", "丁"]
KINDS = {"甲": "村", "乙": "村", "丙": "村", "丁": "社区"}
RECORDS = st.lists(
    st.tuples(
        st.sampled_from(NAMES), st.integers(1, 12), st.integers(1, 28),
        st.sampled_from(["late", "late", "met", "missed"]),
    ),
    max_size=50,
)  # fmt: skip


def lay(folder, key):
    parts, _, number = PARTS[key]
    text = RULESET.replace("PARTS", parts).replace("KEY", key).replace("number", number)
    return lay_ruleset(folder, text)


def assessed(folder, records, period=None):
    """Return the subjects by name."""
    world = World(folder, period=period)
    world.give("villages", [["name", "kind"], *([n, KINDS[n]] for n in NAMES)])
    late = [[n, f"2025-{m:02}-{d:02} 09:00", f"2025-{m:02}-{d:02} 10:00"]
            for n, m, d, kind in records if kind == "late"]  # fmt: skip
    checks = [[n, f"2025-{m:02}-{d:02}", {"met": "是", "missed": "否", "open": ""}[kind]]
              for n, m, d, kind in records if kind != "late"]  # fmt: skip
    world.give("reports", [["village_id", "due_at", "submitted_at"], *late])
    world.give("checks", [["village_id", "checked_on", "met"], *checks])
    world.assess()
    subjects = {name: world.subject(name) for name in NAMES}
    world.close()
    return subjects


def model(records, months):
    """Return what the lines that go by months give, by name: in fractions, month by month."""
    parts = range(12 // months)

    def count(name, part, kind):
        return sum(n == name and (m - 1) // months == part and k == kind for n, m, _, k in records)

    late = {(n, p): count(n, p, "late") for n in NAMES for p in range(-1, 12 // months)}
    rated, main = {}, {}
    for name in NAMES:
        for part in parts:
            met, missed = count(name, part, "met"), count(name, part, "missed")
            rated[name, part] = Fraction(15 * met, met + missed) if met + missed else None
            points = max(-10, 25 - 7 * late[name, part])
            points += 3 if rated[name, part] is None else rated[name, part]
            main[name, part] = max(Fraction(points), Fraction(5))
    results = {}
    for name in NAMES:
        group = [n for n in NAMES if KINDS[n] == KINDS[name]]
        own = [main[name, p] for p in parts]
        ahead = [1 + sum(main[n, p] > main[name, p] for n in group) for p in parts]
        after = [1 + sum(main[n, p] < main[name, p] for n in group) for p in parts]
        known = [rated[name, p] for p in parts if rated[name, p] is not None]
        runs = [longest([place <= 2 for place in after]), tail([p < 30 for p in own])]
        prizes = sum((Fraction({1: 3, 2: "1.5"}.get(place, 0)) for place in ahead), Fraction(0))
        more = sum(late[name, p] > late[name, p - 1] for p in parts)
        low = sum(p < 20 for p in own)
        rest = 1000 * low + 100 * runs[0] + 10 * runs[1] + more + prizes / 100
        results[name] = rest, max(known, default=None), min(own[1:])
    return results


def longest(holds):
    lengths = [0]
    for one in holds:
        lengths.append(lengths[-1] + 1 if one else 0)
    return max(lengths)


def tail(holds):
    lengths = [0]
    for one in holds:
        lengths.append(lengths[-1] + 1 if one else 0)
    return lengths[-1]


@settings(max_examples=5, deadline=None)
@given(records=RECORDS, key=st.sampled_from(sorted(PARTS)))
def test_months_come_to_what_the_model_says(records, key, tmp_path_factory):
    folder = lay(tmp_path_factory.mktemp("rules"), key)
    wanted = model(records, PARTS[key][1])
    for rows in (records, random.Random(1).sample(records, len(records))):
        subjects = assessed(folder, rows)
        for name, (rest, best, worst) in wanted.items():
            lines = {line.criterion: line for line in subjects[name].lines}
            assert Fraction(lines["rest"].points) == rest
            assert abs(Fraction(lines["worst"].points) - worst) <= Fraction(1, 20_000)
            if best is None:
                assert lines["best"].outcome == "not_assessable"
            else:
                assert abs(Fraction(lines["best"].points) - best) <= Fraction(1, 20_000)


def test_the_months_of_a_year_are_those_of_single_runs(tmp_path):
    dice = random.Random(5)
    kinds = ["late", "met", "missed"]
    records = [
        (dice.choice(NAMES), dice.randint(1, 12), dice.randint(1, 28), dice.choice(kinds))
        for _ in range(90)
    ]
    folder = lay(tmp_path, "monthly")
    year = assessed(folder, records)
    for month in (1, 7, 12):
        period = date(2025, month, 1), date(2025, month, monthrange(2025, month)[1])
        single = assessed(folder, records, period)
        for name in NAMES:
            own = {line.criterion: line for line in single[name].lines}
            for line in year[name].lines:
                if line.months:
                    part = line.months[month - 1]
                    assert (part.outcome, part.points) == (
                        own[line.criterion].outcome, own[line.criterion].points
                    )  # fmt: skip


@pytest.mark.parametrize("month", [1, 12])
def test_a_month_that_is_unknown_leaves_the_year_open(month, tmp_path):
    folder = lay(tmp_path, "monthly")
    records = [("甲", month, 3, "open"), ("乙", 2, 3, "late")]
    subjects = assessed(folder, records)
    lines = {n: {x.criterion: x for x in subjects[n].lines} for n in NAMES}
    assert lines["甲"]["rest"].outcome == "not_assessable"
    known = "scored" if month == 1 else "not_assessable"  # which looks at February to December
    assert lines["甲"]["worst"].outcome == known
    assert subjects["甲"].low < subjects["甲"].high
    assert lines["乙"]["rest"].outcome == "not_assessable", "its place in that month is unknown"
    assert lines["丁"]["rest"].outcome == "scored", "another group"
    assert "低分月数" in lines["甲"]["rest"].reason
