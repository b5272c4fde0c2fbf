"""Words for what the report holds as codes, and texts put together from its values."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from rules_engine.api import figures, msg, tr

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from rules_engine.api import ClauseRef, Subject, TargetResult

OUTCOMES = {
    "scored": msg("scored"),
    "not_applicable": msg("not applicable"),
    "not_assessable": msg("not assessable"),
    "error": msg("error"),
}
STATUSES = {
    "draft": msg("draft"),
    "reviewed": msg("reviewed"),
    "published": msg("published"),
    "sealed": msg("sealed"),
}
SEVERITIES = {"error": msg("error"), "warning": msg("warning"), "info": msg("note")}


def clause_places(clauses: Iterable[ClauseRef]) -> str:
    """Return where clauses stand, e.g. ``PC-1 三（一）``, one a line."""
    return "\n".join(f"{clause.id} {clause.ref}" for clause in clauses)


def clause_texts(clauses: Iterable[ClauseRef]) -> str:
    """Return clauses with their gist, one a line."""
    return "\n".join(f"{clause.id} {clause.ref} {clause.gist}" for clause in clauses)


def target_state(target: TargetResult) -> str:
    """Say whether a target is reached."""
    if target.reached is None:
        return tr("open")
    return tr("reached") if target.reached else tr("not reached")


def ends(subject: Subject) -> tuple[Decimal | str, Decimal | str]:
    """Return the least and the most that a score can be."""
    low, high = figures.ends(subject.low, subject.high)
    return (
        tr("without a lower limit") if low is None else low,
        tr("without an upper limit") if high is None else high,
    )


def flag(value: bool) -> str:
    """Say yes, or nothing: what is rare is found faster in an empty column."""
    return tr("yes") if value else ""


def place(subject: Subject) -> int | str:
    """Return the place as a number, or the first and the last that is possible as a text."""
    return subject.place_range if subject.rank is None else subject.rank


def moment(text: str) -> tuple[date | str, str]:
    """Return a date or time in ISO form as Excel knows it, and the style that shows it."""
    try:
        results = datetime.fromisoformat(text)
    except ValueError:
        return text, "mark"
    if results.time() == time():
        return results.date(), "date"
    return results.replace(tzinfo=None, microsecond=0), "time"
