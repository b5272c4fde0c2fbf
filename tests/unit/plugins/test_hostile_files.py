"""Files that are made to take all memory or all time: clear errors, at a linear cost."""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import resource
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import rules_engine_csv.archive
import rules_engine_form_xlsx
import rules_engine_sql.rows
from rules_engine_csv import json_lines, open_files
from rules_engine_excel import apart, open_workbooks, sheet
from rules_engine_sql import open_database

from rules_engine.api import DatasetError, SourceRequest, UsageError
from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.ingest.screening import screen
from rules_engine.ingest.staging import stage
from rules_engine.isolation import columnar
from rules_engine.messages import speaking
from rules_engine.model.plugin import SourceTable
from rules_engine.sources.mapped_batches import reader_of

SMALL = Path(__file__).parents[2] / "fixtures" / "small"
NAMES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://schemas.openxmlformats.org/package/2006/relationships",
)
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.fixture(autouse=True)
def english():
    with speaking("en"):
        yield


def write_xlsx(path, rows, more=""):
    """Write a workbook of one sheet, whose rows are given as pieces of XML."""
    main, office, package = NAMES
    whole = f'<Relationships xmlns="{package}"><Relationship Id="{{}}" Type="{office}/{{}}" '
    whole += 'Target="{}"/></Relationships>'
    book = whole.format("a", "officeDocument", "xl/workbook.xml")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("_rels/.rels", book)
        packed.writestr("xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
                        '<sheet name="村" sheetId="1" r:id="b"/></sheets></workbook>')  # fmt: skip
        page = whole.format("b", "worksheet", "worksheets/sheet1.xml")
        packed.writestr("xl/_rels/workbook.xml.rels", page)
        with packed.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{main}">{more}<sheetData>'.encode())
            for row in rows:
                sheet.write(row.encode())
            sheet.write(b"</sheetData></worksheet>")
    return path


def write_ods(path, rows):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        name = "urn:oasis:names:tc:opendocument:xmlns"
        packed.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{name}:manifest:1.0"/>')
        packed.writestr("content.xml", f'<o:d xmlns:o="{name}:office:1.0" '
                        f'xmlns:table="{name}:table:1.0" xmlns:office="{name}:office:1.0">'
                        f"<office:body><office:spreadsheet><table:table table:name='村'>{rows}"
                        "</table:table></office:spreadsheet></office:body></o:d>")  # fmt: skip
    return path


def code_of(call):
    with pytest.raises((DatasetError, UsageError)) as raised:
        call()
    return raised.value.findings[0].code


def opened(path):
    return open_workbooks(SourceRequest(str(path), STANDARD_TABLES))


@pytest.mark.parametrize("dimension", ["", '<dimension ref="A1:B2"/>'])
@pytest.mark.parametrize("cell", ["XFD1048576", "ZZZ99999999", "A400000000"])
def test_one_far_cell_is_an_error_and_not_the_end(tmp_path, cell, dimension):
    """The library asks for room for all cells before it: 512 GiB, and ends the process."""
    row = f'<row r="{cell.lstrip("AXFDZ")}"><c r="{cell}"><v>1</v></c></row>'
    path = write_xlsx(tmp_path / "a.xlsx", [ONE, row], dimension)
    assert path.stat().st_size < 10_000
    assert code_of(lambda: opened(path)) == "workbook-too-large"


def test_a_form_with_one_far_cell_as_well(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", [ONE, FAR])
    (kind,) = rules_engine_form_xlsx.rules_engine_register_forms()
    assert code_of(lambda: kind.read(path)) == "workbook-too-large"


@pytest.mark.parametrize("start", ["", "<!-- odd -->"])
def test_more_cells_than_anybody_waits_for(tmp_path, monkeypatch, start):
    monkeypatch.setenv("RULES_ENGINE_MAX_WORKBOOK_CELLS", "5000")
    row = "<row>" + "<c><v>1</v></c>" * 100 + "</row>"
    path = write_xlsx(tmp_path / "a.xlsx", [start, *[row] * 60])
    assert code_of(lambda: opened(path)) == "workbook-too-large"
    monkeypatch.setenv("RULES_ENGINE_MAX_WORKBOOK_CELLS", "7000")
    assert len(opened(path)) == 1


def test_a_cell_that_is_repeated_without_end(tmp_path, monkeypatch):
    monkeypatch.setenv("RULES_ENGINE_MAX_WORKBOOK_MEMORY", "40")
    cell = ('<table:table-cell office:value-type="percentage" office:value="1" '
            'table:formula="of:=1"/>')  # fmt: skip
    path = write_ods(
        tmp_path / "a.ods",
        f'<table:table-row table:number-rows-repeated="2000000">{cell}</table:table-row>' * 2,
    )
    assert code_of(lambda: opened(path)) == "workbook-too-large"


def test_the_program_itself_lives_on_two_gibibytes(tmp_path):
    """Started as an office would, on a machine that has no more."""
    path = write_xlsx(tmp_path / "a.xlsx", [ONE, FAR])
    done = subprocess.run(
        [sys.executable, "-m", "rules_engine", "assess", SMALL, "--data", path,
         "--format", "json", "--lang", "en"],
        capture_output=True, text=True, check=False,
        env={**os.environ, "RULES_ENGINE_HOME": str(tmp_path / "home")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)),
    )  # fmt: skip
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"] == "workbook-too-large"
    assert not (tmp_path / "home" / "runs.db").exists()


