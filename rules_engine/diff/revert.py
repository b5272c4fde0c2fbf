"""Says how each change can be taken back by itself: what is done to the later ruleset for that.

A ruleset with some of the changes is the later one with the others taken back. Everything stays
under the names that the later one has, and its definitions stay, for names move nobody.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rules_engine.conditions.lexer import tokens_of
from rules_engine.diff.edits import ABSENT, Edit, at
from rules_engine.diff.matching import row_pairs
from rules_engine.ruleset.grammar import Grammar, criterion_keys, named_kinds, steps

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from rules_engine.diff.compiled_side import CompiledSide
    from rules_engine.diff.items import Item, Leaf, Pair, Steps
    from rules_engine.diff.matching import Renaming
    from rules_engine.ruleset.grammar import Field
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


MEETING = re.compile(r"\w\w")
"""The end of one piece and the beginning of the next, with nothing to part them."""


class NameTranslation:
    """Reads values of the earlier ruleset as the later one would write them."""

    def __init__(
        self,
        before: CompiledSide,
        after: CompiledSide,
        renaming: Renaming,
        grades: Mapping[str, str],
    ) -> None:
        """Take both sides.

        Args:
            before: the earlier ruleset.
            after: the later one.
            renaming: what the later one calls the parts of the earlier one.
            grades: what it calls grades, by id and by label.
        """
        self.before, self.after = before, after
        self.grammar = Grammar(before.book.methods)
        self.renaming, self.grades = renaming, grades

    def value(self, path: KeyPath) -> Any:  # noqa: ANN401 - any YAML value
        """Return what stands at a path of the earlier ruleset."""
        root = self.before.ruleset.source.value
        return self._said(at(root, path), path, self.grammar.at(root, path))

    def _said(self, value: Any, path: KeyPath, known: Field | None) -> Any:  # noqa: ANN401
        if known is None or known.is_wording:
            return value
        inner = {step: self._said(one, (*path, step), self.grammar.below(known, step, value))
                 for step, one in steps(value)}  # fmt: skip
        if isinstance(value, dict):
            return inner
        if isinstance(value, list):
            return list(inner.values())
        return self._text(value, path, known) if isinstance(value, str) else value

    def _text(self, text: str, path: KeyPath, known: Field) -> str:
        expression = self.before.expressions.get(path)
        if expression is not None:
            was, now = (side.speaker.ids(expression.rows) for side in (self.before, self.after))
            names = _others(was, now, self.renaming.seen_from(expression.rows))
            return with_names(text, was, names, {})
        if path[:1] == ("consequences",) and path[-1] == "when":
            was, now = ({n: s.name for n, s in side.speaker.facts.items()}
                        for side in (self.before, self.after))  # fmt: skip
            names = _others(was, now, self.renaming.names)
            return with_names(text, was, names, self.grades)
        if known.facts.holds == "grade":
            return self.grades.get(text, text)
        if known.facts.holds == "table" and (table := self.before.speaker.table(text)):
            return table.name
        ids = {text: self.before.ids[text]} if text in self.before.ids else {}
        return _others(ids, self.after.ids, self.renaming.names).get(text, text)


def _others(
    was: Mapping[str, str], now: Mapping[str, str], renamed: Mapping[str, str]
) -> dict[str, str]:
    """Return the names that stand for something else now, with the ids that do not."""
    ids = {name: renamed.get(own, own) for name, own in was.items()}
    return {name: own for name, own in ids.items() if now.get(name) != own}


def with_names(
    text: str, known: Collection[str], names: Mapping[str, str], literals: Mapping[str, str]
) -> str:
    """Return a condition with other names and texts; each name is taken whole, as it is read.

    Args:
        text: the condition.
        known: the names and labels that it may use.
        names: others for some of them.
        literals: others for some texts in it.
    """
    if not names and not literals:
        return text
    said, end, other = "", 0, False
    for piece in tokens_of(text, known):
        before, other = other, piece.kind == "name" and piece.name in names
        written = piece.text
        if other:
            written = names[piece.name]
        elif piece.kind == "text":
            written = f"{written[0]}{literals.get(written[1:-1], written[1:-1])}{written[-1]}"
        gap = text[end : piece.start]
        if (before or other) and MEETING.fullmatch(said[-1:] + gap + written[:1]):
            gap = " "  # a label may stand against a word, an id may not
        said += gap + written
        end = piece.start + len(piece.text)
    return said + text[end:]
