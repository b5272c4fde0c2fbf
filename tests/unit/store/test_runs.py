"""Runs are stored whole or not at all, and are found again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from rules_engine.errors import StoreError
from rules_engine.store import RunDraft, Store
from rules_engine.store.draft import Ledger
from tests.unit.store.conftest import make_run, record_of

OpenStore = Callable[[], Store]


def folders(store: Store) -> list[str]:
    return sorted(p.name for p in store.location.runs.iterdir())


def test_a_run_comes_back_as_it_was_stored(opened: OpenStore) -> None:
    kept = make_run(opened())
    again = opened().get(kept.record.id)
    assert again == kept
    assert set(kept.record.files) == {
        "manifest.json",
        "results.parquet",
        "snapshot/cases.parquet",
    }
    assert kept.record.files["results.parquet"].size == 400
    assert kept.folder.name == kept.record.id


def test_the_manifest_says_what_the_row_says(store: Store) -> None:
    kept = make_run(store)
    manifest = json.loads((kept.folder / "manifest.json").read_text(encoding="utf-8"))
    row = json.loads(json.dumps(kept.record.as_dict()))
    del row["files"]["manifest.json"]
    assert manifest == row
    assert manifest["status"] == "draft"
    assert manifest["as_of"] == "2024-12-31"
    assert list(manifest)[:2] == ["id", "status"]


def test_times_keep_their_instant(opened: OpenStore) -> None:
    beijing = datetime(2025, 1, 1, 7, 30, tzinfo=timezone(timedelta(hours=8)))
    kept = make_run(opened(), created_at=beijing)
    read = opened().get(kept.record.id).record.created_at
    assert read == beijing
    assert read.tzinfo is UTC


def test_the_run_stored_last_comes_first_whatever_the_clock_says(store: Store) -> None:
    assert store.list_runs() == []
    first = make_run(store)
    second = make_run(store, created_at=first.record.created_at - timedelta(days=400))
    assert [r.id for r in store.list_runs()] == [second.record.id, first.record.id]
    assert store.get("latest") == second


def test_the_beginning_of_an_id_is_enough(store: Store) -> None:
    kept = make_run(store)
    for length in (len(kept.record.id) - 1, 3, 1):
        assert store.get(kept.record.id[:length]) == kept
    assert store.get(kept.record.id.upper()) == kept


def test_a_beginning_that_fits_two_runs_names_both(store: Store) -> None:
    ids = {make_run(store).record.id for _ in range(2)}
    with pytest.raises(StoreError) as caught:
        store.get("2")
    assert caught.value.findings[0].code == "ambiguous-run"
    assert all(run_id in str(caught.value) for run_id in ids)


def test_an_unknown_run_names_the_nearest(store: Store) -> None:
    kept = make_run(store)
    wrong = kept.record.id[:-1] + ("0" if kept.record.id[-1] != "0" else "1")
    for wanted in (wrong, "zzz", "%", ""):
        with pytest.raises(StoreError) as caught:
            store.get(wanted)
        finding = caught.value.findings[0]
        assert finding.code == "unknown-run"
        assert kept.record.id in str(finding.hint)


@pytest.mark.parametrize("wanted", ["latest", "2024"])
def test_an_empty_store_says_how_to_fill_it(store: Store, wanted: str) -> None:
    with pytest.raises(StoreError) as caught:
        store.get(wanted)
    assert caught.value.findings[0].code == "unknown-run"
    assert "assess" in str(caught.value.findings[0].hint)


def test_nothing_is_stored_without_a_commit(store: Store) -> None:
    with store.new_run() as draft:
        (draft.folder / "lines.parquet").write_bytes(b"x")
    assert folders(store) == []
    assert store.list_runs() == []


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_nothing_is_stored_after_an_exception(store: Store, error: type[BaseException]) -> None:
    with pytest.raises(error), store.new_run() as draft:
        (draft.folder / "lines.parquet").write_bytes(b"x")
        raise error
    assert folders(store) == []
    assert store.list_runs() == []


def test_nothing_is_stored_when_the_row_is_refused(store: Store) -> None:
    with pytest.raises(StoreError) as caught:
        make_run(store, status="invented")
    assert caught.value.findings[0].code == "store-failed"
    assert folders(store) == []
    assert store.list_runs() == []


def test_nothing_is_stored_when_the_disk_is_full(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", no_room)
    with pytest.raises(StoreError) as caught:
        make_run(store)
    assert caught.value.findings[0].code == "store-full"
    assert folders(store) == []


class LostConnection(Ledger):
    """A ledger whose connection breaks, after or before the server committed."""

    def __init__(self, absent: bool) -> None:
        self.absent = absent

    def enter(self, record: object) -> None:
        raise OperationalError("INSERT", {}, Exception("server closed the connection"))

    def surely_without(self, run_id: str) -> bool:
        return self.absent


@pytest.mark.parametrize("absent", [True, False])
def test_files_go_only_when_the_row_is_surely_absent(store: Store, absent: bool) -> None:
    with pytest.raises(StoreError), RunDraft(store.location, LostConnection(absent)) as draft:
        draft.commit(record_of(draft))
    assert folders(store) == ([] if absent else [f".unfinished-{draft.id}.lock", draft.id])
    assert store.list_runs() == []
    assert store.clear() == ([] if absent else [draft.id])
    assert folders(store) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from rules_engine.store import Store, draft
from tests.unit.store.conftest import make_run
step, url, folder = sys.argv[1:]
def die(*_, **__):
    os._exit(9)
if step == "before the rename":
    Path.rename = die
elif step == "between rename and insert":
    Store.enter = die
elif step == "before the manifest":
    draft.RunDraft._describe = die
store = Store.open(url, Path(folder))
make_run(store)
if step == "after the insert":
    die()
"""


