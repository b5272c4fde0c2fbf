"""Which lines a change can reach: those that it changes, and those that name what it changes.

The names that stand in either ruleset count, so a line that is not reached gives the same in
every mixture, whether the change is made or not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rules_engine.comparing.signs import WORDING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.comparing.edits import Edit
    from rules_engine.hypotheses.ruleset_changes import Tree

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


def reach_of(old: Tree, new: Tree, changes: Sequence[Sequence[Edit]]) -> Reach:
    """Return how far each change between two rulesets reaches."""
    users = _users(old, new)
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
    if head in ("indicators", "standards", "parameters"):
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


def _users(old: Tree, new: Tree) -> defaultdict[Part, set[Part]]:
    """Return for each part those that name it, in either ruleset."""
    texts: defaultdict[Part, str] = defaultdict(str)
    names: defaultdict[Part, set[str]] = defaultdict(set)
    for tree in (old, new):
        for part, spec in _parts(tree):
            texts[part] += "\n" + "\n".join(_texts(spec))
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


def _parts(tree: Tree) -> list[tuple[Part, dict[str, Any]]]:
    found: list[tuple[Part, dict[str, Any]]] = [
        ((kind, name), spec)
        for kind in ("parameters", "indicators", "standards")
        for name, spec in tree.get(kind, {}).items()
    ]
    for section in tree["sections"].values():
        found += [(("criteria", line), spec) for line, spec in section["criteria"].items()]
    return found


def _texts(value: object) -> list[str]:
    """Return every text in a part that may hold a name."""
    if isinstance(value, dict):
        return [t for k, v in value.items() if k not in WORDING for t in _texts(v)]
    if isinstance(value, list | tuple):
        return [t for item in value for t in _texts(item)]
    return [] if value is None else [str(value)]
