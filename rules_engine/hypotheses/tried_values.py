"""Which other values a column of a record is tried with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.model.sql_text import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules_engine.compiler.trying import Counting
    from rules_engine.model.plugin import EngineSession
    from rules_engine.model.table import Column, TableSchema

MOST_VALUES = 12
"""A column with more values than this holds free text: it is tried empty and filled in."""
DAYS = ("date", "timestamp")


def fields_tried(
    session: EngineSession, countings: Sequence[Counting], records: str
) -> Iterator[tuple[Column, str, int]]:
    """Yield the columns that are tried with other values, a list of these as SQL, how many.

    The list is worked out for each record: what the record holds itself is among it.

    Args:
        session: where the records are.
        countings: what is counted of the table.
        records: the name under which the records are readable.
    """
    table = countings[0].table
    used = {column.name: column for counting in countings for column in counting.used()}
    needed = frozenset().union(*(counting.must_be_known() for counting in countings))
    owners = {f"{counting.kind}_id" for counting in countings if counting.direct}
    for name, column in used.items():
        if name in owners or name in (table.key, table.period):
            continue
        values = list(_values(session, table, column, records))
        if not column.required and (column.event or name not in needed):
            values.append("NULL")
        if values:
            given = ", ".join(f"CAST({v} AS {_type(column)})" for v in values)
            yield column, f"[{given}]", len(values)


def in_order(table: TableSchema) -> str:
    """Return the condition that the days of a record come in order, as intake asks for it."""
    pairs = (f"coalesce({quoted(o.earlier)} <= {quoted(o.later)}, true)" for o in table.orders)
    return " AND ".join(pairs) or "true"


def _values(
    session: EngineSession, table: TableSchema, column: Column, records: str
) -> Iterator[str]:
    name = quoted(column.name)
    if column.type == "boolean":
        yield from ("true", "false")
    elif column.type in DAYS:
        for other in table.columns:
            if other.type in DAYS and other.name != column.name:
                yield f"coalesce({quoted(other.name)}, {name})"
                yield f"coalesce({quoted(other.name)} + INTERVAL 1 DAY, {name})"
    elif column.values and len(column.values) <= MOST_VALUES:
        yield from map(literal, column.values)
    else:
        held = session.query(
            f"SELECT min({name})::VARCHAR AS low, max({name})::VARCHAR AS high, "
            f"count(DISTINCT {name}) AS n FROM {records}"
        ).to_pylist()[0]
        if held["low"] is None:
            return
        if column.type != "text":
            yield from dict.fromkeys((held["low"], held["high"]))
        elif held["n"] <= MOST_VALUES and not column.refers:
            found = session.query(f"SELECT DISTINCT {name} AS v FROM {records} ORDER BY 1")
            yield from (literal(v) for v in found.column(0).to_pylist() if v is not None)
        else:
            yield f"coalesce({name}, {literal(held['low'])})"


def _type(column: Column) -> str:
    types = {
        "boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP", "integer": "BIGINT",
        "decimal": "DECIMAL(18, 4)", "text": "VARCHAR",
    }  # fmt: skip
    return types[column.type]
