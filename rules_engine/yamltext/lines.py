"""Lines on their way to a file, and how rows of like items and comments are aligned."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from rules_engine.model.escaping import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WIDTH = 120
"""Columns of a line; a Chinese character takes two."""
FARTHEST = 24
"""More columns than this are not left empty for the sake of alignment."""


@dataclass
class Line:
    """A line.

    Attributes:
        indent: how far it is indented.
        text: what it says; empty for an empty line.
        comment: what stands at its end.
        cells: the same as a row, when it is an item in brackets: what stands before the bracket,
            then a key and its value at a time. Rows below each other are aligned.
        names: the keys of the cells behind the first.
    """

    indent: int
    text: str
    comment: str = ""
    cells: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def aligned(lines: list[Line]) -> Iterator[str]:
    """Return the lines as texts."""
    for is_row, run in groupby(lines, key=lambda line: (bool(line.cells), line.indent)):
        if is_row[0]:
            _align_rows(list(run))
    for has_comment, group in groupby(lines, key=lambda line: (bool(line.comment), line.indent)):
        rows = list(group)
        texts = [" " * line.indent + line.text for line in rows]
        if not has_comment[0]:
            yield from texts
            continue
        at = _column(texts)
        for text, line in zip(texts, rows, strict=True):
            yield f"{_padded(text, at)}  {line.comment}"


def _align_rows(rows: list[Line]) -> None:
    """Let the cells of rows begin in the same columns, as far as their keys are the same."""
    room = WIDTH - rows[0].indent
    texts = [row.cells[0] for row in rows]
    align = True
    for number in range(1, max(len(row.cells) for row in rows)):
        going = [n for n, row in enumerate(rows) if len(row.cells) > number]
        align = align and len({rows[n].names[: number - 1] for n in going}) == 1
        at = _column(texts[n] for n in going) if align else 0
        rests = [1 + columns_of(" ".join(rows[n].cells[number:])) for n in going]
        align = align and at > 0 and at + max(rests) <= room
        for n in going:
            texts[n] = f"{_padded(texts[n], at if align else 0)} {rows[n].cells[number]}"
    for row, text in zip(rows, texts, strict=True):
        row.text = text


def _column(texts: Iterable[str]) -> int:
    """Return where the columns behind some texts begin; 0: they are too unlike for one."""
    widths = [columns_of(text) for text in texts]
    return max(widths) if max(widths) - min(widths) <= FARTHEST else 0


def _padded(text: str, to: int) -> str:
    return text + " " * max(0, to - columns_of(text))
