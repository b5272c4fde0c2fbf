"""The words that expressions are put into: how tightly they hold together, how days are said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from rules_engine.messages import Message, current_language

DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}:\d{2})(?::\d{2})?)?")
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
class Phrase:
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
