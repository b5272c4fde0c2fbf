"""Opens workbooks, and tells what a file is that cannot be opened as one."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, NoReturn

from rules_engine.api import DatasetError, Finding, Place, check_entries, limits, msg, open_file
from rules_engine_excel.failures import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rules_engine_excel.reading import RawSheet

_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"
_SAVE_AS = msg("open it in a spreadsheet program and save it as .xlsx")


def sheets(file: Path, findings: list[Finding]) -> Iterator[RawSheet]:
    """Yield the sheets of a workbook that hold anything.

    Args:
        file: the workbook.
        findings: what is worth knowing of it is added here.

    Raises:
        DatasetError: the file is no workbook, is damaged, too large or protected.
    """
    from rules_engine_excel.apart import read_apart
    from rules_engine_excel.reading import OneNameTwice

    packed = _is_packed(file)
    try:
        yield from read_apart(file, packed=packed, findings=findings)
    except OneNameTwice as error:
        refuse(
            file,
            "duplicate-table",
            msg("two sheets of the workbook are called “{name}”", name=str(error)),
            msg("give each sheet a name of its own, and delete the one that does not count"),
        )
    except (ValueError, OSError) as error:
        _damaged(file, error)


def hidden_finding(file: Path, name: str) -> Finding:
    """Return the warning that a sheet was not read."""
    return Finding(
        "hidden-sheet",
        msg("the sheet “{sheet}” is hidden and is not read", sheet=name),
        Place(str(file), table=name),
        msg("show it if its records count, or delete it"),
        severity="warning",
    )


def _is_packed(file: Path) -> bool:
    """Look at the first bytes, and at what a packed workbook unpacks to."""
    try:
        with open_file(file) as stream:
            start = stream.read(1024)
    except OSError as error:
        refuse(
            file,
            "cannot-read",
            msg("cannot read {place}: {reason}", place=file.name, reason=error.strerror or ""),
            msg("look at its rights, whether it is open elsewhere, and where a link leads"),
        )
    if start.startswith(_OLE):
        return False
    if not start.startswith(_ZIP):
        _no_workbook(file, start)
    check_entries(file)
    try:
        with zipfile.ZipFile(file) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        _damaged(file, error)
    limits.WORKBOOK_SIZE.check(size // limits.MIB, Place(str(file)))
    return True


def _no_workbook(file: Path, start: bytes) -> NoReturn:
    if not start:
        refuse(file, "empty-file", msg("the file is empty"), msg("export it again"))
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        what = msg("by its name it is a workbook, but it holds a web page or XML")
    else:
        what = msg("by its name it is a workbook, but it holds something else")
    refuse(file, "not-a-workbook", what, _SAVE_AS)


def _damaged(file: Path, error: BaseException) -> NoReturn:
    reason = str(error)[:200]
    if "password" in reason.lower() or "encrypt" in reason.lower():
        refuse(
            file,
            "protected-workbook",
            msg("the workbook is protected by a password"),
            msg("save a copy without the password"),
        )
    raise DatasetError.of(
        "bad-workbook",
        msg("the workbook cannot be read: {reason}", reason=reason),
        place=Place(str(file)),
        hint=_SAVE_AS,
    ) from error
