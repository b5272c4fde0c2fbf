"""Steps down from root, for tests of what a reader may do."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def unprivileged(folder: Path) -> Iterator[None]:
    """Make the folder and its files read-only; root, who may do anything, steps down for it."""
    entries = [folder, *folder.rglob("*")]
    modes = [stat.S_IMODE(p.stat().st_mode) for p in entries]
    above = [(p, stat.S_IMODE(p.stat().st_mode)) for p in folder.parents if p.stat().st_uid == 0]
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root:
        for parent, mode in above:
            parent.chmod(mode | 0o055)
    for path in entries:
        path.chmod(0o555 if path.is_dir() else 0o444)
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
            for parent, mode in above:
                parent.chmod(mode)
        for path, mode in zip(entries, modes, strict=True):
            path.chmod(mode)
