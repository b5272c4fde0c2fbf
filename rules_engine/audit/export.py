"""A log as a file that is checked without the database: JSON Lines below one header.

The header says how many entries follow and the hash of the last one, which stands for them all;
a signature is over the header.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rules_engine.audit import signatures, verification
from rules_engine.audit.entry import START, Entry, UnclearJson, canonical, plain_data
from rules_engine.errors import Finding, Place, UsageError
from rules_engine.messages import msg
from rules_engine.safe_files import read_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FORMAT = "rules-engine audit log 1"


@dataclass(frozen=True)
class Export:
    """An exported log as its file holds it.

    Attributes:
        header: the first line.
        entries: the lines below, in their order.
        findings: lines that are no entries.
    """

    file: Path
    header: dict[str, Any]
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]

    @property
    def key(self) -> str | None:
        """Return the public key that the file says it is signed with."""
        key = self.header.get("public_key")
        return None if key is None else str(key)


def lines_of(entries: Sequence[Entry], key: Ed25519PrivateKey | None = None) -> str:
    """Return the text of an export, signed if there is a key."""
    header: dict[str, Any] = {
        "format": FORMAT,
        "entries": len(entries),
        "head": entries[-1].hash if entries else START,
    }
    if key:
        header["public_key"] = signatures.shown(key.public_key())
        header["signature"] = key.sign(canonical(header)).hex()
    rows = [header, *(entry.content() | {"hash": entry.hash} for entry in entries)]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def read(file: Path) -> Export:
    """Read an export; a line that is no entry is a finding.

    Raises:
        UsageError: the file is no export at all.
    """
    try:
        # A damaged byte is one changed entry; the rest of the file can still be checked.
        first, *rest = read_file(file).decode("utf-8", "replace").rstrip("\n").split("\n")
        header = plain_data(first)
        known = isinstance(header, dict) and header.get("format") == FORMAT
    except (OSError, ValueError) as error:
        raise UsageError.of(
            "audit-file",
            msg("{file} cannot be read as an exported audit log: {reason}", file=file,
                reason=getattr(error, "strerror", None) or error),
            place=Place(file=str(file)),
        ) from error  # fmt: skip
    entries, findings = [], []
    if not known:
        text = msg("the first line is not the header of an exported audit log")
        findings.append(Finding("audit-header", text, Place(str(file), 1)))
        header = {}
    for number, line in enumerate(rest, 2):
        try:
            entries.append(Entry.of(plain_data(line)))
        except UnclearJson as error:
            text = msg("line {line} is not an entry of an audit log: {reason}", line=number,
                       reason=error)  # fmt: skip
            findings.append(Finding("audit-changed", text, Place(str(file), number)))
        except ValueError:
            text = msg("line {line} is not an entry of an audit log", line=number)
            findings.append(Finding("audit-changed", text, Place(str(file), number)))
    return Export(file, header, tuple(entries), tuple(findings))


def check(export: Export, key: str | None = None) -> list[Finding]:
    """Return everything that is wrong with an exported log.

    Args:
        export: the file.
        key: the office's public key; without it a signature only shows that the file is whole.
    """
    file = str(export.file)
    findings = [*export.findings]
    findings += verification.check(export.entries, lambda position: Place(file, position + 2))
    head = export.entries[-1].hash if export.entries else START
    message = export.header.get("entries"), export.header.get("head")
    if export.header and message != (len(export.entries), head):
        text = msg("the header promises {entries} entries that end with {head}; there are {count}",
                   entries=str(message[0])[:16], head=str(message[1])[:16],
                   count=len(export.entries))  # fmt: skip
        findings.append(Finding("audit-header", text, Place(file, 1)))
    return findings + _signature(export, key)


def _signature(export: Export, key: str | None) -> list[Finding]:
    place = Place(str(export.file), 1)
    header = dict(export.header)
    signature = header.pop("signature", None)
    if signature is None:
        if key is None:
            return []
        return [Finding("audit-signature", msg("the file is not signed"), place)]
    if key is not None and key != export.key:
        text = msg("the file is signed with another key: {key}", key=export.key)
        return [Finding("audit-signature", text, place)]
    if not signatures.signed(canonical(header), str(signature), str(export.key)):
        text = msg("the signature does not fit the file: it was changed after it was signed")
        return [Finding("audit-signature", text, place)]
    return []
