"""The store: opens the database, lists and finds runs, checks their files."""

from __future__ import annotations

import difflib
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from sqlalchemy import false, insert, select
from sqlalchemy.orm import Session

from rules_engine.audit.actor import actor
from rules_engine.dataset.person_numbers import masked, may_hold_a_number
from rules_engine.errors import StoreError
from rules_engine.messages import listed, msg
from rules_engine.model.candidates import MOST
from rules_engine.model.run import RunRecord, StoredRun
from rules_engine.store import files, unfinished
from rules_engine.store.appeals import Appeals
from rules_engine.store.audit_log import AuditLog, acting, append, store_run
from rules_engine.store.connection import Copy, connect, is_read_only, refuse_writing, writing
from rules_engine.store.draft import RunDraft
from rules_engine.store.errors import DamagedRow, store_errors
from rules_engine.store.lifecycle import Life
from rules_engine.store.lineage import surely_without
from rules_engine.store.location import Location, locate
from rules_engine.store.roles import Roles, allow
from rules_engine.store.schema import ensure_schema
from rules_engine.store.tables import AppealRow, Audit, EvidenceRow, RoleRow, Run, sound
from rules_engine.temporary import clear_dead

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from sqlalchemy import Engine

    from rules_engine.audit.actor import Actor
    from rules_engine.errors import Finding, RulesEngineError
    from rules_engine.store.unfinished import Unfinished

LATEST = "latest"
_NEAREST = 3


def _kept(who: Actor) -> Actor:
    """Return who acts as the log keeps it: some offices let people log in by their telephone."""
    return replace(who, login=masked(who.login)) if may_hold_a_number(who.login) else who


