"""Finds the row with the headings of a table, by the names that it should hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.api import normal, plain_text
from rules_engine_excel.cells import letters, text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from rules_engine.api import TableSchema

LONGEST = 24
"""Names of columns are shorter than that."""
_DIGIT = re.compile(r"[0-9０-９]")
WITHIN = 30
"""Headings are looked for in so many rows; above them stand titles and notes."""


@dataclass(frozen=True)
class Heading:
    """The rows of a heading, counted from 0, and the name of each column."""

    first: int
    last: int
    names: tuple[str, ...]

    def known(self, names: Collection[str]) -> int:
        """Return how many different names among ``names`` (in normal form) it holds."""
        return len({normal(n) for n in self.names} & set(names))


def find_heading(rows: Sequence[Sequence[object]], names: Collection[str]) -> Heading:
    """Return the heading with the most of the names, else the one that looks most like one.

    A heading of two rows, in which a name spans both or stands below one for several columns,
    is taken when it holds more of the names than any row by itself.

    Args:
        rows: the first rows of the sheet; not none.
        names: the names in their normal form.
    """
    single = [heading(rows, i, i) for i in range(len(rows))]
    pairs = [heading(rows, i, i + 1) for i in range(len(rows) - 1)]
    for worth in (lambda h: h.known(names), _likeness):
        best, widest = (max(some, key=worth, default=None) for some in (single, pairs))
        if best and widest and worth(widest) > worth(best):
            return widest
        if best and worth(best):
            return best
    return single[0]


def heading(rows: Sequence[Sequence[object]], first: int, last: int) -> Heading:
    """Return the heading that stands in the given rows, counted from 0."""
    names = [_name(values) for values in zip(*rows[first : last + 1], strict=True)]
    above = _groups(rows[first]) if last > first else [""] * len(names)
    # Two columns of one name, below the names of two groups.
    called = (
        f"{group}.{name}" if group and group != name and names.count(name) > 1 else name
        for name, group in zip(names, above, strict=True)
    )
    return Heading(first, last, tuple(called))


def named(heading: Heading, start: int) -> tuple[str, ...]:
    """Return the names of the columns; one without a name is called by its letters.

    Args:
        heading: the heading.
        start: number of the sheet's first column that holds anything, from 0.
    """
    return tuple(n or f"({letters(start + i)})" for i, n in enumerate(heading.names))


def recognised(headings: Mapping[str, Heading], schemas: Mapping[str, TableSchema]) -> str | None:
    """Return the table that a sheet holds by its headings, if exactly one fits best.

    Args:
        headings: for each table, the heading found with its names.
        schemas: the tables.
    """
    counts = {n: h.known(names_of(schemas[n])) for n, h in headings.items() if _fits(h, schemas[n])}
    most = max(counts.values(), default=0)
    best = [name for name, count in counts.items() if count == most]
    return best[0] if most > 1 and len(best) == 1 else None


def names_of(schema: TableSchema) -> set[str]:
    """Return the names and labels of a table's columns in their normal form."""
    return {normal(name) for column in schema.columns for name in (column.name, column.label)}


def _fits(heading: Heading, schema: TableSchema) -> bool:
    """Return whether a heading has all columns without which the table is none."""
    there = {normal(name) for name in heading.names}
    needed = [c for c in schema.columns if c.required or c.name == schema.key]
    return all({normal(c.name), normal(c.label)} & there for c in needed)


def _name(values: Sequence[object]) -> str:
    """Return the name of a column: the lowest text in its heading, on one line."""
    texts = [text for value in values if (text := plain_text(text_of(value) or ""))]
    words = texts[-1].split() if texts else []
    # Blanks and line ends within Chinese only spread a word over its cell.
    return " ".join(words) if "".join(words).isascii() else "".join(words)


def _groups(row: Sequence[object]) -> list[str]:
    """Return for each column what stands above it: a group's name is in its first column only."""
    results, last = [], ""
    for value in row:
        last = _name([value]) or last
        results.append(last)
    return results


def _likeness(heading: Heading) -> int:
    """Return how much rows look like a heading: they hold many different names, without digits."""
    return len({n for n in heading.names if n and len(n) <= LONGEST and not _DIGIT.search(n)})
