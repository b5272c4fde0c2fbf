"""The audit log in the database: appended to by each act in the act's own transaction."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from rules_engine.audit import export, verification
from rules_engine.audit.entry import Entry, hash_of, next_entry
from rules_engine.errors import Finding, Place
from rules_engine.messages import msg
from rules_engine.model.appeal import APPEAL_TEXTS
from rules_engine.model.run import STATUS_TEXTS
from rules_engine.safe_files import cannot_write, whole_file
from rules_engine.store.connection import writing
from rules_engine.store.errors import store_errors
from rules_engine.store.files import flush_folder
from rules_engine.store.guards import LOCK
from rules_engine.store.tables import AppealRow, Audit, Run, sound

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from sqlalchemy import Engine

    from rules_engine.audit.actor import Actor
    from rules_engine.audit.entry import Entry
    from rules_engine.messages import Message
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
        with store_errors(self._location), Session(self._engine) as session:
            return [row.entry() for row in sound(session.scalars(query), [])]

    def last_steps(self) -> dict[str, Entry]:
        """Return for each run the act that gave it the status it has."""
        changing = (*STATUS_AFTER, "adopted", "withdrawn")
        query = select(Audit).where(Audit.act.in_(changing)).order_by(Audit.number)
        with store_errors(self._location), Session(self._engine) as session:
            return {row.run: row.entry() for row in sound(session.scalars(query), []) if row.run}

    def check(self, earlier: export.Export | str | None = None) -> list[Finding]:
        """Return what is wrong with the log, alone and beside the runs.

        Args:
            earlier: an export of it, or the hash of the entry that it once ended with: with
                one of them it is also found out whether the end is missing.
        """
        with store_errors(self._location), Session(self._engine) as session:
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
        return findings + in_window(entries, runs, appeals, file)

    def export(self, out: Path, key: Ed25519PrivateKey | None = None) -> Entry:
        """Write the log into a file, its own export as the last entry; return that entry.

        Raises:
            StoreError: the database refused.
            RulesEngineError, OSError: the file cannot be written. No entry was made, except
                where the disk refused only to give the finished file its name.
        """
        with whole_file(out) as part, store_errors(self._location), acting(self._engine) as session:
            entry = append(session, self._actor, "exported", details={"signed": bool(key)})
            rows = session.scalars(select(Audit).order_by(Audit.number))
            content = export.lines_of([row.entry() for row in rows], key)
            try:
                part.write_text(content, encoding="utf-8", newline="\n")
            except OSError as error:  # which is no trouble of the store
                raise cannot_write(out, error) from error
        flush_folder(out.parent)
        return entry


STATUS_AFTER = {"stored": "draft", "reviewed": "reviewed", "published": "published",
                "sealed": "sealed", "pruned": "pruned"}  # fmt: skip
"""The status that a run has after an act; the others that change it say so in their details."""
_APPEAL_AFTER = {"appeal-opened": "open", "appeal-corrected": "corrected",
                 "appeal-adjusted": "adjusted", "appeal-rejected": "rejected"}  # fmt: skip


def in_window(
    entries: Sequence[Entry],
    runs: Mapping[str, Mapping[str, str]],
    appeals: Mapping[int, str],
    file: str,
) -> list[Finding]:
    """Return where the tables are not as the log says; an end that was cut off shows here too.

    Args:
        entries: the log.
        runs: for each run its status, its digest and the hash of the list of its files.
        appeals: for each appeal its status.
        file: the store, for findings.
    """
    logged: dict[str, dict[str, str]] = {}
    decided: dict[int, str] = {}
    for entry in entries:
        if entry.act in _APPEAL_AFTER:
            decided[entry.details.get("appeal", 0)] = _APPEAL_AFTER[entry.act]
        elif entry.run is not None:
            values = logged.setdefault(entry.run, {})
            values |= {n: entry.details[n] for n in ("digest", "files") if n in entry.details}
            after = STATUS_AFTER.get(entry.act) or entry.details.get("status")
            values |= {"status": str(after)} if after else {}
    findings = [
        Finding("audit-run", text, Place(file, table="runs"))
        for run, row in runs.items()
        for text in _differences(run, row, logged.get(run))
    ]
    gone = (run for run, values in logged.items() if run not in runs)
    findings += [
        Finding(
            "audit-run",
            msg("run {run} is gone, and the log does not say who removed it", run=run),
            Place(file, table="runs"),
        )
        for run in gone
        if logged[run].get("status") != STATUS_AFTER["pruned"]
    ]
    for number in sorted({*appeals, *decided}):
        if appeals.get(number) != decided.get(number):
            text = msg("appeal {number} is “{held}”, but “{logged}” by the log", number=number,
                       held=_text(APPEAL_TEXTS, appeals.get(number)),
                       logged=_text(APPEAL_TEXTS, decided.get(number)))  # fmt: skip
            findings.append(Finding("audit-appeal", text, Place(file, table="appeals")))
    return findings


def _differences(
    run: str, row: Mapping[str, str], logged: Mapping[str, str] | None
) -> Iterator[Message]:
    if logged is None or "status" not in logged:
        yield msg("the log knows nothing of run {run}", run=run)
        return
    if logged["status"] != row["status"]:
        yield msg("run {run} is “{held}”, but “{logged}” by the log", run=run,
                  held=_text(STATUS_TEXTS, row["status"]),
                  logged=_text(STATUS_TEXTS, logged["status"]))  # fmt: skip
    if logged.get("digest") != row["digest"]:
        yield msg("run {run} has another digest than the log says", run=run)
    if logged.get("files", row["files"]) != row["files"]:
        yield msg("run {run} keeps other files than the log says", run=run)


def _text(texts: Mapping[Any, Message], status: str | None) -> str:
    return str(texts.get(status, status or "—"))
