"""Triggers with which the database itself refuses what the program must never do.

Whoever owns the database can drop them; they are there against slips and faults. Against the
owner there is the chain of the audit log, and its signed export.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import DDL, event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Table

AUDIT_UNCHANGED = "the audit log is only added to"


def guard_audit(dialect: str) -> Iterator[str]:
    """Give the statements that let nobody change or remove an entry of the audit log."""
    if dialect == "sqlite":
        for act in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit "
                f"BEGIN SELECT RAISE(ABORT, '{AUDIT_UNCHANGED}'); END"
            )
        return
    yield (
        "CREATE FUNCTION audit_unchanged() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{AUDIT_UNCHANGED}'; END $$"
    )
    yield (
        "CREATE TRIGGER audit_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_unchanged()"
    )


def drop_audit_guard(dialect: str) -> Iterator[str]:
    """Give the statements that remove what stays when the table goes."""
    if dialect == "postgresql":
        yield "DROP FUNCTION audit_unchanged"


def keep_with(table: Table) -> None:
    """Make the triggers whenever the table of the audit log is made."""
    for dialect in ("sqlite", "postgresql"):
        for act, statements in (("create", guard_audit), ("drop", drop_audit_guard)):
            for statement in statements(dialect):
                text = DDL(statement)  # type: ignore[no-untyped-call]  # theirs has no types
                text = text.execute_if(dialect=dialect)
                event.listen(table, f"after_{act}", text)
