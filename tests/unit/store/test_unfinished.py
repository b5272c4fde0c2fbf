"""What a run leaves that was not finished, and what is never taken for such a thing."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rules_engine.store import Store
from tests.unit.store.conftest import make_run

if TYPE_CHECKING:
    from pathlib import Path

OpenStore = Callable[[], Store]
OLD = datetime.now(UTC) - timedelta(days=40)


def names(store: Store) -> set[str]:
    return {path.name for path in store.location.runs.iterdir()}


def test_a_run_that_is_being_made_is_never_cleared(opened: OpenStore) -> None:
    store, other = opened(), opened()
    with store.new_run() as draft:
        (made,) = other.unfinished()
        assert (made.id, made.since, made.running) == (draft.id, draft.created_at, True)
        assert other.clear() == []
        assert draft.folder.is_dir()
    assert names(store) == set()
    assert other.unfinished() == []
    assert store.audit.entries() == []


def test_what_another_store_keeps_in_the_same_folder_stays(tmp_path: Path, opened: OpenStore):
    store = opened()
    run = make_run(store)
    lock = store.location.runs / ".unfinished-20250101-abcdef.lock"
    lock.write_text('{"store": "another", "since": "2025-01-01T00:00:00+00:00"}', encoding="utf-8")
    (store.location.runs / "20250101-abcdef").mkdir()
    with Store.open(f"sqlite:///{(tmp_path / 'second.db').as_posix()}", tmp_path) as second:
        assert second.unfinished() == []
        assert second.clear() == []
    assert store.clear() == []
    assert names(store) == {run.record.id, "20250101-abcdef", lock.name}


def test_leftovers_of_every_kind_are_cleared(store: Store) -> None:
    runs = store.location.runs
    pruned, kept = make_run(store, created_at=OLD), make_run(store)
    store.life.prune(30)
    pruned.folder.mkdir()  # it died after it had removed the row
    (runs / ".unfinished-20250101-aaaaaa").mkdir()  # an older program knew no lock file
    (runs / ".unfinished-20250101-bbbbbb.lock").touch()  # it died before it had written
    (runs / f".unfinished-{kept.record.id}.lock").touch()  # it died after it had finished
    for path in runs.iterdir():
        os.utime(path, (0, 0))
    found = store.unfinished()
    assert {run.id for run in found} == {pruned.record.id, "20250101-aaaaaa", "20250101-bbbbbb"}
    assert {run.since.year for run in found} <= {1969, 1970}
    assert sorted(store.clear()) == sorted(run.id for run in found)
    assert names(store) == {kept.record.id}
    (entry,) = [e for e in store.audit.entries() if e.act == "cleared"]
    assert set(entry.details["runs"]) == {run.id for run in found}
    assert store.audit.check() == []
    assert store.check_files(store.get("latest")) == []
