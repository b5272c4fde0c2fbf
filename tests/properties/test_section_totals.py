"""A section that begins from a base, with lines that add and take: as sums of fractions say."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference import half_up
from town import TYPES

from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.model.dataset import Dataset, TableData
from rules_engine.plugin_manager import registry
from rules_engine.run.assess import read_results
from rules_engine.run.compute import Workplace, compute
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

RULESET = """
ruleset: mixed
title: 例
edition: "1"
effective: {{from: 2020-01-01}}
period: {{from: 2025-01-01, to: 2025-12-31}}
scale: {scale}
assumed: {{scale: 例, sections: 例, grades: 例}}
tables:
  villages:
    columns:
      news: {{label: 信息, type: integer, required: true}}
      late: {{label: 迟报, type: integer, required: true}}
      tidy: {{label: 增减, type: decimal, required: true}}
      done: {{label: 完成, type: integer, required: true}}
indicators: {{}}
sections:
  main:
    label: 一
    clause: C1
    weight: {weight}
    base: {base}
    points: {points}
    floor: {floor}
    criteria:
      news: {{label: 甲项, kind: bonus, points: 100, cap: none, method: per item, add: [{{of: news, each: {each}}}]}}
      late: {{label: 乙项, kind: deduction, points: 30, method: per item, deduct: [{{of: late, each: 2.5}}]}}
      tidy: {{label: 丙项, kind: balance, points: 5, method: formula, formula: tidy}}
      done: {{label: 丁项, points: 10, method: formula, formula: 10 * done / 7}}
grades: {{all: {{label: 全部, from: 0}}}}
acknowledge: []
"""  # noqa: E501 - one line a part is easier to read
FEW = settings(
    deadline=None, database=None, max_examples=6, suppress_health_check=list(HealthCheck)
)
COUNTS = st.integers(0, 40)


@st.composite
def sections(draw):
    """Draw the figures of the section, and villages."""
    base = draw(st.sampled_from(["0", "60", "12.34"]))
    figures = {
        "base": base,
        "points": Decimal(base) + 10 + draw(st.sampled_from([0, 20, 90])),
        "floor": draw(st.sampled_from(["0", "-7.5", "10", "none"])),
        "weight": draw(st.sampled_from(["0.7", "0.25", "1"])),
        "each": draw(st.sampled_from(["1", "0.333333", "4"])),
    }
    tidy = st.integers(-90_000, 90_000).map(lambda n: Decimal(n).scaleb(-4))
    villages = draw(
        st.lists(
            st.fixed_dictionaries({"news": COUNTS, "late": COUNTS, "tidy": tidy, "done": COUNTS}),
            min_size=8,
            max_size=8,
        )
    )
    return figures, villages


def held(value, low, high):
    """Return a value within its bounds."""
    value = value if low is None else max(value, Fraction(low))
    return value if high is None else min(value, Fraction(high))


def expected(figures, villages):
    """Return the totals."""
    floor = None if figures["floor"] == "none" else figures["floor"]
    for row in villages:
        total = Fraction(figures["base"])
        total += row["news"] * Fraction(figures["each"])
        total += held(-row["late"] * Fraction("2.5"), -30, 0)
        total += held(Fraction(row["tidy"]), -5, 5)
        total += held(Fraction(10 * row["done"], 7), 0, 10)
        weighed = held(total, floor, figures["points"]) * Fraction(figures["weight"])
        yield half_up(weighed, 2)


def computed(figures, villages):
    """Return the same from the engine, and what the steps of each total add up to."""
    with tempfile.TemporaryDirectory() as name:
        folder, session = Path(name), DuckDBSession(1)
        text = RULESET.format(**figures, scale=figures["points"] * Decimal(figures["weight"]))
        loaded = load_ruleset(lay_ruleset(folder, text), registry()).or_stop()
        schema = loaded.ruleset.tables["villages"]
        rows = [
            {"village_id": f"v{n}", "name": f"村{n}", "kind": "村", **row}
            for n, row in enumerate(villages)
        ]
        columns = {
            c.name: pa.array([row.get(c.name) for row in rows], TYPES[c.type])
            for c in schema.columns
        }
        path = folder / "villages.parquet"
        pq.write_table(pa.table(columns), path)
        table = TableData(schema, path, len(rows), frozenset(columns), {})
        data = Dataset({"villages": table}, frozenset(), (), (), "sha256:0")
        results = folder / "results"
        results.mkdir()
        compute(loaded.book, data, Workplace(session, "duckdb", results))
        found = {s.id: s for s in read_results(loaded, data, results, session).villages()}
        session.close()
    ordered = [found[f"v{n}"] for n in range(len(rows))]
    return (
        [Fraction(s.score) for s in ordered],
        [sum((Fraction(step.low) for step in s.account), Fraction(0)) for s in ordered],
    )


@FEW
@given(sections())
def test_a_section_lies_between_its_floor_and_its_points_whatever_its_lines_add(drawn):
    scores, added = computed(*drawn)

    assert scores == list(expected(*drawn))
    assert added == scores
