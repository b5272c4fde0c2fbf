"""Payments that are sums of parts: as exact fractions say, and nothing is lost in sharing."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
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
from rules_engine.run.assess import digest_of, read_results
from rules_engine.run.compute import Workplace, compute
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

RULESET = """
ruleset: paid
title: 例
edition: "1"
effective: {{from: 2020-01-01}}
period: {{from: 2025-01-01, to: 2025-06-30}}
scale: 100
assumed: {{scale: 例, rounding: 例, base: 例, sections: 例, grades: 例, responsibility: 例, pay: 例}}
tables:
  villages:
    columns:
      given: {{label: 给分, type: decimal, required: true}}
      people: {{label: 人口, type: integer, required: true}}
  cadres: {{}}
  assignments: {{}}
subjects: {{group: kind}}
indicators: {{}}
sections:
  main:
    label: 一
    clause: C1
    criteria:
      given: {{label: 甲项, points: 100, method: formula, formula: given}}
grades: {{good: {{label: 好, from: 90}}, fair: {{label: 中, from: 60}}, poor: {{label: 差, from: 0}}}}
responsibility: {{roles: {{书记: {{share: 100%}}, 主任: {{share: 100%}}, 委员: {{share: 50%}}}}}}
pay:
  prize:
    label: 村奖
    subject: village
    clause: C1
    places: {places}
    rounding: {rounding}
    parts:
      fixed: {{label: 甲, amount: 33.35, per: month}}
      points: {{label: 乙, bands: [{{from: 60, amount: 7, each: 0.333, over: 60}}, {{to: 60, each: 1}}], per: year}}
      grade: {{label: 丙, grades: {{good: 1000, fair: 100.5, poor: -20}}}}
      place: {{label: 丁, ranks: [{{from: 1, amount: 500}}, {{from: 2, to: 3, amount: 200}}, {{last: 1, amount: -70}}, {{last: 2, amount: -30}}], ties: {ties}}}
      people: {{label: 戊, of: people / 7, each: {each}, over: 3, step: 2.5, begun: {begun}, when: people > 40, max: 99}}
  wage:
    label: 绩效
    clause: C1
    places: {places}
    rounding: {rounding}
    parts:
      duty: {{label: 己, amount: 1000, roles: {{书记: 1, 主任: 0.9}}, others: 0.8, days: {days}, per: month}}
      post: {{label: 庚, posts: {{一级: 100, 二级: 77.77}}, others: 10}}
      shared: {{label: 辛, share_of: prize, share: {share}, roles: {{书记: 1, 主任: 0.9, 委员: 0.7}}}}
      rest: {{label: 壬, share_of: prize, share: 5%}}
