"""Names and texts as they stand in the text of a statement, for every engine."""

from __future__ import annotations


def quoted(name: str) -> str:
    """Return a name in the quotes of SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text in the quotes of SQL."""
    return "'" + text.replace("'", "''") + "'"
