"""The records of one assessment after intake: clean tables on disk, and what was kept out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    import pyarrow as pa

    from rules_engine.errors import Finding
    from rules_engine.model.assessment import QuarantinedRow
    from rules_engine.model.plugin import EngineSession
    from rules_engine.model.table import TableSchema


@dataclass(frozen=True)
class TableData:
    """One clean table.

    Attributes:
        schema: its declared shape; the file has exactly these columns, in this order.
        path: the Parquet file, where the rows lie in one.
        rows: how many rows it has.
        nulls: names of the columns that hold at least one null.
        quarantined: number of rows kept out, by whom they would have counted for:
            ``village:<id>`` or ``cadre:<id>``. A row whose owner cannot be read counts under
            ``village:`` (or ``cadre:``) with an empty id: it could be anyone's.
        sha256: the hash of the file, from where it was written.
        in_memory: the rows themselves, where they lie in memory.
    """

    schema: TableSchema
    path: Path
    rows: int
    nulls: frozenset[str] = frozenset()
    quarantined: Mapping[str, int] = field(default_factory=dict)
    sha256: str = ""
    in_memory: pa.Table | None = None

    def attach(self, name: str, session: EngineSession) -> None:
        """Make the rows readable as the table ``name``."""
        if self.in_memory is None:
            session.attach(name, self.path)
        else:
            session.register(name, self.in_memory)

    def read(self) -> pa.Table:
        """Return the rows."""
        import pyarrow.parquet as pq

        return pq.read_table(self.path) if self.in_memory is None else self.in_memory


@dataclass(frozen=True)
class ControlTotal:
    """How a plan proves that all records of a table are about subjects that there are.

    Attributes:
        column: the column that says whom a record is about.
        cut: the cut of the table that the plan counts.
        period: the column with the day that puts a record into the cut; ``None``: all are in it.
        first: first day of the cut.
        last: its last day.
    """

    column: str
    cut: str
    period: str | None
    first: date
    last: date


@dataclass(frozen=True)
class Dataset:
    """All tables that a ruleset reads.

    Attributes:
        tables: by ASCII name; a missing optional table is not among them.
        missing: declared optional tables that were not delivered.
        quarantine: every value that kept a row out.
        findings: warnings about the delivery: ignored columns and tables, empty tables.
        fingerprint: ``sha256:…`` over the files of the tables.
        trusted: cuts of which it was not looked up whom each record is about, with the number of
            their records: the plan must count as many.
    """

    tables: Mapping[str, TableData]
    missing: frozenset[str]
    quarantine: tuple[QuarantinedRow, ...]
    findings: tuple[Finding, ...]
    fingerprint: str
    trusted: Mapping[str, int] = field(default_factory=dict)
