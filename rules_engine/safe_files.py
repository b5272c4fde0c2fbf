"""Names that become files, files that somebody hands in, and files that become whole or nothing.

A name of an edition, a table, a run or a plugin becomes a path by :func:`inside` and in no other
way. What somebody hands in is opened by :func:`open_file`: a regular file, never a device, a pipe
or a socket, which would hang or never end. What goes out is written by :func:`whole_files`.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import unicodedata
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from rules_engine import limits
from rules_engine.errors import Place, RulesEngineError, UsageError
from rules_engine.messages import msg
from rules_engine.temporary import UNFINISHED, clear_dead, hold, release, unfinished_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import BufferedReader

    from rules_engine.messages import Message

_END_OF_LIST, _LEAST_ENTRY = 1 << 17, 47
"""Bytes at the end of an archive in which it says how long its list is; bytes of an entry there."""
MOST_BYTES = 240
"""So many bytes a name has at most: file systems take 255, and endings are put behind it."""
_PARTS = re.compile(r"[/\\\u2044\u2215\u29f5\u29f8\u29f9]")
"""What parts the folders of a path, and what looks like it and is not folded to it."""
_UNFIT = re.compile(
    r'[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff:*?"<>|]'
)
"""Control characters, those that turn the direction of writing, and what Windows refuses."""
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)", re.I)
"""Names that Windows takes for devices, whatever ending they have."""
_KINDS = {
    stat.S_IFCHR: msg("it is a device and no file"),
    stat.S_IFBLK: msg("it is a device and no file"),
    stat.S_IFIFO: msg("it is a pipe and no file"),
    stat.S_IFSOCK: msg("it is a socket and no file"),
}
_HINT = msg("choose a name of letters and figures, such as {example}", example="2026")


class TooLarge(OSError):
    """A file has more bytes than are read of it."""


def unfit(name: str) -> Message | None:
    """Return why a text cannot be the name of a file, ``None`` if it can."""
    plain = unicodedata.normalize("NFKC", name)
    if not name.strip():
        return msg("it is empty")
    if _PARTS.search(name) or _PARTS.search(plain):
        return msg("it holds a slash")
    if not plain.strip(". ") or name[-1] in ". " or name != name.strip():
        return msg("it begins or ends with a blank, or ends with a full stop")
    if _UNFIT.search(name):
        return msg("it holds a character that no name of a file may have")
    if _RESERVED.match(plain):
        return msg("it is the name of a device")
    if len(name.encode(errors="replace")) > MOST_BYTES:
        return msg("it is too long")
    return None


def inside(folder: Path, *names: str) -> Path:
    """Return the path of a file or folder in a folder, by its name or the names along the way.

    Raises:
        UsageError: a name is none for a file, or a link of that name leads out of the folder.
    """
    path = folder
    for name in names:
        if reason := unfit(name):
            raise UsageError.of(
                "bad-file-name",
                msg("“{name}” cannot be the name of a file: {reason}", name=name, reason=reason),
                hint=_HINT,
            )
        path = path / name
    refuse_outside(folder, path)
    return path


def refuse_outside(folder: Path, *paths: Path) -> None:
    """Refuse paths below a folder of which one is a link, or goes through one, that leads out.

    Raises:
        UsageError: one of them does.
    """
    for path in paths:
        if leads_out(folder, path):
            raise UsageError.of(
                "path-outside",
                msg("{path} is a link that leads out of its folder", path=path),
                place=Place(str(path)),
                hint=msg("put the file itself there; find out who made the link"),
            )


def written_path(folder: Path, text: str) -> Path:
    """Return the path that a file such as ``source.yaml`` gives for another one.

    It is a path and no name: as on a command line it may lead anywhere. It counts from the folder
    of the file that gives it.
    """
    return folder / text


def is_there(path: Path) -> bool:
    """Return whether a file or folder is there; no path that is too long for the system is."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def leads_out(folder: Path, path: Path) -> bool:
    """Return whether a path below a folder is somewhere else, once its links are followed."""
    try:
        return not path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # links in a circle lead nowhere
        return False


def links_out(folder: Path, files: Iterable[Path]) -> list[Path]:
    """Return those of the entries of a folder that are links to somewhere else."""
    return [file for file in files if file.is_symlink() and leads_out(folder, file)]


