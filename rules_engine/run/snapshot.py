"""Writes down what intake found beside a run's tables, and reads it back."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from rules_engine.errors import Finding, Place
from rules_engine.messages import Message
from rules_engine.model.assessment import QuarantinedRow
from rules_engine.model.dataset import Dataset, TableData
from rules_engine.safe_files import inside

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rules_engine.model.table import TableSchema

SNAPSHOT = "snapshot"
FILE = "dataset.json"


def write_dataset(dataset: Dataset, folder: Path) -> None:
    """Write everything but the tables themselves into ``dataset.json``."""
    plain = {
        "fingerprint": dataset.fingerprint,
        "missing": sorted(dataset.missing),
        "tables": {
            name: {
                "rows": data.rows,
                "nulls": sorted(data.nulls),
                "quarantined": dict(data.quarantined),
            }
            for name, data in dataset.tables.items()
        },
        "quarantine": [asdict(row) for row in dataset.quarantine],
        "findings": [_finding_out(f) for f in dataset.findings],
    }
    (folder / FILE).write_text(json.dumps(plain, ensure_ascii=False, indent=1), encoding="utf-8")


def read_dataset(folder: Path, schemas: Mapping[str, TableSchema]) -> Dataset:
    """Return the dataset of a stored run, its tables lying in the run's snapshot."""
    plain = json.loads((folder / FILE).read_text(encoding="utf-8"))
    tables = {
        name: TableData(
            schemas[name],
            inside(folder, SNAPSHOT, f"{name}.parquet"),
            data["rows"],
            frozenset(data["nulls"]),
            data["quarantined"],
        )
        for name, data in plain["tables"].items()
    }
    return Dataset(
        tables=tables,
        missing=frozenset(plain["missing"]),
        quarantine=tuple(QuarantinedRow(**row) for row in plain["quarantine"]),
        findings=tuple(_finding_in(f) for f in plain["findings"]),
        fingerprint=plain["fingerprint"],
    )


def snapshot_hashes(dataset: Dataset) -> dict[str, str]:
    """Return the hashes of the tables that were just taken in, by their path in a run's folder."""
    return {f"{SNAPSHOT}/{data.path.name}": data.sha256 for data in dataset.tables.values()}


def moved(dataset: Dataset, folder: Path) -> Dataset:
    """Return the dataset with its tables in another run folder."""
    tables = {
        name: replace(data, path=folder / SNAPSHOT / data.path.name)
        for name, data in dataset.tables.items()
    }
    return replace(dataset, tables=tables)


def _finding_out(finding: Finding) -> dict[str, Any]:
    def words(message: Message) -> list[object]:
        return [message.text, {key: str(value) for key, value in message.params}]

    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": words(finding.message),
        "hint": words(finding.hint),
        "place": asdict(finding.place),
    }


def _finding_in(plain: dict[str, Any]) -> Finding:
    def words(pair: list[Any]) -> Message:
        return Message(pair[0], tuple(pair[1].items()))

    return Finding(
        plain["code"],
        words(plain["message"]),
        Place(**plain["place"]),
        words(plain["hint"]),
        plain["severity"],
    )
