"""What others have, as a measure, is exact: as a small model with fractions says."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest
import sqlite_engine
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from reference import half_up

from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.builder import DataProfile
from rules_engine.plan.scoring import score_plan
from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

OF = {
    "score": lambda row: row["score"],
    "score / 3": lambda row: row["score"] and row["score"] / 3,
    "score / heads": lambda row: row["heads"] and row["score"] and row["score"] / row["heads"],
}
"""What is compared; nobody has a score of nothing."""
TAKEN = (
    ("score", "mean", None), ("score / 3", "mean", None), ("score", "sum", None),
    ("score / heads", "overall", None), ("score", "median", None),
    ("score / heads", "median", None), ("score", "best", None), ("score", "best", 2),
    ("score / heads", "worst", None), ("score / heads", "worst", 2),
)  # fmt: skip
"""What is compared, what is taken of it, and which place."""
OVER = (
    ("all", None, False, None), ("group", None, True, None), ("group", "listed", True, "own"),
    ("all", "listed", False, "2.5"), ("group", "score > 2", False, None),
    ("all", None, True, "own"),
)  # fmt: skip
"""Over whom, of whom it must hold, whether without itself, and what goes where there is nobody."""
REFERENCES = {
    f"r{number}": (*taking, *OVER[(number + 3 * turn) % len(OVER)])
    for turn in (0, 1)
    for number, taking in enumerate(TAKEN, len(TAKEN) * turn)
}
HEAD = """
ruleset: peers
title: 例
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 100
base: 100
assumed: {scale: 例, base: 例, indicators: 例, sections: 例, standards: 例, grades: 例}
subjects: {group: kind}
tables:
  villages:
    columns:
      score: {label: 得数, type: integer}
      heads: {label: 人数, type: integer}
      listed: {label: 列入, type: boolean}
"""


def ruleset(chosen):
    """Return the text of a ruleset with some references, each the points of a line."""
    indicators, lines, standards = [], [], []
    for name in chosen:
        of, take, nth, over, among, without_self, alone = REFERENCES[name]
        more = [f"of: {of}", f"take: {take}", f"over: {over}"]
        more += [f"nth: {nth}"] * bool(nth) + [f"among: {among}"] * bool(among)
        more += ["without_self: true"] * without_self + [f"alone: {alone}"] * bool(alone)
        indicators.append(f"  {name}: {{label: 甲{name}, peers: {{{', '.join(more)}}}}}")
        standards.append(f"  above_{name}: {{label: 高于{name}, when: {of} >= {name}}}")
        lines.append(
            f"      l{name}: {{label: 行{name}, points: 100, floor: none, cap: none, "
            f"method: formula, formula: {name}}}"
        )
    section = "sections:\n  a:\n    label: 甲\n    kind: bonus\n    clause: C1\n    criteria:\n"
    return "".join((
        HEAD, "indicators:\n", "\n".join(indicators), "\nstandards:\n", "\n".join(standards), "\n",
        section, "\n".join(lines), "\ngrades: {all: {label: 全部, from: 0}}\n",
    ))  # fmt: skip


EVERY = tuple(REFERENCES)


@cache
def book(chosen=EVERY):
    with tempfile.TemporaryDirectory() as folder:
        loaded = load_ruleset(lay_ruleset(Path(folder) / "rs", ruleset(chosen)), registry())
    return loaded.or_stop().book


def counts(among, row):
    """Return whether a subject counts; ``None`` where that cannot be told."""
    if among == "listed":
        return row["listed"]
    if among:
        return None if row["score"] is None else row["score"] > 2
    return True


def taken(take, nth, values):
    """Return what is taken of values that are known; nothing where there are too few."""
    ordered = sorted(values, reverse=take == "best")
    if len(ordered) < (nth or 1):
        return None
    if take == "median":
        return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    if take in ("best", "worst"):
        return ordered[(nth or 1) - 1]
    return sum(values) / (len(values) if take == "mean" else 1)


def expected(rows, row, reference):
    """Return what a reference is for a subject, or nothing."""
    of, take, nth, over, among, without_self, alone = reference
    same = [r for r in rows if over == "all" or r["kind"] == row["kind"]]
    others = [r for r in same if r is not row]
    counted = [r for r in (others if without_self else same) if counts(among, r) is not False]
    value = OF[of]
    stand_in = value(row) if alone == "own" else Fraction(alone) if alone else None
    if alone and not any(counts(among, r) is not False for r in others):
        return stand_in
    if any(counts(among, r) is None or value(r) is None for r in counted):
        return None
    if take == "overall" and counted:
        return sum(r["score"] for r in counted) / sum(r["heads"] for r in counted)
    found = taken(take, nth, [value(r) for r in counted])
    return stand_in if found is None else found


@st.composite
def towns(draw):
    score = st.one_of(st.none(), st.integers(1, 5), st.integers(1, 5), st.integers(1, 10**9))
    known = draw(st.booleans())
    maybe = st.integers(1, 5) if known else score
    return [
        {
            "village_id": f"v{n}", "name": f"村{n}", "kind": draw(st.sampled_from("甲甲乙")),
            "score": draw(maybe),
            "heads": draw(st.integers(1, 4) if known else st.one_of(st.none(), st.integers(1, 4))),
            "listed": draw(st.booleans() if known else st.sampled_from((True, False, None))),
        }
        for n in draw(st.permutations(range(draw(st.integers(1, 6)))))
    ]  # fmt: skip


def computed(session, rows, chosen=EVERY):
    """Return by village its row of the plan."""
    table = book(chosen).ruleset.tables["villages"]
    kinds = {"integer": pa.int64(), "boolean": pa.bool_(), "text": pa.string()}
    session.register("villages", pa.table({
        c.name: pa.array([row.get(c.name) for row in rows], kinds[c.type]) for c in table.columns
    }))  # fmt: skip
    plan = score_plan(book(chosen), SubjectKind.VILLAGE, DataProfile({}))
    dialect = "duckdb" if isinstance(session, DuckDBSession) else sqlite_engine.SQLiteExact
    found = session.query(plan.sql(dialect)).to_pylist()
    return {row["subject_id"]: row for row in found}


def as_fractions(row):
    numbers = {k: None if row[k] is None else Fraction(row[k]) for k in ("score", "heads")}
    return {**row, **numbers}


ALIKE = [
    {"village_id": f"v{n}", "name": "村", "kind": "甲", "score": 1, "heads": 3, "listed": True}
    for n in range(3)
]


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(towns())
@example(ALIKE)
def test_references_are_what_the_fractions_of_all_say(rows):
    found = computed(DuckDBSession(1), rows)
    model = [as_fractions(row) for row in rows]
    for row in model:
        plan = found[row["village_id"]]
        for name, reference in REFERENCES.items():
            value = expected(model, row, reference)
            points = plan[f"l{name}__points"] if plan[f"l{name}__outcome"] == 1 else None
            assert points == (None if value is None else half_up(value * 10**4)), reference
            own = OF[reference[0]](row)
            both = value is not None and own is not None
            assert plan[f"s__above_{name}"] == (own >= value if both else None), reference


@pytest.mark.parametrize("chosen", [EVERY[:6:2], EVERY[5:10:2], EVERY[13:17]])
def test_another_engine_and_another_order_give_the_same(chosen):
    rows = [{**row, "score": n + 1, "heads": 3 - n} for n, row in enumerate(ALIKE)]
    for known in (rows, [*rows[:2], {**rows[2], "score": None}]):
        found = computed(sqlite_engine.SQLiteSession(), known[::-1], chosen)
        assert found == computed(DuckDBSession(1), known, chosen)
