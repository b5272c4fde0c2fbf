"""What a login at the server can do with the tables, by whatever statement: its rights, no more.

One office, with a login for each role and three without any, is tried with every statement of a
generated list, alone and while others work. What is right stands in two tables, written by hand.
"""

from __future__ import annotations

import threading
import uuid
from types import SimpleNamespace
from typing import TYPE_CHECKING

import psycopg
import pytest
import sqlalchemy as sa

from rules_engine.audit.entry import hash_of
from rules_engine.errors import StoreError
from rules_engine.model.appeal import EvidenceItem
from rules_engine.store import Store
from rules_engine.store.tables import Base
from tests.unit.store.conftest import make_run
from tests.unit.store.test_appeals_stored import NOW, dispute

if TYPE_CHECKING:
    from collections.abc import Iterator

ROLES = ("assess", "review", "publish", "seal", "decide", "administer", "appeal")
MEMBERS = (*ROLES, "plain")
"""``plain`` is a member without a role; ``left`` was one with the role publish; ``other`` never."""
LOGINS = (*MEMBERS, "left", "other")

TABLES = {name: [column.name for column in table.columns] for name, table in
          Base.metadata.tables.items()} | {"alembic_version": ["version_num"]}  # fmt: skip
RUN_COLUMNS = [name for name in TABLES["runs"] if name != "number"]
RIGHTS = {
    **{(table, "SELECT"): (MEMBERS, columns) for table, columns in TABLES.items()},
    ("runs", "INSERT"): (("assess", "decide"), RUN_COLUMNS),
    ("runs", "UPDATE"): (("review", "publish", "seal"), ["status"]),
    ("runs", "DELETE"): (("administer",), None),
    ("appeals", "INSERT"): (MEMBERS, TABLES["appeals"]),
    ("appeals", "UPDATE"): (
        ("decide",), ["status", "decided_at", "decided_by", "decision_reason", "result"],
    ),
    ("evidence", "INSERT"): (MEMBERS, [n for n in TABLES["evidence"] if n != "number"]),
    ("roles", "INSERT"): (("administer",), ["name", "role"]),
    ("roles", "DELETE"): (("administer",), None),
}  # fmt: skip
"""Table and action: whose right it is, on which columns."""


@pytest.fixture(scope="module")
def office(postgresql_server: str, tmp_path_factory) -> Iterator[SimpleNamespace]:
    """Give a store whose server holds everybody to the list, with a little of everything in it."""
    name = f"office_{uuid.uuid4().hex[:8]}"
    logins = {who: f"{who}_{name}" for who in LOGINS}
    server = sa.make_url(postgresql_server)._replace(password=None)
    address = str(server.set(database=name))
    addresses = {who: address.replace("postgres@", f"{login}@", 1) for who, login in logins.items()}
    folder = tmp_path_factory.mktemp("office")
    with psycopg.connect(str(server), autocommit=True) as boss:
        boss.execute(f"CREATE DATABASE {name}")
        for login in logins.values():
            boss.execute(f"CREATE ROLE {login} LOGIN")
        with Store.open(address, folder) as store:
            runs = {}
            for status, verbs in (
                ("draft", ""), ("reviewed", "review"), ("published", "review publish"),
                ("sealed", "review publish seal"),
            ):  # fmt: skip
                runs[status] = make_run(store)
                for verb in verbs.split():
                    runs[status] = store.life.take(runs[status], verb, "x")
            dispute(store, runs["published"])
            dispute(store, runs["published"], "other")
            store.appeals.reject(2, "x")
            store.appeals.add_evidence(1, EvidenceItem(NOW, "", "会议记录", "a", "ab" * 32, 2))
            store.roles.grant("postgres", "administer")
            for role in ROLES:
                store.roles.grant(logins[role], role)
            store.roles.grant(logins["left"], "publish")
            hold(store)
            store.roles.revoke(logins["left"], "publish")
        with psycopg.connect(address, autocommit=True) as owner:
            group = owner.execute("SELECT rolname FROM pg_roles JOIN pg_auth_members ON roleid = "
                                  "pg_roles.oid WHERE member = %s::regrole ORDER BY 1",
                                  [logins["assess"]]).fetchone()[0]  # fmt: skip
            owner.execute(f"GRANT {group} TO {logins['plain']}")
            yield SimpleNamespace(
                address=address, logins=logins, folder=folder, owner=owner, group=group,
                runs={status: run.record.id for status, run in runs.items()},
                connect=lambda who: psycopg.connect(addresses[who], autocommit=True),
                open=lambda who: Store.open(addresses[who], folder, by=logins[who]),
            )  # fmt: skip
        boss.execute(f"DROP DATABASE {name} WITH (FORCE)")
        ours = boss.execute(
            "SELECT rolname FROM pg_roles WHERE starts_with(rolname, 'rules_eng') "
            "ORDER BY rolname LIKE '%keeper'"
        )
        for role in (*logins.values(), *(role for (role,) in ours.fetchall())):
            boss.execute(f"DROP ROLE {role}")


