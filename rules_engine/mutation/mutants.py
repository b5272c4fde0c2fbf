"""Makes mutants: one small change each, of a number, a comparison, a value, a veto or an effect."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.ruleset.figures import EXPRESSIONS, PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rules_engine.ruleset.positions import KeyPath
    from rules_engine.ruleset.read import Ruleset

NUMBER = re.compile(r"(?<![\w.'-])\d+(?:\.\d+)?(?=%?(?![\w.'-]))")
COMPARISON = re.compile(r"<>|!=|>=|<=|=|>|<")
SWAPPED = {">=": ">", ">": ">=", "<=": "<", "<": "<=", "=": "<>", "<>": "=", "!=": "="}
JOIN = re.compile(r"\b(?:and|or)\b")
LITERAL = re.compile(r"'([^']*)'")
EFFECTS = {"zero": "last", "last": "zero", "no honours": "last", "grade": "last"}
CHOICES: Mapping[str, Mapping[str, str]] = {
    "effect": EFFECTS,
    "not_applicable": {"full": "zero", "zero": "full"},
    "direction": {"at least": "at most", "at most": "at least", "deduct": "add", "add": "deduct"},
    "rule": {"each": "all", "all": "each"},
    "begun": {"whole": "proportion", "proportion": "whole"},
    "period": {"current": "previous", "previous": "current"},
    "ties": {"exclude": "include", "include": "exclude"},
    "best": {"most": "least", "least": "most"},
}
PROSE = frozenset({"assumed", "clause", "label", "reason", "item"})


@dataclass(frozen=True)
class Mutant:
    """One change of ``ruleset.yaml``.

    Attributes:
        edition: the edition of the ruleset that is changed.
        file: its file.
        kind: number, comparison, join, value, veto or choice.
        path: the part that is changed.
        line: where, from 1.
        column: where, from 1.
        old: the text there.
        new: what stands there instead.
    """

    edition: str
    file: str
    kind: str
    path: KeyPath
    line: int
    column: int
    old: str
    new: str

    def applied(self, text: str) -> str | None:
        """Return the changed file, or nothing where the text is not as it was read."""
        lines = text.split("\n")
        line = lines[self.line - 1]
        start = self.column - 1
        if line[start : start + len(self.old)] != self.old:
            return None
        lines[self.line - 1] = line[:start] + self.new + line[start + len(self.old) :]
        return "\n".join(lines)


def mutants_of(ruleset: Ruleset) -> list[Mutant]:
    """Return every mutant of a ruleset, in the order of the file."""
    values = _closed_sets(ruleset)
    found = [
        mutant
        for path, text in ruleset.source.scalars.items()
        if path and path[0] in PARTS and not PROSE & {str(step) for step in path}
        for mutant in _of_scalar(ruleset, path, text, values)
    ]
    return sorted(found, key=lambda m: (m.line, m.column, m.new))


def _closed_sets(ruleset: Ruleset) -> dict[str, str]:
    """Return for every value of a closed set another one of the same set."""
    other: dict[str, str] = {}
    for table in ruleset.tables.values():
        for column in table.columns:
            for one, following in zip(
                column.values, (*column.values[1:], *column.values[:1]), strict=True
            ):
                other.setdefault(one, following)
    return other


def _of_scalar(
    ruleset: Ruleset, path: KeyPath, text: str, values: Mapping[str, str]
) -> Iterator[Mutant]:
    key = str(path[-1]) if isinstance(path[-1], str) else str(path[-2])
    place = ruleset.source.place(path)
    if place.line is None or place.column is None or "\n" in text:
        return
    for kind, start, old, new in _changes(key, path, text, values):
        edition, file = ruleset.document.edition, ruleset.source.file
        yield Mutant(edition, file, kind, path, place.line, place.column + start, old, new)


def _changes(
    key: str, path: KeyPath, text: str, values: Mapping[str, str]
) -> Iterable[tuple[str, int, str, str]]:
    if key in CHOICES and text in CHOICES[key]:
        yield "choice", 0, text, CHOICES[key][text]
    elif key in EXPRESSIONS or key in ("by", "max", "min", "latest", "earliest"):
        yield from _of_expression(text, values)
        if key == "veto":
            yield "veto", 0, text, f"not ({text})"
    elif NUMBER.fullmatch(text.removesuffix("%").removeprefix("-")) and key != "places":
        sign = len(text) - len(text.removeprefix("-"))
        digits = text.removeprefix("-").removesuffix("%")
        yield from (("number", sign, digits, new) for new in _typos(digits))


def _of_expression(text: str, values: Mapping[str, str]) -> Iterator[tuple[str, int, str, str]]:
    bare = LITERAL.sub(lambda m: "'" + "_" * len(m[1]) + "'", text)
    for match in NUMBER.finditer(bare):
        yield from (("number", match.start(), match[0], new) for new in _typos(match[0]))
    for match in COMPARISON.finditer(bare):
        yield "comparison", match.start(), match[0], SWAPPED[match[0]]
    for match in JOIN.finditer(bare):
        yield "join", match.start(), match[0], "or" if match[0] == "and" else "and"
    for match in LITERAL.finditer(text):
        if match[1] in values:
            yield "value", match.start(), match[0], f"'{values[match[1]]}'"


def _typos(digits: str) -> Iterator[str]:
    """Yield a number one unit of its last place higher and, unless that is nothing, lower."""
    value = Decimal(digits)
    unit = Decimal(1).scaleb(value.as_tuple().exponent)  # type: ignore[arg-type]  # a finite number
    yield f"{value + unit:f}"
    if value - unit > 0:
        yield f"{value - unit:f}"
