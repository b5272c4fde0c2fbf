"""Steps and escalation give what a model with exact fractions says, in any order of records."""

from __future__ import annotations

import random
import tempfile
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from reference import half_up
from tiny import TYPES

from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.model.dataset import Dataset, TableData
from rules_engine.plugin_manager import registry
from rules_engine.run.assess import digest_of, read_results
from rules_engine.run.compute import Workplace, compute
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

RULESET = """
ruleset: growing
title: 例
edition: "1"
effective: {{from: 2020-01-01}}
period: {{from: 2025-01-01, to: 2025-03-31}}
scale: {scale}
assumed: {{scale: 例, indicators: 例, sections: 例, grades: 例}}
tables:
  villages: {{columns: {{owed: {{label: 欠费, type: decimal, required: true}}}}}}
  events:
    label: 事件
    period: happened
    columns:
      event_id: {{label: 编号, required: true}}
      village_id: {{label: 村, refers: villages, required: true}}
      happened: {{label: 日期, type: date, required: true}}
      grave: {{label: 严重, type: boolean, required: true}}
      again: {{label: 再犯, type: boolean, required: true}}
      people: {{label: 人数, type: integer, required: true}}
      fixed: {{label: 整改, type: boolean, required: true}}
indicators:
  events: {{label: 事件数, from: events, where: people > 0}}
sections:
  year:
    label: 一
    clause: C1
    criteria:
      owed: {{label: 欠费, points: 10, floor: none, method: per item, deduct: [{{of: owed, each: 1.5, per: 7, begun: {begun}}}]}}
      many: {{label: 件数, points: 10, floor: none, method: per item, deduct: [{{of: events, {growth}}}]}}
      classes: {{label: 分类, points: 10, floor: none, method: per item by class, from: events, counted: {counted}, times: [{{when: again, by: 1.5}}], classes: [{{when: grave, {growth}, per: people, step: 3, begun: {begun}}}, {{when: people > 1, each: 0.25}}], put_right: {{when: fixed}}}}
      alone: {{label: 单计, points: 10, floor: none, method: per item by class, from: events, classes: [{{when: people > 5, each: 0.25}}, {{when: grave, {growth}}}]}}
  months:
    label: 二
    monthly: sum
    clause: C1
    criteria:
      month: {{label: 每月, points: 10, floor: none, method: per item by class, from: events, counted: all together, classes: [{{when: grave, {growth}}}, {{when: not grave, each: 0.5, then: [0.75]}}]}}
grades: {{all: {{label: 全部, from: 0}}}}
"""  # noqa: E501 - one line a criterion is easier to read
BEGUN = {"proportion": lambda x: x, "whole": ceil, "full": floor}
GROWTH = {
    "each: 1, then: [2, 3.5]": lambda n: [Fraction(1), Fraction(2), Fraction(7, 2)][min(n, 3) - 1],
    "each: 2, then: [0.5]": lambda n: Fraction(2) if n == 1 else Fraction(1, 2),
    "each: 0.5, repeated: 2": lambda n: Fraction(2) ** (n - 2),
    "each: 1, repeated: 3, up_to: 7": lambda n: min(Fraction(3) ** (n - 1), Fraction(7)),
    "each: 1.25": lambda n: Fraction(5, 4),
}
FEW = settings(
    deadline=None, database=None, max_examples=4, suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
)  # fmt: skip


@st.composite
def events(draw):
    """Draw what happened, in the order of days and keys of one digit."""
    return [
        {
            "event_id": f"e{n}",
            "village_id": f"v{draw(st.integers(0, 1))}",
            "happened": date(2025, 1, 1) + timedelta(days=draw(st.integers(0, 89))),
            "grave": draw(st.booleans()),
            "again": draw(st.booleans()),
            "people": draw(st.integers(0, 9)),
            "fixed": draw(st.booleans()),
        }
        for n in range(draw(st.integers(0, 14)))
    ]


def in_order(rows):
    return sorted(rows, key=lambda r: (r["happened"], len(r["event_id"]), r["event_id"]))


