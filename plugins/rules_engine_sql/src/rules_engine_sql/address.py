"""From an address to a database that is only read; whatever is shown of it has no password."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import sqlalchemy as sa

from rules_engine.api import DatasetError, Place, check_file, limits, msg, written_path
from rules_engine_sql.failures import no_dialect, no_driver, reporting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from rules_engine.api import SourceRequest

_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "oracle": "oracle+oracledb",
}
"""Which driver is meant where an address names none, whatever SQLAlchemy's release takes."""


@dataclass(frozen=True)
class Database:
    """A database.

    Attributes:
        shown: its address without options and with the password hidden, for people.
        secrets: what no message may hold.
        engine: what connects to it.
    """

    shown: str
    secrets: tuple[str, ...]
    engine: sa.Engine

    @property
    def loose(self) -> bool:
        """Return whether its columns may hold values of any type, whatever was declared."""
        return self.engine.dialect.name == "sqlite"

    def reading(self, table: str | None = None) -> AbstractContextManager[None]:
        """Turn what a database says is wrong into findings."""
        return reporting(self.place(table), self.secrets)

    def place(self, table: str | None = None, column: str | None = None) -> Place:
        """Return the place of the database, or of a table or column in it."""
        return Place(self.shown, table=table, field=column)

    def connect(self) -> sa.Connection:
        """Connect so that nothing can be changed, as far as the database knows such a thing."""
        if self.engine.dialect.name == "postgresql":
            return self.engine.connect().execution_options(postgresql_readonly=True)
        connection = self.engine.connect()
        if self.loose:  # a file may be made to give rows of a gigabyte
            driver: Any = connection.connection.driver_connection
            driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.RECORD_SIZE.most * limits.MIB)
        return connection


def database_at(request: SourceRequest, timeout: int) -> Database:
    """Return the database at a location, without connecting to it yet.

    Raises:
        DatasetError: it is no such address, or its driver is not installed.
    """
    url = _url(request)
    shown = url.set(query={}).render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite":
        url, shown = _read_only(url, request)
    elif request.secret:
        url = url.set(password=request.secret)
    place = Place(shown)
    try:
        # Each table has a connection of its own, for as long as it is read.
        engine = sa.create_engine(
            url, poolclass=sa.NullPool, connect_args=_connect_args(url, timeout)
        )
    except ModuleNotFoundError as error:
        no_driver(error.name or "", place)
    except sa.exc.NoSuchModuleError:
        no_dialect(url.drivername, place)
    return Database(shown, tuple(_secrets(url)), engine)


def _url(request: SourceRequest) -> sa.URL:
    if ":/" not in request.location:
        return sa.URL.create("sqlite", database=request.location)
    try:
        url = sa.make_url(request.location)
    except (sa.exc.ArgumentError, ValueError):
        _refuse_address()
    if url.get_backend_name() == "sqlite" and not url.database:
        _refuse_address()
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def _refuse_address() -> NoReturn:
    raise DatasetError.of(
        "bad-address",
        msg("this is no address of a database"),
        hint=msg("write it as {example}", example="postgresql://reader@db.example/petitions"),
    ) from None


def _read_only(url: sa.URL, request: SourceRequest) -> tuple[sa.URL, str]:
    """Return the address of a SQLite file that must be there, and what it is called."""
    file = written_path(request.folder or Path(), url.database or "")
    if not file.exists():
        raise DatasetError.of(
            "no-such-data",
            msg("there is no file {place}", place=file),
            place=Place(str(file)),
            hint=msg("a path counts from here, or from the folder of source.yaml"),
        )
    try:
        check_file(file)
    except OSError as error:
        raise DatasetError.of(
            "cannot-read",
            msg("cannot read {place}: {reason}", place=file, reason=error.strerror or ""),
            place=Place(str(file)),
        ) from error
    read_only = {"mode": "ro", "uri": "true"}
    return url.set(database=file.absolute().as_uri(), query=read_only), str(file)


def _connect_args(url: sa.URL, timeout: int) -> dict[str, Any]:
    known = url.get_backend_name() in ("postgresql", "mysql", "mariadb")
    return {"connect_timeout": timeout} if known else {}


def _secrets(url: sa.URL) -> Iterator[str]:
    if url.password:
        yield str(url.password)
        yield url.render_as_string(hide_password=False).partition("@")[0].rpartition(":")[2]
