"""Reads the text of a condition into sqlglot's tree, and knows where each part of it stands."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import TokenType, exp

from rules_engine import limits
from rules_engine.conditions.dangling import lone_words
from rules_engine.conditions.dialect import Conditions
from rules_engine.conditions.lexer import Token, tokens_of
from rules_engine.conditions.words import KEYWORDS, WORDS
from rules_engine.errors import Finding
from rules_engine.messages import msg
from rules_engine.model.naming import plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from sqlglot.tokenizer_core import Token as SqlToken

    from rules_engine.errors import Place

DIGITS = re.compile(r"\d+")
NAME = re.compile(r"[^\W\d]\w*")
"""What the dialect reads as one name; a figure before it would be a number with another name."""
MEETING = re.compile(r"\w\w")
"""The end of one piece and the beginning of the next, with nothing to part them."""
LONG_FIGURE = re.compile(rf"(?<![\w'])\d{{{limits.DIGITS.usual + 1},}}")
"""A figure that no office writes; a number of a thousand digits is not called a long expression."""
MOST_KEPT = 200
"""Of a text of more characters the tree is not kept."""


class Refused(Exception):
    """What cannot be compiled, with the finding that says so."""

    def __init__(self, finding: Finding) -> None:
        """Carry the finding."""
        self.finding = finding


class _Remark(Exception):
    """A condition has a remark in it, near an offset."""

    def __init__(self, offset: int) -> None:
        self.offset = offset


def parse(text: str, where: Callable[[int], Place], names: Collection[str] = ()) -> exp.Expr:
    """Read a text; in its tree, the offsets of names, literals and functions are those in it.

    Whoever reads the same text again gets the same tree: copy what is to be changed.

    Args:
        text: the expression.
        where: gives the place of an offset in the text.
        names: the names and labels that it may use; each is taken whole.

    Raises:
        Refused: it cannot be read.
    """
    source, origin = _written_out(text, names, where)
    figure = LONG_FIGURE.search(source)
    if figure:
        raise Refused(limits.DIGITS.finding(where(_at(origin, figure.start()))))
    if len(source) > limits.EXPRESSION_LENGTH.most:
        raise Refused(limits.EXPRESSION_LENGTH.finding(where(0)))
    try:
        tree = _tree(source, tuple(origin))
    except sqlglot.errors.SqlglotError as error:
        details = (getattr(error, "errors", None) or [{}])[0]
        near = details.get("highlight") or text
        raise Refused(
            Finding(
                "bad-expression",
                msg("cannot read “{text}” at “{near}”", text=text, near=near),
                where(_at(origin, _offset(details, source))),
                msg("conditions are SQL expressions, e.g. level in ('省','京') and irregular"),
            )
        ) from None
    except _Remark as remark:
        raise Refused(
            Finding(
                "forbidden-sql",
                msg("a remark does not belong into a condition"),
                where(_at(origin, remark.offset)),
                msg("write remarks behind # in the file, and a sign behind another in brackets"),
            )
        ) from None
    except RecursionError:
        raise Refused(limits.EXPRESSION_DEPTH.finding(where(0))) from None
    if tree is None:
        raise Refused(
            Finding(
                "forbidden-sql",
                msg("one expression is needed, not statements"),
                where(_at(origin, source.find(";") + 1)),
                msg("remove the semicolon and what follows it"),
            )
        )
    return tree


def _tree(source: str, origin: tuple[int, ...]) -> exp.Expr | None:
    """Return the tree of a text, or nothing where it holds several; never to be changed.

    A ruleset is often read several times in a row, so that short texts are kept for a while. Long
    ones are not: a process that reads many rulesets would keep them all.
    """
    return _kept(source, origin) if len(source) <= MOST_KEPT else _read(source, origin)


@lru_cache(maxsize=1024)
def _kept(source: str, origin: tuple[int, ...]) -> exp.Expr | None:
    return _read(source, origin)


def _read(source: str, origin: tuple[int, ...]) -> exp.Expr | None:
    dialect = Conditions()
    tokens = dialect.tokenize(source)
    remark = next((t for t in tokens if t.comments or t.token_type == TokenType.HINT), None)
    if remark is not None:
        raise _Remark(remark.start)
    found = dialect.parser().parse(tokens, source)
    if len(found) != 1 or found[0] is None:
        return None
    _place(found[0], tokens, origin)
    return found[0]


def _written_out(
    text: str, names: Collection[str], where: Callable[[int], Place]
) -> tuple[str, list[int]]:
    """Return a text for the dialect, and for each of its characters where that comes from."""
    source = ""
    origin: list[int] = []
    end = 0
    pieces = tokens_of(text, names)
    for piece in pieces:
        if piece.doubtful:
            raise Refused(
                Finding(
                    "ambiguous-words",
                    msg("“{text}” can be read in several ways", text=piece.text),
                    where(piece.start),
                    msg("put spaces between the names and the words"),
                )
            )
        written = _sql(piece, known=piece.name in names)
        gap = text[end : piece.start]
        origin += range(end, piece.start)
        if MEETING.fullmatch(gap + source[-1:] + written[:1]):
            gap = " "
            origin.append(piece.start)
        end = piece.start + len(piece.text)
        source += gap + written
        as_it_is = written == piece.text
        origin += range(piece.start, end) if as_it_is else [piece.start] * len(written)
    lone = next(lone_words(pieces, where), None)
    if lone is not None:
        raise Refused(lone)
    return source, [*origin, len(text)]


def _sql(piece: Token, *, known: bool) -> str:
    """Return a piece as it stands in the dialect; ``known`` says whether it is a known name."""
    text = piece.text
    if piece.kind == "number":
        figure = unicodedata.normalize("NFKC", text)
        return f"pct({figure[:-1]})" if figure.endswith("%") else figure
    if piece.kind == "day":
        return _day(*DIGITS.findall(unicodedata.normalize("NFKC", text)))
    if piece.kind == "text":
        inner = text[1:-1] if text.startswith("'") else text[1:-1].replace("'", "''")
        return f"'{plain_text(inner)}'"
    if piece.kind == "function":
        return piece.word
    if piece.kind == "word":
        return text if KEYWORDS.get(text) == piece.word else piece.word
    if piece.kind == "name" and not piece.quoted and _needs_quotes(text, known):
        inner = text.replace('"', '""')
        return f'"{inner}"'
    return text


def _needs_quotes(name: str, known: bool) -> bool:
    plain = NAME.fullmatch(name) or (name.isascii() and not known)
    return name in WORDS or not plain


def _day(*parts: str) -> str:
    """Return a day written out, or one of the assessed period of which the year is not said."""
    if len(parts) == 2:
        return f"day_in_period({', '.join(parts)})"
    year, month, day = parts
    return f"date '{year}-{month:0>2}-{day:0>2}'"


def _place(tree: exp.Expr, tokens: list[SqlToken], origin: Sequence[int]) -> None:
    """Note where each literal and function begins, and bring all offsets back to the text.

    sqlglot notes the offsets of names only.
    """
    left = list(tokens)
    for node in tree.find_all(exp.Literal, exp.Func, bfs=False):
        if isinstance(node, exp.Connector):
            continue
        text = node.name if isinstance(node, exp.Literal | exp.Anonymous) else node.key
        token = next((t for t in left if t.text.lower() == str(text).lower()), None)
        if token is not None:
            node.meta["start"] = token.start
            left.remove(token)
    for meta in {id(node.meta): node.meta for node in tree.walk()}.values():
        if "start" in meta:
            meta["start"] = _at(origin, meta["start"])


def _at(origin: Sequence[int], offset: int) -> int:
    return origin[min(offset, len(origin) - 1)]


def _offset(details: dict[str, Any], source: str) -> int:
    """Return where the token begins that sqlglot could not read; it tells where the token ends."""
    if "col" not in details:  # a text whose quote is never closed
        return max(source.rfind("'"), 0)
    line, column = int(details.get("line") or 1), int(details.get("col") or 1)
    before = sum(len(part) for part in source.splitlines(keepends=True)[: line - 1])
    return max(0, before + column - len(details.get("highlight") or " "))


def start_of(node: exp.Expr) -> int | None:
    """Return where a node begins in the text as it was written, if that is known."""
    return min((n.meta["start"] for n in node.walk() if "start" in n.meta), default=None)
