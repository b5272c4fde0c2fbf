"""Reads the text of a condition into sqlglot's tree, and knows where each part of it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.conditions.lexer import Token
from rules_engine.conditions.words import COMPARISON_WORDS, JOINERS
from rules_engine.errors import Finding
from rules_engine.messages import Message, msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rules_engine.errors import Place

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import sqlglot
from sqlglot import Dialect, TokenType, exp, parser, tokens

from rules_engine import limits
from rules_engine.conditions.lexer import tokens_of
from rules_engine.conditions.operators import COMPARISONS
from rules_engine.conditions.words import KEYWORDS, WORDS
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
    tree = dialect.parser().parse(tokens, source)
    if len(tree) != 1 or tree[0] is None:
        return None
    _place(tree[0], tokens, origin)
    return tree[0]


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


SIGNS = {c.sign: TokenType[node.__name__] for node, c in COMPARISONS.items()}
NEGATED = "negated"
"""Notes at a ``not`` that it is part of a comparison: ``x not in (…)``, not ``not x in (…)``."""


def is_negated_comparison(node: exp.Expr) -> bool:
    """Return whether a ``not`` is part of ``not in`` or ``not between``."""
    return isinstance(node, exp.Not) and bool(node.meta.get(NEGATED))


class Conditions(Dialect):
    """The dialect of conditions."""

    class Parser(parser.Parser):
        """Tells ``not in`` from ``not`` before ``in``."""

        def _negate_range(self, this: exp.Expr | None = None) -> exp.Expr | None:
            negated = super()._negate_range(this)
            if isinstance(negated, exp.Not):
                negated.meta[NEGATED] = True
            return negated

    class Tokenizer(tokens.Tokenizer):
        """Knows the words and signs that papers use beside those of SQL."""

        KEYWORDS: ClassVar[dict[str, TokenType]] = {
            **tokens.Tokenizer.KEYWORDS,
            **{
                word: (SIGNS | tokens.Tokenizer.KEYWORDS)[sql.upper()]
                for word, sql in KEYWORDS.items()
            },
            "＞＝": TokenType.GTE,
            "＜＝": TokenType.LTE,
            "＜＞": TokenType.NEQ,
        }
        SINGLE_TOKENS: ClassVar[dict[str, TokenType]] = {
            **tokens.Tokenizer.SINGLE_TOKENS,
            "（": TokenType.L_PAREN,
            "）": TokenType.R_PAREN,
            "，": TokenType.COMMA,
            "、": TokenType.COMMA,
            "＝": TokenType.EQ,
            "≠": TokenType.NEQ,
            "＞": TokenType.GT,
            "＜": TokenType.LT,
            "≥": TokenType.GTE,
            "≤": TokenType.LTE,
            "＋": TokenType.PLUS,
            "－": TokenType.DASH,
            "−": TokenType.DASH,
            "×": TokenType.STAR,
            "＊": TokenType.STAR,
            "÷": TokenType.SLASH,
            "／": TokenType.SLASH,
            # no sign of SQL, but the end of a word: they belong around texts
            **dict.fromkeys("‘’“”；：％", TokenType.UNKNOWN),
        }


_EXAMPLES = {
    "in": ("level in ('省', '京')", "层级 {word}（“省”、“京”）"),
    "between": ("people between 3 and 5", "人数 {word} 3 和 5"),
    "null": ("closed_on is null", "办结日期 {word}"),
    "compared": ("people >= 3", "人数 {word} 3"),
    "ends": ("people between 3 and 5", "人数 介于 3 {word} 5"),
    "joined": ("collective and people >= 3", "集体 {word} 人数 大于 3"),
}
"""For a sort of words, how they are used in either language."""
_END = Token("mark", "", 0)
"""What stands behind the last piece."""


def lone_words(pieces: Sequence[Token], where: Callable[[int], Place]) -> Iterator[Finding]:
    """Yield the words that lack what belongs before or behind them.

    Args:
        pieces: the pieces of a condition.
        where: gives the place of an offset in it.
    """
    for number, piece in enumerate(pieces):
        sort = _sort(piece)
        if not sort:
            continue
        before = number - 1
        while before >= 0 and pieces[before].word == "not" and sort != "joined":
            before -= 1
        after = pieces[number + 1] if number + 1 < len(pieces) else _END
        code, message = "bad-expression", None
        if before < 0 or _opens(pieces[before]):
            message = msg("nothing stands before “{word}”", word=piece.text)
        elif sort != "null" and _closes(after):
            message = msg("nothing stands behind “{word}”", word=piece.text)
        elif sort == "in" and not piece.text.isascii() and after.text not in ("(", "（"):
            code = "forbidden-sql"
            message = msg("behind “{word}” the values stand in brackets", word=piece.text)
        if message is not None:
            yield Finding(code, message, where(piece.start), _hint(piece, sort))


def _sort(piece: Token) -> str:
    """Return what sort of word a piece is; empty for those that may stand alone."""
    if piece.kind != "word":
        return ""
    *_, last = piece.word.split() or [""]
    if piece.word in COMPARISON_WORDS.values():
        return "compared"
    if piece.word in ("is", "is null", "is not null"):
        return "null"
    if piece.word in ("and", "or"):
        return "joined"
    return last if last in ("in", "between") else ""


def _opens(piece: Token) -> bool:
    """Return whether what comes next begins anew."""
    begins = piece.word in ("when", "then", "else", "case")
    joins = _sort(piece) not in ("", "null")
    return begins or joins or piece.text in ("(", "（", ",", "，", "、")


def _closes(piece: Token) -> bool:
    """Return whether nothing more comes here."""
    ends = piece.word in ("then", "when", "else", "end", "and", "or")
    return piece is _END or ends or piece.text in (")", "）")


def _hint(piece: Token, sort: str) -> Message:
    english, chinese = _EXAMPLES[sort if piece.text not in JOINERS else "ends"]
    example = english if piece.text.isascii() else chinese.format(word=piece.text)
    return msg("write it as in {example}", example=example)