def hold(store: Store) -> None:
    with store._engine.begin() as connection:
        for statement in store.roles.statements():
            connection.exec_driver_sql(statement)


def digest(office: SimpleNamespace) -> object:
    """Everything that a login could have changed: rows, members, rights, and what is there."""
    rows = " UNION ALL ".join(
        f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t" for table in TABLES
    )
    catalogue = " UNION ALL ".join(
        f"SELECT md5(string_agg({what}, '|' ORDER BY {what})) FROM {where}"
        for what, where in (
            ("concat(roleid, ' ', member)", "pg_auth_members"),
            ("concat(relname, relacl, relkind, relrowsecurity)", "pg_class"),
            ("concat(proname, proacl, prosrc, proowner)", "pg_proc"),
            ("concat(tgname, tgenabled)", "pg_trigger"), ("polname::text", "pg_policy"),
            ("typname::text", "pg_type"), ("oprname::text", "pg_operator"),
            ("nspname::text", "pg_namespace"),
            ("concat(rulename, ev_class)", "pg_rewrite"),
            ("oid::text", "pg_largeobject_metadata"),
        )
    )  # fmt: skip
    return office.owner.execute(f"{rows} UNION ALL {catalogue}").fetchall()


def test_each_login_has_the_rights_of_the_table_and_no_other(office: SimpleNamespace) -> None:
    wanted = {
        (who, table, act, column)
        for (table, act), (holders, columns) in RIGHTS.items()
        for who in holders
        for column in columns or [""]
    }
    found = set()
    for who, login in office.logins.items():
        for table, columns in TABLES.items():
            for act in ("SELECT", "INSERT", "UPDATE", "REFERENCES"):
                held = office.owner.execute(
                    f"SELECT c FROM unnest(%s::text[]) c WHERE has_column_privilege('{login}', "
                    f"'{table}', c, '{act}')", [columns],
                ).fetchall()  # fmt: skip
                found |= {(who, table, act, column) for (column,) in held}
            for act in ("DELETE", "TRUNCATE", "TRIGGER"):
                if office.owner.execute(
                    f"SELECT has_table_privilege('{login}', '{table}', '{act}')"
                ).fetchone()[0]:
                    found.add((who, table, act, ""))
    assert found == wanted


def test_functions_look_nowhere_else_and_nobody_logs_in_as_their_owner(office: SimpleNamespace):
    rows = office.owner.execute(
        "SELECT proname, proconfig, prosecdef, rolname, rolcanlogin, rolsuper, "
        "has_function_privilege('public', p.oid, 'EXECUTE') "
        "FROM pg_proc p JOIN pg_roles ON proowner = pg_roles.oid "
        "WHERE pronamespace = 'public'::regnamespace"
    ).fetchall()
    assert {row[0] for row in rows if row[2]} == {
        "audit_append", "rules_engine_logged", "rules_engine_sync", "rules_engine_members",
    }  # fmt: skip
    for name, settings, definer, owner, logs_in, above, public in rows:
        assert settings == ["search_path=pg_catalog, pg_temp"], name
        if definer:
            assert (owner.endswith("_keeper"), logs_in, above) == (True, False, False)
        assert not public or name.endswith("_guarded"), name
    (count,) = office.owner.execute(
        "SELECT count(*) FROM pg_auth_members WHERE roleid = %s::regrole "
        "AND member <> 'postgres'::regrole", [f"{office.group}_keeper"],
    ).fetchone()  # fmt: skip
    assert count == 0


