"""Tables that set runs or rules against each other, worded, as reporters write them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from decimal import Decimal

Cell: TypeAlias = "str | int | Decimal"


@dataclass(frozen=True)
class ComparisonTable:
    """A table with its title and its headings."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class ComparedRun:
    """What is said of one run.

    Attributes:
        title: the run, its edition and its days.
        notes: what must be known to read the tables.
        scores: of everybody who is assessed the name, the old and the new score, best first.
    """

    title: str
    notes: tuple[str, ...]
    tables: tuple[ComparisonTable, ...]
    scores: tuple[tuple[str, Decimal, Decimal], ...] = ()


@dataclass(frozen=True)
class Comparison:
    """What is written into one file; all texts are printable.

    Attributes:
        language: in which it is worded.
    """

    title: str
    language: str
    runs: tuple[ComparedRun, ...]
