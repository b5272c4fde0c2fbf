"""Who may do what: a list in the store, checked by the program, and on PostgreSQL by the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from rules_engine.errors import StoreError
from rules_engine.messages import listed, msg
from rules_engine.model.run import STEPS
from rules_engine.store.audit_log import acting, append
from rules_engine.store.tables import RoleRow
from rules_engine.store.trouble import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from rules_engine.audit.actor import Actor
    from rules_engine.store.location import Location

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
        with told(self._location), Session(self._engine) as session:
            return _all(session)

    def grant(self, name: str, role: str) -> None:
        """Give a role to somebody.

        Raises:
            StoreError: the actor may not, or nobody would be left who may.
        """
        with told(self._location), acting(self._engine) as session:
            allow(session, self._actor, ADMINISTER)
            held = _all(session)
            if not held and role != ADMINISTER:
                raise _nobody(name)
            if (name, role) not in held:
                session.add(RoleRow(name=name, role=role))
                append(session, self._actor, "role-granted", details={"name": name, "role": role})

    def revoke(self, name: str, role: str) -> None:
        """Take a role from somebody; the last one who administers keeps it while others have roles.

        Raises:
            StoreError: the actor may not, or nobody would be left who may.
        """
        with told(self._location), acting(self._engine) as session:
            allow(session, self._actor, ADMINISTER)
            rest = [pair for pair in _all(session) if pair != (name, role)]
            if rest and all(other != ADMINISTER for _, other in rest):
                raise _nobody(name)
            session.execute(delete(RoleRow).where(RoleRow.name == name, RoleRow.role == role))
            append(session, self._actor, "role-revoked", details={"name": name, "role": role})

    def statements(self) -> Iterator[str]:
        """Give the statements with which PostgreSQL itself holds everybody to the list."""
        names = sorted({name for name, _ in self.all()})  # before anything is locked
        yield from _SERVER
        steps = " OR ".join(
            f"(OLD.status = '{old}' AND NEW.status = '{new}' AND rules_engine_may('{role}'))"
            for verb, step in STEPS.items()
            for old, new in step.after.items()
            for role in [role_of(verb, old)]
        )
        yield _STEPS.format(steps=steps)
        yield "DROP TRIGGER IF EXISTS rules_engine_step ON runs"
        yield (
            "CREATE TRIGGER rules_engine_step BEFORE UPDATE ON runs "
            "FOR EACH ROW EXECUTE FUNCTION rules_engine_step()"
        )
        for name in names:
            quoted = name.replace('"', '""')
            yield f'GRANT rules_engine TO "{quoted}"'


def role_of(verb: str, status: str) -> str:
    """Return the role that a step needs; taking one back needs that of the step itself."""
    return {"published": "publish", "reviewed": "review"}[status] if verb == "withdraw" else verb


def allow(session: Session, actor: Actor, role: str) -> None:
    """Refuse what needs a role that the actor has not.

    On PostgreSQL it is the login at the server that counts, else the name that is given.

    Raises:
        StoreError: somebody holds roles, and the actor not this one.
    """
    held = _all(session)
    name = actor.name
    if session.get_bind().dialect.name == "postgresql":
        name = str(session.scalar(text("SELECT session_user")))
    if held and (name, role) not in held:
        raise StoreError.of(
            "role-missing",
            msg("{name} has not the role “{role}”.", name=name, role=role),
            hint=msg("Those who have it: {names}.",
                     names=listed(n for n, r in held if r == role) or "—"),
        )  # fmt: skip


def _all(session: Session) -> list[tuple[str, str]]:
    query = select(RoleRow.name, RoleRow.role).order_by(RoleRow.role, RoleRow.name)
    return [(name, role) for name, role in session.execute(query)]


def _nobody(name: str) -> Exception:
    return StoreError.of(
        "role-administer",
        msg("Nobody would have the role administer, and nobody could change the list."),
        hint=msg("First: rules-engine roles grant {name} administer.", name=name),
    )


_SERVER = (
    "DO $$ BEGIN CREATE ROLE rules_engine NOLOGIN; "
    "EXCEPTION WHEN duplicate_object THEN NULL; END $$",
    "GRANT SELECT ON alembic_version, runs, audit, appeals, evidence, roles TO rules_engine",
    "GRANT INSERT ON runs, audit, appeals, evidence, roles TO rules_engine",
    "GRANT UPDATE (status) ON runs TO rules_engine",
    "GRANT UPDATE (status, decided_at, decided_by, decision_reason, result) ON appeals "
    "TO rules_engine",
    "GRANT DELETE ON runs, roles TO rules_engine",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO rules_engine",
    "CREATE OR REPLACE FUNCTION rules_engine_may(wanted text) RETURNS boolean LANGUAGE sql STABLE "
    "AS $$ SELECT NOT EXISTS (SELECT FROM roles) OR EXISTS "
    "(SELECT FROM roles WHERE name = session_user AND role = wanted) $$",
    *(
        statement
        for table, act, clause in (
            ("runs", "SELECT", "USING (true)"),
            ("runs", "INSERT", "WITH CHECK (status = 'draft' AND "
             "(rules_engine_may('assess') OR rules_engine_may('decide')))"),
            ("runs", "UPDATE", "USING (true)"),  # the trigger sees the old and the new row
            ("runs", "DELETE", "USING (status = 'draft' AND rules_engine_may('administer'))"),
            ("appeals", "SELECT", "USING (true)"),
            ("appeals", "INSERT", "WITH CHECK (status = 'open')"),
            ("appeals", "UPDATE", "USING (rules_engine_may('decide'))"),
            ("roles", "SELECT", "USING (true)"),
            ("roles", "INSERT", "WITH CHECK (rules_engine_may('administer'))"),
            ("roles", "DELETE", "USING (rules_engine_may('administer'))"),
        )
        for statement in (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"DROP POLICY IF EXISTS rules_engine_{act.lower()} ON {table}",
            f"CREATE POLICY rules_engine_{act.lower()} ON {table} FOR {act} {clause}",
        )
    ),
)  # fmt: skip
_STEPS = (
    "CREATE OR REPLACE FUNCTION rules_engine_step() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN IF {steps} THEN RETURN NEW; END IF; "
    "RAISE EXCEPTION 'this step needs another role' USING ERRCODE = '42501'; END $$"
)