def dangerous(office: SimpleNamespace) -> Iterator[str]:
    """What somebody would like to do, with the tables' names in their places."""
    big = (2147483647, 9223372036854775807, -1, 0)
    yield "UPDATE public.runs SET status = 'published'"
    yield "UPDATE public.runs SET status = 'sealed' WHERE status = 'published'"
    yield "UPDATE public.runs SET status = 'draft' WHERE status = 'sealed'"
    yield "UPDATE public.appeals SET status = 'rejected', decided_by = 'x' WHERE status = 'open'"
    yield "DELETE FROM public.roles"
    yield "DELETE FROM public.runs WHERE status = 'draft'"
    yield f"INSERT INTO public.roles VALUES ('{office.logins['plain']}', 'administer')"
    for number in big:
        values = f"now(), 'x', 'exported', NULL, '{{}}', '{'0' * 64}', '{'0' * 64}'"
        yield f"INSERT INTO public.audit SELECT {number}, {values}"
    yield "SELECT public.audit_append('x', 'published', (SELECT min(id) FROM public.runs), '{}')"


def hostile(office: SimpleNamespace) -> Iterator[str]:
    """Every statement of the list; none of them may change anything, whoever tries."""
    for table, columns in TABLES.items():
        yield f"INSERT INTO {table} SELECT * FROM {table}"
        yield f"INSERT INTO {table} DEFAULT VALUES"
        yield f"DELETE FROM {table}"
        yield f"MERGE INTO {table} USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE"
        for column in columns:
            yield f"UPDATE {table} SET {column} = {column}"
            yield f"UPDATE ONLY public.{table} SET {column} = NULL"
            yield f"INSERT INTO {table} ({column}) SELECT {column} FROM {table}"
        yield f"SELECT * FROM {table} FOR UPDATE"
        yield f"COPY {table} FROM STDIN"
        yield f"COPY {table} TO PROGRAM 'cat'"
        yield f"COPY {table} TO '/tmp/{table}.csv'"
        yield f"TRUNCATE {table} CASCADE"
        for mode in ("ACCESS EXCLUSIVE", "EXCLUSIVE", "SHARE ROW EXCLUSIVE", "SHARE"):
            yield f"BEGIN; LOCK TABLE {table} IN {mode} MODE NOWAIT; ROLLBACK"
        for change in (
            "DISABLE TRIGGER ALL", "DISABLE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY",
            "ADD COLUMN own text", "OWNER TO CURRENT_USER", "RENAME TO gone", "SET SCHEMA pg_temp",
            "INHERIT public.runs",
        ):  # fmt: skip
            yield f"ALTER TABLE {table} {change}"
        yield f"CREATE RULE own AS ON INSERT TO {table} DO INSTEAD NOTHING"
        yield (f"CREATE TRIGGER own BEFORE INSERT ON {table} FOR EACH ROW "
               "EXECUTE FUNCTION suppress_redundant_updates_trigger()")  # fmt: skip
        yield f"CREATE POLICY own ON {table} USING (true)"
        yield f"CREATE INDEX own ON {table} ({columns[0]})"
        yield f"CREATE TABLE own (LIKE {table})"
        yield f"CREATE VIEW own AS SELECT * FROM {table}"
        yield f"DROP TABLE {table} CASCADE"
        yield f"GRANT ALL ON {table} TO PUBLIC"
        yield f"CREATE TEMP TABLE {table} AS SELECT * FROM public.{table}"
        yield f"CREATE TEMP VIEW {table} AS SELECT * FROM public.{table}"
    groups = [office.group, *(f"{office.group}_{role}" for role in (*ROLES, "keeper")), "postgres"]
    wrapped = [
        "CREATE TEMP TABLE roles (name text, role text); {}",
        "CREATE SCHEMA own; SET search_path = own, public; {}",
        "SET row_security = off; {}",
        "SET session_replication_role = replica; {}",
        "SET search_path = pg_temp, public; {}",
        "SET default_transaction_isolation = serializable; {}",
        "SET CONSTRAINTS ALL IMMEDIATE; {}",
        "DO $do$ BEGIN {}; END $do$",
        "DO $do$ BEGIN SAVEPOINT a; EXCEPTION WHEN OTHERS THEN {}; END $do$",
        "EXPLAIN ANALYZE {}",
        "DEALLOCATE ALL; PREPARE own AS {}; EXECUTE own",
        *(f"SET ROLE {group}; {{}}" for group in groups),
        *(f"SET SESSION AUTHORIZATION {group}; {{}}" for group in groups[-1:]),
    ]
    for payload in dangerous(office):
        yield payload
        if not payload.startswith("SELECT"):
            yield f"WITH a AS ({payload} RETURNING *) SELECT * FROM a"
        for wrapper in wrapped:
            said = payload.replace("SELECT public", "PERFORM public", 1)
            yield wrapper.replace("{}", said if wrapper.startswith("DO") else payload)
    for body in (
        "FUNCTION {}.rules_engine_may(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "FUNCTION {}.lower(varchar) RETURNS text LANGUAGE sql AS 'SELECT $1'",
        "FUNCTION {}.eq(varchar, name) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "OPERATOR {}.= (LEFTARG = varchar, RIGHTARG = name, FUNCTION = nameeqtext)",
        "TYPE {}.roles AS (name text, role text)", "DOMAIN {}.text AS varchar",
        "TABLE {}.roles (name text, role text)", "SEQUENCE {}.runs_number_seq",
        "AGGREGATE {}.max (integer) (SFUNC = int4larger, STYPE = integer)",
        "COLLATION {}.\"C\" FROM \"POSIX\"",
    ):  # fmt: skip
        for schema in ("pg_temp", "public", "pg_catalog"):
            yield "CREATE " + body.replace("{}", schema)
    for sequence in ("runs_number_seq", "evidence_number_seq"):
        yield f"SELECT setval('{sequence}', 9223372036854775807)"
        yield f"SELECT nextval('{sequence}')"
        yield f"ALTER SEQUENCE {sequence} RESTART WITH 1"
    yield from (f"GRANT {group} TO CURRENT_USER" for group in groups)
    yield from (f"GRANT {group} TO {office.logins['other']}" for group in groups)
    yield from (
        "CREATE SCHEMA roles", "CREATE ROLE own SUPERUSER", "CREATE DATABASE own",
        "CREATE EXTENSION pg_trgm", "CREATE EVENT TRIGGER own ON ddl_command_end "
        "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "ALTER ROLE CURRENT_USER SUPERUSER", "ALTER ROLE CURRENT_USER BYPASSRLS",
        f"ALTER ROLE {office.group}_keeper LOGIN PASSWORD 'x'", f"DROP ROLE {office.group}_assess",
        f"DROP OWNED BY {office.group}_keeper", f"REASSIGN OWNED BY {office.group}_keeper "
        "TO CURRENT_USER", "ALTER SYSTEM SET fsync = off", "VACUUM FULL public.runs; SELECT 1/0",
        "ALTER DATABASE postgres SET search_path = pg_temp",
        "ALTER FUNCTION public.rules_engine_may(text) RESET ALL",
        "ALTER FUNCTION public.audit_append(text, text, text, jsonb) OWNER TO CURRENT_USER",
        "DROP FUNCTION public.rules_engine_members() CASCADE",
        "CREATE OR REPLACE FUNCTION public.rules_engine_may(wanted text) RETURNS boolean "
        "LANGUAGE sql AS 'SELECT true'",
        "SELECT public.rules_engine_members()", "SELECT public.rules_engine_sync()",
        "SELECT public.rules_engine_logged()",
        "SELECT public.audit_hash(a) FROM public.audit a",
        "SELECT lo_create(0)", "SELECT lo_creat(-1)", "SELECT lo_from_bytea(0, 'x')",
        "SELECT lo_import('/etc/passwd')", "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_ls_dir('/')", "SELECT pg_reload_conf()", "SELECT lo_unlink(1)",
        "SELECT dblink('dbname=postgres', 'SELECT 1')",
    )  # fmt: skip
    for act, run, details in (
        ("published", "draft", {"status": "published"}), ("pruned", "draft", {}),
        ("pruned", "20240101-ffffff", {}), ("adopted", "draft", {"status": "sealed"}),
        ("stored", "draft", {"digest": "ef" * 32}), ("withdrawn", "reviewed", {"status": "draft"}),
        ("reviewed", "reviewed", {"status": "reviewed"}), ("invented", None, {}),
        ("role-granted", None, {"name": "x", "role": "publish"}),
        ("role-granted", None, {"name": "postgres", "role": "administer"}),
        ("appeal-rejected", "published", {"appeal": 2}), ("appeal-opened", "published", {}),
    ):  # fmt: skip
        whose = office.runs.get(run, run) if run else None
        yield told("x", act, whose, details)
    for details in ('{"a": 1.5}', '{"a": 1e400}', '{"a": 1e18}', '[]', '1', 'null',
                    '{"a":' * 40 + '1' + '}' * 40, '[' * 20000, '{"a": "' + 'x' * 1_000_000 + '"}',
                    r'{"a": "\u0000"}', r'{"a": "\ud800"}'):  # fmt: skip
        yield f"SELECT audit_append('x', 'exported', NULL, '{details}')"
    yield "SELECT audit_append('x', 'exported', NULL, NULL)"
    yield "SELECT audit_append(NULL, 'exported', NULL, '{}')"


