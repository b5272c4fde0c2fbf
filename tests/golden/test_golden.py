"""Each file in ``cases/`` is a small ruleset and the SQL that it becomes, to be read side by side.

A file has YAML above the line of dashes and SQL below it; ``show`` in the YAML's first comment says
which steps of the plan are kept. To write the SQL anew after a change that is meant, run::

    REWRITE_GOLDEN=1 pytest tests/golden

and read the difference before you commit it. Every plan is run as well, on empty tables, so that
no SQL stands here that the engine does not read.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pyarrow as pa
import pytest
from tiny import TYPES

from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.messages import speaking
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan import grading
from rules_engine.plan.builder import DataProfile
from rules_engine.plan.measures import QUARANTINED
from rules_engine.plan.scoring import score_plan
from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios.example import lay_ruleset

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
LINE = "\n" + "-" * 80 + "\n"
SHOW = re.compile(r"^# show: (.+)$", re.MULTILINE)
HEAD = """\
ruleset: golden
title: Golden
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 100
assumed: {scale: x, rounding: x, parameters: x, indicators: x, standards: x, sections: x, grades: x}
"""
GRADES = """
grades:
  good: {label: 良好, from: 80}
  poor: {label: 不合格, from: 0}
"""


@pytest.mark.parametrize("case", CASES, ids=[c.stem for c in CASES])
def test_golden(case, tmp_path):
    text, _, expected = case.read_text(encoding="utf-8").partition(LINE)
    with speaking("en"):
        written = _sql_of(text, tmp_path)
    if os.environ.get("REWRITE_GOLDEN"):
        case.write_text(f"{text}{LINE}{written}\n", encoding="utf-8")
    else:
        assert written == expected.strip(), "the plan has changed; see the top of this module"


def test_there_are_cases():
    assert len(CASES) >= 12


def _sql_of(text, folder):
    rules = HEAD + text + ("" if "\ngrades:" in text else GRADES)
    book = load_ruleset(lay_ruleset(folder, rules), registry()).or_stop().book
    nulls = {
        name: frozenset(c.name for c in table.columns if not c.required)
        for name, table in book.ruleset.tables.items()
    }
    kept_out = frozenset({"reports"} if "# quarantined: reports" in text else ())
    plans = {"score": score_plan(book, SubjectKind.VILLAGE, DataProfile(nulls, kept_out))}
    plans["grading"] = grading.grading_plan(book)
    if book.ruleset.document.responsibility:
        plans["shares"] = grading.shares_plan(book)
        plans["cadres"] = grading.cadre_plan(book, "_shares")
    _run(book, plans)
    steps = dict(_steps(plans))
    wanted = SHOW.search(text)
    assert wanted, "say which steps are shown: # show: agg_reports_current, raw"
    return "\n\n".join(f"-- {n}\n{steps[n]}" for n in wanted[1].split(", "))


def _steps(plans):
    """Yield every step of every plan with its SQL."""
    for name, plan in plans.items():
        for step in plan.ctes:
            yield step.alias, step.this.sql("duckdb", pretty=True)
        if not plan.ctes or name in ("grading", "shares"):
            yield name, plan.sql("duckdb", pretty=True)


def _run(book, plans):
    """Run the plans one after the other over tables without rows."""
    session = DuckDBSession(1)
    for name, table in book.ruleset.tables.items():
        columns = {c.name: pa.array([], TYPES[c.type]) for c in table.columns}
        session.register(name, pa.table(columns))
    words = {n: pa.array([], pa.string()) for n in ("table_name", "kind", "subject_id")}
    session.register(QUARANTINED, pa.table(words))
    effects = {n: pa.array([], pa.int64()) for n in ("zero", "last", "steps", "at_best")}
    session.register(grading.JUDGED, pa.table({"signature": pa.array([], pa.string()), **effects}))
    nothing = {"subject_id": pa.array([], pa.string())}
    numbers = {n: pa.array([], pa.int64()) for n in ("low", "high")}
    session.register(grading.CADRE_LINES, pa.table({**nothing, **numbers}))
    for name, results in (
        ("score", grading.LINES), ("grading", grading.RESULTS), ("shares", "_shares"),
        ("cadres", "_cadres"),
    ):  # fmt: skip
        if name in plans:
            session.register(results, session.query(plans[name].sql("duckdb")))
    session.close()
