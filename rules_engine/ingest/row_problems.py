"""What can be wrong within a row: each problem is a predicate that is counted before all else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.ingest import parsing, sql
from rules_engine.messages import Message, listed, msg
from rules_engine.model.table import MAX_TEXT

if TYPE_CHECKING:
    from rules_engine.ingest.binding import Bound
    from rules_engine.model.table import Column, TableSchema

_UNREADABLE: dict[str, tuple[str, Message]] = {
    "integer": ("not-a-number", msg("is not a whole number")),
    "decimal": ("not-a-number", msg("is not a number")),
    "boolean": ("not-a-boolean", msg("is neither yes (是) nor no (否)")),
}


@dataclass(frozen=True)
class Problem:
    """One kind of fault in one column: the rows that have it, and how it is said."""

    code: str
    column: Column
    predicate: str
    reason: Message


def typed_view(bound: Bound, *, skip_empty: bool = False) -> str:
    """Return the query that gives a table's rows: number, raw, cleaned and typed columns."""
    inner = [f"file_row_number + {bound.staged.source.first_row} AS {sql.ROW}"]
    outer = ["*"]
    for column in bound.schema.columns:
        field = bound.fields.get(column.name)
        if field is None or field.kind == "empty":
            inner.append(f"CAST(NULL AS VARCHAR) AS {raw(column)}")
            inner.append(f"CAST(NULL AS VARCHAR) AS {clean(column)}")
            value = f"CAST(NULL AS {parsing.SQL_TYPES[column.type]})"
        else:
            delivered = sql.name(field.column)
            inner.append(f"CAST({delivered} AS VARCHAR) AS {raw(column)}")
            taken = bound.is_clean(column)
            cleaned = delivered if taken else parsing.cleaned(delivered, field.kind)
            usual = parsing.YES + parsing.NO if column.type == "boolean" else column.values
            if usual and field.kind == "text" and not taken:
                known = f"{delivered} IN {sql.texts(usual)}"
                cleaned = f"CASE WHEN {known} THEN {delivered} ELSE {cleaned} END"
            inner.append(f"{cleaned} AS {clean(column)}")
            serials = bound.staged.source.serials_from
            value = parsing.typed(clean(column), field.kind, column.type, serials, column.day_means)
        outer.append(f"{value} AS {sql.name(column.name)}")
    rows = f"SELECT {', '.join(inner)} FROM {sql.parquet(bound.staged.path)}"
    kept = f" WHERE NOT ({empty_row(bound)})" if skip_empty else ""
    return f"SELECT {', '.join(outer)} FROM ({rows}){kept}"


def without_rows(bound: Bound) -> str:
    """Return the query of a table without rows: reading what is not there takes long to plan."""
    columns = [f"CAST(NULL AS BIGINT) AS {sql.ROW}"]
    for column in bound.schema.columns:
        columns.append(f"CAST(NULL AS {parsing.SQL_TYPES[column.type]}) AS {sql.name(column.name)}")
    return f"SELECT {', '.join(columns)} WHERE false"


def natively_typed(bound: Bound) -> bool:
    """Return whether every column is delivered in the type that it is declared as."""
    return all(
        bound.fields[c.name].kind == c.type for c in bound.schema.columns if c.name in bound.fields
    )


def plain_view(bound: Bound) -> str:
    """Return the query that gives rows which need no cleaning, as they were delivered."""
    columns = [f"file_row_number + {bound.staged.source.first_row} AS {sql.ROW}"]
    for column in bound.schema.columns:
        field = bound.fields.get(column.name)
        delivered = sql.name(field.column) if field else "NULL"
        # A smaller or wider type of the same kind is stored as the declared one, like any other.
        value = f"CAST({delivered} AS {parsing.SQL_TYPES[column.type]})"
        columns += [
            f"CAST({value} AS VARCHAR) AS {raw(column)}",
            f"{value} AS {clean(column)}",
            f"{value} AS {sql.name(column.name)}",
        ]
    return f"SELECT {', '.join(columns)} FROM {sql.parquet(bound.staged.path)}"


def empty_row(bound: Bound) -> str:
    """Return the predicate of a row in which nothing is written."""
    columns = [c for c in bound.schema.columns if c.name in bound.fields]
    return " AND ".join(f"{clean(c)} IS NULL" for c in columns) or "false"


def raw(column: Column) -> str:
    """Return the name (quoted) under which the value can be shown as it was delivered."""
    return sql.name(f"raw:{column.name}")


def clean(column: Column) -> str:
    """Return the name (quoted) of the value without blanks around it, not yet typed."""
    return sql.name(f"clean:{column.name}")