def open_file(path: Path) -> BufferedReader:
    """Open a file that somebody hands in, for reading.

    Raises:
        OSError: it is no file, or cannot be opened; ``strerror`` says so.
    """
    _refuse_kind(os.stat(path).st_mode, path)  # to open some devices has an effect already
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags | getattr(os, "O_NOCTTY", 0))
    try:
        _refuse_kind(os.fstat(handle).st_mode, path)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_file(path: Path, most: int | None = None) -> bytes:
    """Return what is in a file that somebody hands in.

    Args:
        path: the file.
        most: so many bytes it may have.

    Raises:
        TooLarge: it has more.
        OSError: it is no file, or cannot be read.
    """
    with open_file(path) as stream:
        if most is None:
            return stream.read()
        result = stream.read(most + 1)
    if len(result) > most:
        raise TooLarge(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return result


def check_file(path: Path) -> Path:
    """Return the path of a file that a library opens by itself.

    Raises:
        OSError: it is no file, or cannot be opened.
    """
    open_file(path).close()
    return path


def _refuse_kind(mode: int, path: Path) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), msg("it is no file"))
        raise OSError(errno.EINVAL, str(kind), str(path))


NO_ROOM = frozenset({errno.EBADF, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOSPC})
"""What is no fault of the place that was named: it is full, or takes nothing."""


def cannot_write(
    place: Path | str, error: OSError, hint: Message | None = None
) -> RulesEngineError:
    """Return that a file cannot be written as an error: of usage, unless the disk is full.

    Args:
        place: the file, unless the system's error names one.
        error: what the system says.
        hint: what to do about it, if the disk is not full; by default, to name another folder.
    """
    kind: type[RulesEngineError] = UsageError
    if error.errno in NO_ROOM:
        kind, hint = RulesEngineError, msg("make room there, or name another place")
    return kind.of(
        "cannot-write",
        msg("cannot write to {place}: {reason}", place=error.filename or place,
            reason=error.strerror or str(error)),
        hint=hint or msg("name another folder with --out; a stored run can be reported again"),
    )  # fmt: skip


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """Give a path to write to, whose file becomes the target once it is whole.

    Raises:
        OSError: it cannot be written; it names the target, where what was there still is.
    """
    if target.exists() and not target.is_file():  # a device or a pipe is written to as it is
        yield target
        return
    target = target.resolve()  # a link stays one
    target.parent.resolve(strict=True)
    with whole_files(target.parent) as part:
        yield part / target.name


@contextmanager
def whole_files(folder: Path) -> Iterator[Path]:
    """Give a folder to write files to, which come into another one once all of them are whole.

    What a process that was killed left there is removed.

    Raises:
        OSError: one cannot be written; it names the file by where it would have come to lie. What
            was in the folder is as it was.
        UsageError: a link in the folder leads out of it, where one would have come to lie.
    """
    there = folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # what may not be listed may be written all the same
        clear_dead(folder, UNFINISHED)
    try:
        part = Path(mkdtemp(prefix=unfinished_name(), dir=folder))
        value = hold(part)
    except OSError as error:
        error.filename = str(folder)
        raise
    try:
        yield part
        files = {f: folder / f.relative_to(part) for f in sorted(part.rglob("*")) if f.is_file()}
        refuse_outside(folder, *files.values())
        for file, target in files.items():
            _put(file, target)
    except OSError as error:
        error.filename = str(_wanted(error, part, folder))
        raise
    finally:
        shutil.rmtree(part, ignore_errors=True)
        release(value)
        if not there:
            with suppress(OSError):  # something came into it
                folder.rmdir()


def _put(file: Path, target: Path) -> None:
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        shutil.copymode(target, file)
    os.replace(file, target)


def _wanted(error: OSError, part: Path, folder: Path) -> Path:
    """Return what could not be written: what the error names, or else what was begun last."""
    named = Path(error.filename2 or error.filename or part)
    if not named.is_relative_to(part):
        return named
    begun = [file for file in part.rglob("*") if file.is_file()]
    if named == part and begun:
        named = max(begun, key=lambda file: file.stat().st_mtime_ns)
    return folder / named.relative_to(part)


def check_entries(file: Path) -> None:
    """Look at how long the list of entries of a packed file is, before it is read.

    Raises:
        DatasetError: it has more entries than can be listed.
    """
    size = file.stat().st_size
    with open_file(file) as stream:
        stream.seek(max(size - _END_OF_LIST, 0))
        end = stream.read()
    at, wide = end.rfind(b"PK\5\6"), end.rfind(b"PK\6\6")
    listed = int.from_bytes(end[at + 12 : at + 16], "little") if at >= 0 else 0
    if wide >= 0:
        listed = int.from_bytes(end[wide + 40 : wide + 48], "little")
    limits.ARCHIVE_ENTRIES.check(min(listed, size) // _LEAST_ENTRY, Place(str(file)))
