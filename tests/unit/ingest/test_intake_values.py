"""How values may be written, and what is said of those that cannot be read.

All spellings of one kind stand in one table, a row each: taking a table in costs more than a row.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from rules_engine.model.table import Column, TableSchema

DAYS = (
    "2025-03-05",
    "2025-3-5",
    "2025/3/5",
    "2025/03/05",
    "2025.03.05",
    "2025.3.5",
    "2025年3月5日",
    "2025年03月05日",
    "2025年3月5",
    "20250305",
    "２０２５－３－５",
    "２０２５年３月５日",
    "２０２５．３．５",
    " 2025-03-05 ",
    "\u30002025-03-05\u00a0",
    "2025-03-05 23:59",
    "2025/3/5 8:05:30",
    "2025-03-05T00:00:00",
    "2025-03-05 00:00:00.000",
    "2025年3月5日8:05",
    "2025年3月5日 8：05",
)
IMPOSSIBLE_DAYS = (
    "2025-02-29",
    "2025-13-01",
    "2025-00-10",
    "20250230",
    "2100-02-29",
    "1899-12-31",
    "2201-01-01",
    "0000-01-01",
    "2025-03-05 24:00",
    "2025-03-05 23:60",
    "2025-03-05 23:59:60",
)
NO_DAYS = (
    "2025-3-512:30",
    "2025-03-05T10:00:00Z",
    "2025-03-05 10:00+08:00",
    "05/03/2025",
    "3月5日",
    "2025年3月",
    "2025-3/5",
    "45721",
    "昨天",
    "2025-03-05x",
    "-2025-03-05",
)
YES = ("是", "有", "√", "1", "1.0", "TRUE", "true", "Yes", "Y", "１", " 是 ")
NO = ("否", "无", "没有", "×", "0", "0.0", "FALSE", "no", "Ｎ", "０")
WHOLE = {"12": 12, "12.0": 12, "12.": 12, "+3": 3, "１２": 12, "007": 7, "0": 0, "-4": -4}
NOT_WHOLE = (
    "12.5",
    "3人",
    "约20",
    "1e3",
    "NaN",
    "inf",
    "三",
    "0x10",
    "1 2",
    "--1",
    "9" * 20,
    "1,5",
)
THOUSANDS = ("1,234", "12,345,678", "１，２３４", "1,234.00")


@pytest.fixture
def stored(take, cases, read_back):
    """The values of a column as they are stored, row by row, when none is put aside."""

    def run(label, name, written):
        columns = {label: list(written), "信访件编号": [f"C{i:03}" for i in range(len(written))]}
        taken = take([cases(**columns)])
        assert [q.value for q in taken.quarantine] == []
        return read_back(taken, "cases", name)

    return run


@pytest.fixture
def refused(take, cases):
    """The (code, value) of each row, when every row but the first is put aside for the column."""

    def run(label, sound, written):
        taken = take([cases(**{label: [sound, *written]})])
        assert [q.row for q in taken.quarantine] == list(range(3, 3 + len(written)))
        assert {q.column for q in taken.quarantine} == {label}
        assert taken.dataset.tables["cases"].rows == 1
        return [(q.code, q.value) for q in taken.quarantine]

    return run


def test_a_day_is_read_in_every_accepted_spelling(stored):
    days = stored("受理登记日期", "received_on", DAYS)
    assert dict(zip(DAYS, days, strict=True)) == dict.fromkeys(DAYS, date(2025, 3, 5))


def test_a_day_that_the_calendar_has_not_is_put_aside(refused):
    found = refused("受理登记日期", "2025-01-01", IMPOSSIBLE_DAYS)
    assert found == [("impossible-date", day) for day in IMPOSSIBLE_DAYS]


def test_what_is_no_day_is_put_aside(refused):
    found = refused("受理登记日期", "2025-01-01", NO_DAYS)
    assert found == [("not-a-date", day) for day in NO_DAYS]


def test_the_edges_of_the_calendar_are_days(stored):
    edges = ("1900-01-01", "2200-12-31", "2024-02-29", "2000-02-29")
    assert stored("受理登记日期", "received_on", edges) == [date.fromisoformat(e) for e in edges]


def test_a_moment_is_read_to_the_second(take, read_back):
    written = {
        "2025-03-05 17:30": datetime(2025, 3, 5, 17, 30),
        "2025-03-05T17:30:09": datetime(2025, 3, 5, 17, 30, 9),
        "2025年3月5日 9:05": datetime(2025, 3, 5, 9, 5),
        "2025/3/5 ９：０５": datetime(2025, 3, 5, 9, 5),
        "2025-03-05 23:59:59.999999": datetime(2025, 3, 5, 23, 59, 59),
        "2025-03-05 00:00": datetime(2025, 3, 5),
        "2025-03-05T00:00:00": datetime(2025, 3, 5),
        "2025-03-05 00：00": datetime(2025, 3, 5),
        "20250305": datetime(2025, 3, 5, 23, 59, 59),
        "2025-03-05": datetime(2025, 3, 5, 23, 59, 59),
        "2025/3/5": datetime(2025, 3, 5, 23, 59, 59),
        "2025年3月5日": datetime(2025, 3, 5, 23, 59, 59),
        "２０２５－３－５": datetime(2025, 3, 5, 23, 59, 59),
    }
    report = [
        ("报告编号", [f"R{i:02}" for i in range(len(written))]),
        ("村编号", ["V1"] * len(written)),
        ("报告种类", ["月"] * len(written)),
        ("应报时间", list(written)),
    ]
    taken = take([("排查报告", report)], reads=("villages", "reports"))
    assert read_back(taken, "reports", "due_at") == list(written.values())


def test_yes_and_no(stored):
    assert stored("初信初访", "first_time", YES) == [True] * len(YES)
    assert stored("初信初访", "first_time", NO) == [False] * len(NO)


def test_neither_yes_nor_no(refused):
    written = ("2", "是的", "不", "-", "是否", "未知", "nan")
    assert refused("初信初访", "是", written) == [("not-a-boolean", w) for w in written]


def test_whole_numbers(stored):
    assert stored("涉及人数", "people", WHOLE) == list(WHOLE.values())


def test_no_whole_number(refused):
    assert refused("涉及人数", "1", NOT_WHOLE) == [("not-a-number", w) for w in NOT_WHOLE]


def test_thousands_separators_are_named(take, cases):
    taken = take([cases(涉及人数=list(THOUSANDS))])
    assert [(q.code, q.value, q.reason) for q in taken.quarantine] == [
        ("not-a-number", w, "is written with thousands separators") for w in THOUSANDS
    ]


def test_a_number_of_too_many_digits_is_no_worse_than_too_large(take, cases):
    written = [
        "9223372036854775808",
        "-99999999999999999999.0",
        "１２３４５６７８９０１２３４５６７８９０",
    ]
    taken = take([cases(涉及人数=written)])
    assert [(q.code, q.reason) for q in taken.quarantine] == [
        ("not-a-number", "has more digits than a figure can have")
    ] * len(written)
    taken = take(
        [ratings(["123456789012345.5", "12345678901234.5", "12345678901234567890人"])],
        reads=("villages", "ratings"),
    )
    assert [(q.row, q.reason) for q in taken.quarantine] == [
        (2, "has more digits than a figure can have"),
        (4, "is not a number"),
    ]


def ratings(scores):
    size = len(scores)
    return (
        "测评",
        [
            ("测评编号", [f"T{i:02}" for i in range(size)]),
            ("村编号", ["V1"] * size),
            ("测评人类别", ["群众"] * size),
            ("评分", scores),
            ("测评日期", ["2025-12-01"] * size),
        ],
    )


def test_decimals_keep_four_places_half_up(take, read_back):
    written = {
        "88": "88.0000",
        "88.5": "88.5000",
        "-0.25": "-0.2500",
        ".5": "0.5000",
        "９５．５": "95.5000",
        "1.00005": "1.0001",
        "1.00004999": "1.0000",
    }
    taken = take([ratings(list(written))], reads=("villages", "ratings"))
    assert read_back(taken, "ratings", "score") == [Decimal(v) for v in written.values()]


def test_no_decimal(take):
    written = ["88分", "90%", "1e2", "NaN", "-inf", "优秀", "9" * 15, "1,234.5"]
    taken = take([ratings(written)], reads=("villages", "ratings"))
    assert [(q.code, q.column, q.value) for q in taken.quarantine] == [
        ("not-a-number", "评分", w) for w in written
    ]


def test_a_value_outside_the_set_is_put_aside_with_the_set(take, cases):
    (bad,) = take([cases(办理结果=["化解", "已化解"])]).quarantine
    assert (bad.code, bad.row, bad.value) == ("not-in-values", 3, "已化解")
    assert bad.reason == "is none of: 化解, 答复, 上交, 激化, 在办"


def test_blanks_around_a_value_are_no_part_of_it(take, cases, read_back):
    taken = take([cases(办理结果=["\u3000化解 "], 信访件编号=[" C1\t"])])
    assert taken.quarantine == ()
    assert read_back(taken, "cases", "case_id") == ["C1"]


def test_a_text_holds_two_thousand_characters(take, cases):
    taken = take([cases(起因=["访" * 2000, "访" * 2001])])
    (bad,) = taken.quarantine
    assert (bad.code, bad.row, bad.value) == ("too-long", 3, "访" * 200)


def test_dates_of_one_row_must_come_in_order(take, cases):
    taken = take(
        [cases(受理登记日期=["2025-03-05", "2025-03-05"], 办结日期=["2025-03-04", "2025-03-05"])]
    )
    (bad,) = taken.quarantine
    assert (bad.code, bad.row, bad.column, bad.value, bad.reason) == (
        "dates-out-of-order",
        2,
        "办结日期",
        "2025-03-04",
        "lies before “受理登记日期”",
    )


def test_each_wrong_value_of_a_row_is_told(take, cases):
    taken = take([cases(受理登记日期=["x"], 初信初访=["maybe"], 涉及人数=["z"])])
    assert {(q.row, q.column, q.code) for q in taken.quarantine} == {
        (2, "受理登记日期", "not-a-date"),
        (2, "初信初访", "not-a-boolean"),
        (2, "涉及人数", "not-a-number"),
    }
    assert taken.dataset.tables["cases"].rows == 0


def reports(**columns):
    """A sound table of reports, with its times."""
    size = len(next(iter(columns.values())))
    whole = {
        "报告编号": [f"R{i}" for i in range(size)],
        "村编号": ["V1"] * size,
        "报告种类": ["月"] * size,
        "应报时间": ["2025-03-05 17:30"] * size,
    }
    return ("排查报告", list((whole | columns).items()))


MOMENTS = {"reads": ("villages", "reports")}
DAY = date(2025, 3, 5)
END, START = datetime(2025, 3, 5, 23, 59, 59), datetime(2025, 3, 5)


@pytest.mark.parametrize(
    "days",
    [pa.array([DAY], pa.date32()), pa.array([DAY], pa.date64()), ["2025-03-05"], ["45721"]],
    ids=["date32", "date64", "text", "serial"],
)
def test_a_day_without_a_time_lasts_to_its_end_as_a_deadline_alone(take, read_back, table, days):
    name, columns = reports(应报时间=days, 上报时间=days)
    source = replace(table(name, columns), serials_from=date(1899, 12, 30))
    taken = take([source], **MOMENTS)
    assert taken.quarantine == ()
    assert read_back(taken, "reports", "due_at") == [END]
    assert read_back(taken, "reports", "submitted_at") == [START]
    assert taken.codes == []


def test_a_serial_number_with_a_fraction_has_a_time(take, read_back, table):
    name, columns = reports(应报时间=["45721.0", "45721.5", "45721.25"])
    source = replace(table(name, columns), serials_from=date(1899, 12, 30))
    taken = take([source], **MOMENTS)
    found = [END, datetime(2025, 3, 5, 12), datetime(2025, 3, 5, 6)]
    assert read_back(taken, "reports", "due_at") == found


def test_a_column_with_days_and_times_is_told(take):
    times = ["2025-03-05", "2025-03-05 17:30", "2025-03-06", "2025-03-07 12:00"]
    taken = take([reports(应报时间=times, 上报时间=[*times[:3], None])], **MOMENTS)
    assert [(f.code, f.severity, f.place.field, str(f.message)) for f in taken.findings] == [
        ("mixed-days-and-times", "warning", "应报时间",
         "“应报时间” has 2 days without a time beside 2 with one: "
         "each of them lasts to the end of its day"),
        ("mixed-days-and-times", "warning", "上报时间",
         "“上报时间” has 2 days without a time beside 1 with one: "
         "each of them is the beginning of its day"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "times",
    [["2025-03-05 00:00", "2025-03-06 00:00:00"], pa.array([START, START], pa.timestamp("us"))],
    ids=["text", "timestamp"],
)
def test_a_deadline_at_midnight_is_taken_as_written_and_told(take, read_back, times):
    taken = take([reports(应报时间=times, 上报时间=times)], **MOMENTS)
    assert read_back(taken, "reports", "due_at")[0] == START
    assert [(f.code, f.severity, str(f.message)) for f in taken.findings] == [
        ("deadline-at-midnight", "warning",
         "2 deadlines in “应报时间” are at 00:00, before their day begins"),
    ]  # fmt: skip


def test_a_column_of_the_ruleset_says_how_its_days_are_read(take, read_back):
    columns = (
        Column("thing_id", "编号", required=True),
        Column("due", "期限", "timestamp", day_means="end"),
        Column("done", "完成", "timestamp"),
    )
    things = [("编号", ["T1"]), ("期限", ["2025-03-05"]), ("完成", ["2025-03-05"])]
    schemas = {"things": TableSchema("things", "事物", columns)}
    taken = take([("事物", things)], reads=("villages", "things"), schemas=schemas)
    assert read_back(taken, "things", "due") == [END]
    assert read_back(taken, "things", "done") == [START]
