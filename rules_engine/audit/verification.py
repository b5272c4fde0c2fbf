"""Finds what was done to a log: entries changed, removed, put in, moved, or cut off the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules_engine.audit.entry import START
from rules_engine.errors import Finding
from rules_engine.messages import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rules_engine.audit.entry import Entry
    from rules_engine.errors import Place

MOST_SEARCHES = 20
"""For how many changed entries another place is looked for; each search hashes the whole log."""
_HINT = msg("compare with an earlier export, and ask whoever may write to the store")


def check(entries: Sequence[Entry], place: Callable[[int], Place]) -> list[Finding]:
    """Follow the chain from its start and return a finding for each entry that is not in order.

    Args:
        entries: the log, in the order in which it is kept.
        place: where an entry lies, by its position from 0.
    """
    findings: list[Finding] = []
    number, previous, shift, searches = 0, START, 0, MOST_SEARCHES
    for position, entry in enumerate(entries):
        where = place(position)
        if entry.number <= number:
            text = msg("entry {number} stands after entry {before}", number=entry.number,
                       before=number)  # fmt: skip
            findings.append(Finding("audit-moved", text, where, _HINT))
        elif entry.number > number + 1:
            findings.append(_missing(number + 1, entry.number - 1, where))
        if entry.computed() != entry.hash:
            moved = 0
            if _hash_at(entry, entry.number - shift) == entry.hash:
                moved = shift
            elif searches:
                searches -= 1
                moved = _shift(entry, len(entries))
            if not moved:
                text = msg("entry {number} was changed", number=entry.number)
                findings.append(Finding("audit-changed", text, where, _HINT))
            elif moved != shift:
                findings.append(_moved(entry.number, entry.number - moved, where))
            shift = moved
        elif shift:
            shift = 0  # whom it follows was moved, which has been said
        elif entry.number == number + 1 and entry.previous != previous:
            text = msg("entry {number} does not follow entry {before} as it stands now: one of "
                       "them was put in, exchanged, or changed with its hash",
                       number=entry.number, before=number)  # fmt: skip
            findings.append(Finding("audit-link", text, where, _HINT))
        number, previous = entry.number, entry.hash
    return findings


def compare(earlier: Sequence[Entry], entries: Sequence[Entry], place: Place) -> list[Finding]:
    """Return what has become of the entries that an earlier export holds."""
    now = {entry.number: entry.hash for entry in entries}
    for entry in earlier:
        if entry.number not in now:
            return [_missing(entry.number, earlier[-1].number, place)]
        if now[entry.number] != entry.hash:
            text = msg("entry {number} is not the one of the earlier export: the log was written "
                       "anew from there", number=entry.number)  # fmt: skip
            return [Finding("audit-rewritten", text, place, _HINT)]
    return []


def holds(head: str, entries: Sequence[Entry], place: Place) -> list[Finding]:
    """Return a finding if no entry has the hash that the log once ended with."""
    if any(entry.hash == head for entry in entries):
        return []
    text = msg("no entry has the hash {head}: the log was cut off or written anew", head=head[:16])
    return [Finding("audit-rewritten", text, place, _HINT)]


def _missing(first: int, last: int, where: Place) -> Finding:
    text = msg("entry {number} is missing", number=first)
    if last > first:
        text = msg("the entries {first} to {last} are missing", first=first, last=last)
    return Finding("audit-missing", text, where, _HINT)


def _moved(number: int, original: int, where: Place) -> Finding:
    if original < number:
        text = msg("entry {number} was written as entry {original}: an entry was put in before it,"
                   " or entries changed places", number=number, original=original)  # fmt: skip
    else:
        text = msg("entry {number} was written as entry {original}: an entry before it was "
                   "removed, or entries changed places", number=number,
                   original=original)  # fmt: skip
    return Finding("audit-moved", text, where, _HINT)


def _shift(entry: Entry, size: int) -> int:
    """Return by how many places an entry was moved back, 0 if no other place fits its hash."""
    for number in range(1, size + MOST_SEARCHES):
        if number != entry.number and _hash_at(entry, number) == entry.hash:
            return entry.number - number
    return 0


def _hash_at(entry: Entry, number: int) -> str:
    return replace(entry, number=number).computed()
