"""The words of conditions that stand for signs of SQL: 且 is ``and``, 不超过 is ``<=``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.conditions import operators

if TYPE_CHECKING:
    from collections.abc import Mapping

COMPARISON_WORDS: Mapping[str, str] = {
    word: comparison.sign
    for comparison in operators.COMPARISONS.values()
    for word in comparison.chinese
}
JOINS: Mapping[str, str] = {"且": "and", "并且": "and", "或": "or", "或者": "or"}
VALUES: Mapping[str, str] = {"真": "true", "假": "false", "否": "false"}
"""是 is a value too, where none stands before it."""
KEYWORDS: Mapping[str, str] = {
    **COMPARISON_WORDS,
    **JOINS,
    **VALUES,
    "非": "not",
    "并非": "not",
    "属于": "in",
    "介于": "between",
}
"""Words that are one word of SQL."""
PHRASES: Mapping[str, str] = {
    "不属于": "not in",
    "不介于": "not between",
    "为空": "is null",
    "不为空": "is not null",
}
"""Words that are several of SQL."""
JOINERS = frozenset({"和", "与", "至", "到"})
"""What may stand between the two ends of 介于; 之间 may follow them."""
AMONG = "之间"
WORDS = frozenset({*KEYWORDS, *PHRASES, *JOINERS, AMONG})
