"""``source.yaml``: the office's own tables, columns and spellings become the standard ones."""

from __future__ import annotations

from datetime import date

import pytest

VILLAGES = "村编号,村名,类型\nV1,甲村,村\nV2,乙村,村\n"
LEDGER = [
    ["2025年信访台账"],
    ["件号", "村名", "来访类型", "登记时间", "办结", "形式", "人数", "经办说明"],
    ["X-1", "甲村", "首次", "2025.03.05", 45731, "走访", 3, "a"],
    ["X-2", "乙村", "重复", "2025/3/6", None, "信件", 1, "b"],
    ["合计", 2],
]
MAPPING = """\
source: 台账.xlsx
tables:
  村:
    source: 村.csv
  cases:
    from: 台账
    columns:
      case_id: 件号
      村编号: {from: 村名, values: {甲村: V1, 乙村: V2}}
      first_time: {from: 来访类型, values: {首次: 是}, otherwise: 否}
      received_on: 登记时间
      closed_on: 办结
      channel: {from: 形式, values: {走访: 来访, 信件: 来信}}
      people: 人数
      repeat: {constant: false}
      cause: {from: [来访类型, 经办说明], join: "："}
"""


@pytest.fixture
def office(write):
    write("村.csv", VILLAGES)
    write("台账.xlsx", {"封面": [["x"]], "台账": LEDGER})


def test_columns_values_constants_and_joined_columns(office, take):
    taken = take(MAPPING)
    assert taken.quarantine == []
    assert taken.rows(
        "cases", "case_id", "village_id", "first_time", "received_on", "closed_on", "channel",
        "people", "repeat", "cause",
    ) == [
        ("X-1", "V1", True, date(2025, 3, 5), date(2025, 3, 15), "来访", 3, False, "首次：a"),
        ("X-2", "V2", False, date(2025, 3, 6), None, "来信", 1, False, "重复：b"),
    ]  # fmt: skip
    assert taken.said == [("rows-left-out", "台账.xlsx: 台账, row 5")]


def test_what_is_wrong_is_where_the_office_knows_it(office, take, write):
    ledger = [*LEDGER[:3], ["X-2", "丙村", "重复", "下周", None, "电报", 1, None]]
    write("台账.xlsx", {"台账": ledger})
    assert take(MAPPING).quarantine == [
        ("台账", 4, "形式", "电报"),
        ("台账", 4, "村名", "丙村"),
        ("台账", 4, "登记时间", "下周"),
    ]


def test_several_sheets_are_one_table(office, take, write):
    january, february = LEDGER[:3], [LEDGER[1], LEDGER[3], ["X-3", "甲村", "首次", "?"]]
    write("台账.xlsx", {"1月": january, "2月": february, "汇总": [["1月", "2月"], [1, 2]]})
    taken = take(MAPPING.replace("from: 台账", "from: '*月'"))
    assert taken.quarantine == [("2月", 3, "登记时间", "?")]
    assert [row[0] for row in taken.rows("cases", "case_id")] == ["X-1", "X-2"]
    same = take(MAPPING.replace("from: 台账", "from: [1月, 2月]"))
    assert same.quarantine == taken.quarantine


def test_a_pattern_is_needed_to_put_sheets_together(office, take, write, tmp_path):
    (tmp_path / "books").mkdir()
    for name in ("a", "b"):
        write(f"books/{name}.xlsx", {"台账": LEDGER[:3]})
    mapping = MAPPING.replace("source: 台账.xlsx", "source: books")
    taken = take(mapping)
    assert taken.said == [("duplicate-table", "source.yaml:5:3")]
    taken = take(mapping.replace("from: 台账", "from: '*/台账'"))
    assert [(sheet, row) for sheet, row, *_ in taken.quarantine] == [
        ("a.xlsx/台账", 3), ("b.xlsx/台账", 3),
    ]  # fmt: skip  # the same case in both


def test_columns_that_are_not_named_keep_their_names(take, write):
    write("村.csv", VILLAGES)
    write("c.csv", "件号,村编号,受理登记日期,类别,备考\nC1,V1,2025-03-05,土地,x\n")
    mapping = (
        "source: .\ntables:\n  villages: {from: 村}\n  cases: {from: c, columns: {case_id: 件号}}\n"
    )
    taken = take(mapping)
    assert taken.rows("cases", "case_id", "village_id", "category") == [("C1", "V1", "土地")]
    assert taken.said == [("ignored-column", "c.csv: c, column 备考")]


