"""A section that is scored month by month gives what the runs of its months give."""

from __future__ import annotations

import random
import tempfile
from calendar import monthrange
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from tiny import records

from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.model.appeal import Adjustment
from rules_engine.model.subjects import SubjectKind
from rules_engine.plugin_manager import registry
from rules_engine.run.assess import digest_of, read_results
from rules_engine.run.compute import Workplace, compute
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

RULESET = """
ruleset: by-month
title: 例
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: %s
assumed: {scale: 例, parameters: 例, indicators: 例, sections: 例, grades: 例}
tables: {villages: {}, cadres: {}, cases: {}, reports: {}, visits: {}, duties: {}}
parameters:
  fine: {label: 每件扣, values: {2024-01-01: 1.5, 2025-07-01: 2.25}}
indicators:
  late: {label: 迟报, from: reports, where: submitted_at > due_at}
  open: {label: 未办结, from: cases, period: all, where: closed_on is null and due_on < as_of}
  rate: {label: 满意率, from: cases, rate: {of: satisfied}}
  before: {label: 上月走访, from: visits, period: preceding}
  now: {label: 走访, from: visits}
  more: {label: 增加, value: now - before}
sections:
  main:
    label: 一
    %s
    clause: C1
    criteria:
      late: {label: 迟报项, points: 4, floor: -3, method: per item, deduct: [{of: late, each: fine}]}
      open: {label: 未办项, points: 6, method: per item, deduct: [{of: open, each: 0.7}], when: kind <> '单位'}
      rate: {label: 满意项, points: 5, method: proportion, of: rate, not_applicable: 1.5}
      more: {label: 增加项, points: 2, method: formula, formula: 0.5 * 增加}
      classes: {label: 分类项, points: 3, method: per item by class, from: visits, classes: [{when: irregular, each: 1}, {when: not irregular, each: 0.3}]}
      rank: {label: 名次项, points: 2, method: rank, by: now, places: [2, 1], others: 0.5}
  own:
    label: 二
    kind: bonus
    for: kind <> '村'
    %s
    clause: C1
    criteria:
      extra: {label: 加分, points: 1, method: per item, add: [{of: now, each: 0.2}]}
acknowledge:
  - {code: rights-lawful-petition, at: criteria.more, reason: 例}
  - {code: rights-lawful-petition, at: criteria.classes, reason: 例}
grades:
  all: {label: 全部, from: 0}
"""  # noqa: E501 - one line a criterion is easier to read
MONTHS = [(date(2025, m, 1), date(2025, m, monthrange(2025, m)[1])) for m in range(1, 13)]


def assessed(folder, monthly, dataset_of, period=None, adjustments=()):
    """Return the digest, and for each line of each village its outcome, points and bounds."""
    scale = 22 * (12 if monthly == "sum" else 1)
    text = RULESET % (scale, *[f"monthly: {monthly}" if monthly else "weight: 100%"] * 2)
    rules = lay_ruleset(folder / str(monthly), text)
    checked = load_ruleset(rules, registry(), period=period).or_stop()
    told = {"all-first"} if monthly else set()  # the line by places, in a month without records
    codes = {f.code for f in checked.findings}
    assert codes == {*told, "rights-lawful-petition"}, "by month as well"
    checked.book.adjustments = adjustments
    session = DuckDBSession(1)
    with tempfile.TemporaryDirectory() as name:
        results = Path(name) / "results"
        results.mkdir()
        dataset = dataset_of(checked.ruleset)
        compute(checked.book, dataset, Workplace(session, "duckdb", results))
        reader = read_results(checked, dataset, results, session)
        lines = {(s.id, line.criterion): line for s in reader.villages() for line in s.lines}
        digest = digest_of(reader, results)
    session.close()
    return digest, lines


@pytest.mark.parametrize("seed", [1, 2])
def test_a_year_is_made_of_the_runs_of_its_months(seed, tmp_path):
    def dataset_of(ruleset):
        return records(ruleset, tmp_path, rows=60, seed=seed)

    runs = [assessed(tmp_path, None, dataset_of, period)[1] for period in MONTHS]
    summed, averaged = (assessed(tmp_path, how, dataset_of)[1] for how in ("sum", "average"))
    assert set(summed) == set(runs[0]) == set(averaged)
    outcomes = set()
    for key, line in summed.items():
        parts, mean = [run[key] for run in runs], averaged[key]
        assert [(m.outcome, m.points) for m in line.months] == [
            (p.outcome, p.points) for p in parts
        ], key
        outcomes.add(line.outcome)
        if any(p.outcome == "not_assessable" for p in parts):
            assert line.outcome == mean.outcome == "not_assessable"
            assert line.low == sum(p.low for p in parts)
            assert line.high == sum(p.high for p in parts)
            assert mean.low <= mean.high
            continue
        assert line.points == sum(p.points for p in parts)
        counted = [p.points for p in parts if p.outcome == "scored"] or [parts[0].points]
        exact = sum(counted, Decimal(0)) / len(counted)
        assert mean.points == exact.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    assert {"scored", "not_assessable"} <= outcomes


@pytest.mark.parametrize("monthly", ["sum", "average"])
def test_a_decision_on_an_appeal_changes_the_line_of_the_year(monthly, tmp_path):
    def dataset_of(ruleset):
        return records(ruleset, tmp_path, rows=60, seed=1)

    before = assessed(tmp_path, monthly, dataset_of)[1]
    key = next(k for k, line in before.items() if k[1] == "rate" and line.outcome == "scored")
    made = Adjustment(1, SubjectKind.VILLAGE, key[0], key[1], -5000, "例")
    line = assessed(tmp_path, monthly, dataset_of, None, (made,))[1][key]
    assert line.points == line.low == line.high == before[key].points - Decimal("0.5")
    assert line.adjusted == Decimal("-0.5")
    assert line.months == before[key].months
    assert line.worked.startswith(before[key].worked)


def test_the_order_of_records_leaves_the_digest_alone(tmp_path):
    import pyarrow.parquet as pq

    def dataset_of(ruleset):
        return records(ruleset, tmp_path, rows=60, seed=3)

    def shuffled(ruleset):
        dataset = dataset_of(ruleset)
        for data in dataset.tables.values():
            rows = pq.read_table(data.path)
            order = random.Random(7).sample(range(rows.num_rows), rows.num_rows)
            pq.write_table(rows.take(order), data.path)
        return dataset

    assert (
        assessed(tmp_path, "average", dataset_of)[0] == assessed(tmp_path, "average", shuffled)[0]
    )
