"""Tells which files of a folder no table was read from: none is passed over in silence."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.dataset.names import names_a_person
from rules_engine.errors import Finding, Place
from rules_engine.messages import listed, msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules_engine.model.plugin import SourceTable

NO_DATA = re.compile(
    r"~.*|\.~.*|\._.*|\.ds_store|\.git.*|\.directory|\.localized|thumbs\.db|desktop\.ini"
    r"|__macosx|readme.*",
    re.I,
)
"""What programs put beside files, locks among them, and what says what the files are."""
_NUMBER = re.compile(r"\d{9,}")
"""In a name this may be somebody's number, which is not repeated."""
MOST_NAMED = 10


def telling_others(place: str, tables: Sequence[SourceTable]) -> list[SourceTable]:
    """Return the tables that were read from a folder, the first of which tells what was not.

    Args:
        place: a location as the source took it.
        tables: what the source delivers from there.
    """
    read = {Path(table.origin) for table in tables}
    unread = list(_unread(Path(place), read)) if Path(place).is_dir() else []
    if not unread:
        return list(tables)
    first = tables[0]
    finding = _finding(place, unread)
    return [replace(first, findings=lambda: [finding, *first.findings()]), *tables[1:]]


def _unread(folder: Path, read: set[Path]) -> Iterator[str]:
    entries = sorted(folder.iterdir())
    if not read & set(entries):
        return  # the source does not read files of the folder, or calls them otherwise
    for entry in entries:
        if entry in read or NO_DATA.fullmatch(entry.name):
            continue
        if not entry.is_dir():
            yield entry.name
        elif _holds_anything(entry):
            yield f"{entry.name}/"


def _holds_anything(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except OSError:
        return True


def _finding(place: str, names: Sequence[str]) -> Finding:
    shown = [n for n in names if not (_NUMBER.search(n) or names_a_person(n))][:MOST_NAMED]
    shown += ["…"] if len(shown) < len(names) else []
    return Finding(
        "files-not-read",
        msg("{count} files or folders in the folder are not read: {names}",
            count=len(names), names=listed(shown)),
        Place(place),
        msg("if records are in them: unpack them, or save them as tables beside the others"),
        severity="warning",
    )  # fmt: skip
