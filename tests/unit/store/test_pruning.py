"""Old drafts go; whatever somebody stood up for stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.unit.store.conftest import make_run
from tests.unit.store.test_appeals_stored import decide, dispute

if TYPE_CHECKING:
    from rules_engine.store import Store

OLD = datetime.now(UTC) - timedelta(days=40)


def test_only_old_drafts_are_removed(store: Store) -> None:
    drafts = [make_run(store, created_at=OLD) for _ in range(2)]
    young = make_run(store)
    kept = {}
    for status, verbs in (
        ("reviewed", ["review"]),
        ("published", ["review", "publish"]),
        ("sealed", ["review", "publish", "seal"]),
    ):
        run = make_run(store, created_at=OLD)
        for verb in verbs:
            run = store.life.take(run, verb, "reason")
        kept[run.record.id] = status
    (drafts[0].folder / "snapshot").chmod(0o555)
    assert store.life.prune(30) == [run.record.id for run in drafts]
    assert {r.id: r.status for r in store.list_runs()} == {young.record.id: "draft", **kept}
    assert {p.name for p in store.location.runs.iterdir()} == {young.record.id, *kept}
    entries = [e for e in store.audit.entries() if e.act == "pruned"]
    assert [(e.run, e.details["older_than_days"]) for e in entries] == [
        (run.record.id, 30) for run in drafts
    ]
    assert store.audit.check() == []
    assert store.life.prune(30) == []


def test_disputed_and_corrected_runs_stay(store: Store) -> None:
    run = make_run(store, created_at=OLD)
    for verb in ("review", "publish"):
        run = store.life.take(run, verb, "reason")
    made = decide(store, dispute(store, run), run.record.id, created_at=OLD)
    dispute(store, run, "other")
    for _ in range(2):
        run = store.life.take(run, "withdraw", "reason")
    assert run.record.status == "draft"
    assert store.life.prune(30) == []
    assert {r.id for r in store.list_runs()} == {run.record.id, made.record.id}
