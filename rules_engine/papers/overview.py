"""What the circular says of all villages at once, gathered in one pass over them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from rules_engine.papers.settings import MOST_SUBJECTS

if TYPE_CHECKING:
    from rules_engine.model.assessment import AssessmentReport, Subject


@dataclass
class Overview:
    """The villages of a circular, without the lines that could be assessed.

    Attributes:
        groups: the rankings, best first; an empty name when all are ranked together.
        cut: whether there are more villages than papers take.
    """

    groups: dict[str, list[Subject]] = field(default_factory=dict)
    cut: bool = False

    @property
    def sizes(self) -> dict[str, int]:
        """Return how many villages each group has."""
        return {name: len(villages) for name, villages in self.groups.items()}

    @property
    def villages(self) -> list[Subject]:
        """Return all of them, group by group."""
        return [village for group in self.groups.values() for village in group]


def look_over(report: AssessmentReport) -> Overview:
    """Go once through the villages."""
    overview = Overview(cut=len(report.villages) > MOST_SUBJECTS)
    for village in islice(report.villages, MOST_SUBJECTS):
        bare = replace(village, lines=village.blocking)
        overview.groups.setdefault(village.group, []).append(bare)
    return overview
