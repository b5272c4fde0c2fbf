"""Who may do what: a list in the store, checked by the program, and on PostgreSQL by the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from rules_engine.errors import StoreError
from rules_engine.messages import listed, msg
from rules_engine.model.run import STEPS
from rules_engine.store.audit_log import acting, append
from rules_engine.store.errors import store_errors
from rules_engine.store.guards import schema_of, template
from rules_engine.store.tables import Base, RoleRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine, Table

    from rules_engine.audit.actor import Actor
    from rules_engine.store.location import Location

ROLES = ("assess", "review", "publish", "seal", "decide", "administer", "appeal")
"""Every role; ``appeal`` adds nothing to what each gives: to read, dispute and bring evidence."""

ADMINISTER = "administer"
"""The role that changes this list, and removes old drafts."""


class Roles:
    """The list of one store, for one actor."""

    def __init__(self, engine: Engine, location: Location, actor: Actor) -> None:
        """Use the store's own engine."""
        self._engine = engine
        self._location = location
        self._actor = actor

    def all(self) -> list[tuple[str, str]]:
        """Return who holds which role; empty: everybody may do everything."""
        with store_errors(self._location), Session(self._engine) as session:
            return _all(session)

    def grant(self, name: str, role: str) -> None:
        """Give a role to somebody.

        Raises:
            StoreError: the actor may not, or nobody would be left who may.
        """
        with store_errors(self._location), acting(self._engine) as session:
            allow(session, self._actor, ADMINISTER)
            value = _all(session)
            if not value and role != ADMINISTER:
                raise _nobody(name)
            if (name, role) not in value:
                session.add(RoleRow(name=name, role=role))
                append(session, self._actor, "role-granted", details={"name": name, "role": role})

    def revoke(self, name: str, role: str) -> None:
        """Take a role from somebody; the last one who administers keeps it while others have roles.

        Raises:
            StoreError: the actor may not, or nobody would be left who may.
        """
        with store_errors(self._location), acting(self._engine) as session:
            allow(session, self._actor, ADMINISTER)
            rest = [pair for pair in _all(session) if pair != (name, role)]
            if rest and all(other != ADMINISTER for _, other in rest):
                raise _nobody(name)
            session.execute(delete(RoleRow).where(RoleRow.name == name, RoleRow.role == role))
            append(session, self._actor, "role-revoked", details={"name": name, "role": role})

    def statements(self) -> Iterator[str]:
        """Give the statements with which PostgreSQL itself holds everybody to the list."""
        with store_errors(self._location), self._engine.connect() as connection:
            places = _places(connection)
        yield from template("rights", places)


def _places(connection: Connection) -> dict[str, str]:
    """Return what ``sql/rights.sql`` leaves open for this database."""
    group, database = connection.execute(text(_GROUP)).one()
    steps = " OR ".join(
        f"(OLD.status = '{old}' AND NEW.status = '{new}' "
        f"AND @schema@.rules_engine_may('{role_of(verb, old)}'))"
        for verb, step in STEPS.items()
        for old, new in step.after.items()
    )
    tables = Base.metadata.tables
    return {
        "steps": steps,
        "groups": _quoted(group, *(f"{group}_{role}" for role in ROLES)),
        "roles": _quoted(*ROLES),
        "tables": _quoted("alembic_version", *tables),
        "runs_columns": _insertable(tables["runs"]),
        "evidence_columns": _insertable(tables["evidence"]),
        "group": group,
        "database": database,
        "schema": schema_of(connection),
    }


def _quoted(*names: str) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _insertable(table: Table) -> str:
    """Return the columns of a table whose rows the database counts."""
    return ", ".join(f'"{column.name}"' for column in table.columns if column.name != "number")


def role_of(verb: str, status: str) -> str:
    """Return the role that a step needs; taking one back needs that of the step itself."""
    return {"published": "publish", "reviewed": "review"}[status] if verb == "withdraw" else verb


def allow(session: Session, actor: Actor, role: str) -> None:
    """Refuse what needs a role that the actor has not.

    On PostgreSQL it is the login at the server that counts, else the name that is given.

    Raises:
        StoreError: somebody holds roles, and the actor not this one.
    """
    value = _all(session)
    name = actor.name
    if session.get_bind().dialect.name == "postgresql":
        name = str(session.scalar(text("SELECT session_user")))
    if value and (name, role) not in value:
        raise StoreError.of(
            "role-missing",
            msg("{name} has not the role “{role}”.", name=name, role=role),
            hint=msg("Those who have it: {names}.",
                     names=listed(n for n, r in value if r == role) or "—"),
        )  # fmt: skip


def _all(session: Session) -> list[tuple[str, str]]:
    query = select(RoleRow.name, RoleRow.role).order_by(RoleRow.role, RoleRow.name)
    value = session.execute(query)
    return [(name, role) for name, role in value if isinstance(name, str) and isinstance(role, str)]


def _nobody(name: str) -> Exception:
    return StoreError.of(
        "role-administer",
        msg("Nobody would have the role administer, and nobody could change the list."),
        hint=msg("First: rules-engine roles grant {name} administer.", name=name),
    )


_GROUP = """
SELECT CASE
  WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'rules_engine_' || here.oid) OR EXISTS (
    SELECT FROM pg_shdepend JOIN pg_roles ON refobjid = pg_roles.oid
    WHERE rolname = 'rules_engine' AND dbid NOT IN (0, here.oid))
  THEN 'rules_engine_' || here.oid ELSE 'rules_engine' END, quote_ident(datname)
FROM pg_database AS here WHERE datname = current_database()
"""
"""The group of a store's members. Groups belong to the whole server: a second store has another."""