def told(by: str, act: str, run: str | None, details: dict[str, object]) -> str:
    values = psycopg.sql.SQL(", ").join([by, act, run, psycopg.types.json.Jsonb(details)])
    return "SELECT public.audit_append(" + values.as_string() + ")"


@pytest.mark.parametrize("who", LOGINS)
def test_no_statement_of_the_list_changes_anything(office: SimpleNamespace, who: str) -> None:
    before = digest(office)
    passed = []
    with office.connect(who) as connection:
        for statement in hostile(office):
            try:
                connection.execute(statement)
            except psycopg.Error:
                if connection.info.transaction_status:
                    connection.execute("ROLLBACK")
                continue
            passed.append(statement)
            connection.execute("RESET ALL")
    assert digest(office) == before
    # What is no change may pass: no row fits, or a lock is let go of at once.
    harmless = ("UPDATE", "DELETE", "MERGE", "SELECT * FROM", "WITH", "SET ", "DO", "EXPLAIN",
                "DEALLOCATE", "INSERT", "GRANT ALL ON", "BEGIN; LOCK TABLE r")  # fmt: skip
    assert [text for text in passed if not text.startswith(harmless)] == []
    # Who may delete rows may lock their table, and nobody else.
    locking = {text.split()[3] for text in passed if text.startswith("BEGIN; LOCK")}
    assert locking == ({"runs", "roles"} if who == "administer" else set())


