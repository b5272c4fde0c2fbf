"""The audit log in the database: appended to by each act in the act's own transaction."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from rules_engine.audit import export, verification
from rules_engine.audit.entry import Entry, hash_of, next_entry
from rules_engine.errors import Place
from rules_engine.safe_files import cannot_write, whole_file
from rules_engine.store.connection import writing
from rules_engine.store.errors import told
from rules_engine.store.files import flush_folder
from rules_engine.store.guards import LOCK
from rules_engine.store.reconciliation import STATUS_AFTER, beside
from rules_engine.store.tables import AppealRow, Audit, Run, sound

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from sqlalchemy import Engine

    from rules_engine.audit.actor import Actor
    from rules_engine.errors import Finding
    from rules_engine.model.run import RunRecord
    from rules_engine.store.location import Location


@contextmanager
def acting(engine: Engine) -> Iterator[Session]:
    """Open a transaction that does something and logs it.

    One such transaction runs at a time, from its first statement on: what it reads stays true
    until it commits, and no two entries can follow the same one. SQLite's write lock does that;
    on PostgreSQL it is an advisory lock, which goes with the transaction. Neither is waited for
    longer than :data:`~rules_engine.store.connection.WAIT_SECONDS`.
    """
    with writing(engine) as connection, Session(connection) as session:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        yield session
        session.flush()


def append(
    session: Session,
    actor: Actor,
    act: str,
    run: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> Entry:
    """Append an entry, inside the transaction of the act that it tells of.

    On PostgreSQL the server makes it, from what is told: who may do so little with the table that
    no entry can be put in another way. The login in it is that at the server.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.flush()
        query = select(Audit).from_statement(_APPEND)
        texts = {**(details or {}), **actor.as_details()}
        values = {"by": actor.name, "what": act, "whose": run, "told": texts}
        made: Audit = session.scalars(query, values).one()
        return made.entry()
    head = session.execute(
        select(Audit.number, Audit.hash).order_by(Audit.number.desc()).limit(1)
    ).one_or_none()
    entry = next_entry(head and (head.number, head.hash), actor, act, run, details)
    session.add(Audit.of(entry))
    session.flush()
    return entry


def store_run(
    session: Session, actor: Actor, record: RunRecord, details: Mapping[str, Any] | None = None
) -> None:
    """Insert the row of a run, with an entry that tells what it was made from and what it keeps."""
    row = Run.of(record)
    session.add(row)
    session.flush()
    made_from = {
        "digest": record.digest,
        "ruleset": record.ruleset_fingerprint,
        "data": record.data_fingerprint,
        "files": hash_of(row.files),
    }
    append(session, actor, "stored", record.id, {**made_from, **(details or {})})


def _read(value: str | None) -> str:
    """Return a text of the database, nothing for one that is damaged."""
    return value if isinstance(value, str) else ""


_APPEND = text("SELECT * FROM audit_append(:by, :what, :whose, :told)").bindparams(
    bindparam("told", type_=JSONB)
)


class AuditLog:
    """The log of one store."""

    def __init__(self, engine: Engine, location: Location, actor: Actor) -> None:
        """Use the store's own engine."""
        self._engine = engine
        self._location = location
        self._actor = actor

    def entries(self, run: str | None = None) -> list[Entry]:
        """Return the entries that can be read in their order, or what was done to one run."""
        query = select(Audit).order_by(Audit.number)
        if run is not None:
            query = query.where(Audit.run == run)
        with told(self._location), Session(self._engine) as session:
            return [row.entry() for row in sound(session.scalars(query), [])]

    def last_steps(self) -> dict[str, Entry]:
        """Return for each run the act that gave it the status it has."""
        changing = (*STATUS_AFTER, "adopted", "withdrawn")
        query = select(Audit).where(Audit.act.in_(changing)).order_by(Audit.number)
        with told(self._location), Session(self._engine) as session:
            return {row.run: row.entry() for row in sound(session.scalars(query), []) if row.run}

    def check(self, earlier: export.Export | str | None = None) -> list[Finding]:
        """Return what is wrong with the log, alone and beside the runs.

        Args:
            earlier: an export of it, or the hash of the entry that it once ended with: with
                one of them it is also found out whether the end is missing.
        """
        with told(self._location), Session(self._engine) as session:
            # One snapshot of both tables, whoever writes meanwhile.
            if session.get_bind().dialect.name == "postgresql":
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            rows = session.scalars(select(Audit).order_by(Audit.number))
            entries = [row.entry() for row in sound(rows, [])]
            runs = {
                str(run): {
                    "status": _read(status),
                    "digest": _read(digest),
                    "files": hash_of(files) if isinstance(files, dict) else "",
                }
                for run, status, digest, files in session.execute(
                    select(Run.id, Run.status, Run.digest, Run.files)
                )
            }
            appeals = {
                number: _read(status)
                for number, status in session.execute(select(AppealRow.number, AppealRow.status))
            }  # fmt: skip
        file = str(self._location)
        findings = verification.check(
            entries, lambda position: Place(file, table="audit", row=entries[position].number)
        )
        if isinstance(earlier, export.Export):
            findings += export.check(earlier)
            findings += verification.compare(earlier.entries, entries, Place(file, table="audit"))
        elif earlier:
            findings += verification.holds(earlier, entries, Place(file, table="audit"))
        return findings + beside(entries, runs, appeals, file)

    def export(self, out: Path, key: Ed25519PrivateKey | None = None) -> Entry:
        """Write the log into a file, its own export as the last entry; return that entry.

        Raises:
            StoreError: the database refused.
            RulesEngineError, OSError: the file cannot be written. No entry was made, except
                where the disk refused only to give the finished file its name.
        """
        with whole_file(out) as part, told(self._location), acting(self._engine) as session:
            entry = append(session, self._actor, "exported", details={"signed": bool(key)})
            rows = session.scalars(select(Audit).order_by(Audit.number))
            content = export.lines_of([row.entry() for row in rows], key)
            try:
                part.write_text(content, encoding="utf-8", newline="\n")
            except OSError as error:  # which is no trouble of the store
                raise cannot_write(out, error) from error
        flush_folder(out.parent)
        return entry
