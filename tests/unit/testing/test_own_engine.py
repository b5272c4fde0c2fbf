"""The program's own engine keeps the contract."""

from pathlib import Path

import rules_engine.engines.plugin
from rules_engine.testing import EngineContract

ROOT = Path(__file__).parents[3]


class TestDuckDB(EngineContract):
    plugin = rules_engine.engines.plugin
    name = "duckdb"
    rulesets = (ROOT / "rulesets" / "yanjing",)
