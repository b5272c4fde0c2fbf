"""Takes a few rows of text into memory, where each value is written in the plainest way.

What a scenario writes down is a handful of rows. They need neither a file nor a query: their
values are read here. As soon as anything would be told of them (a value is missing or wrong, a key
stands twice, digits may be a person's) or is spelt in a way that only :mod:`parsing` knows, nothing
is taken, and the rows go the way of every delivery. So findings are made in one place.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from rules_engine.dataset.person_numbers import may_hold_a_number
from rules_engine.ingest.ingest import no_rows
from rules_engine.ingest.parsing import NO, USUAL_DAY, USUAL_TIME, YES
from rules_engine.model.dataset import Dataset, TableData
from rules_engine.model.naming import plain_text
from rules_engine.model.table import MAX_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa

    from rules_engine.errors import Finding
    from rules_engine.model.plugin import SourceTable
    from rules_engine.model.table import Column, ColumnType, TableSchema

Rows: TypeAlias = "Sequence[Mapping[str, str | None]]"
"""Rows of a table with exactly the columns of its schema; nothing written is ``None``."""
Typed: TypeAlias = "dict[str, list[Any]]"
"""The values of a table by its columns."""

_DAY, _MOMENT = re.compile(USUAL_DAY), re.compile(f"{USUAL_DAY} {USUAL_TIME}")
_INTEGER = re.compile("0|-?[1-9][0-9]{0,14}")
_DECIMAL = re.compile("-?[0-9]{1,12}(?:[.][0-9]{1,4})?")
_LAST_SECOND = time(23, 59, 59)


class _NotPlainError(Exception):
    """Something about the rows has to be looked at as in any delivery."""


def typed_rows(
    delivered: Sequence[tuple[SourceTable, Rows]],
    schemas: Mapping[str, TableSchema],
    optional: frozenset[str],
) -> Dataset | None:
    """Return the rows as a dataset in memory, or nothing where intake has to look at them.

    Args:
        delivered: the tables, each under the label of its schema, and their rows.
        schemas: the tables that the ruleset reads, by ASCII name.
        optional: names of those that may be missing.
    """
    by_label = {schema.label: schema for schema in schemas.values()}
    values: dict[str, Typed] = {}
    findings: list[Finding] = []
    try:
        for source, rows in delivered:
            schema = by_label.get(source.name)
            if schema is None or (schema.name == "villages" and not rows):
                return None
            values[schema.name] = _values(schema, rows)
            findings += no_rows(schema, len(rows), source.place())
        for name in values:
            _check_references(schemas[name], values, schemas)
    except (_NotPlainError, ValueError):
        return None
    missing = frozenset(schemas) - set(values)
    if missing - optional:
        return None
    tables = {name: _stored(schemas[name], typed) for name, typed in values.items()}
    return Dataset(tables, missing, (), tuple(findings), "")


def _values(schema: TableSchema, rows: Rows) -> Typed:
    """Return the values of a table in the order of its key."""
    _expect(not any(map(may_hold_a_number, (schema.label, *(c.name for c in schema.columns)))))
    typed = {c.name: [_value(c, row[c.name]) for row in rows] for c in schema.columns}
    key = typed[schema.key]
    _expect(None not in key and len(set(key)) == len(key))
    for column in schema.columns:
        _expect(not column.required or None not in typed[column.name])
        if column.type == "timestamp":
            _check_moments(column, [row[column.name] for row in rows])
    for order in schema.orders:
        pairs = zip(typed.get(order.earlier, ()), typed.get(order.later, ()), strict=False)
        _expect(all(a is None or b is None or _moment(a) <= _moment(b) for a, b in pairs))
    for item in schema.ranges:
        kinds = typed[item.by] if item.by else [item.value] * len(rows)
        counted = zip(typed[item.column], kinds, strict=True)
        _expect(all(n is None or k != item.value or item.least <= n <= item.most
                    for n, k in counted))  # fmt: skip
    places = sorted(range(len(rows)), key=key.__getitem__)
    return {name: [value[place] for place in places] for name, value in typed.items()}


def _value(column: Column, text: str | None) -> Any:  # noqa: ANN401 - as the column is typed
    if text is None:
        return None
    _expect(plain_text(text) == text != "" and not may_hold_a_number(text))
    value = _READ[column.type](text)
    if column.type == "timestamp" and column.day_means == "end" and len(text) == len("2025-01-31"):
        value = datetime.combine(value, _LAST_SECOND)
    _expect(not column.values or text in column.values)
    _expect(column.least is None or value >= column.least)
    _expect(column.most is None or value <= column.most)
    return value


def _text(text: str) -> str:
    _expect(len(text) <= MAX_TEXT)
    return text


def _integer(text: str) -> int:
    _expect(_INTEGER.fullmatch(text) is not None)
    return int(text)


def _decimal(text: str) -> Decimal:
    _expect(_DECIMAL.fullmatch(text) is not None)
    return Decimal(text)


def _boolean(text: str) -> bool:
    _expect(text in YES or text in NO)
    return text in YES


def _date(text: str) -> date:
    _expect(_DAY.fullmatch(text) is not None)
    return date.fromisoformat(text)


def _timestamp(text: str) -> datetime:
    _expect(_MOMENT.fullmatch(text) is not None or _DAY.fullmatch(text) is not None)
    return datetime.fromisoformat(text)


_READ: Mapping[ColumnType, Callable[[str], Any]] = {
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
}


def _moment(value: date | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time())


def _check_moments(column: Column, texts: Sequence[str | None]) -> None:
    """Refuse points in time of which it is worth telling how they are read."""
    days = {":" not in text for text in texts if text is not None}
    _expect(len(days) < 2)
    if column.day_means == "end":
        _expect(not any(text.endswith((" 00:00", " 00:00:00")) for text in texts if text))


def _check_references(
    schema: TableSchema, values: Mapping[str, Typed], schemas: Mapping[str, TableSchema]
) -> None:
    """Refuse rows that refer to none of another table."""
    for column in schema.columns:
        target = schemas.get(column.refers or "")
        if target is None or target.name not in values:
            continue
        _expect(column.type == target.columns[0].type)
        _expect(
            {*values[schema.name][column.name], None} <= {*values[target.name][target.key], None}
        )


def _stored(schema: TableSchema, typed: Typed) -> TableData:
    import pyarrow as pa

    arrays = {c.name: pa.array(typed[c.name], _arrow_type(c.type)) for c in schema.columns}
    nulls = frozenset(name for name, value in typed.items() if None in value)
    rows = pa.table(arrays)
    return TableData(schema, Path(), rows.num_rows, nulls, in_memory=rows)


def _arrow_type(kind: ColumnType) -> pa.DataType:
    import pyarrow as pa

    return {
        "text": pa.string(), "integer": pa.int64(), "decimal": pa.decimal128(18, 4),
        "boolean": pa.bool_(), "date": pa.date32(), "timestamp": pa.timestamp("us"),
    }[kind]  # fmt: skip


def _expect(holds: bool) -> None:
    if not holds:
        raise _NotPlainError
