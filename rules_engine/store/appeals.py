"""Appeals in the store: opened, given evidence, and decided once."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rules_engine.errors import StoreError
from rules_engine.messages import msg
from rules_engine.model.appeal import APPEAL_TEXTS, Appeal, Overlay
from rules_engine.model.run import STATUS_TEXTS, RunRecord
from rules_engine.store.audit_log import acting, append, store_run
from rules_engine.store.draft import RunDraft
from rules_engine.store.errors import DamagedRow, store_errors
from rules_engine.store.lineage import newest, surely_without
from rules_engine.store.roles import allow
from rules_engine.store.tables import AppealRow, Audit, EvidenceRow, Run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine

    from rules_engine.audit.actor import Actor
    from rules_engine.errors import RulesEngineError
    from rules_engine.model.appeal import AppealStatus, EvidenceItem
    from rules_engine.store.location import Location


class Superseded(Exception):
    """Another decision made a newer run while this one was being computed."""


class Appeals:
    """The appeals of one store, for one actor."""

    def __init__(self, engine: Engine, location: Location, actor: Actor) -> None:
        """Use the store's own engine."""
        self._engine = engine
        self._location = location
        self._actor = actor

    def all(self, run: str | None = None) -> list[Appeal]:
        """Return the appeals that can be read, or those against one run, oldest first."""
        query = select(AppealRow).order_by(AppealRow.number)
        if run is not None:
            query = query.where(AppealRow.run == run)
        with store_errors(self._location), Session(self._engine) as session:
            results = []
            for row in session.scalars(query):
                with suppress(DamagedRow):
                    results.append(row.appeal())
            return results

    def get(self, number: int) -> Appeal:
        """Return one appeal.

        Raises:
            StoreError: there is none with that number.
        """
        with store_errors(self._location), Session(self._engine) as session:
            return _row(session, number).appeal()

    def open(self, wanted: Appeal, days: int | None) -> Appeal:
        """Open an appeal; its number, time and actor are filled in here.

        Args:
            wanted: what is disputed and why.
            days: how long after its publication a run can be disputed, if the rules say.

        Raises:
            StoreError: the run is not published, the days are over, or the line is disputed
                already.
        """
        with store_errors(self._location), acting(self._engine) as session:
            _disputable(session, wanted, days)
            row = AppealRow(
                number=1 + (session.scalar(select(func.max(AppealRow.number))) or 0),
                **{n: getattr(wanted, n) for n in _DISPUTED},
                opened_at=datetime.now(UTC),
                opened_by=self._actor.name,
                status="open",
                decision_reason="",
            )
            session.add(row)
            session.flush()
            self._log(session, row, "appeal-opened", {"reason": row.reason})
            return row.appeal()

    def add_evidence(self, number: int, item: EvidenceItem) -> Appeal:
        """Add evidence to an open appeal.

        Raises:
            StoreError: there is no such appeal, or it is decided.
        """
        with store_errors(self._location), acting(self._engine) as session:
            row = _open_row(session, number)
            names = ("text", "file", "sha256", "size")
            values = {name: getattr(item, name) for name in names}
            row.items.append(
                EvidenceRow(appeal=number, at=datetime.now(UTC), by=self._actor.name, **values)
            )
            session.flush()
            stored = {name: value for name, value in values.items() if value}
            self._log(session, row, "appeal-evidence", stored)
            return row.appeal()

    def reject(self, number: int, reason: str) -> Appeal:
        """Reject an open appeal.

        Raises:
            StoreError: there is no such appeal, or it is decided.
        """
        with store_errors(self._location), acting(self._engine) as session:
            row = _open_row(session, number)
            self._decide(session, row, "rejected", reason)
            return row.appeal()

    def newest_run(self, number: int) -> str:
        """Return the id of the run that a decision on the appeal goes out from.

        That is the disputed run, or what earlier decisions have made of it.
        """
        with store_errors(self._location), Session(self._engine) as session:
            return newest(session, _open_row(session, number).run)

    def corrected_run(self, overlay: Overlay, reason: str) -> RunDraft:
        """Begin the run that a decision leads to; committing it decides the appeal.

        The draft's ``commit`` raises ``Superseded`` when the appeal's newest run is not the
        overlay's parent any more, and a ``StoreError`` when the appeal is decided already.
        """
        return RunDraft(self._location, _Decision(self, overlay, reason))

    def _decide(
        self, session: Session, row: AppealRow, status: AppealStatus, reason: str,
        result: str | None = None,
    ) -> None:  # fmt: skip
        allow(session, self._actor, "decide")
        row.result = result
        row.status, row.decision_reason = status, reason
        row.decided_at, row.decided_by = datetime.now(UTC), self._actor.name
        session.flush()
        made = {"result": result} if result else {}
        self._log(session, row, f"appeal-{status}", {"reason": reason, **made})

    def _log(self, session: Session, row: AppealRow, act: str, details: Mapping[str, Any]) -> None:
        line = {"appeal": row.number, "subject": row.subject, "criterion": row.criterion}
        append(session, self._actor, act, row.run, {**line, **details})


