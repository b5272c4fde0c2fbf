"""How names and texts are compared, whatever somebody typed or pasted around and into them.

This is the one place that says which characters nobody sees. Records, headings, mappings, literals
in conditions and the screening for personal data all go by it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

INVISIBLE_RANGES = (
    (0x01, 0x08), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F),  # control characters
    (0xAD, 0xAD),  # soft hyphen
    (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F),  # no width, directions, joiners
    (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB),
    (0xFDD0, 0xFDEF), (0xFFFE, 0xFFFF),  # no characters at all
    (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
"""Characters without a shape of their own: what Unicode lets a display ignore, and controls."""
INVISIBLE = "".join(f"{chr(first)}-{chr(last)}" for first, last in INVISIBLE_RANGES)
"""The same as the inside of a bracket in a regular expression, for Python and for the engine."""
SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""Other spaces than the usual one; they read like it. The inside of a bracket."""
BLANKS = f" \t\n\v\f\r\u0085\u2028\u2029{SPACES}"
"""What is left out at the ends of a text. The inside of a bracket."""

_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_LONG = 200
"""Longer texts are no names, and are not kept in mind."""
_SPACES = re.compile(f"[{SPACES}]")
_ENDS = " \t\n\v\f\r\u0085\u2028\u2029\u00a0\u1680\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""The characters of BLANKS one by one."""


def plain_text(text: str) -> str:
    """Return a text as everybody reads it.

    Without the characters that nobody sees, with the usual space for every other kind of space,
    and without blanks at the ends. Two texts that look alike in these respects become one.
    """
    if text.isascii() and text.isprintable():
        return text.strip(" ")
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip(_ENDS)


def normal(name: str) -> str:
    """Return the form in which names are compared: as it is read, one width, one case."""
    return _normal(name) if len(name) < _LONG else _normal.__wrapped__(name)


@lru_cache(maxsize=8192)
def _normal(name: str) -> str:
    return plain_text(unicodedata.normalize("NFKC", plain_text(name))).casefold()
