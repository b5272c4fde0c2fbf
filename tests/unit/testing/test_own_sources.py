"""The program's own sources keep the contract."""

from __future__ import annotations

import json

import pyarrow.csv
import pyarrow.parquet
import rules_engine_csv

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
