"""A column that holds garbage is named, and whatever else the store holds stays usable."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
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
    ("runs", "files"): ["[]", '{"a": 1}', '{"a": {}}', '{"a": {"sha256": 5, "bytes": 1}}',
                        '{"a": {"sha256": "x", "bytes": "1"}}', '{"a": null}'],
    ("runs", "rows"): ["[]", '{"cases": "many"}', '{"cases": null}'],
    ("runs", "summary"): ["[]", '{"overrides": 5}', '{"overrides": [{}]}', '{"grades": []}',
                          '{"overrides": [{"path": 1, "where": 2, "was": 3, "now": 4}]}'],
    ("runs", "plugins"): ['{"a": 1}', "[1]", "[{}]", '[{"kind": 1}]'],
    ("audit", "details"): ["[]", "[1, 2]"],
    ("appeals", "status"): ["x"], ("appeals", "kind"): ["x"],
}  # fmt: skip


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


def test_every_column_of_every_table_may_hold_garbage(tmp_path: Path) -> None:
    with Store.open(folder=tmp_path, by="li") as store:
        hurt, whole = run_that_is(store, "published"), make_run(store)
        item = EvidenceItem(NOW, "", "函", "a", "ab" * 32, 1)
        store.appeals.add_evidence(dispute(store, hurt).number, item)
        store.roles.grant("li", "administer")
        store.roles.grant("li", "assess")
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
            said = f"{table}.{column} = {value!r:.40}"
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
            raw.execute(f'UPDATE {table} SET "{column}" = ? WHERE {where}', [before])
            tried += 1
        assert store.damaged() == store.audit.check() == []
        assert tried > 150
        raw.close()
