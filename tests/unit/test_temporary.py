"""Temporary folders of dead processes are removed, and never one that somebody uses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from rules_engine.temporary import OLD_SECONDS, clear_dead, temporary_folder

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows locks no folders")
MAKES = """
import os, sys, time
from rules_engine.temporary import temporary_folder
held = temporary_folder()
open(os.path.join(held.name, "rows"), "w").write("x")
print(held.name, flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))


def started() -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen([sys.executable, "-c", MAKES], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    return process, Path(process.stdout.readline().strip())


def test_only_a_dead_processs_folder_is_removed() -> None:
    with temporary_folder() as own:
        killed, dead = started()
        living, kept = started()
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert clear_dead() == [dead]
        assert (kept / "rows").exists()
        assert Path(own).is_dir()
        living.kill()
        living.wait()
        assert clear_dead() == [kept]
    assert not Path(own).exists()


def test_a_number_that_came_again_or_from_a_container_removes_nothing(tmp_path: Path) -> None:
    process, folder = started()
    foreign = folder.rename(folder.with_name("rules-engine-999999999-x"))  # no process of ours
    again = tmp_path / f"rules-engine-{os.getpid()}-x"  # another one has its number now
    again.mkdir()
    assert clear_dead() == []
    old = time.time() - OLD_SECONDS - 60
    for path in (again, foreign):
        os.utime(path, (old, old))
    assert clear_dead() == [again]
    process.kill()
    process.wait()
    assert clear_dead() == [foreign]


def test_what_is_not_a_folder_of_ours_stays(tmp_path: Path) -> None:
    """A link, a file, a folder of an older program that is in use, one of another user."""
    (outside := tmp_path / "outside").mkdir()
    (tmp_path / "rules-engine-999999999-a").symlink_to(outside, target_is_directory=True)
    (tmp_path / "rules-engine-999999999-b").write_text("x")
    (young := tmp_path / "rules-engine-abcdefgh").mkdir()
    (aged := tmp_path / "rules-engine-hgfedcba").mkdir()
    (others := tmp_path / "rules-engine-999999999-c").mkdir()
    os.utime(aged, (0, 0))
    if os.getuid() == 0:
        os.chown(others, 65534, 65534)
    else:
        others.rmdir()
    assert clear_dead() == [aged]
    assert young.is_dir()
    assert outside.is_dir()
