"""A session of the engine that comes with the program."""

from __future__ import annotations

from contextlib import closing

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rules_engine.engines import duckdb_engine
from rules_engine.engines.duckdb_engine import DuckDBSession


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
    assert len(asked) < 2_000 < len(long)
    with closing(DuckDBSession(threads)) as session:
        session.run("CREATE TABLE _numbers AS SELECT i % 50000 AS x FROM range(400000) t(i)")
        for _ in range(2):  # and leaves nothing in the way of the next one
            assert session.query(f"{long} ORDER BY x").equals(session.query(f"{asked} ORDER BY x"))


@pytest.mark.parametrize(
    ("pages", "container", "limit"),
    [
        (4_000_000, "max", 2_800_000_000),
        (500_000, "max", 1_228_800_000),
        (4_000_000, "2147483648", 1_288_490_188),
    ],
)
def test_no_more_memory_is_taken_than_a_small_machine_has(
    tmp_path, monkeypatch, pages, container, limit
):
    told = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": pages}
    monkeypatch.setattr(duckdb_engine.os, "sysconf", told.__getitem__)
    (tmp_path / "memory.max").write_text(container, encoding="ascii")
    monkeypatch.setattr(duckdb_engine, "CONTAINER", tmp_path / "memory.max")
    assert duckdb_engine.memory_limit() == limit
    with closing(DuckDBSession(1)) as session:
        held = session.query("SELECT current_setting('memory_limit') AS held")["held"][0].as_py()
    assert held in {"2.6 GiB", "1.1 GiB", "1.2 GiB"}
