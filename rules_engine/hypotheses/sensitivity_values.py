"""What is found: subjects, how they would stand, and what would bring them there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from decimal import Decimal

    from rules_engine.model.subjects import SubjectKind

Act = Literal["rounding", "less", "more", "other", "dispute"]
"""A rounding step; a record fewer, a record more, a record with another value; a dispute won."""


@dataclass(frozen=True)
class Cause:
    """A small thing that would move a subject.

    Attributes:
        act: what is tried.
        step: of rounding, 1 up or -1 down; else 0.
        table: label of the table of the record.
        records: ids of records of which each alone does it, the first :data:`MOST_NAMED`; of a
            record more: the one that it would be like.
        count: how many such records there are.
        column: label of the column that would hold something else.
        value: what it would hold; empty: nothing.
        of: for a record more, the subject whom it would be about.
        lines: labels of the lines of which the points or the veto change; the disputed line.
    """

    act: Act
    step: int = 0
    table: str = ""
    records: tuple[str, ...] = ()
    count: int = 0
    column: str = ""
    value: str = ""
    of: str = ""
    lines: tuple[str, ...] = ()


MOST_NAMED = 10
"""How many records of a cause and others of a turn are named; a county has hundreds."""


@dataclass(frozen=True, eq=False)
class Moved:
    """Another subject of the list with its place and grade, before and after."""

    id: str
    name: str
    rank: int
    new_rank: int
    grade: str
    new_grade: str


@dataclass(frozen=True)
class ResultChange:
    """How a subject would stand, and what would bring it there.

    Attributes:
        score: its score; ``high`` too, where it is not sure yet.
        rank: its place.
        tied: with how many others it would share that.
        grade: its grade then; empty while that is not sure.
        gained: consequences that it would have then.
        lost: consequences that it would not have any more.
        moved: how many others of the list would have another place or grade.
        others: the first :data:`MOST_NAMED` of them, those with another grade before the rest.
        causes: each of them is enough.
    """

    score: Decimal
    high: Decimal
    rank: int
    tied: int
    grade: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    moved: int
    others: tuple[Moved, ...]
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Fragile:
    """A village, unit or cadre with the ways in which it would stand otherwise, nearest first.

    Attributes:
        more: how many turns were left out after the nearest.
    """

    kind: SubjectKind
    id: str
    name: str
    group: str
    score: Decimal
    rank: int
    grade: str
    turns: tuple[ResultChange, ...]
    more: int = 0


@dataclass(frozen=True)
class Untried:
    """A line of which no record was tried, and why."""

    line: str
    reason: str


@dataclass(frozen=True)
class FragileResult:
    """All subjects that little would move, best first, and the lines that could not be tried.

    ``uncertain`` says for what places and grades hold, while totals are intervals.
    """

    subjects: tuple[Fragile, ...]
    untried: tuple[Untried, ...]
    uncertain: str = ""


def of_grades(result: FragileResult) -> FragileResult:
    """Return only what would give somebody another grade."""
    subjects = []
    for subject in result.subjects:
        turns = tuple(
            turn
            for turn in subject.turns
            if turn.grade != subject.grade or any(m.grade != m.new_grade for m in turn.others)
        )
        if turns:
            subjects.append(replace(subject, turns=turns))
    return replace(result, subjects=tuple(subjects))


def nearest(result: FragileResult, most: int) -> FragileResult:
    """Return at most so many turns of each subject."""
    subjects = (
        replace(s, turns=s.turns[:most], more=max(0, len(s.turns) - most)) for s in result.subjects
    )
    return replace(result, subjects=tuple(subjects))
