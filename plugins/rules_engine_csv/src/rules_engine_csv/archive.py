"""Reads tables out of a .zip where it lies: nothing is unpacked, and no path in it is followed.

It is opened and unpacked in a process of its own, which hands on what is asked for.
"""

from __future__ import annotations

import io
import re
import shutil
import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import IO, TYPE_CHECKING, Any, TypeAlias, cast

from rules_engine.api import (
    Batches,
    Place,
    Served,
    check_entries,
    handed_on,
    limits,
    msg,
    open_file,
)
from rules_engine_csv.readings import likeliest
from rules_engine_csv.refusals import refuse_damaged, refuse_row, refuse_unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import pyarrow as pa

SMALL = 100 * limits.MIB
"""An archive whose tables have fewer bytes may grow as it likes."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Of the others the library unpacks whatever a piece of the file holds at once."""
_ENCRYPTED, _NAMED_IN_UTF8 = 0x1, 0x800


@dataclass(frozen=True)
class Member:
    """A file in an archive, as much of a path as those need who read it.

    Attributes:
        archive: where the archive is.
        entry: what the file is called in it, with its folders.
        opened: the archive; all its members share it, so that its list is read once.
    """

    archive: Path
    entry: str
    opened: Served

    @property
    def name(self) -> str:
        """Return its name without folders."""
        return _path(self.entry).name

    @property
    def stem(self) -> str:
        """Return its name without ending."""
        return _path(self.entry).stem

    @property
    def suffix(self) -> str:
        """Return the ending of its name."""
        return _path(self.entry).suffix

    def __str__(self) -> str:
        """Return where it is, for people."""
        return f"{self.archive}/{self.entry}"

    def open(self, mode: str = "rb") -> IO[bytes]:
        """Open it for reading.

        Raises:
            BadZipFile: the archive says one thing of it at its beginning and another at its end.
        """
        return cast("IO[bytes]", _Stream(self.opened, self.opened.ask("open", self.entry)))

    def batches(self) -> pa.RecordBatchReader:
        """Return the records of a Parquet file.

        Raises:
            BadZipFile, OSError, ValueError, pyarrow.ArrowException: it cannot be read.
        """
        number = self.opened.ask("parquet", self.entry)
        return handed_on(self.opened, number)


class _Stream(io.RawIOBase):
    """The bytes of a file in an archive."""

    def __init__(self, opened: Served, number: int) -> None:
        self._opened, self._number = opened, number

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        result: bytes = self._opened.ask("read", self._number, size)
        return result

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        at: int = self._opened.ask("seek", self._number, offset, whence)
        return at

    def close(self) -> None:
        if not self.closed:
            self._opened.ask("close", self._number)
        super().close()


class _Archive:
    """An archive, in the process in which it is unpacked.

    Attributes:
        held: by number, the files in it that are being read.
    """

    def __init__(self, file: Path, known: Collection[str]) -> None:
        self._file, self._zip = file, _opened(file, known)
        self._open_members: dict[int, Any] = {}
        self._last = 0

    def tables(self, suffixes: tuple[str, ...]) -> list[zipfile.ZipInfo]:
        """Return the entries that are tables."""
        results = [entry for entry in self._zip.infolist() if _is_table(entry, suffixes)]
        limits.TABLES.check(len(results), Place(str(self._file)))
        return results

    def others(self, suffixes: tuple[str, ...]) -> list[str]:
        """Return the files from which no table is read, hidden ones left out."""
        return [
            entry.filename
            for entry in self._zip.infolist()
            if not (entry.is_dir() or _is_hidden(entry) or _is_table(entry, suffixes))
        ]

    def open(self, entry: str) -> int:
        """Open a file; return its number."""
        try:
            return self._hold(self._zip.open(entry))
        except (UnicodeDecodeError, NotImplementedError, RuntimeError) as error:
            raise zipfile.BadZipFile(str(error)) from None

    def parquet(self, entry: str) -> int:
        """Open a Parquet file, out of a copy that has no name and does not last."""
        copy = tempfile.TemporaryFile()
        with self._zip.open(entry) as stream:
            shutil.copyfileobj(stream, copy)
        return self._hold(Batches(copy))

    def read(self, number: int, size: int) -> bytes:
        """Return the next bytes of a file."""
        return self._open_members[number].read(size)  # type: ignore[no-any-return]

    def seek(self, number: int, offset: int, whence: int) -> int:
        """Go on at another place of a file."""
        return self._open_members[number].seek(offset, whence)  # type: ignore[no-any-return]

    def schema(self, number: int) -> pa.Schema:
        """Return what the columns of a Parquet file are called and which types they have."""
        return self._open_members[number].schema()

    def next(self, number: int) -> pa.RecordBatch | None:
        """Return the next batch of a Parquet file, and nothing at its end."""
        batch = self._open_members[number].next()
        if batch is None:
            self.close(number)
        return batch

    def close(self, number: int) -> None:
        """Let go of a file."""
        del self._open_members[number]

    def _hold(self, opened: object) -> int:
        self._last += 1
        self._open_members[self._last] = opened
        return self._last


