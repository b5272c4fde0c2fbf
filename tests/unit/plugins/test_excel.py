"""The source for workbooks."""

from __future__ import annotations

import random
import zipfile
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
import xlsxwriter
import xlwt
from rules_engine_excel import accepts, open_workbooks, table_fields
from workbooks import write_ods, write_xlsb

from rules_engine.api import DatasetError, SourceRequest, Wanted
from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.messages import speaking


@pytest.fixture(autouse=True)
def english():
    with speaking("en"):
        yield


@pytest.fixture
def book(tmp_path):
    """Write an .xlsx: by sheet's name, rows from the first one on."""

    def write(sheets, name="台账.xlsx", change=None):
        made = openpyxl.Workbook()
        made.remove(made.active)
        for title, rows in sheets.items():
            sheet = made.create_sheet(title)
            for row in rows:
                sheet.append(row)
        if change:
            change(made)
        made.save(tmp_path / name)
        return tmp_path / name

    return write


def opened(place, **request):
    return open_workbooks(
        SourceRequest(str(place), request.pop("schemas", STANDARD_TABLES), **request)
    )


def rows(table):
    """The rows of a table with their places: (sheet, row, values by column)."""
    found = table.batches().read_all().to_pylist()
    places = [table.place(table.first_row + i) for i in range(len(found))]
    return [(p.table, p.row, values) for p, values in zip(places, found, strict=True)]


def told(table):
    """What a table says of how it was read, after it was."""
    table.batches().read_all()
    return [(f.code, f.severity, str(f.place), str(f.message)) for f in table.findings()]


VILLAGES = [["村编号", "村名", "类型"], ["V1", "甲村", "村"], ["V2", "乙村", "村"]]
RECORDS = [
    {"村编号": "V1", "村名": "甲村", "类型": "村"},
    {"村编号": "V2", "村名": "乙村", "类型": "村"},
]


def test_a_sheet_is_a_table_by_its_name(book):
    (table,) = opened(book({"村": VILLAGES}))
    assert (table.name, table.sheet) == ("villages", "村")
    assert rows(table) == [("村", 2, RECORDS[0]), ("村", 3, RECORDS[1])]
    assert told(table) == []


def test_a_sheet_is_a_table_by_its_headings(book):
    duties = [["值班编号", "干部编号", "值班日期", "值班种类"], ["D1", "L1", "2025-01-07", "下访"]]
    found = opened(book({"Sheet1": VILLAGES, "登记": duties, "x": [["a", "b"], ["1", "2"]]}))
    assert [(t.name, t.sheet) for t in found] == [
        ("villages", "Sheet1"),
        ("duties", "登记"),
        ("x", "x"),
    ]


def test_a_sheet_that_could_be_two_tables_is_none_of_them(book):
    both = [
        "评分",
        "测评编号",
        "测评人类别",
        "测评日期",
        "检查编号",
        "检查项目",
        "检查日期",
        "检查人",
    ]
    (table,) = opened(book({"混合": [both, ["1"] * 8]}))
    assert table.name == "混合"


def test_the_heading_may_stand_below_a_title_and_notes(book):
    above = [["平川镇 2025 年村情况"], [], ["填报单位：信访办", None, "单位：个"]]
    (table,) = opened(book({"村": above + VILLAGES}))
    assert [(row, values["村编号"]) for _, row, values in rows(table)] == [(5, "V1"), (6, "V2")]


def test_the_table_may_begin_in_any_column(book):
    shifted = [[None, None, *row] for row in VILLAGES]
    (table,) = opened(book({"村": shifted}))
    assert [values for _, _, values in rows(table)] == RECORDS


