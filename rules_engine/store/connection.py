"""Connections to the database: SQLite's settings, and transactions that mean to write."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

    from rules_engine.store.location import Location

WAIT_SECONDS = 15
_SERVER_TIMEOUT = 10


def connect(location: Location) -> Engine:
    """Return an engine for the database; nothing is opened before the first use."""
    plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    if location.file is None:
        return create_engine(
            location.url,
            json_serializer=plain,
            pool_pre_ping=True,
            connect_args={"connect_timeout": _SERVER_TIMEOUT},
        )
    engine = create_engine(
        location.url, json_serializer=plain, connect_args={"timeout": WAIT_SECONDS}
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that is going to write.

    On SQLite it takes the write lock at once and waits for it. A transaction that reads first
    and writes later is refused without any waiting when another process wrote in between.
    """
    with engine.connect() as connection:
        writer = connection.execution_options(writes=True)
        with writer.begin():
            yield writer


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Python's own way of opening transactions leaves out DDL; ``_begin_sqlite`` opens them all.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    _use_wal(connection)
    # FULL: a stored run survives a power cut. One commit a run makes the price negligible.
    connection.execute("PRAGMA synchronous = FULL")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Turn write-ahead logging on, unless the database is read-only and has none.

    SQLite does not wait for a lock while the mode is being changed, so two processes that make
    one new file together would fail without another try.
    """
    import sqlite3

    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY:
                return
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    options: Any = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")
