"""Each act is logged in its own transaction, and nobody changes the log through the program."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from rules_engine.audit import export
from rules_engine.audit.actor import actor
from rules_engine.audit.entry import Entry, next_entry
from rules_engine.store.connection import connect, writing
from rules_engine.store.location import locate
from rules_engine.store.schema import REVISIONS, migrate
from rules_engine.store.tables import Audit, Run
from tests.unit.store.conftest import make_run, record_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rules_engine.store import Store


OLD = SimpleNamespace(id="", created_at=datetime(2024, 1, 5, tzinfo=UTC))


@pytest.fixture
def engine(url: str, tmp_path: Path) -> Iterator[sa.Engine]:
    engine = connect(locate(url, tmp_path))
    yield engine
    engine.dispose()


def by_hand(engine: sa.Engine, *statements: str) -> None:
    """What somebody does who owns the database: the triggers go first."""
    with writing(engine) as connection:
        if engine.dialect.name == "sqlite":
            names = connection.execute(
                sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).scalars()
            for name in names.all():
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(sa.text("SET session_replication_role = replica"))
        for statement in statements:
            connection.execute(sa.text(statement))


def codes(store: Store) -> list[str]:
    return [finding.code for finding in store.audit.check()]


def test_a_stored_run_is_logged_with_what_it_was_made_from(store: Store) -> None:
    assert store.audit.entries() == []
    assert store.audit.check() == []
    first, second = make_run(store), make_run(store, digest="12" * 32)
    entries = store.audit.entries()
    assert [(e.number, e.act, e.run) for e in entries] == [
        (1, "stored", first.record.id),
        (2, "stored", second.record.id),
    ]
    assert entries[1].details["digest"] == "12" * 32
    assert entries[1].previous == entries[0].hash
    assert store.audit.entries(second.record.id) == entries[1:]
    assert store.audit.check() == []


def test_a_run_that_is_refused_leaves_no_entry(store: Store) -> None:
    kept = make_run(store)
    with pytest.raises(Exception, match="failed"):
        make_run(store, status="invented")
    assert [e.run for e in store.audit.entries()] == [kept.record.id]
    assert store.audit.check() == []


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit", "TRUNCATE audit"]
)
def test_the_database_itself_refuses_a_change(
    store: Store, engine: sa.Engine, statement: str
) -> None:
    if engine.dialect.name == "sqlite" and statement.startswith("TRUNCATE"):
        pytest.skip("SQLite has none")
    make_run(store)
    refused = pytest.raises(sa.exc.DBAPIError, match="only added to")
    with refused, writing(engine) as connection:
        connection.execute(sa.text(statement))
    assert store.audit.check() == []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE number = 2", ["audit-changed"]),
        ("UPDATE audit SET at = '2020-01-01 00:00:00.000000' WHERE number = 2", ["audit-changed"]),
        ("UPDATE audit SET number = 9 WHERE number = 2", ["audit-missing"] * 2 + ["audit-moved"]),
        ("UPDATE runs SET status = 'sealed' WHERE number = 2", ["audit-run"]),
        ("UPDATE runs SET digest = 'x' WHERE number = 2", ["audit-run"]),
        ("UPDATE runs SET files = '{}' WHERE number = 2", ["audit-run"]),
        ("DELETE FROM runs WHERE number = 2", ["audit-run"]),
        ("DELETE FROM audit WHERE number = 2", ["audit-missing", "audit-run"]),
        ("DELETE FROM audit WHERE number = 3", ["audit-run"]),
    ],
)
def test_a_change_by_hand_is_found(
    store: Store, engine: sa.Engine, statement: str, expected: list[str]
) -> None:
    for _ in range(3):
        make_run(store)
    by_hand(engine, statement)
    assert codes(store) == expected


def test_an_export_is_logged_and_holds_itself(store: Store, tmp_path: Path) -> None:
    make_run(store)
    entry = store.audit.export(tmp_path / "log.jsonl")
    read = export.read(tmp_path / "log.jsonl")
    assert export.check(read) == []
    assert read.entries == tuple(store.audit.entries())
    assert (entry.number, entry.act) == (2, "exported")
    make_run(store)
    assert store.audit.check(read) == []
    assert store.audit.check(entry.hash) == []


def test_a_tail_cut_off_is_found_by_an_earlier_export(
    store: Store, engine: sa.Engine, tmp_path: Path
) -> None:
    make_run(store)
    entry = store.audit.export(tmp_path / "log.jsonl")
    by_hand(engine, "DELETE FROM audit WHERE number = 2")
    assert codes(store) == []
    read = export.read(tmp_path / "log.jsonl")
    assert [f.code for f in store.audit.check(read)] == ["audit-missing"]
    assert [f.code for f in store.audit.check(entry.hash)] == ["audit-rewritten"]


def test_an_export_that_cannot_be_written_leaves_no_entry(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="nowhere"):
        store.audit.export(tmp_path / "nowhere" / "log.jsonl")
    assert store.audit.entries() == []


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_runs_of_every_earlier_version_are_taken_over(
    url: str,
    tmp_path: Path,
    engine: sa.Engine,
    opened: Callable[[], Store],
    revision: str,
) -> None:
    """Two runs of an older program, then this one; and back, and here again."""
    with writing(engine) as connection:
        migrate(connection, revision)
        known = [c["name"] for c in sa.inspect(connection).get_columns("runs")]
        ids = ["20240105-aaaaaa", "20240107-bbbbbb"]
        for run_id in ids:
            record = record_of(OLD, id=run_id, status="published")
            row = Run.of(record)
            values = {n: getattr(row, n) for n in known if n != "number"}
            connection.execute(sa.insert(Run.__table__).values(values))
        if revision >= "0003":  # that program logged its runs itself
            head = None
            for run_id in ids:
                details = {"status": "published", "digest": record.digest}
                entry = next_entry(head, actor("李四"), "adopted", run_id, details)
                head = entry.number, entry.hash
                values = {n: getattr(entry, n) for n in Entry.__dataclass_fields__}
                connection.execute(sa.insert(Audit.__table__).values(values))
    store = opened()
    assert [r.id for r in store.list_runs()] == ids[::-1]
    assert [r.status for r in store.list_runs()] == ["published"] * 2
    adopted = store.audit.entries()[:2]
    assert [(e.act, e.run) for e in adopted] == [("adopted", i) for i in ids]
    assert store.audit.check() == []
    store.close()
    for target in (revision, REVISIONS[-1]):
        with writing(engine) as connection:
            migrate(connection, target)
    assert [r.id for r in opened().list_runs()] == ids[::-1]