def test_a_heading_of_two_rows_with_merged_cells(book):
    def merge(made):
        for cells in ("A2:A3", "B2:C2", "D2:D3", "A1:D1"):
            made["村"].merge_cells(cells)

    table = [
        ["村一览表"],
        ["村编号", "名称和类型", None, "乡镇"],
        [None, "村名", "类 型", None],
        ["V1", "甲村", "村", "平川镇"],
    ]
    (found,) = opened(book({"村": table}, change=merge))
    expected = {"村编号": "V1", "村名": "甲村", "类型": "村", "乡镇": "平川镇"}
    assert rows(found) == [("村", 4, expected)]


GROUPED = [
    ["件号", "村", "登记", None, "办理", None, "日期"],
    [None, None, "类别", "日期", "结果", "日期", None],
    ["C1", "五里墩村", "来访", "2025-03-01", "化解", "2025-03-05", "2025-03-06"],
    ["C2", "一工城村", "来信", "2025-03-02", "答复", "2025-03-07", "2025-03-08"],
]


def test_a_heading_of_two_rows_of_a_table_that_nobody_knows(book):
    """Names of groups stand above; the rows of records hold as many texts as those of names."""

    def merge(made):
        for cells in ("A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:G2"):
            made["台账"].merge_cells(cells)

    for change in (merge, None):
        (found,) = opened(book({"台账": GROUPED}, change=change), everything=True)
        (_, number, first), _ = rows(found)
        assert number == 3
        assert first == {
            "件号": "C1", "村": "五里墩村", "类别": "来访", "登记.日期": "2025-03-01",
            "结果": "化解", "办理.日期": "2025-03-05", "日期": "2025-03-06",
        }  # fmt: skip


def test_both_of_two_columns_of_one_name_are_called_by_their_groups(book):
    table = [row[:-1] for row in GROUPED]
    (found,) = opened(book({"台账": table}), everything=True)
    assert list(rows(found)[0][2]) == ["件号", "村", "类别", "登记.日期", "结果", "办理.日期"]


def test_a_heading_that_is_broken_over_lines_is_read_as_one(book):
    table = [["村\n编号", "村 名", "类型"], ["V1", "甲村", "村"]]
    assert rows(opened(book({"村": table}))[0])[0][2] == RECORDS[0]


def test_merged_cells_of_records_have_the_value_in_each_row(book):
    def merge(made):
        made["村"].merge_cells("C2:C3")
        made["村"].merge_cells("A4:B4")

    table = [VILLAGES[0], VILLAGES[1], ["V2", "乙村"], ["V3", None, "村"]]
    (found,) = opened(book({"村": table}, change=merge))
    assert [values for _, _, values in rows(found)] == [
        *RECORDS,
        {"村编号": "V3", "村名": None, "类型": "村"},  # only downwards: a wide cell is one value
    ]
    assert [(code, severity, text) for code, severity, _, text in told(found)] == [
        ("merged-cells", "info", "1 cells are merged with one above and have its value"),
        (
            "merged-across",
            "warning",
            "1 cells are merged with one to their left and are read as empty",
        ),
    ]


def test_a_note_that_is_merged_over_all_columns_is_no_record_with_merged_cells(book):
    def merge(made):
        made["村"].merge_cells("A3:C3")

    (found,) = opened(book({"村": [*VILLAGES[:2], ["注：截至年底"]]}, change=merge))
    assert [code for code, *_ in told(found)] == ["rows-left-out"]


def test_totals_notes_and_repeated_headings_are_no_records(book):
    table = [
        VILLAGES[0],
        VILLAGES[1],
        ["小计", 1, None],
        VILLAGES[0],
        VILLAGES[2],
        [None, "合　计", 2],
        [],
        ["填表人：信访办", None, "审核人："],
        ["注:以上数据截至年底"],
    ]
    (found,) = opened(book({"村": table}))
    assert [(row, values["村编号"]) for _, row, values in rows(found)] == [(2, "V1"), (5, "V2")]
    said = [(severity, place.rsplit(": ", 1)[1], text) for _, severity, place, text in told(found)]
    assert said == [
        ("warning", "村, row 3", "totals are no records: left out are the rows 3, 6"),
        ("warning", "村, row 8", "notes are no records: left out are the rows 8, 9"),
        ("warning", "村, row 4", "the heading is repeated: left out are the rows 4"),
    ]


