"""The program's own sources keep the contract."""

from __future__ import annotations

import json

import pyarrow.csv
import pyarrow.parquet
import rules_engine_csv
import rules_engine_excel
import xlsxwriter

from rules_engine.testing import SourceContract


class TestCsv(SourceContract):
    plugin = rules_engine_csv
    name = "csv"

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
    def deliver(self, tables, place):
        for name, table in tables.items():
            with (place / f"{name}.jsonl").open("w", encoding="utf-8") as file:
                for batch in table.to_batches(max_chunksize=10_000):
                    file.writelines(
                        json.dumps(row, ensure_ascii=False) + "\n" for row in batch.to_pylist()
                    )
        return str(place)


class TestParquet(TestCsv):
    def deliver(self, tables, place):
        for name, table in tables.items():
            pyarrow.parquet.write_table(table, place / f"{name}.parquet")
        return str(place)


class TestExcel(SourceContract):
    plugin = rules_engine_excel
    name = "excel"
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
