"""The same records give the same digest, whatever they come from."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from rules_engine.assess import Request, assess
from rules_engine.plugin_manager import registry
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