@pytest.mark.parametrize("name", ["合计村", "总计划村", "注湾村", "说明"])
def test_what_only_resembles_a_total_or_a_note_is_a_record(book, name):
    (found,) = opened(book({"村": [VILLAGES[0], ["V1", name, "村"]]}))
    assert len(rows(found)) == 1


def test_blank_rows_keep_their_numbers_and_those_at_the_end_are_nothing(book):
    def format_far_below(made):
        made["村"].cell(500, 1).value = " "

    (found,) = opened(book({"村": [*VILLAGES[:2], [], VILLAGES[2]]}, change=format_far_below))
    assert [(row, values["村编号"]) for _, row, values in rows(found)][:3] == [
        (2, "V1"), (3, None), (4, "V2"),
    ]  # fmt: skip


VALUES = [
    ("text", "text"),
    (" 两 端 ", " 两 端 "),
    (12, "12"),
    (12.0, "12"),
    (88.5, "88.5"),
    (0.1 + 0.2, "0.3"),
    (-3, "-3"),
    (True, "true"),
    (False, "false"),
    (date(2025, 3, 5), "2025-03-05"),
    (datetime(2025, 3, 5), "2025-03-05"),
    (datetime(2025, 3, 5, 17, 30), "2025-03-05 17:30:00"),
    (time(17, 30), "17:30:00"),
    (timedelta(hours=30), "30:00:00"),
    (45721, "45721"),
]


@pytest.mark.parametrize(("value", "text"), VALUES)
def test_values_are_read_as_a_person_reads_them(tmp_path, value, text):
    path = tmp_path / "v.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("村")
        sheet.write_row(0, 0, VILLAGES[0])
        sheet.write_row(1, 0, ["V1", "甲村", "村"])
        formats = {
            date: "yyyy-mm-dd",
            datetime: "yyyy-mm-dd hh:mm",
            time: "hh:mm",
            timedelta: "[h]:mm",
        }
        style = made.add_format({"num_format": formats.get(type(value), "General")})
        sheet.write(1, 1, value, style)
    assert [values["村名"] for _, _, values in rows(opened(path)[0])] == [text]


def test_days_written_as_numbers_count_from_1900_or_1904(tmp_path):
    for start, expected in ((False, date(1899, 12, 30)), (True, date(1904, 1, 1))):
        with xlsxwriter.Workbook(tmp_path / "d.xlsx", {"date_1904": start}) as made:
            made.add_worksheet("村").write_row(0, 0, VILLAGES[0])
            made.worksheets()[0].write_row(1, 0, VILLAGES[1])
        (table,) = opened(tmp_path / "d.xlsx")
        assert table.serials_from == expected


def test_a_formula_that_failed_shows_what_it_shows(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "e.xlsx") as made:
        sheet = made.add_worksheet("第一")
        sheet.write_row(0, 0, VILLAGES[0])
        sheet = made.add_worksheet("村")
        sheet.write_row(0, 1, VILLAGES[0])
        sheet.write_row(1, 1, ["V1", "甲村"])
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
    table = opened(tmp_path / "e.xlsx")[-1]
    assert [values["类型"] for _, _, values in rows(table)] == ["#DIV/0!"]


