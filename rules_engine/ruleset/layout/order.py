"""The order of keys: that of the fields of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.ruleset.grammar import Field, Grammar
from rules_engine.yamltext.tree import Branch, Leaf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from rules_engine.model.plugin import Method
    from rules_engine.yamltext.tree import Entry


def sort_keys(branch: Branch, shape: type[BaseModel], methods: Mapping[str, Method]) -> None:
    """Put the keys of a file, and of all below it, into their order.

    Only keys that the language gives are moved: what a ruleset names keeps the order of the paper.

    Args:
        branch: what the file holds, changed in place.
        shape: its model.
        methods: the scoring methods, whose fields have their order too.
    """
    _sort(branch, Field("", shape), Grammar(methods))


def _sort(branch: Branch, at: Field | None, grammar: Grammar) -> None:
    if at is None:
        return
    said = {_name(e): e.value.value for e in branch.entries if isinstance(e.value, Leaf)}
    if branch.mapping and at.model is not None:
        branch.named = False
        place = {key: number for number, key in enumerate(grammar.fields(at, said))}
        branch.entries.sort(key=lambda entry: place.get(_name(entry), len(place)))
    for number, entry in enumerate(branch.entries):
        if isinstance(entry.value, Branch):
            step = _name(entry) if branch.mapping else number
            _sort(entry.value, grammar.below(at, step, said), grammar)


def _name(entry: Entry) -> str:
    return entry.key.value if entry.key else ""
