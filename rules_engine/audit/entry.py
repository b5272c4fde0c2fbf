"""One entry of the audit log, and the hash that ties it to the one before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn

from rules_engine.messages import Message, msg, tr

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
        except (KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ValueError(str(error)) from error
        texts = (entry.actor, entry.act, entry.run or "", entry.previous, entry.hash)
        typed = type(entry.number) is int and all(isinstance(text, str) for text in texts)
        # A byte more or less, such as another key, is found here: no hash would cover it.
        if not same or not typed:
            raise ValueError("not an entry of an audit log")
        return entry


MOST_DIGITS = 19
MOST_LEVELS = 32
"""How long a number and how deep a value may be; every database and reader can take as much."""


class UnclearJson(ValueError):
    """JSON that two programs would read as two values, or that some could not read."""


def plain_data(text: str) -> Any:  # noqa: ANN401 - whatever the JSON says
    """Read JSON whose hash or signature is going to be checked: one value, in one way only.

    A key that stands twice is read by each program as it likes, so that two of them would see two
    values below one signature. A float and a huge number are read with other digits here and there.

    Raises:
        ValueError: it is no JSON; ``UnclearJson``: it is not of this kind.
    """
    try:
        plain = json.loads(text, object_pairs_hook=_each_key_once, parse_float=_refused,
                           parse_constant=_refused, parse_int=_whole)  # fmt: skip
        if _levels(plain) > MOST_LEVELS:
            raise _too_deep()
        canonical(plain)  # half a character of UTF-16 has no bytes to be hashed
    except RecursionError:
        raise _too_deep() from None
    return plain


def _too_deep() -> UnclearJson:
    return UnclearJson(tr("it is nested more than {most} levels deep", most=MOST_LEVELS))


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    results = dict(pairs)
    if len(results) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise UnclearJson(tr("the key “{key}” stands there twice", key=twice))
    return results


def _whole(digits: str) -> int:
    return int(digits) if len(digits.lstrip("-")) <= MOST_DIGITS else _refused(digits)


def _refused(digits: str) -> NoReturn:
    raise UnclearJson(tr("{number} is no whole number of at most {most} digits",
                         number=digits[:20], most=MOST_DIGITS))  # fmt: skip


def _levels(plain: object) -> int:
    """Return how deep a value lies, without any recursion."""
    depth, level = 0, [plain]
    while level:
        depth += 1
        inner = [v for v in level if isinstance(v, dict | list)]
        level = [v for i in inner for v in (i.values() if isinstance(i, dict) else i)]
    return depth


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
