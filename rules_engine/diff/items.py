"""The parts of two rulesets as values that are compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from rules_engine.messages import listed, tr

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from rules_engine.ruleset.grammar import Field
    from rules_engine.yamltext.read import KeyPath

Steps = tuple[str, ...]
Trail: TypeAlias = "tuple[Field, ...]"
"""The fields along the steps to something."""


@dataclass(frozen=True)
class Leaf:
    """One figure, word or condition.

    Attributes:
        path: where it stands in the file.
        value: what the model holds; a method's own default where nothing is written.
        same: equal for what says the same.
        text: as a reader says it.
        trail: the fields along the steps to it, from the part on.
    """

    path: KeyPath
    value: object
    same: Hashable
    text: str
    trail: Trail

    @property
    def at(self) -> Field:
        """Return its field."""
        return self.trail[-1]

    @property
    def distinct(self) -> bool:
        """Return whether it tells parts apart."""
        return self.at.facts.distinct or self.at.entry

    @property
    def is_wording(self) -> bool:
        """Return whether no result can go by it."""
        return any(one.is_wording for one in self.trail)


@dataclass
class Rows:
    """A list of rows in a part.

    Attributes:
        trail: the fields along the steps to it.
        all: the rows.
    """

    trail: Trail
    all: list[Item] = field(default_factory=list)

    @property
    def at(self) -> Field:
        """Return the field of the list."""
        return self.trail[-1]


@dataclass
class Item:
    """A part, or a row of a list in one.

    Attributes:
        kind: what it is.
        id: its id, of a row the number.
        label: what people call it.
        path: where it stands in the file.
        at: its field.
        leaves: what it says, by the steps to it.
        rows: its lists of rows, by the steps to them.
        clauses: the clauses that it rests on.
        number: its place in the paper, such as 3.2.
        home: the section of a criterion, the table of a column.
    """

    kind: str
    id: str
    label: str
    path: KeyPath
    at: Field
    leaves: dict[Steps, Leaf] = field(default_factory=dict)
    rows: dict[Steps, Rows] = field(default_factory=dict)
    clauses: tuple[str, ...] = ()
    number: str = ""
    home: str = ""

    @property
    def key(self) -> str:
        """Return what names the part among all, as the inventory has it."""
        return f"{self.kind}.{self.id}"

    def row_list(self, steps: Steps) -> list[Item]:
        """Return the rows of a list; none where it has no such list."""
        return self.rows[steps].all if steps in self.rows else []


def folded(leaves: Mapping[Steps, Leaf], other: Mapping[Steps, Leaf]) -> dict[Steps, Leaf]:
    """Return what a part says, with a table by the subject as one where the other says a figure.

    Args:
        leaves: what it says.
        other: what it says in the other ruleset.
    """
    whole: dict[Steps, Leaf] = {}
    for steps, leaf in leaves.items():
        above = steps[:-1]
        if above not in other or not leaf.trail[-2:-1] or not leaf.trail[-2].varies:
            whole[steps] = leaf
            continue
        name = leaf.at.key if leaf.at.entry else leaf.at.label()
        text = tr("{name} {number}", name=name, number=leaf.text)
        known = whole.get(above)
        whole[above] = Leaf(
            leaf.path[:-1],
            None,
            (*(known.same if known and isinstance(known.same, tuple) else ()), (name, leaf.same)),
            listed([known.text, text]) if known else text,
            leaf.trail[:-1],
        )
    return whole


Pair: TypeAlias = "tuple[Item | None, Item | None]"
"""A part of the earlier ruleset and the same of the later; ``None`` where there is none."""
