"""Triggers with which the database itself refuses what the program must never do.

Whoever owns the database can drop them; they are there against slips and faults. Against the
owner there is the chain of the audit log, and its signed export.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import DDL, event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Table


class Guard(NamedTuple):
    """What a table's triggers refuse.

    Attributes:
        table: the table.
        refusal: what the database answers.
        rows: the condition, over ``OLD``, for the rows that are guarded; ``None``: for all.
    """

    table: str
    refusal: str
    rows: str | None = None

    def statements(self, dialect: str) -> Iterator[str]:
        """Give the statements that make the triggers."""
        name = f"{self.table}_guarded"
        if dialect == "sqlite":
            when = f"WHEN {self.rows} " if self.rows else ""
            for act in ("UPDATE", "DELETE"):
                yield (
                    f"CREATE TRIGGER {name}_{act.lower()} BEFORE {act} ON {self.table} "
                    f"{when}BEGIN SELECT RAISE(ABORT, '{self.refusal}'); END"
                )
            return
        yield (
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{self.refusal}'; END $$"
        )
        when = f"WHEN ({self.rows}) " if self.rows else ""
        yield (
            f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {self.table} "
            f"FOR EACH ROW {when}EXECUTE FUNCTION {name}()"
        )
        yield (
            f"CREATE TRIGGER {name}_truncate BEFORE TRUNCATE ON {self.table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )

    def leftovers(self, dialect: str) -> Iterator[str]:
        """Give the statements that remove what stays when the table goes."""
        if dialect == "postgresql":
            yield f"DROP FUNCTION {self.table}_guarded CASCADE"


AUDIT = Guard("audit", "the audit log is only added to")
RUNS = Guard("runs", "a sealed run is not changed", "OLD.status = 'sealed'")
APPEALS = Guard("appeals", "a decided appeal is not changed", "OLD.status <> 'open'")
EVIDENCE = Guard("evidence", "evidence is only added")


def keep_with(table: Table, guard: Guard) -> None:
    """Make the triggers whenever the table is made."""
    for dialect in ("sqlite", "postgresql"):
        for act, statements in (("create", guard.statements), ("drop", guard.leftovers)):
            for statement in statements(dialect):
                text = DDL(statement)  # type: ignore[no-untyped-call]  # theirs has no types
                event.listen(table, f"after_{act}", text.execute_if(dialect=dialect))
