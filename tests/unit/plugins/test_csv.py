"""The source for CSV, TSV, Parquet and JSON Lines."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rules_engine_csv import accepts, open_files

from rules_engine.api import DatasetError, SourceRequest, Wanted
from rules_engine.messages import speaking


@pytest.fixture(autouse=True)
def english():
    with speaking("en"):
        yield


@pytest.fixture
def read(tmp_path):
    """Write a file and read it: the number of its first row, and the rows."""

    def run(data, name="cases.csv"):
        file = tmp_path / name
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
        (source,) = open_files(SourceRequest(str(file)))
        assert (source.name, source.origin) == (file.stem, str(file))
        return source.first_row, source.batches().read_all().to_pylist()

    return run


@pytest.fixture
def refuse(read):
    """Write a file that cannot be read and give what is said, without the folder's name."""

    def run(data, name="cases.csv"):
        with pytest.raises(DatasetError) as caught:
            read(data, name)
        (finding,) = caught.value.findings
        assert str(finding.hint)
        place = str(finding.place)
        return place[place.index(name) + len(name) :], finding.code, str(finding.message)

    return run


ROWS = [{"a": "1", "b": "x"}, {"a": "2", "b": None}]


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,x\n2,\n",
        "a,b\n1,x\n2,",
        "a,b\r\n1,x\r\n2,\r\n",
        "a,b\r1,x\r2,\r",
        "a,b\n1,x\r\n2,\n\n\n",
        '"a","b"\n"1","x"\n"2",""\n',
        " a ,b\t\n1,x\n2,\n",
        "a,b,,\n1,x,,\n2,,,\n",
        "a,,b\n1,,x\n2,,\n",
    ],
)
def test_one_table_in_many_forms(read, text):
    assert read(text) == (2, ROWS)


@pytest.mark.parametrize("name", ["cases.tsv", "cases.txt", "cases.csv", "CASES.TSV"])
def test_tabs_stand_between_columns_too(read, name):
    assert read("a\tb\n1\tx\n2\t\n", name) == (2, ROWS)


def test_a_tab_separated_file_may_hold_commas(read):
    assert read("a,z\tb\n1\tx,y\n", "x.tsv") == (2, [{"a,z": "1", "b": "x,y"}])


CHINESE = "村编号,村名\nV1,五里墩村\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk", "gb2312"])
def test_the_encodings_of_offices(read, encoding):
    rows = [{"村编号": "V1", "村名": "五里墩村"}]
    assert read(CHINESE.encode(encoding)) == (2, rows)
    assert read(CHINESE.replace(",", "\t").encode(encoding), "x.txt") == (2, rows)


@pytest.mark.parametrize("order", ["le", "be"])
def test_utf_16_in_both_orders_of_bytes(read, order):
    data = {"le": b"\xff\xfe", "be": b"\xfe\xff"}[order] + CHINESE.encode(f"utf-16-{order}")
    assert read(data) == (2, [{"村编号": "V1", "村名": "五里墩村"}])


def test_gb18030_has_characters_of_four_bytes(read):
    name = "㐂𠮷村"
    assert len(name.encode("gb18030")) == 4 + 4 + 2
    assert read(f"村名\n{name}\n".encode("gb18030")) == (2, [{"村名": name}])


def test_utf_8_whose_start_could_be_gbk_is_utf_8(read):
    text = "村民,村务\n村民,村务\n"
    assert text.encode().decode("gb18030").startswith("鏉戞皯,")  # it could be read so, too
    assert read(text) == (2, [{"村民": "村民", "村务": "村务"}])


def test_gb18030_is_found_far_behind_a_plain_start(read):
    plain = "a,b\n" + "1,2\n" * 600_000
    _, rows = read(plain.encode() + "3,村\n".encode("gb18030"))
    assert len(rows) == 600_001
    assert rows[-1] == {"a": "3", "b": "村"}


