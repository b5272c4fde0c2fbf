"""A session of the engine that comes with the program."""

from __future__ import annotations

from contextlib import closing

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rules_engine.engines.duckdb_engine import LONG_TEXT, DuckDBSession


def test_a_name_stands_for_what_was_last_made_readable_under_it(tmp_path):
    pq.write_table(pa.table({"n": [1]}), tmp_path / "one.parquet")
    session = DuckDBSession(1)
    seen = []
    for step in ("file", "rows", "file"):
        if step == "file":
            session.attach("t", tmp_path / "one.parquet")
        else:
            session.register("t", pa.table({"n": [2]}))
        seen += session.query('SELECT n FROM "t"')["n"].to_pylist()
    session.close()
    assert seen == [1, 2, 1]


@pytest.mark.parametrize("threads", [1, 2])
def test_a_long_query_gives_the_same_rows_in_its_order(threads):
    asked = "SELECT x, count(*) AS n FROM _numbers GROUP BY x"
    long = asked + " HAVING " + " AND ".join(f"count(*) < {100_000_000 + i}" for i in range(200))
    assert len(asked) < LONG_TEXT < len(long)
    with closing(DuckDBSession(threads)) as session:
        session.run("CREATE TABLE _numbers AS SELECT i % 50000 AS x FROM range(400000) t(i)")
        for _ in range(2):  # and leaves nothing in the way of the next one
            assert session.query(f"{long} ORDER BY x").equals(session.query(f"{asked} ORDER BY x"))