def acts(office: SimpleNamespace) -> Iterator[tuple[tuple[str, ...], str, list[str]]]:
    """Give every act as statements: whose right it is, its name, how it is done by hand."""
    runs, columns = office.runs, ", ".join(f'"{c}"' for c in RUN_COLUMNS)

    def stored(parent: str | None) -> list[str]:
        new = {"id": "20250101-abcdef", "status": "draft", "parent": parent}
        values = ", ".join(
            ("NULL" if new[c] is None else f"'{new[c]}'") if c in new else f'"{c}"'
            for c in RUN_COLUMNS
        )
        (files,) = office.owner.execute(
            f"SELECT files FROM runs WHERE id = '{runs['draft']}'"
        ).fetchone()
        details = {"digest": "ef" * 32, "files": hash_of(files)}
        details |= {"parent": parent} if parent else {}
        return [
            f"INSERT INTO runs ({columns}) SELECT {values} FROM runs WHERE id = '{runs['draft']}'",
            told("x", "stored", new["id"], details),
        ]

    def step(before: str, after: str, act: str) -> list[str]:
        return [
            f"UPDATE runs SET status = '{after}' WHERE id = '{runs[before]}'",
            told("x", act, runs[before], {"status": after, "reason": "x"}),
        ]

    yield ("assess",), "store", stored(None)
    for column in ("created_at", "as_of", "period_from"):  # what no program could read
        insert, entry = stored(None)
        yield (), f"store a {column} without end", [
            insert.replace(f'"{column}"', "'infinity'").replace("'infinity'", f'"{column}"', 1),
            entry,
        ]  # fmt: skip
    yield ("decide",), "correct", stored(runs["published"])
    yield ("review",), "review", step("draft", "reviewed", "reviewed")
    yield ("review",), "take back a review", step("reviewed", "draft", "withdrawn")
    yield ("publish",), "publish", step("reviewed", "published", "published")
    yield ("publish",), "take back", step("published", "reviewed", "withdrawn")
    yield ("seal",), "seal", step("published", "sealed", "sealed")
    yield (), "skip a step", step("draft", "published", "published")
    yield (), "break a seal", step("sealed", "published", "withdrawn")
    line = {"appeal": 1, "subject": "v1", "criterion": "line"}
    yield ("decide",), "reject", [
        "UPDATE appeals SET status = 'rejected', decided_at = now(), decided_by = 'x', "
        "decision_reason = 'no' WHERE number = 1",
        told("x", "appeal-rejected", runs["published"], line | {"reason": "no"}),
    ]  # fmt: skip
    for number, status in ((3, "published"), (2147483647, "published"), (3, "draft")):
        holders = MEMBERS if (number, status) == (3, "published") else ()
        yield holders, f"open appeal {number} against a {status} run", [
            "INSERT INTO appeals (number, run, kind, subject, subject_name, criterion, "
            "criterion_label, reason, opened_at, opened_by, status, decision_reason) VALUES "
            f"({number}, '{runs[status]}', 'village', 'v1', 'x', 'more', 'x', 'r', now(), 'x', "
            "'open', '')",
            told("x", "appeal-opened", runs[status],
                 line | {"appeal": number, "criterion": "more", "reason": "r"}),
        ]  # fmt: skip
    for appeal, holders in ((1, MEMBERS), (2, ())):
        yield holders, f"bring evidence for {appeal}", [
            f"INSERT INTO evidence (appeal, at, by, text) VALUES ({appeal}, now(), 'x', 'e')",
            told("x", "appeal-evidence", runs["published"], line | {"appeal": appeal, "text": "e"}),
        ]  # fmt: skip
    yield MEMBERS, "export", [told("x", "exported", None, {"signed": False})]
    yield ("assess",), "clear", [told("x", "cleared", None, {"runs": ["20240101-000000"]})]
    yield (
        ("administer",),
        "prune",
        [
            f"DELETE FROM runs WHERE id = '{runs['draft']}'",
            told("x", "pruned", runs["draft"], {"digest": "x", "older_than_days": 1}),
        ],
    )
    for role in (*ROLES, "invented"):
        yield ("administer",) if role in ROLES else (), f"grant {role}", [
            f"INSERT INTO roles VALUES ('{office.logins['other']}', '{role}')",
            told("x", "role-granted", None, {"name": office.logins["other"], "role": role}),
        ]  # fmt: skip
    for name, role in (
        (office.logins["seal"], "seal"),
        (office.logins["administer"], "administer"),
    ):
        yield (
            ("administer",),
            f"revoke {role}",
            [
                f"DELETE FROM roles WHERE name = '{name}' AND role = '{role}'",
                told("x", "role-revoked", None, {"name": name, "role": role}),
            ],
        )
    yield (), "revoke from all who administer", [
        "DELETE FROM roles WHERE role = 'administer'",
        *(told("x", "role-revoked", None, {"name": name, "role": "administer"})
          for name in ("postgres", office.logins["administer"])),
    ]  # fmt: skip


