"""Refuses files: what is wrong, where, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Protocol

from rules_engine.api import DatasetError, Place, limits, msg

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine.api import Message

LARGEST = limits.RECORD_SIZE.usual * limits.MIB
"""Bytes of the largest record; so much is read at once."""


class Named(Protocol):
    """Whatever has the name of a file, such as a file in an archive."""

    @property
    def name(self) -> str:
        """Return the name without folders."""


def refuse_line(file: object, code: str, message: Message, hint: Message, line: int) -> NoReturn:
    """Refuse a file for one of its lines, as a text editor counts them."""
    raise DatasetError.of(code, message, place=Place(str(file), line, 1), hint=hint)


def refuse_row(
    file: object, code: str, message: Message, hint: Message, row: int | None = None
) -> NoReturn:
    """Refuse a file, or one of its rows as a spreadsheet counts them."""
    raise DatasetError.of(code, message, place=Place(str(file), row=row), hint=hint)


def refuse_damaged(file: object) -> NoReturn:
    """Refuse an archive, or a file in one, that cannot be unpacked."""
    refuse_row(
        file,
        "bad-archive",
        msg("this is no .zip archive, or it is damaged or cut short"),
        msg("pack it again, or give the folder with the tables"),
    )


def refuse_unreadable(place: Path | Named, error: OSError) -> NoReturn:
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


def refuse_empty(file: object, hint: Message) -> NoReturn:
    """Refuse a file in which nothing is written."""
    refuse_row(file, "empty-file", msg("the file is empty"), hint)
