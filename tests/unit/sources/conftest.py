"""An office's own records, and the ``source.yaml`` that maps them."""

from __future__ import annotations

from types import SimpleNamespace

import openpyxl
import pytest

from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.errors import RulesEngineError
from rules_engine.ingest import take_in
from rules_engine.messages import speaking
from rules_engine.plugin_manager import registry
from rules_engine.sources import open_source

READ = ("villages", "cases")


@pytest.fixture(autouse=True)
def english():
    with speaking("en"):
        yield


@pytest.fixture(scope="session")
def session():
    opened = DuckDBSession(threads=1)
    yield opened
    opened.close()


@pytest.fixture
def write(tmp_path):
    """Write a file, a workbook from rows by sheet, or text."""

    def run(name, content):
        path = tmp_path / name
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
            return path
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in content.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(path)
        return path

    return run


@pytest.fixture
def take(write, tmp_path, session):
    """Take in what a ``source.yaml`` says; give tables by name, or what refused it."""
    numbers = iter(range(100))

    def run(mapping, reads=READ):
        path = write("source.yaml", mapping)
        schemas = {name: STANDARD_TABLES[name] for name in reads}
        try:
            tables = open_source(str(path), registry(), schemas)
            folder = tmp_path / f"taken{next(numbers)}"
            dataset = take_in(tables, schemas, frozenset(), folder, session)
        except RulesEngineError as error:
            return SimpleNamespace(
                findings=error.findings,
                said=[(f.code, str(f.place).replace(f"{tmp_path}/", "")) for f in error.findings],
            )
        return SimpleNamespace(
            findings=dataset.findings,
            said=[(f.code, str(f.place).replace(f"{tmp_path}/", "")) for f in dataset.findings],
            quarantine=[(q.sheet, q.row, q.column, q.value) for q in dataset.quarantine],
            rows=lambda table, *columns: [
                tuple(row.values())
                for row in session.query(
                    f"SELECT {', '.join(columns)} FROM read_parquet("
                    f"'{dataset.tables[table].path}') ORDER BY 1"
                ).to_pylist()
            ],
        )

    return run