def test_a_formula_that_nobody_worked_out_is_an_error_that_names_the_cell(tmp_path, book):
    """Programs that write workbooks write formulas without a value, or with 0."""
    table = [
        ["村编号", "村名", "类型", "别的"],
        ["V1", "甲村", "=A1", "=A2"],
        ["=A2", "=B2", "=C2"],
    ]
    path = book({"村": table})
    (found,) = opened(path)
    assert [values for _, _, values in rows(found)] == [
        {"村编号": "V1", "村名": "甲村", "类型": "=A1", "别的": "=A2"},
        {"村编号": "=A2", "村名": "=B2", "类型": "=C2", "别的": None},
    ]
    said = f"{path}: 村, row 2, column 类型"
    text = "4 cells hold a formula that was never worked out, and so no value"
    assert told(found) == [("formula-without-value", "error", said, text)]
    with xlsxwriter.Workbook(tmp_path / "w.xlsx") as made:
        sheet = made.add_worksheet("村")
        sheet.write_row(0, 0, VILLAGES[0])
        sheet.write_row(1, 0, ["V1", "甲村", "=A1"])
        sheet.write_formula(2, 0, '="V"&2', None, "V2")
    (found,) = opened(tmp_path / "w.xlsx")
    assert [code for code, *_ in told(found)] == ["formula-without-value"]
    assert rows(found)[1][2] == {"村编号": "V2", "村名": None, "类型": None}


