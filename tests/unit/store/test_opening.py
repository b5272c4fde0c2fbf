"""A store that is opened while the run is being made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rules_engine.errors import StoreError
from rules_engine.store import Opening, Store
from tests.unit.store.conftest import record_of

if TYPE_CHECKING:
    from pathlib import Path


def test_a_run_is_stored_as_by_the_store_itself(tmp_path: Path) -> None:
    url = str(tmp_path / "runs.db")
    with Opening(url) as opening, opening.new_run() as draft:
        (draft.folder / "lines.parquet").write_bytes(b"x")
        kept = draft.commit(record_of(draft))
    with Store.open(url) as store:
        assert [run.id for run in store.list_runs()] == [kept.record.id]
        assert store.check_files(kept) == []


def test_what_stands_against_storing_is_raised_and_nothing_stays(tmp_path: Path) -> None:
    url = str(tmp_path / "runs.db")
    with Store.open(url, by="head") as store:
        store.roles.grant("head", "administer")
    with Opening(url, by="clerk") as opening, opening.new_run() as draft:
        with pytest.raises(StoreError, match="assess"):
            draft.commit(record_of(draft))
        with pytest.raises(StoreError, match="assess"):
            draft.raise_early()  # by now it is known
    assert list((tmp_path / "runs").iterdir()) == []


def test_without_a_run_nothing_is_opened(tmp_path: Path) -> None:
    with Opening(str(tmp_path / "runs.db")):
        pass
    assert list(tmp_path.iterdir()) == []
