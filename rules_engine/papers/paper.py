"""A paper as frozen values: what stands in it, without how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from rules_engine.messages import tr
from rules_engine.model.escaping import columns_of

SEAL = 4
"""The day stands this many characters from the right edge, the office centred above it."""


def text_width(text: str) -> float:
    """Return how wide a text is, in full-width characters."""
    return columns_of(text) / 2


@dataclass(frozen=True)
class Heading:
    """A numbered heading; level 1 is a section, level 2 a part of one."""

    text: str
    level: Literal[1, 2] = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the body."""

    text: str


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, its width in relation to the others, its side."""

    heading: str
    width: int
    align: Literal["left", "center", "right"] = "left"


@dataclass(frozen=True)
class Table:
    """A table whose headings stand on every page.

    Attributes:
        rows: a cell for each column, with line breaks; a row of one cell goes over all columns.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


Block: TypeAlias = Heading | Paragraph | Table


@dataclass(frozen=True)
class Annex:
    """What begins on a page of its own behind the signature; its label is like 附件1."""

    label: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Signature:
    """Who signs, and on which day, in words."""

    office: str
    day: str

    def indents(self) -> tuple[float, float]:
        """Return how far office and day stand from the right, in characters, as for a seal."""
        wider = (text_width(self.office) - text_width(self.day)) / 2
        return max(SEAL - wider, 0), SEAL + max(wider - SEAL, 0)


@dataclass(frozen=True)
class Paper:
    """A whole paper.

    Attributes:
        name: the name of its file, without folder and ending.
        mark: what every page must bear, such as 草稿; empty when the run is published.
        addressee: whom it is sent to, with the colon behind it.
        annex_notes: the lines between body and signature that name the annexes.
    """

    name: str
    title: str
    mark: str
    addressee: str
    blocks: tuple[Block, ...]
    signature: Signature
    annexes: tuple[Annex, ...] = ()
    annex_notes: tuple[str, ...] = ()

    @property
    def subtitle(self) -> str:
        """Return the line below the title: the mark, if there is one."""
        return tr("({mark})", mark=self.mark) if self.mark else ""
