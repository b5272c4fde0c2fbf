"""Processes want opposite things at once: each time one gets its way, and it is clear which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.store.conftest import make_run
from tests.unit.store.test_appeals_stored import dispute
from tests.unit.store.test_runs import run_python

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rules_engine.model.run import StoredRun
    from rules_engine.store import Store

ROUNDS = 12
RACE = """
import sys, time
from pathlib import Path
from rules_engine.errors import StoreError
from rules_engine.store import Store
from tests.unit.store.test_appeals_stored import dispute
act, url, folder, go, *ids = sys.argv[1:]
store = Store.open(url, Path(folder))
runs = [store.get(run_id) for run_id in ids]
print("ready", flush=True)
while not Path(go).exists():
    time.sleep(0.001)
for number, run in enumerate(runs, 1):
    try:
        if act == "dispute":
            dispute(store, run)
        elif act == "reject":
            store.appeals.reject(number, "x")
        elif act == "prune":
            store.life.prune(0)
        else:
            store.life.take(run, act, "x")
        print("done", flush=True)
    except StoreError as error:
        print(error.findings[0].code, flush=True)
"""


def race(url: str, folder: Path, runs: list[StoredRun], *acts: str) -> list[tuple[str, ...]]:
    """Let a process for each act go through the runs; return what each run saw."""
    go = folder / "go"
    ids = [run.record.id for run in runs]
    running = [run_python(RACE, act, url, str(folder), str(go), *ids) for act in acts]
    for process in running:
        assert process.stdout and process.stdout.readline() == "ready\n", process.stderr
    go.touch()
    outcomes = [process.communicate(timeout=120) for process in running]
    assert [p.returncode for p in running] == [0] * len(acts), [err for _, err in outcomes]
    return list(zip(*(out.split() for out, _ in outcomes), strict=True))


def published(store: Store, count: int) -> list[StoredRun]:
    runs = [make_run(store) for _ in range(count)]
    for verb in ("review", "publish"):
        runs = [store.life.take(run, verb, "x") for run in runs]
    return runs


def test_a_seal_during_an_appeal(url: str, tmp_path: Path, opened: Callable[[], Store]) -> None:
    store = opened()
    runs = published(store, ROUNDS)
    seen = race(url, tmp_path, runs, "seal", "dispute")
    assert set(seen) <= {("done", "appeal-not-now"), ("run-disputed", "done")}
    disputed = {appeal.run for appeal in store.appeals.all()}
    for run, (sealed, _) in zip(runs, seen, strict=True):
        status = store.get(run.record.id).record.status
        assert (status == "sealed") == (sealed == "done") == (run.record.id not in disputed)
    assert store.audit.check() == []


def test_a_step_and_a_decision_taken_twice(
    url: str, tmp_path: Path, opened: Callable[[], Store]
) -> None:
    store = opened()
    runs = published(store, ROUNDS)
    assert [dispute(store, run).number for run in runs] == list(range(1, ROUNDS + 1))
    seen = race(url, tmp_path, runs, "reject", "reject")
    assert set(seen) <= {("done", "appeal-decided"), ("appeal-decided", "done")}
    (tmp_path / "go").unlink()
    seen = race(url, tmp_path, runs, "seal", "seal", "withdraw")
    assert {outcome.count("done") for outcome in seen} == {1}
    assert store.audit.check() == []


def test_a_review_while_old_drafts_are_removed(
    url: str, tmp_path: Path, opened: Callable[[], Store]
) -> None:
    store = opened()
    runs = [make_run(store) for _ in range(ROUNDS)]
    seen = race(url, tmp_path, runs, "review", "prune")
    left = {record.id: record.status for record in store.list_runs()}
    for run, (reviewed, _) in zip(runs, seen, strict=True):
        assert left.get(run.record.id) == ("reviewed" if reviewed == "done" else None)
    assert {path.name for path in store.location.runs.iterdir()} == set(left)
    assert store.audit.check() == []