def done(connection: psycopg.Connection, statements: list[str]) -> bool:
    """Do an act, find out whether it would be committed, and take it back."""
    try:
        with connection.transaction(force_rollback=True):
            for statement in statements:
                connection.execute(statement)
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.Error:
        return False
    return True


@pytest.mark.parametrize("who", LOGINS)
def test_an_act_needs_its_role_and_its_entry(office: SimpleNamespace, who: str) -> None:
    before = digest(office)
    with office.connect(who) as connection:
        for holders, act, statements in acts(office):
            assert done(connection, statements) == (who in holders), act
            if len(statements) > 1:
                assert not done(connection, statements[:1]), f"{act}, without an entry"
                assert not done(connection, statements[1:]), f"{act}, not done"
    assert digest(office) == before


def test_the_list_is_tried_while_others_work(office: SimpleNamespace) -> None:
    """Six logins try everything again while a reviewer takes steps and everybody exports."""
    over = threading.Event()
    failed: list[BaseException] = []

    def attack(who: str) -> None:
        with office.connect(who) as connection:
            connection.execute("SET lock_timeout = '200ms'")
            for statement in [*dangerous(office), *hostile(office)][:: 1 + LOGINS.index(who)]:
                if over.is_set():
                    return
                try:
                    connection.execute(statement)
                except psycopg.Error:
                    if connection.info.transaction_status:
                        connection.execute("ROLLBACK")

    def work(count: int = 15) -> None:
        try:
            with office.open("review") as store:
                run = store.get(office.runs["draft"])
                for _ in range(count):
                    run = store.life.take(store.life.take(run, "review", "x"), "withdraw", "x")
                store.audit.export(office.folder / "log.jsonl")
        except BaseException as error:
            failed.append(error)
        over.set()

    threads = [threading.Thread(target=work)]
    threads += [threading.Thread(target=attack, args=[who]) for who in LOGINS[1:7]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    with office.open("plain") as store:
        assert store.audit.check() == []
        assert {run.status: run.id for run in store.list_runs()} == office.runs


def test_a_role_that_is_taken_is_gone_at_once(office: SimpleNamespace) -> None:
    """Whatever a second connection of the same login held ready before."""
    publish = next(statements for _, act, statements in acts(office) if act == "publish")
    login, before = office.logins["publish"], digest(office)[: len(TABLES)]
    with (
        office.connect("publish") as snapshot, office.connect("publish") as begun,
        office.connect("publish") as idle, office.open("administer") as boss,
    ):  # fmt: skip
        snapshot.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM roles")
        begun.execute("BEGIN")
        begun.execute(publish[0])
        idle.execute("PREPARE own AS " + publish[0])
        boss.roles.revoke(login, "publish")
        held = office.owner.execute(
            "SELECT count(*) FROM pg_auth_members WHERE member = %s::regrole", [login]
        ).fetchone()
        assert held == (0,)
        for connection, statements in (
            (snapshot, publish), (begun, publish[1:]), (idle, ["BEGIN", "EXECUTE own"]),
        ):  # fmt: skip
            with pytest.raises(psycopg.Error):
                for statement in [*statements, "COMMIT"]:
                    connection.execute(statement)
            connection.execute("ROLLBACK")
        with pytest.raises(StoreError), office.open("publish") as store:
            store.list_runs()
        boss.roles.grant(login, "publish")
        assert done(idle, publish)
        assert boss.audit.check() == []
    after = digest(office)[: len(TABLES)]
    assert [a == b for a, b in zip(before, after, strict=True)].count(False) == 1  # the log


def test_entries_that_come_together_make_one_chain(office: SimpleNamespace) -> None:
    def export(who: str) -> None:
        with office.connect(who) as connection:
            for _ in range(10):
                connection.execute(told("x", "exported", None, {"signed": True, "甲": '\x01"\\/é'}))

    threads = [threading.Thread(target=export, args=[who]) for who in MEMBERS[:4]]
    with office.open("plain") as store:
        before = len(store.audit.entries())
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        entries = store.audit.entries()
        assert len(entries) == before + 40
        assert {e.details["login"] for e in entries[before:]} == {
            office.logins[who] for who in MEMBERS[:4]
        }
        assert store.audit.check() == []


def test_a_second_store_on_the_server_has_other_members(
    office: SimpleNamespace, postgresql: str, tmp_path
) -> None:
    with Store.open(postgresql, tmp_path) as store:
        store.roles.grant("postgres", "administer")
        store.roles.grant(office.logins["other"], "assess")
        hold(store)
        hold(store)
    with office.connect("other") as connection, pytest.raises(psycopg.Error):
        connection.execute("SELECT FROM runs")
    address = postgresql.replace("postgres@", f"{office.logins['assess']}@", 1)
    with psycopg.connect(address) as connection, pytest.raises(psycopg.Error):
        connection.execute("SELECT FROM runs")
    with Store.open(postgresql, tmp_path) as store:
        count = "SELECT count(*) FROM pg_auth_members WHERE member = %s::regrole"
        left = [office.logins["left"]]
        group = office.owner.execute(
            "SELECT rolname FROM pg_roles WHERE rolname ~ '^rules_engine(_[0-9]+)?$' "
            "AND rolname <> %s", [office.group],
        ).fetchone()[0]  # fmt: skip
        office.owner.execute(f"GRANT {group} TO {office.logins['left']}")  # by hand, as once
        assert office.owner.execute(count, left).fetchone() == (1,)
        hold(store)
        assert office.owner.execute(count, left).fetchone() == (0,)
    assert office.owner.execute(count, [office.logins["assess"]]).fetchone() == (2,)


def test_the_statements_need_no_superuser(
    office: SimpleNamespace, postgresql: str, tmp_path
) -> None:
    """The owner of a database who may make roles is enough; names are quoted."""
    chief, odd = "chief_" + postgresql[-6:], 'o"d $$; --' + postgresql[-6:]
    database = sa.make_url(postgresql).database
    quoted = psycopg.sql.Identifier(odd).as_string()
    office.owner.execute(f"CREATE ROLE {chief} LOGIN CREATEROLE; CREATE ROLE {quoted} LOGIN")
    office.owner.execute(f"ALTER DATABASE {database} OWNER TO {chief}")
    with Store.open(postgresql.replace("postgres@", f"{chief}@", 1), tmp_path) as store:
        for name, role in ((chief, "administer"), (odd, "assess"), ("nobody", "review")):
            store.roles.grant(name, role)
        hold(store)
        hold(store)
    address = sa.make_url(postgresql).set(username=odd)
    with Store.open(str(address), tmp_path) as store:
        run = make_run(store)
        assert store.audit.entries(run.record.id)[0].details["login"] == odd
        assert store.audit.check() == []
    with psycopg.connect(postgresql, autocommit=True) as owner:
        owner.execute(f"REASSIGN OWNED BY {chief} TO postgres")
        groups = owner.execute(
            "SELECT roleid::regrole::text FROM pg_auth_members WHERE member = %s::regrole "
            "ORDER BY roleid::regrole::text LIKE '%%keeper'", [chief],
        ).fetchall()  # fmt: skip
        for (name,) in (*groups, (chief,), (quoted,)):
            owner.execute(f"DROP OWNED BY {name} CASCADE")
        for (name,) in (*groups, (chief,), (quoted,)):
            owner.execute(f"DROP ROLE {name}")
