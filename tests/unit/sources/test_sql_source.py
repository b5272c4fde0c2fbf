"""Records from a real PostgreSQL, and from SQLite: types, mapping, and all that can go wrong."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
import rules_engine_sql
import sqlalchemy as sa

from rules_engine.api import DatasetError, SourceRequest
from rules_engine.dataset.schema import STANDARD_TABLES

VILLAGES = """
CREATE TABLE villages (village_id text, name text, kind text);
INSERT INTO villages VALUES ('V1', '甲村', '村'), ('V2', '乙村', '村');
"""


@pytest.fixture
def office(postgresql, write):
    """A PostgreSQL with the villages, and the address as source.yaml names it."""
    engine = sa.create_engine(
        sa.make_url(postgresql).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool
    )

    def run(script):
        with engine.begin() as connection:
            result = connection.exec_driver_sql(script)
            return result.fetchall() if result.returns_rows else None

    run(VILLAGES)
    return SimpleNamespace(run=run, address=postgresql, engine=engine)


def mapping(address, tables, source=""):
    return f"source: {{location: '{address}'{source}}}\ntables:\n  villages: {{}}\n{tables}"


def opened(location, **asked):
    schemas = {name: STANDARD_TABLES[name] for name in ("villages", "cases")}
    return list(rules_engine_sql.open_database(SourceRequest(location, schemas, **asked)))


def refused(call):
    with pytest.raises(DatasetError) as error:
        call()
    (finding,) = error.value.findings
    return finding


def test_values_keep_their_types(office, take):
    office.run("""
        CREATE TABLE "报表" (编号 int, 村 varchar(9), kind text, due timestamptz, sent timestamp);
        INSERT INTO "报表" VALUES (1, 'V1', '月', '2025-01-31 16:00Z', '2025-01-31 23:59:59'),
                                  (2, 'V2', '月', '2025-01-31 15:59Z', NULL);
        CREATE VIEW checks AS SELECT 'J' || n AS check_id, 'V1' AS village_id, '制度' AS item,
            n = 1 AS met, (n * 1.10)::numeric(6, 2) AS points, date '2025-02-28' AS checked_on
            FROM generate_series(1, 2) AS n;
    """)
    text = mapping(
        office.address,
        """
  reports:
    from: 报表
    columns: {report_id: 编号, village_id: 村, due_at: due, submitted_at: sent}
  checks: {}
""",
        ", time_zone: Asia/Shanghai",
    )
    taken = take(text, ("villages", "reports", "checks"))
    assert [f.code for f in taken.findings] == ["deadline-at-midnight"]
    assert taken.rows("reports", "report_id", "due_at", "submitted_at") == [
        ("1", datetime(2025, 2, 1), datetime(2025, 1, 31, 23, 59, 59)),
        ("2", datetime(2025, 1, 31, 23, 59), None),
    ]
    assert taken.rows("checks", "check_id", "met", "points", "checked_on") == [
        ("J1", True, Decimal("1.1000"), date(2025, 2, 28)),
        ("J2", False, Decimal("2.2000"), date(2025, 2, 28)),
    ]


def test_a_moment_with_a_zone_needs_to_be_told_whose_day_it_is(office, take):
    office.run(
        "CREATE TABLE cases AS SELECT 'C1' AS case_id, 'V1' AS village_id, now() AS received_on"
    )
    taken = take(mapping(office.address, "  cases: {}\n"))
    assert [code for code, _ in taken.said] == ["unsupported-type"]
    assert taken.said[0][1].endswith(": cases, column received_on")


def test_a_type_that_cannot_be_read_is_told_with_table_and_column(office, take):
    office.run("""CREATE TABLE cases AS SELECT 'C1' AS case_id, 'V1' AS village_id,
        date '2025-01-01' AS received_on, 'x'::bytea AS cause, '{1,2}'::int[] AS marks""")
    taken = take(mapping(office.address, "  cases: {}\n"))
    told = {(f.severity, f.code, f.place.table, f.place.field) for f in taken.findings}
    assert told == {
        ("error", "unsupported-type", "cases", "cause"),
        ("warning", "unsupported-type", "cases", "cause"),
        ("warning", "unsupported-type", "cases", "marks"),
        ("warning", "ignored-column", "cases", "marks"),
    }


def test_a_query_and_another_schema(office, take):
    office.run("""CREATE SCHEMA 信访; CREATE TABLE 信访.台账 (id int, v text, at date, 姓名 text);
        INSERT INTO 信访.台账 VALUES (7, 'V1', '2025-03-01', '张三');
        INSERT INTO 信访.台账 VALUES (8, 'V2', '2025-03-02', '李四');
        CREATE TABLE 信访.走访 AS SELECT 'Z1' AS visit_id, 'V1' AS village_id""")
    taken = take(
        mapping(
            office.address,
            """
  cases:
    query: |
      SELECT id AS case_id, v AS village_id, at AS received_on, '10:30 :x 100%' AS cause
      FROM 信访.台账 WHERE v::text LIKE '%1';
""",
        )
    )
    assert taken.rows("cases", "case_id", "cause") == [("7", "10:30 :x 100%")]
    whole = mapping(office.address, """
  cases:
    schema: 信访
    from: 台账
    columns: {case_id: id, village_id: v, received_on: at}
