"""The page of the standard tables, from their schemas and the samples of the rulesets."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.dataset.schema import STANDARD_TABLES

if TYPE_CHECKING:
    from rules_engine.model.table import Column, TableSchema

SAMPLES = Path(__file__).parents[1] / "rulesets"
EXAMPLES = {
    "text": "—",
    "integer": "3",
    "decimal": "88.5",
    "boolean": "是",
    "date": "2025-03-05",
    "timestamp": "2025-03-05 17:30",
}
"""What a column of each type may hold, where no sample fills it."""

WITHOUT = {
    ("assignments", "case_id"): "the whole village",
    ("assignments", "from_on"): "from the first day",
    ("assignments", "to_on"): "to the last day",
}
"""What an empty cell means where its column has a meaning of its own for that."""

DAYS = {"end": "to its end", "start": "from its start"}

INTRODUCTION = """\
What `tables:` of a ruleset can name without declaring it. A delivery may use the names or the
Chinese labels; a ruleset may add columns and tables, and reads only what it names. How values may
be written: [records](../data.md#how-values-may-be-written).

**Empty cells**: *refused*: the row is quarantined. *not yet*: what the column tells of has not
happened, which is a fact like any other. *unknown*: nobody knows; what depends on it is not
assessable and earns or costs nothing.

**Days without a time** in a column of times are read as it says: *to its end* is the last
second of that day, as a deadline is meant, and *from its start* the first. A column that has both
days and times is told by a warning."""


def tables() -> list[str]:
    """Return what the page says, and each table with its columns and a row of a sample."""
    return [INTRODUCTION, *map(_table, STANDARD_TABLES.values())]


def _table(table: TableSchema) -> str:
    example = _example(table)
    rows = [
        f"## {table.name} {table.label}",
        "",
        _about(table),
        "",
        "| name | label | type | values | empty | example |",
        "|---|---|---|---|---|---|",
    ]
    for column in table.columns:
        cells = [f"`{column.name}`", column.label, column.type, _values(column)]
        cells.append(WITHOUT.get((table.name, column.name)) or _empty(column))
        rows.append(f"| {' | '.join([*cells, example[column.name]])} |")
    return "\n".join(rows)


def _about(table: TableSchema) -> str:
    parts = [f"Key: `{table.key}`."]
    if table.period:
        parts.append(f"A row belongs to the period in which `{table.period}` lies.")
    if table.orders:
        pairs = ", ".join(f"`{o.earlier}` ≤ `{o.later}`" for o in table.orders)
        parts.append(f"Days must come in order: {pairs}.")
    return " ".join(parts)


def _values(column: Column) -> str:
    if column.refers:
        return (
            f"a key of [{column.refers}](#{column.refers}-{STANDARD_TABLES[column.refers].label})"
        )
    if column.type == "timestamp":
        return f"any; a day: {DAYS[column.day_means]}"
    return "、".join(column.values) or {"boolean": "是、否"}.get(column.type, "any")


def _empty(column: Column) -> str:
    if column.required:
        return "refused"
    return "not yet" if column.event else "unknown"


def _example(table: TableSchema) -> dict[str, str]:
    """Return for each column the value of the fullest sample row, or one of its type."""
    rows = (row for file in sorted(SAMPLES.glob("*/sample/*.csv")) for row in _rows(file, table))
    best = max(rows, key=lambda row: sum(1 for value in row.values() if value), default={})
    return {
        c.name: best.get(c.name) or (c.values[0] if c.values else EXAMPLES[c.type])
        for c in table.columns
    }


def _rows(file: Path, table: TableSchema) -> list[dict[str, str]]:
    """Return the rows of a sample of that table, by the names of its columns."""
    if file.stem not in (table.name, table.label):
        return []
    with file.open(encoding="utf-8-sig", newline="") as lines:
        named = {heading: table.column(heading) for heading in next(csv.reader(lines))}
        lines.seek(0)
        return [
            {named[k].name: v for k, v in row.items() if named.get(k)}
            for row in csv.DictReader(lines)
        ]
