"""Whoever holds a lock at the server holds others up for a while, and is named to them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from rules_engine.cli import program
from rules_engine.errors import StoreError
from rules_engine.store import Store
from rules_engine.store.guards import LOCK
from tests.unit.store.conftest import make_run
from tests.unit.store.test_appeals_stored import dispute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rules_engine.model.run import StoredRun

WRITING: dict[str, Callable[[Store, StoredRun], object]] = {
    "take a step": lambda store, run: store.life.take(run, "review", "x"),
    "store a run": lambda store, run: make_run(store),
    "prune": lambda store, run: store.life.prune(0),
    "grant": lambda store, run: store.roles.grant("postgres", "administer"),
    "export": lambda store, run: store.audit.export(store.location.folder / "log.jsonl"),
}
READING: dict[str, Callable[[Store, StoredRun], object]] = {
    "list": lambda store, run: store.list_runs(),
    "get": lambda store, run: store.get("latest"),
    "check the rows": lambda store, run: store.damaged(),
    "check the log": lambda store, run: store.audit.check(),
    "list unfinished runs": lambda store, run: store.unfinished(),
    "open": lambda store, run: Store.open(
        str(store.location.server), store.location.folder
    ).close(),
}
HOLDING = {
    f"SELECT pg_advisory_lock({LOCK})": [*WRITING],
    "LOCK TABLE audit": [*WRITING, "check the rows", "check the log", "list unfinished runs"],
    "LOCK TABLE runs IN SHARE MODE": ["take a step", "store a run"],
    "LOCK TABLE runs": ["take a step", "store a run", "prune", "list", "get", "check the rows",
                        "check the log", "list unfinished runs"],
    "LOCK TABLE alembic_version": ["open"],
    "LOCK TABLE roles": ["take a step", "store a run", "prune", "grant", "check the rows"],
    "SELECT FROM runs FOR UPDATE": ["take a step", "prune"],
    "UPDATE runs SET status = status": ["take a step"],
}  # fmt: skip
"""What a login does in a transaction that it leaves open, and whom that holds up."""


@pytest.fixture
def held(
    postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, Store, StoredRun]]:
    """Give a store whose program does not wait for long."""
    monkeypatch.setattr("rules_engine.store.connection.WAIT_SECONDS", 0.1)
    with Store.open(postgresql, tmp_path, by="postgres") as store:
        yield postgresql, store, make_run(store)


@pytest.mark.parametrize("statement", HOLDING)
def test_others_are_told_in_time_who_is_in_the_way(
    held: tuple[str, Store, StoredRun], statement: str
) -> None:
    address, store, run = held
    before = store.audit.entries(), store.list_runs()
    with psycopg.connect(address) as other:
        other.execute(statement)
        for act, do in (WRITING | READING).items():
            began = time.monotonic()
            try:
                if act in WRITING and act not in HOLDING[statement]:
                    continue
                do(store, run)
                held_up = False
            except StoreError as error:
                held_up = True
                (finding,) = error.findings
                assert finding.code == "store-busy", (act, finding)
                assert f"postgres ({other.info.backend_pid})" in str(finding.message)
            assert held_up == (act in HOLDING[statement]), act
            assert time.monotonic() - began < 10, act
        other.rollback()
        other.execute("SELECT pg_advisory_unlock_all()")
        assert (store.audit.entries(), store.list_runs()) == before
        assert not list((store.location.folder / "runs").glob(".unfinished*"))
    assert store.life.take(run, "review", "x").record.status == "reviewed"


def test_a_command_ends_and_says_what_to_do(
    held: tuple[str, Store, StoredRun], capsys: pytest.CaptureFixture[str]
) -> None:
    address, store, run = held
    with psycopg.connect(address) as other:
        other.execute("LOCK TABLE runs")
        with pytest.raises(SystemExit) as ended:
            program.run(["runs", "review", run.record.id, "--reason", "x", "--store", address])
        holder = other.info.backend_pid
    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert "store-busy" in told
    assert f"({holder})" in told
    assert store.get("latest") == run


def test_the_server_does_not_keep_the_locks_of_a_program_that_stopped(
    postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rules_engine.store.postgresql.IDLE_SECONDS", 0.3)
    with Store.open(postgresql, tmp_path, by="postgres") as store:
        run = make_run(store)

        def stop(*_: object) -> str:
            time.sleep(1)
            return ""

        with monkeypatch.context() as patch:
            patch.setattr("rules_engine.store.lifecycle.role_of", stop)
            with pytest.raises(StoreError) as caught:
                store.life.take(run, "review", "x")
        assert caught.value.findings[0].code == "store-unreachable"
        assert store.life.take(run, "review", "x").record.status == "reviewed"


def test_an_endless_statement_is_ended(
    postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rules_engine.store.postgresql.STATEMENT_SECONDS", 0.2)
    with Store.open(postgresql, tmp_path) as store, store._engine.connect() as connection:
        with pytest.raises(Exception, match="statement timeout"):
            connection.exec_driver_sql("SELECT pg_sleep(9)")


@pytest.mark.parametrize("style", ["German, DMY", "SQL, MDY", "Postgres, DMY"])
def test_days_are_read_whatever_a_login_is_set_to(
    postgresql: str, tmp_path: Path, style: str
) -> None:
    with psycopg.connect(postgresql, autocommit=True) as other:
        name = other.info.dbname
        other.execute(f"ALTER DATABASE {name} SET datestyle = '{style}'")
        other.execute(f"ALTER DATABASE {name} SET timezone = 'Asia/Kathmandu'")
    with Store.open(postgresql, tmp_path) as store:
        run = make_run(store)
        dispute_of = store.life.take(store.life.take(run, "review", "x"), "publish", "x")
        dispute(store, dispute_of)
        assert store.get("latest").record.as_of == run.record.as_of
        assert store.get("latest").record.created_at == run.record.created_at
        assert store.damaged() == store.audit.check() == []
