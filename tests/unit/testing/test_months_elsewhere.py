"""Another engine gives what the embedded one gives of months, quarters and their places."""

from __future__ import annotations

import random

import sqlite_engine

from rules_engine.model.subjects import SubjectKind
from rules_engine.scenarios.example import lay_ruleset
from rules_engine.testing.reports import assessed

RULESET = """
ruleset: elsewhere
title: 例
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 100
assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
tables: {villages: {}, reports: {}, checks: {}}
subjects: {group: kind}
indicators:
  late: {label: 迟报, from: reports, where: submitted_at > due_at}
  good: {label: 合格率, from: checks, rate: {of: met}}
  low: {label: 低分季度, quarters: 一, where: 得分 低于 70, run: longest}
  best: {label: 最好, quarters: rated, max: points}
  prizes: {label: 奖, quarters: all, sum: case when 名次 = 1 then 1.5 else 0 end}
sections:
  main:
    label: 一
    quarterly: average
    points: 90
    weight: 60%
    clause: C1
    each_cap: 85
    criteria:
      late: {label: 迟报项, points: 75, method: per item, deduct: [{of: late, each: 7}]}
      rated: {label: 合格项, points: 15, method: proportion, of: good}
  rest:
    label: 二
    points: 46
    clause: C1
    criteria:
      low: {label: 低分, points: 20, method: per item, deduct: [{of: low, each: 5}]}
      best: {label: 最好项, points: 15, method: formula, formula: best}
      prizes: {label: 奖项, points: 11, method: formula, formula: prizes}
grades:
  all: {label: 全部, from: 0}
"""
VILLAGES = [("甲", "村"), ("乙", "村"), ("丙", "村"), ("丁", "社区")]


def write(folder, name, rows):
    text = "\n".join(",".join(row) for row in rows)
    (folder / f"{name}.csv").write_text(f"{text}\n", encoding="utf-8")


def test_sqlite_gives_the_same_digest(tmp_path):
    folder = lay_ruleset(tmp_path / "rules", RULESET)
    data = tmp_path / "data"
    data.mkdir()
    dice = random.Random(11)

    def drawn():
        return dice.choice(VILLAGES)[0], f"2025-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"

    write(data, "villages", [("village_id", "name", "kind"), *((n, n, k) for n, k in VILLAGES)])
    late = [(f"r{n}", v, "月", f"{day} 09:00", f"{day} 1{dice.choice('01')}:00")
            for n in range(40) for v, day in [drawn()]]  # fmt: skip
    write(data, "reports", [("report_id", "village_id", "kind", "due_at", "submitted_at"), *late])
    checks = [
        (f"c{n}", v, "例", dice.choice("是是否"), day) for n in range(30) for v, day in [drawn()]
    ]
    write(data, "checks", [("check_id", "village_id", "item", "met", "checked_on"), *checks])
    (sqlite,) = sqlite_engine.rules_engine_register_engines()
    digests = set()
    for number, engine in enumerate((None, sqlite)):
        place = tmp_path / str(number)
        place.mkdir()
        with assessed(folder, str(data), place, engine=engine) as run:
            digests.add(run.stored.record.digest)
            assert run.reader.count(SubjectKind.VILLAGE) == len(VILLAGES)
    assert len(digests) == 1
