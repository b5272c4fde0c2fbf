"""Where the store lies, and what is said when it cannot be there."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from pathlib import Path

import pytest

from rules_engine.errors import StoreError
from rules_engine.store import Store
from rules_engine.store.location import locate
from tests.unit.store.conftest import make_run
from tests.unprivileged import unprivileged


def code_of(url: str | None = None, folder: Path | None = None) -> str:
    with pytest.raises(StoreError) as caught:
        Store.open(url, folder)
    finding = caught.value.findings[0]
    assert str(finding.message) and str(finding.hint)
    return finding.code


def test_the_default_is_a_file_in_the_data_folder(tmp_path: Path) -> None:
    place = locate(environ={"RULES_ENGINE_HOME": str(tmp_path)})
    assert place.file == tmp_path / "runs.db"
    assert place.runs == tmp_path / "runs"
    user = locate(environ={})
    assert user.file is not None
    assert user.file.name == "runs.db"
    assert "rules-engine" in user.file.parts


def test_what_is_given_counts_more_than_the_environment(tmp_path: Path) -> None:
    environ = {
        "RULES_ENGINE_STORE": f"sqlite:///{tmp_path / 'office.db'}",
        "RULES_ENGINE_HOME": str(tmp_path / "home"),
    }
    assert locate(environ=environ).file == tmp_path / "office.db"
    assert locate(environ=environ).runs == tmp_path / "runs"
    assert locate(folder=tmp_path / "x", environ=environ).file == tmp_path / "x" / "runs.db"
    assert locate(str(tmp_path / "y.db"), environ=environ).file == tmp_path / "y.db"


def test_a_server_keeps_files_in_the_data_folder(tmp_path: Path) -> None:
    place = locate(
        "postgresql://clerk:secret@db/office", environ={"RULES_ENGINE_HOME": str(tmp_path)}
    )
    assert place.url.drivername == "postgresql+psycopg"
    assert place.runs == tmp_path / "runs"
    assert "secret" not in str(place)


def test_a_relative_path_survives_a_change_of_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    with Store.open("sqlite:///here.db") as store:
        monkeypatch.chdir(tmp_path / "elsewhere")
        make_run(store)
    assert (tmp_path / "here.db").exists()
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize(
    "url", ["mysql://u:secret@host/x", "nonsense://", "postgresql://h:port/x", "sqlite://", "a://b"]
)
def test_a_url_of_no_use_is_refused_without_the_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(url, tmp_path)
    assert caught.value.findings[0].code == "store-url"
    assert "secret" not in str(caught.value)


def test_an_absent_server_is_unreachable(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError) as caught:
        Store.open(f"postgresql://clerk:secret@/office?host={tmp_path}", tmp_path)
    assert caught.value.findings[0].code == "store-unreachable"
    assert "secret" not in str(caught.value)


def test_an_absent_database_on_a_server_is_unreachable(
    postgresql_server: str, tmp_path: Path
) -> None:
    assert code_of(postgresql_server.replace("/postgres?", "/nowhere?"), tmp_path) == (
        "store-unreachable"
    )


def test_a_garbage_file_is_not_a_database_and_is_not_touched(tmp_path: Path) -> None:
    garbage = tmp_path / "runs.db"
    garbage.write_bytes("村,得分\n东村,98\n".encode("gb18030") * 500)
    before = garbage.read_bytes()
    assert code_of(folder=tmp_path) == "store-not-a-database"
    assert garbage.read_bytes() == before
    assert list(tmp_path.iterdir()) == [garbage]


def test_a_damaged_database_says_so(tmp_path: Path) -> None:
    with Store.open(folder=tmp_path) as store:
        for _ in range(30):
            make_run(store)
    file = tmp_path / "runs.db"
    data = bytearray(file.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    file.write_bytes(data)
    with pytest.raises(StoreError) as caught, Store.open(folder=tmp_path) as store:
        store.list_runs()
    assert caught.value.findings[0].code == "store-damaged"


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs.db").mkdir()
    assert code_of(folder=tmp_path) == "store-unreachable"


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    assert code_of(folder=tmp_path / "data" / "deeper") == "store-unreachable"
    assert code_of(folder=tmp_path / "data") == "store-unreachable"


def test_a_store_opened_for_reading_lists_but_does_not_store(tmp_path: Path) -> None:
    with Store.open(folder=tmp_path) as store:
        kept = make_run(store)
    url = f"sqlite:///file:{tmp_path / 'runs.db'}?mode=ro&uri=true"
    with Store.open(url, tmp_path) as store:
        assert store.get("latest") == kept
        with pytest.raises(StoreError) as caught:
            store.new_run()
    assert caught.value.findings[0].code == "store-read-only"
    assert [p.name for p in (tmp_path / "runs").iterdir()] == [kept.record.id]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no read-only folders of this kind")
def test_a_read_only_folder_is_told() -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folder is closed to others
        folder = Path(name)
        with Store.open(folder=folder / "full") as store:
            make_run(store)
        (folder / "empty").mkdir()
        with unprivileged(folder):
            assert code_of(folder=folder / "empty") in ("store-unreachable", "store-read-only")
            assert code_of(folder=folder / "empty" / "new") == "store-read-only"
            with Store.open(folder=folder / "full") as store:
                assert len(store.list_runs()) == 1
                with pytest.raises(StoreError) as caught:
                    store.new_run()
    assert caught.value.findings[0].code == "store-read-only"


def test_a_store_that_stays_locked_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules_engine.store.connection.WAIT_SECONDS", 0.1)
    with Store.open(folder=tmp_path) as store:
        other = sqlite3.connect(tmp_path / "runs.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as caught:
            store.new_run()
        other.close()
        assert caught.value.findings[0].code == "store-busy"
        make_run(store)


def test_a_missing_driver_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    assert code_of("postgresql://db/office", tmp_path) == "store-driver-missing"
