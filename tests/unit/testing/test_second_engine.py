"""Another engine gives the results of the embedded one: plans rest on what docs/engines.md says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import sqlite_engine

from rules_engine.errors import EngineFailure
from rules_engine.model.plugin import EngineKind
from rules_engine.testing import EngineContract, report_of

ROOT = Path(__file__).parents[3]
CORPUS = ROOT / "tests" / "corpus"
EVERY = (*sorted(p.parent for p in (ROOT / "rulesets").glob("*/sample")),
         CORPUS / "g_model_villages")  # fmt: skip
SCENARIOS = tuple(sorted(p.parent for p in CORPUS.glob("*/features")))
ALL = "ENGINES" in os.environ
"""``make engines`` compares them all, which takes minutes."""


class TestSQLite(EngineContract):
    plugin = sqlite_engine
    name = "sqlite"
    rulesets = EVERY if ALL else (ROOT / "rulesets" / "yanjing", CORPUS / "g_model_villages")
    scenarios = (
        SCENARIOS if ALL else (CORPUS / "f_two_stages", ROOT / "tests" / "fixtures" / "pay-parts")
    )


class Wrapping(sqlite_engine.SQLiteSession):
    """Lets what is too large go round, as some engines do."""

    def query(self, sql):
        try:
            return super().query(sql)
        except EngineFailure as error:
            if error.findings[0].code == "overflow":
                return super().query("SELECT -2 AS v")
            raise


def test_an_engine_that_wraps_is_refused_before_anything_is_computed(tmp_path):
    (good,) = sqlite_engine.rules_engine_register_engines()
    wraps = EngineKind("wrapping", "wraps", good.dialect, good.version, Wrapping)
    with pytest.raises(EngineFailure) as refused, report_of(tmp_path, engine=wraps):
        pass
    assert {f.code for f in refused.value.findings} == {"engine-unfit"}
    assert "does not fit into 64 bits stops the query" in str(refused.value.findings[0].message)
    assert not list(tmp_path.glob("store*/runs/*"))
