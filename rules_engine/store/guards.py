"""Triggers with which the database itself refuses what the program must never do.

Whoever owns the database can drop them; they are there against slips and faults, and on a server
against everybody else. Against the owner there is the chain of the audit log, and its signed
export.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import event, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, MetaData

LOCK = 7265107
"""The advisory lock of whoever acts; a number like any other."""


class Guard(NamedTuple):
    """What a table's triggers refuse.

    SQLite replaces a row for ``INSERT OR REPLACE`` and for ``UPDATE OR REPLACE`` without asking
    the triggers for ``DELETE``. So a row is not inserted where one stands, and no row gets another
    key. PostgreSQL has no such statement; there ``sql/audit.sql`` says which numbers come next.

    Attributes:
        table: the table.
        refusal: what the database answers.
        rows: the condition, over ``OLD``, for the rows that are guarded; ``None``: for all.
        keys: the columns by which others know a row.
        taken: the condition, over ``NEW``, for what SQLite does not let in.
    """

    table: str
    refusal: str
    rows: str | None
    keys: tuple[str, ...]
    taken: str

    def statements(self, dialect: str) -> Iterator[str]:
        """Give the statements that make the triggers."""
        sqlite = dialect == "sqlite"
        differs = "IS NOT" if sqlite else "IS DISTINCT FROM"
        moved = " OR ".join(f"NEW.{key} {differs} OLD.{key}" for key in self.keys)
        changes = {"UPDATE": f"{self.rows} OR {moved}" if self.rows else "true",
                   "DELETE": self.rows or "true"}  # fmt: skip
        if sqlite:
            for act, when in (changes | {"INSERT": self.taken}).items():
                yield (
                    f"CREATE TRIGGER {self.table}_guarded_{act.lower()} BEFORE {act} "
                    f"ON {self.table} WHEN {when} "
                    f"BEGIN SELECT RAISE(ABORT, '{self.refusal}'); END"
                )
            return
        name = f"{self.table}_guarded"
        yield (
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
            f"SET search_path = pg_catalog, pg_temp AS "
            f"$$ BEGIN RAISE EXCEPTION USING MESSAGE = '{self.refusal}'; END $$"
        )
        for act, when in changes.items():
            yield (
                f"CREATE TRIGGER {name}_{act.lower()} BEFORE {act} ON {self.table} "
                f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()"
            )
        yield (
            f"CREATE TRIGGER {name}_truncate BEFORE TRUNCATE ON {self.table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )


def _not_next(table: str) -> str:
    return f"NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM {table})"


GUARDS = (
    Guard(
        "audit", "the audit log is only added to", None, ("number",),
        f"{_not_next('audit')} OR NEW.previous IS NOT "
        "coalesce((SELECT hash FROM audit ORDER BY number DESC LIMIT 1), "
        f"'{'0' * 64}')",
    ),
    Guard(
        "runs", "a sealed run is not changed, and none is replaced", "OLD.status = 'sealed'",
        ("number", "id"),
        "EXISTS (SELECT 1 FROM runs WHERE number = NEW.number OR id = NEW.id)",
    ),
    Guard(
        "appeals", "a decided appeal is not changed, and none is replaced",
        "OLD.status <> 'open'", ("number",), _not_next("appeals"),
    ),
    Guard(
        "evidence", "evidence is only added", None, ("number",),
        "EXISTS (SELECT 1 FROM evidence WHERE number = NEW.number)",
    ),
)  # fmt: skip
_FUNCTIONS = (*(f"{guard.table}_guarded" for guard in GUARDS), "appeals_numbered",
              "audit_numbered", "audit_append", "audit_hash", "audit_canonical")  # fmt: skip


def make(connection: Connection) -> None:
    """Make the triggers, in a database that has the tables and no triggers."""
    dialect = connection.dialect.name
    for guard in GUARDS:
        for statement in guard.statements(dialect):
            connection.exec_driver_sql(statement)
    if dialect == "postgresql":
        places = {"schema": schema_of(connection), "lock": str(LOCK)}
        for statement in template("audit", places):
            connection.exec_driver_sql(statement)


def drop(connection: Connection) -> None:
    """Drop the triggers, and on PostgreSQL their functions, of this or any earlier version."""
    if connection.dialect.name == "postgresql":
        for name in _FUNCTIONS:
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name} CASCADE")
        return
    result = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    for name in result.scalars().all():
        if "_guarded_" in name:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")


def keep_with(metadata: MetaData) -> None:
    """Make the triggers whenever the tables are made, and drop what outlives the tables."""

    def made(_: object, connection: Connection, **__: object) -> None:
        make(connection)

    def dropped(_: object, connection: Connection, **__: object) -> None:
        drop(connection)

    event.listen(metadata, "after_create", made)
    event.listen(metadata, "before_drop", dropped)


def schema_of(connection: Connection) -> str:
    """Return the schema of the tables on PostgreSQL, quoted."""
    question = (
        "SELECT quote_ident(nspname) FROM pg_namespace JOIN pg_class "
        "ON pg_namespace.oid = relnamespace WHERE pg_class.oid = to_regclass('runs')"
    )
    return str(connection.execute(text(question)).scalar_one())


def template(name: str, places: dict[str, str]) -> Iterator[str]:
    """Give the statements of a file below ``sql``, with what stands between ``@`` filled in."""
    filled = (files("rules_engine.store") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    for place, value in places.items():
        filled = filled.replace(f"@{place}@", value)
    for statement in filled.split(";\n\n"):
        yield statement.strip().removesuffix(";")
