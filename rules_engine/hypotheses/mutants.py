"""Makes mutants: one small change each, of a number, a comparison, a value, a veto or an effect.

Why some of them may go unnoticed is what a ruleset's authors write into ``mutation.yaml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from pydantic import ValidationError

from rules_engine.conditions.lexer import tokens_of
from rules_engine.conditions.words import COMPARISON_WORDS
from rules_engine.errors import Finding, Place, RulesetError
from rules_engine.messages import msg
from rules_engine.model.fields import Part, Text
from rules_engine.model.figures import in_digits
from rules_engine.ruleset.grammar import Grammar
from rules_engine.ruleset.read import shape_findings
from rules_engine.yamltext.calculation import calculation, reads_as_share
from rules_engine.yamltext.edit import put
from rules_engine.yamltext.read import as_figure, read_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rules_engine.conditions.lexer import Token
    from rules_engine.model.plugin import Method
    from rules_engine.ruleset.grammar import Field
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.calculation import Calculation
    from rules_engine.yamltext.read import Document, KeyPath

NUMBER = re.compile(r"\d+(?:\.\d+)?")
SIGNS = {
    ">=": ">", ">": ">=", "<=": "<", "<": "<=", "=": "<>", "<>": "=", "!=": "=",
    "≥": "＞", "＞": "≥", "≤": "＜", "＜": "≤", "＝": "≠", "≠": "＝", "＞＝": "＞", "＜＝": "＜",
}  # fmt: skip
WORDED = {sql: word for word, sql in reversed(list(COMPARISON_WORDS.items()))}
"""The plainest word for each comparison."""
JOINED = {"and": "or", "or": "and", "且": "或", "并且": "或者", "或": "且", "或者": "并且"}
UNSEEN = "appeals"
"""The part of which no scenario shows what it does: it ends with a result, before any dispute."""


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
        within: the same line and column in the text of the whole ruleset, with what it takes over
            from others.
    """

    edition: str
    file: str
    kind: str
    path: KeyPath
    line: int
    column: int
    old: str
    new: str
    within: tuple[int, int]

    @property
    def at(self) -> str:
        """Return the path of the changed part as text."""
        return ".".join(map(str, self.path))

    def applied(self, text: str) -> str | None:
        """Return the changed text, or nothing where it does not say there what is changed."""
        lines, (number, column) = text.split("\n"), self.within
        line = put(lines[number - 1], column - 1, self.old, self.new)
        if line is None:
            return None
        lines[number - 1] = line
        return "\n".join(lines)


def mutants_of(ruleset: Ruleset, methods: Mapping[str, Method]) -> list[Mutant]:
    """Return every mutant of a ruleset, in the order of the file."""
    values = _closed_sets(ruleset)
    results = [
        mutant
        for path, text, at in Grammar(methods).scalars(ruleset.source)
        if path[0] != UNSEEN and not at.is_wording
        for mutant in _of_scalar(ruleset, path, text, at, values)
    ]
    return sorted(results, key=lambda m: (m.within, m.new))


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
    ruleset: Ruleset, path: KeyPath, text: str, at: Field, values: Mapping[str, str]
) -> Iterator[Mutant]:
    source, edition = ruleset.source, ruleset.document.edition
    said = text.strip()
    for kind, start, old, new in _changes(ruleset, at, said, values):
        for place, there in zip(_places(source, path, said, start),
                                _places(source.plain, path, said, start), strict=True):  # fmt: skip
            if there.line and there.column:
                mutant = Mutant(
                    edition, place.file or "", kind, path, place.line or 0, place.column or 0, old,
                    new, (there.line, there.column),
                )  # fmt: skip
                if mutant.applied(source.text) is not None:
                    yield mutant
                    break


def _places(source: Document, path: KeyPath, said: str, start: int) -> tuple[Place, Place]:
    """Return where a piece of a scalar can stand: where it would be, and where it is read."""
    return source.place(path, offset=start), source.place_in(path, said, start)


