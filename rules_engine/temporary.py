"""Temporary folders that say whose they are, so that those of dead processes can be removed.

Records lie in them. A process that is killed removes nothing; but the system lets go of the lock
that it held on the folder. So a folder without a lock is one that nobody uses any more.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

PREFIX = "rules-engine-"
OLD_SECONDS = 24 * 3600
"""A folder of a program that held no lock, or that is just being made, is left alone so long."""
_OURS = re.compile(re.escape(PREFIX) + r"(?P<process>[0-9]+)-")


class temporary_folder(tempfile.TemporaryDirectory[str]):
    """A folder in the system's temporary folder, removed with the process at the latest."""

    def __init__(self) -> None:
        """Make the folder, and hold it."""
        # Where an open file cannot be removed, the folder stays for the next clearing up.
        super().__init__(prefix=f"{PREFIX}{os.getpid()}-", ignore_cleanup_errors=True)
        self._handle = _hold(Path(self.name))

    def cleanup(self) -> None:
        """Remove the folder and let go of it."""
        super().cleanup()
        if self._handle is not None:
            with suppress(OSError):
                os.close(self._handle)
            self._handle = None


def clear_dead() -> list[Path]:
    """Remove the temporary folders of this user's dead processes; return them.

    Windows keeps no lock on a folder, and tells of no process without harm: nothing is removed.
    """
    if sys.platform == "win32":
        return []
    found = (Path(entry.path) for entry in os.scandir(tempfile.gettempdir())
             if entry.name.startswith(PREFIX) and entry.is_dir(follow_symlinks=False))  # fmt: skip
    return [path for path in sorted(found) if _is_dead(path) and _remove(path)]


def _is_dead(path: Path) -> bool:
    with suppress(OSError):
        held = path.stat()
        if hasattr(os, "getuid") and held.st_uid != os.getuid():
            return False
        ours = _OURS.match(path.name)
        ended = ours is not None and not _lives(int(ours["process"]))
        # A number alone may lie: a container counts its own processes, and numbers come again.
        if ended or time.time() - held.st_mtime > OLD_SECONDS:
            handle = _hold(path)
            if handle is not None:
                os.close(handle)
                return True
    return False


def _remove(path: Path) -> bool:
    shutil.rmtree(path, ignore_errors=True)
    return not path.exists()


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _hold(folder: Path) -> int | None:
    """Lock a folder for this process, ``None`` if somebody else holds it."""
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
