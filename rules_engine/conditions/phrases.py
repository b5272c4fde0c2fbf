"""The words that expressions are put into: how values are compared, and how words are joined."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from sqlglot import exp

from rules_engine.messages import Message, current_language, msg

DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}:\d{2})(?::\d{2})?)?")
COMPARED: dict[str, dict[type[exp.Expr], Message]] = {
    "number": {
        exp.EQ: msg("{value} is equal to {other}"),
        exp.NEQ: msg("{value} is not equal to {other}"),
        exp.GT: msg("{value} is more than {other}"),
        exp.GTE: msg("{value} is at least {other}"),
        exp.LT: msg("{value} is less than {other}"),
        exp.LTE: msg("{value} is at most {other}"),
    },
    "rate": {
        exp.EQ: msg("{value} is equal to {other}"),
        exp.NEQ: msg("{value} is not equal to {other}"),
        exp.GT: msg("{value} is above {other}"),
        exp.GTE: msg("{value} is {other} or more"),
        exp.LT: msg("{value} is below {other}"),
        exp.LTE: msg("{value} is {other} or less"),
    },
    "date": {
        exp.EQ: msg("{value} is {other}"),
        exp.NEQ: msg("{value} is not {other}"),
        exp.GT: msg("{value} is after {other}"),
        exp.GTE: msg("{value} is not before {other}"),
        exp.LT: msg("{value} is before {other}"),
        exp.LTE: msg("{value} is not after {other}"),
    },
    "text": {
        exp.EQ: msg("{value} is {other}"),
        exp.NEQ: msg("{value} is not {other}"),
        exp.GT: msg("{value} comes after {other}"),
        exp.GTE: msg("{value} does not come before {other}"),
        exp.LT: msg("{value} comes before {other}"),
        exp.LTE: msg("{value} does not come after {other}"),
    },
}
"""How two values are compared, by what they are."""
TURNED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE,
}  # fmt: skip
OPPOSITE: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.EQ: exp.NEQ, exp.NEQ: exp.EQ, exp.GT: exp.LTE, exp.LTE: exp.GT, exp.LT: exp.GTE,
    exp.GTE: exp.LT,
}  # fmt: skip
BRACKETS = re.compile(r"[()（）]")


class Rank(IntEnum):
    """How tightly a text holds together."""

    WORD = 0
    PRODUCT = 1
    SUM = 2
    PHRASE = 3
    NOTED = 4
    LONG = 5


@dataclass(frozen=True)
class Piece:
    """The text of a part of an expression."""

    text: str
    rank: Rank = Rank.WORD

    @property
    def bracketed(self) -> bool:
        """Return whether there are brackets in it, so that none may stand around it."""
        return BRACKETS.search(self.text) is not None


def said(text: Message, *values: object) -> str:
    """Return a text with its places filled in, in the order in which they stand in it."""
    places = dict.fromkeys(part.split("}")[0] for part in text.text.split("{")[1:])
    return str(Message(text.text, tuple(zip(places, values, strict=True))))


def day_text(text: str) -> str:
    """Return a day that is written out, as people write it."""
    found = DAY.fullmatch(text.strip())
    if found is None or current_language() != "zh":
        return text
    year, month, day = (int(found[n]) for n in (1, 2, 3))
    return f"{year}年{month}月{day}日{found[4] or ''}"
