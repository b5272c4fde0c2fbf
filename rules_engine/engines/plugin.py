"""Registers the DuckDB engine the way anyone's engine is registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.hookspecs import hookimpl
from rules_engine.model.plugin import EngineKind

if TYPE_CHECKING:
    from rules_engine.model.plugin import EngineSession


@hookimpl
def rules_engine_register_engines() -> list[EngineKind]:
    """Give DuckDB, which runs inside the process."""
    return [EngineKind("duckdb", "DuckDB inside the process", "duckdb", _version, _connect)]


def _version() -> str:
    import duckdb

    return str(duckdb.__version__)


def _connect(threads: int | None) -> EngineSession:
    from rules_engine.engines.duckdb_engine import DuckDBSession

    return DuckDBSession(threads)
