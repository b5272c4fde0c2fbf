"""Computes the records that count: a snapshot, which stays as it is, with what corrects it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.errors import DatasetError, Finding, Place
from rules_engine.ingest import quarantine_findings, sql, take_in
from rules_engine.messages import msg
from rules_engine.model.dataset import Dataset
from rules_engine.model.plugin import SourceTable
from rules_engine.safe_files import inside
from rules_engine.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.model.appeal import Correction
    from rules_engine.model.plugin import EngineSession
    from rules_engine.model.table import TableSchema
    from rules_engine.ruleset.read import Ruleset

_ROWS, _BASE = "_corrected_rows", "_corrected_base"


def with_before(
    base: Dataset, corrections: Sequence[Correction], session: EngineSession, origin: str
) -> tuple[Correction, ...]:
    """Return the corrections with what the snapshot says of each record.

    Raises:
        DatasetError: a record that is changed or removed is not there, or one that is added is.
    """
    results, findings = [], []
    for correction in corrections:
        value = _record(base, correction, session)
        place = Place(file=origin, table=correction.table)
        if value is None and correction.act != "add":
            text = msg("there is no record {key}", key=correction.key)
            findings.append(Finding("unknown-record", text, place))
        if value is not None and correction.act == "add":
            text = msg("there is a record {key} already", key=correction.key)
            findings.append(Finding("known-record", text, place))
        names = correction.values if correction.act == "set" else (value or {})
        before = {name: value[name] for name in names} if value else {}
        results.append(replace(correction, before=before))
    if findings:
        raise DatasetError(*findings)
    return tuple(results)


def laid_over(
    base: Dataset,
    corrections: Sequence[Correction],
    ruleset: Ruleset,
    folder: Path,
    session: EngineSession,
    origin: str,
) -> Dataset:
    """Take the corrected records in, as any records are: typed, checked and screened.

    Rows that were kept out of the snapshot stay kept out.

    Args:
        base: the snapshot.
        corrections: what is laid over it.
        ruleset: which tables there are.
        folder: where the tables go.
        session: a session of the embedded engine; no table of its records is left in it.
        origin: what findings call the corrections.

    Raises:
        DatasetError: a corrected record is wrong, or names a person.
    """
    with temporary_folder() as scratch:
        tables = []
        for name in sorted({*base.tables, *(c.table for c in corrections)}):
            own = [c for c in corrections if c.table == name]
            if not own:
                path = base.tables[name].path
                tables.append(SourceTable(name, str(path), parquet=path))
                continue
            path = inside(Path(scratch), f"{name}.parquet")
            _rewrite(base, ruleset.tables[name], own, path, session)
            tables.append(SourceTable(name, origin, parquet=path))
        taken = take_in(tables, ruleset.tables, ruleset.optional_tables, folder, session)
    if taken.quarantine:
        raise DatasetError(*quarantine_findings(taken))
    kept_out = {n: data.quarantined for n, data in base.tables.items()}
    return Dataset(
        tables={
            name: replace(data, quarantined=kept_out.get(name, {}))
            for name, data in taken.tables.items()
        },
        missing=taken.missing,
        quarantine=base.quarantine,
        findings=base.findings,
        fingerprint=taken.fingerprint,
    )


def _rewrite(
    base: Dataset,
    schema: TableSchema,
    own: Sequence[Correction],
    path: Path,
    session: EngineSession,
) -> None:
    """Write a table with its corrections; every value as a text, which intake reads like any."""
    import pyarrow as pa

    names = [column.name for column in schema.columns]
    rows: dict[str, dict[str, str | None]] = {}
    for correction in own:
        values = rows.get(correction.key) or _record(base, correction, session) or {}
        rows[correction.key] = {**values, **correction.values}
        if correction.act == "remove":
            rows[correction.key] = {}
    given_rows = [row for row in rows.values() if row]
    columns = {n: pa.array([row.get(n) for row in given_rows], pa.string()) for n in names}
    session.register(_ROWS, pa.table(columns))
    query = f"SELECT {', '.join(map(sql.name, names))} FROM {_ROWS}"
    if schema.name in base.tables:
        others = f"{sql.name(schema.key)} NOT IN {sql.texts(rows)}"
        session.attach(_BASE, base.tables[schema.name].path)
        query += f" UNION ALL SELECT {_texts(names)} FROM {_BASE} WHERE {others}"
    session.write_parquet(query, path)


def _record(
    base: Dataset, correction: Correction, session: EngineSession
) -> dict[str, str | None] | None:
    """Return a record of the snapshot as texts, ``None`` if it is not there."""
    data = base.tables.get(correction.table)
    if data is None:
        return None
    names = [column.name for column in data.schema.columns]
    own = f"{sql.name(data.schema.key)} = {sql.text(correction.key)}"
    session.attach(_BASE, data.path)
    rows = session.query(f"SELECT {_texts(names)} FROM {_BASE} WHERE {own}").to_pylist()
    return rows[0] if rows else None


def _texts(names: Sequence[str]) -> str:
    return ", ".join(f"CAST({sql.name(n)} AS VARCHAR) AS {sql.name(n)}" for n in names)
