"""Reads tables out of a .zip where it lies: nothing is unpacked, and no path in it is followed."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import IO, TYPE_CHECKING, TypeAlias

from rules_engine.api import msg
from rules_engine_csv.readings import likeliest
from rules_engine_csv.trouble import refuse_damaged, refuse_row, refuse_unreadable

if TYPE_CHECKING:
    from collections.abc import Collection

MOST_BYTES = 16 * 2**30
MOST_GROWN = 250
SMALL = 100 * 2**20
"""An archive that promises more bytes, or so many times its own size, is made to fill a disk.
Tables grow to ten or thirty times their size; a small one may do as it likes."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_ENCRYPTED, _NAMED_IN_UTF8 = 0x1, 0x800


@dataclass(frozen=True)
class Member:
    """A file in an archive, as much of a path as those need who read it.

    Attributes:
        archive: the archive.
        entry: what the file is called in it, with its folders.
        encoding: of the names in it that do not say their own.
    """

    archive: Path
    entry: str
    encoding: str

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
        """Open it for reading."""
        # The file stays open for as long as what is read from it, and no longer.
        return zipfile.ZipFile(self.archive, metadata_encoding=self.encoding).open(self.entry)


def _path(entry: str) -> PureWindowsPath:
    """Return the path of an entry; some programs part its folders as Windows does."""
    return PureWindowsPath(entry)


TableFile: TypeAlias = Path | Member
"""A file, or one in an archive."""


def members(file: Path, suffixes: tuple[str, ...], known: Collection[str] = ()) -> list[Member]:
    """Return the tables in an archive: files with such endings, in whatever folder.

    Args:
        file: the archive.
        suffixes: the endings.
        known: what tables may be called, in normal form.

    Raises:
        DatasetError: it cannot be read, or is not to be trusted.
    """
    try:
        encoding, entries = _entries(file, known)
    except OSError as error:
        refuse_unreadable(file, error)
    except (zipfile.BadZipFile, ValueError):
        refuse_damaged(file)
    tables = [entry for entry in entries if _is_table(entry, suffixes)]
    for entry in tables:
        _check(file, entry)
    packed, whole = (sum(sizes) for sizes in zip((0, 0), *map(_sizes, tables), strict=True))
    if whole > MOST_BYTES or (whole > SMALL and whole > MOST_GROWN * packed):
        refuse_row(
            file,
            "packed-too-well",
            msg("unpacked, the tables would have {size} MiB", size=whole >> 20),
            msg("unpack it yourself if you trust it, and give the folder with the tables"),
        )
    return [Member(file, entry.filename, encoding) for entry in tables]


def others(file: Path, suffixes: tuple[str, ...], known: Collection[str] = ()) -> list[str]:
    """Return the files in an archive from which no table is read, hidden ones left out."""
    return [
        entry.filename
        for entry in _entries(file, known)[1]
        if not (entry.is_dir() or _is_hidden(entry) or _is_table(entry, suffixes))
    ]


def _entries(file: Path, known: Collection[str]) -> tuple[str, list[zipfile.ZipInfo]]:
    """Return the entries, and the encoding of names that do not say their own."""
    with zipfile.ZipFile(file, metadata_encoding="latin-1") as archive:
        raw = [e.filename for e in archive.infolist() if not e.flag_bits & _NAMED_IN_UTF8]
    names = b"\n".join(re.sub(r"[\\/.]", ",", name).encode("latin-1") for name in raw)
    encoding = likeliest(names, known) or "cp437"
    with zipfile.ZipFile(file, metadata_encoding=encoding) as archive:
        return encoding, archive.infolist()


def _is_table(entry: zipfile.ZipInfo, suffixes: tuple[str, ...]) -> bool:
    """Return whether an entry is a table: not hidden, and not what a Mac puts beside it."""
    suffix = _path(entry.filename).suffix.lower()
    return not entry.is_dir() and not _is_hidden(entry) and suffix in suffixes


def _is_hidden(entry: zipfile.ZipInfo) -> bool:
    parts = _path(entry.filename).parts
    return any(part.startswith((".", "~", "__MACOSX")) and part != ".." for part in parts)


def _sizes(entry: zipfile.ZipInfo) -> tuple[int, int]:
    return entry.compress_size, entry.file_size


def _check(file: Path, entry: zipfile.ZipInfo) -> None:
    place = Member(file, entry.filename, "utf-8")
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