def untrimmed(bound: Bound) -> str:
    """Return the predicate of a row whose text differs from what would be stored."""
    columns = [c for c in bound.schema.columns if not bound.is_clean(c)]
    texts = [c for c in columns if c.type == "text" and c.name in bound.fields]
    return sql.any_of([f"{raw(c)} IS DISTINCT FROM {clean(c)}" for c in texts])


def problems_of(bound: Bound) -> list[Problem]:
    """Return all that can be wrong within a row of the table."""
    results: list[Problem] = []
    for column in bound.schema.columns:
        results += _column_problems(bound, column)
    return results + _range_problems(bound) + _order_problems(bound.schema)


def _column_problems(bound: Bound, column: Column) -> list[Problem]:
    field = bound.fields.get(column.name)
    if field is None:
        return []
    value = sql.name(column.name)
    results = []
    taken = bound.is_clean(column)
    if (column.required or column.name == bound.schema.key) and bound.missing(column) != 0:
        reason = msg("the value is missing")
        results.append(Problem("missing-value", column, f"{clean(column)} IS NULL", reason))
    if field.kind == "empty":
        return results
    if column.type != "text" and not bound.is_readable(column):
        results += _unreadable(column, field.kind)
    if column.values and not taken:
        allowed = listed(column.values)
        outside = f"CAST({value} AS VARCHAR) NOT IN {sql.texts(column.values)}"
        reason = msg("is none of: {values}", values=allowed)
        results.append(Problem("not-in-values", column, outside, reason))
    elif column.type == "text" and not column.values and not taken:
        long = f"CASE WHEN strlen({value}) > {MAX_TEXT} THEN length({value}) > {MAX_TEXT} END"
        reason = msg("is longer than {most} characters", most=MAX_TEXT)
        results.append(Problem("too-long", column, long, reason))
    return results


def _unreadable(column: Column, kind: str) -> list[Problem]:
    lost = f"{clean(column)} IS NOT NULL AND {sql.name(column.name)} IS NULL"
    if column.type in _UNREADABLE:
        code, reason = _UNREADABLE[column.type]
        if column.type == "boolean" or kind != "text":
            return [Problem(code, column, lost, reason)]
        split = parsing.has_thousands(clean(column))
        long = parsing.has_too_many_digits(clean(column))
        separated = msg("is written with thousands separators")
        too_large = msg("has more digits than a figure can have")
        return [
            Problem(code, column, f"{lost} AND {split}", separated),
            Problem(code, column, f"{lost} AND {long}", too_large),
            Problem(code, column, f"{lost} AND NOT {split} AND NOT {long}", reason),
        ]
    impossible = Problem(
        "impossible-date", column, lost, msg("is no day or time between 1900 and 2200")
    )
    if kind != "text":
        return [impossible]
    shaped = parsing.is_date_like(clean(column))
    other = Problem(
        "not-a-date", column, f"{lost} AND NOT {shaped}", msg("is not a date such as 2025-03-05")
    )
    return [Problem("impossible-date", column, f"{lost} AND {shaped}", impossible.reason), other]


def _range_problems(bound: Bound) -> list[Problem]:
    """Return numbers that lie outside what the column, or a line that counts them, allows."""
    results = []
    for column in bound.schema.columns:
        current = bound.fields.get(column.name)
        if current is None or current.kind == "empty":
            continue
        value = sql.name(column.name)
        if column.least is not None:
            reason = msg("is less than {least}", least=f"{column.least:f}")
            predicate = f"{value} < {column.least:f}"
            results.append(Problem("out-of-range", column, predicate, reason))
        if column.most is not None:
            reason = msg("is more than {most}", most=f"{column.most:f}")
            results.append(Problem("out-of-range", column, f"{value} > {column.most:f}", reason))
    for item in bound.schema.ranges:
        counted, by = (bound.schema.column(name) for name in (item.column, item.by))
        if counted is None or counted.name not in bound.fields:
            continue
        outside = f"{sql.name(counted.name)} NOT BETWEEN {item.least:f} AND {item.most:f}"
        if by is not None:
            outside = f"{sql.name(by.name)} = {sql.text(item.value)} AND {outside}"
        ends = {"least": f"{item.least:f}", "most": f"{item.most:f}"}
        reason = msg("does not lie between {least} and {most}", **ends)
        results.append(Problem("out-of-range", counted, outside, reason))
    return results


def _order_problems(schema: TableSchema) -> list[Problem]:
    results = []
    for order in schema.orders:
        earlier, later = schema.column(order.earlier), schema.column(order.later)
        if earlier is None or later is None:
            continue
        wrong = f"{sql.name(later.name)} < {sql.name(earlier.name)}"
        reason = msg("lies before “{earlier}”", earlier=earlier.label)
        results.append(Problem("dates-out-of-order", later, wrong, reason))
    return results
