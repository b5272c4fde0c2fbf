"""Looks at a large file column by column, and takes on trust what its plan proves.

A table that refers to villages is looked through once more by the plan, which counts its records
village by village. So it is not looked up here that each of them refers to a village: the plan
must count as many records as there are. A value that does not stand among the villages, be it
blank, misspelt or somebody's number, would be missing from the sum.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules_engine.ingest.binding import declared
from rules_engine.ingest.column_statistics import ColumnStatistics, column_statistics_of
from rules_engine.ingest.staging import naming_table
from rules_engine.model.table import MAX_TEXT

if TYPE_CHECKING:
    from rules_engine.ingest.staging import Staged
    from rules_engine.model.dataset import ControlTotal
    from rules_engine.model.table import TableSchema


def glanced(staged: Staged, schema: TableSchema | None, total: ControlTotal | None) -> Staged:
    """Return a table with the statistics of its texts, if it is a large file.

    Args:
        staged: the table.
        schema: its declared shape.
        total: what the plan will prove of it; nothing is taken on trust without.

    Raises:
        DatasetError: the file cannot be read.
    """
    if staged.few or not staged.in_place:
        return staged
    longest = {c: most for c, (_, most) in staged.lengths.items() if most <= MAX_TEXT}
    strings = [f.column for f in staged.fields if f.arrow_type == "string"]
    texts = {column: longest[column] for column in strings if column in longest}
    owner = _owner(staged, schema, total) if total else None
    trusted = _usual(staged, owner) if owner else None
    with naming_table(staged.source):
        plain_values = {c: most for c, most in texts.items() if not trusted or c != owner}
        seen = column_statistics_of(staged.path, plain_values)
    if owner and trusted:
        return replace(staged, glances={**seen, owner: trusted}, trusted=total)
    return replace(staged, glances=seen)


def _owner(staged: Staged, schema: TableSchema | None, total: ControlTotal) -> str | None:
    """Return the column that can be taken on trust: the file says that all is in the cut."""
    named = {c.name: f for f in staged.fields if (c := declared(schema, f.name))}
    owner, day = named.get(total.column), named.get(total.period or "")
    if owner is None or owner.arrow_type != "string":
        return None
    text = staged.extents.get(owner.column)
    if text is None or text.missing:
        return None
    if total.period:
        text = staged.extents.get(day.column) if day else None
        if text is None or text.missing or not text.between(total.first, total.last):
            return None
    return owner.column


def _usual(staged: Staged, column: str) -> ColumnStatistics | None:
    """Return how long the values are, which is known; nothing if one is not usual."""
    least, most = staged.lengths.get(column, (0, 0))
    return ColumnStatistics(full=True, longest=most) if 0 < least and most <= MAX_TEXT else None
