"""Runs that were begun and not finished: marked while they are made, found and cleared later.

A run that is being made has a lock file beside its folder, made before the folder and removed
after the row of the run is in the database. The process that makes the run holds a lock on the
file; the system lets go of it when the process ends, however it ends. So a file without a lock
tells of a run that nobody is making any more.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack, suppress
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from rules_engine.store import files

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path
    from typing import IO, Any

    from rules_engine.store.location import Location

UNFINISHED = ".unfinished-"
LOCK = ".lock"
_LOCKED_BYTE = 1 << 30
"""Far behind the text: on Windows a locked byte cannot be read by others."""


class Unfinished(NamedTuple):
    """A run that has a folder or a lock file, and no row.

    Attributes:
        since: when it was begun.
        running: whether its process still lives.
    """

    id: str
    since: datetime
    running: bool


class RunLock:
    """The lock of one run that is being made; gone at the latest with the process."""

    def __init__(self, location: Location, run_id: str, since: datetime) -> None:
        """Make the lock file and lock it.

        Raises:
            FileExistsError: another run has this id.
            OSError: the file cannot be made.
        """
        self._path = _lock_file(location, run_id)
        while True:
            self._file = self._path.open("x", encoding="utf-8")
            _lock(self._file, wait=True)
            if self._path.exists():  # else somebody cleared it before it was locked
                break
            self._file.close()
        try:
            json.dump({"store": str(location), "since": since.isoformat()}, self._file)
            self._file.flush()
        except OSError:
            with suppress(OSError):  # closing tries once more to write
                self.release()
            raise

    def release(self, *, keep: bool = False) -> None:
        """Let go of the lock and remove its file, or keep that as a mark.

        On Windows no open file is removed, elsewhere none is let go of while others can find it.
        """
        if keep or os.name == "nt":
            self._file.close()
        if not keep:
            self._path.unlink(missing_ok=True)
        self._file.close()


def find(location: Location, stored: Collection[str], pruned: Collection[str]) -> list[Unfinished]:
    """Return the unfinished runs of a store, oldest first.

    Several stores may keep their runs below one folder. So only that counts which is surely this
    store's own: what has its lock file, what has none but the name of an unfinished run, and
    what the log says was removed.

    Args:
        location: the store.
        stored: the ids of the runs that have a row.
        pruned: the ids of the runs that were removed.
    """
    results = []
    names = {path.name for path in location.runs.iterdir()} if location.runs.is_dir() else set()
    for name in names:
        run_id = name.removeprefix(UNFINISHED).removesuffix(LOCK)
        with suppress(FileNotFoundError):  # it may be finished, or cleared, meanwhile
            if name.endswith(LOCK) and not (location.runs / name).is_file():
                continue  # a pipe, say, which would hang
            if name.endswith(LOCK):
                results += [] if run_id in stored else _marked(location, run_id)
            elif run_id != name and f"{name}{LOCK}" in names:
                continue
            elif run_id != name or run_id in pruned:
                results.append(Unfinished(run_id, _changed(location.runs / name), running=False))
    return sorted(results, key=lambda unfinished: unfinished.since)


def remove(location: Location, run_id: str, surely_without: Callable[[str], bool]) -> bool:
    """Remove what is left of a run, unless its process lives or it is finished; return whether.

    Args:
        location: the store.
        run_id: the run.
        surely_without: whether a run has certainly no row; asked while nobody can make one.
    """
    path = _lock_file(location, run_id)
    with ExitStack() as stack:
        if path.exists() and not _lock(stack.enter_context(path.open("r+b"))):
            return False
        if not surely_without(run_id):
            return False
        for folder in (location.runs / f"{UNFINISHED}{run_id}", location.runs / run_id):
            files.remove(folder)
    path.unlink(missing_ok=True)
    return True


def forget(location: Location, stored: Collection[str]) -> None:
    """Remove the lock files of finished runs whose process ended before it could do so."""
    for path in location.runs.glob(f"{UNFINISHED}*{LOCK}"):
        if path.name.removeprefix(UNFINISHED).removesuffix(LOCK) in stored and not _is_locked(path):
            path.unlink(missing_ok=True)


def _lock_file(location: Location, run_id: str) -> Path:
    return location.runs / f"{UNFINISHED}{run_id}{LOCK}"


def _marked(location: Location, run_id: str) -> list[Unfinished]:
    """Return what a lock file tells, nothing if it is another store's."""
    path = _lock_file(location, run_id)
    running = _is_locked(path)
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        if plain["store"] != str(location):
            return []
        since = datetime.fromisoformat(plain["since"])
    except ValueError:  # it ended before the text was written
        since = _changed(path)
    return [Unfinished(run_id, since, running)]


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.lstat().st_mtime).astimezone()


def _is_locked(path: Path) -> bool:
    """Return whether a living process holds the lock on a file."""
    with path.open("rb") as file:
        return not _lock(file, shared=True)


def _lock(file: IO[Any], *, shared: bool = False, wait: bool = False) -> bool:
    """Lock an open file for this process; return whether nobody else holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(_LOCKED_BYTE)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            file.seek(0)
        else:
            import fcntl

            kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
            fcntl.flock(file, kind if wait else kind | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
