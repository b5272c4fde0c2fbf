"""Where subjects stand under a mixture of old and new rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.compiler import grading
from rules_engine.compiler.pay import pay_ids
from rules_engine.hypotheses.joint import mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules_engine.compiler.rules import Rulebook
    from rules_engine.model.assessment import SubjectKind, TargetResult
    from rules_engine.results.reader import ResultReader


@dataclass(frozen=True)
class Stood:
    """Where a subject stands under a mixture: points and money in 1/10,000.

    Attributes:
        grade: its place in the list of grades, the best first; ``None``: not sure yet.
        displaced: the grade whose quota was full.
    """

    name: str
    score: int
    rank: int
    grade: int | None
    displaced: int | None
    paid: int


Standings = dict[tuple["SubjectKind", str], Stood]


Follows = tuple[tuple[str, str], ...]
"""What follows for a subject: ids of consequences, each with the words in which it is told."""


@dataclass(frozen=True)
class Whole:
    """What one mixture gives.

    Attributes:
        stood: where each subject stands.
        follows: what follows for each of them.
        targets: how the targets for the whole town stand, by id.
    """

    reader: ResultReader
    stood: Standings
    follows: Mapping[tuple[SubjectKind, str], Follows]
    targets: Mapping[str, TargetResult]

    def grades(self, kind: SubjectKind) -> list[str]:
        """Return the labels of the grades, best first."""
        return self.reader.grade_labels(kind)

    def graded(self, kind: SubjectKind) -> Iterator[str]:
        """Yield the grade of each subject; of those that are not sure of one, nothing."""
        labels = [*self.grades(kind), ""]
        return (labels[-1 if s.grade is None else s.grade] for s in self._of(kind))

    def displaced(self) -> Iterator[str]:
        """Yield the grades whose quota was full for a village."""
        labels = self.grades("village")
        return (labels[s.displaced] for s in self._of("village") if s.displaced is not None)

    def followed(self, kind: SubjectKind) -> Iterator[str]:
        """Yield what follows, once for each subject on whom it falls."""
        known = self.reader.document.consequences
        for (held, _), told in self.follows.items():
            if held == kind:
                yield from (known[name].label for name in dict.fromkeys(name for name, _ in told))

    def _of(self, kind: SubjectKind) -> Iterator[Stood]:
        return (stood for (held, _), stood in self.stood.items() if held == kind)


def standing_sql(book: Rulebook, kind: SubjectKind) -> str:
    """Return the query of what every subject of a stack has; cadres are ranked by mixture."""
    paid = " + ".join(f'coalesce("pay__{n}", 0)' for n in pay_ids(book, kind)) or "0"
    if kind == "village":
        place, displaced = "rank", "displaced"
    else:
        displaced = "NULL"
        town = f"left(subject_id, {len(mark(0))})"
        place = f"rank() OVER (PARTITION BY {town} ORDER BY low DESC)"
    return (
        f"SELECT subject_id, name, score, {place} AS place, grade, {displaced} AS displaced, "
        f'CAST({paid} AS BIGINT) AS paid FROM "{grading.RESULTS_OF[kind]}"'
    )
