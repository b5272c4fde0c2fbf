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

SEMANTICS = 4
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
    SemanticChange(
        2,
        "exact-fractions",
        msg(
            "What is divided, and a rate, was rounded to six decimal places before it was compared "
            "or worked on; now it is kept exact, and rounded once where it becomes points."
        ),
    ),
    SemanticChange(
        2,
        "negated-events",
        msg(
            "“not in” and “not between” were true of an event that has not happened, and so was a "
            "comparison by which the first or last day of something that never happened is later; "
            "now they are false, as all comparisons with it are."
        ),
    ),
    SemanticChange(
        2,
        "previous-whole-months",
        msg(
            "The period a year before one that ends on 28 February left out the 29th; now whole "
            "months are compared with whole months."
        ),
    ),
    SemanticChange(
        2,
        "lists-of-moments",
        msg(
            "A list with days and moments was compared by what stood first in it; now each item is "
            "compared as by itself."
        ),
    ),
    SemanticChange(
        2,
        "months-of-nothing",
        msg(
            "The months to or from a day that is empty were 0; now they are empty too, as the days "
            "between such days are."
        ),
    ),
    SemanticChange(
        2,
        "literals-as-read",
        msg(
            "A text in a condition with blanks at its ends, or with characters that nobody sees, "
            "was like no value; now it is read as values are."
        ),
    ),
    SemanticChange(
        2,
        "mean-of-months",
        msg(
            "A mean of months was rounded to 1/10,000 before it was weighted; it is rounded once, "
            "with the total."
        ),
    ),
    SemanticChange(
        3,
        "exact-totals",
        msg(
            "What lines, the own sections of cadres, weights and pay for a point have beyond four "
            "decimal places was rounded before it was added up; it is rounded once, with the total "
            "or the amount."
        ),
    ),
    SemanticChange(
        3,
        "pay-of-interval",
        msg(
            "Pay was open wherever a score is an interval; where every score in it brings the "
            "same, that is told."
        ),
    ),
    SemanticChange(
        2,
        "double-assignment",
        msg(
            "Days that two assignments of a cadre to one village in one role cover counted twice; "
            "they count once."
        ),
    ),
    SemanticChange(
        2,
        "nobody-rated",
        msg(
            "A line by ratings that nobody was rated for did not apply; it is not assessable, "
            "unless the ruleset says what it is worth then."
        ),
    ),
    SemanticChange(
        2,
        "out-of-range",
        msg("Ratings below 0 or above the full mark counted; they are kept out."),
    ),
    SemanticChange(
        2,
        "no-limit",
        msg("Points without floor or cap were held between −100,000 and 100,000; they are not."),
    ),
    SemanticChange(
        2,
        "unknown-of-n",
        msg(
            "Of an indicator with the id n, records that lack what it needs were left out; it is "
            "unknown, as all others are."
        ),
    ),
    SemanticChange(
        4,
        "rounded-division-by-zero",
        msg(
            "What was rounded after a division by zero was compared with an event as if it had "
            "not happened; it is unknown."
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
