"""Which records behind a line are shown, so that the file stays small enough to open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules_engine.api import AssessmentReport, Evidence, Line

PRINTED = 20
"""How many records of a line go on paper."""
FEWEST, MOST = 5, 100
ALL_RECORDS = 40_000
"""How many records the whole file may show."""


@dataclass(frozen=True)
class Records:
    """Chooses records.

    Attributes:
        most: how many of one line are shown on the screen.
    """

    most: int

    @classmethod
    def for_report(cls, report: AssessmentReport) -> Records:
        """Return the choice that suits the number of lines."""
        lines = max(1, len(report.villages) * len(report.criteria))
        return cls(max(FEWEST, min(MOST, ALL_RECORDS // lines)))

    def of(self, line: Line) -> tuple[Evidence, ...]:
        """Return the records to show: only where points were lost, what cost them first.

        A rate loses points by what is missing from its numerator, a count by what is in it;
        within a count everything is counted, so the order by ``counted`` serves both.
        """
        if not (lost(line) or line.veto):
            return ()
        return tuple(sorted(line.evidence, key=lambda e: e.counted))[: self.most]


def lost(line: Line) -> bool:
    """Return whether a line did not give all it could."""
    return line.points is None or line.points < line.maximum