# Wide tables


class Counting:
    """A session that notes how many columns each query asks for."""

    def __init__(self, session):
        self.session, self.asked = session, []

    def query(self, text):
        self.asked.append(text.count(" AS c"))
        return self.session.query(text)


def test_a_wide_table_is_screened_some_columns_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr("rules_engine.ingest.screening.AT_ONCE", 4)
    wide = tmp_path / "cases.csv"
    names = ["case_id", "village_id", *(f"x{i}" for i in range(9))]
    wide.write_text(f"{','.join(names)}\n{','.join(['C1', 'V1', *['4401020123'] * 9])}\n")
    (table,) = open_files(SourceRequest(str(wide)))
    session = Counting(DuckDBSession())
    schema = STANDARD_TABLES["cases"]
    staged = stage(table, tmp_path, 0, lambda _: None)
    assert screen(staged, schema, session) == []
    assert max(session.asked) == 4
    assert len(session.asked) <= 9


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", "\n".join(json.dumps({f"k{i}": 1}) for i in range(12))),
        ("b.jsonl", json.dumps({f"k{i}": 1 for i in range(12)})),
    ],
)
def test_more_keys_than_a_table_has_columns(tmp_path, monkeypatch, name, text):
    monkeypatch.setenv("RULES_ENGINE_MAX_COLUMNS", "10")
    (tmp_path / name).write_text(text)
    (table,) = open_files(SourceRequest(str(tmp_path / name)))
    assert code_of(table.batches) == "too-many-columns"
    monkeypatch.setenv("RULES_ENGINE_MAX_COLUMNS", "12")
    assert len(table.batches().read_all().column_names) == 12


def test_records_of_different_keys_come_in_batches(tmp_path, monkeypatch):
    monkeypatch.setattr("rules_engine_csv.json_lines._CELLS_AT_ONCE", 6)
    (tmp_path / "a.jsonl").write_text('{"a": 1, "": null}\n\n{"b": "x"}\n{"c": true, "a": "y"}\n')
    (table,) = open_files(SourceRequest(str(tmp_path / "a.jsonl")))
    reader = table.batches()
    assert [b.num_rows for b in reader] == [2, 2]
    assert table.batches().read_all().to_pylist() == [
        {"a": "1", "b": None, "c": None}, {"a": None, "b": None, "c": None},
        {"a": None, "b": "x", "c": None}, {"a": "y", "b": None, "c": "true"},
    ]  # fmt: skip


# Archives


def test_an_archive_is_read_in_one_process_for_all_its_tables(tmp_path, monkeypatch):
    started = []

    class Noting(rules_engine_csv.archive.Served):
        def __init__(self, *args, **kwargs):
            started.append(args)
            super().__init__(*args, **kwargs)

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        for i in range(60):
            packed.writestr(f"t{i}.csv", "a,b\n1,2\n")
    monkeypatch.setattr(rules_engine_csv.archive, "Served", Noting)
    tables = open_files(SourceRequest(str(tmp_path / "a.zip")))
    assert sum(t.batches().read_all().num_rows for t in tables) == 60
    assert len(started) == 1
    assert {p.name for p in multiprocessing.active_children()}
    del tables
    gc.collect()
    assert not multiprocessing.active_children()


def test_the_process_of_an_archive_has_so_much_memory_and_no_more(tmp_path, monkeypatch):
    """The texts of a Parquet file of some kilobytes take 27 GB as soon as they are read."""
    monkeypatch.setenv("RULES_ENGINE_MAX_UNPACKING_MEMORY", "200")
    file = tmp_path / "a.zip"
    note = pa.DictionaryArray.from_arrays(pa.array([0] * 30_000, pa.int32()), ["x" * 900_000])
    pq.write_table(pa.table({"note": note}), tmp_path / "t.parquet", store_schema=False)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(tmp_path / "t.parquet", "t.parquet")
        packed.writestr("u.csv", "a\n1\n")
    assert file.stat().st_size < 100_000
    hostile, other = open_files(SourceRequest(str(file)))
    with pytest.raises(DatasetError) as raised:
        hostile.batches().read_all()
    (finding,) = raised.value.findings
    assert finding.code == "packed-too-well"
    assert "200 MiB" in str(finding.message)
    assert "RULES_ENGINE_MAX_UNPACKING_MEMORY" in str(finding.hint)
    assert str(file) in str(finding.place)
    assert other.name == "u"


def test_a_mapped_parquet_file_is_read_so_as_well(tmp_path, monkeypatch):
    monkeypatch.setenv("RULES_ENGINE_MAX_UNPACKING_MEMORY", "200")
    file = tmp_path / "t.parquet"
    note = pa.DictionaryArray.from_arrays(pa.array([0] * 30_000, pa.int32()), ["x" * 900_000])
    pq.write_table(pa.table({"note": note}), file, store_schema=False)
    assert code_of(lambda: reader_of(SourceTable("t", str(file), parquet=file)).read_all()) == (
        "packed-too-well"
    )


