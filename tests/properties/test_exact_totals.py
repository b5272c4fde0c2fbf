"""Totals, what cadres carry and pay are rounded once: as sums of exact fractions say."""

from __future__ import annotations

import tempfile
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, example, given, settings
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
ruleset: exact
title: 例
edition: "1"
effective: {{from: 2020-01-01}}
period: {{from: 2025-01-01, to: 2025-03-31}}
scale: {scale}
rounding: {{places: {places}}}
assumed: {{scale: 例, rounding: 例, base: 例, indicators: 例, sections: 例, grades: 例, responsibility: 例, pay: 例}}
tables:
  villages:
    columns:
      done: {{label: 完成数, type: integer, required: true}}
      due: {{label: 应办数, type: integer, required: true}}
      known: {{label: 已知分, type: decimal, required: true}}
  cadres:
    columns:
      rated: {{label: 测评分, type: decimal}}
  assignments: {{}}
  visits: {{}}
  duties: {{}}
base: {base}
indicators:
  seen: {{label: 走访, from: visits, where: people > 0}}
  absent: {{label: 缺岗, subject: cadre, from: duties, where: not present}}
  duty: {{label: 值班, subject: cadre, from: duties}}
sections:
  main:
    label: 一
    clause: C1
    weight: {first}
    criteria:
      share: {{label: 甲项, points: 100, method: formula, formula: 100 * done / due}}
  other:
    label: 二
    clause: C1
    weight: {second}
    criteria:
      known: {{label: 乙项, points: 100, method: formula, formula: known}}
  months:
    label: 三
    kind: bonus
    clause: C1
    monthly: average
    criteria:
      seen: {{label: 丙项, points: 9, method: formula, formula: seen / 7}}
  own:
    label: 四
    kind: deduction
    subject: cadre
    clause: C1
    weight: {third}
    criteria:
      absent: {{label: 丁项, points: 50, method: formula, when: duty > 0, formula: 0 - 10 * absent / duty, not_applicable: zero}}
{rated}grades: {{all: {{label: 全部, from: 0}}}}
responsibility: {{weight: {carried}, roles: {{村干部: {{share: 100%}}, 包村干部: {{share: 33.3333%}}}}}}
pay:
  village: {{label: 村奖金, subject: village, bands: [{{amount: 0.125, each: {each}, over: 10.00005}}], clause: C1, assumed: 例}}
  cadre: {{label: 奖金, bands: [{{each: {each}}}], clause: C1, assumed: 例}}
acknowledge:
  - {{code: rights-lawful-petition, at: criteria.seen, reason: 例}}
"""  # noqa: E501 - one line a part is easier to read
RATED = """  rated:
    label: 五
    subject: cadre
    clause: C1
    weight: {weight}
    criteria:
      rated: {{label: 戊项, points: {scale}, method: formula, formula: rated / 3}}
"""
CARRIED = ["1", "0.7", "0.333333"]
"""How much of a cadre's score comes from the villages; the rest is a rating of its own."""
WEIGHTS = ["0.7", "0.3", "0.6", "0.35", "0.33333", "0.123456", "1"]
SHARES = {"村干部": Fraction(1), "包村干部": Fraction(333333, 1000000)}
FEW = settings(
    deadline=None, database=None, max_examples=6, suppress_health_check=list(HealthCheck)
)


@st.composite
def towns(draw):
    """Draw figures of the ruleset, and records."""
    weight = st.sampled_from(WEIGHTS)
    figures = {
        "places": draw(st.integers(0, 4)),
        "base": draw(st.sampled_from(["0", "1.0005", "2.5"])),
        "first": draw(weight),
        "second": draw(weight),
        "third": draw(weight),
        "each": draw(st.sampled_from(["100", "33.333333", "0.000005", "12.5"])),
        "carried": draw(st.sampled_from(CARRIED)),
        "rated": [str(Decimal(draw(st.integers(0, 3_000_000))).scaleb(-4)) for _ in range(2)],
    }
    villages = [
        {
            "village_id": f"v{n}", "name": f"村{n}", "kind": "村",
            "done": draw(st.integers(0, 40)), "due": draw(st.integers(1, 40)),
            "known": Decimal(draw(st.integers(0, 1_000_000))).scaleb(-4),
        }
        for n in range(3)
    ]  # fmt: skip
    visits = [
        (f"v{draw(st.integers(0, 2))}", draw(st.integers(1, 3)))
        for _ in range(draw(st.integers(0, 9)))
    ]
    duties = [
        (f"k{draw(st.integers(0, 1))}", draw(st.booleans())) for _ in range(draw(st.integers(0, 7)))
    ]
    assigned = [
        (f"k{n}", f"v{draw(st.integers(0, 2))}", draw(st.sampled_from(sorted(SHARES))))
        for n in range(2)
    ]
    return figures, villages, visits, duties, assigned