class _Decision:
    """Enters a corrected run and the decision that it follows from, both or neither."""

    def __init__(self, appeals: Appeals, overlay: Overlay, reason: str) -> None:
        self._appeals = appeals
        self._overlay = overlay
        self._reason = reason

    def enter(self, record: RunRecord) -> None:
        own, overlay = self._appeals, self._overlay
        with acting(own._engine) as session:
            row = _open_row(session, overlay.appeal)
            if newest(session, row.run) != overlay.parent:
                raise Superseded
            why = {"parent": overlay.parent, "appeal": overlay.appeal}
            store_run(session, own._actor, record, why)
            status: AppealStatus = "corrected" if overlay.corrections else "adjusted"
            own._decide(session, row, status, self._reason, record.id)

    def surely_without(self, run_id: str) -> bool:
        return surely_without(self._appeals._engine, run_id)


_DISPUTED = ("run", "kind", "subject", "subject_name", "criterion", "criterion_label", "reason")


def _disputable(session: Session, wanted: Appeal, days: int | None) -> None:
    status = session.scalar(select(Run.status).where(Run.id == wanted.run))
    if status != "published":
        raise StoreError.of(
            "appeal-not-now",
            msg("Run {run} is “{status}”: only a published run can be disputed.", run=wanted.run,
                status=STATUS_TEXTS[status] if status else "-"),
        )  # fmt: skip
    if days is not None:
        step = session.scalars(
            select(Audit).where(Audit.run == wanted.run, Audit.act == "published")
            .order_by(Audit.number.desc()).limit(1)
        ).one_or_none()  # fmt: skip
        published = step and step.entry().at
        if published and (datetime.now(UTC).astimezone().date() - published.astimezone().date()
                          ).days > days:  # fmt: skip
            raise StoreError.of(
                "appeal-too-late",
                msg("Run {run} was published on {day}; the rules give {days} days for appeals.",
                    run=wanted.run, day=published.astimezone().date(), days=days),
            )  # fmt: skip
    same = select(AppealRow.number).where(
        AppealRow.run == wanted.run, AppealRow.subject == wanted.subject,
        AppealRow.kind == wanted.kind, AppealRow.criterion == wanted.criterion,
        AppealRow.status == "open",
    )  # fmt: skip
    if number := session.scalar(same):
        raise StoreError.of(
            "appeal-open",
            msg("This line is disputed already: appeal {number}.", number=number),
            hint=msg("Add to it: rules-engine appeal evidence {number}.", number=number),
        )


def _row(session: Session, number: int) -> AppealRow:
    row = session.get(AppealRow, number)
    if row is None:
        raise StoreError.of(
            "unknown-appeal",
            msg("There is no appeal {number}.", number=number),
            hint=msg("rules-engine appeal list shows all."),
        )
    return row.whole()


def _open_row(session: Session, number: int) -> AppealRow:
    row = _row(session, number)
    if row.status != "open":
        raise _decided(row)
    return row


def _decided(row: AppealRow) -> RulesEngineError:
    day = row.decided_at.astimezone().date() if row.decided_at else "-"
    return StoreError.of(
        "appeal-decided",
        msg("Appeal {number} was decided on {day} by {actor}: {status}.", number=row.number,
            day=day, actor=row.decided_by, status=APPEAL_TEXTS[row.status]),
        hint=msg("A decision stands; the corrected run can be disputed when it is published."),
    )  # fmt: skip
