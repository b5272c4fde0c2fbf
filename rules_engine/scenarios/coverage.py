"""Says for each clause what encodes it and which scenarios check that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.scenarios.encoded_parts import APPEALS, Part, inventory
from rules_engine.scenarios.run import run_scenarios
from rules_engine.scenarios.usage import Watch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rules_engine.run.load import CheckedRuleset
    from rules_engine.scenarios.run import Outcome


@dataclass(frozen=True)
class PartCoverage:
    """A part of the ruleset with the scenarios that assert it, and those that depend on it."""

    part: Part
    asserted: tuple[str, ...]
    depended: tuple[str, ...]

    @property
    def touched(self) -> bool:
        """Return whether any scenario would notice a change of the part."""
        return bool(self.asserted or self.depended)

    def as_dict(self) -> dict[str, object]:
        """Return the part as plain data for JSON."""
        return {
            "kind": self.part.kind,
            "id": self.part.id,
            "label": self.part.label,
            "asserted": list(self.asserted),
            "depended": list(self.depended),
        }


@dataclass(frozen=True)
class ClauseCoverage:
    """A clause with what encodes it."""

    id: str
    ref: str
    gist: str
    status: str
    parts: tuple[PartCoverage, ...]

    @property
    def untouched(self) -> bool:
        """Return whether the clause is said to be encoded and no scenario checks it.

        What may be disputed is no matter for scenarios, which end with a result.
        """
        if self.parts and all(p.part.kind == APPEALS for p in self.parts):
            return False
        return self.status == "encoded" and not any(p.touched for p in self.parts)

    def as_dict(self) -> dict[str, object]:
        """Return the clause as plain data for JSON."""
        return {
            "id": self.id,
            "ref": self.ref,
            "gist": self.gist,
            "status": self.status,
            "untouched": self.untouched,
            "parts": [part.as_dict() for part in self.parts],
        }


@dataclass(frozen=True)
class Coverage:
    """How far the scenarios of a ruleset reach into one edition.

    Attributes:
        edition: its name.
        clauses: all clauses, in the order of the paper.
        criteria: all score lines.
        parts: everything that the edition says, by its key.
        outcome: what came of running the scenarios.
    """

    edition: str
    clauses: tuple[ClauseCoverage, ...]
    criteria: tuple[PartCoverage, ...]
    parts: Mapping[str, PartCoverage]
    outcome: Outcome

    @property
    def untouched_clauses(self) -> tuple[ClauseCoverage, ...]:
        """Return the encoded clauses that no scenario checks."""
        return tuple(clause for clause in self.clauses if clause.untouched)

    @property
    def untouched_criteria(self) -> tuple[PartCoverage, ...]:
        """Return the score lines that no scenario checks."""
        return tuple(line for line in self.criteria if not line.touched)

    @property
    def whole(self) -> bool:
        """Return whether all scenarios pass and nothing is left out."""
        left_out = self.untouched_clauses or self.untouched_criteria
        return self.outcome.good and not left_out


def coverage(
    ruleset: Path, editions: Sequence[CheckedRuleset], features: Path | None = None
) -> list[Coverage]:
    """Run a ruleset's scenarios and return what they check, edition by edition.

    Args:
        ruleset: the ruleset's folder.
        editions: its editions, compiled and without errors.
        features: where the scenarios are; by default beside or inside the ruleset.
    """
    watches = [Watch(inventory(e.book), e.ruleset.folder.resolve()) for e in editions]
    outcome = run_scenarios(ruleset, features, watchers=watches)
    return [_covered(e, w, outcome) for e, w in zip(editions, watches, strict=True)]


def _covered(checked: CheckedRuleset, watch: Watch, outcome: Outcome) -> Coverage:
    covered = {
        key: PartCoverage(
            part, tuple(watch.asserted.get(key, ())), tuple(watch.depended.get(key, ()))
        )
        for key, part in watch.inventory.parts.items()
    }
    clauses = tuple(
        ClauseCoverage(
            name,
            clause.ref,
            clause.gist,
            clause.status,
            tuple(c for c in covered.values() if name in c.part.clauses),
        )
        for name, clause in checked.ruleset.clauses.clauses.items()
    )
    criteria = tuple(c for c in covered.values() if c.part.kind == "criterion")
    return Coverage(checked.ruleset.document.edition, clauses, criteria, covered, outcome)
