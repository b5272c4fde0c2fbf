"""Points that officials judge: their sum within the bounds of the line, in whatever order."""

from __future__ import annotations

import tempfile
from datetime import date
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
ruleset: judged
title: 例
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 10
assumed: {scale: 例, sections: 例, grades: 例}
tables: {villages: {}, judgements: {}}
indicators: {}
sections:
  main:
    label: 一
    clause: C1
    criteria:
      ledger: {label: 台账, points: 10, method: judgement, item: 台账, min: 0.5, max: 5}
  more:
    label: 二
    kind: bonus
    clause: C1
    criteria:
      novel:
        {label: 创新, points: 4, method: judgement, item: 创新, direction: add, min: 0.5, max: 5}
grades: {all: {label: 全部, from: 0}}
"""
FEW = settings(
    deadline=None, database=None, max_examples=5, suppress_health_check=list(HealthCheck)
)
JUDGED = st.tuples(
    st.sampled_from(["v0", "v1", "v2"]),
    st.sampled_from(["台账", "创新", "其他"]),
    st.integers(5_000, 50_000).map(lambda n: Decimal(n).scaleb(-4)),
)


def expected(judged):
    """Return the totals."""
    for village in ("v0", "v1", "v2"):
        added = {
            item: sum((Fraction(p) for v, i, p in judged if (v, i) == (village, item)), Fraction(0))
            for item in ("台账", "创新")
        }
        yield half_up(max(10 - added["台账"], Fraction(0)) + min(added["创新"], 4), 2)


def computed(judged):
    """Return the same from the engine."""
    rows = {
        "villages": [{"village_id": f"v{n}", "name": f"村{n}", "kind": "村"} for n in range(3)],
        "judgements": [
            {
                "judgement_id": f"p{n}", "village_id": village, "item": item, "points": points,
                "judged_by": "镇信访办", "reason": "例", "judged_on": date(2025, 3, 1),
            }
            for n, (village, item, points) in enumerate(judged)
        ],
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder, session, tables = Path(name), DuckDBSession(1), {}
        loaded = load_ruleset(lay_ruleset(folder, RULESET), registry()).or_stop()
        for table, schema in loaded.ruleset.tables.items():
            columns = {
                c.name: pa.array([row.get(c.name) for row in rows[table]], TYPES[c.type])
                for c in schema.columns
            }
            path = folder / f"{table}.parquet"
            pq.write_table(pa.table(columns), path)
            tables[table] = TableData(schema, path, len(rows[table]), frozenset(columns), {})
        data = Dataset(tables, frozenset(), (), (), "sha256:0")
        results = folder / "results"
        results.mkdir()
        compute(loaded.book, data, Workplace(session, "duckdb", results))
        found = {s.id: Fraction(s.score) for s in read_results(loaded, data, results, session)
                 .villages()}  # fmt: skip
        session.close()
    return [found[f"v{n}"] for n in range(3)]


@FEW
@given(st.lists(JUDGED, max_size=12), st.randoms(use_true_random=False))
def test_judged_points_add_up_in_whatever_order(judged, dice):
    wanted = list(expected(judged))
    dice.shuffle(judged)

    assert computed(judged) == wanted
