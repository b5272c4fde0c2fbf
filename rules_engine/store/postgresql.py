"""What every connection to a PostgreSQL server is set to, and who holds up the others there."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from rules_engine.store.guards import LOCK

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Engine
    from sqlalchemy.engine.interfaces import ExceptionContext

BUSY = "55P03"
STATEMENT_SECONDS = 300
"""The longest statement of ours, an upgrade of a large store, takes a small part of it."""
IDLE_SECONDS = 300
"""So long the server keeps the locks of a program that stopped within a transaction."""
_TIMES = ("date", "timestamp", "timestamptz")
_HOLDERS = f"""
SELECT DISTINCT coalesce(usename, '?'), pid FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE granted AND pid <> pg_backend_pid() AND datname = current_database() AND (
  (locktype = 'advisory' AND classid = 0 AND objid = {LOCK})
  OR (mode <> 'AccessShareLock' AND relation IN (
    SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = (
      SELECT relnamespace FROM pg_class WHERE oid = to_regclass('audit')))))
ORDER BY 2
"""


def set_up(engine: Engine, wait: float) -> None:
    """Let no connection of an engine wait without end, nor fail at a value that it cannot read.

    Args:
        engine: the engine.
        wait: the seconds for which a lock is waited for.
    """

    def connected(connection: psycopg.Connection[Any], _record: object) -> None:
        for name, seconds in (
            ("lock_timeout", wait),
            ("statement_timeout", STATEMENT_SECONDS),
            ("idle_in_transaction_session_timeout", IDLE_SECONDS),
        ):
            connection.execute(f"SET {name} = {round(1000 * seconds)}")
        # Days and times are read only as ISO writes them, whatever the login's settings say.
        connection.execute("SET datestyle = 'ISO, YMD'")
        connection.commit()
        _keep_unreadable(connection)

    event.listen(engine, "connect", connected)
    event.listen(engine, "handle_error", _name_holders)


def _keep_unreadable(connection: psycopg.Connection[Any]) -> None:
    """Let ``infinity`` and days before or after all years come as the server writes them.

    The columns find out that they are damaged; the driver would end the whole list.
    """
    from psycopg import adapt, errors, pq

    def kept(kind: type[Any]) -> type[adapt.Loader]:
        class Kept(adapt.Loader):
            def __init__(self, oid: int, context: Any = None) -> None:  # noqa: ANN401 - psycopg's
                super().__init__(oid, context)
                self._read = kind(oid, context).load

            def load(self, data: Any) -> object:  # noqa: ANN401 - a buffer of any kind
                try:
                    return self._read(data)
                except (errors.DataError, ValueError, OverflowError):
                    return bytes(data).decode("utf-8", "replace")

        return Kept

    for name in _TIMES:
        oid = connection.adapters.types[name].oid
        kind = connection.adapters.get_loader(oid, pq.Format.TEXT)
        assert kind, name
        connection.adapters.register_loader(oid, kept(kind))


def _name_holders(context: ExceptionContext) -> None:
    """Note at the error of a lock that was not given who holds such locks."""
    error: Any = context.original_exception
    if getattr(error, "sqlstate", None) != BUSY or context.engine is None:
        return
    # A connection of its own: that of the error can be asked nothing more.
    with suppress(SQLAlchemyError), context.engine.connect() as asking:
        result = asking.exec_driver_sql(_HOLDERS).all()
        error.holders = tuple(f"{login} ({pid})" for login, pid in result)
