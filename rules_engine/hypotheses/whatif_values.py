"""What the new rules make of one run, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from rules_engine.diff.change import Direction
    from rules_engine.hypotheses.ruleset_changes import Piece
    from rules_engine.model.assessment import SubjectKind, TargetResult


@dataclass(frozen=True)
class Made:
    """A change as people say it.

    Attributes:
        text: it, as ``diff`` says it; where several can only be made together, all of them.
        direction: what it does to those who are assessed.
        clauses: the clauses that it touches.
        together: how many changes it is that cannot be made one by one.
    """

    text: str
    direction: Direction
    clauses: tuple[str, ...]
    together: int

    @classmethod
    def of(cls, piece: Piece) -> Made:
        """Put a piece into words."""
        return cls(piece.text, piece.direction, piece.clauses, len(piece.changes))


@dataclass(frozen=True)
class Standing:
    """Where a subject stands.

    Attributes:
        grade: its label; empty while it is not sure.
        displaced: the grade whose quota was full.
        honours: labels of what followed, the sanctions among them.
        paid: all that it is paid.
    """

    score: Decimal
    rank: int
    grade: str
    displaced: str
    honours: tuple[str, ...]
    paid: Decimal

    @property
    def outcome(self) -> tuple[str, tuple[str, ...]]:
        """Return what cannot be shared out: the grade, and what follows."""
        return self.grade, self.honours


@dataclass(frozen=True)
class Share:
    """What of a move is owed to one change.

    Attributes:
        change: its number, from 1.
        score: its share of the points; likewise of the places, and of the money.
        without: where it stands with all changes but this one.
    """

    change: int
    score: Decimal
    rank: Decimal
    paid: Decimal
    without: Standing

    def counts(self, move: Move) -> bool:
        """Return whether the change did anything to a subject."""
        figures = self.score or self.rank or self.paid
        return bool(figures) or self.without.outcome != move.after.outcome


@dataclass(frozen=True)
class Move:
    """A subject that stands otherwise under the new rules."""

    kind: SubjectKind
    id: str
    name: str
    before: Standing
    after: Standing
    shares: tuple[Share, ...]


Counts = tuple[tuple[str, int, int], ...]
"""For each thing that is counted how many there were, and how many there are."""


@dataclass(frozen=True)
class Totals:
    """What comes of the run as a whole, under the old rules and under the new ones.

    Attributes:
        villages: by grade, how many villages have it.
        cadres: likewise cadres.
        village_follows: by honour or sanction, on how many villages it falls.
        cadre_follows: likewise on cadres.
        displaced: by grade, how many villages found its quota full.
        paid: all that is paid.
    """

    villages: Counts
    cadres: Counts
    village_follows: Counts
    cadre_follows: Counts
    displaced: Counts
    paid: tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Tried:
    """What the new rules make of one run.

    Attributes:
        changes: what was changed, in the order of the numbers in shares.
        orders: how many orders of the changes were drawn; 0: the shares are exact.
        tied: why the changes could not be told apart, or nothing.
        scores: of every village its name, its old and its new score, best first.
        targets: how each target for the whole town stands, under the old and the new rules.
    """

    run: str
    edition: str
    period: tuple[date, date]
    changes: tuple[Made, ...]
    orders: int
    tied: str
    moves: tuple[Move, ...]
    scores: tuple[tuple[str, Decimal, Decimal], ...]
    totals: Totals
    targets: tuple[tuple[TargetResult | None, TargetResult | None], ...]