def respelt(path, part, *changes):
    """Change the text of a part of a workbook."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    for old, new in changes:
        assert old.encode() in parts[part], parts[part]
        parts[part] = parts[part].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return path


def numbered(path):
    """Write a sheet whose cells are numbers: A1:B4, the first row the heading."""
    with xlsxwriter.Workbook(path, {"in_memory": True}) as made:
        sheet = made.add_worksheet("村")
        sheet.write_row(0, 0, ["村编号", "村名"])
        for row in (1, 2, 3):
            sheet.write_row(row, 0, [row * 10, row * 10 + 1])
    return path


TWICE = {
    "a cell": ('<c r="B2"><v>11</v></c>', '<c r="B2"><v>11</v></c><c r="B2"><v>9</v></c>', 2),
    "in another spelling": ('<c r="B2"><v>11', "<c r='B2'><v>9</v></c><c r='B2'><v>11", 2),
    "without its name": ('<c r="A2"><v>10', '<c><v>9</v></c><c r="A2"><v>10', 2),
    "in another row": ('<c r="B4">', '<c r="B2"><v>9</v></c><c r="B4">', 2),
    "a row": ('<row r="3"', '<row r="2"><c r="B2"><v>9</v></c></row><row r="3"', 2),
    "a row that is counted": ('<row r="4"', '<row r="2"/><row><c><v>9</v></c></row><row r="4"', 3),
    "a heading": ('<row r="2"', '<row r="1"><c r="B1"><v>9</v></c></row><row r="2"', 1),
}


@pytest.mark.parametrize(("old", "new", "row"), TWICE.values(), ids=TWICE)
def test_a_cell_that_stands_twice_is_an_error(tmp_path, old, new, row):
    path = respelt(numbered(tmp_path / "a.xlsx"), "xl/worksheets/sheet1.xml", (old, new))
    [found] = opened(path)
    [(code, severity, place, _)] = [f for f in told(found) if f[0] == "repeated-cell"]
    assert (code, severity) == ("repeated-cell", "error")
    assert f"row {row}" in place


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<c r="B2"><v>11</v></c>', '<c r="B2"><v>11</v></c><c r="B2"><v>11</v></c>'),
        ('<c r="B2"><v>11</v></c>', '<c r="B2"/><c r="B2"><v>11</v></c>'),
        ('<c r="A2"><v>10</v></c><c r="B2"><v>11</v></c>',
         '<c r="B2"><v>11</v></c><c r="A2"><v>10</v></c>'),
    ],
    ids=["one value twice", "empty once", "not in order"],
)  # fmt: skip
def test_what_leaves_no_doubt_is_read(tmp_path, old, new):
    path = respelt(numbered(tmp_path / "a.xlsx"), "xl/worksheets/sheet1.xml", (old, new))
    [found] = opened(path)
    assert told(found) == []
    wished = [{"村编号": f"{n}0", "村名": f"{n}1"} for n in (1, 2, 3)]
    assert [values for _, _, values in rows(found)] == wished


def test_rows_in_any_order_are_read(tmp_path):
    path = numbered(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as packed:
        text = packed.read("xl/worksheets/sheet1.xml").decode()
    rest, last = (
        text[text.index('<row r="2"') : text.index('<row r="4"')],
        text[text.index('<row r="4"') : text.index("</sheetData>")],
    )
    part = "xl/worksheets/sheet1.xml"
    [found] = opened(respelt(path, part, (rest + last, last + rest)))
    assert [values["村编号"] for _, _, values in rows(found)] == ["10", "20", "30"]


def test_two_sheets_of_one_name_are_refused(tmp_path, book):
    path = book({"村": VILLAGES, "组": VILLAGES})
    respelt(path, "xl/workbook.xml", ('name="组"', 'name="村"'))
    write_ods(tmp_path / "两.ods", {"村": VILLAGES, "组": VILLAGES})
    respelt(tmp_path / "两.ods", "content.xml", ('name="组"', 'name="村"'))
    for file in (path, tmp_path / "两.ods"):
        text = "two sheets of the workbook are called “村”"
        assert refused(file) == [("duplicate-table", str(file), text)]


def old_book(path, change=lambda sheet: None, **settings):
    """Write an .xls with the two villages, and what is changed of them."""
    old = xlwt.Workbook(encoding="utf-8")
    for name, value in settings.items():
        setattr(old, name, value)
    sheet = old.add_sheet("村", cell_overwrite_ok=True)
    for i, row in enumerate(VILLAGES):
        for j, value in enumerate(row):
            sheet.write(i, j, value)
    change(sheet)
    old.save(str(path))
    return path


@pytest.mark.parametrize(
    ("of_1904", "start"), [(False, date(1899, 12, 30)), (True, date(1904, 1, 1))]
)
def test_the_calendar_of_the_old_format(tmp_path, of_1904, start):
    (table,) = opened(old_book(tmp_path / "a.xls", dates_1904=of_1904))
    assert table.serials_from == start


@pytest.mark.parametrize("start", ["1899-12-30", "1904-01-01", "1900-01-01"])
def test_the_calendar_of_open_documents(tmp_path, start):
    write_ods(tmp_path / "a.ods", {"村": VILLAGES})
    with zipfile.ZipFile(tmp_path / "a.ods") as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    zero = f'<table:calculation-settings><table:null-date table:date-value="{start}"/>'
    parts["content.xml"] = parts["content.xml"].replace(
        "<office:spreadsheet>", f"<office:spreadsheet>{zero}</table:calculation-settings>"
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    assert opened(tmp_path / "a.ods")[0].serials_from == date.fromisoformat(start)


def test_failed_and_unknown_formulas_of_the_old_format(tmp_path):
    def change(sheet):
        sheet.row(1).set_cell_error(2, 42)
        for column, formula in enumerate(("A1", "B1", '""')):
            sheet.write(2, column, xlwt.Formula(formula))

    data = old_book(tmp_path / "a.xls", change).read_bytes()
    (table,) = opened(tmp_path / "a.xls")
    assert [tuple(values.values()) for _, _, values in rows(table)] == [
        ("V1", "甲村", "#N/A"),
        ("=", "=", "="),
    ]
    assert told(table)[0][0] == "formula-without-value"
    # As an office program saves them: 1/0 and a text, both worked out; the last is empty.
    nothing = b"\x03\0\0\0\0\0\xff\xff\0\0"
    assert data.count(nothing) == 3
    for saved in (b"\x02\0\x07\0\0\0\xff\xff", b"\x01\0\x01\0\0\0\xff\xff", nothing[:8]):
        data = data.replace(nothing, saved + b"\0\0", 1)
    (tmp_path / "b.xls").write_bytes(data)
    (table,) = opened(tmp_path / "b.xls")
    assert rows(table)[1][2] == {"村编号": "#DIV/0!", "村名": "true", "类型": None}
    text = "2 cells show an error, such as #N/A, for a value"
    place = f"{tmp_path / 'b.xls'}: 村, row 2, column 类型"
    assert told(table) == [("failed-formula", "warning", place, text)]


def test_failed_and_unknown_formulas_of_open_documents(tmp_path):
    def cell(rest):
        return f'<table:table-cell table:formula="of:=A1" {rest}</table:table-cell>'

    newer = cell('office:value-type="string" office:string-value="" calcext:value-type="error">'
                 "<text:p>#N/A</text:p>")  # fmt: skip
    older = cell('office:value-type="float" office:value="0"><text:p>Err:502</text:p>')
    sound = cell('office:value-type="string"><text:p></text:p>')
    table = [VILLAGES[0], [newer, older, sound], [cell(">"), cell("><text:p>乙村</text:p>"), "村"]]
    write_ods(tmp_path / "a.ods", {"村": table})
    (found,) = opened(tmp_path / "a.ods")
    assert [tuple(values.values()) for _, _, values in rows(found)] == [
        ("#N/A", "Err:502", None),
        ("=A1", "乙村", "村"),
    ]
    assert [(code, place[-17:]) for code, _, place, _ in told(found)] == [
        ("formula-without-value", "row 3, column 村编号"),
        ("failed-formula", "row 2, column 村编号"),
    ]


def test_numbers_that_are_shown_as_percentages_are_told(tmp_path):
    heading = ["测评编号", "测评人类别", "评分", "测评日期", "别的"]
    with xlsxwriter.Workbook(tmp_path / "p.xlsx") as made:
        sheet = made.add_worksheet("测评")
        formats = ("0%", "0.0%", '0"%"', "General", "[Red]0.00%;-0.00%")
        styles = [made.add_format({"num_format": code}) for code in formats]
        sheet.write_row(0, 0, heading)
        for number, style in enumerate(styles, 1):
            sheet.write_row(number, 0, [f"R{number}", "群众"])
            sheet.write_number(number, 2, 0.9, style)
            sheet.write_row(number, 3, ["2025-03-05"])
            sheet.write_number(number, 4, 0.9, styles[0])
    percent = '<table:table-cell office:value-type="percentage" office:value="0.9"/>'
    write_ods(
        tmp_path / "p.ods", {"测评": [heading, ["R1", "群众", percent, "2025-03-05", percent]]}
    )
    text = "{} numbers are shown as percentages, and read as shares: 0.9 for 90%"
    for name, count in (("p.xlsx", 3), ("p.ods", 1)):
        (table,) = opened(tmp_path / name)
        assert {values["评分"] for _, _, values in rows(table)} == {"0.9"}
        place = f"{tmp_path / name}: 测评, row 2, column 评分"
        assert told(table) == [("percent-cells", "warning", place, text.format(count))]


def test_numbers_with_lost_digits_are_told(book):
    table = [["村编号", "村名", "类型", "别的"], [410000202501010001, "甲村", "村", 10**17]]
    (found,) = opened(book({"村": table}))
    ((code, severity, place, text),) = told(found)
    assert (code, severity) == ("digits-lost", "error")
    assert place.endswith("村, row 2, column 村编号")
    assert text.startswith("1 numbers have more digits")


def test_a_column_without_a_name_is_delivered_when_something_stands_in_it(book):
    table = [["村编号", "村名", None, "类型", None], ["V1", "甲村", "x", "村", None]]
    (found,) = opened(book({"村": table}))
    assert rows(found)[0][2] == {"村编号": "V1", "村名": "甲村", "(C)": "x", "类型": "村"}


def test_a_hidden_sheet_is_told_and_not_read(book):
    def hide(made):
        made["旧"].sheet_state = "hidden"

    path = book({"旧": VILLAGES, "村": VILLAGES}, change=hide)
    (table,) = opened(path)
    assert table.sheet == "村"
    assert told(table) == [
        ("hidden-sheet", "warning", f"{path}: 旧", "the sheet “旧” is hidden and is not read")
    ]
    (wanted,) = opened(path, wanted=(Wanted(("旧",)),))
    assert len(rows(wanted)) == 2


def test_wanted_sheets_by_their_names_and_with_their_own_headings(book):
    sheet = [["台账"], ["编码", "名称"], ["V1", "甲村"]]
    path = book({"1月": sheet, "2月": sheet, "3月": sheet, "封面": [["x"]]})
    wanted = (Wanted(("1月", "2*"), ("编码", "名称")), Wanted(("台账.xlsx/3月",), ("名称",)))
    found = opened(path, wanted=wanted)
    assert [(t.name, t.sheet) for t in found] == [
        ("1月", "1月"), ("1月", "2月"), ("台账.xlsx/3月", "3月"),
    ]  # fmt: skip
    assert rows(found[1]) == [("2月", 3, {"编码": "V1", "名称": "甲村"})]
    assert rows(found[2]) == [("3月", 3, {"编码": "V1", "名称": "甲村"})]


def test_the_row_of_the_heading_may_be_said(book):
    sheet = [["A", "b", "c"], ["x", None], ["p", "q"], ["1", "2"]]
    path = book({"s": sheet})
    fields = table_fields()
    (table,) = opened(path, wanted=(Wanted(("s",), (), fields(heading_row=(2, 3))),))
    assert rows(table) == [("s", 4, {"p": "1", "q": "2"})]
    (table,) = opened(path, wanted=(Wanted(("s",), (), fields(heading_row=9)),))
    assert rows(table) == []


def test_the_same_table_in_every_format(tmp_path, book):
    old = xlwt.Workbook(encoding="utf-8")
    sheet = old.add_sheet("村")
    for i, row in enumerate(VILLAGES):
        for j, value in enumerate(row):
            sheet.write(i, j, value)
    old.save(str(tmp_path / "a.xls"))
    (tmp_path / "b.et").write_bytes((tmp_path / "a.xls").read_bytes())
    write_ods(tmp_path / "c.ods", {"村": VILLAGES})
    write_xlsb(tmp_path / "d.xlsb", {"村": VILLAGES})
    (tmp_path / "e.xls").write_bytes(book({"村": VILLAGES}, "f.xlsx").read_bytes())
    found = opened(tmp_path)
    assert [t.origin[-5:].strip("/") for t in found] == [
        "a.xls", "b.et", "c.ods", ".xlsb", "e.xls", ".xlsx",
    ]  # fmt: skip
    for table in found:
        assert table.name == "villages"
        assert rows(table) == [("村", 2, RECORDS[0]), ("村", 3, RECORDS[1])], table.origin


def test_merged_cells_of_the_old_format_are_seen(tmp_path):
    old = xlwt.Workbook(encoding="utf-8")
    sheet = old.add_sheet("村")
    for i, row in enumerate(VILLAGES[:2]):
        for j, value in enumerate(row):
            sheet.write(i, j, value)
    sheet.write(2, 0, "V2")
    sheet.write(2, 1, "乙村")
    sheet.merge(1, 2, 2, 2)
    old.save(str(tmp_path / "a.xls"))
    assert [values for _, _, values in rows(opened(tmp_path / "a.xls")[0])] == RECORDS


def test_what_the_library_does_not_see_of_other_formats(tmp_path):
    failed = [b"\x03\x2a", "甲村", b"\x0b\x07\0\0\0\0\0\0\0\0"]
    written = {"村": [VILLAGES[0], failed, ["V2", "乙村", "村"], ["V3", "丙村"]]}
    write_xlsb(tmp_path / "a.xlsb", written, of_1904=True, merged=[(2, 3, 2, 2)])
    (table,) = opened(tmp_path / "a.xlsb")
    assert table.serials_from == date(1904, 1, 1)
    assert [tuple(values.values()) for _, _, values in rows(table)] == [
        ("#N/A", "甲村", "#DIV/0!"), ("V2", "乙村", "村"), ("V3", "丙村", "村"),
    ]  # fmt: skip
    assert [code for code, *_ in told(table)] == ["merged-cells", "failed-formula"]
    spanned = (
        '<table:table-cell table:number-rows-spanned="2" office:value-type="string">'
        "<text:p>村</text:p></table:table-cell>"
    )
    write_ods(tmp_path / "b.ods", {"村": [VILLAGES[0], ["V1", "甲村", spanned], ["V2", "乙村"]]})
    (table,) = opened(tmp_path / "b.ods")
    assert [code for code, *_ in told(table)] == ["merged-cells"]
    assert [values for _, _, values in rows(table)] == RECORDS
    write_ods(tmp_path / "c.ods", {"村": VILLAGES})
    assert told(opened(tmp_path / "c.ods")[0]) == []


def refused(place):
    with pytest.raises(DatasetError) as caught:
        [t.batches().read_all() for t in opened(place)]
    assert all(str(f.hint) for f in caught.value.findings)
    return [(f.code, f.place.file, str(f.message)) for f in caught.value.findings]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xlsx", b"", "empty-file"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "not-a-workbook"),
        ("a.xls", b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "not-a-workbook"),
        ("a.xls", "村编号\t村名\n".encode("gbk"), "not-a-workbook"),
        ("a.et", b"WPS something of its own", "not-a-workbook"),
        ("a.xlsx", b"PK\x03\x04 cut off", "bad-workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "bad-workbook"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path, name, data, code):
    (tmp_path / name).write_bytes(data)
    assert [c for c, *_ in refused(tmp_path / name)] == [code]


def test_all_that_is_wrong_in_a_folder_is_told(tmp_path, book):
    book({"村": VILLAGES})
    (tmp_path / "a.xlsx").write_bytes(b"")
    (tmp_path / "b.xls").write_bytes(b"x")
    assert [c for c, *_ in refused(tmp_path)] == ["empty-file", "not-a-workbook"]


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("RULES_ENGINE_MAX_WORKBOOK_SIZE", "9")
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"\0" * 11_000_000)
    assert (tmp_path / "bomb.xlsx").stat().st_size < 20_000
    assert refused(tmp_path / "bomb.xlsx") == [
        (
            "workbook-too-large",
            str(tmp_path / "bomb.xlsx"),
            "the workbook unpacks to more than 9 MiB",
        )
    ]


def test_a_missing_place_is_told(tmp_path):
    assert refused(tmp_path / "no.xlsx")[0][0] == "no-such-data"


def test_a_damaged_old_workbook_takes_nothing_down(tmp_path):
    """Some damage ends the process in which it is read; here it is an error like any other."""
    old = xlwt.Workbook(encoding="utf-8")
    sheet = old.add_sheet("村")
    for i in range(40):
        sheet.write(i, 0, f"V{i}")
        sheet.write(i, 1, i * 1.5)
    old.save(str(tmp_path / "good.xls"))
    good = (tmp_path / "good.xls").read_bytes()
    draw = random.Random(4)
    for _ in range(12):
        data = bytearray(good)
        for _ in range(50):
            data[draw.randrange(len(data))] = draw.randrange(256)
        (tmp_path / "bad.xls").write_bytes(data)
        try:
            [t.batches().read_all() for t in opened(tmp_path / "bad.xls")]
        except DatasetError as error:
            assert {f.code for f in error.findings} <= {"bad-workbook", "not-a-workbook"}


def test_which_places_are_ours(tmp_path, book):
    assert not accepts(str(tmp_path))
    path = book({"村": VILLAGES})
    (tmp_path / "~$台账.xlsx").write_bytes(b"lock")
    assert accepts(str(path))
    assert accepts(str(tmp_path))
    assert not accepts(str(tmp_path / "no.xlsx"))
    assert not accepts("sql:sqlite:///x.db")
    assert len(opened(tmp_path)) == 1