def test_a_character_may_lie_across_two_chunks(read):
    for encoding in ("utf-8", "gb18030", "utf-16"):
        names = ["x" * (i % 7 + 1) + "村庄𠮷" * 20 for i in range(20_000)]
        _, rows = read(("a\n" + "\n".join(names)).encode(encoding))
        assert [r["a"] for r in rows] == names


@pytest.mark.parametrize(
    ("data", "place", "code", "said"),
    [
        (b"", "", "empty-file", "the file is empty"),
        (b"\n\r\n\n", "", "empty-file", "the file is empty"),
        (b"\xef\xbb\xbf", "", "empty-file", "the file is empty"),
        ("信访事项登记台账,村民委员会\n中文,2\n".encode() + b"x,\xff\n", ":3:1",
         "unknown-encoding", "the file is UTF-8, but damaged here"),
        ("信访事项登记台账,村民委员会\nx,中".encode()[:-1], ":2:1",
         "unknown-encoding", "the file is UTF-8, but damaged here"),
        (b"\xef\xbb\xbfa\n\xd6\xd0\n", ":2:1",
         "unknown-encoding", "the file is UTF-8, but damaged here"),
        (b"a\n\x80\x81\xff\n", ":2:1", "unknown-encoding",
         "the file is neither UTF-8 nor UTF-16 nor GB18030, or it is damaged here"),
        ("a\n村\n".encode("utf-16")[:-1], ":2:1", "unknown-encoding",
         "the file is neither UTF-8 nor UTF-16 nor GB18030, or it is damaged here"),
        (b"a,b\n1,2\n3,\0\n", ":3:1", "nul-byte",
         "the file holds NUL bytes: it is no table of text"),
        (b"a,b\n1,2\n\0\0\0\0\0\0", ":3:1", "nul-byte",
         "the file holds NUL bytes: it is no table of text"),
        ("a;b\n1;2\n", ":1:1", "wrong-delimiter", "the columns are separated by “;”"),
        ("编号；村名\n1；2\n", ":1:1", "wrong-delimiter", "the columns are separated by “；”"),
        ("编号，村名\n1，2\n", ":1:1", "wrong-delimiter", "the columns are separated by “，”"),
        ("a|b\n1|2\n", ":1:1", "wrong-delimiter", "the columns are separated by “|”"),
        ("a,b,a\n1,2,3\n", ": row 1", "duplicate-column", "two columns are named “a”"),
        ("\n\na,b, a\n1,2,3\n", ": row 3", "duplicate-column", "two columns are named “a”"),
        ("2025年台账,,\na,b,c\n1,2,3\n", ": row 1", "no-heading",
         "this row should name the columns, but names 1"),
        (",,\na,b,c\n", ": row 1", "no-heading", "this row should name the columns, but names 0"),
        ("a,b,\n1,2,\n3,4,x\n5,6,y\n", ": row 3", "empty-heading",
         "column 3 has values but no name"),
        ("a,b\n1,2\n3\n4,5,6\n", ": row 3", "ragged-row",
         "2 rows have not 2 fields; the first of them has 1"),
        ('a,b\n"1\n\n",2\n\n3,4,5\n', ": row 4", "ragged-row",
         "1 rows have not 2 fields; the first of them has 3"),
        ('a,b\n1,"x\n3,4\n5,6\n', ":2:1", "unclosed-quote", "a quote is opened and never closed"),
        ('a,b\n\n"1\n",2\n3,"x', ":5:1", "unclosed-quote", "a quote is opened and never closed"),
        ('a,"b\n1,2\n', ":1:1", "unclosed-quote", "a quote is opened and never closed"),
        ('a,b,c\n1,"x,y\n2,"z",3\n', ":2:1", "stray-quote",
         "text follows a closing quote in this record"),
        ('a,b\n1,2\n3,"他说"好""\n', ":3:1", "stray-quote",
         "text follows a closing quote in this record"),
        (b"a,b\n1," + b"x" * 3_000_000 + b"\n", ":2:1", "huge-field",
         "a record is longer than 1 MiB"),
        (b'a,b\n1,2\n3,"' + b"x\n" * 2_000_000, ":3:1", "unclosed-quote",
         "a quote is opened and never closed"),
    ],
)  # fmt: skip
def test_what_breaks_a_file_is_told_with_its_place(refuse, data, place, code, said):
    assert refuse(data) == (place, code, said)


