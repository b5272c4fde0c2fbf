"""An indicator gives the same whatever its id is: also one that ends like a column of the plan."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules_engine.messages import speaking
from rules_engine.scenarios.context import World
from rules_engine.scenarios.example import lay_ruleset

RULES = """\
ruleset: named
title: 例
edition: "1"
effective: {{from: 2020-01-01}}
period: {{from: 2025-01-01, to: 2025-12-31}}
scale: 100
assumed: {{scale: 例, indicators: 例, sections: 例, grades: 例}}
tables: {{villages: {{}}, visits: {{}}}}
indicators:
  {id}: {{label: 数, from: visits, {measure}}}
sections:
  all:
    label: 全部
    points: 100
    clause: C1
    criteria:
      line: {{label: 线, points: 100, method: formula, formula: {id}}}
grades:
  all: {{label: 全部, from: 0}}
"""
VISITS = [
    ["走访编号", "村", "走访日期", "层级", "人数", "非正常"],
    ["v1", "甲村", "2025-01-02", "县", "3", "是"],
    ["v2", "甲村", "2025-01-03", "县", "", ""],
]


@pytest.mark.parametrize("name", ["irregular", "n", "over_n", "exact"])
@pytest.mark.parametrize("measure", ["where: irregular", "sum: people", "max: people"])
def test_what_is_not_known_is_not_counted_whatever_the_id(tmp_path, name, measure):
    with speaking("zh"):
        world = World(lay_ruleset(tmp_path, RULES.format(id=name, measure=measure)))
        world.give("villages", [["村名"], ["甲村"]])
        world.give("visits", VISITS)
        world.assess()
        assert not world.stopped, world.why_stopped()
        subject = world.subject("甲村")
    world.close()
    assert (subject.low, subject.high) == (Decimal(0), Decimal(100))
    assert subject.lines[0].outcome == "not_assessable"
