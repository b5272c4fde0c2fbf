"""One chain of common table expressions, and what it takes for granted of the data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlglot import exp

    from rules_engine.model.assessment import SubjectKind
    from rules_engine.plan.rules import (
        Rulebook,
    )


@dataclass(frozen=True)
class DataProfile:
    """What the plan must know of the data.

    Attributes:
        nulls: for each table that is there, the columns that hold an empty value.
        quarantined: tables of which rows were kept out.
        proving: cuts of tables of which the plan says how many records each subject has.
    """

    nulls: Mapping[str, frozenset[str]]
    quarantined: frozenset[str] = frozenset()
    proving: frozenset[str] = frozenset()


@dataclass
class Builder:
    """One chain of common table expressions for one kind of subject."""

    book: Rulebook
    kind: SubjectKind
    profile: DataProfile
    hypothetical: bool = False
    steps: list[tuple[str, exp.Select]] = field(default_factory=list)

    def add(self, name: str, select: exp.Select) -> None:
        """Add a named step."""
        self.steps.append((name, select))

    def finished(self, last: exp.Select) -> exp.Select:
        """Return the last step with all the others before it."""
        for name, select in self.steps:
            last = last.with_(name, as_=select, copy=False)
        return last