class Store:
    """The runs of an office: a row each in SQLite or PostgreSQL, and a folder each for files.

    Attributes:
        location: where the database and the folder are.
        audit: the log of everything that was done to it.
        life: the steps from draft to seal.
        appeals: what is disputed, and what was decided.
        roles: who may do what.
    """

    def __init__(
        self, engine: Engine, location: Location, by: Actor, copy: Copy | None = None
    ) -> None:
        """Use an engine whose database is up to date, maybe of a copy; see :meth:`open`."""
        self._engine = engine
        self._copy = copy
        self._actor = by
        self.location = location
        self.audit = AuditLog(engine, location, by)
        self.life = Life(engine, location, by)
        self.appeals = Appeals(engine, location, by)
        self.roles = Roles(engine, location, by)

    @classmethod
    def open(
        cls, url: str | None = None, folder: Path | None = None, by: str | None = None
    ) -> Store:
        """Open a store, and make it if it is new.

        Args:
            url: an address as SQLAlchemy writes it, or the path of a SQLite file. By default
                ``RULES_ENGINE_STORE``, and else ``runs.db`` in the data folder.
            folder: the data folder. By default the SQLite file's own; for a server
                ``RULES_ENGINE_HOME``, and else the user's.
            by: who acts. By default ``RULES_ENGINE_ACTOR``, and else the login.

        Raises:
            StoreError: the store cannot be reached, read or used by this version.
        """
        location = locate(url, folder)
        with store_errors(location):
            copy = Copy(location.file) if location.file and is_read_only(location.file) else None
            if location.file and not copy:
                location.file.parent.mkdir(parents=True, exist_ok=True)
            engine = copy.connect() if copy else connect(location)
            opened = cls(engine, location, _kept(actor(by)), copy)
            try:
                ensure_schema(engine, location)
                if copy:
                    refuse_writing(engine)
            except BaseException:
                opened.close()
                raise
        return opened

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()
        if self._copy:
            self._copy.close()

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the store."""
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """Give the store to somebody who reads runs."""
        yield self

    def new_run(self) -> RunDraft:
        """Begin a run: use the result in a ``with`` block, and commit it there.

        Raises:
            StoreError: the store cannot be written, or the actor may not assess.
        """
        self.await_run()
        return RunDraft(self.location, self)

    def await_run(self) -> Self:
        """Return the store if a run can be stored; better known now than after the work.

        Raises:
            StoreError: the store cannot be written, or the actor may not assess.
        """
        with store_errors(self.location), Session(self._engine) as session:
            allow(session, self._actor, "assess")
        with store_errors(self.location), writing(self._engine) as connection:
            # Stores nothing, and fails where an insert would: a read-only file, a missing right.
            columns = [column for column in Run.__table__.columns if column.name != "number"]
            none = select(*columns).where(false())
            connection.execute(insert(Run).from_select(columns, none))
        return self

    def list_runs(self) -> list[RunRecord]:
        """Return every run that can be read, the one stored last first."""
        with store_errors(self.location), Session(self._engine) as session:
            rows = session.scalars(select(Run).order_by(Run.number.desc()))
            return [row.record() for row in sound(rows, [])]

    def damaged(self, *tables: str) -> list[Finding]:
        """Return a finding for each column that cannot be read, in some tables or in all."""
        results: list[DamagedRow] = []
        with store_errors(self.location), Session(self._engine) as session:
            for model in (Run, Audit, AppealRow, EvidenceRow, RoleRow):
                if not tables or model.__tablename__ in tables:
                    for _ in sound(session.scalars(select(model)), results):
                        pass
        return [finding for error in results for finding in error.findings(self.location)]

    def unfinished(self) -> list[Unfinished]:
        """Return the runs that are being made or were given up half-way, oldest first."""
        with store_errors(self.location), Session(self._engine) as session:
            stored = set(session.scalars(select(Run.id)))
            pruned = set(session.scalars(select(Audit.run).where(Audit.act == "pruned")))
        with store_errors(self.location):
            return unfinished.find(self.location, stored, {run for run in pruned if run})

    def clear(self) -> list[str]:
        """Remove the unfinished runs that nobody is making any more; return their ids.

        The entry in the log is written first: what dies after it is cleared the next time.
        """
        gone = [run.id for run in self.unfinished() if not run.running]
        if gone:
            with store_errors(self.location), acting(self._engine) as session:
                allow(session, self._actor, "assess")
                append(session, self._actor, "cleared", details={"runs": gone})
        with store_errors(self.location), Session(self._engine) as session:
            stored = set(session.scalars(select(Run.id)))
        with store_errors(self.location):
            unfinished.forget(self.location, stored)
            return [r for r in gone if unfinished.remove(self.location, r, self.surely_without)]

    @staticmethod
    def clear_temporary() -> int:
        """Remove the temporary folders that this user's dead processes left; return how many."""
        return len(clear_dead())

    def get(self, wanted: str) -> StoredRun:
        """Return one run.

        Args:
            wanted: its id, the beginning of its id if no other run's begins so, or ``latest``.

        Raises:
            StoreError: no run is meant, or more than one.
        """
        query = select(Run).order_by(Run.number.desc())
        if wanted != LATEST:
            query = query.where(Run.id.startswith(wanted.lower(), autoescape=True))
        with store_errors(self.location), Session(self._engine) as session:
            rows = list(session.scalars(query.limit(MOST + 1)))
            exact = [row for row in rows if row.id == wanted]
            rows = rows[:1] if wanted == LATEST else exact or rows
            results = [rows[0].record()] if len(rows) == 1 and wanted else []
        if len(rows) > 1 and wanted:
            raise _ambiguous(wanted, [str(row.id) for row in rows])
        if not results:
            raise self._unknown(wanted)
        return StoredRun(results[0], files.run_folder(self.location, results[0].id))

    def whole(self, wanted: str) -> StoredRun:
        """Return one run whose files are as they were stored; see :meth:`get`.

        Raises:
            StoreError: no run is meant, or more than one, or a file was changed or is missing.
        """
        run = self.get(wanted)
        result = self.check_files(run)
        if any(finding.severity == "error" for finding in result):
            raise StoreError(*result)
        return run

    def check_files(self, run: StoredRun, below: str = "") -> list[Finding]:
        """Compare the files of a run with their hashes; every file that differs is named.

        Args:
            run: the run.
            below: only those below this folder of the run.
        """
        folder, kept = run.folder / below, run.record.files
        if below:
            inside = (path for path in kept if path.startswith(f"{below}/"))
            kept = {path.removeprefix(f"{below}/"): kept[path] for path in inside}
        with store_errors(self.location):
            return files.differences(folder, kept)

    def enter(self, record: RunRecord) -> None:
        """Insert the row of a run whose files are in place; for :class:`RunDraft` only."""
        with acting(self._engine) as session:
            allow(session, self._actor, "assess")
            store_run(session, self._actor, record)

    def surely_without(self, run_id: str) -> bool:
        """Return whether there is certainly no such run; for :class:`RunDraft` only."""
        return surely_without(self._engine, run_id)

    def _unknown(self, wanted: str) -> RulesEngineError:
        with store_errors(self.location), Session(self._engine) as session:
            value = session.scalars(select(Run.id).order_by(Run.number.desc()))
            ids = [run for run in value if isinstance(run, str)]
        if not ids:
            return StoreError.of(
                "unknown-run",
                msg("The store {where} holds no runs.", where=self.location),
                hint=msg("Make one: rules-engine assess RULESET --data SOURCE."),
            )
        nearest = difflib.get_close_matches(wanted, ids, _NEAREST, cutoff=0.5) or ids[:_NEAREST]
        return StoreError.of(
            "unknown-run",
            msg("There is no run {wanted}.", wanted=wanted or "''"),
            hint=msg(
                "The nearest are {ids}; rules-engine runs list shows all.", ids=listed(nearest)
            ),
        )


def _ambiguous(wanted: str, ids: list[str]) -> RulesEngineError:
    shown = listed(ids[:MOST]) + (" …" if len(ids) > MOST else "")
    message = msg("{wanted} fits more than one run: {ids}.", wanted=wanted, ids=shown)
    return StoreError.of(
        "ambiguous-run", message, hint=msg("Write more of the id, or the word latest.")
    )