def test_batches_of_a_parquet_file_are_cut_and_nothing_is_lost(tmp_path, monkeypatch):
    monkeypatch.setattr(columnar, "AT_ONCE", 100_000)
    file = tmp_path / "t.parquet"
    table = pa.table({"a": [f"{i:09}" for i in range(50_000)], "b": range(50_000)})
    pq.write_table(table, file)
    batches = list(reader_of(SourceTable("t", str(file), parquet=file)))
    assert len(batches) > 5
    assert max(batch.nbytes for batch in batches) < 200_000
    assert pa.Table.from_batches(batches).equals(table)


@pytest.mark.parametrize(
    ("variable", "code"),
    [("TABLES=5", "too-many-tables"), ("ARCHIVE_ENTRIES=5", "too-many-tables"),
     ("ARCHIVE_SIZE=1", "packed-too-well")],
)  # fmt: skip
def test_an_archive_of_too_much(tmp_path, monkeypatch, variable, code):
    name, value = variable.split("=")
    monkeypatch.setenv(f"RULES_ENGINE_MAX_{name}", value)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for i in range(9):
            packed.writestr(f"t{i}.csv", "a,b\n" + "1,2\n" * 100_000)
    assert code_of(lambda: open_files(SourceRequest(str(tmp_path / "a.zip")))) == code


def test_a_workbook_of_too_many_parts_is_refused_before_they_are_listed(tmp_path, monkeypatch):
    monkeypatch.setenv("RULES_ENGINE_MAX_ARCHIVE_ENTRIES", "500")
    file = write_xlsx(tmp_path / "a.xlsx", ['<row r="1"><c r="A1"><v>1</v></c></row>'])
    with zipfile.ZipFile(file, "a") as packed:
        for number in range(2_000):
            packed.writestr(f"xl/more/{number}.xml", "")
    monkeypatch.setattr(zipfile.ZipFile, "infolist", lambda self: pytest.fail("it was listed"))
    assert code_of(lambda: opened(file)) == "too-many-tables"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_unpacks_without_a_bound_is_not_unpacked(tmp_path, method):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as packed:
        packed.writestr("a.csv", "a,b\n" + "0" * 1_000_000)
    assert code_of(lambda: open_files(SourceRequest(str(tmp_path / "a.zip")))) == "packed-data"


# Long texts: so many rows of them at a time as are worth so many bytes


def test_long_texts_of_json_lines_are_handed_on_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(json_lines, "_TEXT_AT_ONCE", 50_000)
    rows = [{"a": str(i), "note": "x" * 9_000} for i in range(40)]
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (table,) = open_files(SourceRequest(str(tmp_path / "t.jsonl")))
    batches = list(table.batches())
    assert max(batch.num_rows for batch in batches) == 6
    assert pa.Table.from_batches(batches).to_pylist() == rows


def test_long_texts_of_a_database_as_well(tmp_path, monkeypatch):
    monkeypatch.setattr(rules_engine_sql.rows, "BYTES_AT_ONCE", 50_000)
    with closing(sqlite3.connect(tmp_path / "t.db")) as database, database:
        database.execute("CREATE TABLE villages (village_id, name)")
        rows = [(f"V{i}", "x" * 9_000) for i in range(250)]
        database.executemany("INSERT INTO villages VALUES (?, ?)", rows)
    (table,) = open_database(SourceRequest(str(tmp_path / "t.db"), STANDARD_TABLES))
    batches = list(table.batches())
    assert [batch.num_rows for batch in batches] == [100, 100, 50]
    assert [tuple(r.values()) for r in pa.Table.from_batches(batches).to_pylist()] == rows


@pytest.mark.parametrize(
    "value",
    [
        "zeroblob(900000000)",
        "hex(zeroblob(1000000))",
        "replace(hex(zeroblob(999)), '0', hex(zeroblob(999)))",
    ],
)
def test_a_cell_of_a_view_that_is_longer_than_a_record(tmp_path, value):
    with closing(sqlite3.connect(tmp_path / "t.db")) as database, database:
        database.execute(f"CREATE VIEW villages AS SELECT 'V1' AS village_id, {value} AS name")
    (table,) = open_database(SourceRequest(str(tmp_path / "t.db"), STANDARD_TABLES))
    assert code_of(table.batches) == "huge-field"


def test_long_texts_of_a_workbook_as_well(tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "TEXT_AT_ONCE", 50_000)
    monkeypatch.setattr(sheet, "TEXT_AT_ONCE", 70_000)
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    rows = ["<row>" + cell.format("村编号") + cell.format("村名") + "</row>"]
    rows += [f"<row>{cell.format(f'V{i}')}{cell.format('x' * 9_000)}</row>" for i in range(40)]
    (table,) = opened(write_xlsx(tmp_path / "a.xlsx", rows))
    batches = list(table.batches())
    assert max(batch.num_rows for batch in batches) == 8
    assert [row["村编号"] for b in batches for row in b.to_pylist()] == [f"V{i}" for i in range(40)]