def of_classes(rows, grown, cut, *, together):
    """Return what events cost by class, factor, people and which one they are."""
    counts, total = {}, Fraction(0)
    for row in in_order(rows):
        place = 0 if row["grave"] else 1 if row["people"] > 1 else None
        if place is None:
            continue
        nth = counts[together or place] = counts.get(together or place, 0) + 1
        points = Fraction(1, 4)
        if place == 0:
            points = grown(nth) * cut(Fraction(row["people"], 3))
        total += points * (Fraction(3, 2) if row["again"] else 1)
    return total


def of_month(rows, grown):
    rows = in_order(rows)
    grave = [grown(n) for n, row in enumerate(rows, 1) if row["grave"]]
    other = [Fraction(1, 2) if n == 1 else Fraction(3, 4)
             for n, row in enumerate(rows, 1) if not row["grave"]]  # fmt: skip
    return sum(grave + other, Fraction(0))


def expected(rows, owed, growth, begun, *, together):
    """Return the points of each line of a village."""
    grown, cut = GROWTH[growth], BEGUN[begun]
    count = sum(row["people"] > 0 for row in rows)
    light = sum(row["people"] > 5 for row in rows)
    grave = sum(row["grave"] and row["people"] <= 5 for row in rows)
    left = [row for row in rows if not row["fixed"]]
    both = [of_classes(some, grown, cut, together=together) for some in (rows, left)]
    lost = {
        "owed": Fraction(3, 2) * cut(max(owed, Fraction(0)) / 7),
        "many": sum((grown(n) for n in range(1, count + 1)), Fraction(0)),
        "classes": min(both),  # nothing is taken because something was put right
        "alone": Fraction(light, 4) + sum((grown(n) for n in range(1, grave + 1)), Fraction(0)),
        "month": sum(
            (of_month([r for r in rows if r["happened"].month == m], grown) for m in (1, 2, 3)),
            Fraction(0),
        ),
    }
    return {name: (30 if name == "month" else 10) - points for name, points in lost.items()}


def assessed(folder, rows, owed, figures):
    """Return the digest of a run, and the exact points of each line by village."""
    rules = lay_ruleset(folder / "rules", RULESET.format(scale=70, **figures))
    checked = load_ruleset(rules, registry()).or_stop()
    villages = [{"village_id": f"v{n}", "name": f"村{n}", "kind": "村", "owed": Decimal(o)}
                for n, o in enumerate(owed)]  # fmt: skip
    tables = {}
    for name, data in (("villages", villages), ("events", rows)):
        schema = checked.ruleset.tables[name]
        columns = {c.name: pa.array([r.get(c.name) for r in data], TYPES[c.type])
                   for c in schema.columns}  # fmt: skip
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
        tables[name] = TableData(schema, folder / f"{name}.parquet", len(data), frozenset(columns))
    dataset = Dataset(tables, frozenset(), (), (), "")
    session = DuckDBSession(1)
    results = folder / "results"
    results.mkdir(exist_ok=True)
    try:
        compute(checked.book, dataset, Workplace(session, "duckdb", results))
        reader = read_results(checked, dataset, results, session)
        subjects = {s.id: s for s in reader.villages()}
        return digest_of(reader, results), subjects
    finally:
        session.close()


@FEW
@given(
    events(),
    st.tuples(st.integers(-20, 60), st.integers(0, 21)),
    st.sampled_from(sorted(GROWTH)),
    st.sampled_from(sorted(BEGUN)),
    st.booleans(),
    st.randoms(),
)
def test_points_are_those_of_exact_fractions(rows, owed, growth, begun, together, dice):
    counted = "all together" if together and growth != "each: 1.25" else "per class"
    figures = {"begun": begun, "growth": growth, "counted": counted}
    with tempfile.TemporaryDirectory() as name:
        digest, subjects = assessed(Path(name), rows, owed, figures)
        shuffled = random.Random(dice.random()).sample(rows, len(rows))
        again, _ = assessed(Path(name), shuffled, owed, figures)
    assert again == digest, "the order in which records come changes nothing"
    for n, subject in subjects.items():
        own = [row for row in rows if row["village_id"] == n]
        wanted = expected(own, Fraction(owed[int(n[1])]), growth, begun,
                          together=counted == "all together")  # fmt: skip
        for line in subject.lines:
            assert Fraction(line.points) == half_up(wanted[line.criterion], 4), line.criterion
            assert line.worked
        assert Fraction(subject.score) == half_up(sum(wanted.values(), Fraction(0)), 2)