"""  # noqa: E501 - one line a part is easier to read
FACTORS = {"书记": Fraction(1), "主任": Fraction(9, 10), "委员": Fraction(7, 10)}
FIRST, LAST = date(2025, 1, 1), date(2025, 6, 30)
FEW = settings(
    deadline=None, database=None, max_examples=4, suppress_health_check=list(HealthCheck)
)


@st.composite
def towns(draw):
    """Draw figures of the ruleset, and records."""
    figures = {
        "places": draw(st.integers(0, 2)),
        "rounding": draw(st.sampled_from(["half up", "down", "up"])),
        "ties": draw(st.sampled_from(["each", "share"])),
        "begun": draw(st.sampled_from(["proportion", "whole", "full"])),
        "days": draw(st.sampled_from(["held", "period"])),
        "each": draw(st.sampled_from(["1", "0.37", "3.3333"])),
        "share": draw(st.sampled_from(["80%", "33.3333%", "100%"])),
    }
    villages = [
        (f"v{n}", draw(st.sampled_from(["村", "社区"])),
         Decimal(draw(st.sampled_from([100, 95, 90, 75, 60, 41]))), draw(st.integers(0, 200)))
        for n in range(draw(st.integers(1, 7)))
    ]  # fmt: skip
    cadres = [(f"k{n}", draw(st.sampled_from(["一级", "二级", "三级"]))) for n in range(5)]
    assigned = []
    for cadre, _ in cadres:
        begins = FIRST
        for _ in range(draw(st.integers(1, 2))):
            ends = begins + timedelta(days=draw(st.integers(0, 80)))
            village = draw(st.sampled_from(villages))[0]
            assigned.append((cadre, village, draw(st.sampled_from(sorted(FACTORS))), begins, ends))
            begins = ends + timedelta(days=1)
    return figures, villages, cadres, assigned


def rounded(value, figures):
    """Round money as the paper says."""
    if figures["rounding"] == "half up":
        return half_up(value, figures["places"])
    unit = Fraction(1, 10 ** figures["places"])
    cut = floor if (figures["rounding"] == "down") == (value >= 0) else ceil
    return cut(value / unit) * unit


def of_place(place, size):
    """Return what one place brings."""
    if place <= 3:
        return Fraction([500, 200, 200][place - 1])
    from_back = size - place + 1
    return Fraction({1: -70, 2: -30}.get(from_back, 0))


def of_villages(figures, villages):
    """Return the parts of what each village gets."""
    found = {}
    for name, kind, score, people in villages:
        others = [s for _, k, s, _ in villages if k == kind]
        rank, tied = 1 + sum(s > score for s in others), others.count(score) - 1
        worth = [of_place(rank + n, len(others)) for n in range(tied + 1)]
        place = worth[0] if rank <= 3 else worth[-1]
        if figures["ties"] == "share":
            place = sum(worth) / len(worth)
        steps = max(Fraction(people, 7) - 3, Fraction(0)) / Fraction("2.5")
        steps = {
            "proportion": steps,
            "whole": Fraction(ceil(steps)),
            "full": Fraction(floor(steps)),
        }
        by_people = min(steps[figures["begun"]] * Fraction(figures["each"]), Fraction(99))
        points = Fraction(score)
        by_points = 7 + Fraction("0.333") * (points - 60) if points >= 60 else points
        grade = Fraction("1000") if points >= 90 else Fraction("100.5") if points >= 60 else -20
        parts = [6 * Fraction("33.35"), by_points / 2, Fraction(grade), place,
                 by_people if people > 40 else Fraction(0)]  # fmt: skip
        found[name] = [rounded(part, figures) for part in parts]
    return found


def shared_out(pool, weights, figures):
    """Share a sum by weights down to the last unit, by largest remainder and then by name."""
    unit = Fraction(1, 10 ** figures["places"])
    sign, units = (-1 if pool < 0 else 1), abs(pool) / unit
    exact = {name: units * weight / sum(weights.values()) for name, weight in weights.items()}
    result = {name: floor(value) for name, value in exact.items()}
    by_rest = sorted(exact, key=lambda name: (result[name] - exact[name], name))
    for name in by_rest[: int(units - sum(result.values()))]:
        result[name] += 1
    return {name: sign * value * unit for name, value in result.items()}


def of_cadres(figures, paid, cadres, assigned):
    """Return the parts of what each cadre gets."""
    days = [(c, v, r, (end - start).days + 1) for c, v, r, start, end in assigned]
    pools = []
    for share, factors in ((figures["share"], FACTORS), ("5%", dict.fromkeys(FACTORS, 1))):
        got = dict.fromkeys((c for c, _ in cadres), Fraction(0))
        for village, parts in paid.items():
            weights = {}
            for cadre, place, role, count in days:
                if place == village:
                    weights[cadre] = weights.get(cadre, Fraction(0)) + count * factors[role]
            if weights:
                pool = rounded(sum(parts) * Fraction(share[:-1]) / 100, figures)
                parted = shared_out(pool, weights, figures)
                assert sum(parted.values()) == pool
                for cadre, amount in parted.items():
                    got[cadre] += amount
        pools.append(got)
    found = {}
    for cadre, post in cadres:
        own = [(r, count) for c, _, r, count in days if c == cadre]
        factor = {"书记": Fraction(1), "主任": Fraction(9, 10), "委员": Fraction(8, 10)}
        weight = sum(factor[role] * count for role, count in own)
        whole = (LAST - FIRST).days + 1 if figures["days"] == "period" else sum(n for _, n in own)
        level = {"一级": Fraction(100), "二级": Fraction("77.77")}.get(post, Fraction(10))
        parts = [rounded(6000 * weight / whole, figures), rounded(level, figures)]
        found[cadre] = [*parts, *(pool[cadre] for pool in pools)]
    return found


def computed(figures, villages, cadres, assigned):
    """Return the same from the engine, and the digest."""
    tables = {
        "villages": [dict(zip(("village_id", "kind", "given", "people"), v, strict=True),
                          name=v[0]) for v in villages],
        "cadres": [{"cadre_id": c, "name": c, "post": post} for c, post in cadres],
        "assignments": [
            {"assignment_id": f"a{n}", "cadre_id": c, "village_id": v, "role": role,
             "from_on": start, "to_on": end}
            for n, (c, v, role, start, end) in enumerate(sorted(assigned))
        ],
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder, held, session = Path(name), {}, DuckDBSession(1)
        text = RULESET.format(**figures)
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
        subjects = [*reader.villages(), *reader.cadres()]
        for subject in subjects:
            (payment,) = subject.payments
            assert payment.amount == sum(part.amount for part in payment.parts)
        found = {s.id: [Fraction(part.amount) for part in s.payments[0].parts] for s in subjects}
        digest = digest_of(reader, results)
        session.close()
    return found, digest


@FEW
@given(towns(), st.randoms(use_true_random=False))
def test_every_part_is_what_exact_fractions_say(drawn, random):
    figures, villages, cadres, assigned = drawn
    found, digest = computed(*drawn)
    paid = of_villages(figures, villages)
    assert found == paid | of_cadres(figures, paid, cadres, assigned)
    others = [random.sample(rows, len(rows)) for rows in (villages, cadres)]
    assert computed(figures, *others, assigned) == (found, digest)
