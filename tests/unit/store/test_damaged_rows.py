"""A column that holds garbage is named, and whatever else the store holds stays usable."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy.dialects import postgresql as postgresql_dialect
from sqlalchemy.dialects import sqlite

from rules_engine.errors import StoreError
from rules_engine.model.appeal import EvidenceItem
from rules_engine.store import Store
from rules_engine.store.tables import Base
from tests.unit.store.conftest import make_run
from tests.unit.store.test_appeals_stored import NOW, dispute
from tests.unit.store.test_life import run_that_is

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rules_engine.model.run import StoredRun

TABLES = Base.metadata.tables
GARBAGE = {
    "VARCHAR": [b"\xff\xfe", b""],
    "DATETIME": ["", "garbage", "2024-13-45 00:00:00.000000", 5, 1e300, b"\xff",
                 "0001-01-01 00:00:00.000000", "9999-12-31 23:59:59.999999"],
    "DATE": ["garbage", "2024-13-45", 7, b"\xff"],
    "INTEGER": ["many", 1.5, b"\xff"],
    "BOOLEAN": ["perhaps", 2, b"\xff"],
    "JSON": ["", "garbage", "{", '"x"', "7", "null", "NaN", '{"a": NaN}', b"\xff\xfe",
             '{"a": 1, "a": 2}', "[" * 100_000, "{" * 5, '{"a": 1e400}'],
}  # fmt: skip
MORE = {
    ("runs", "id"): ["../../etc", "", "latest", "20240101-abcdef/x", "20240101-ABCDEF"],
    ("runs", "status"): ["", "published!", "x"],
    ("runs", "parent"): ["", "../../etc", "latest"],
    ("audit", "run"): ["", "x"],
    ("appeals", "run"): ["", "x"],
    ("appeals", "result"): ["", "x"],
    ("runs", "files"): ["[]", '{"a": 1}', '{"a": {}}', '{"a": {"sha256": 5, "bytes": 1}}',
                        '{"a": {"sha256": "x", "bytes": "1"}}', '{"a": null}'],
    ("runs", "rows"): ["[]", '{"cases": "many"}', '{"cases": null}'],
    ("runs", "summary"): ["[]", '{"overrides": 5}', '{"overrides": [{}]}', '{"grades": []}',
                          '{"overrides": [{"path": 1, "where": 2, "was": 3, "now": 4}]}'],
    ("runs", "plugins"): ['{"a": 1}', "[1]", "[{}]", '[{"kind": 1}]'],
    ("audit", "details"): ["[]", "[1, 2]"],
    ("appeals", "status"): ["x"], ("appeals", "kind"): ["x"],
}  # fmt: skip


SERVER = {
    "DATETIME": ["infinity", "-infinity", "4713-01-01 BC", "294276-12-31", "0001-01-01",
                 "9999-12-31 23:59:59+00"],
    "DATE": ["infinity", "-infinity", "0044-03-15 BC", "5874897-12-31"],
    "JSON": ['"x"', "7", "null", '{"a": 1, "a": 2}', "[" * 5000 + "]" * 5000, '{"a": 1e400}'],
}  # fmt: skip
"""What PostgreSQL takes and no program wrote."""


def tries_at_a_server() -> Iterator[tuple[str, str, object]]:
    for name, table in TABLES.items():
        emptied = set()
        for column in table.columns:
            kind = column.type.compile(sqlite.dialect())
            for value in [*SERVER.get(kind, []), *MORE.get((name, column.name), [])]:
                if not (column.nullable and value == "null"):
                    yield name, column.name, value
            if not (column.primary_key or column.nullable or kind in emptied):
                emptied.add(kind)
                yield name, column.name, None


def tries() -> Iterator[tuple[str, str, object]]:
    for name, table in TABLES.items():
        for column in table.columns:
            kind = column.type.compile(sqlite.dialect())
            if column.primary_key and kind != "VARCHAR":
                continue  # SQLite itself takes nothing but whole numbers
            for value in [*GARBAGE[kind], *MORE.get((name, column.name), [])]:
                if not (column.nullable and value == "null"):
                    yield name, column.name, value


CHAINED = {("audit", name) for name in TABLES["audit"].columns.keys()} | {
    ("runs", "id"), ("runs", "status"), ("runs", "digest"), ("runs", "files"), ("appeals", "status")
}  # fmt: skip
"""What the check of the log finds by itself, too."""


def with_one_of_each(store: Store) -> tuple[StoredRun, StoredRun]:
    """Store a run of which everything is told, and one that is left alone."""
    hurt, whole = run_that_is(store, "published"), make_run(store)
    item = EvidenceItem(NOW, "", "函", "a", "ab" * 32, 1)
    store.appeals.add_evidence(dispute(store, hurt).number, item)
    store.roles.grant(str(store._actor.name), "administer")
    store.roles.grant(str(store._actor.name), "assess")
    return hurt, whole


def look(store: Store, hurt: StoredRun, whole: StoredRun, table: str, column: str, said: str):
    """Look at everything while a column of a row of a table is damaged."""
    named = {(f.code, f.place.table, f.place.field) for f in store.damaged()}
    assert named == {("row-damaged", table, column)}, said
    ids = [record.id for record in store.list_runs()]
    assert ids == [whole.record.id] + ([] if table == "runs" else [hurt.record.id]), said
    assert store.get(whole.record.id) == store.get("latest") == whole
    if table == "runs":
        with pytest.raises(StoreError) as caught:
            store.get(hurt.record.id)
        wanted = "unknown-run" if column == "id" else "row-damaged"
        assert caught.value.findings[0].code == wanted, said
    assert store.audit.check() or (table, column) not in CHAINED, said
    assert len(store.audit.entries()) >= 6
    lost = table in ("appeals", "evidence") and (table, column) != ("evidence", "appeal")
    assert len(store.appeals.all()) == (not lost), said
    assert len(store.roles.all()) == (1 if table == "roles" else 2), said
    store.audit.last_steps()
    store.unfinished()


def test_every_column_of_every_table_may_hold_garbage(tmp_path: Path) -> None:
    with Store.open(folder=tmp_path, by="li") as store:
        hurt, whole = with_one_of_each(store)
        raw = sqlite3.connect(tmp_path / "runs.db", isolation_level=None)
        raw.execute("PRAGMA ignore_check_constraints = ON")
        raw.execute("PRAGMA synchronous = OFF")
        for (name,) in raw.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        tried = 0
        for table, column, value in tries():
            where = f"rowid = (SELECT min(rowid) FROM {table})"
            (before,) = raw.execute(f'SELECT "{column}" FROM {table} WHERE {where}').fetchone()
            raw.execute(f'UPDATE {table} SET "{column}" = ? WHERE {where}', [value])
            look(store, hurt, whole, table, column, f"{table}.{column} = {value!r:.40}")
            raw.execute(f'UPDATE {table} SET "{column}" = ? WHERE {where}', [before])
            tried += 1
        assert store.damaged() == store.audit.check() == []
        assert tried > 150
        raw.close()


def test_the_owner_of_a_server_may_write_what_it_takes(postgresql: str, tmp_path: Path) -> None:
    """``infinity``, years before and after all others, and nothing at all."""
    raw = psycopg.connect(postgresql, autocommit=True)
    with raw, Store.open(postgresql, tmp_path, by="postgres") as store:
        hurt, whole = with_one_of_each(store)
        raw.execute("SET session_replication_role = replica")  # no trigger, no foreign key
        for table in TABLES.values():
            for (name,) in raw.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass "
                "AND contype = 'c'", [table.name],
            ).fetchall():  # fmt: skip
                raw.execute(f"ALTER TABLE {table.name} DROP CONSTRAINT {name}")
            for column in table.columns:
                if not column.primary_key:
                    raw.execute(f'ALTER TABLE {table.name} ALTER "{column.name}" DROP NOT NULL')
        keys = {name: table.primary_key.columns.keys()[0] for name, table in TABLES.items()}
        tried = 0
        for table, column, value in tries_at_a_server():
            kind = TABLES[table].columns[column].type.compile(postgresql_dialect.dialect())
            if value == "NaN":
                raw.execute(f'ALTER TABLE {table} ALTER "{column}" TYPE numeric')
            before, place = raw.execute(
                f'UPDATE {table} SET "{column}" = %s WHERE ctid = '
                f"(SELECT ctid FROM {table} ORDER BY {keys[table]} LIMIT 1) "
                f'RETURNING old."{column}"::text, new.ctid', [value],
            ).fetchone()  # fmt: skip
            said = f"{table}.{column} = {value!r:.40}"
            look(store, hurt, whole, table, column, said)
            raw.execute(
                f'UPDATE {table} SET "{column}" = %s::text::{kind} '
                "WHERE ctid = %s", [before, place],
            )  # fmt: skip
            tried += 1
        assert store.damaged() == store.audit.check() == []
        assert tried > 60
