"""Who may do what: by the program on both databases, and by PostgreSQL itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
import sqlalchemy as sa

from rules_engine.cli.roles import sql
from rules_engine.errors import StoreError
from rules_engine.store import Store
from tests.unit.store.conftest import make_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def code_of(act) -> str:
    with pytest.raises(StoreError) as caught:
        act()
    return caught.value.findings[0].code


def test_the_program_holds_to_the_list(tmp_path: Path) -> None:
    url = str(tmp_path / "runs.db")
    with Store.open(url, by="boss") as boss, Store.open(url, by="li") as li:
        run = li.life.take(make_run(li), "review", "nobody holds a role: everybody may")
        assert code_of(lambda: boss.roles.grant("li", "assess")) == "role-administer"
        boss.roles.grant("boss", "administer")
        boss.roles.grant("li", "assess")
        make_run(li)
        for act in (
            lambda: li.life.take(run, "publish", "x"),
            lambda: li.life.take(run, "withdraw", "x"),
            lambda: li.life.prune(1),
            lambda: li.roles.grant("li", "publish"),
            lambda: make_run(boss),
        ):
            assert code_of(act) == "role-missing"
        assert code_of(lambda: boss.roles.revoke("boss", "administer")) == "role-administer"
        boss.roles.grant("li", "publish")
        assert li.life.take(run, "publish", "x").record.status == "published"
        boss.roles.revoke("li", "publish")
        assert li.roles.all() == [("boss", "administer"), ("li", "assess")]
        acts = [e.act for e in li.audit.entries() if e.act.startswith("role-")]
        assert acts == ["role-granted"] * 3 + ["role-revoked"]
        assert li.audit.check() == []


@pytest.fixture
def logins(postgresql: str) -> Iterator[dict[str, str]]:
    """Give the addresses of one database for its owner and for two logins of its own."""
    names = ("role_li", "role_wang")
    engine = sa.create_engine(
        sa.make_url(postgresql).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        for name in names:
            connection.execute(sa.text(f"CREATE ROLE {name} LOGIN"))
    yield {name: postgresql.replace("postgres@", f"{name}@", 1) for name in names} | {
        "owner": postgresql
    }
    with engine.connect() as connection:
        ours = connection.scalars(
            sa.text(
                "SELECT rolname FROM pg_roles WHERE starts_with(rolname, 'rules_engine') "
                "ORDER BY rolname LIKE '%keeper'"
            )
        ).all()
        for name in (*names, *ours):
            connection.execute(sa.text(f"DROP OWNED BY {name} CASCADE"))
        for name in (*names, *ours):
            connection.execute(sa.text(f"DROP ROLE {name}"))
    engine.dispose()


def test_what_is_printed_is_what_psql_runs(logins: dict[str, str], tmp_path: Path, capsys) -> None:
    with Store.open(logins["owner"], tmp_path) as owner:
        owner.roles.grant("postgres", "administer")
        owner.roles.grant("role_li", "assess")
    capsys.readouterr()
    sql(logins["owner"], "en")
    printed = capsys.readouterr().out
    with psycopg.connect(logins["owner"], autocommit=True) as connection:
        for _ in range(2):
            connection.execute(printed)
    with Store.open(logins["role_li"], tmp_path) as li:
        make_run(li)
        assert code_of(lambda: li.roles.grant("role_li", "publish")) == "role-missing"
        assert li.audit.check() == []


def test_the_server_holds_to_the_list(logins: dict[str, str], tmp_path: Path) -> None:
    with Store.open(logins["owner"], tmp_path) as owner:
        owner.roles.grant("postgres", "administer")
        wanted = (("role_li", "assess"), ("role_wang", "review"), ("role_wang", "publish"))
        for name, role in wanted:
            owner.roles.grant(name, role)
        with owner._engine.begin() as connection:
            for statement in owner.roles.statements():
                connection.exec_driver_sql(statement)
    with Store.open(logins["role_li"], tmp_path, by="role_wang") as li:
        run = make_run(li)
        assert code_of(lambda: li.life.take(run, "review", "x")) == "role-missing"
        for statement in (
            "UPDATE runs SET status = 'reviewed'",
            "UPDATE runs SET digest = 'x'",
            "INSERT INTO roles VALUES ('role_li', 'publish')",
            "UPDATE audit SET actor = 'x'",
            "DELETE FROM audit",
            "ALTER TABLE runs DISABLE ROW LEVEL SECURITY",
            "DROP TRIGGER rules_engine_step ON runs",
            "DELETE FROM runs",
            "DELETE FROM roles",
        ):
            with pytest.raises(sa.exc.DBAPIError), li._engine.begin() as connection:
                connection.exec_driver_sql(statement)
    with Store.open(logins["role_wang"], tmp_path) as wang:
        for verb in ("review", "publish"):
            run = wang.life.take(run, verb, "x")
        with pytest.raises(sa.exc.DBAPIError), wang._engine.begin() as connection:
            connection.exec_driver_sql("UPDATE runs SET status = 'sealed'")
        assert code_of(lambda: make_run(wang)) == "role-missing"
        assert wang.audit.check() == []
