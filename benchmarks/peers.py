"""The peers: a hand-written DuckDB query and a Polars script for the same forty indicators.

Run as ``python -m benchmarks.peers duckdb|polars FOLDER FORMAT OUT``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.workload import conditions


def hand_written(folder: Path, suffix: str, out: Path) -> None:
    """Count the indicators as somebody would who writes SQL by hand."""
    import duckdb

    reader = "read_parquet" if suffix == "parquet" else "read_csv"
    counts = ", ".join(
        f"count(*) FILTER (WHERE {condition}) AS i{n}" for n, condition in enumerate(conditions())
    )
    duckdb.sql(
        f"COPY (SELECT village_id, {counts} FROM {reader}('{folder}/matters.{suffix}') "
        f"WHERE received_on BETWEEN DATE '2025-01-01' AND DATE '2025-12-31' GROUP BY village_id) "
        f"TO '{out}' (FORMAT parquet, COMPRESSION zstd)"
    )


def polars_script(folder: Path, suffix: str, out: Path) -> None:
    """Count the same with Polars, lazily and streaming."""
    import polars as pl

    path = folder / f"matters.{suffix}"
    frame = (
        pl.scan_parquet(path) if suffix == "parquet" else pl.scan_csv(path, try_parse_dates=True)
    )
    (
        frame.group_by("village_id")
        .agg(
            pl.sql_expr(condition).sum().alias(f"i{n}") for n, condition in enumerate(conditions())
        )
        .sink_parquet(out, compression="zstd")
    )


if __name__ == "__main__":
    peer, where, kind, target = sys.argv[1:]
    {"duckdb": hand_written, "polars": polars_script}[peer](Path(where), kind, Path(target))