def _path(entry: str) -> PureWindowsPath:
    """Return the path of an entry; some programs part its folders as Windows does."""
    return PureWindowsPath(entry)


TableFile: TypeAlias = Path | Member
"""A file, or one in an archive."""


@contextmanager
def opened(file: TableFile) -> Iterator[IO[bytes]]:
    """Open a file; that it cannot be read is an error like any other."""
    try:
        with open_file(file) if isinstance(file, Path) else file.open() as stream:
            yield stream
    except OSError as error:
        refuse_unreadable(file, error)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        refuse_damaged(file)


def members(file: Path, suffixes: tuple[str, ...], known: Collection[str] = ()) -> list[Member]:
    """Return the tables in an archive: files with such endings, in whatever folder.

    Args:
        file: the archive.
        suffixes: the endings.
        known: what tables may be called, in normal form.

    Raises:
        DatasetError: it cannot be read, or is not to be trusted.
    """
    archive = Served(_Archive, file, known, place=Place(str(file)), memory=limits.UNPACKING_MEMORY)
    try:
        tables: list[zipfile.ZipInfo] = archive.ask("tables", suffixes)
    except OSError as error:
        refuse_unreadable(file, error)
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        refuse_damaged(file)
    results = [Member(file, entry.filename, archive) for entry in tables]
    for member, entry in zip(results, tables, strict=True):
        _check(member, entry)
    packed, whole = (sum(sizes) for sizes in zip((0, 0), *map(_sizes, tables), strict=True))
    limits.ARCHIVE_SIZE.check(whole // limits.MIB, Place(str(file)))
    if whole > SMALL:
        limits.ARCHIVE_GROWTH.check(whole // (packed or 1), Place(str(file)))
    return results


def others(files: Sequence[TableFile], suffixes: tuple[str, ...]) -> list[str]:
    """Return the files from which no table is read in an archive whose tables are given."""
    opened = {id(file.opened): file.opened for file in files if isinstance(file, Member)}
    return [name for archive in opened.values() for name in archive.ask("others", suffixes)]


def _opened(file: Path, known: Collection[str]) -> zipfile.ZipFile:
    """Open an archive, in the encoding of the names that do not say their own.

    Raises:
        DatasetError: it has more entries than can be listed.
    """
    check_entries(file)
    with zipfile.ZipFile(file, metadata_encoding="latin-1") as archive:
        raw = [e.filename for e in archive.infolist() if not e.flag_bits & _NAMED_IN_UTF8]
    names = b"\n".join(re.sub(r"[\\/.]", ",", name).encode("latin-1") for name in raw)
    return zipfile.ZipFile(file, metadata_encoding=likeliest(names, known) or "cp437")


def _is_table(entry: zipfile.ZipInfo, suffixes: tuple[str, ...]) -> bool:
    """Return whether an entry is a table: not hidden, and not what a Mac puts beside it."""
    suffix = _path(entry.filename).suffix.lower()
    return not entry.is_dir() and not _is_hidden(entry) and suffix in suffixes


def _is_hidden(entry: zipfile.ZipInfo) -> bool:
    parts = _path(entry.filename).parts
    return any(part.startswith((".", "~", "__MACOSX")) and part != ".." for part in parts)


def _sizes(entry: zipfile.ZipInfo) -> tuple[int, int]:
    return entry.compress_size, entry.file_size


def _check(place: Member, entry: zipfile.ZipInfo) -> None:
    path = _path(entry.filename)
    if path.anchor or ".." in path.parts:
        refuse_row(
            place,
            "path-outside",
            msg("the archive holds a path that leads out of it"),
            msg("pack it again; find out who made it so"),
        )
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
        refuse_row(
            place,
            "packed-data",
            msg(
                "“{file}” is packed with a password, or in a way that is not read", file=place.name
            ),
            msg("unpack it, and give the folder with the tables"),
        )
