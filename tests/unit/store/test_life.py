"""A run goes from draft to seal, one step at a time, and a sealed one stays as it is."""

from __future__ import annotations

import os
import stat
from itertools import product
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from rules_engine.errors import StoreError
from rules_engine.model.run import STEPS
from rules_engine.store.connection import connect, writing
from rules_engine.store.location import locate
from tests.unit.store.conftest import make_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rules_engine.model.run import StoredRun
    from rules_engine.store import Store

ROADS = {
    "draft": (),
    "reviewed": ("review",),
    "published": ("review", "publish"),
    "sealed": ("review", "publish", "seal"),
}


def run_that_is(store: Store, status: str) -> StoredRun:
    run = make_run(store)
    for verb in ROADS[status]:
        run = store.life.take(run, verb, "reason")
    assert run.record.status == status
    return run


def test_each_step_is_logged_with_actor_time_and_reason(store: Store) -> None:
    run = run_that_is(store, "sealed")
    assert store.get(run.record.id).record.status == "sealed"
    entries = store.audit.entries(run.record.id)
    assert [e.act for e in entries] == ["stored", "reviewed", "published", "sealed"]
    assert [e.details.get("reason") for e in entries[1:]] == ["reason"] * 3
    assert all(e.actor for e in entries)
    assert store.audit.check() == []
    assert store.audit.last_steps()[run.record.id] == entries[-1]


@pytest.mark.parametrize(("status", "verb"), list(product(ROADS, STEPS)))
def test_only_sensible_steps_are_possible(store: Store, status: str, verb: str) -> None:
    run = run_that_is(store, status)
    before = len(store.audit.entries())
    if status in STEPS[verb].after:
        after = store.life.take(run, verb, "reason").record.status
        assert after == STEPS[verb].after[status]  # type: ignore[index]
        assert store.get(run.record.id).record.status == after
        return
    with pytest.raises(StoreError) as caught:
        store.life.take(run, verb, "reason")
    assert caught.value.findings[0].code == "run-status"
    assert store.get(run.record.id).record.status == status
    assert len(store.audit.entries()) == before


def test_a_step_from_a_status_that_has_changed_meanwhile_is_refused(
    opened: Callable[[], Store],
) -> None:
    """Both looked at the same published run: one seals it, the other comes too late."""
    first, second = opened(), opened()
    run = run_that_is(first, "published")
    first.life.take(run, "seal", "reason")
    for verb in ("withdraw", "seal"):
        with pytest.raises(StoreError) as caught:
            second.life.take(run, verb, "reason")
        assert caught.value.findings[0].code == "run-status"
    assert second.get(run.record.id).record.status == "sealed"


@pytest.mark.parametrize(("status", "verb"), [("reviewed", "publish"), ("published", "seal")])
def test_files_that_changed_are_neither_published_nor_sealed(
    store: Store, status: str, verb: str
) -> None:
    run = run_that_is(store, status)
    (run.folder / "results.parquet").write_bytes(b"x")
    with pytest.raises(StoreError) as caught:
        store.life.take(run, verb, "reason")
    assert [f.code for f in caught.value.findings] == ["run-not-whole", "file-changed"]
    assert store.get(run.record.id).record.status == status
    assert os.access(run.folder / "results.parquet", os.W_OK)


def test_the_files_of_a_sealed_run_are_read_only(store: Store) -> None:
    run = run_that_is(store, "sealed")
    modes = {stat.S_IMODE(p.stat().st_mode) & 0o222 for p in (run.folder, *run.folder.rglob("*"))}
    assert modes == {0}
    assert store.check_files(run) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE runs SET status = 'draft'",
        "UPDATE runs SET digest = 'x'",
        "DELETE FROM runs",
        "TRUNCATE runs CASCADE",
    ],
)
def test_the_database_refuses_to_change_a_sealed_run(
    store: Store, url: str, tmp_path: Path, statement: str
) -> None:
    if url.startswith("sqlite") and statement.startswith("TRUNCATE"):
        pytest.skip("SQLite has none")
    sealed, draft = run_that_is(store, "sealed"), make_run(store)
    engine = connect(locate(url, tmp_path))
    refused = pytest.raises(sa.exc.DBAPIError, match="sealed run is not changed")
    with refused, writing(engine) as connection:
        connection.execute(sa.text(statement))
    with writing(engine) as connection:
        connection.execute(sa.text(f"DELETE FROM runs WHERE id = '{draft.record.id}'"))
    engine.dispose()
    assert [r.status for r in store.list_runs()] == ["sealed"]
    assert store.get(sealed.record.id) == sealed
