"""Only the engines, and ingest which rests on the embedded one, know of DuckDB and of its SQL."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import rules_engine
from rules_engine.conditions.sql import query

CORE = Path(rules_engine.__file__).parent
ROOMS = {"engines", "ingest", "locales"}
WORDS = re.compile(
    r"""duckdb|hugeint|read_parquet|GROUP BY ALL|\bread=["']|\.sql\(\s*["']""", re.IGNORECASE
)


def test_nobody_else_names_the_engine_or_writes_in_its_dialect():
    files = [p for p in CORE.rglob("*.py") if p.relative_to(CORE).parts[0] not in ROOMS]
    assert len(files) > 200
    found = {
        str(p.relative_to(CORE)): WORDS.findall(text)
        for p in files
        if WORDS.search(text := p.read_text(encoding="utf-8"))
    }
    assert found == {}


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite", "spark", "postgres"])
def test_what_is_unknown_comes_last_in_every_dialect(dialect):
    written = query("SELECT a DIV 2 AS b FROM t ORDER BY b DESC").sql(dialect)
    last = {"duckdb": "", "sqlite": "", "spark": "", "postgres": " NULLS LAST"}[dialect]
    assert written.endswith(f"ORDER BY b DESC{last}")
