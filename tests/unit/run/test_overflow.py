"""A number that is too large is told with the figure and the subject that it comes from."""

from __future__ import annotations

import pytest

from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.errors import EngineFailure
from rules_engine.plan import grading
from rules_engine.plugin_manager import registry
from rules_engine.run.assess import take_dataset
from rules_engine.run.compute import Workplace, compute
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset
from rules_engine.sources import open_source

RULES = """\
ruleset: large
title: Large
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 100
assumed: {scale: x, indicators: x, sections: x, grades: x}
tables:
  villages: {}
  sums:
    label: 账目
    period: paid_on
    columns:
      sum_id: {label: 账目编号, required: true}
      village_id: {label: 村编号, required: true, refers: villages}
      paid_on: {label: 日期, type: date, required: true}
      amount: {label: 金额, type: integer}
      part: {label: 份数, type: decimal}
indicators:
  amount: {label: 金额合计, from: sums, sum: amount}
  part: {label: 份数合计, from: sums, sum: part}
  each: {label: 每份, value: amount / part}
sections:
  all:
    label: All
    clause: C1
    criteria:
      each: {label: 每份得分, points: 100, method: formula, formula: FORMULA}
grades:
  all: {label: 全部, from: 0}
"""
HUGE = 9223372036854775807


def _assess(tmp_path, rows, formula="each", shown="i__each"):
    folder = tmp_path / "ruleset"
    lay_ruleset(folder, RULES.replace("FORMULA", formula))
    data = tmp_path / "data"
    data.mkdir()
    (data / "villages.csv").write_text(
        "village_id,name,kind\n" + "".join(f"V{n},村{n},村\n" for n in range(9)), encoding="utf-8"
    )
    lines = [f"s{n},{v},2025-03-01,{a},{p}\n" for n, (v, a, p) in enumerate(rows)]
    (data / "sums.csv").write_text(
        "sum_id,village_id,paid_on,amount,part\n" + "".join(lines), encoding="utf-8"
    )
    reviewed = load_ruleset(folder, registry()).or_stop()
    session = DuckDBSession(1)
    tables = open_source(str(data), registry(), reviewed.ruleset.tables)
    dataset = take_dataset(reviewed, tables, tmp_path, session)
    results = tmp_path / "results"
    results.mkdir()
    try:
        compute(reviewed.book, dataset, Workplace(session, "duckdb", results))
        return session.query(f'SELECT {shown} FROM "{grading.LINES}" ORDER BY subject_id')
    finally:
        session.close()


def _described(tmp_path, rows, formula="each"):
    with pytest.raises(EngineFailure) as stopped:
        _assess(tmp_path, rows, formula)
    (finding,) = stopped.value.findings
    assert finding.code == "overflow"
    assert "records" in str(finding.hint)
    return str(finding.message)


def test_a_sum_that_does_not_fit_names_the_indicator_and_the_subject(tmp_path):
    rows = [("V1", 5, 1), ("V6", HUGE, 1), ("V6", HUGE, 1), ("V8", 7, 2)]
    assert _described(tmp_path, rows).startswith("“金额合计” of V6 ")


def test_a_formula_that_does_not_fit_names_the_line_and_the_subject(tmp_path):
    rows = [("V1", 5, 1), ("V3", 3_000_000_000, 1), ("V8", 7, 2)]
    assert _described(tmp_path, rows, "amount * amount").startswith("“每份得分” of V3 ")


def test_a_large_amount_can_be_divided(tmp_path):
    found = _assess(tmp_path, [("V0", 500_000_000, 3), ("V1", 900_000_000_000, 7)])
    given = found.column(0).to_pylist()
    assert given[:2] == [166_666_666_666_667, 128_571_428_571_428_571]  # six places


def test_every_amount_that_a_decimal_column_takes_can_be_summed(tmp_path):
    amounts = ["16000000000", "-13800138000.5", "99999999999999.9999", "1000000000", "0.0001", ""]
    rows = [(f"V{n}", 1, amount) for n, amount in enumerate(amounts)] + [("V0", 1, 0.5)]
    found = _assess(tmp_path, rows, "part / 1000", shown="i__part")
    assert found.column(0).to_pylist() == [
        160_000_000_005_000, -138_001_380_005_000, 999_999_999_999_999_999, 10_000_000_000_000,
        1, None, 0, 0, 0,
    ]  # fmt: skip
