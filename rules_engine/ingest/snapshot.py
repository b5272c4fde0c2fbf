"""Writes the clean tables and takes their fingerprint."""

from __future__ import annotations

import hashlib
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from rules_engine.ingest import sql
from rules_engine.ingest.quarantine import owner_columns
from rules_engine.model.dataset import TableData
from rules_engine.safe_files import inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from rules_engine.ingest.row_validation import Sorted
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


def store(tables: Iterable[Sorted], folder: Path, session: EngineSession) -> list[TableData]:
    """Write the clean tables into the folder, and hash each beside the writing of the others."""
    with ThreadPoolExecutor(1) as aside:
        written = []
        for table in tables:
            path = inside(folder, f"{table.bound.schema.name}.parquet")
            if as_delivered(table):
                hashed = aside.submit(_copied, table.bound.staged.path, path)
                written.append((table, path, table.filled, hashed))
            else:
                filled = _write(table, path, session)
                written.append((table, path, filled, aside.submit(_sha256, path)))
        return [_stored(*data, session) for data in written]


def _copied(source: Path, target: Path) -> str:
    shutil.copyfile(source, target)
    return _sha256(target)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(table: Sorted, path: Path, session: EngineSession) -> dict[str, int]:
    """Write a table in the order of its key; return how many values each column has."""
    schema = table.bound.schema
    columns = ", ".join(sql.name(c.name) for c in schema.columns)
    clean = f"SELECT {columns} FROM {table.view}"
    if table.bad:
        clean = sql.without(table.view, table.bad_rows, columns)
    session.run(sql.copy_sorted(clean, schema.key, path))
    return _filled(table, path, session) if table.bad else table.filled


def _stored(
    table: Sorted,
    path: Path,
    filled: Mapping[str, int],
    hashed: Future[str],
    session: EngineSession,
) -> TableData:
    schema, rows = table.bound.schema, table.rows - table.bad
    nulls = frozenset(c.name for c in schema.columns if filled.get(c.name, 0) < rows)
    return TableData(schema, path, rows, nulls, _owners(table, session), hashed.result())


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
        published[data.schema.name] = replace(data, path=path)
    return published


def fingerprint(tables: Iterable[TableData]) -> str:
    """Return the hash over the names and the files of the tables."""
    whole = hashlib.sha256()
    for data in sorted(tables, key=lambda t: t.schema.name):
        whole.update(f"{data.schema.name} {data.sha256}\n".encode())
    return f"sha256:{whole.hexdigest()}"
