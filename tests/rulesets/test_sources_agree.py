"""The same records give the same digest, whatever they come from."""

from __future__ import annotations

import csv
import zipfile
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter
from apis import serve
from databases import fill

from rules_engine.plugin_manager import registry
from rules_engine.run.assess import Request, assess
from rules_engine.store import Store

RULESET = Path(__file__).parents[2] / "rulesets" / "pingchuan-three-nos"
SAMPLE = RULESET / "sample"
LABELS = {
    "villages": "村", "cadres": "干部", "assignments": "责任分工", "cases": "信访事项",
    "visits": "走访", "reports": "排查报告", "duties": "值班", "checks": "检查",
}  # fmt: skip


def digest_of(data, folder):
    with Store.open(f"sqlite:///{folder}/runs.db") as store:
        run = assess(Request(RULESET, str(data), threads=1), registry(), store)
        run.close()
        return run.stored.record.digest, run.dataset.fingerprint


def records():
    """The sample: by table's name, the heading and the rows, empty fields as None."""
    for file in sorted(SAMPLE.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as stream:
            heading, *rows = csv.reader(stream)
        yield file.stem, heading, [[value or None for value in row] for row in rows]


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    return digest_of(SAMPLE, tmp_path_factory.mktemp("csv"))


def as_workbook(path):
    """Write the sample as an office keeps it: titles, dates as dates or numbers, totals, notes."""
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy/m/d"})
        for number, (name, heading, rows) in enumerate(records()):
            sheet = book.add_worksheet(LABELS[name] if number % 2 else f"Sheet{number}")
            sheet.merge_range(0, 0, 0, len(heading) - 1, f"平川镇 2025 年{LABELS[name]}")
            sheet.write_row(2, 1, heading)
            for at, row in enumerate(rows, 3):
                for column, (named, value) in enumerate(zip(heading, row, strict=True), 1):
                    if value and named.endswith(("日期", "期限", "时间")) and len(value) == 10:
                        days = (date.fromisoformat(value) - date(1899, 12, 30)).days
                        sheet.write_number(at, column, days, None if at % 3 else day)
                    elif value and value.isdigit():
                        sheet.write_number(at, column, int(value))
                    elif value:
                        sheet.write_string(at, column, value)
            sheet.write(len(rows) + 3, 1, "合计")
            sheet.write(len(rows) + 3, 2, len(rows))
            sheet.write(len(rows) + 5, 1, "填报人：信访办")
    return path


def test_a_workbook(expected, tmp_path):
    assert digest_of(as_workbook(tmp_path / "2025年台账.xlsx"), tmp_path) == expected


def typed(heading, values):
    """A column as a database keeps it: days, moments, counts and booleans are no text."""
    given = {value for value in values if value}
    if given and given <= {"是", "否"}:
        return pa.array([None if v is None else v == "是" for v in values])
    if given and heading.endswith(("日期", "期限")):
        return pa.array([v and date.fromisoformat(v) for v in values])
    if given and heading.endswith("时间") and all(len(v) > 10 for v in given):
        return pa.array([v and datetime.fromisoformat(v) for v in values], pa.timestamp("us"))
    if given and all(v.isdecimal() for v in given):
        return pa.array([v and int(v) for v in values], pa.int64())
    return pa.array(values, pa.string())


@pytest.fixture(scope="module")
def tables():
    """The sample as Arrow tables, every other one called by its label."""
    made = {}
    for number, (name, heading, rows) in enumerate(records()):
        columns = zip(heading, zip(*rows, strict=True), strict=True)
        table = pa.table({named: typed(named, values) for named, values in columns})
        made[LABELS[name] if number % 2 else name] = table
    return made


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_database(database, expected, tables, tmp_path, request):
    address = f"sqlite:///{tmp_path}/台账.db"
    if database == "postgresql":
        address = request.getfixturevalue("postgresql")
    fill(address, tables)
    assert digest_of(address, tmp_path) == expected


def as_api(server, place, tables):
    """Offer the sample page by page, as text and as JSON's own types, with other names."""
    answers = {}
    for number, table in enumerate(tables.values()):
        rows = [
            {c: v if isinstance(v, bool | int | None) else str(v) for c, v in row.items()}
            for row in table.to_pylist()
        ]
        starts = range(0, len(rows) or 1, 500)
        for page, start in enumerate(starts, 1):
            data = {"total": len(rows), "list": rows[start : start + 500]}
            answers[f"t{number}?n=500&page={page}"] = {"body": {"code": 0, "data": data}}
    lines = [
        f"source: {{location: '{serve(server, place, answers)}', rows: data.list,",
        "  total: data.total, paging: {by: page, size: 500, size_parameter: n}}",
        "tables:",
        *(f"  {name}: {{path: t{number}}}" for number, name in enumerate(tables)),
    ]
    (place / "source.yaml").write_text("\n".join(lines), encoding="utf-8")
    return place / "source.yaml"


def test_an_api(expected, tables, tmp_path, api_server):
    assert digest_of(as_api(api_server, tmp_path / "api", tables), tmp_path) == expected


def test_an_archive(expected, tmp_path):
    with zipfile.ZipFile(tmp_path / "台账.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in SAMPLE.glob("*.csv"):
            archive.write(file, f"2025年/{LABELS[file.stem]}.csv")
    assert digest_of(tmp_path / "台账.zip", tmp_path) == expected
