"""Finds words of a condition that stand alone: 不属于 with nothing before it, or nothing behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.conditions.lexer import Token
from rules_engine.conditions.words import COMPARISONS, JOINERS
from rules_engine.errors import Finding
from rules_engine.messages import Message, msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rules_engine.errors import Place

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
        behind = pieces[number + 1] if number + 1 < len(pieces) else _END
        code, said = "bad-expression", None
        if before < 0 or _opens(pieces[before]):
            said = msg("nothing stands before “{word}”", word=piece.text)
        elif sort != "null" and _closes(behind):
            said = msg("nothing stands behind “{word}”", word=piece.text)
        elif sort == "in" and not piece.text.isascii() and behind.text not in ("(", "（"):
            code = "forbidden-sql"
            said = msg("behind “{word}” the values stand in brackets", word=piece.text)
        if said is not None:
            yield Finding(code, said, where(piece.start), _hint(piece, sort))


def _sort(piece: Token) -> str:
    """Return what sort of word a piece is; empty for those that may stand alone."""
    if piece.kind != "word":
        return ""
    *_, last = piece.word.split() or [""]
    if piece.word in COMPARISONS.values():
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
