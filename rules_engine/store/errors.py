"""What goes wrong in databases and on disks, said as store errors: what, where, what to do."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rules_engine.errors import Finding, Place, StoreError
from rules_engine.isolation.masking import LONG_ENOUGH, masked
from rules_engine.messages import Message, listed, msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.exc import SQLAlchemyError

    from rules_engine.errors import RulesEngineError
    from rules_engine.store.location import Location

# SQLite's name for an error, up to its first detail → our code. PostgreSQL's SQLSTATE likewise.
_SQLITE = {
    "SQLITE_NOTADB": "store-not-a-database",
    "SQLITE_CORRUPT": "store-damaged",
    "SQLITE_READONLY": "store-read-only",
    "SQLITE_PERM": "store-read-only",
    "SQLITE_BUSY": "store-busy",
    "SQLITE_LOCKED": "store-busy",
    "SQLITE_FULL": "store-full",
    "SQLITE_CANTOPEN": "store-unreachable",
}
_POSTGRESQL = {
    "25006": "store-read-only",  # a read-only transaction or a standby
    "42501": "store-no-permission",
    "53100": "store-full",
    "53300": "store-busy",  # too many connections
    "40001": "store-busy",
    "40P01": "store-busy",
    "55P03": "store-busy",
    "57014": "store-busy",
}
_OS = {
    errno.ENOSPC: "store-full",
    errno.EDQUOT: "store-full",
    errno.EFBIG: "store-full",
    errno.EROFS: "store-read-only",
    errno.EACCES: "store-read-only",
    errno.EPERM: "store-read-only",
    errno.ENOENT: "store-unreachable",
    errno.ENOTDIR: "store-unreachable",
    errno.EEXIST: "store-unreachable",
}


class DamagedRow(Exception):
    """A row that cannot be what the program wrote."""

    def __init__(self, table: str, row: str, columns: tuple[str, ...]) -> None:
        """Say which columns of which row of a table."""
        super().__init__(table, row, columns)
        self.table, self.row, self.columns = table, row, columns

    def findings(self, location: Location) -> list[Finding]:
        """Return a finding for each column."""
        if self.table == "runs":
            hint = msg(
                "put the row back from a copy of the database; the other runs are as they were"
            )
        else:
            hint = msg("put the row back from a copy of the database")
        return [
            Finding(
                "row-damaged",
                msg("run {run} is damaged: the column {column} cannot be read", run=self.row,
                    column=column)
                if self.table == "runs"
                else msg("row {row} of the table {table} is damaged: the column {column} cannot be "
                         "read", row=self.row, table=self.table, column=column),
                Place(str(location), table=self.table, field=column),
                hint,
            )
            for column in self.columns
        ]  # fmt: skip


@contextmanager
def store_errors(location: Location) -> Iterator[None]:
    """Turn every error of the database or the disk inside the block into a ``StoreError``."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise StoreError.of(
            "store-driver-missing",
            msg("The store {where} needs the package {name}.", where=location, name=error.name),
            hint=msg('Install it: pip install "psycopg[binary]".'),
        ) from error
    except OSError as error:
        code = _OS.get(error.errno or 0, "store-failed")
        where = str(error.filename or location)
        raise _error(code, where, error.strerror or str(error)) from error
    except DamagedRow as error:
        raise StoreError(*error.findings(location)) from error
    except Exception as error:
        # Where only files are dealt with, SQLAlchemy may not have been imported yet.
        from sqlalchemy.exc import DBAPIError, SQLAlchemyError

        if not isinstance(error, SQLAlchemyError):
            raise
        original = error.orig if isinstance(error, DBAPIError) else None
        raise _error(
            _code_of(error), str(location), str(original or error),
            getattr(original, "holders", ()),
        ) from error  # fmt: skip


def _code_of(error: SQLAlchemyError) -> str:
    from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

    original = error.orig if isinstance(error, DBAPIError) else None
    name = getattr(original, "sqlite_errorname", None)
    if name:
        return _SQLITE.get("_".join(name.split("_")[:2]), "store-failed")
    if state := getattr(original, "sqlstate", None):
        # no connection, no login, no such database; the server was stopped or cut the line
        if state[:2] in ("08", "28", "3D") or state[:3] == "57P" or state == "25P03":
            return "store-unreachable"
        return _POSTGRESQL.get(state, "store-failed")
    # A server that was never reached has not sent a state.
    unreached = OperationalError, InterfaceError
    return "store-unreachable" if isinstance(error, unreached) else "store-failed"


def _error(code: str, where: str, reason: str, holders: Sequence[str] = ()) -> RulesEngineError:
    message, hint = _words(code, locked=bool(holders))
    reason = masked(" ".join(reason.split()), LONG_ENOUGH)
    values = ("where", where), ("reason", reason), ("who", listed(holders))
    filled = Message(message.text, values)
    return StoreError.of(code, filled, hint=hint, place=Place(file=where))


def _words(code: str, *, locked: bool) -> tuple[Message, Message]:
    match code:
        case "store-not-a-database":
            return (
                msg("{where} is not a database of runs ({reason})."),
                msg("Give the path of another file with --store; the file was not touched."),
            )
        case "store-damaged":
            return (
                msg("The store {where} is damaged ({reason})."),
                msg("Put back a copy of the file; the folders of runs beside it are untouched."),
            )
        case "store-read-only":
            return (
                msg("The store cannot be written: {where} is read-only ({reason})."),
                msg(
                    "Ask for the right to write there, or use another store with --store or"
                    " RULES_ENGINE_HOME."
                ),
            )
        case "store-no-permission":
            return (
                msg("The store {where} does not allow this to you ({reason})."),
                msg("Ask whoever runs the database for the right to do it."),
            )
        case "store-busy" if locked:
            return (
                msg("The store {where} is in use by {who} ({reason})."),
                msg(
                    "Try again in a while; nothing was stored. What stays in use, whoever runs the"
                    " database ends by the number in brackets."
                ),
            )
        case "store-busy":
            return (
                msg("The store {where} is kept busy by another program ({reason})."),
                msg("Wait until it has finished, and try again; nothing was stored."),
            )
        case "store-full":
            return (
                msg("There is no room left for the store at {where} ({reason})."),
                msg("Make room on the disk and try again; nothing was stored."),
            )
        case "store-unreachable":
            return (
                msg("The store {where} cannot be opened ({reason})."),
                msg(
                    "Check the address or the path, that the server runs, and that you may read"
                    " and write there."
                ),
            )
        case _:
            return (
                msg("The store {where} failed: {reason}."),
                msg("Try again; if it fails again, use another store with --store."),
            )