def test_a_column_that_is_filled_otherwise_is_not_taken_by_its_name(take, write):
    write("村.csv", VILLAGES)
    write("c.csv", "信访件编号,村编号,受理登记日期,类别,大类\nC1,V1,2025-03-05,x,土地\n")
    mapping = "source: .\ntables:\n  villages: {from: 村}\n  cases: {from: c, columns: {COLUMN}}\n"
    taken = take(mapping.replace("COLUMN", "category: 大类"))
    assert taken.rows("cases", "category") == [("土地",)]
    assert taken.said == [("ignored-column", "c.csv: c, column 类别")]
    assert take(mapping.replace("COLUMN", "category: null")).rows("cases", "category") == [(None,)]


def test_two_tables_from_one_sheet(take, write):
    write("c.csv", "信访件编号,村编号,村名,受理登记日期\nC1,V1,甲村,2025-03-05\n")
    taken = take(
        "source: c.csv\ntables:\n"
        "  villages: {from: c, columns: {类型: {constant: 村}}}\n"
        "  cases: {from: c}\n"
    )
    assert taken.rows("villages", "village_id", "name", "kind") == [("V1", "甲村", "村")]
    assert taken.rows("cases", "case_id") == [("C1",)]


def test_days_as_numbers_in_a_text_file(take, write):
    write("村.csv", VILLAGES)
    write("c.csv", "信访件编号,村编号,受理登记日期\nC1,V1,45721\n")
    mapping = "source: .\ntables:\n  villages: {from: 村}\n  cases: {from: c, day_numbers: 1900}\n"
    assert take(mapping).rows("cases", "received_on") == [(date(2025, 3, 5),)]
    assert take(mapping.replace(", day_numbers: 1900", "")).quarantine == [
        ("c", 2, "受理登记日期", "45721")
    ]


def test_typed_records_of_parquet(take, write, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    write("村.csv", VILLAGES)
    table = {"no": ["C1"], "v": [1], "d": [date(2025, 3, 5)], "f": [True], "人数": [4]}
    pq.write_table(pa.table(table), tmp_path / "c.parquet")
    taken = take(
        "source: .\ntables:\n  villages: {from: 村}\n"
        "  cases:\n    from: c\n    columns:\n"
        "      case_id: no\n      village_id: {from: v, values: {1: V1}}\n"
        "      received_on: d\n      first_time: {from: f, values: {true: 否, false: 是}}\n"
        "      people: 人数\n"
    )
    columns = "case_id", "village_id", "received_on", "first_time", "people"
    assert taken.rows("cases", *columns) == [("C1", "V1", date(2025, 3, 5), False, 4)]


@pytest.mark.parametrize("spelling", [" 首次 ", "首次", "\u3000首次"])
def test_blanks_around_a_value_do_not_count(office, take, write, spelling):
    write("台账.xlsx", {"台账": [LEDGER[1], ["X-1", "甲村", spelling, "2025-03-05"]]})
    assert take(MAPPING).rows("cases", "first_time") == [(True,)]


def test_an_empty_value_may_stand_for_something(office, take, write):
    write("台账.xlsx", {"台账": [LEDGER[1], ["X-1", "甲村", None, "2025-03-05"]]})
    assert take(MAPPING).rows("cases", "first_time") == [(None,)]
    mapping = MAPPING.replace("{首次: 是}", '{首次: 是, "": 否}')
    assert take(mapping).rows("cases", "first_time") == [(False,)]


def test_a_row_in_which_nothing_is_written_is_no_record(write, take):
    """Not even where a column has a value for an empty cell, or the same one in each row."""
    write(
        "件.csv",
        "件号,村,日期,重复,备注\n1,V1,2025-03-01,是,\n,,,,\n , ,\u3000,\u200b,\n"
        "2,V1,2025-03-02,,\n",
    )
    write("村.csv", "村编号,村名,类型\nV1,甲村,村\n")
    mapping = """\
source: 村.csv
tables:
  villages: {from: 村}
  cases:
    source: 件.csv
    from: 件
    columns:
      case_id: 件号
      village_id: 村
      received_on: 日期
      repeat: {from: 重复, values: {"": 否}}
      channel: {constant: 来访}
      cause: {from: [备注, 重复], join: "；"}
"""
    taken = take(mapping)
    assert taken.rows("cases", "case_id", "repeat", "channel") == [
        ("1", True, "来访"),
        ("2", False, "来访"),
    ]
    assert taken.quarantine == []


def test_tables_that_a_ruleset_does_not_read_are_not_opened(office, take):
    taken = take(MAPPING + "  走访: {from: no}\n")
    assert taken.said == [("rows-left-out", "台账.xlsx: 台账, row 5")]
