"""A small town with random records, assessed without going through intake."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st
from tiny import TYPES

from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.model.dataset import Dataset, TableData
from rules_engine.plugin_manager import registry
from rules_engine.run.assess import digest_of, read_results
from rules_engine.run.compute import Workplace, compute
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

RULESET = """
ruleset: town
title: 例
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 100
assumed: {scale: 例, standards: 例, sections: 例, grades: 例}
subjects: {group: kind}
tables: {villages: {}, reports: {}, visits: {}, cadres: {}, assignments: {}, duties: {}}
indicators:
  late: {label: 迟报, from: reports, where: submitted_at > due_at}
  missing: {label: 未报, from: reports, where: submitted_at is null}
  settled: {label: 化解件数, from: reports, sum: items_settled}
  irregular: {label: 非正常访, from: visits, where: "irregular and level in ('县', '京')"}
  regular_rate: {label: 正常率, from: visits, rate: {of: not irregular}}
  absent: {label: 脱岗, subject: cadre, from: duties, where: not present}
standards:
  calm: {label: 平稳, when: irregular = 0}
  punctual: {label: 按时, when: late = 0 and missing = 0}
sections:
  all:
    label: 全部
    clause: C1
    criteria:
      reporting: {label: 报告, points: 30, floor: 2, method: per item, deduct: [{of: late, each: 1.5}, {of: missing, each: 4}]}
      settling: {label: 化解, points: 20, cap: 18, method: per item, add: [{of: settled, each: 0.7}]}
      visiting: {label: 走访, points: 30, method: target, of: regular_rate, target: 90%, each: 0.5, not_applicable: 12.5}
      calm: {label: 平稳, points: 20, method: checklist, items: [{met: irregular = 0}, {met: late < 3}], when: kind = '村', veto: irregular > 2}
  more:
    label: 加分
    kind: bonus
    clause: C1
    criteria:
      extra: {label: 加分, points: 3, method: per item, add: [{of: settled, each: 0.25}]}
  some:
    label: 外地
    for: county <> '平川'
    kind: bonus
    clause: C1
    criteria:
      afar: {label: 外地加分, points: 2, method: per item, add: [{of: settled, each: 0.5}]}
  less:
    label: 扣分
    kind: deduction
    clause: C1
    criteria:
      minus: {label: 扣分, points: 5, method: per item, deduct: [{of: irregular, each: 2}]}
  own:
    label: 值班
    kind: deduction
    subject: cadre
    clause: C1
    criteria:
      absent: {label: 脱岗, points: 6, method: per item, deduct: [{of: absent, each: 2.5}]}
grades:
  excellent: {label: 优秀, from: 80, quota: 40%}
  good: {label: 良好, from: 60, quota: 50%, ties: include}
  fair: {label: 合格, from: 0}
consequences:
  praised: {label: 表扬, kind: honour, when: calm and punctual, clause: C1}
  talked: {label: 约谈, kind: sanction, when: not calm, roles: [村干部], clause: C1}
  last: {label: 末位, kind: veto, effect: last, when: any_veto, clause: C1}
  fallen: {label: 降等, kind: downgrade, when: talked and not punctual, clause: C1}
responsibility:
  roles:
    村干部: {share: 100%, assumed: 例}
    包村干部: {share: 33.3%, assumed: 例}
"""  # noqa: E501 - one line a criterion is easier to read

KINDS = ["村", "村", "村", "社区", "单位"]
VILLAGES = [f"v{number}" for number in range(len(KINDS))]
CADRES = ["k1", "k2", "k3"]
DUE = datetime(2025, 3, 5, 12)


@cache
def town():
    """Return the town's ruleset, reviewed."""
    folder = Path(tempfile.mkdtemp(prefix="rules-engine-town-"))
    return load_ruleset(lay_ruleset(folder, RULESET), registry()).or_stop()


def report(number, village, lateness, settled):
    """Return a report: ``lateness`` in minutes, ``None`` when it never came."""
    return {
        "report_id": f"r{number}",
        "village_id": village,
        "kind": "周",
        "due_at": DUE,
        "submitted_at": None if lateness is None else DUE + timedelta(minutes=lateness),
        "items_settled": settled,
    }


@st.composite
def records(draw):
    """Draw the rows of all tables."""
    village, maybe = st.sampled_from(VILLAGES), st.sampled_from([True, False, None])
    late = st.sampled_from([-1, 0, 1, 60, None])
    few = st.integers(0, 14)
    settled = st.one_of(st.integers(0, 9), st.none()) if draw(st.booleans()) else st.integers(0, 9)
    reports = [report(n, draw(village), draw(late), draw(settled)) for n in range(draw(few))]
    visits = [
        {
            "visit_id": f"w{n}",
            "village_id": draw(village),
            "level": draw(st.sampled_from(["村", "县", "京"])),
            "visited_on": date(2025, 6, draw(st.integers(1, 30))),
            "irregular": draw(maybe),
        }
        for n in range(draw(few))
    ]
    assignments = [
        {
            "assignment_id": f"a{n}",
            "cadre_id": draw(st.sampled_from(CADRES)),
            "village_id": draw(village),
            "role": draw(st.sampled_from(["村干部", "包村干部", "观察员"])),
            "from_on": draw(st.sampled_from([None, date(2025, 4, 1), date(2024, 1, 1)])),
            "to_on": draw(st.sampled_from([None, date(2025, 9, 30), date(2026, 1, 1)])),
        }
        for n in range(draw(st.integers(0, 6)))
    ]
    duties = [
        {"duty_id": f"d{n}", "cadre_id": draw(st.sampled_from(CADRES)), "kind": "夜",
         "duty_on": date(2025, 2, 1), "present": draw(maybe)}
        for n in range(draw(st.integers(0, 5)))
    ]  # fmt: skip
    villages = zip(VILLAGES, KINDS, strict=True)
    county = st.sampled_from(["平川", "清河", None])
    return {
        "villages": [
            {"village_id": v, "name": v, "kind": kind, "county": draw(county)}
            for v, kind in villages
        ],
        "cadres": [{"cadre_id": c, "name": c} for c in CADRES],
        "reports": reports,
        "visits": visits,
        "assignments": assignments,
        "duties": duties,
    }


def dataset(tables, folder, kept_out=()):
    """Write rows as clean tables; ``kept_out`` names villages that miss a report."""
    held = {}
    for name, schema in town().ruleset.tables.items():
        rows = tables[name]
        columns = {
            c.name: pa.array([row.get(c.name) for row in rows], TYPES[c.type])
            for c in schema.columns
        }
        nulls = frozenset(n for n, values in columns.items() if values.null_count)
        path = folder / f"{name}.parquet"
        pq.write_table(pa.table(columns), path)
        owners = {f"village:{v}": 1 for v in kept_out} if name == "reports" else {}
        held[name] = TableData(schema, path, len(rows), nulls, owners)
    return Dataset(held, frozenset(), (), (), "sha256:0")


def assessed(tables, kept_out=(), threads=1):
    """Return the digest and the subjects by id."""
    reviewed = town()
    session = DuckDBSession(threads)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = dataset(tables, folder, kept_out)
        results = folder / "results"
        results.mkdir()
        compute(reviewed.book, data, Workplace(session, "duckdb", results))
        reader = read_results(reviewed, data, results, session)
        subjects = {s.id: s for s in (*reader.villages(), *reader.cadres())}
        digest = digest_of(reader, results)
    session.close()
    return digest, subjects


def total(subject):
    """Return the sum of a subject's lines, exactly."""
    return sum((line.points for line in subject.lines if line.points is not None), Decimal(0))