def test_rows_are_numbered_as_a_spreadsheet_shows_them(read):
    first, rows = read('\n\na,b\n1,"x\ny\n\nz"\n\n2,y\n\n\n3,z\n\n\n')
    shown = {first + i: row["a"] for i, row in enumerate(rows)}
    assert shown == {4: "1", 5: None, 6: "2", 7: None, 8: None, 9: "3"}
    assert rows[0]["b"] == "x\ny\n\nz"


def test_blank_lines_of_a_table_with_one_column_are_rows_too(read):
    assert read("a\n1\n\n2\n\n") == (2, [{"a": "1"}, {"a": None}, {"a": "2"}])


def test_a_heading_may_have_a_line_end_and_a_comma_in_quotes(read):
    first, rows = read('"a,\nb",c\n1,2\n')
    assert (first, rows) == (2, [{"a,\nb": "1", "c": "2"}])


def test_a_quote_within_a_field_is_text(read):
    assert read('a,b\n5" pipe,他说"好"\n') == (2, [{"a": '5" pipe', "b": '他说"好"'}])


def test_a_table_may_have_no_rows(read):
    assert read("a,b\n") == (2, [])
    assert read("a,b") == (2, [])


def test_values_are_text_and_nothing_is_guessed(read):
    row = {"a": "007", "b": "NA", "c": "1e5", "d": "null", "e": " x ", "f": "true"}
    text = ",".join(row) + "\n" + ",".join(row.values()) + "\n"
    assert read(text) == (2, [row])


def test_a_large_file_with_quotes_and_blank_lines_is_read_as_the_standard_library_does(read):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["a", "b"])
    expected = []
    for i in range(60_000):
        text = ("x\r\n" * (i % 3)) + '"' * (i % 4) + "," * (i % 2) + "村" * (i % 20)
        writer.writerow([i, text])
        expected.append({"a": str(i), "b": text or None})
        if i % 1000 == 0:
            out.write("\r\n")
            expected.append({"a": None, "b": None})
    data = out.getvalue()
    assert len(data.encode()) > 2 * 1024 * 1024  # more than two chunks
    assert read(data) == (2, expected)


def test_all_quoted_line_ends_at_every_place_of_a_chunk(read):
    for shift in range(4):
        head = "a" * (shift + 1)
        text = f'"{head}","b"\r' + '"1","x"\r' * 150_000
        _, rows = read(text)
        assert len(rows) == 150_000
        assert rows[-1] == {head: "1", "b": "x"}


def test_json_lines(read):
    text = (
        '{"a": 1.10, "b": true}\r\n\n{"b": "x\u2028y", "c": null}\n{"a": 12345678901234567890}\n\n'
    )
    first, rows = read(text, "cases.jsonl")
    assert first == 1
    assert rows == [
        {"a": "1.10", "b": "true", "c": None},
        {"a": None, "b": None, "c": None},
        {"a": None, "b": "x\u2028y", "c": None},
        {"a": "12345678901234567890", "b": None, "c": None},
    ]


def test_json_lines_in_gb18030_and_without_a_last_line_end(read):
    data = '{"村名": "五里墩村"}'.encode("gb18030")
    assert read(data, "x.ndjson") == (1, [{"村名": "五里墩村"}])


def test_many_json_lines_may_each_name_other_columns(read):
    text = "".join(f'{{"a": {i}, "b{i // 10_000}": 1}}\n' for i in range(25_000))
    _, rows = read(text, "x.jsonl")
    assert len(rows) == 25_000
    assert rows[24_999] == {"a": "24999", "b0": None, "b1": None, "b2": "1"}


