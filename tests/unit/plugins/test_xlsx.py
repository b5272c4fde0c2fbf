"""The workbook holds what the report holds: exactly, typed, and as text where it is text."""

from __future__ import annotations

import errno
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from rules_engine_xlsx import sheets, villages, write
from rules_engine_xlsx.book import Book, Column
from rules_engine_xlsx.words import moment
from township_sample import assess_township

from rules_engine.messages import speaking
from rules_engine.plugin_manager import registry
from rules_engine.run.assess import needs_evidence

ENGLISH = [
    "Overview", "Ranking", "Score matrix", "Score lines", "Records", "Cadres",
    "Cadres' villages", "Cadres' own lines", "Criteria", "Assumptions", "Data problems",
    "Findings",
]  # fmt: skip
POINTS = "0.00##"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    opened = assess_township(tmp_path_factory.mktemp("township"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def report(run):
    with speaking("en"):
        return run.report(evidence=True)


@pytest.fixture(scope="module")
def file(report, tmp_path_factory):
    with speaking("en"):
        (file,) = write(report, tmp_path_factory.mktemp("out"))
    return file


@pytest.fixture(scope="module")
def book(file):
    return load_workbook(file)


def exact(value):
    return None if value is None else Decimal(repr(value))


def rows(sheet, heads=1):
    """The rows below the headings, as mappings from the row of names."""
    names = [cell.value for cell in sheet[2 if heads == 3 else 1]]
    return [
        dict(zip(names, values, strict=True))
        for values in sheet.iter_rows(heads + 1, values_only=True)
    ]


def cell(sheet, heading, row, head=1):
    names = [c.value for c in sheet[head]]
    return sheet.cell(row, names.index(heading) + 1)


def test_sheets_stand_in_the_order_in_which_they_are_read(book):
    assert book.sheetnames == ENGLISH


def test_the_overview_says_which_run_this_is(book, report):
    facts = {a: b for a, b, *_ in book["Overview"].iter_rows(values_only=True)}
    assert book["Overview"]["A1"].value == "青川镇信访工作考核办法"
    assert facts["run"] == report.run.run_id
    assert facts["digest"] == report.run.digest
    assert facts["fingerprint of the ruleset"] == report.run.ruleset_fingerprint
    assert facts["fingerprint of the data"] == report.run.data_fingerprint
    assert facts["edition"] == "2025"
    assert facts["accepted rows in quarantine"] == "yes"
    assert "1 rows were kept out of this assessment (quarantine)" in facts


def test_the_overview_counts_targets_and_grades(book):
    lines = {r[0]: r[1:] for r in book["Overview"].iter_rows(values_only=True) if r[0]}
    assert lines["无非正常访村达到九成"] == (3, 1, 6, 0.5, 0.9, "not reached", "A-5 一")
    assert lines["优秀"][:4] == (90, 0.5, 0, 1)
    assert lines["合格"][:4] == (60, None, 2, 0)
    # 戊村, whose total reaches over the grades, and 甲村 and 乙村, whose places it may take
    assert lines["open"][2:4] == (3, 0)


def test_ranking_equals_the_report(book, report):
    found = rows(book["Ranking"])
    assert [r["name"] for r in found] == ["甲村", "乙村", "=丙村", "戊村", "丁村", "己社区"]
    for row, village in zip(found, report.villages, strict=True):
        assert exact(row["score"]) == village.score
        assert exact(row["at least"]) == village.low
        assert exact(row["at most"]) == village.high
        assert row["place"] == (village.rank or village.place_range)
        assert row["id"] == village.id
    assert [r["place"] for r in found] == ["1–3", "1–3", "3–4", "1–4", "4–5", 1]
    assert [r["tied"] for r in found] == [None] * 6
    assert found[2]["score"] == 71.67
    assert found[3]["final grade"] == "open"
    assert found[4]["sanctions"] == "一票否决, 约谈"
    assert found[5]["why they differ"] == "the quota of “优秀” is 0 of 1"


def test_lines_equal_the_report_to_the_last_place(book, report):
    found = rows(book["Score lines"])
    expected = [(v, line) for v in report.villages for line in v.lines]
    assert len(found) == len(expected) == 18
    for row, (village, line) in zip(found, expected, strict=True):
        assert (row["name"], row["criterion"]) == (village.name, line.label)
        assert exact(row["points"]) == line.points
        assert exact(row["maximum"]) == line.maximum
        assert exact(row["before floor and cap"]) == line.raw
        assert row["records"] == line.records
        assert (row["worked"] or "") == line.worked
    assert found[7]["points"] == 36.6667
    assert found[7]["outcome"] == "scored"
    assert found[7]["clauses"] == "A-2 二（二）"
    assert found[8]["outcome"] == "not assessable"
    assert found[8]["points"] is None
    assert [r["name"] for r in found if r["veto"] == "yes"] == ["丁村"]


def test_the_matrix_has_sections_names_and_maxima_above_its_rows(book):
    sheet = book["Score matrix"]
    assert [c.value for c in sheet[1]][2:5] == ["一、走访秩序", "二、事项办理", "三、加分"]
    assert [c.value for c in sheet[3]][:6] == ["maximum", None, 40, 60, 2, 100]
    found = {r["name"]: r for r in rows(sheet, heads=3)}
    assert found["=丙村"]["初信初访办结率"] == 36.6667
    assert found["=丙村"]["按时上报"] == "not assessable"
    assert found["=丙村"]["total"] == 71.67
    assert found["丁村"]["total"] == 0


def test_records_stand_with_their_days(book):
    found = [r for r in rows(book["Records"]) if r["name"] == "=丙村"]
    assert [(r["record"], r["status"]) for r in found] == [
        ("v1", "counted"), ("c3", "meets it"), ("c4", "meets it"), ("c5", "misses it"),
    ]  # fmt: skip
    assert found[0]["date"] == datetime(2025, 5, 6)
    assert found[0]["table"] == "走访"
    assert [r["record"] for r in rows(book["Records"]) if r["name"] == "李四"] == ["d1"]


def test_cadres_and_the_villages_they_answer_for(book, report):
    found = {r["name"]: r for r in rows(book["Cadres"])}
    # (181 × (100 − 0.333333 × 28.33) + 184 × 100) ÷ 365 = 95.317…, less 1 for the missed duty
    assert found["李四"]["score"] == 94.32
    assert found["张三"]["sanctions"] == "约谈（丁村）"
    assert found["张三"]["post"] == "+支部书记"
    shares = rows(book["Cadres' villages"])
    assert (shares[0]["from"], shares[0]["to"]) == (datetime(2025, 1, 1), datetime(2025, 6, 30))
    assert shares[0]["days"] == 181
    for row, share in zip(shares, [s for c in report.cadres for s in c.shares], strict=True):
        assert exact(row["share"]) == share.share
        between = f"{share.score:f} – {share.high:f}" if share.high is not None else None
        assert (row["score"] if between else exact(row["score"])) == (between or share.score)
    assert [r["points"] for r in rows(book["Cadres' own lines"])] == [-1, 0]


def test_assumptions_problems_and_findings(book, report):
    assert len(rows(book["Assumptions"])) == len(report.assumptions)
    (problem,) = rows(book["Data problems"])
    assert (problem["row"], problem["column"], problem["value"]) == (6, "走访日期", "=2025")
    assert problem["village"] == "V5"
    assert book["Findings"]["A2"].value == "no findings"


def test_acknowledged_findings_stand_on_the_first_sheet_too(report, tmp_path):
    from rules_engine.api import Finding, msg

    known = Finding("rights-x", msg("@counts petitions")).acknowledge("原文如此")
    with speaking("en"):
        (file,) = write(replace(report, findings=(known,)), tmp_path)
    book = load_workbook(file)
    texts = [b for _, b, *_ in book["Overview"].iter_rows(values_only=True)]
    assert "rights-x: @counts petitions (acknowledged: 原文如此)" in texts
    (row,) = rows(book["Findings"])
    assert (row["kind"], row["acknowledged because"]) == ("note", "原文如此")


@pytest.mark.parametrize(
    ("sheet", "panes", "filtered"),
    [
        ("Ranking", "D2", "A1:O7"),
        ("Score matrix", "B4", "A3:H9"),
        ("Score lines", "B2", "A1:O19"),
        ("Cadres", "D2", "A1:L3"),
        ("Data problems", "A2", "A1:H2"),
        ("Findings", "A2", None),
    ],
)
def test_headings_stay_and_rows_can_be_filtered(book, sheet, panes, filtered):
    assert book[sheet].freeze_panes == panes
    assert book[sheet].auto_filter.ref == filtered


def test_numbers_shares_and_dates_have_their_formats(book):
    assert cell(book["Ranking"], "score", 2).number_format == POINTS
    assert cell(book["Score lines"], "points", 2).number_format == POINTS
    shares = book["Cadres' villages"]
    assert cell(shares, "share", 2).number_format == "0.00##%"
    assert cell(shares, "from", 2).number_format == "yyyy-mm-dd"
    assert cell(shares, "from", 2).is_date
    assert cell(book["Records"], "date", 2).is_date


def test_what_looks_like_a_formula_stays_text(book, file):
    village = cell(book["Ranking"], "name", 4)
    assert (village.value, village.data_type, village.quotePrefix) == ("=丙村", "s", True)
    record = next(c for row in book["Records"] for c in row if c.value == "@v4")
    assert record.data_type == "s"
    assert not any(c.data_type == "f" for sheet in book for row in sheet for c in row)
    with zipfile.ZipFile(file) as parts:
        pages = [n for n in parts.namelist() if n.startswith("xl/worksheets/")]
        assert not any(b"<f>" in parts.read(n) for n in pages)


def test_every_cell_has_one_font_that_has_chinese(book):
    fonts = {c.font.name for sheet in book for row in sheet for c in row if c.value is not None}
    assert fonts == {"Microsoft YaHei"}


def test_headings_are_bold_on_a_light_ground(book):
    head = book["Ranking"]["A1"]
    assert head.font.bold
    assert head.fill.fgColor.rgb == "FFE7E6E6"


def test_columns_are_as_wide_as_chinese_needs(book):
    # 初信初访办结率 takes 14, and the column has room beside its text
    assert 14 < book["Score lines"].column_dimensions["C"].width <= 19
    assert all(d.width <= 80 for sheet in book for d in sheet.column_dimensions.values())


def test_pages_are_printed_on_a4_with_headings_and_numbers(book, report):
    for sheet in book:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.page_setup.fitToWidth in (None, 1)  # left out of the file, it is 1
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert report.run.run_id in sheet.oddFooter.left.text
        assert sheet.oddFooter.right.text == "page &P of &N"
        assert "青川镇信访工作考核办法" in sheet.oddHeader.center.text
    assert book["Score matrix"].print_title_rows == "$1:$3"
    assert book["Overview"].page_setup.fitToHeight in (None, 1)
    assert book["Ranking"].page_setup.fitToHeight == 0


def test_the_same_report_gives_the_same_bytes(report, file, tmp_path):
    with speaking("en"):
        (again,) = write(report, tmp_path)
    assert again.read_bytes() == file.read_bytes()
    created = load_workbook(file).properties.created
    assert created == report.run.created_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def test_chinese_words_fit_into_the_tabs(run, tmp_path):
    with speaking("zh"):
        (file,) = write(run.report(evidence=True), tmp_path)
    book = load_workbook(file)
    assert book.sheetnames[1:4] == ["排名", "得分总表", "得分明细"]
    assert len(book.sheetnames) == len(ENGLISH)
    assert [c.value for c in book["排名"][1]][:3] == ["名次", "并列", "名称"]
    # the data is the same in every language
    assert [r["得分"] for r in rows(book["排名"])] == [100, 100, 71.67, 0, 0, 90]


def test_many_villages_do_without_lines_and_say_so(run, report, tmp_path):
    with speaking("en"):
        sheets.write_workbook(report, tmp_path / "many.xlsx", most_detailed=5)
    book = load_workbook(tmp_path / "many.xlsx")
    assert "Score lines" not in book.sheetnames
    assert "Records" not in book.sheetnames
    assert len(rows(book["Ranking"])) == 6
    texts = [c.value for row in book["Overview"] for c in row if isinstance(c.value, str)]
    assert any(t.startswith("This run has 6 villages: the sheets of lines") for t in texts)


def test_records_are_not_read_for_more_villages_than_the_limit(run):
    xlsx = registry().need("reporters", "xlsx")
    assert needs_evidence(xlsx, run)
    assert needs_evidence(replace(xlsx, evidence_limit=6), run)
    assert not needs_evidence(replace(xlsx, evidence_limit=5), run)
    assert not needs_evidence(replace(xlsx, evidence=False), run)


def test_more_records_than_the_limit_are_left_out_with_a_note(report, tmp_path, monkeypatch):
    monkeypatch.setattr(villages, "MOST_RECORDS", 3)
    with speaking("en"):
        (file,) = write(report, tmp_path)
    sheet = load_workbook(file)["Records"]
    assert sheet.max_row == 5
    assert sheet["A5"].value == "only the first 3 rows are shown"
    assert sheet.auto_filter.ref == "A1:H4"


def test_a_sheet_ends_where_excel_ends(report, tmp_path, monkeypatch):
    monkeypatch.setattr("rules_engine_xlsx.book.LAST_ROW", 3)
    with speaking("en"):
        book = Book(tmp_path / "full.xlsx", report.run)
        sheet = book.sheet("x", [Column("n", "count")])
        sheet.headings()
        for number in range(10):
            sheet.add(number)
        sheet.finish("x")
        book.close()
    values = [
        row[0] for row in load_workbook(tmp_path / "full.xlsx")["x"].iter_rows(values_only=True)
    ]
    assert values == ["n", 0, 1, "only the first 2 rows are shown"]


@pytest.mark.filterwarnings("error")
def test_tabs_and_page_headers_are_fit_for_excel(report, tmp_path):
    report = replace(report, run=replace(report.run, ruleset_title="&" * 300))
    book = Book(tmp_path / "tabs.xlsx", report.run)
    for name in ("a/b", "A:b", "x" * 40, "x" * 40, ""):
        book.sheet(name, [Column("n")]).finish("&" * 300)
    book.close()
    assert load_workbook(tmp_path / "tabs.xlsx").sheetnames == [
        "a b", "A b 2", "x" * 31, "x" * 29 + " 2", "-",
    ]  # fmt: skip


def test_a_text_too_long_for_a_cell_is_cut_where_one_sees_it(report, tmp_path):
    book = Book(tmp_path / "long.xlsx", report.run)
    sheet = book.sheet("x", [Column("n")])
    sheet.add("村" * 40_000)
    sheet.finish("x", filtered=False)
    book.close()
    value = load_workbook(tmp_path / "long.xlsx")["x"]["A1"].value
    assert len(value) == 32_701
    assert value.endswith("村…")


@pytest.mark.parametrize(
    ("text", "value", "style"),
    [
        ("2025-05-06", date(2025, 5, 6), "date"),
        ("2025-05-06T00:00:00", date(2025, 5, 6), "date"),
        ("2025-05-06 18:30:00", datetime(2025, 5, 6, 18, 30), "time"),
        ("", "", "mark"),
        ("unknown", "unknown", "mark"),
    ],
)
def test_days_and_moments(text, value, style):
    assert moment(text) == (value, style)


def test_a_full_disk_is_told_as_what_it_is(report, tmp_path, monkeypatch):
    def full(self):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("xlsxwriter.workbook.Workbook._store_workbook", full)
    with pytest.raises(OSError, match="No space left") as caught, speaking("en"):
        write(report, tmp_path)
    assert caught.value.errno == errno.ENOSPC
