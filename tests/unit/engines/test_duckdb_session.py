"""A session of the engine that comes with the program."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

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
