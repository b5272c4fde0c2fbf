"""The version of a database: made when it is new, brought up to date when it is old.

The usual case, a database that is up to date, costs one small query: Alembic is imported only
when there is something to migrate. A new database is made from the tables' own definition and
stamped with the newest revision, which is quicker than to run every migration; a test proves
that both ways end in the same schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from rules_engine.errors import StoreError
from rules_engine.messages import msg
from rules_engine.store.connection import writing
from rules_engine.store.tables import Base

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from rules_engine.store.location import Location

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
"""Every migration, oldest first; a test holds this against the files in ``migrations``."""

HEAD = REVISIONS[-1]


def ensure_schema(engine: Engine, location: Location) -> None:
    """Make or migrate the database's tables, if they are not those of this program.

    Raises:
        StoreError: the database was made by a newer program, or holds other tables by our names.
    """
    with engine.connect() as connection:
        if _version(connection) == HEAD:
            return
    with writing(engine) as connection:
        _lock_out_others(connection)
        version = _version(connection)  # another process may have been quicker
        if version == HEAD:
            return
        if version is None:
            _create(connection, location)
        elif version in REVISIONS:
            migrate(connection)
        else:
            raise StoreError.of(
                "store-too-new",
                msg(
                    "The store {where} was made by a newer version of the program (revision"
                    " {revision}; this one knows up to {head}).",
                    where=location,
                    revision=version,
                    head=HEAD,
                ),
                hint=msg("Update rules-engine, or use another store with --store."),
            )


def migrate(connection: Connection, revision: str = HEAD) -> None:
    """Run the migrations from where the database stands to ``revision``, up or down.

    The caller's transaction holds all of it: it happens whole or not at all.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "rules_engine.store:migrations")
    config.attributes["connection"] = connection
    current = _version(connection)
    if current is not None and (revision == "base" or revision < current):
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


def _version(connection: Connection) -> str | None:
    """Return the revision of the database, ``None`` if it has none."""
    if not _has_table(connection, "alembic_version"):
        return None
    result = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if result is None else str(result)


def _has_table(connection: Connection, name: str) -> bool:
    # Asked of the catalogue: on PostgreSQL a failed SELECT would spoil the transaction.
    question = (
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = :name"
        if connection.dialect.name == "sqlite"
        else "SELECT count(*) FROM pg_class WHERE oid = to_regclass(:name)"
    )
    return bool(connection.execute(text(question), {"name": name}).scalar())


def _lock_out_others(connection: Connection) -> None:
    """Let one process at a time change the schema; SQLite's write transaction does so already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(7265106)"))


def _create(connection: Connection, location: Location) -> None:
    taken = [name for name in Base.metadata.tables if _has_table(connection, name)]
    if taken:
        raise StoreError.of(
            "store-not-ours",
            msg(
                "The database {where} already has a table {table} that rules-engine did not make.",
                where=location,
                table=taken[0],
            ),
            hint=msg("Use another database or another file with --store."),
        )
    Base.metadata.create_all(connection, checkfirst=False)
    connection.execute(
        text(
            "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL,"
            " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
