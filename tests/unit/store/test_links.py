"""A link in the place of a run's folder, or in it, is followed by nothing."""

from __future__ import annotations

import os
import shutil
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from rules_engine.errors import StoreError
from tests.unit.store.conftest import make_run
from tests.unit.store.test_life import run_that_is

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine.model.run import StoredRun
    from rules_engine.store import Store

OLD = datetime.now(UTC) - timedelta(days=40)
pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")


def modes(folder: Path) -> dict[str, int]:
    return {str(p): stat.S_IMODE(p.lstat().st_mode) for p in (folder, *folder.rglob("*"))}


def moved(run: StoredRun, outside: Path) -> dict[str, int]:
    """Put a link in the place of a run's folder, and the folder elsewhere."""
    shutil.move(run.folder, outside)
    (outside / "results.parquet").chmod(0o640)
    (outside / "snapshot").chmod(0o555)
    run.folder.symlink_to(outside, target_is_directory=True)
    return modes(outside)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_folder_that_is_a_link_is_not_followed(store: Store, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    for run, act in (
        (run_that_is(store, "published"), lambda run: store.life.take(run, "seal", "x")),
        (run_that_is(store, "reviewed"), lambda run: store.life.take(run, "publish", "x")),
        (run_that_is(store, "published"), lambda run: store.get(run.record.id)),
        (run_that_is(store, "published"), lambda run: store.whole(run.record.id)),
    ):
        before = moved(run, outside)
        with pytest.raises(StoreError) as caught:
            act(run)
        assert caught.value.findings[0].code in ("run-folder-link", "run-not-whole")
        assert store.check_files(run)
        assert modes(outside) == before
        run.folder.unlink()
        shutil.move(outside, run.folder)
    assert store.audit.check() == []


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_only_the_link_is_removed(store: Store, tmp_path: Path) -> None:
    pruned = make_run(store, created_at=OLD)
    outside, other = tmp_path / "outside", tmp_path / "other"
    before = moved(pruned, outside)
    assert store.life.prune(30) == [pruned.record.id]
    other.mkdir()
    (other / "paper").write_text("x")
    (other / "paper").chmod(0o440)
    unfinished = store.location.runs / ".unfinished-20250101-aaaaaa"
    unfinished.symlink_to(other, target_is_directory=True)
    os.mkfifo(store.location.runs / ".unfinished-20250101-bbbbbb.lock")
    shutil.copytree(outside, inside := store.location.runs / ".unfinished-20250101-cccccc")
    (inside / "link").symlink_to(other, target_is_directory=True)
    (inside / "paper").symlink_to(other / "paper")
    kept = modes(other)
    assert set(store.clear()) == {"20250101-aaaaaa", "20250101-cccccc"}
    assert (modes(outside), modes(other)) == (before, kept)
    assert [p.name for p in store.location.runs.iterdir()] == [".unfinished-20250101-bbbbbb.lock"]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_link_or_a_pipe_among_the_files_is_no_file_of_the_run(
    store: Store, tmp_path: Path
) -> None:
    run = run_that_is(store, "published")
    file, folder = run.folder / "results.parquet", run.folder / "snapshot"
    shutil.move(file, tmp_path / "same")
    file.symlink_to(tmp_path / "same")
    shutil.move(folder, tmp_path / "folder")
    folder.symlink_to(tmp_path / "folder", target_is_directory=True)
    found = {(f.code, f.place.file and f.place.file.split("/")[-1]) for f in store.check_files(run)}
    assert found == {
        ("path-outside", "results.parquet"), ("file-missing", "cases.parquet"),
        ("file-extra", "snapshot"),
    }  # fmt: skip
    before = modes(tmp_path / "folder") | modes(tmp_path / "same")
    with pytest.raises(StoreError):
        store.life.take(run, "seal", "x")
    assert modes(tmp_path / "folder") | modes(tmp_path / "same") == before
    file.unlink()
    file.symlink_to(run.folder / "manifest.json")
    assert "file-changed" in {f.code for f in store.check_files(run)}
    file.unlink()
    os.mkfifo(file)
    assert "file-changed" in {f.code for f in store.check_files(run)}
