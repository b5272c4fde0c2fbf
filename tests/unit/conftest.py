"""The small township, assessed once for all tests of runs and of their results."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.plugin_manager import registry
from rules_engine.run.assess import digest_of, read_results, take_dataset
from rules_engine.run.compute import Workplace, compute
from rules_engine.run.load import load_ruleset
from rules_engine.sources import open_source

SMALL = Path(__file__).parents[1] / "fixtures" / "small"


@dataclass
class Assessed:
    """A finished assessment: its folder of results and what reads them."""

    folder: Path
    dataset: Any
    reader: Any
    session: DuckDBSession

    def digest(self, folder=None):
        return digest_of(self.reader, folder or self.folder)


def assessed_in(folder):
    session = DuckDBSession(1)
    reviewed = load_ruleset(SMALL, registry()).or_stop()
    tables = open_source(str(SMALL / "sample"), registry(), reviewed.ruleset.tables)
    dataset = take_dataset(reviewed, tables, folder, session)
    results = folder / "results"
    results.mkdir()
    compute(reviewed.book, dataset, Workplace(session, "duckdb", results))
    return Assessed(results, dataset, read_results(reviewed, dataset, results, session), session)


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    assessed = assessed_in(tmp_path_factory.mktemp("small"))
    yield assessed
    assessed.session.close()
