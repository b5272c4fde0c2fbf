"""Writes the clean tables and takes their fingerprint."""

from __future__ import annotations

import hashlib
import os
import shutil
from typing import TYPE_CHECKING

from rules_engine.intake import sql
from rules_engine.intake.quarantine import owner_columns
from rules_engine.model.dataset import TableData

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rules_engine.intake.sorting_out import Sorted
    from rules_engine.model.plugin import EngineSession

COPIED_FROM = 1_000_000
"""From so many rows, a Parquet file that needs no change is copied and not sorted again."""

_ARROW_TYPES = {
    "text": ("string", "large_string"),
    "integer": ("int64",),
    "decimal": ("decimal128(18, 4)",),
    "boolean": ("bool",),
    "date": ("date32[day]",),
    "timestamp": ("timestamp[us]",),
}


def store(table: Sorted, folder: Path, session: EngineSession) -> TableData:
    """Write one clean table into the folder."""
    schema = table.bound.schema
    path = folder / f"{schema.name}.parquet"
    if as_delivered(table):
        shutil.copyfile(table.bound.staged.path, path)
        filled = table.filled
    else:
        columns = ", ".join(sql.name(c.name) for c in schema.columns)
        clean = sql.without(table.view, table.bad_rows, columns)
        session.run(sql.copy_sorted(clean, schema.key, path))
        filled = _filled(table, path, session) if table.rows else {}
    rows = table.rows - table.bad
    nulls = frozenset(c.name for c in schema.columns if filled.get(c.name, 0) < rows)
    return TableData(schema, path, rows, nulls, _owners(table, session))


def as_delivered(table: Sorted) -> bool:
    """Return whether the delivered file is, byte for byte, what would be stored, but for order."""
    bound = table.bound
    columns = bound.schema.columns
    names = [f.column for f in bound.staged.fields]
    return (
        bound.staged.in_place
        and table.rows > COPIED_FROM
        and not table.bad
        and not table.empty
        and table.exact
        and names == [c.name for c in columns]
        and all(
            bound.fields[c.name].arrow_type in _ARROW_TYPES[c.type] for c in bound.schema.columns
        )
    )


def _filled(table: Sorted, path: Path, session: EngineSession) -> dict[str, int]:
    names = [c.name for c in table.bound.schema.columns]
    query = sql.counts(sql.parquet(path), [f"count({sql.name(n)})" for n in names])
    return dict(zip(names, session.query(query).to_pylist()[0].values(), strict=True))


def _owners(table: Sorted, session: EngineSession) -> dict[str, int]:
    """Count the rows kept out, by whose they are. An unreadable owner may be anyone."""
    if not table.bad:
        return {}
    owners = owner_columns(table.bound.schema)
    values = [f"CAST({sql.name(c.name)} AS VARCHAR)" for c in owners.values()]
    bad = sql.among(table.bad_rows)
    counts: dict[str, int] = {}
    for (kind, column), value in zip(owners.items(), values, strict=True):
        # A check of a cadre has no village and is no village's; a case without one may be any's.
        others = [v for v in values if v != value] if not column.required else []
        nobody = f" AND {value} IS NULL AND ({sql.any_of([f'{v} IS NOT NULL' for v in others])})"
        query = (
            f"SELECT coalesce({value}, '') AS o, count(*) AS n FROM {table.view} "
            f"WHERE {bad} AND NOT (true{nobody}) GROUP BY o ORDER BY o"
        )
        for row in session.query(query).to_pylist():
            counts[f"{kind}:{row['o']}"] = row["n"]
    return counts


def publish(tables: Iterable[TableData], folder: Path) -> dict[str, TableData]:
    """Move finished files into the folder; until then it holds nothing of them."""
    published = {}
    for data in tables:
        path = folder / data.path.name
        os.replace(data.path, path)
        published[data.schema.name] = TableData(
            data.schema, path, data.rows, data.nulls, data.quarantined
        )
    return published


def fingerprint(tables: Iterable[TableData]) -> str:
    """Return the hash over the names and the files of the tables."""
    whole = hashlib.sha256()
    for data in sorted(tables, key=lambda t: t.schema.name):
        with data.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{data.schema.name} {digest}\n".encode())
    return f"sha256:{whole.hexdigest()}"
