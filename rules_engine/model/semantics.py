"""The number of the rules by which records become results, and what has changed in them since.

A run records the number. Where the program later gives another result for the same ruleset and the
same records, ``verify`` names these changes instead of calling the run damaged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.messages import msg

if TYPE_CHECKING:
    from rules_engine.messages import Message

SEMANTICS = 2
"""The number of today's rules; runs that record none were made by number 1."""


@dataclass(frozen=True)
class SemanticChange:
    """A change by which the same ruleset and records can give another result.

    Attributes:
        since: the first number that computes the new way.
        code: a short name that stays the same.
        text: what was computed how, and how it is now.
    """

    since: int
    code: str
    text: Message


CHANGES: tuple[SemanticChange, ...] = (
    SemanticChange(
        2,
        "namesakes",
        msg(
            "What falls on a cadre for two villages of one name was told once; it is told for each."
        ),
    ),
    SemanticChange(
        2,
        "day-of-deadline",
        msg(
            "A deadline delivered as a day without a time was the beginning of that day; it now "
            "lasts to its end."
        ),
    ),
    SemanticChange(
        2,
        "unseen-characters",
        msg(
            "Characters that nobody sees stayed within texts when records were taken in; they are "
            "now left out."
        ),
    ),
    SemanticChange(
        2,
        "certainty",
        msg(
            "Where a total was an interval, places, grades and quotas went by its lower end; they "
            "are told as what they can be."
        ),
    ),
    SemanticChange(
        2,
        "possible-veto",
        msg(
            "A veto of which it was unknown whether it was hit left the total as it was; where it "
            "makes the total zero, the interval reaches down to 0."
        ),
    ),
    SemanticChange(
        2,
        "place-of-unknown",
        msg(
            "Of whom it was unknown whether a line that goes by places applied to them were left "
            "out among the others; then nobody's place is known."
        ),
    ),
    SemanticChange(
        2,
        "extreme-of-unknown",
        msg(
            "The greatest or least value of records that were all kept out or incomplete was taken "
            "as one of no records; it is unknown."
        ),
    ),
)
"""All changes, oldest first."""


def changes_since(number: int) -> tuple[SemanticChange, ...]:
    """Return the changes that a run made by an earlier number does not have.

    Args:
        number: the number that the run records.
    """
    return tuple(change for change in CHANGES if change.since > number)
