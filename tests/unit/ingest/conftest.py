"""Takes small tables in through a real engine."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.errors import DatasetError
from rules_engine.ingest import take_in
from rules_engine.messages import speaking
from rules_engine.model.plugin import SourceTable

if TYPE_CHECKING:
    from collections.abc import Iterator

VILLAGES = {"村编号": ["V1", "V2"], "村名": ["甲村", "乙村"], "类型": ["村", "村"]}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture(scope="session")
def session() -> Iterator[DuckDBSession]:
    opened = DuckDBSession(threads=1)
    yield opened
    opened.close()


def delivered(name, columns, first_row=2):
    """A table of text as a CSV source would deliver it, or of Arrow columns as they are."""
    arrays = {n: v if isinstance(v, pa.Array) else pa.array(v, pa.string()) for n, v in columns}
    table = pa.Table.from_arrays(list(arrays.values()), names=list(arrays))
    return SourceTable(name, f"{name}.csv", batches=table.to_reader, first_row=first_row)


@pytest.fixture
def take(session, tmp_path):
    """Take tables in; give the dataset, or the findings that refused it."""

    def run(tables=(), villages=None, reads=("villages", "cases"), optional=(), schemas=None):
        sources = [t if isinstance(t, SourceTable) else delivered(*t) for t in tables]
        if villages is not False:
            sources.insert(0, delivered("村", (villages or VILLAGES).items()))
        known = STANDARD_TABLES | (schemas or {})
        folder = tmp_path / "snapshot"
        try:
            dataset = take_in(
                sources, {n: known[n] for n in reads}, frozenset(optional), folder, session
            )
        except DatasetError as error:
            return SimpleNamespace(
                refused=True,
                findings=error.findings,
                codes=[f.code for f in error.findings],
                left=sorted(p.name for p in folder.rglob("*")),
            )
        return SimpleNamespace(
            refused=False,
            dataset=dataset,
            findings=dataset.findings,
            codes=[f.code for f in dataset.findings],
            quarantine=dataset.quarantine,
            left=sorted(p.name for p in folder.rglob("*")),
        )

    return run


def case_columns(**columns):
    """The smallest sound table of cases, with columns replaced or added."""
    size = max((len(v) for v in columns.values()), default=1)
    whole = {
        "信访件编号": [f"C{i}" for i in range(1, size + 1)],
        "村编号": ["V1"] * size,
        "受理登记日期": ["2025-03-05"] * size,
    }
    return ("信访事项", list((whole | columns).items()))


@pytest.fixture
def cases():
    return case_columns


@pytest.fixture
def table():
    return delivered


@pytest.fixture
def read_back(session):
    """Read a column of a stored table, in the order of the file."""

    def run(taken, table, column):
        path = taken.dataset.tables[table].path
        found = session.query(f"SELECT \"{column}\" AS v FROM read_parquet('{path}')")
        return found["v"].to_pylist()

    return run
