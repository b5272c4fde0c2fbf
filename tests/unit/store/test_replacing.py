"""SQLite replaces rows without asking the triggers for DELETE: by no statement is one replaced."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from rules_engine.model.appeal import EvidenceItem
from rules_engine.store import Store
from rules_engine.store.tables import Base
from tests.unit.store.conftest import make_run
from tests.unit.store.test_appeals_stored import NOW, dispute
from tests.unit.store.test_life import run_that_is

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TABLES = {name: [column.name for column in table.columns] for name, table in
          Base.metadata.tables.items() if name != "roles"}  # fmt: skip
HUGE = (2**31, 2**63 - 1, -(2**63))


def statements() -> Iterator[str]:
    for table, names in TABLES.items():
        columns = ", ".join(f'"{name}"' for name in names)
        others = ", ".join(f'"{name}"' for name in names if name != "number")
        for verb in ("INSERT", "REPLACE", *(f"INSERT OR {word}" for word in (
            "REPLACE", "IGNORE", "FAIL", "ABORT", "ROLLBACK"))):  # fmt: skip
            yield f"{verb} INTO {table} SELECT * FROM {table}"
            yield f"{verb} INTO {table} ({columns}) SELECT {columns} FROM {table} LIMIT 1"
            for alias in ("rowid", "_rowid_", "oid"):
                yield f"{verb} INTO {table} ({alias}, {others}) SELECT 1, {others} FROM {table}"
            if table in ("audit", "appeals"):
                for number in HUGE:
                    yield (f"{verb} INTO {table} (number, {others}) "
                           f"SELECT {number}, {others} FROM {table} LIMIT 1")  # fmt: skip
            if table == "runs":
                yield (f"{verb} INTO runs ({others}) SELECT {others} FROM runs "
                       "WHERE status = 'sealed'")  # fmt: skip
        for name in names:
            changed = columns.replace(f'"{name}"', "1")
            yield (f"INSERT INTO {table} SELECT {columns} FROM {table} WHERE true "
                   f"ON CONFLICT (number) DO UPDATE SET {name} = excluded.{name}")  # fmt: skip
            yield f"REPLACE INTO {table} SELECT {changed} FROM {table} ORDER BY number LIMIT 1"
            for word in ("REPLACE", "IGNORE"):
                yield f"UPDATE OR {word} {table} SET {name} = 1 WHERE number = 1"
        for word in ("REPLACE", "IGNORE", "ABORT"):
            for number in (1, *HUGE):
                yield f"UPDATE OR {word} {table} SET number = {number} WHERE number <> 1"
            yield f"UPDATE OR {word} {table} SET rowid = 1 WHERE number = 2"
        yield f"DELETE FROM {table} WHERE number = 1"
    yield "UPDATE OR REPLACE runs SET id = (SELECT id FROM runs WHERE number = 1) WHERE number = 2"
    yield "INSERT OR REPLACE INTO appeals SELECT * FROM appeals WHERE status <> 'open'"


@pytest.mark.parametrize("pragma", ["OFF", "ON"])
def test_no_statement_replaces_what_stands(tmp_path: Path, pragma: str) -> None:
    with Store.open(folder=tmp_path) as store:
        run_that_is(store, "sealed")
        published = run_that_is(store, "published")
        make_run(store)
        for line in ("line", "other"):
            appeal = dispute(store, published, line)
            store.appeals.add_evidence(appeal.number, EvidenceItem(NOW, "", "会议记录"))
            store.appeals.reject(appeal.number, "x")
    raw = sqlite3.connect(tmp_path / "runs.db", isolation_level=None)
    raw.execute(f"PRAGMA recursive_triggers = {pragma}")
    before = list(raw.iterdump())
    tried = 0
    for statement in statements():
        tried += 1
        raw.execute("BEGIN")
        try:
            raw.execute(statement)
        except (sqlite3.IntegrityError, sqlite3.OperationalError) as error:
            assert "syntax" not in str(error), statement
        if raw.in_transaction:
            assert list(raw.iterdump()) == before, statement
            raw.execute("ROLLBACK")
    assert tried > 300
    assert list(raw.iterdump()) == before
    raw.close()
    with Store.open(folder=tmp_path) as store:
        assert store.audit.check() == []
        make_run(store)
        dispute(store, published, "third")
