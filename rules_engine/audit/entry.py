"""One entry of the audit log, and the hash that ties it to the one before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rules_engine.messages import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.audit.actor import Actor

START = "0" * 64
"""What the first entry carries as the hash of the one before."""

ACT_TEXTS: dict[str, Message] = {
    "adopted": msg("found in an older store"),
    "stored": msg("stored"),
    "reviewed": msg("reviewed"),
    "published": msg("published"),
    "sealed": msg("sealed"),
    "withdrawn": msg("last step withdrawn"),
    "pruned": msg("removed as an old draft"),
    "cleared": msg("unfinished runs removed"),
    "appeal-opened": msg("appeal opened"),
    "appeal-evidence": msg("evidence added to an appeal"),
    "appeal-corrected": msg("appeal decided: data corrected"),
    "appeal-adjusted": msg("appeal decided: points adjusted"),
    "appeal-rejected": msg("appeal decided: rejected"),
    "role-granted": msg("role granted"),
    "role-revoked": msg("role revoked"),
    "exported": msg("audit log exported"),
}
"""Every act that is logged, as readers call it."""


@dataclass(frozen=True)
class Entry:
    """One act.

    Attributes:
        number: 1 for the first entry; the order of the log, whatever the clock says.
        at: when, in UTC; whole microseconds.
        act: one of ``ACT_TEXTS``.
        run: the id of the run that it was done to, if any.
        details: plain data without floats: strings, whole numbers, booleans, lists, mappings.
        previous: the hash of the entry before.
        hash: SHA-256 of all the rest, in hexadecimal digits.
    """

    number: int
    at: datetime
    actor: str
    act: str
    run: str | None
    details: Mapping[str, Any]
    previous: str
    hash: str = field(default="")

    def content(self) -> dict[str, Any]:
        """Return everything that the hash covers, as plain data."""
        return {
            "number": self.number,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": self.actor,
            "act": self.act,
            "run": self.run,
            "details": dict(self.details),
            "previous": self.previous,
        }

    def computed(self) -> str:
        """Return the hash that the content gives."""
        return hash_of(self.content())

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Entry:
        """Read an entry from plain data, as a file holds it.

        Raises:
            ValueError: it is not an entry.
        """
        try:
            at = datetime.fromisoformat(plain["at"])
            entry = cls(
                plain["number"], at, plain["actor"], plain["act"], plain["run"],
                plain["details"], plain["previous"], plain["hash"],
            )  # fmt: skip
            same = entry.content() | {"hash": entry.hash} == dict(plain)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(str(error)) from error
        # A byte more or less, such as another key, is found here: no hash would cover it.
        if not same or type(entry.number) is not int:
            raise ValueError("not an entry of an audit log")
        return entry


def canonical(plain: Mapping[str, Any]) -> bytes:
    """Return plain data in the one form that is hashed and signed: JSON, keys sorted, no spaces."""
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8")


def hash_of(plain: Mapping[str, Any]) -> str:
    """Return the hash that stands for plain data in an entry."""
    return hashlib.sha256(canonical(plain)).hexdigest()


def next_entry(
    head: tuple[int, str] | None,
    actor: Actor,
    act: str,
    run: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> Entry:
    """Return the entry that follows the head of the log (its number and its hash)."""
    number, previous = head or (0, START)
    entry = Entry(
        number=number + 1,
        at=datetime.now(UTC),
        actor=actor.name,
        act=act,
        run=run,
        details={**(details or {}), **actor.as_details()},
        previous=previous,
    )
    return replace(entry, hash=entry.computed())