""")  # fmt: skip
    assert "personal-column" in [code for code, _ in take(whole).said]


def test_nothing_is_changed_whatever_a_query_says(office, take):
    office.run("CREATE SEQUENCE numbers")
    changes = "WITH gone AS (DELETE FROM villages RETURNING *) SELECT * FROM gone"
    for query in (changes, "SELECT nextval('numbers')"):
        taken = take(mapping(office.address, f'  cases: {{query: "{query}"}}\n'))
        assert [code for code, _ in taken.said] == ["query-failed"]
    taken = take(mapping(office.address, "  cases: {query: DELETE FROM villages}\n"))
    assert taken.said == [("wrong-value", "source.yaml:4:18")]
    assert office.run("SELECT count(*) FROM villages") == [(2,)]


def test_a_table_that_is_not_there(office, take):
    taken = take(mapping(office.address, "  cases: {from: 台账}\n"))
    assert taken.said == [("no-such-table", "source.yaml:4:3")]
    office.run("DROP TABLE villages; CREATE TABLE 村情 (a int)")
    assert "村情" in str(refused(partial(opened, office.address)).message)


@pytest.fixture
def locked(office):
    """Give the address of a user who needs a password and may read only the villages."""
    name = office.engine.url.database
    office.run(f"""CREATE ROLE r{name} LOGIN PASSWORD 'hunter2';
        GRANT SELECT ON villages TO r{name}; CREATE TABLE cases (case_id text);""")
    hba = Path(office.run("SHOW hba_file")[0][0])
    before = hba.read_text()
    hba.write_text(f"local all r{name} scram-sha-256\n{before}")
    office.run("SELECT pg_reload_conf()")
    yield str(sa.make_url(office.address).set(username=f"r{name}"))
    hba.write_text(before)
    office.run(f"SELECT pg_reload_conf(); DROP OWNED BY r{name}; DROP ROLE r{name}")


def test_the_password_comes_from_elsewhere_and_is_never_shown(locked, take, monkeypatch):
    text = mapping(locked, "  cases: {}\n", ", secret: {env: OFFICE_PASSWORD}")
    for password in ("wrong-hunter2", "hunter2"):
        monkeypatch.setenv("OFFICE_PASSWORD", password)
        taken = take(text)
        expected = "not-authorised" if password != "hunter2" else "no-right"
        assert [code for code, _ in taken.said] == [expected]
        assert "hunter2" not in f"{taken.said} {[str(f.message) for f in taken.findings]}"
    assert [t.name for t in opened(locked, secret="hunter2")] == ["cases", "villages"]


def test_a_name_in_a_file_that_is_no_text(tmp_path):
    file = tmp_path / "a.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE villages_of_1 (a)")
    connection.close()
    file.write_bytes(file.read_bytes().replace(b"villages_of_1", b"villages_of_\xf0"))
    assert refused(lambda: opened(f"sqlite:///{file}")).code == "bad-database"


def test_a_server_that_is_not_there():
    finding = refused(partial(opened, "postgresql://reader@127.0.0.1:1/x", secret="hunter2"))
    assert finding.code == "cannot-connect"
    assert finding.place.file == "postgresql+psycopg://reader@127.0.0.1:1/x"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("oracle://db.example/x", "oracledb"),
        ("postgresql+psycopg2://db.example/x", "psycopg2-binary"),
    ],
)
def test_a_driver_that_is_not_installed(address, says, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, says.removesuffix("-binary"), None)
    finding = refused(partial(opened, address))
    assert (finding.code, says in str(finding.hint)) == ("no-driver", True)


def test_a_connection_that_is_lost_half_way(office):
    office.run("CREATE TABLE cases AS SELECT n AS case_id FROM generate_series(1, 200000) AS n")
    table = next(t for t in opened(office.address) if t.name == "cases")
    reader = table.batches()
    next(reader)
    office.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
               "WHERE pid <> pg_backend_pid() AND datname = current_database()")  # fmt: skip
    assert refused(lambda: list(reader)).code == "connection-lost"
    assert sum(batch.num_rows for batch in table.batches()) == 200_000


@pytest.fixture
def sqlite(tmp_path):
    """A SQLite file, in which a column may hold anything."""
    with sqlite3.connect(tmp_path / "台账.db") as made:
        made.executescript(VILLAGES)
        made.executescript("""CREATE TABLE 信访事项 (信访件编号, 村编号, 受理登记日期 DATE,
            重复信访 BOOLEAN, 涉及人数 INTEGER);
            INSERT INTO 信访事项 VALUES ('C1', 'V1', '2025/3/5', 1, 3);
            INSERT INTO 信访事项 VALUES (2, 'V2', 20250306, '否', '三');""")
    return made


def test_a_sqlite_file_beside_source_yaml(sqlite, take):
    taken = take(mapping("台账.db", "  cases: {columns: {category: {constant: 农村}}}\n"))
    assert taken.quarantine == [("信访事项", 2, "涉及人数", "三")]
    assert taken.rows("cases", "case_id", "received_on", "repeat", "people", "category") == [
        ("C1", date(2025, 3, 5), True, 3, "农村")
    ]
    same = take(mapping("sqlite:///台账.db", "  cases: {columns: {category: {constant: 农村}}}\n"))
    assert same.quarantine == taken.quarantine


@pytest.mark.parametrize("written", ["x'ff'", "x'33'", "x''", "x'd1a7cfb0'"])
def test_a_value_of_no_type_is_told(sqlite, take, written):
    """Bytes that are sound UTF-8 by chance, such as 学习 in GBK, are no text either."""
    sqlite.executescript(f"UPDATE 信访事项 SET 涉及人数 = {written} WHERE 信访件编号 = 'C1'")
    taken = take(mapping("台账.db", "  cases: {}\n"))
    assert taken.said == [("unsupported-type", "台账.db: 信访事项, column 涉及人数")]


def test_addresses_that_are_databases():
    accepts = rules_engine_sql.accepts
    assert all(map(accepts, ("postgresql://db/x", "oracle+oracledb://db/x", "sqlite:///gone.db")))
    assert not any(map(accepts, ("http://db/x", "gone.db", "C:/data", "postgresql", "")))