@pytest.mark.parametrize(
    "step",
    [
        "before the manifest",
        "before the rename",
        "between rename and insert",
        "after the insert",
    ],
)
def test_a_killed_process_leaves_nothing_visible_or_a_whole_run(
    url: str, tmp_path: Path, opened: OpenStore, step: str
) -> None:
    killed = run_python(KILLED, step, url, str(tmp_path))
    assert killed.wait(60) == 9
    store = opened()
    if step == "after the insert":
        assert store.check_files(store.get("latest")) == []
        assert store.unfinished() == []
    else:
        assert store.list_runs() == []
        assert [run.running for run in store.unfinished()] == [False]
        assert store.clear() == [e.details["runs"][0] for e in store.audit.entries()]
    kept = make_run(store)
    assert store.get("latest") == kept
    assert store.check_files(kept) == []


TOGETHER = """
import sys, time
from pathlib import Path
from rules_engine.store import Store
from tests.unit.store.conftest import make_run
url, folder, start, count = sys.argv[1:]
time.sleep(max(0, float(start) - time.time()))
for _ in range(int(count)):
    with Store.open(url, Path(folder)) as store:
        print(make_run(store).record.id)
"""


def test_processes_that_start_together_lose_nothing(
    url: str, tmp_path: Path, opened: OpenStore
) -> None:
    """Both find the database missing, both make it, and then they take turns."""
    start = str(datetime.now(UTC).timestamp() + 1.5)
    running = [run_python(TOGETHER, url, str(tmp_path), start, "6") for _ in range(3)]
    outcomes = [process.communicate(timeout=60) for process in running]
    assert [p.returncode for p in running] == [0, 0, 0], [err for _, err in outcomes]
    printed = {line for out, _ in outcomes for line in out.split()}
    store = opened()
    assert len(printed) == 18
    assert {r.id for r in store.list_runs()} == printed
    assert folders(store) == sorted(printed)
    assert all(not store.check_files(store.get(run_id)) for run_id in printed)
    assert {entry.run for entry in store.audit.entries()} == printed
    assert store.audit.check() == []


def run_python(code: str, *arguments: str) -> subprocess.Popen[str]:
    root = Path(__file__).parents[3]
    paths = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=os.environ | {"PYTHONPATH": paths},
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_an_id_that_is_taken_is_not_given_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = iter(["aaaaaa", "aaaaaa", "aaaaaa", "bbbbbb"])
    monkeypatch.setattr("secrets.token_hex", lambda _size: next(tokens))
    taken = make_run(store)
    with store.new_run() as draft:
        assert taken.record.id.endswith("-aaaaaa")
        assert draft.id.endswith("-bbbbbb")


def test_a_draft_stores_only_its_own_run_and_once(store: Store) -> None:
    with store.new_run() as draft:
        with pytest.raises(ValueError, match="the draft of"):
            draft.commit(record_of(draft, id="20240101-000000"))
        draft.commit(record_of(draft))
        with pytest.raises(ValueError, match="already"):
            draft.commit(record_of(draft))
    assert len(store.list_runs()) == 1


def test_files_settled_beside_other_work_are_hashed_like_those_that_come_later(
    store: Store,
) -> None:
    with store.new_run() as draft:
        (draft.folder / "lines.parquet").write_bytes(b"x")
        begun, written = threading.Event(), threading.Event()
        draft._aside.submit(lambda: begun.set() or written.wait())
        begun.wait()
        draft.settle()
        (draft.folder / "later.parquet").write_bytes(b"")  # opened, and not yet whole
        written.set()
        draft._settling.result()
        (draft.folder / "later.parquet").write_bytes(b"y")
        kept = draft.commit(record_of(draft))
    assert set(kept.record.files) == {"later.parquet", "lines.parquet", "manifest.json"}
    assert store.check_files(kept) == []


def test_each_file_that_differs_is_named(store: Store) -> None:
    kept = make_run(store)
    assert store.check_files(kept) == []
    snapshot = kept.folder / "snapshot" / "cases.parquet"
    data = bytearray(snapshot.read_bytes())
    data[7] ^= 1
    snapshot.write_bytes(data)
    (kept.folder / "results.parquet").unlink()
    (kept.folder / "note.txt").write_text("by hand")
    found = {f.code: f for f in store.check_files(kept)}
    assert set(found) == {"file-changed", "file-missing", "file-extra"}
    assert found["file-changed"].place.file == str(snapshot)
    assert "snapshot/cases.parquet" in str(found["file-changed"].message)
    assert found["file-extra"].severity == "warning"


def test_a_missing_folder_is_missing_files(store: Store) -> None:
    kept = make_run(store)
    kept.folder.rename(kept.folder.with_name("elsewhere"))
    assert {f.code for f in store.check_files(kept)} == {"file-missing"}
    assert len(store.check_files(kept)) == 3


def test_json_is_readable_in_the_database(store: Store, url: str) -> None:
    make_run(store)
    engine = sa.create_engine(sa.make_url(url.replace("postgresql://", "postgresql+psycopg://")))
    with engine.connect() as connection:
        assert "优秀" in str(
            connection.execute(sa.text("SELECT CAST(summary AS TEXT) FROM runs")).scalar()
        )
    engine.dispose()
