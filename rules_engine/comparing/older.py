"""What the earlier ruleset says, with the names that the later one has for the same things."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rules_engine.comparing.edits import at
from rules_engine.comparing.signs import WORDING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.comparing.renaming import Renaming
    from rules_engine.comparing.side import Side
    from rules_engine.ruleset.positions import KeyPath

QUOTED = r"'(?:[^']|'')*'"


class Older:
    """Reads values of the earlier ruleset as the later one would write them."""

    def __init__(
        self, before: Side, after: Side, renaming: Renaming, grades: Mapping[str, str]
    ) -> None:
        """Take both sides.

        Args:
            before: the earlier ruleset.
            after: the later one.
            renaming: what the later one calls the parts of the earlier one.
            grades: what it calls grades, by id and by label.
        """
        self.before, self.after = before, after
        self.renaming, self.grades = renaming, grades

    def value(self, path: KeyPath) -> Any:  # noqa: ANN401 - any YAML value
        """Return what stands at a path of the earlier ruleset."""
        found = at(self.before.ruleset.source.value, path)
        return found if path[-1] in WORDING else self._said(found, path)

    def _said(self, value: Any, path: KeyPath) -> Any:  # noqa: ANN401
        if isinstance(value, dict):
            return {k: v if k in WORDING else self._said(v, (*path, k)) for k, v in value.items()}
        if isinstance(value, list):
            return [self._said(inner, (*path, n)) for n, inner in enumerate(value)]
        return self._text(value, path) if isinstance(value, str) else value

    def _text(self, text: str, path: KeyPath) -> str:
        expression = self.before.expressions.get(path)
        if expression is not None:
            was, now = (side.speaker.ids(expression.rows) for side in (self.before, self.after))
            names = _others(was, now, self.renaming.seen_from(expression.rows))
            return _replaced(text, names, {})
        if path[:1] == ("consequences",) and path[-1] == "when":
            was, now = ({n: s.name for n, s in side.speaker.facts.items()}
                        for side in (self.before, self.after))  # fmt: skip
            return _replaced(text, _others(was, now, self.renaming.names), self.grades)
        if path[-1] == "grade":
            return self.grades.get(text, text)
        if path[-1] == "from" and (table := self.before.speaker.table(text)):
            return table.name
        ids = {text: self.before.ids[text]} if text in self.before.ids else {}
        return _others(ids, self.after.ids, self.renaming.names).get(text, text)


def _others(
    was: Mapping[str, str], now: Mapping[str, str], renamed: Mapping[str, str]
) -> dict[str, str]:
    """Return the names that stand for something else now, with the ids that do not."""
    ids = {name: renamed.get(own, own) for name, own in was.items()}
    return {name: own for name, own in ids.items() if now.get(name) != own}


def _replaced(text: str, names: Mapping[str, str], literals: Mapping[str, str]) -> str:
    if not names and not literals:
        return text
    longest = sorted(names, key=len, reverse=True)
    choices = "|".join(map(re.escape, longest)) or "(?!)"

    def other(found: re.Match[str]) -> str:
        word = found[0]
        if word.startswith("'"):
            return f"'{literals.get(word[1:-1], word[1:-1])}'"
        return names[word]

    return re.sub(rf"{QUOTED}|(?<![\w.])(?:{choices})(?![\w.])", other, text)