NO_OBJECT = "line 2 is no JSON object"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense", NO_OBJECT),
        ("[1, 2]", NO_OBJECT),
        ('"text"', NO_OBJECT),
        ('{"a": 1', NO_OBJECT),
        ('{"a": 1} {"a": 2}', NO_OBJECT),
        ('{"a": 1},', NO_OBJECT),
        ('{"": 1}', NO_OBJECT),
        ('{"a": "\\ud800"}', NO_OBJECT),
        ("[" * 100_000, NO_OBJECT),
        ('{"a": 1, "a": 2}', "the line names “a” twice"),
        ('{"a": {"b": 1}}', "“a” holds an object or a list"),
        ('{"a": []}', "“a” holds an object or a list"),
    ],
)
def test_a_wrong_json_line_is_told_with_its_number(refuse, line, said):
    text = '{"a": 0}\n' + line + '\n{"a": 3}\n'
    assert refuse(text, "x.jsonl") == (":2:1", "bad-json", said)


@pytest.mark.parametrize("text", ["", "\n\n", "{}\n{}\n"])
def test_json_lines_without_any_value_are_an_empty_file(refuse, text):
    assert refuse(text, "x.jsonl")[1] == "empty-file"


def test_a_huge_json_line_is_refused(refuse):
    text = '{"a": "' + "x" * 3_000_000 + '"}\n'
    assert refuse(text, "x.jsonl") == (
        ":1:1",
        "huge-field",
        "a record is longer than 1 MiB",
    )


def test_parquet_is_read_in_place(tmp_path):
    file = tmp_path / "cases.parquet"
    pq.write_table(pa.table({"a": [1]}), file)
    (source,) = open_files(SourceRequest(str(file)))
    assert (source.name, source.parquet, source.batches, source.first_row) == (
        "cases",
        file,
        None,
        1,
    )


def test_damaged_parquet_is_refused(refuse):
    said = "this is not Parquet, or it is damaged or cut short"
    assert refuse(b"PAR1 and so on", "x.parquet") == ("", "bad-parquet", said)
    assert refuse(b"", "x.parquet") == ("", "bad-parquet", said)


def names(folder):
    return [source.name for source in open_files(SourceRequest(str(folder)))]


def test_a_folder_gives_its_tables_in_the_order_of_their_names(tmp_path):
    for name in ("信访事项.csv", "b.TSV", "a.jsonl"):
        (tmp_path / name).write_text("a\n")
    assert names(tmp_path) == ["a", "b", "信访事项"]


def test_what_is_no_table_is_passed_over(tmp_path):
    (tmp_path / "cases.csv").write_text("a\n")
    for name in ("~$cases.csv", ".~lock.cases.csv#", ".hidden.csv", "a.zip", "b.xlsx", "读我.md"):
        (tmp_path / name).write_bytes(b"\0")
    (tmp_path / "visits.csv").mkdir()
    assert names(tmp_path) == ["cases"]


def test_links_are_followed_as_long_as_they_stay_in_the_delivery(tmp_path):
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "x.csv").write_text("a\n1\n")
    (folder / "cases.csv").symlink_to(folder / "inner" / "x.csv")
    (tmp_path / "link").symlink_to(folder)
    (source,) = open_files(SourceRequest(str(tmp_path / "link")))
    assert (source.name, source.batches().read_all().to_pylist()) == ("cases", [{"a": "1"}])


@pytest.mark.parametrize("name", ["cases.csv", "cases.parquet", "cases.jsonl"])
def test_a_link_out_of_the_delivery_is_refused(tmp_path, name):
    (tmp_path / "secret").write_text("a\n1\n")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / name).symlink_to(tmp_path / "secret")
    with pytest.raises(DatasetError) as caught:
        open_files(SourceRequest(str(folder)))
    (finding,) = caught.value.findings
    assert (finding.code, finding.place.file) == ("path-outside", str(folder / name))


