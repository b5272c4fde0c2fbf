"""What a ruleset's own nouns for those assessed make: one of them, several, each of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules_engine.messages import Noun

if TYPE_CHECKING:
    from collections.abc import Sequence

HAN = re.compile(r"[\u4e00-\u9fff]")


def chinese_noun(words: Sequence[str]) -> Noun:
    """Return 乡镇 as it is; 乡镇 and 部门 together as 乡镇（部门）, 乡镇和部门, 各乡镇、各部门."""
    first, *others = words
    one = f"{first}（{'、'.join(others)}）" if others else first
    many = "、".join(words[:-1]) + "和" + words[-1] if others else first
    return Noun(one, many, "、".join(f"各{word}" for word in words), tuple(words))


def english_noun(words: Sequence[str], plurals: Sequence[str]) -> Noun:
    """Return “township”, “townships”; of several “township or department” and so on."""
    many = _joined(plurals, "and")
    return Noun(_joined(words, "or"), many, f"all {many}", tuple(words))


def _joined(words: Sequence[str], conjunction: str) -> str:
    *others, last = words
    return f"{', '.join(others)} {conjunction} {last}" if others else last


def regular_plural(noun: str) -> str:
    """Return the regular English plural; a Chinese noun has none."""
    if HAN.search(noun):
        return noun
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if re.search(r"(s|x|z|ch|sh)$", noun) else f"{noun}s"
