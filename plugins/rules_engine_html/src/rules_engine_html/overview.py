"""What the first pages show of all villages at once, gathered in one pass over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine_html.limits import MOST_RANKED, MOST_SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules_engine.api import Criterion, Line, Subject


@dataclass(frozen=True)
class Row:
    """One village's row of the ranking.

    Attributes:
        subject: the village without its lines.
        anchor: where its section is, empty when it has none.
    """

    subject: Subject
    anchor: str


@dataclass
class Group:
    """The villages that are ranked together, best first; an empty name when all are."""

    name: str
    rows: list[Row] = field(default_factory=list)


@dataclass
class Spread:
    """What all villages got for one criterion.

    Attributes:
        points: the points of every village that has points.
        outcomes: how many lines came out in each way.
        full: how many reached the maximum.
    """

    criterion: Criterion
    points: list[Decimal] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)
    full: int = 0

    def add(self, line: Line) -> None:
        """Count one village's line."""
        self.outcomes[line.outcome] = self.outcomes.get(line.outcome, 0) + 1
        if line.points is not None:
            self.points.append(line.points)
            self.full += line.points >= line.maximum

    @property
    def least(self) -> Decimal:
        """Return the left end of the scale: 0, or the most that was taken away."""
        return min([Decimal(0), *self.points])

    @property
    def most(self) -> Decimal:
        """Return the right end of the scale."""
        return max([Decimal(0), self.criterion.maximum, *self.points])


@dataclass
class Overview:
    """All villages at once.

    Attributes:
        groups: the rankings, as far as they are shown.
        sizes: how many villages each group has.
        anchors: where a village's section is, by id.
        scores: for each group, low and high end of every score.
        blocked: how many villages have lines that could not be assessed.
        blocking: how many such lines there are.
    """

    spreads: dict[str, Spread]
    groups: dict[str, Group] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    anchors: dict[str, str] = field(default_factory=dict)
    scores: dict[str, list[Subject]] = field(default_factory=dict)
    blocked: int = 0
    blocking: int = 0

    @property
    def total(self) -> int:
        """Return how many villages there are."""
        return sum(self.sizes.values())

    def add(self, subject: Subject, number: int) -> None:
        """Take in one village; ``number`` counts from 1."""
        anchor = f"village-{number}" if number <= MOST_SECTIONS else ""
        if anchor:
            self.anchors[subject.id] = anchor
        self.sizes[subject.group] = self.sizes.get(subject.group, 0) + 1
        bare = without_lines(subject)
        self.scores.setdefault(subject.group, []).append(bare)
        if number <= MOST_RANKED:
            group = self.groups.setdefault(subject.group, Group(subject.group))
            group.rows.append(Row(bare, anchor))
        for line in subject.lines:
            self.spreads[line.criterion].add(line)
        blocking = len(subject.blocking)
        self.blocking += blocking
        self.blocked += bool(blocking)


def without_lines(subject: Subject) -> Subject:
    """Return a village without the bulk of it, so that a county fits into memory."""
    from dataclasses import replace

    return replace(subject, lines=())


def summarised(villages: Iterable[Subject], criteria: Sequence[Criterion]) -> Overview:
    """Go once through all villages."""
    overview = Overview({c.id: Spread(c) for c in criteria if c.subject == "village"})
    for number, subject in enumerate(villages, 1):
        overview.add(subject, number)
    return overview
