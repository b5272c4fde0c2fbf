"""Plans over tables of many worlds: what goes in, and what comes out."""

from __future__ import annotations

import pytest
import sqlglot

from rules_engine.plan.world_column import WORLD, by_world

TABLES = ("a", "b")
CASES = {
    "a column that is carried on": (
        "SELECT x FROM a",
        "SELECT a.w AS w, x FROM a",
    ),
    "a table without worlds stays as it is": (
        "SELECT x, SUM(y) FROM c GROUP BY x",
        "SELECT x, SUM(y) FROM c GROUP BY x",
    ),
    "all columns": (
        "SELECT *, x + 1 AS z FROM (SELECT * FROM a) AS i",
        "SELECT *, x + 1 AS z FROM (SELECT * FROM a) AS i",
    ),
    "rows of one world meet": (
        "SELECT l.x FROM a AS l LEFT JOIN b AS r ON r.x = l.x CROSS JOIN c",
        "SELECT l.w AS w, l.x FROM a AS l LEFT JOIN b AS r ON r.x = l.x AND r.w = l.w CROSS JOIN c",
    ),
    "a crossing within each world": (
        "SELECT l.*, r.y FROM a AS l CROSS JOIN b AS r",
        "SELECT l.*, r.y FROM a AS l JOIN b AS r ON r.w = l.w",
    ),
    "what is the same everywhere comes first": (
        "SELECT c.x, r.y FROM c JOIN b AS r ON r.x = c.x",
        "SELECT r.w AS w, c.x, r.y FROM c JOIN b AS r ON r.x = c.x",
    ),
    "counts": (
        "SELECT x, COUNT(*) AS n FROM a GROUP BY x",
        "SELECT a.w AS w, x, COUNT(*) AS n FROM a GROUP BY x, a.w",
    ),
    "a count of everything": (
        "SELECT MAX(x) AS most FROM a",
        "SELECT a.w AS w, MAX(x) AS most FROM a GROUP BY a.w",
    ),
    "places": (
        "SELECT *, 1 + RANK() OVER (PARTITION BY g ORDER BY x) AS p, SUM(n) OVER () AS s FROM a",
        "SELECT *, 1 + RANK() OVER (PARTITION BY g, a.w ORDER BY x) AS p, "
        "SUM(n) OVER (PARTITION BY a.w) AS s FROM a",
    ),
    "steps": (
        "WITH a AS (SELECT x FROM c), s AS (SELECT x FROM b) SELECT s.x FROM s JOIN a ON a.x = s.x",
        "WITH a AS (SELECT x FROM c), s AS (SELECT b.w AS w, x FROM b) "
        "SELECT s.w AS w, s.x FROM s JOIN a ON a.x = s.x",
    ),
    "rows under each other": (
        "SELECT x FROM a UNION ALL SELECT x FROM b",
        "SELECT a.w AS w, x FROM a UNION ALL SELECT b.w AS w, x FROM b",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_world_is_treated_by_itself(case):
    before, after = (sqlglot.parse_one(text, read="duckdb") for text in CASES[case])
    made = by_world(before, TABLES).sql("duckdb").replace(f'"{WORLD}"', "w").replace('"', "")
    assert made == after.sql("duckdb")


def test_what_may_lack_a_match_must_be_of_a_world():
    plan = sqlglot.parse_one("SELECT c.x FROM c LEFT JOIN a ON a.x = c.x", read="duckdb")
    with pytest.raises(AssertionError):
        by_world(plan, TABLES)
