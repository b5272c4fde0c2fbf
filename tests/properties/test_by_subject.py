"""A figure that differs by a column gives each subject what that figure alone would give it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from tiny import records

from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.plugin_manager import registry
from rules_engine.run.assess import read_results
from rules_engine.run.compute import Workplace, compute
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

RULESET = """
# the zones are '城区' '城郊' '村' '集镇'
ruleset: by-subject
title: 例
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-03-01, to: 2025-04-30}
scale: %(scale)s
assumed: {scale: 例, parameters: 例, indicators: 例, sections: 例, grades: 例}
tables: {villages: {columns: {zone: {label: 地段}}}, cases: {}, reports: {}}
parameters:
  fine: {label: 每件扣, values: {2024-01-01: 1.5, 2025-04-01: 2.25}}
indicators:
  late: {label: 迟报, from: reports, where: submitted_at > due_at}
  rate: {label: 满意率, from: cases, rate: {of: satisfied}}
  closed: {label: 办结日, from: cases, earliest: closed_on}
sections:
  main:
    label: 一
    weight: 50%%
    %(monthly)s
    clause: C1
    criteria:
      rate: {label: 满意, points: 10, method: target, of: rate, target: %(target)s, each: 0.3, better: %(better)s, cap: 12}
      late: {label: 迟报项, points: 6, method: per item, deduct: [{of: late, each: %(each)s}], when: late > 0 or rate > 50%%, not_applicable: 1.5}
      bands: {label: 分档, points: %(band_points)s, method: bands, of: late, bands: [{to: 1, points: 5}, {from: 1, points: %(band)s}]}
      share: {label: 比例, points: %(share_points)s, method: proportion, of: rate, full_from: %(full)s}
      day: {label: 期限, points: 5, method: deadline, of: closed, deadlines: [{by: 03-31, points: %(day)s}], each_month: 0.5}
acknowledge:
  - {code: rights-lawful-petition, at: criteria.day, reason: 例}
grades:
  all: {label: 全部, from: 0}
"""  # noqa: E501 - one line a criterion is easier to read
TABLES = {
    "target": {"城区": "80%", "城郊": "75%", "村": "60% / 2"},
    "better": {"城区": "0.1", "others": "0.2"},
    "each": {"城郊": "fine", "城区": "2", "集镇": "0.25"},
    "band": {"城郊": "-1", "others": "0"},
    "full": {"村": "90%", "城区": "100%", "甲": "95%"},
    "day": {"城郊": "4.5", "others": "5"},
    "band_points": {"城郊": "3", "城区": "4", "others": "5"},
    "share_points": {"城郊": "6", "城区": "5", "others": "4"},
}
USES = {"rate": ("target", "better"), "late": ("each",), "bands": ("band", "band_points"),
        "share": ("full", "share_points"), "day": ("day",)}  # fmt: skip


def assessed(folder, figures, monthly, seed):
    """Return for each village its zone and its lines."""
    scale = 15 * (2 if monthly == "sum" else 1)
    text = RULESET % {
        **figures,
        "scale": scale,
        "monthly": f"monthly: {monthly}" if monthly else "floor: 0",
    }
    folder.mkdir()
    checked = load_ruleset(lay_ruleset(folder, text), registry()).or_stop()
    session = DuckDBSession(1)
    with tempfile.TemporaryDirectory() as name:
        results = Path(name) / "results"
        results.mkdir()
        dataset = records(checked.ruleset, folder, rows=40, seed=seed)
        compute(checked.book, dataset, Workplace(session, "duckdb", results))
        reader = read_results(checked, dataset, results, session)
        lines = {s.id: {line.criterion: line for line in s.lines} for s in reader.villages()}
        table = dataset.tables["villages"].path
        zones = dict(
            zip(*(session.query(f"SELECT {c} FROM '{table}'").column(0).to_pylist()
                  for c in ("village_id", "zone")), strict=True)
        )  # fmt: skip
    session.close()
    return zones, lines


@pytest.mark.parametrize(
    ("seed", "monthly", "asked"),
    [(1, "", ("城区", "城郊", "村", "集镇")), (2, "sum", ("城郊",)), (3, "average", ("甲",))],
)
def test_each_subject_gets_what_its_own_figure_gives(seed, monthly, asked, tmp_path):
    tables = {
        name: "{by: 地段, " + ", ".join(f"{k}: {v}" for k, v in rows.items()) + "}"
        for name, rows in TABLES.items()
    }
    zones, lines = assessed(tmp_path / "tables", tables, monthly, seed)
    seen = set()
    for number, zone in enumerate(asked):
        own = {name: rows.get(zone, rows.get("others")) for name, rows in TABLES.items()}
        alone = {name: value or "50%" for name, value in own.items()}
        _, plain = assessed(tmp_path / str(number), alone, monthly, seed)
        for village in (v for v, z in zones.items() if z == zone):
            for criterion, names in USES.items():
                got, wanted = lines[village][criterion], plain[village][criterion]
                if all(own[name] for name in names):
                    assert result(got) == result(wanted), (village, criterion)
                    seen.add(got.outcome)
                else:
                    assert got.outcome in ("not_assessable", "not_applicable")
                    assert got.outcome == "not_assessable" or wanted.outcome != "scored"
                    assert got.low <= wanted.low <= wanted.high <= got.high
    for village in (v for v, z in zones.items() if z is None):
        unknown = [
            lines[village][criterion].outcome for criterion in ("rate", "late", "bands", "share")
        ]
        assert "scored" not in unknown
    assert "scored" in seen


def result(line):
    return line.outcome, line.points, line.low, line.high
