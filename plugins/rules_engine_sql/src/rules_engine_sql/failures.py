"""Says what is wrong with a database: where, and what to do about it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import sqlalchemy as sa

from rules_engine.api import DatasetError, Finding, limits, msg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.api import Place

PACKAGES = {
    "psycopg": "psycopg[binary]",
    "psycopg2": "psycopg2-binary",
    "MySQLdb": "mysqlclient",
}
"""Packages that are not called as the module that they bring."""

_NO_LOGIN = ("28", "1045", "1698", "18456", "ORA-01017")
_NO_RIGHT = ("42501", "1142", "1143", "229", "ORA-01031")
_LOST = ("08", "57P", "2006", "2013", "ORA-03113")
"""How the databases begin to say it: standard SQLSTATEs, and the numbers of those with others."""

_DAMAGED = ("file is not a database", "image is malformed")
_TOO_LONG = "string or blob too big"
_NO_TEXT = "Could not decode to UTF-8"


def no_driver(module: str, place: Place) -> NoReturn:
    """Refuse an address whose driver is not installed."""
    package = PACKAGES.get(module, module)
    raise DatasetError.of(
        "no-driver",
        msg("the driver “{module}” is not installed", module=module),
        place=place,
        hint=msg("install it: pip install {package}", package=f'"{package}"'),
    )


def no_dialect(name: str, place: Place) -> NoReturn:
    """Refuse an address of a kind of database that SQLAlchemy does not know by itself."""
    raise DatasetError.of(
        "no-driver",
        msg("SQLAlchemy does not know databases of the kind “{name}”", name=name),
        place=place,
        hint=msg("install the package with its dialect; its maker says how it is called"),
    )


@contextmanager
def reporting(place: Place, secrets: tuple[str, ...]) -> Iterator[None]:
    """Turn what a database says is wrong into a finding that shows no secret."""
    try:
        yield
    except ModuleNotFoundError as error:  # some drivers are only looked for now
        no_driver(error.name or "", place)
    except sa.exc.SQLAlchemyError as error:
        raise DatasetError(_finding(error, place, secrets)) from None
    except UnicodeDecodeError:  # a name or a statement in the file is no text
        raise DatasetError(_damaged(place)) from None


def _damaged(place: Place) -> Finding:
    return Finding(
        "bad-database",
        msg("this is no SQLite file, or it is damaged"),
        place,
        msg("copy the file again, while nobody writes to it"),
    )


def _finding(error: sa.exc.SQLAlchemyError, place: Place, secrets: tuple[str, ...]) -> Finding:
    original = getattr(error, "orig", None) or error
    reason = " ".join(str(original).split())[:300]
    for secret in secrets:
        reason = reason.replace(secret, "***")
    sign = str(getattr(original, "sqlstate", None) or next(iter(original.args), ""))
    sent = getattr(error, "statement", None) is not None
    if sign.startswith(_NO_LOGIN) or (not sent and "password" in reason.casefold()):
        return Finding(
            "not-authorised",
            msg("the database does not let this user in: {reason}", reason=reason),
            place,
            msg("look at the user's name, and at the password in the environment or the keyring"),
        )
    if sign.startswith(_NO_RIGHT):
        return Finding(
            "no-right",
            msg("the user may not read this: {reason}", reason=reason),
            place,
            msg("have the right to read it (SELECT) granted to the user"),
        )
    if getattr(error, "connection_invalidated", False) or sign.startswith(_LOST):
        return Finding(
            "connection-lost",
            msg("the connection to the database was lost: {reason}", reason=reason),
            place,
            msg("nothing was stored; try again"),
        )
    if reason.endswith(_TOO_LONG):
        return limits.RECORD_SIZE.finding(place)
    if reason.endswith(_DAMAGED) or reason.startswith(_NO_TEXT):
        return _damaged(place)
    if not sent and isinstance(error, sa.exc.OperationalError):
        return Finding(
            "cannot-connect",
            msg("the database cannot be reached: {reason}", reason=reason),
            place,
            msg("look at the address, and whether the server is running and lets you through"),
        )
    return Finding(
        "query-failed",
        msg("the database refuses the query: {reason}", reason=reason),
        place,
        msg("look at the names and at the query in source.yaml"),
    )
