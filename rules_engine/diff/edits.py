"""What is done to the YAML of a ruleset: the steps of which taking a change back is made."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules_engine.yamltext.read import KeyPath

ABSENT = object()
"""Stands for what is not there."""
ORDER = ("set", "insert", "move", "drop")
"""Figures are put back where their parts stand now; only then the parts go where they stood."""
GRADES = (("grades",), ("responsibility", "grades"))


@dataclass(frozen=True)
class Edit:
    """One step.

    Attributes:
        act: ``set`` something within a part, or ``insert``, ``move``, ``drop`` a whole part.
        path: where.
        value: what stands there afterwards; :data:`ABSENT`: nothing.
        to: where a part goes that is moved.
    """

    act: Literal["set", "insert", "move", "drop"]
    path: KeyPath
    value: Any = ABSENT
    to: KeyPath = ()

    def touches(self, other: Edit) -> bool:
        """Return whether one cannot be made without a thought of the other."""
        if (self.act == "set") != (other.act == "set"):
            return False
        mine, others = ([e.path, e.to] if e.to else [e.path] for e in (self, other))
        return any(one[: len(two)] == two[: len(one)] for one in mine for two in others)


def at(tree: object, path: KeyPath) -> Any:  # noqa: ANN401 - any YAML value
    """Return what stands at a path, or :data:`ABSENT`."""
    for step in path:
        if isinstance(tree, dict):
            tree = tree.get(step, ABSENT)
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        else:
            return ABSENT
    return tree


def edited(tree: object, edits: Iterable[Edit]) -> Any:  # noqa: ANN401 - a YAML tree
    """Return a copy of a tree after some edits.

    Raises:
        LookupError: one of them asks for a part that another took away.
    """
    root: Any = deepcopy(tree)
    todo = sorted(edits, key=_turn)
    for edit in todo:
        if edit.act == "move":
            _put(root, edit.to, _container(root, edit.path).pop(edit.path[-1]))
        else:
            _put(root, edit.path, edit.value)
    if any("grades" in edit.path for edit in todo):
        _in_order(root)
    return root


def _turn(edit: Edit) -> tuple[int, int]:
    """Return when an edit is made: what stands within a part comes after it, and goes before it."""
    depth = len(edit.path)
    return ORDER.index(edit.act), -depth if edit.act == "drop" else depth


def _put(root: Any, path: KeyPath, value: Any) -> None:  # noqa: ANN401
    container = _container(root, path)
    if value is ABSENT:
        container.pop(path[-1], None)
    else:
        container[path[-1]] = deepcopy(value)


def _container(root: Any, path: KeyPath) -> Any:  # noqa: ANN401
    """Return what holds the last step of a path; mappings on the way are made."""
    for step in path[:-1]:
        if isinstance(root, dict) and root.get(step) is None:
            root[step] = {}
        root = root[step]
    return root


def _in_order(root: Any) -> None:  # noqa: ANN401
    """Let the best grade stand first again."""
    for path in GRADES:
        grades = at(root, path)
        if isinstance(grades, dict):
            best = sorted(grades, key=lambda n: -Decimal(str(grades[n]["from"])))
            ordered = {name: grades[name] for name in best}
            grades.clear()
            grades.update(ordered)