@pytest.mark.parametrize("target", ["nowhere.csv", "cases.csv"])
def test_a_link_that_leads_nowhere_is_no_missing_table(tmp_path, target):
    (tmp_path / "cases.csv").symlink_to(tmp_path / target)
    (source,) = open_files(SourceRequest(str(tmp_path)))
    with pytest.raises(DatasetError) as caught:
        source.batches()
    (finding,) = caught.value.findings
    assert (finding.code, finding.place.file) == ("cannot-read", str(tmp_path / "cases.csv"))
    assert "where a link leads" in str(finding.hint)


def test_an_empty_folder_says_what_a_table_is(tmp_path):
    with pytest.raises(DatasetError) as caught:
        open_files(SourceRequest(str(tmp_path)))
    (finding,) = caught.value.findings
    assert finding.code == "no-tables"
    assert "cases.csv" in str(finding.hint)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(DatasetError) as caught:
        open_files(SourceRequest(str(tmp_path / "x.csv")))
    assert caught.value.findings[0].code == "no-such-data"


def test_packed_files_are_to_be_unpacked(tmp_path):
    (tmp_path / "data.rar").write_bytes(b"PK")
    assert accepts(str(tmp_path / "data.rar"))
    (source,) = open_files(SourceRequest(str(tmp_path / "data.rar")))
    with pytest.raises(DatasetError) as caught:
        source.batches()
    assert caught.value.findings[0].code == "packed-data"


def test_what_other_sources_may_read_is_left_to_them(tmp_path):
    assert accepts(str(tmp_path))  # an empty folder: to say that it is empty
    (tmp_path / "book.xlsx").write_bytes(b"PK")
    assert not accepts(str(tmp_path / "book.xlsx"))
    assert not accepts(str(tmp_path))
    assert not accepts(str(tmp_path / "missing.csv"))
    assert not accepts("postgresql://office/records")
    (tmp_path / "cases.csv").write_text("a\n")
    assert accepts(str(tmp_path))
    assert accepts(str(tmp_path / "cases.csv"))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_or_file_without_rights_is_told(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "cases.csv").write_text("a\n")
    (folder / "cases.csv").chmod(0)
    (source,) = open_files(SourceRequest(str(folder)))
    with pytest.raises(DatasetError) as caught:
        source.batches()
    assert caught.value.findings[0].code == "cannot-read"
    folder.chmod(0)
    try:
        with pytest.raises(DatasetError) as caught:
            open_files(SourceRequest(str(folder)))
    finally:
        folder.chmod(0o700)
    assert caught.value.findings[0].code == "cannot-read"


def test_what_is_wanted_is_delivered_under_the_name_by_which_it_is_wanted(tmp_path):
    for name in ("台账.csv", "cases.jsonl", "other.csv"):
        (tmp_path / name).write_text('{"a": "1"}' if name.endswith("l") else "a,b\n1,2\n")
    wanted = (Wanted(("账*", "台*")), Wanted(("cases.jsonl",)), Wanted(("missing",)))
    found = open_files(SourceRequest(str(tmp_path), wanted=wanted))
    assert [(t.name, t.sheet, t.origin) for t in found] == [
        ("账*", "台账", str(tmp_path / "台账.csv")),
        ("cases.jsonl", "cases", str(tmp_path / "cases.jsonl")),
    ]


PEAK = """
import resource, sys
from rules_engine_csv import open_files
from rules_engine.api import SourceRequest
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
import rules_engine_csv.reading
before = peak()
(source,) = open_files(SourceRequest(sys.argv[1]))
rows = sum(batch.num_rows for batch in source.batches())
print(rows, peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory as Linux does")
def test_a_large_file_is_never_in_memory_whole(tmp_path):
    file = tmp_path / "cases.csv"
    line = 'C1,五里墩村,2025-03-05,"要求公开征地补偿款分配情况"\n'
    file.write_text("a,b,c,d\n" + line * 1_000_000)
    assert file.stat().st_size > 65 * 1024 * 1024
    asked = [sys.executable, "-c", PEAK, str(file)]
    rows, grown = map(int, subprocess.check_output(asked, text=True).split())
    assert rows == 1_000_000
    assert grown < 60  # megabytes
