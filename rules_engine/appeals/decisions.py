"""Decides appeals: a corrected run is computed, and stored together with the decision."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.appeals.corrections import read_corrections
from rules_engine.appeals.texts import refuse_personal
from rules_engine.conditions import numbers
from rules_engine.engines import EMBEDDED, embedded
from rules_engine.engines.probes import connect
from rules_engine.errors import StoreError, UsageError
from rules_engine.messages import msg
from rules_engine.model.appeal import Adjustment, Appeal, Overlay
from rules_engine.model.semantics import SEMANTICS
from rules_engine.report.changes import write_overlay
from rules_engine.report.explain import explain_subject
from rules_engine.report.lines import decimal_points
from rules_engine.run.assess import (
    RESULTS_FOLDER,
    RULESET_FOLDER,
    OpenRun,
    keep_ruleset,
    make_record,
    open_run,
    read_results,
)
from rules_engine.run.compute import Workplace, compute
from rules_engine.run.load import load_ruleset
from rules_engine.run.overlay import laid_over, with_before
from rules_engine.run.plugins_used import plugin_uses
from rules_engine.run.snapshot import SNAPSHOT, write_dataset
from rules_engine.run.stored_runs import with_runs
from rules_engine.run.verify import verify
from rules_engine.store.appeals import Superseded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rules_engine.model.assessment import Line
    from rules_engine.model.plugin import EngineKind
    from rules_engine.model.run import StoredRun
    from rules_engine.plugin_manager import Registry
    from rules_engine.store import Store

TRIES = 5
"""How often a decision is computed anew because another one was quicker."""


def open_appeal(
    store: Store, registry: Registry, run: StoredRun, subject: str, criterion: str, reason: str
) -> Appeal:
    """Open an appeal against a line of a published run.

    Raises:
        UsageError: there is no such subject or line.
        StoreError: the run cannot be disputed now.
    """
    opened = open_run(run, registry)
    try:
        result = explain_subject(opened.reader, subject, criterion)
        appeals = opened.reviewed.ruleset.document.appeals
    finally:
        opened.close()
    line = result.lines[0]
    wanted = Appeal(
        number=0,
        run=run.record.id,
        kind=result.subject.kind,
        subject=result.subject.id,
        subject_name=result.subject.name,
        criterion=line.criterion,
        criterion_label=line.label,
        reason=reason,
        opened_at=run.record.created_at,
        opened_by="",
    )
    return store.appeals.open(wanted, appeals.days if appeals else None)


def correct(store: Store, registry: Registry, number: int, file: Path, reason: str) -> StoredRun:
    """Decide an appeal by correcting records; return the corrected run.

    Raises:
        DatasetError: the corrections are wrong, or name a person. Nothing is stored then.
        StoreError: the appeal is decided already, or the run's files changed.
    """

    def overlay(run: OpenRun) -> Overlay:
        read = read_corrections(file, run.reviewed.ruleset.tables)
        refuse_personal([correction.source for correction in read], registry)
        corrections = with_before(run.dataset, read, run.session, str(file))
        return Overlay(run.stored.record.id, number, corrections, _decided(run))

    return _decide(store, registry, number, reason, overlay, str(file))


def adjust(
    store: Store, registry: Registry, number: int, points: Decimal, reason: str
) -> StoredRun:
    """Decide an appeal by changing the points of the disputed line; return the corrected run.

    Raises:
        UsageError: the ruleset does not allow it, or not so much.
        StoreError: the appeal is decided already, or the run's files changed.
    """
    appeal = store.appeals.get(number)

    def overlay(run: OpenRun) -> Overlay:
        change = _allowed(run, appeal, points)
        made = Adjustment(number, appeal.kind, appeal.subject, appeal.criterion, change, reason)
        return Overlay(run.stored.record.id, number, (), (*_decided(run), made))

    return _decide(store, registry, number, reason, overlay, "")


def _decide(
    store: Store,
    registry: Registry,
    number: int,
    reason: str,
    overlay: Callable[[OpenRun], Overlay],
    origin: str,
) -> StoredRun:
    """Compute the corrected run from the newest one, anew if another decision makes a newer."""
    for _ in range(TRIES):
        base = store.get(store.appeals.newest_run(number))
        if result := store.check_files(base):
            raise StoreError(*result)
        refuse_other_rules(store, registry, base)
        run = open_run(base, registry)
        try:
            return _corrected(store, registry, run, overlay(run), reason, origin)
        except Superseded:
            continue
        finally:
            run.close()
    raise StoreError.of(
        "appeal-busy",
        msg("Other decisions were quicker {count} times.", count=TRIES),
        hint=msg("Try again; nothing was stored."),
    )


def refuse_other_rules(store: Store, registry: Registry, base: StoredRun) -> None:
    """Refuse to correct a run that today's rules of computing would change beyond the decision.

    Raises:
        StoreError: computed by today's rules, the run gives another result as it is.
    """
    record = base.record
    if record.semantics == SEMANTICS:
        return
    parent = store.get(record.parent) if record.parent else None
    digest, _ = verify(base, parent, registry)
    if digest != record.digest:
        raise StoreError.of(
            "appeal-older-rules",
            msg("run {run} was made by older rules of computing: a correction would be computed by "
                "today's, and change more than what was decided", run=record.id),
            hint=msg("rules-engine runs verify says what; assess the year again and publish that, "
                     "or reject the appeal with the reason"),
        )  # fmt: skip


def _corrected(
    store: Store, registry: Registry, run: OpenRun, overlay: Overlay, reason: str, origin: str
) -> StoredRun:
    base = run.stored
    with store.appeals.corrected_run(overlay, reason) as draft:
        keep_ruleset(base.folder / RULESET_FOLDER, draft.folder)
        write_overlay(overlay, draft.folder)
        record = base.record
        period = (record.period_from, record.period_to) if record.period_from else None
        reviewed = load_ruleset(draft.folder / RULESET_FOLDER, registry, record.as_of, period)  # type: ignore[arg-type]  # both or none
        reviewed.book.adjustments = overlay.adjustments
        engine: EngineKind = registry.need("engines", record.engine)
        session = embedded(registry)
        try:
            folder = draft.folder / SNAPSHOT
            dataset = laid_over(
                run.dataset, overlay.corrections, reviewed.ruleset, folder, session, origin
            )
            write_dataset(dataset, draft.folder)
            results = draft.folder / RESULTS_FOLDER
            results.mkdir()
            worker = session if engine.name == EMBEDDED else connect(engine)
            try:
                compute(reviewed.book, dataset, Workplace(worker, engine.dialect, results))
            finally:
                if worker is not session:
                    worker.close()
            reader = read_results(reviewed, dataset, results, session)
            made = make_record(draft, reviewed, dataset, engine, reader, results)
            made = with_runs(made, record.used_runs)
            return draft.commit(
                replace(
                    made,
                    parent=overlay.parent,
                    plugins=plugin_uses(reviewed.book, registry, engine.name),
                    language=record.language,
                    accepted_quarantine=record.accepted_quarantine,
                )
            )
        finally:
            session.close()


def _decided(run: OpenRun) -> tuple[Adjustment, ...]:
    return run.overlay.adjustments if run.overlay else ()


def _disputed(run: OpenRun, appeal: Appeal) -> Line:
    """Return the disputed line as it stands in the newest run."""
    for subject in run.reader.chosen(appeal.kind, [appeal.subject]):
        for line in subject.lines:
            if line.criterion == appeal.criterion:
                return line
    raise UsageError.of(
        "unknown-subject", msg("the run has no subject “{name}”", name=appeal.subject_name)
    )


def _allowed(run: OpenRun, appeal: Appeal, points: Decimal) -> int:
    """Return a change of points in 1/10,000, if the ruleset and the line allow it."""
    spec = run.reviewed.ruleset.document.appeals
    if spec is None or spec.adjust is None:
        raise UsageError.of(
            "adjust-not-allowed",
            msg("the ruleset lets no decision change points by itself"),
            hint=msg("correct the records (--correct FILE), or reject the appeal (--reject)"),
        )
    if points == 0 or points != round(points, numbers.POINTS):
        raise UsageError.of(
            "bad-value", msg("points are a number with at most four decimal places, and not 0")
        )
    line = _disputed(run, appeal)
    so_far = sum(
        (decimal_points(item.points) for item in _decided(run)
         if (item.kind, item.subject, item.criterion)
         == (appeal.kind, appeal.subject, appeal.criterion)),
        Decimal(0),
    )  # fmt: skip
    if abs(so_far + points) > spec.adjust.up_to:
        raise UsageError.of(
            "adjust-too-much",
            msg("the ruleset lets decisions change a line by at most {most} points; these would "
                "make {points}", most=spec.adjust.up_to, points=so_far + points),
        )  # fmt: skip
    if line.outcome != "scored" or line.points is None:
        raise UsageError.of(
            "adjust-not-scored",
            msg("the line “{line}” is not scored: there are no points to change", line=line.label),
            hint=msg("correct the records (--correct FILE), or reject the appeal (--reject)"),
        )
    rule = next(r for r in run.reviewed.book.criteria if r.id == appeal.criterion)
    rule = next((v for v in rule.variants if decimal_points(v.maximum) == line.maximum), rule)
    low, high = decimal_points(rule.least), decimal_points(rule.most)
    if not low <= line.points + points <= high:
        raise UsageError.of(
            "adjust-out-of-bounds",
            msg("the line “{line}” has {points} points and stays between {low} and {high}",
                line=line.label, points=line.points, low=low, high=high),
        )  # fmt: skip
    return numbers.scaled(points, numbers.POINTS)
