"""Which lines a change can reach: those that it changes, and those that name what it changes.

The names that stand in either ruleset count, so a line that is not reached gives the same in
every mixture, whether the change is made or not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.ruleset.grammar import Grammar, named_keys, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rules_engine.diff.edits import Edit
    from rules_engine.hypotheses.ruleset_changes import Tree
    from rules_engine.model.plugin import Method
    from rules_engine.ruleset.grammar import Field
    from rules_engine.ruleset.positions import KeyPath

Part = tuple[str, str]
"""A kind of part and its id, such as ``criteria`` and the id of a line."""
COMMON: Part = ("all", "")
"""What every line rests on: the tables, the groups, the days."""
UNSCORED = frozenset({"targets", "appeals"})
"""What no score goes by."""
ADDED_UP = frozenset({"grades", "consequences", "pay", "base"})
"""What works upon lines that are scored already."""
OF_SUMS = frozenset({"points", "weight", "cap", "floor"})
"""Of a section, likewise."""


@dataclass(frozen=True)
class Reach:
    """How far each change reaches.

    Attributes:
        of: by part, the changes that can reach it.
        after: the changes that do more than let lines give other points.
    """

    of: dict[Part, frozenset[int]]
    after: frozenset[int]

    def on(self, part: Part) -> frozenset[int]:
        """Return the changes that can reach a part."""
        return self.of.get(part, frozenset()) | self.of.get(COMMON, frozenset())


EVERYTHING = Reach({COMMON: frozenset({0})}, frozenset({0}))
"""The reach of a change that is the only one."""


def reach_of(
    old: Tree, new: Tree, changes: Sequence[Sequence[Edit]], methods: Mapping[str, Method]
) -> Reach:
    """Return how far each change between two rulesets reaches."""
    users = _users(old, new, Grammar(methods))
    found: defaultdict[Part, set[int]] = defaultdict(set)
    after: set[int] = set()
    for number, change in enumerate(changes):
        parts: set[Part] = set()
        for edit in change:
            touched, later = _touched(edit, old, new)
            parts |= touched
            after |= {number} if later else set()
        waiting = list(parts)
        while waiting:
            for user in users[waiting.pop()] - parts:
                parts.add(user)
                waiting.append(user)
        for part in parts:
            found[part].add(number)
    return Reach({part: frozenset(numbers) for part, numbers in found.items()}, frozenset(after))


def _touched(edit: Edit, old: Tree, new: Tree) -> tuple[set[Part], bool]:
    """Return the parts that an edit changes, and whether it does more than change points."""
    head, *rest = edit.path
    if head in UNSCORED:
        return set(), False
    if head in ADDED_UP:
        return set(), True
    if not rest:
        return {COMMON}, True
    if head in named_keys(of_facts=False):
        return {(str(head), str(rest[0]))}, False
    if head == "sections" and len(rest) > 1 and rest[1] in OF_SUMS:
        return set(), True
    if head == "sections" and len(rest) > 2 and rest[1] == "criteria":
        whole = len(rest) == 3
        return {("criteria", str(rest[2]))}, whole or rest[3] == "veto"
    if head == "sections" and len(rest) == 1:
        held = [tree["sections"].get(rest[0], {}).get("criteria", {}) for tree in (old, new)]
        return {("criteria", line) for lines in held for line in lines}, True
    return {COMMON}, True


def _users(old: Tree, new: Tree, grammar: Grammar) -> defaultdict[Part, set[Part]]:
    """Return for each part those that name it, in either ruleset."""
    texts: defaultdict[Part, str] = defaultdict(str)
    names: defaultdict[Part, set[str]] = defaultdict(set)
    for tree in (old, new):
        for part, path in _parts(tree):
            spec = value_at(tree, path)
            texts[part] += "\n" + "\n".join(_texts(grammar, spec, grammar.at(tree, path)))
            names[part] |= {part[1], spec["label"]}
    users: defaultdict[Part, set[Part]] = defaultdict(set)
    for part, called in names.items():
        pattern = re.compile("|".join(_as_name(n) for n in sorted(called)))
        for other, text in texts.items():
            if other != part and pattern.search(text):
                users[part].add(other)
    return users


def _as_name(name: str) -> str:
    return rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])"


def _parts(tree: Tree) -> list[tuple[Part, KeyPath]]:
    found: list[tuple[Part, KeyPath]] = [
        ((kind, name), (kind, name))
        for kind in named_keys(of_facts=False)
        for name in tree.get(kind, {})
    ]
    for section, spec in tree["sections"].items():
        for line in spec["criteria"]:
            found.append((("criteria", line), ("sections", section, "criteria", line)))
    return found


def _texts(grammar: Grammar, value: object, at: Field | None) -> Iterator[str]:
    """Yield every text in a part that may hold a name."""
    for _, said, known in grammar.walk(value, at):
        single = said is not None and not isinstance(said, dict | list | tuple)
        if single and not (known is not None and known.is_wording):
            yield str(said)
