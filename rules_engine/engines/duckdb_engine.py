"""DuckDB inside the process: offline, bounded in memory, and silent about its own errors' text."""

from __future__ import annotations

import os
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import duckdb

from rules_engine.errors import EngineFailure, out_of_memory
from rules_engine.messages import msg
from rules_engine.model.sql_text import literal, quoted
from rules_engine.temporary import temporary_folder

if TYPE_CHECKING:
    import pyarrow as pa

MOST_MEMORY = 2_800_000_000
"""Bytes: below 4 GiB for the whole process; what does not fit goes to a temporary folder."""
SHARE_OF_MEMORY = 0.6
"""What the engine takes of a machine with less memory than that."""
CONTAINER = Path("/sys/fs/cgroup/memory.max")
"""Where a container says how much memory it has: bytes, or a word where it has all."""

MOST_LISTED = 1000
"""A column with more distinct values is written value by value: to list them takes longer."""


def memory_limit() -> int:
    """Return how many bytes of memory the engine may take on this machine."""
    known = [MOST_MEMORY]
    with suppress(OSError, ValueError, AttributeError):  # Windows has no sysconf
        known.append(
            int(SHARE_OF_MEMORY * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
        )
    with suppress(OSError, ValueError):
        known.append(int(SHARE_OF_MEMORY * int(CONTAINER.read_text(encoding="ascii"))))
    return min(known)


class DuckDBSession:
    """One in-memory database. Not shared between threads."""

    def __init__(self, threads: int | None = None) -> None:
        """Open a database that never reaches for the network."""
        self._spill = temporary_folder()
        self._alone = threads == 1
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": f"{memory_limit()}B",
            "temp_directory": self._spill.name,
        }
        if threads:
            config["threads"] = threads
        self._connection = duckdb.connect(":memory:", config=config)

    def attach(self, name: str, parquet: Path) -> None:
        """Make a Parquet file, or the files of a folder, readable as the table ``name``."""
        path = literal(str(parquet / "*.parquet" if parquet.is_dir() else parquet))
        self._connection.unregister(name)  # else it would hide the file
        self.run(f"CREATE OR REPLACE VIEW {quoted(name)} AS SELECT * FROM read_parquet({path})")

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable as the table ``name``."""
        self._connection.register(name, table)

    def run(self, sql: str) -> None:
        """Run a statement that gives no rows."""
        try:
            self._connection.execute(sql)
        except duckdb.Error as error:
            _fail(error)

    def query(self, sql: str) -> pa.Table:
        """Run a query and return all of its rows."""
        try:
            if not self._alone:  # for many rows, which nobody wants to hold twice
                return self._connection.sql(sql).to_arrow_table()
            # A relation is bound twice, and a plan has ten thousands of characters: for few rows a
            # second copy of them, of which the client warns, takes less.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                return self._connection.execute(sql).to_arrow_table()
        except duckdb.Error as error:
            _fail(error)

    def write_parquet(self, sql: str, path: Path) -> None:
        """Run a query and write its rows to a Parquet file."""
        options = f"FORMAT parquet, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT {MOST_LISTED}"
        self.run(f"COPY ({sql}) TO {literal(str(path))} ({options})")

    def close(self) -> None:
        """Let go of the database and of what was spilled."""
        self._connection.close()
        self._spill.cleanup()


def _fail(error: duckdb.Error) -> NoReturn:
    if isinstance(error, duckdb.OutOfMemoryException):
        raise EngineFailure(*out_of_memory().findings) from None
    text = str(error).splitlines()[0]
    too_large = isinstance(error, duckdb.ConversionException) and "out of range" in text
    if isinstance(error, duckdb.OutOfRangeException) or too_large:
        raise EngineFailure.of(
            "overflow",
            msg("a number became too large to be exact: {detail}", detail=text),
            hint=msg("look for a figure in the ruleset or the data that cannot be meant"),
        ) from None
    if isinstance(error, duckdb.IOException):
        raise EngineFailure.of(
            "engine-io",
            msg("the engine cannot read or write a file: {detail}", detail=text),
            hint=msg("look at free space and rights, and whether the file is damaged"),
        ) from None
    raise EngineFailure.of(
        "engine-failed",
        msg("the engine refused the plan: {detail}", detail=text),
        hint=msg("this is a fault of the program: please report it with the ruleset"),
    ) from None
