"""A few records for any ruleset, typed as intake would leave them."""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from rules_engine.model.dataset import Dataset, TableData

TYPES = {
    "text": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(18, 4),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}


def records(ruleset, folder, rows=4, seed=0):
    """Write some rows for each table of a ruleset, and return them as a dataset."""
    dice = random.Random(seed)
    said = re.findall("['“]([^'“”]+)['”]", ruleset.source.text)
    roles = ruleset.document.responsibility.roles if ruleset.document.responsibility else ()
    words = {"role": [*roles] or ["甲"]}
    start = ruleset.document.period.from_
    tables = {}
    for name, schema in ruleset.tables.items():
        columns = {
            c.name: pa.array(
                [
                    _value(c, schema, i, start, dice, words.get(c.name, [*said, "甲"]))
                    for i in range(rows)
                ],
                TYPES[c.type],
            )
            for c in schema.columns
        }
        path = folder / f"{name}.parquet"
        pq.write_table(pa.table(columns), path)
        tables[name] = TableData(schema, path, rows, frozenset(columns))
    return Dataset(tables, frozenset(), (), (), "")


def _value(column, schema, number, start, dice, words):
    if column.name == schema.key:
        return f"{schema.name}-{number}"
    if not column.required and dice.random() < (0.4 if column.event else 0.1):
        return None
    if column.refers:
        return f"{column.refers}-{dice.randrange(3)}"
    day = start + timedelta(days=dice.randrange(-60, 360))
    return {
        "text": lambda: dice.choice(column.values or words),
        "integer": lambda: dice.randrange(0, 12),
        "decimal": lambda: Decimal(dice.randrange(0, 1_000_000)).scaleb(-4),
        "boolean": lambda: dice.random() < 0.5,
        "date": lambda: day,
        "timestamp": lambda: datetime(day.year, day.month, day.day, dice.randrange(24)),
    }[column.type]()
