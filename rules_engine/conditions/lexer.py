"""Divides a condition into its pieces, also where no spaces stand between them.

A known name is always taken whole, whatever it holds: 5人以上的检查, 迟报/漏报, Late reports.
非正常 is the column of that label where there is one, and “not 正常” only where there is none.
What stands together and is no name is divided into the fewest names, figures and words of
:mod:`rules_engine.conditions.words`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from rules_engine.conditions.functions import chinese_names
from rules_engine.conditions.words import (
    AMONG,
    JOINERS,
    JOINS,
    KEYWORDS,
    PHRASES,
    VALUES,
    WORDS,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

Kind = Literal["name", "word", "function", "number", "day", "text", "mark"]
_DAY = r"\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}月\d{1,2}日|(?:19|20)\d\d-\d\d-\d\d(?![A-Za-z0-9_.-])"
_FIGURE = r"\d+(?:\.\d+)?[%％](?![A-Za-z0-9_])|(?:\d+\.\d+|\.\d+|\d+)(?![A-Za-z0-9_.])"
PIECE = re.compile(
    rf"""(?P<text>'(?:[^']|'')*'|‘[^’]*’|“[^”]*”)
    |(?P<name>"[^"]*")
    |(?P<day>{_DAY})
    |(?P<number>{_FIGURE})
    |(?P<run>\w+)
    |(?P<mark><>|!=|>=|<=|＞＝|＜＝|＜＞|[^\s\w])""",
    re.VERBOSE,
)
RUN = re.compile(r"\w+")
LETTER = re.compile(r"[^\W\d_]")
INSIDE = re.compile(rf"(?P<day>{_DAY})|(?P<number>\d+)(?![A-Za-z_])")
"""A day or figure within a run; a figure may go on behind the run."""
RANGE = re.compile(rf"\s*(?:{_DAY})\s*[至到]")
PARTING = re.compile(
    f"({'|'.join(sorted((w for w in WORDS if len(w) > 1 or w in JOINS), key=len, reverse=True))})"
)
"""Words at which a run is parted when a name in it is not known."""
ENGLISH = frozenset("and or not in is null between like case when then else end true false".split())
ENDS_VALUE = frozenset({"null", "end", "true", "false", "为空", "不为空", *VALUES})
"""Words behind which a value is complete."""


@dataclass(frozen=True)
class Token:
    """A piece of a condition.

    Attributes:
        kind: what it is; a ``name`` may be one that is not known.
        text: as it is written.
        start: where it begins.
        doubtful: whether it could be divided in several ways.
        quoted: whether a name stands in quotes of its own.
        word: what a word means where it stands: its entry in the words, or SQL.
    """

    kind: Kind
    text: str
    start: int
    word: str = ""
    doubtful: bool = False
    quoted: bool = False

    @property
    def name(self) -> str:
        """Return the name that a piece is, without the quotes around it."""
        return self.text[1:-1] if self.quoted else self.text


def tokens_of(text: str, names: Collection[str]) -> list[Token]:
    """Return the pieces of a condition.

    Args:
        text: the condition.
        names: the names and labels that it may use.
    """
    lexer = _Lexer(text, names)
    at = 0
    while at < len(text):
        at = lexer.step(at)
    return lexer.pieces


def names_in(text: str, names: Collection[str]) -> frozenset[str]:
    """Return the names that a condition uses, known ones and others."""
    return frozenset(p.name for p in tokens_of(text, names) if p.kind == "name")


def other_reading(label: str, names: Collection[str]) -> str:
    """Return a label as words and other names, with spaces between, if it could be read so."""
    others = frozenset(names) - {label}
    pieces = tokens_of(label, others)
    if any(p.kind == "name" and p.text not in others for p in pieces):
        return ""
    worded = len(pieces) > 1 and any(p.kind == "word" for p in pieces)
    return " ".join(p.text for p in pieces) if worded else ""


class _Lexer:
    def __init__(self, text: str, names: Collection[str]) -> None:
        self.text = text
        self.functions = chinese_names()
        self.known = sorted((n for n in names if n and n in text), key=len, reverse=True)
        self.odd = [n for n in self.known if not RUN.fullmatch(n) and LETTER.search(n)]
        self.pieces: list[Token] = []
        self.after_value = False
        self.ranges = self.open = 0
        """How many ranges (介于) have begun, and how many still wait for their second end."""

    def step(self, at: int) -> int:
        """Read what begins at an offset; return where it ends."""
        name = next(self.odd_at(at), None)
        if name is not None:
            return self.add("name", name, at)
        run = RUN.match(self.text, at)
        if run and not run[0].isascii():
            end = self.run(run[0], at)
            if end > at:
                return end
        match = PIECE.match(self.text, at)
        if match is None:  # a space
            return at + 1
        if match.lastgroup != "run":
            quoted = match.lastgroup == "name"
            return self.add(match.lastgroup, match[0], at, quoted=quoted)  # type: ignore[arg-type]  # a kind
        return self.add("word" if match[0].lower() in ENGLISH else "name", match[0], at)

    def odd_at(self, at: int) -> Iterator[str]:
        """Yield the names with blanks or signs in them that begin at an offset, longest first."""
        for name in _starting(self.odd, self.text, at):
            if not _cuts_word(self.text, at) and not _cuts_word(self.text, at + len(name)):
                yield name

    def add(
        self, kind: Kind, text: str, at: int, *, doubtful: bool = False, quoted: bool = False
    ) -> int:
        word = self.meaning(text, at) if kind == "word" else self.functions.get(text, "")
        self.pieces.append(Token(kind, text, at, word, doubtful, quoted))
        closes = kind == "mark" and text in ")）"
        self.after_value = closes or kind in ("name", "number", "day", "text") or word in ENDS_VALUE
        return at + len(text)

    def meaning(self, text: str, at: int) -> str:
        word = KEYWORDS.get(text) or PHRASES.get(text) or text.lower()
        if text in ("属于", "不属于") and RANGE.match(self.text, at + len(text)):
            word = word.replace("in", "between")
        elif text == "是" and not self.after_value:
            word = "true"
        elif text in JOINERS:
            word = "and"
        elif text == AMONG:
            word = ""
        if word.endswith("between"):
            self.ranges += 1
            self.open += 1
        elif word == "and":
            self.open = max(self.open - 1, 0)
        return word

    # a run of characters without spaces

    def run(self, run: str, at: int) -> int:
        """Read a run, up to the first figure in it; return where that begins or the run ends.

        A name with signs in it that begins in the run ends behind it.
        """
        division = self.division(
            run, at, bracket=self.text[at + len(run) :].lstrip()[:1] in ("(", "（")
        )
        if division is None:  # somewhere in it is a name that is not known
            first = next(p for p in PARTING.split(run) if p)
            if first != run:
                return self.run(first, at)
            figure = INSIDE.match(run)
            known = figure and (figure.lastgroup == "day" or figure[0] == run)
            return at if known else self.add("name", run, at)
        if division.doubtful:
            return self.add("name", run, at, doubtful=True)
        for kind, part in division.parts():
            if kind in ("day", "number"):
                return at
            at = self.add("name" if part in JOINERS and not self.open else kind, part, at)
        return at

    def division(self, run: str, start: int, *, bracket: bool) -> _Division | None:
        """Return the way to divide a run into the fewest parts; two values never meet."""
        size = len(run)
        best: dict[tuple[int, bool], _Division | None] = {}
        best[size, False] = best[size, True] = _Division()
        for at in reversed(range(size)):
            parts = list(self.parts_at(run, at, bracket=bracket))
            for name in self.odd_at(start + at):
                parts.append(("name", name))
                best[at + len(name), True] = _Division(odd=True)
            for after in (False, True):
                divisions = [
                    _Division(tail.length + 1, kind, part, tail, tail.doubtful, tail.odd)
                    for kind, part in parts
                    if not (after and _is_value(kind, part))
                    and (tail := best[at + len(part), _is_value(kind, part) or part in ENDS_VALUE])
                ]
                best[at, after] = _best(divisions)
        return best[0, False]

    def parts_at(self, run: str, at: int, *, bracket: bool) -> Iterator[tuple[Kind, str]]:
        """Yield what could begin at an offset of a run."""
        for word in _starting(self.functions, run, at):
            if bracket and at + len(word) == len(run):
                yield "function", word
                return
        for name in _starting(self.known, run, at):
            if not _cuts_word(run, at) and not _cuts_word(run, at + len(name)):
                yield "name", name
        joins = self.open or "介于" in run
        for word in _starting(WORDS, run, at):
            if (word not in JOINERS or joins) and (word != AMONG or joins or self.ranges):
                yield "word", word
        figure = INSIDE.match(run, at)
        if figure and not _cuts_word(run, at):
            yield figure.lastgroup, figure[0]  # type: ignore[misc]  # a kind


@dataclass(frozen=True)
class _Division:
    """A way to divide a run: the first part and the way behind it.

    Attributes:
        odd: whether a name with signs in it is its last part.
    """

    length: int = 0
    kind: Kind = "name"
    part: str = ""
    rest: _Division | None = None
    doubtful: bool = False
    odd: bool = False

    def parts(self) -> Iterator[tuple[Kind, str]]:
        division = self
        while division.rest is not None:
            yield division.kind, division.part
            division = division.rest


def _best(divisions: list[_Division]) -> _Division | None:
    """Return the way of the fewest parts, doubtful where there are several such.

    One with a name that goes on behind the run goes before all that would cut that name.
    """
    divisions = [division for division in divisions if division.odd] or divisions
    if not divisions:
        return None
    fewest, *others = sorted(divisions, key=lambda division: division.length)
    if others and others[0].length == fewest.length:
        return replace(fewest, doubtful=True)
    return fewest


def _is_value(kind: Kind, part: str) -> bool:
    return kind in ("name", "number", "day") or part in VALUES


def _starting(words: Iterable[str], run: str, at: int) -> Iterator[str]:
    return (word for word in words if run.startswith(word, at))


def _cuts_word(text: str, at: int) -> bool:
    """Return whether a place lies within a word of Latin letters or within a figure."""
    around = text[at - 1 : at + 1] if at else ""
    latin = around.isascii() and RUN.fullmatch(around)
    return len(around) > 1 and bool(latin or around.isdigit())