def scale_of(figures):
    """Return what there is to gain: the base and the scored sections together."""
    return Fraction(figures["base"]) + 100 * (
        Fraction(figures["first"]) + Fraction(figures["second"])
    )


def expected(figures, villages, visits, duties, assigned):
    """Return by subject its score and what it is paid, from exact fractions."""
    part = {name: Fraction(value) for name, value in figures.items() if name != "rated"}
    found = {}
    for row in villages:
        share = min(Fraction(100 * row["done"], row["due"]), Fraction(100))
        seen = [sum(visit == (row["village_id"], m) for visit in visits) for m in (1, 2, 3)]
        mean = sum((min(Fraction(n, 7), Fraction(9)) for n in seen), Fraction(0)) / 3
        known = Fraction(row["known"]) * part["second"]
        total = part["base"] + share * part["first"] + known + mean
        score = half_up(total, figures["places"])
        paid = Fraction(1, 8) + part["each"] * (score - Fraction("10.00005"))
        found[row["village_id"]] = score, half_up(paid, 2)
    for cadre, village, role in assigned:
        own = [present for name, present in duties if name == cadre]
        lost = Fraction(10 * own.count(False), len(own)) if own else Fraction(0)
        scale = scale_of(figures)
        carried = scale - SHARES[role] * (scale - found[village][0])
        rated = min(Fraction(figures["rated"][int(cadre[1:])]) / 3, scale)
        both = part["carried"] * carried + (1 - part["carried"]) * rated
        score = half_up(max(both - lost * part["third"], Fraction(0)), figures["places"])
        found[cadre] = score, half_up(part["each"] * score, 2)
    return found


def computed(figures, villages, visits, duties, assigned):
    """Return the same from the engine."""
    tables = {
        "villages": villages,
        "cadres": [
            {"cadre_id": f"k{n}", "name": f"k{n}", "rated": Decimal(figures["rated"][n])}
            for n in range(2)
        ],
        "visits": [
            {
                "visit_id": f"w{n}",
                "village_id": village,
                "visited_on": date(2025, month, 5),
                "people": 1,
            }
            for n, (village, month) in enumerate(visits)
        ],
        "duties": [
            {"duty_id": f"d{n}", "cadre_id": cadre, "duty_on": date(2025, 2, 3), "present": present}
            for n, (cadre, present) in enumerate(duties)
        ],
        "assignments": [
            {"assignment_id": f"a{n}", "cadre_id": cadre, "village_id": village, "role": role}
            for n, (cadre, village, role) in enumerate(assigned)
        ],
    }
    with tempfile.TemporaryDirectory() as name:
        folder, held, session = Path(name), {}, DuckDBSession(1)
        scale = Decimal(scale_of(figures).numerator) / scale_of(figures).denominator
        weight = 1 - Decimal(figures["carried"])
        rated = RATED.format(weight=weight, scale=scale) if weight else ""
        text = RULESET.format(**{**figures, "rated": rated}, scale=scale)
        reviewed = load_ruleset(lay_ruleset(folder, text), registry()).or_stop()
        for table, schema in reviewed.ruleset.tables.items():
            columns = {
                c.name: pa.array([row.get(c.name) for row in tables[table]], TYPES[c.type])
                for c in schema.columns
            }
            path = folder / f"{table}.parquet"
            pq.write_table(pa.table(columns), path)
            held[table] = TableData(schema, path, len(tables[table]), frozenset(columns), {})
        data = Dataset(held, frozenset(), (), (), "sha256:0")
        results = folder / "results"
        results.mkdir()
        compute(reviewed.book, data, Workplace(session, "duckdb", results))
        reader = read_results(reviewed, data, results, session)
        found = {
            s.id: (Fraction(s.score), *(Fraction(p.amount) for p in s.payments))
            for s in (*reader.villages(), *reader.cadres())
        }
        session.close()
    return found


AT_HALF = (
    {
        "places": 2, "base": "0", "first": "0.6", "second": "0.3", "third": "0.3", "each": "100",
        "carried": "1", "rated": ["0", "0"],
    },
    [
        {"village_id": f"v{n}", "name": f"村{n}", "kind": "村", "done": 1, "due": 3, "known": known}
        for n, known in enumerate((Decimal("33.35"), Decimal("33.3"), Decimal("0.05")))
    ],
    [],
    [("k0", False), ("k0", True), ("k0", True), ("k1", False)],
    [("k0", "v0", "村干部"), ("k1", "v1", "包村干部")],
)  # fmt: skip
"""Three totals that lie at a half, with a third in them: 20 + 10.005 is 30.01."""


@FEW
@example(AT_HALF)
@given(towns())
def test_totals_and_pay_are_rounded_once_and_at_their_end(drawn):
    assert computed(*drawn) == expected(*drawn)
