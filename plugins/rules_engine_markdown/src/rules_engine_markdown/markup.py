"""A paper as Markdown (CommonMark with tables), in which no text is read as markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules_engine.api import papers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&!])")
AT_FIRST = re.compile(r"^(\s*)(?:([-+=:>])|(\d+)([.)])(?=\s|$))", re.MULTILINE)
"""What makes a list, a quote or a rule of a line that begins with it."""
LINK = re.compile(r"(https?|ftp|www)(://|\.)", re.IGNORECASE)
"""What many programs make a link of, also without brackets."""
ALIGN = {"left": ":---", "center": ":---:", "right": "---:"}


def escaped(text: str) -> str:
    """Return a text on one line that is shown as it is."""
    plain = " ".join(text.split())
    plain = SPECIAL.sub(r"\\\1", plain)
    plain = LINK.sub(r"\1\\\2", plain)
    return AT_FIRST.sub(
        lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", plain
    )  # fmt: skip


def markdown(paper: papers.Paper) -> str:
    """Return a paper, its blocks parted by empty lines."""
    return "\n\n".join(_parts(paper)) + "\n"


def _parts(paper: papers.Paper) -> Iterator[str]:
    yield f"# {escaped(paper.title.replace(chr(10), ''))}"
    if paper.subtitle:
        yield f"**{escaped(paper.subtitle)}**"
    yield escaped(paper.addressee)
    yield from map(_block, paper.blocks)
    if paper.annex_notes:
        yield "  \n".join(map(escaped, paper.annex_notes))
    yield f"{escaped(paper.signature.office)}  \n{escaped(paper.signature.day)}"
    for annex in paper.annexes:
        yield f"## {escaped(annex.label)} {escaped(annex.title)}"
        yield from map(_block, annex.blocks)


def _block(block: papers.Block) -> str:
    if isinstance(block, papers.Heading):
        return f"{'#' * (block.level + 1)} {escaped(block.text)}"
    if isinstance(block, papers.Paragraph):
        return escaped(block.text)
    head = [_row([column.heading for column in block.columns])]
    head.append("| " + " | ".join(ALIGN[column.align] for column in block.columns) + " |")
    return "\n".join([*head, *(_row(row, len(block.columns)) for row in block.rows)])


def _row(cells: Sequence[str], width: int = 0) -> str:
    """Return a row; a cell over all columns is bold, as Markdown cannot join cells."""
    shown = ["<br>".join(map(escaped, cell.split("\n"))) for cell in cells]
    if len(shown) < width:
        shown = [f"**{shown[0]}**", *[""] * (width - 1)]
    return f"| {' | '.join(shown)} |"
