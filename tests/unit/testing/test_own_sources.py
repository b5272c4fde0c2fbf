"""The program's own sources keep the contract."""

from __future__ import annotations

import zipfile

import duckdb
import pyarrow.csv
import pyarrow.parquet
import pytest
import rules_engine_csv
import rules_engine_excel
import rules_engine_http
import rules_engine_sql
import sqlalchemy as sa
import xlsxwriter
from apis import offer, serve
from databases import fill

from rules_engine.testing import SourceContract


class TestCsv(SourceContract):
    plugin = rules_engine_csv
    name = "csv"
    first_row = 2

    def deliver(self, tables, place):
        for name, table in tables.items():
            pyarrow.csv.write_csv(table, place / f"{name}.csv")
        return str(place)

    def broken(self, place):
        (place / "信访事项.csv").write_bytes(b"\x00\x01\x02" * 99)
        yield str(place / "信访事项.csv")
        yield str(place / "gone.csv")
        (place / "信访事项.parquet").write_bytes(b"PAR1")
        yield str(place / "信访事项.parquet")


class TestJsonLines(TestCsv):
    first_row = 1

    def deliver(self, tables, place):
        with duckdb.connect() as database:
            for name, table in tables.items():
                database.register("delivered", table)
                database.execute("COPY delivered TO $1 (FORMAT json)", [f"{place / name}.jsonl"])
        return str(place)


class TestParquet(TestCsv):
    first_row = 1

    def deliver(self, tables, place):
        for name, table in tables.items():
            pyarrow.parquet.write_table(table, place / f"{name}.parquet")
        return str(place)


class TestZip(TestCsv):
    big = 250_000

    def deliver(self, tables, place):
        with zipfile.ZipFile(place / "交换.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, table in tables.items():
                with archive.open(f"2025年/{name}.csv", "w") as member:
                    pyarrow.csv.write_csv(table, member)
        return str(place / "交换.zip")

    def broken(self, place):
        (place / "a.zip").write_bytes(b"PK\x03\x04" * 99)
        yield str(place / "a.zip")
        zipfile.ZipFile(place / "b.zip", "w").close()
        yield str(place / "b.zip")
        yield str(place / "gone.zip")


class TestExcel(SourceContract):
    plugin = rules_engine_excel
    name = "excel"
    first_row = 2
    big = 60_000
    """The library holds a sheet in memory, about 300 bytes a row; more takes minutes to write."""

    def deliver(self, tables, place):
        path = place / "台账.xlsx"
        with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
            for name, table in tables.items():
                sheet = book.add_worksheet(name)
                sheet.write_row(0, 0, table.column_names)
                rows = (row for batch in table.to_batches() for row in batch.to_pylist())
                for at, row in enumerate(rows, 1):
                    for column, value in enumerate(row.values()):
                        if value is not None:
                            sheet.write_string(at, column, str(value))
        return str(path)

    def broken(self, place):
        (place / "a.xlsx").write_bytes(b"PK\x03\x04" * 99)
        yield str(place / "a.xlsx")
        (place / "b.xls").write_bytes(b"\xd0\xcf\x11\xe0" * 99)
        yield str(place / "b.xls")
        yield str(place / "gone.xlsx")


class TestSqlite(SourceContract):
    plugin = rules_engine_sql
    name = "sql"
    first_row = 1
    big = 250_000
    memory = 64 * 2**20
    """A quarter of the rows, and of the memory: the same rule, told sooner."""

    def deliver(self, tables, place):
        address = f"sqlite:///{place / '台账 %20?.db'}"
        fill(address.replace("%", "%25").replace("?", "%3F"), tables)
        return str(place / "台账 %20?.db")

    def broken(self, place):
        (place / "damaged.db").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
        yield str(place / "damaged.db")
        (place / "text.db").write_text("a,b\n1,2\n" * 99)
        yield f"sqlite:///{place / 'text.db'}"
        yield f"sqlite:///{place / 'gone.db'}"
        yield "sqlite://"
        yield "nothing+known://reader:hunter2@localhost/x"
        yield "postgresql+gone://reader:hunter2@localhost/x"
        yield "postgresql://[::1/x"


class TestPostgresql(TestSqlite):
    secrets = ("hunter2",)

    @pytest.fixture(autouse=True)
    def database(self, postgresql):
        """The server trusts everyone on this machine; a password harms nothing."""
        self.address = sa.make_url(postgresql).set(password="hunter2")

    def deliver(self, tables, place):
        schema = f"d{abs(hash(place))}"
        engine = sa.create_engine(self.address.set(drivername="postgresql+psycopg"))
        with engine.begin() as connection:
            connection.execute(sa.schema.CreateSchema(schema))
        engine.dispose()
        given = self.address.update_query_dict({"options": f"-csearch_path={schema}"})
        fill(given, tables)
        return given.render_as_string(hide_password=False)

    def broken(self, place):
        yield self.address.render_as_string(hide_password=False)  # it has no tables
        yield "postgresql://reader:hunter2@127.0.0.1:1/x"
        yield self.address.set(database="gone").render_as_string(hide_password=False)


class TestHttp(SourceContract):
    plugin = rules_engine_http
    name = "http"
    first_row = 1
    big = 250_000
    memory = 128 * 2**20

    @pytest.fixture(autouse=True)
    def server(self, api_server):
        self.address = api_server

    def deliver(self, tables, place):
        return offer(self.address, place, tables)

    def broken(self, place):
        page = {"text": "<html>please log in</html>"}
        cut = {"": {"body": {"cases": f"{place}/cut/cases"}}, "cases": {"body": {"rows": [1]}}}
        yield serve(self.address, place / "page", {"": page})
        yield serve(self.address, place / "cut", cut)
        yield serve(self.address, place / "empty", {})
        yield "http://127.0.0.1:1/"
        yield "https://"
        yield "http://[::1/x"
