"""What a workbook carries unseen: the files as they were, and the key of every cell.

A cell is found again by the numbers in the hidden first row and column of its sheet, wherever
rows or columns have gone meanwhile.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

CARRIED, CHOICES = "_carried", "_choices"
"""The hidden sheets: what comes back as it is, and what drop-downs offer."""
TEXT, CELL = "text", "cell"
PIECE = 4_000
"""Characters of a text in one cell: each may be written as six, and a cell holds 32,767."""

Address = tuple[str, int, int]
"""A sheet, and the numbers of row and column on it."""


def pack(texts: Mapping[str, str], keys: Mapping[str, Address]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the hidden sheet; as JSON no program changes a blank or a line's end."""
    for name, text in texts.items():
        for start in range(0, max(len(text), 1), PIECE):
            yield TEXT, name, json.dumps(text[start : start + PIECE], ensure_ascii=False)
    for key, (sheet, row, column) in keys.items():
        yield CELL, key, json.dumps([sheet, row, column], ensure_ascii=False)


def unpack(rows: Iterable[Sequence[object]]) -> tuple[dict[str, str], dict[str, Address]]:
    """Return what :func:`pack` was given.

    Raises:
        ValueError: a row says something else.
    """
    texts: dict[str, str] = {}
    keys: dict[str, Address] = {}
    for kind, name, value in (row[:3] for row in rows):
        said = json.loads(str(value))
        if kind == TEXT:
            texts[str(name)] = texts.get(str(name), "") + said
        elif kind == CELL:
            sheet, row, column = said
            keys[str(name)] = (sheet, row, column)
        else:
            raise ValueError(kind)
    return texts, keys
