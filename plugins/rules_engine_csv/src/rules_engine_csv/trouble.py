"""Opens files, and says what is wrong with them: where, and what to do about it."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from rules_engine.api import DatasetError, Place, limits, msg, open_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from rules_engine.api import Message
    from rules_engine_csv.archive import TableFile

LARGEST = limits.RECORD_SIZE.usual * limits.MIB
"""Bytes of the largest record; so much is read at once."""


def refuse_line(file: TableFile, code: str, message: Message, hint: Message, line: int) -> NoReturn:
    """Refuse a file for one of its lines, as a text editor counts them."""
    raise DatasetError.of(code, message, place=Place(str(file), line, 1), hint=hint)


def refuse_row(
    file: TableFile, code: str, message: Message, hint: Message, row: int | None = None
) -> NoReturn:
    """Refuse a file, or one of its rows as a spreadsheet counts them."""
    raise DatasetError.of(code, message, place=Place(str(file), row=row), hint=hint)


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


def refuse_damaged(file: TableFile) -> NoReturn:
    """Refuse an archive, or a file in one, that cannot be unpacked."""
    refuse_row(
        file,
        "bad-archive",
        msg("this is no .zip archive, or it is damaged or cut short"),
        msg("pack it again, or give the folder with the tables"),
    )


def refuse_unreadable(place: TableFile, error: OSError) -> NoReturn:
    """Refuse a file or folder that the system does not let us read."""
    raise DatasetError.of(
        "cannot-read",
        msg("cannot read {place}: {reason}", place=place.name, reason=error.strerror or ""),
        place=Place(str(place)),
        hint=msg("look at its rights, whether it is open elsewhere, and where a link leads"),
    ) from error


def refuse_link(file: Path) -> NoReturn:
    """Refuse a link among the files of a delivery that leads out of it."""
    refuse_row(
        file,
        "path-outside",
        msg("“{file}” is a link that leads out of the delivery", file=file.name),
        msg("put the file itself there; find out who made the link"),
    )


def refuse_empty(file: TableFile, hint: Message) -> NoReturn:
    """Refuse a file in which nothing is written."""
    refuse_row(file, "empty-file", msg("the file is empty"), hint)
