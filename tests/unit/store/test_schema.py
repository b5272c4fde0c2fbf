"""Migrations and the tables' own definition end in the same schema."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from rules_engine.errors import StoreError
from rules_engine.store import Store
from rules_engine.store.connection import connect, writing
from rules_engine.store.location import locate
from rules_engine.store.schema import HEAD, REVISIONS, migrate
from rules_engine.store.tables import Base
from tests.unit.store.conftest import make_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def engine(url: str, tmp_path: Path) -> Iterator[sa.Engine]:
    engine = connect(locate(url, tmp_path))
    yield engine
    engine.dispose()


BEYOND = {
    "sqlite": ("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",),
    "postgresql": (
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT proname, pg_get_functiondef(oid) FROM pg_proc "
        "WHERE pronamespace = 'public'::regnamespace",
    ),
}
"""What no inspector tells: triggers and functions."""


def schema_of(engine: sa.Engine) -> dict[str, object]:
    """Everything that the database itself says of its tables."""
    inspector = sa.inspect(engine)
    described: dict[str, object] = {}
    for name in sorted(inspector.get_table_names()):
        columns = [{**c, "type": repr(c["type"])} for c in inspector.get_columns(name)]
        described[name] = (
            columns,
            inspector.get_pk_constraint(name),
            sorted(inspector.get_unique_constraints(name), key=str),
            sorted(inspector.get_check_constraints(name), key=str),
            sorted(inspector.get_indexes(name), key=str),
            inspector.get_foreign_keys(name),
        )
    with engine.connect() as connection:
        for question in BEYOND[engine.dialect.name]:
            described |= dict(map(tuple, connection.execute(sa.text(question))))
    return described


def drop_all(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        Base.metadata.drop_all(connection)
        connection.execute(sa.text("DROP TABLE alembic_version"))


def test_migrations_and_metadata_agree(url: str, tmp_path: Path, engine: sa.Engine) -> None:
    Store.open(url, tmp_path).close()
    made = schema_of(engine)
    drop_all(engine)
    assert schema_of(engine) == {}
    with writing(engine) as connection:
        migrate(connection)
    assert schema_of(engine) == made
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        if engine.dialect.name == "sqlite":  # what no inspector tells, AUTOINCREMENT say
            rows = connection.execute(sa.text("SELECT sql FROM sqlite_master ORDER BY name"))
            assert "AUTOINCREMENT" in str(rows.all())


def test_every_migration_goes_down_and_up_again(url: str, engine: sa.Engine) -> None:
    with writing(engine) as connection:
        migrate(connection)
    up = schema_of(engine)
    with writing(engine) as connection:
        migrate(connection, "base")
    assert set(schema_of(engine)) == {"alembic_version"}
    for revision in REVISIONS:
        with writing(engine) as connection:
            migrate(connection, revision)
    assert schema_of(engine) == up


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    url: str, tmp_path: Path, engine: sa.Engine
) -> None:
    with Store.open(url, tmp_path) as store:
        kept = make_run(store)
    with pytest.raises(RuntimeError), writing(engine) as connection:
        migrate(connection, "base")
        raise RuntimeError
    with Store.open(url, tmp_path) as store:
        assert store.get("latest") == kept


def test_the_revisions_are_the_files() -> None:
    config = Config()
    config.set_main_option("script_location", "rules_engine.store:migrations")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]
    assert tuple(s.revision for s in scripts.walk_revisions())[::-1] == REVISIONS


def test_an_emptied_database_is_filled_again(url: str, tmp_path: Path, engine: sa.Engine) -> None:
    with writing(engine) as connection:
        migrate(connection)
        migrate(connection, "base")
    with Store.open(url, tmp_path) as store:
        assert store.list_runs() == []


def test_a_newer_database_is_left_alone(url: str, tmp_path: Path, engine: sa.Engine) -> None:
    Store.open(url, tmp_path).close()
    with writing(engine) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError) as caught:
        Store.open(url, tmp_path)
    assert caught.value.findings[0].code == "store-too-new"
    assert "9999" in str(caught.value)


def test_somebody_elses_table_is_left_alone(url: str, tmp_path: Path, engine: sa.Engine) -> None:
    with writing(engine) as connection:
        connection.execute(sa.text("CREATE TABLE runs (km INTEGER)"))
    with pytest.raises(StoreError) as caught:
        Store.open(url, tmp_path)
    assert caught.value.findings[0].code == "store-not-ours"
    assert set(schema_of(engine)) == {"runs"}


def test_alembic_stays_out_of_the_usual_way(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from rules_engine.store import Store\n"
        "for _ in range(2): Store.open(folder=Path(sys.argv[1])).close()\n"
        "sys.exit('alembic' in sys.modules)"
    )
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", code, tmp_path], cwd=root).returncode == 0


def test_sqlite_waits_for_a_writer_and_logs_ahead(opened: Callable[[], Store]) -> None:
    with opened()._engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            pytest.skip("pragmas are SQLite's")
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(sa.text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(sa.text("PRAGMA busy_timeout")).scalar() == 15_000
