"""Temporary folders that say whose they are, so that those of dead processes can be removed.

Records lie in them. A process that is killed removes nothing; but the system lets go of the lock
that it held on the folder. So a folder without a lock is one that nobody uses any more. Windows
keeps no lock on a folder; there the number of the process in its name tells.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

PREFIX = "rules-engine-"
UNFINISHED = f".unfinished-{PREFIX}"
"""What is being written lies in such a folder, beside where it is going to lie."""
OLD_SECONDS = 24 * 3600
"""A folder of a program that held no lock, or that is just being made, is left alone so long."""
_OURS = re.compile(re.escape(PREFIX) + r"([0-9]+)-")


class temporary_folder(tempfile.TemporaryDirectory[str]):
    """A folder in the system's temporary folder, removed with the process at the latest."""

    def __init__(self) -> None:
        """Make the folder, and hold it."""
        prefix = f"{PREFIX}{os.getpid()}-"
        try:
            # Where an open file cannot be removed, the folder stays for the next clearing up.
            super().__init__(prefix=prefix, ignore_cleanup_errors=True)
        except FileNotFoundError as error:
            if error.filename is None:  # no such folder takes anything
                raise OSError(errno.ENOSPC, error.strerror, "TMPDIR") from error
            raise
        self._handle = hold(Path(self.name))

    def cleanup(self) -> None:
        """Remove the folder and let go of it."""
        super().cleanup()
        release(self._handle)
        self._handle = None


def unfinished_name() -> str:
    """Return how the name begins of a folder in which this process writes."""
    return f"{UNFINISHED}{os.getpid()}-"


def clear_dead(folder: Path | None = None, prefix: str = PREFIX) -> list[Path]:
    """Remove the folders of this user's dead processes; return them.

    Args:
        folder: where they lie; by default the system's temporary folder.
        prefix: how their names begin.
    """
    with os.scandir(folder or tempfile.gettempdir()) as entries:
        named = [entry for entry in entries if entry.name.startswith(prefix)]
        results = sorted(Path(entry.path) for entry in named if entry.is_dir(follow_symlinks=False))
    return [path for path in results if _is_dead(path) and _remove(path)]


def _is_dead(path: Path) -> bool:
    ours = _OURS.search(path.name)
    ended = ours is not None and not lives(int(ours[1]))
    if sys.platform == "win32":
        return ended
    with suppress(OSError):
        value = path.stat()
        if value.st_uid != os.getuid():
            return False
        # A number alone may lie: a container counts its own processes, and numbers come again.
        if ended or time.time() - value.st_mtime > OLD_SECONDS:
            handle = hold(path)
            release(handle)
            return handle is not None
    return False


def _remove(path: Path) -> bool:
    shutil.rmtree(path, ignore_errors=True)
    return not path.exists()


def lives(process: int) -> bool:
    """Return whether a process of this number may be running."""
    if sys.platform == "win32":
        import psutil

        return psutil.pid_exists(process)  # to send it a signal, as below, would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def hold(folder: Path) -> int | None:
    """Lock a folder for this process, ``None`` if somebody else holds it or it cannot be."""
    if sys.platform == "win32":
        return None
    import fcntl

    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def release(handle: int | None) -> None:
    """Let go of a folder."""
    if handle is not None:
        with suppress(OSError):
            os.close(handle)