def _changes(
    ruleset: Ruleset, at: Field, text: str, values: Mapping[str, str]
) -> Iterable[tuple[str, int, str, str]]:
    if text in at.slips:
        yield "choice", 0, text, at.slips[text]
    elif at.facts.holds in ("condition", "day"):
        for piece in tokens_of(text, ruleset.names):
            yield from ((k, piece.start, old, new) for k, old, new in _of_piece(piece, values))
        if at.key == "veto":
            yield "veto", 0, text, f"not ({text})"
    elif NUMBER.fullmatch(text.rstrip("%％").removeprefix("-")) and at.facts.slips != {}:
        sign = len(text) - len(text.removeprefix("-"))
        digits = text.removeprefix("-").rstrip("%％")
        yield from (("number", sign, digits, new) for new in _typos(digits))
    elif at.varies and as_figure(text) is None:
        for piece in tokens_of(text, ruleset.names):
            yield from ((k, piece.start, old, new) for k, old, new in _of_piece(piece, values))
    elif at.is_number and (value := calculation(text)) is not None:
        yield from (("number", 0, text, new) for new in _other_results(value))


def _other_results(value: Calculation) -> Iterator[str]:
    """Yield what else a calculation could come to; as most numbers in one it would not be even."""
    percent = reads_as_share(value.text, Fraction(value))
    result = in_digits(value.scaleb(2) if percent else value)
    sign = "-" if result.startswith("-") else ""
    yield from (f"{sign}{new}{'%' if percent else ''}" for new in _typos(result.removeprefix("-")))


def _of_piece(piece: Token, values: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield the changes of one piece of an expression: kind, old and new text."""
    text = piece.text
    if piece.kind == "number":
        digits = text.rstrip("%％")
        yield from (("number", digits, new) for new in _typos(digits))
    elif piece.kind == "text" and text[1:-1] in values:
        yield "value", text, f"{text[0]}{values[text[1:-1]]}{text[-1]}"
    elif piece.kind == "mark" and text in SIGNS:
        yield "comparison", text, SIGNS[text]
    elif piece.kind == "word" and piece.word in SIGNS:
        yield "comparison", text, WORDED[SIGNS[piece.word]]
    elif piece.kind == "word" and text in JOINED:
        yield "join", text, JOINED[text]


def _typos(digits: str) -> Iterator[str]:
    """Yield a number one unit of its last place higher and, unless that is nothing, lower."""
    value = Decimal(digits)
    unit = Decimal(1).scaleb(value.as_tuple().exponent)  # type: ignore[arg-type]  # a finite number
    yield f"{value + unit:f}"
    if value - unit > 0:
        yield f"{value - unit:f}"


FILE = "mutation.yaml"


class Survivor(Part):
    """A change that makes no difference: what stands where, what instead, and why that is so."""

    at: Text
    old: Text
    new: Text
    reason: Text

    def is_of(self, mutant: Mutant) -> bool:
        """Return whether a mutant is meant."""
        return (self.at, self.old, self.new) == (mutant.at, mutant.old, mutant.new)


class SurvivorsDocument(Part):
    """The shape of ``mutation.yaml``."""

    survivors: tuple[Survivor, ...]


@dataclass(frozen=True)
class Explanations:
    """The survivors that the authors of an edition explain."""

    ruleset: Ruleset
    survivors: tuple[Survivor, ...] = ()
    source: Document | None = None

    def reason(self, mutant: Mutant) -> str:
        """Return why a mutant may go unnoticed, if that is said."""
        return next((s.reason for s in self.survivors if s.is_of(mutant)), "")

    def idle(self, survivors: Sequence[Mutant]) -> Iterator[Finding]:
        """Yield a finding for each explanation of what does not survive."""
        edition = self.ruleset.document.edition
        mine = [mutant for mutant in survivors if mutant.edition == edition]
        for number, text in enumerate(self.survivors):
            if self.source and not any(text.is_of(mutant) for mutant in mine):
                yield Finding(
                    "idle-acknowledgement",
                    msg("“{old}” → “{new}” in {path} does not go unnoticed",
                        old=text.old, new=text.new, path=text.at),
                    self.source.place(("survivors", number)),
                    msg("remove it, or copy path and texts from what mutate prints"),
                    "warning",
                )  # fmt: skip


def explanations(ruleset: Ruleset) -> Explanations:
    """Read what an edition's authors explain; nothing where there is no such file.

    Raises:
        RulesetError: the file cannot be read, or has not the right shape.
    """
    path = ruleset.folder / FILE
    if not path.exists():
        return Explanations(ruleset)
    document = read_document(path, str(path))
    try:
        read = SurvivorsDocument.model_validate(document.value)
    except ValidationError as error:
        result = shape_findings(error, document, SurvivorsDocument)
        raise RulesetError(*document.findings, *result) from None
    if document.findings:
        raise RulesetError(*document.findings)
    return Explanations(ruleset, read.survivors, document)
