"""Where things are, as the person knows who keeps the records; and days written as numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from rules_engine.errors import Finding
from rules_engine.messages import msg

EXCEL = date(1899, 12, 30)


def test_a_place_names_the_sheet_the_row_and_the_column_as_they_are_called_there(
    take, cases, table
):
    rows = cases(受理登记日期=["2025-03-05", "soon", "2025-02-30"])
    source = replace(
        table(*rows),
        sheet="3月",
        columns={"受理登记日期": "登记时间"},
        locate=lambda row: ("3月", row) if row < 4 else ("4月", row + 3),
    )
    taken = take([source])
    assert [(q.sheet, q.row, q.column, q.value) for q in taken.quarantine] == [
        ("3月", 3, "登记时间", "soon"),
        ("4月", 7, "登记时间", "2025-02-30"),
    ]


def test_an_unread_column_is_called_as_it_is_there(take, cases, table):
    source = replace(table(*cases(x=["1"])), sheet="台账", columns={"x": "备考"})
    (finding,) = take([source]).findings
    assert str(finding.place) == "信访事项.csv: 台账, column 备考"


def test_a_source_may_say_how_it_read_a_table(take, cases, table):
    told = Finding("totals-row", msg("row {row}", row=9), severity="warning")
    source = replace(table(*cases()), findings=lambda: [told])
    assert told in take([source]).findings


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("45721", date(2025, 3, 5)),
        ("45721.99", date(2025, 3, 5)),
        ("25569", date(1970, 1, 1)),
        ("2025.3.5", date(2025, 3, 5)),
        ("20250305", date(2025, 3, 5)),
        ("2025", None),
        ("25568", None),
        ("200000", None),
        ("-45721", None),
        ("4.5721e4", None),
    ],
)
def test_a_number_is_a_day_where_a_spreadsheet_keeps_its_days_so(
    take, cases, table, read_back, written, day
):
    source = replace(table(*cases(受理登记日期=[written])), serials_from=EXCEL)
    taken = take([source])
    assert [q.value for q in taken.quarantine] == ([] if day else [written])
    if day:
        assert read_back(taken, "cases", "received_on") == [day]


def test_elsewhere_a_number_is_no_day(take, cases):
    assert [q.code for q in take([cases(受理登记日期=["45721"])]).quarantine] == ["not-a-date"]


def test_the_part_behind_the_point_is_the_time_of_day(take, table, read_back):
    columns = {
        "报告编号": ["1", "2", "3"],
        "村编号": ["V1"] * 3,
        "报告种类": ["日"] * 3,
        "应报时间": ["45721.75", "45721", "45721.999999"],
    }
    source = replace(table("排查报告", columns.items()), serials_from=EXCEL)
    taken = take([source], reads=("villages", "reports"))
    assert read_back(taken, "reports", "due_at") == [
        datetime(2025, 3, 5, 18),
        datetime(2025, 3, 5, 23, 59, 59),
        datetime(2025, 3, 6),
    ]


def test_days_may_be_counted_from_another_day(take, cases, table, read_back):
    source = replace(table(*cases(受理登记日期=["44259"])), serials_from=date(1904, 1, 1))
    assert read_back(take([source]), "cases", "received_on") == [date(2025, 3, 5)]
