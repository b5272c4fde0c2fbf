"""Opens files, and says what is wrong with them: where, and what to do about it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from rules_engine.api import DatasetError, Place, msg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from rules_engine.api import Message

LARGEST = 1024 * 1024
"""A record of more bytes than this is an unclosed quote, or the file is no table of records."""


def refuse_line(file: Path, code: str, message: Message, hint: Message, line: int) -> NoReturn:
    """Refuse a file for one of its lines, as a text editor counts them."""
    raise DatasetError.of(code, message, place=Place(str(file), line, 1), hint=hint)


def refuse_row(
    file: Path, code: str, message: Message, hint: Message, row: int | None = None
) -> NoReturn:
    """Refuse a file, or one of its rows as a spreadsheet counts them."""
    raise DatasetError.of(code, message, place=Place(str(file), row=row), hint=hint)


@contextmanager
def opened(file: Path) -> Iterator[BinaryIO]:
    """Open a file; that it cannot be read is an error like any other."""
    try:
        with file.open("rb") as stream:
            yield stream
    except OSError as error:
        refuse_unreadable(file, error)


def refuse_unreadable(place: Path, error: OSError) -> NoReturn:
    """Refuse a file or folder that the system does not let us read."""
    raise DatasetError.of(
        "cannot-read",
        msg("cannot read {place}: {reason}", place=place.name, reason=error.strerror or ""),
        place=Place(str(place)),
        hint=msg("look at its rights, whether it is open elsewhere, and where a link leads"),
    ) from error


def refuse_empty(file: Path, hint: Message) -> NoReturn:
    """Refuse a file in which nothing is written."""
    refuse_row(file, "empty-file", msg("the file is empty"), hint)
