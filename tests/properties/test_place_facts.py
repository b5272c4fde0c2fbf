"""Places among others are those that anybody would count, in whatever order villages come."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from town import TYPES

from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.model.dataset import Dataset, TableData
from rules_engine.plan.places import PLACES
from rules_engine.plugin_manager import registry
from rules_engine.run.compute import MemoryPlace, compute
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

RULESET = """
ruleset: places
title: 例
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 100
assumed: {scale: 例, standards: 例, places: 例, sections: 例, grades: 例}
subjects: {group: county}
tables:
  villages:
    columns:
      given: {label: 给分, type: integer, required: true}
      income: {label: 收入, type: integer, required: true}
      put_last: {label: 垫底, type: boolean, required: true}
indicators: {}
places:
  front: {label: 前位}
  front_last: {label: 前位并列取后, ties: last}
  tail: {label: 后位, counted: from the end}
  tail_last: {label: 后位并列取后, counted: from the end, ties: last}
  poorest: {label: 收入后位, of: income, best: least, over: all}
  chosen: {label: 参评名次, among: income > 2 and 总分 < 80, ties: last}
standards:
  lasted: {label: 垫底事项, when: put_last}
  asks: {label: 问, when: 前位 + 前位并列取后 + 后位 + 后位并列取后 > 0 or 收入后位 + 参评名次 > 0}
sections:
  all:
    label: 全部
    clause: C1
    criteria:
      given: {label: 甲项, points: 100, method: formula, formula: given}
grades:
  all: {label: 全部, from: 0}
consequences:
  last: {label: 排名末位, kind: veto, effect: last, when: lasted, clause: C1}
  asked: {label: 有名次, kind: status, when: asks, clause: C1}
"""


@cache
def rules():
    folder = Path(tempfile.mkdtemp(prefix="rules-engine-places-"))
    return load_ruleset(lay_ruleset(folder, RULESET), registry()).or_stop()


VILLAGES = st.lists(
    st.fixed_dictionaries(
        {
            "county": st.sampled_from(["东", "西"]),
            "given": st.sampled_from([60, 70, 80, 90]),
            "income": st.integers(0, 5),
            "put_last": st.sampled_from([False, False, True]),
        }
    ),
    min_size=1,
    max_size=8,
)


def places(villages):
    """Return the places of villages by id, as the engine finds them."""
    reviewed = rules()
    schema = reviewed.ruleset.tables["villages"]
    columns = {
        c.name: pa.array([row.get(c.name) for row in villages], TYPES[c.type])
        for c in schema.columns
    }
    data = TableData(schema, Path(), len(villages), frozenset(columns), in_memory=pa.table(columns))
    session = DuckDBSession(1)
    try:
        work = MemoryPlace(session, "duckdb")
        compute(reviewed.book, Dataset({"villages": data}, frozenset(), (), (), ""), work)
        rows = work.gave[PLACES].to_pylist()
    finally:
        session.close()
    names = reviewed.book.places
    return {row["subject_id"]: {name: row[f"p__{name}"] for name in names} for row in rows}


def counted(villages):
    """Return the same, counted one by one."""

    def place(own, others, *, last):
        ahead = sum(other > own for other in others)
        return ahead + (sum(other == own for other in others) if last else 1)

    results = {}
    for village in villages:
        group = [v for v in villages if v["county"] == village["county"]]

        def total(v):
            return (not v["put_last"], v["given"])

        def backwards(v):
            return (v["put_last"], -v["given"])

        chosen = [v for v in group if v["income"] > 2 and v["given"] < 80]
        own, from_end = total(village), backwards(village)
        totals, ends = [total(v) for v in group], [backwards(v) for v in group]
        results[village["village_id"]] = {
            "front": place(own, totals, last=False),
            "front_last": place(own, totals, last=True),
            "tail": place(from_end, ends, last=False),
            "tail_last": place(from_end, ends, last=True),
            "poorest": place(-village["income"], [-v["income"] for v in villages], last=False),
            "chosen": place(own, [total(v) for v in chosen], last=True) if village in chosen else 0,
        }
    return results


@settings(deadline=None, database=None, max_examples=15, suppress_health_check=list(HealthCheck))
@given(VILLAGES, st.randoms())
def test_places_are_those_that_one_would_count_in_any_order(drawn, dice):
    villages = [
        {"village_id": f"v{n}", "name": f"村{n}", "kind": "村", **row}
        for n, row in enumerate(drawn)
    ]
    expected = counted(villages)
    dice.shuffle(villages)
    assert places(villages) == expected
