"""Which records behind a line or a consequence are shown, so that the file stays small."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.api import AssessmentReport, Consequence, Evidence, Line

PRINTED = 20
"""How many records of a line go on paper."""
FEWEST, MOST = 5, 100
ALL_RECORDS = 40_000
"""How many records the whole file may show."""


@dataclass(frozen=True)
class Shown:
    """The records of one line that are shown.

    Attributes:
        screen: all of them, those that cost points first.
        paper: how many of these, from the first, are printed.
        total: how many there are, shown or not.
    """

    screen: tuple[Evidence, ...]
    paper: int
    total: int


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

    def of(self, line: Line) -> Shown | None:
        """Return what to show of a line, or nothing where it gave all it could."""
        if not line.evidence or not (line.lost or line.veto or line.is_judged):
            return None
        return self._shown(line.evidence, set(line.costly))

    def behind(self, consequence: Consequence) -> Shown | None:
        """Return what to show of the records that led to a consequence, if there are any."""
        result = consequence.evidence
        return self._shown(result, {e for e in result if e.counted}) if result else None

    def _shown(self, evidence: Sequence[Evidence], costly: set[Evidence]) -> Shown:
        ordered = sorted(evidence, key=lambda e: e not in costly)
        screen = tuple(islice(ordered, self.most))
        return Shown(screen, min(len(costly) or len(screen), PRINTED, len(screen)), len(ordered))
