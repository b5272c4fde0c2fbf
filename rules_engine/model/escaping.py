"""Texts from outside as they are shown: what commands a terminal, or hides, is written out.

Control characters, the characters that turn the direction of writing, the separators of lines and
halves of characters come with labels, cells, headings, names of files, answers of servers and what
plugins print. A terminal would obey them, and a line break would forge a line of the program's own.
"""

from __future__ import annotations

import re
import unicodedata

COMMANDS = "\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
"""They are never shown as they are. The inside of a bracket."""
_ANY = re.compile(f"[{COMMANDS}]")
_STYLES = re.compile(r"(\x1b\[[0-9;]*m)")
"""What sets colours and nothing else."""
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
"""What is no character of XML, commands a terminal or turns the direction of writing.

Tab and the ends of lines are not among them.
"""


def printable(text: str) -> str:
    """Return a text for papers and pages: without characters that cannot be shown."""
    if text.isprintable():
        return text
    return re.sub("[\u2028\u2029]", " ", UNPRINTABLE.sub("", text))


def columns_of(text: str) -> int:
    """Return how many columns of a typewriter a text takes; a Chinese character takes two."""
    if text.isascii():
        return len(text)
    seen = (c for c in text if not unicodedata.combining(c))
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in seen)


def one_line(text: str) -> str:
    """Return a text as one line that is safe to show."""
    return text if text.isprintable() else _ANY.sub(_escaped, text)


def lines(text: str) -> str:
    """Return a text of several lines, each of them safe to show."""
    return text if text.isprintable() else "\n".join(map(_tabbed, text.split("\n")))


def styled(text: str) -> str:
    """Return lines in which colours may be set."""
    if "\x1b" not in text:
        return lines(text)
    parts = _STYLES.split(text)
    return "".join(part if at % 2 else lines(part) for at, part in enumerate(parts))


def as_json(text: str) -> str:
    """Return a JSON document that says the same, and in which nothing commands a terminal."""
    return "\n".join(_ANY.sub(_in_json, line) for line in text.split("\n"))


def _tabbed(line: str) -> str:
    return "\t".join(map(one_line, line.split("\t")))


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    return _SHORT.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def _in_json(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
