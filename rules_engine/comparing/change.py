"""A change of a ruleset as a value, and the comparison that holds all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from rules_engine.messages import Message, msg

if TYPE_CHECKING:
    from rules_engine.ruleset.positions import KeyPath

Direction: TypeAlias = Literal["tightening", "loosening", "wording", "other"]
DIRECTIONS: dict[Direction, Message] = {
    "tightening": msg("tightening"),
    "loosening": msg("loosening"),
    "wording": msg("wording"),
    "other": msg("other"),
}
Act: TypeAlias = Literal["changed", "added", "removed", "moved", "renamed"]


@dataclass(frozen=True)
class Change:
    """One thing that another ruleset says otherwise.

    Attributes:
        kind: what is changed: a criterion, a grade, a clause, …
        id: its id in the later ruleset, in the earlier one if it was removed.
        former: its id in the earlier ruleset, empty if it is new.
        part: it, as a reader knows it.
        act: what happened to it.
        what: which of its figures or words, empty where it is the whole.
        before: what stood there, as a reader says it; empty where nothing did.
        after: what stands there.
        direction: what it does to those who are assessed.
        path: where it stands in ``ruleset.yaml``; of what was removed, where it stood.
        clauses: ids of the clauses that it or what rests on it names.
        scenarios: names of the scenarios that check it or what rests on it.
        unsourced: the figure is neither quoted by its clause nor assumed.
    """

    kind: str
    id: str
    former: str
    part: str
    act: Act
    what: str = ""
    before: str = ""
    after: str = ""
    direction: Direction = "other"
    path: KeyPath = ()
    clauses: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    unsourced: bool = False


@dataclass(frozen=True)
class Named:
    """One of the two rulesets."""

    ruleset: str
    title: str
    edition: str
    fingerprint: str


@dataclass(frozen=True)
class Comparison:
    """All changes, in the order of the later ruleset."""

    before: Named
    after: Named
    changes: tuple[Change, ...] = field(default=())
