"""The life of a run in the store: one step at a time, each with its actor, time and reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, aliased

from rules_engine.errors import Finding, Place, StoreError
from rules_engine.messages import clauses, listed, msg, tr
from rules_engine.model.run import STATUS_TEXTS, STEPS, Step, StoredRun
from rules_engine.store import files
from rules_engine.store.audit_log import acting, append
from rules_engine.store.errors import store_errors
from rules_engine.store.lineage import newest, open_appeals
from rules_engine.store.roles import ADMINISTER, allow, role_of
from rules_engine.store.tables import AppealRow, Run, sound

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from rules_engine.audit.actor import Actor
    from rules_engine.errors import RulesEngineError
    from rules_engine.model.run import RunRecord, RunStatus
    from rules_engine.store.location import Location


class Life:
    """Takes steps for one actor."""

    def __init__(self, engine: Engine, location: Location, actor: Actor) -> None:
        """Use the store's own engine."""
        self._engine = engine
        self._location = location
        self._actor = actor

    def take(self, run: StoredRun, verb: str, reason: str) -> StoredRun:
        """Take a step and return the run as it is then.

        Where the step needs whole files they are hashed before the transaction, which others
        wait for. A run that is about to be sealed is made read-only before that, so that its
        files cannot change between the look at them and the seal.

        Args:
            run: the run.
            verb: one of ``STEPS``.
            reason: why, as the log keeps it.

        Raises:
            StoreError: the step cannot be taken from where the run stands, or its files are not
                as they were stored. Nothing has changed then.
        """
        step = STEPS[verb]
        if "published" in step.after.values() and run.record.overrides:
            raise _only_tried(run.record)
        if run.record.status not in step.after:  # better said before the files are read
            raise _not_now(run.record.id, run.record.status, step)
        sealing = "sealed" in step.after.values()
        with store_errors(self._location):
            if sealing:
                files.protect(run.folder)
            try:
                if step.whole and (result := files.differences(run.folder, run.record.files)):
                    raise StoreError(_not_whole(run, step), *result)
                status = self._log(run, verb, reason)
            except BaseException:
                if sealing and self._surely_open(run.record.id):
                    files.protect(run.folder, writable=True)
                raise
            if sealing:  # somebody else's failed attempt may have made them writable meanwhile
                files.protect(run.folder)
        return replace(run, record=replace(run.record, status=status))

    def prune(self, days: int) -> list[str]:
        """Remove the drafts that are older than so many days; return their ids."""
        return prune(self._engine, self._location, self._actor, days)

    def _log(self, run: StoredRun, verb: str, reason: str) -> RunStatus:
        step = STEPS[verb]
        with acting(self._engine) as session:
            status = current_status(session, run.record.id)
            if status is None or status not in step.after:
                raise _not_now(run.record.id, status, step)
            allow(session, self._actor, role_of(verb, status))
            after = step.after[status]
            if after == "sealed":
                _nothing_pending(session, run.record.id)
            session.execute(update(Run).where(Run.id == run.record.id).values(status=after))
            append(session, self._actor, step.act, run.record.id,
                   {"status": after, "reason": reason})  # fmt: skip
        return after

    def _surely_open(self, run_id: str) -> bool:
        """Return whether a run is certainly not sealed."""
        try:
            with Session(self._engine) as session:
                return current_status(session, run_id) != "sealed"
        except SQLAlchemyError:
            return False


def _only_tried(record: RunRecord) -> RulesEngineError:
    figures = listed(f"{o.path}: {o.was} → {o.now}" for o in record.overrides)
    return StoreError.of(
        "what-if-run",
        msg("Run {run} cannot be published: it only tries other figures ({figures}).",
            run=record.id, figures=figures),
        hint=msg("Change the ruleset itself, and assess again."),
    )  # fmt: skip


def _nothing_pending(session: Session, run: str) -> None:
    """Refuse the seal while an appeal is open, or where a corrected run takes the run's place."""
    if numbers := open_appeals(session, run):
        raise StoreError.of(
            "run-disputed",
            msg("Run {run} cannot be sealed: appeal {numbers} is open.", run=run,
                numbers=listed(numbers)),
            hint=msg("Decide it first: rules-engine appeal decide."),
        )  # fmt: skip
    if (later := newest(session, run)) != run:
        raise StoreError.of(
            "run-corrected",
            msg("Run {run} cannot be sealed: run {later} corrects it.", run=run, later=later),
            hint=msg("Publish and seal the corrected run."),
        )


def current_status(session: Session, run_id: str) -> RunStatus | None:
    """Return where a run stands, ``None`` if it is gone."""
    return session.scalar(select(Run.status).where(Run.id == run_id))


def _not_now(run: str, status: RunStatus | None, step: Step) -> RulesEngineError:
    act = _ACTS[step.act]
    if status is None:
        return StoreError.of("unknown-run", msg("There is no run {wanted}.", wanted=run))
    message = msg("Run {run} is “{status}” and cannot be {act}.", run=run,
                  status=STATUS_TEXTS[status], act=act)  # fmt: skip
    if status == "sealed":
        hint = msg("A sealed run stays as it is; assess again if it is wrong.")
    else:
        ways = [
            tr("{verb} makes it “{status}”", verb=f"runs {verb}", status=STATUS_TEXTS[to])
            for verb, other in STEPS.items()
            if (to := other.after.get(status))
        ]
        hint = msg("Possible now: {ways}.", ways=clauses(ways))
    return StoreError.of("run-status", message, hint=hint)


_ACTS = {
    "reviewed": msg("reviewed now"),
    "published": msg("published now"),
    "sealed": msg("sealed now"),
    "withdrawn": msg("taken back a step"),
}


def _not_whole(run: StoredRun, step: Step) -> Finding:
    return Finding(
        "run-not-whole",
        msg("Run {run} cannot be {act}: its files are not as they were stored.",
            run=run.record.id, act=_ACTS[step.act]),
        Place(file=str(run.folder)),
        msg("Put the files back from a copy, or assess again."),
    )  # fmt: skip


def prune(engine: Engine, location: Location, actor: Actor, days: int) -> list[str]:
    """Remove the drafts that were made more than so many days ago; return their ids.

    Their rows go first, with an entry in the log, and then their files: if the program dies in
    between, a folder is left that belongs to no run, and does no harm.
    """
    before = datetime.now(UTC) - timedelta(days=days)
    later = aliased(Run)
    disputed = exists().where(or_(AppealRow.run == Run.id, AppealRow.result == Run.id))
    query = (
        select(Run)
        .where(Run.status == "draft", Run.created_at < before, ~disputed)
        .where(~exists().where(later.parent == Run.id))
        .order_by(Run.number)
    )
    with store_errors(location), acting(engine) as session:
        allow(session, actor, ADMINISTER)
        # What is damaged is no old draft: it may be anything.
        pruned = [(row.id, row.digest) for row in sound(session.scalars(query), [])]
        for run, digest in pruned:
            session.execute(delete(Run).where(Run.id == run))
            append(session, actor, "pruned", run, {"digest": digest, "older_than_days": days})
    for run, _ in pruned:
        with store_errors(location):
            files.remove(location.runs / run)
    return [run for run, _ in pruned]
