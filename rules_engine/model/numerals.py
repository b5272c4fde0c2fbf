"""Chinese numerals, and the order in which people expect names: by the size of numbers in them."""

from __future__ import annotations

import re

from rules_engine.messages import current_language

NUMERALS = "零一二三四五六七八九"
DIGITS = {sign: value for value, sign in enumerate(NUMERALS)} | {"〇": 0, "两": 2}
UNITS = {"十": 10, "百": 100}
_PARTS = re.compile(r"(\d+)|([零〇一二两三四五六七八九十百]+)|(\D)")


def in_order(name: str) -> tuple[tuple[int, int | str], ...]:
    """Return the key by which names sort: 二月 before 十月, and V2-9 before V2-10."""
    results: list[tuple[int, int | str]] = []
    for digits, numerals, other in _PARTS.findall(name):
        if other:
            results.append((1, other))
        else:
            results.append((0, int(digits) if digits else numeral(numerals)))
    return tuple(results)


def numeral(text: str) -> int:
    """Return the number that a Chinese numeral below a thousand stands for."""
    total = digit = 0
    for sign in text:
        if sign in UNITS:
            total, digit = total + (digit or 1) * UNITS[sign], 0
        else:
            digit = digit * 10 + DIGITS[sign]
    return total + digit


def in_numerals(number: int) -> str:
    """Return the number of a chapter or article, in Chinese as papers write it."""
    if current_language() != "zh":
        return str(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{NUMERALS[hundreds]}百" if hundreds else ""
    if hundreds and rest and not tens:
        text += NUMERALS[0]
    if tens:
        text += ("" if tens == 1 and not hundreds else NUMERALS[tens]) + "十"
    return text + (NUMERALS[ones] if ones or not number else "")
