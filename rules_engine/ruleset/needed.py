"""Which of the parts that a ruleset could take over it names, itself or through another part."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from rules_engine.conditions.lexer import names_in
from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.ruleset.grammar import prose_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Name = tuple[str, str]
"""The kind of a part and its id."""
ALWAYS = ("villages",)
OF_CADRES = ("cadres", "assignments")
"""Tables that a ruleset reads although it may not name them."""


def needed(roots: Sequence[Any], parts: Mapping[Name, Any]) -> set[Name]:
    """Return the kinds and names of the parts that are named, directly or by one that is.

    Args:
        roots: what the files of the ruleset say.
        parts: what each part says that could be taken over.
    """
    called = _called(parts)
    words = frozenset(called) | _own_names(roots)
    always = [n for root in roots for n in _read_anyway(root)]
    chosen = {("tables", name) for name in always if ("tables", name) in parts}
    waiting: deque[Any] = deque([*roots, *(parts[name] for name in chosen)])
    while waiting:
        for key, text in _texts(waiting.popleft()):
            for name in _named(key, text, words):
                fresh = called.get(name, set()) - chosen
                chosen |= fresh
                waiting.extend(parts[one] for one in fresh)
    return chosen


def named_by(key: str, values: Sequence[Any]) -> frozenset[str]:
    """Return what parts name under a key, such as their clauses."""
    texts = (pair for value in values for pair in _texts(value))
    return frozenset(text for where, text in texts if where == key)


def _called(parts: Mapping[Name, Any]) -> dict[str, set[Name]]:
    """Return the parts by all that they may be called."""
    called: dict[str, set[Name]] = {}
    for (kind, name), value in parts.items():
        standard = STANDARD_TABLES.get(name) if kind == "tables" else None
        label = value.get("label") if isinstance(value, dict) else None
        for text in (name, label, standard.label if standard else None):
            if isinstance(text, str):
                called.setdefault(text, set()).add((kind, name))
    return called


def _own_names(roots: Sequence[Any]) -> frozenset[str]:
    """Return ids and labels in the files of a ruleset: the longest name of a text is meant."""
    names: set[str] = set()
    waiting = deque(roots)
    while waiting:
        value = waiting.popleft()
        if isinstance(value, dict):
            names |= {key for key in value if isinstance(key, str)}
            names |= {text for text in (value.get("label"),) if isinstance(text, str)}
            waiting.extend(value.values())
    return frozenset(names)


def _read_anyway(root: Any) -> Iterator[str]:  # noqa: ANN401 - any YAML value
    if isinstance(root, dict) and "clauses" not in root:
        yield from ALWAYS
        yield from root["tables"] if isinstance(root.get("tables"), dict) else ()
        yield from OF_CADRES if root.get("responsibility") else ()


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401
    """Yield the texts in which something can be named, each with its key."""
    if isinstance(value, dict):
        for step, inner in value.items():
            yield from _texts(inner, str(step))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)
    elif isinstance(value, str) and key not in prose_keys():
        yield key, value


def _named(key: str, text: str, words: frozenset[str]) -> frozenset[str]:
    """Return what a text names: a clause, a table or a part by itself, or those in a condition."""
    if text in words or key == "clause":
        return frozenset({text})
    return names_in(text, words)
