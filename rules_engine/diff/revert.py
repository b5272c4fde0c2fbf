"""Says how each change can be taken back by itself: what is done to the later ruleset for that.

A ruleset with some of the changes is the later one with the others taken back. Everything stays
under the names that the later one has, and its definitions stay, for names move nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.diff.edits import ABSENT, Edit, at
from rules_engine.diff.matching import row_pairs
from rules_engine.diff.translation import NameTranslation
from rules_engine.ruleset.grammar import criterion_keys, named_kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.diff.compiled_side import CompiledSide
    from rules_engine.diff.items import Item, Leaf, Pair, Steps
    from rules_engine.diff.matching import Renaming
    from rules_engine.yamltext.read import KeyPath

NAMES = named_kinds(of_facts=False)
"""Parts of which each name stands for one thing in the whole ruleset."""
DEFINITIONS = NAMES | {"table", "column"}
"""Parts that do nothing until another part names them."""
Edits = tuple[Edit, ...]


class Revert:
    """Finds what takes a change back."""

    def __init__(
        self, before: CompiledSide, after: CompiledSide, pairs: Sequence[Pair], renaming: Renaming
    ) -> None:
        """Take both sides, and which parts of them are the same.

        Args:
            before: the earlier ruleset.
            after: the later one.
            pairs: their parts.
            renaming: what parts of the earlier one are called in the later one.
        """
        self.after = after
        self.homes = renaming.sections
        labels = {a.label: b.id for a, b in pairs if a and b and a.kind == "grade"}
        self.older = NameTranslation(before, after, renaming, {**labels, **renaming.grades})
        dropped = [a for a, b in pairs if a and b is None and a.kind in DEFINITIONS]
        names = {name for _, b in pairs if b and b.kind in NAMES for name in (b.id, b.label)}
        apart = [i for i in dropped if i.kind not in NAMES or not names & {i.id, i.label}]
        self.kept: Edits = tuple(
            Edit("insert", item.path, self.older.value(item.path)) for item in apart
        )
        self.clash = len(apart) < len(dropped)

    def home(self, item: Item) -> str:
        """Return the section of a line of the earlier ruleset, as the later one calls it."""
        return self.homes.get(item.home, item.home)

    def moved(self, was: Item, now: Item) -> Edits:
        """Return what takes a line back to its section."""
        return (Edit("move", now.path, to=("sections", self.home(was), "criteria", now.id)),)

    def added(self, item: Item) -> Edits:
        """Return what takes away a part that is new."""
        if item.kind in DEFINITIONS or item.kind == "clause":
            return ()
        return (Edit("drop", self._whole(item, self.older.before)),)

    def removed(self, item: Item) -> Edits:
        """Return what brings back a part that was dropped."""
        if item.kind in DEFINITIONS or item.kind == "clause":
            return ()
        source = self._whole(item, self.after)
        value = self.older.value(source)
        if item.kind == "section":  # its lines come by themselves, or stand elsewhere now
            value = {**value, "criteria": {}}
        target = source
        if item.kind == "criterion":
            target = ("sections", self.home(item), "criteria", item.id)
        return (Edit("insert", target, value),)

    def _whole(self, item: Item, other: CompiledSide) -> KeyPath:
        """Return the path of a part; of a grade of cadres that of all, if there are no others."""
        path = item.path
        own = item.kind == "grade" and path[0] == "responsibility"
        return path[:-1] if own and at(other.ruleset.source.value, path[:-1]) is ABSENT else path

    def method(self, was: Item, now: Item) -> Edits:
        """Return what takes a line back to the method by which it was scored."""
        old, new = self.older.value(was.path), at(self.after.ruleset.source.value, now.path)
        of_all = {key for key in criterion_keys() if key != "method"}
        keys = [key for key in dict.fromkeys((*old, *new)) if key not in of_all]
        return tuple(Edit("set", (*now.path, key), old.get(key, ABSENT)) for key in keys)

    def leaf(
        self, was: Item, now: Item, leaves: tuple[Leaf | None, Leaf | None], steps: Steps
    ) -> Edits:
        """Return what puts one figure, word or condition back.

        Args:
            was: the part before.
            now: the part after.
            leaves: what is said in it, of rows too.
            steps: the list of rows that it is in; none where it is in no list.
        """
        if steps and not _aligned(was, now, steps):
            return self.put_back(was, now, steps)
        one, other = leaves
        whole = other.path[len(now.path) :] if other else one.path[len(was.path) :] if one else ()
        return self.put_back(was, now, whole)

    def put_back(self, was: Item, now: Item, below: KeyPath) -> Edits:
        """Return what puts back what stands below a part, from where the two differ in shape."""
        sources = self.older.before.ruleset.source.value, self.after.ruleset.source.value
        for length in range(1, len(below) + 1):
            step = below[:length]
            pair = at(sources[0], (*was.path, *step)), at(sources[1], (*now.path, *step))
            if pair == (ABSENT, ABSENT):
                return ()
            if type(pair[0]) is not type(pair[1]) or length == len(below):
                return (Edit("set", (*now.path, *step), self.older.value((*was.path, *step))),)
        return ()


def _aligned(was: Item, now: Item, steps: Steps) -> bool:
    """Return whether each row of a list stands where it stood."""
    rows = was.row_list(steps), now.row_list(steps)
    return all(a and b and a.id == b.id for a, b in row_pairs(*rows))
