"""Connections to the database: SQLite's settings, and transactions that mean to write."""

from __future__ import annotations

import json
import os
import shutil
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event

from rules_engine.isolation.masking import remember
from rules_engine.store import postgresql
from rules_engine.store.column_checks import read_json
from rules_engine.store.location import Location
from rules_engine.temporary import temporary_folder

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

WAIT_SECONDS = 15
_SERVER_TIMEOUT = 10
_TRIES = 5


def connect(location: Location) -> Engine:
    """Return an engine for the database; nothing is opened before the first use."""
    plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    if location.file is None:
        engine = create_engine(
            location.url,
            json_serializer=plain,
            json_deserializer=read_json,
            pool_pre_ping=True,
            connect_args={"connect_timeout": _SERVER_TIMEOUT},
        )
        postgresql.set_up(engine, WAIT_SECONDS)
        event.listen(engine, "connect", _remember_password)
        return engine
    engine = create_engine(
        location.url,
        json_serializer=plain,
        json_deserializer=read_json,
        connect_args={"timeout": WAIT_SECONDS},
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def is_read_only(file: Path) -> bool:
    """Return whether a SQLite file can be read and not written, nor its folder."""
    own = {"effective_ids": True} if os.access in os.supports_effective_ids else {}
    if not os.access(file, os.R_OK, **own):
        return False
    return not (os.access(file, os.W_OK, **own) and os.access(file.parent, os.W_OK, **own))


class Copy:
    """A copy of a SQLite file that can be read only, and only read.

    SQLite writes beside a file of ours whatever it is opened for, and cannot read it where it may
    not. The copy takes the log of what was not yet written into the file along, and a file of an
    older program is brought up to date in it.
    """

    def __init__(self, file: Path) -> None:
        """Copy the file, and again if somebody wrote to it meanwhile."""
        self._temporary = temporary_folder()
        self.file = Path(self._temporary.name) / file.name
        parts = (file, file.with_name(f"{file.name}-wal"))
        for _ in range(_TRIES):
            before = [_stamp(part) for part in parts]
            for part in parts:
                if part.exists():
                    shutil.copyfile(part, self.file.with_name(part.name))
            if [_stamp(part) for part in parts] == before:
                break

    def connect(self) -> Engine:
        """Return an engine for the copy."""
        return connect(Location(self.file.parent, self.file))

    def close(self) -> None:
        """Remove the copy."""
        self._temporary.cleanup()


def refuse_writing(engine: Engine) -> None:
    """Let the connections of an engine read only, from now on."""
    engine.dispose()

    def refuse(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    event.listen(engine, "connect", refuse)


def _stamp(part: Path) -> tuple[int, int] | None:
    try:
        results = part.stat()
    except FileNotFoundError:
        return None
    return results.st_size, results.st_mtime_ns


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


def _remember_password(connection: Any, _record: object) -> None:  # noqa: ANN401 - psycopg's own
    """Keep the password in mind wherever libpq found it, such as in a file of services."""
    remember(connection.info.password)


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Python's own way of opening transactions leaves out DDL; ``_begin_sqlite`` opens them all.
    connection.isolation_level = None
    connection.text_factory = _text
    connection.execute("PRAGMA foreign_keys = ON")
    _use_wal(connection)
    # FULL: a stored run survives a power cut. One commit a run makes the price negligible.
    connection.execute("PRAGMA synchronous = FULL")


def _text(stored: bytes) -> str | bytes:
    """Return a text, or the bytes if they are none: the row that holds them is damaged."""
    try:
        return stored.decode("utf-8")
    except UnicodeDecodeError:
        return stored


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
