"""The words of conditions that stand for signs of SQL: 且 is ``and``, 不超过 is ``<=``."""

from __future__ import annotations

from rules_engine.conditions import operators

_SIGNS = {
    word: sign
    for operator in operators.OPERATORS
    for sign, words in operator.signs.items()
    for word in words
}
COMPARISONS = {w: c.sign for c in operators.COMPARISONS.values() for w in c.chinese}
JOINS = {word: sign for word, sign in _SIGNS.items() if sign in ("and", "or")}
VALUES = {"真": "true", "假": "false", "否": "false"}
"""是 is a value too, where none stands before it."""
KEYWORDS = {word: sign for word, sign in _SIGNS.items() if " " not in sign} | VALUES
"""Words that are one word of SQL."""
PHRASES = {word: sign for word, sign in _SIGNS.items() if " " in sign}
"""Words that are several of SQL."""
JOINERS = frozenset({"和", "与", "至", "到"})
"""What may stand between the two ends of 介于; 之间 may follow them."""
AMONG = "之间"
WORDS = frozenset({*KEYWORDS, *PHRASES, *JOINERS, AMONG})
