"""Temporary folders of dead processes are removed, and never one that somebody uses."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from rules_engine.cli.output import unforeseen
from rules_engine.errors import RulesEngineError
from rules_engine.safe_files import whole_file
from rules_engine.temporary import OLD_SECONDS, clear_dead, lives, temporary_folder

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


WRITES = """
import sys, time
from pathlib import Path
from rules_engine.cli.output import unforeseen
from rules_engine.errors import RulesEngineError
from rules_engine.safe_files import whole_files
with whole_files(Path(sys.argv[1])) as part:
    (part / "rows.csv").write_text("x")
    print(part, flush=True)
    time.sleep(60)
"""


def writing_into(folder: Path) -> tuple[subprocess.Popen[str], Path]:
    command = [sys.executable, "-c", WRITES, str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    return process, Path(process.stdout.readline().strip())


def test_the_next_writer_removes_what_a_killed_one_left(tmp_path: Path) -> None:
    out = tmp_path / "out"
    killed, dead = writing_into(out)
    living, kept = writing_into(out)
    killed.kill()
    killed.wait()
    (foreign := out / ".unfinished-20261130-94a503").mkdir()  # a run in the making is no file's
    (also_foreign := out / ".unfinished-mine").mkdir()
    assert dead.is_dir()
    with whole_file(out / "log.txt") as part:
        part.write_text("x")
    assert not dead.exists()
    assert (kept / "rows.csv").exists()
    living.kill()
    living.wait()
    with whole_file(out / "log.txt") as part:
        part.write_text("y")
    assert set(out.iterdir()) == {out / "log.txt", foreign, also_foreign}
    assert (out / "log.txt").read_text() == "y"


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_each_system_tells_which_process_lives(
    system: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On Windows a library does so, for which Linux needs none; there no folder is locked."""
    asked = []

    def pid_exists(process: int) -> bool:
        asked.append(process)
        return process == os.getpid()

    monkeypatch.setitem(sys.modules, "psutil", SimpleNamespace(pid_exists=pid_exists))
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (left := tmp_path / f"rules-engine-{dead.pid}-x").mkdir()
    (used := tmp_path / f"rules-engine-{os.getpid()}-x").mkdir()
    (older := tmp_path / "rules-engine-abcdefgh").mkdir()
    monkeypatch.setattr(sys, "platform", system)
    assert (lives(os.getpid()), lives(dead.pid)) == (True, False)
    held = temporary_folder()
    assert clear_dead() == [left]
    assert set(tmp_path.iterdir()) == {used, older, Path(held.name)}
    held.cleanup()
    assert set(tmp_path.iterdir()) == {used, older}
    assert bool(asked) == (system == "win32")


def test_a_temporary_folder_without_room_is_no_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(error: OSError) -> tuple[type, str]:
        raised = unforeseen(error)
        (finding,) = raised.findings
        assert finding.code == "cannot-write"
        return type(raised), str(finding.message)

    assert told(OSError(errno.ENOSPC, "full")) == (
        RulesEngineError, f"cannot write to {tempfile.gettempdir()}: full",
    )  # fmt: skip
    assert told(OSError(errno.ENOSPC, "full", "/a/b")) == (
        RulesEngineError, "cannot write to /a/b: full",
    )  # fmt: skip
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/nowhere"])
    with pytest.raises(OSError, match="No usable temporary directory") as caught:
        temporary_folder()
    assert told(caught.value)[0] is RulesEngineError
