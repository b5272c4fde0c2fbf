"""What the earlier ruleset says, with the names that the later one has for the same things."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rules_engine.conditions.lexer import tokens_of
from rules_engine.diff.edits import at
from rules_engine.ruleset.grammar import Grammar, steps

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from rules_engine.diff.compiled_side import CompiledSide
    from rules_engine.diff.matching import Renaming
    from rules_engine.ruleset.grammar import Field
    from rules_engine.yamltext.read import KeyPath

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
