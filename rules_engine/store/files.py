"""The files of a run: hashed, brought safely to disk, and compared with what was hashed."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules_engine.errors import Finding, Place, StoreError
from rules_engine.messages import msg
from rules_engine.model.run import StoredFile
from rules_engine.safe_files import leads_out, open_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from rules_engine.store.location import Location

BLOCK = 1024 * 1024
_ANY_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def run_folder(location: Location, run: str) -> Path:
    """Return the folder of a run: the one way to it from its id.

    Raises:
        StoreError: it is a link, which nothing is read through, changed through or removed through.
    """
    folder = location.runs / run
    if folder.is_symlink():
        raise StoreError.of(
            "run-folder-link",
            msg("the folder of run {run} is a link, and links are not followed", run=run),
            place=Place(str(folder)),
            hint=msg("put the folder itself there; find out who made the link"),
        )
    return folder


def remove(folder: Path) -> None:
    """Remove the folder of a run with all that is in it; of a link only the link."""
    if folder.is_symlink():
        folder.unlink()
    elif folder.is_dir():
        protect(folder, writable=True)  # it may have been published once
        shutil.rmtree(folder)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, read in blocks."""
    digest = hashlib.sha256()
    block = bytearray(BLOCK)
    view = memoryview(block)
    with open_file(path) as file:
        while read := file.readinto(block):
            digest.update(view[:read])
    return digest.hexdigest()


def files_below(folder: Path) -> Iterator[str]:
    """Give every file below the folder, as a sorted relative path with ``/``."""
    inside = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    result = (path.relative_to(folder).as_posix() for path in inside)
    yield from sorted(result)


def describe(
    folder: Path,
    known: Mapping[str, str] = MappingProxyType({}),
    paths: Sequence[str] | None = None,
) -> dict[str, StoredFile]:
    """Hash every file below the folder.

    Args:
        folder: the folder.
        known: hashes that need no second reading, by path below the folder.
        paths: the files to hash, if not all.

    Raises:
        ValueError: ``known`` names a file that is not there.
    """
    paths = list(files_below(folder)) if paths is None else paths
    if strangers := known.keys() - set(paths):
        raise ValueError(f"no such file below {folder}: {sorted(strangers)}")
    return {
        path: StoredFile(
            known.get(path) or sha256_of(folder / path), (folder / path).stat().st_size
        )
        for path in paths
    }


def flush_tree(folder: Path) -> None:
    """Bring every file and folder below ``folder`` to disk, so that a power cut loses none."""
    for path in folder.rglob("*"):
        if path.is_dir():
            flush_folder(path)
        else:
            with path.open("r+b") as file:
                os.fsync(file.fileno())
    flush_folder(folder)


def flush_folder(folder: Path) -> None:
    """Bring the folder's list of names to disk; Windows does so itself and cannot be asked."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def differences(folder: Path, kept: Mapping[str, StoredFile]) -> list[Finding]:
    """Compare the folder with what was stored; each file that differs is a finding."""
    here = folder.is_dir() and not folder.is_symlink()
    results = set(files_below(folder)) if here else set()
    return [
        finding
        for path in sorted(results | kept.keys())
        if (finding := _difference(folder / path, path, kept.get(path), path in results))
    ]


def _difference(file: Path, path: str, kept: StoredFile | None, exists: bool) -> Finding | None:
    place = Place(file=str(file), table=file.stem if file.parent.name == "snapshot" else None)
    if kept is None:
        return Finding(
            "file-extra",
            msg("The file {path} does not belong to the run.", path=path),
            place,
            msg("Move it elsewhere: the folder of a run holds only what the run stored."),
            severity="warning",
        )
    if not exists:
        return Finding(
            "file-missing",
            msg("The file {path} of the run is missing.", path=path),
            place,
            msg("Put it back from a copy, or assess again."),
        )
    if file.is_symlink() and leads_out(file.parent, file):
        return Finding(
            "path-outside",
            msg("{path} is a link that leads out of its folder", path=path),
            place,
            msg("put the file itself there; find out who made the link"),
        )
    value = file.lstat()
    same = stat.S_ISREG(value.st_mode) and value.st_size == kept.size  # a pipe would hang
    if not same or sha256_of(file) != kept.sha256:
        return Finding(
            "file-changed",
            msg("The file {path} was changed after the run was stored.", path=path),
            place,
            msg("Put it back from a copy, or assess again; until then do not rely on the run."),
        )
    return None


def protect(folder: Path, *, writable: bool = False) -> None:
    """Make every file and folder of a run read-only, or writable for its owner again."""
    if folder.is_symlink():
        return
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink():  # what it points to is not the run's
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode | stat.S_IWUSR if writable else mode & ~_ANY_WRITE)
