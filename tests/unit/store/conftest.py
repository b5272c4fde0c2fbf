"""Stores for the tests: SQLite in a file, and a real PostgreSQL."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from rules_engine.model.run import RunRecord, StoredRun
from rules_engine.store import RunDraft, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BACKENDS = ("sqlite", "postgresql")


def record_of(draft: RunDraft, **changes: object) -> RunRecord:
    fields: dict[str, object] = {
        "id": draft.id,
        "created_at": draft.created_at,
        "ruleset_id": "pingchuan-three-nos",
        "ruleset_title": "平川镇“三无”村考核",
        "ruleset_edition": "2024",
        "ruleset_fingerprint": "ab" * 32,
        "data_fingerprint": "cd" * 32,
        "digest": "ef" * 32,
        "engine": "duckdb",
        "engine_version": "1.4.0",
        "program_version": "0.1.0",
        "language": "zh",
        "as_of": date(2024, 12, 31),
        "accepted_quarantine": False,
        "villages": 10,
        "cadres": 14,
        "rows": {"cases": 312, "villages": 10},
        "summary": {"grades": {"优秀": 2, "合格": 8}, "targets": []},
    }
    return RunRecord(**(fields | changes))  # type: ignore[arg-type]


def make_run(store: Store, **changes: object) -> StoredRun:
    with store.new_run() as draft:
        (draft.folder / "snapshot").mkdir()
        (draft.folder / "snapshot" / "cases.parquet").write_bytes(b"PAR1" + draft.id.encode())
        (draft.folder / "results.parquet").write_bytes(b"PAR1" * 100)
        return draft.commit(record_of(draft, **changes))


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of an empty database, on each backend."""
    if request.param == "sqlite":
        yield f"sqlite:///{(tmp_path / 'runs.db').as_posix()}"
        return
    yield request.getfixturevalue("postgresql")


@pytest.fixture
def opened(url: str, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Give a way to open the same store as often as a test wants."""
    stores: list[Store] = []

    def open_store() -> Store:
        stores.append(Store.open(url, tmp_path))
        return stores[-1]

    yield open_store
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[[], Store]) -> Store:
    return opened()
