"""Writes the results as flat tables: CSV for Excel, Parquet with typed columns for analysts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import ReporterKind, hookimpl, msg

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine.api import AssessmentReport

FILES = "ranking, lines, cadres, pay, pay_parts, shares"


@hookimpl
def rules_engine_register_reporters() -> list[ReporterKind]:
    """Give the reporters of flat tables."""
    return [
        ReporterKind("csv", msg("tables that Excel opens: {files} (.csv)", files=FILES), write_csv),
        ReporterKind(
            "parquet",
            msg("tables with typed columns: {files} (.parquet)", files=FILES),
            write_parquet,
        ),
    ]


def write_csv(report: AssessmentReport, out: Path) -> list[Path]:
    """Write a CSV file for each table, and a pay list where something is paid."""
    from rules_engine_flat.pay_list import write_pay_lists
    from rules_engine_flat.spreadsheet import CsvFile
    from rules_engine_flat.tables import write_tables

    return [*write_tables(report, out, ".csv", CsvFile), *write_pay_lists(report, out)]


def write_parquet(report: AssessmentReport, out: Path) -> list[Path]:
    """Write a Parquet file for each table and return their paths."""
    from rules_engine_flat.columnar import ParquetFile
    from rules_engine_flat.tables import write_tables

    return write_tables(report, out, ".parquet", ParquetFile)
