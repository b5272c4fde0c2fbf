"""In which encoding a file is: known words decide, common characters, or else nobody knows."""

from __future__ import annotations

import os
import time
import zipfile

import pytest
from rules_engine_csv import encodings, file_fields, open_files
from rules_engine_csv.readings import readings

from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.errors import DatasetError
from rules_engine.messages import speaking
from rules_engine.model.plugin import SourceRequest, Wanted

HEAD = "case_id,cause\n"


@pytest.fixture(autouse=True)
def english():
    with speaking("en"):
        yield


@pytest.fixture
def causes(tmp_path):
    """What is read from a file in its second column, or the code and the line that is told."""

    def run(data, name="cases.csv", **others):
        for other, content in others.items():
            (tmp_path / f"{other}.csv").write_bytes(content)
        file = tmp_path / name
        file.write_bytes(data)
        place = tmp_path if others else file
        tables = open_files(SourceRequest(str(place), STANDARD_TABLES))
        (table,) = [t for t in tables if t.name == file.stem]
        try:
            return table.batches().read_all().column(1).to_pylist()
        except DatasetError as error:
            (finding,) = error.findings
            assert str(finding.hint)
            return finding.code, finding.place.line

    return run


SHORT = (
    "学习",
    "路",
    "未",
    "小",
    "名",
    "村",
    "是",
    "来访",
    "鲁",
    "联通",
    "绍兴",
    "五里墩村",
    "小小小",
)
ALL = ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", ALL)
@pytest.mark.parametrize("word", SHORT)
def test_a_file_with_one_chinese_word(causes, word, encoding):
    """Some of these words are sound UTF-8 in GB18030; their file is read as it was written."""
    assert causes(f"{HEAD}C1,{word}\nC2,x\n".encode(encoding)) in (
        [word, "x"],
        # Three letters of one script can be a word in it.
        *[("uncertain-encoding", 2)] * (word == "小小小"),
    )


@pytest.mark.parametrize("word", ["café", "Muñoz", "m³", "×", "سالام", "x\u200by", "☎", "日本の"])
def test_other_scripts_and_signs_in_utf8(causes, word):
    assert causes(f"{HEAD}C1,{word}\n".encode()) == [word]


@pytest.mark.parametrize("word", ["信訪", "村", "來訪", "五里墩村的宅基地審批"])
def test_big5(causes, word):
    assert causes(f"{HEAD}C1,{word}\n".encode("big5")) == [word]


@pytest.mark.parametrize("word", ["25°", "A·B"])
def test_what_can_be_read_in_two_ways_is_not_guessed(causes, word):
    assert causes(f"{HEAD}C1,{word}\n".encode()) == ("uncertain-encoding", 2)


def test_words_of_other_files_decide(causes):
    data = f"{HEAD}C1,25°\n".encode()
    places = "case_id,place\nC9,25°\nC8,宅基地审批\n".encode()
    assert causes(data, visits=places) == ["25°"]
    places = "case_id,place\nC9,25掳\nC8,宅基地审批\n".encode("gb18030")
    assert causes(data, visits=places) == ["25掳"]


CHINESE = "".join(f"C{i},宅基地\n" for i in range(100))
OTHER = "".join(f"D{i},农田水利\n" for i in range(10))


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ((HEAD + CHINESE).encode() + OTHER.encode("gb18030"), 102),
        ((HEAD + CHINESE).encode("gb18030") + OTHER.encode(), 102),
        ((HEAD + OTHER).encode() + CHINESE.encode("gb18030"), 12),
        (HEAD.encode() + OTHER.encode("gb18030") + CHINESE.encode(), 12),
        ((HEAD + CHINESE).encode() + "D1,学习\n".encode("gb18030"), 102),
        ((HEAD + OTHER).encode("gb18030") + "C1,学习\n".encode(), 12),
        ((HEAD + "C1,村\n").encode() + "C2,村\n".encode("gb18030"), 3),
        (((HEAD + CHINESE).encode() + OTHER.encode("gb18030")).replace(b"\n", b"\r"), 102),
        (((HEAD + CHINESE).encode() + OTHER.encode("gb18030")).replace(b"\n", b"\r\n"), 102),
    ],
)  # fmt: skip
def test_a_file_that_was_joined_from_two_names_the_line(causes, data, line):
    assert causes(data) == ("mixed-encodings", line)


def test_a_change_far_behind_the_start_is_found(causes):
    many = "".join(f"C{i},宅基地审批\n" for i in range(150_000))
    joined = (HEAD + many).encode() + "D1,农田\n".encode("gb18030")
    assert len(joined) > 2 * 1024 * 1024
    assert causes(joined) == ("mixed-encodings", 150_002)
    joined = (HEAD + many).encode("gb18030") + "D1,农田\n".encode()
    assert causes(joined) == ("mixed-encodings", 150_002)


def test_json_lines_go_by_the_same(causes):
    data = '{"case_id": "C1", "cause": "学习"}\n'.encode("gb18030")
    assert causes(data, "cases.jsonl") == ["学习"]
    data += '{"case_id": "C2", "cause": "宅基地"}\n'.encode()
    assert causes(data, "cases.jsonl") == ("mixed-encodings", 2)


def test_source_yaml_settles_it(tmp_path):
    fields = file_fields()
    (tmp_path / "a.csv").write_bytes(f"{HEAD}C1,25°\n".encode())
    (tmp_path / "b.csv").write_bytes(f"{HEAD}C1,25°\n".encode("gb18030"))
    wanted = (
        Wanted(("a",), fields=fields(encoding="gbk")),
        Wanted(("b",), fields=fields(encoding="utf-8")),
    )
    one, other = open_files(SourceRequest(str(tmp_path), wanted=wanted))
    assert one.batches().read_all()["cause"].to_pylist() == ["25掳"]
    with pytest.raises(DatasetError, match="neither UTF-8"):
        other.batches()
    whole = SourceRequest(str(tmp_path / "b.csv"), fields=fields(encoding="gb18030"))
    assert open_files(whole)[0].batches().read_all()["cause"].to_pylist() == ["25°"]


@pytest.mark.parametrize("name", ["村", "走访", "信访事项", "值班"])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_names_in_archives_go_by_the_labels_of_tables(tmp_path, name, encoding):
    path = tmp_path / "a.zip"
    stand_in = "z" * len(name.encode(encoding))
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(f"{stand_in}.csv", "a,b\n1,2\n")
    data = path.read_bytes().replace(stand_in.encode(), name.encode(encoding))
    path.write_bytes(data)
    assert [t.name for t in open_files(SourceRequest(str(path), STANDARD_TABLES))] == [name]


@pytest.mark.parametrize("name", ["村", "走访", "信访事项"])
def test_names_of_files_may_be_in_gbk(tmp_path, name):
    """As an archive from Windows is unpacked elsewhere."""
    path = os.fsdecode(os.fsencode(tmp_path) + b"/" + f"{name}.csv".encode("gbk"))
    try:
        with open(path, "w") as file:
            file.write("a,b\n1,2\n")
    except OSError:
        pytest.skip("this system keeps no such names")
    assert [t.name for t in open_files(SourceRequest(str(tmp_path), STANDARD_TABLES))] == [name]
    wanted = (Wanted((name,)),)
    assert [t.name for t in open_files(SourceRequest(str(tmp_path), wanted=wanted))] == [name]


# Long lines: looked at once, and weighed in part


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *[("宅基地审批", encoding) for encoding in ("utf-8", "gb18030", "utf-16")],
        *[(text, "utf-8") for text in ("αβ", "×", "x")],
        ("x", "gb18030"),
    ],
)
def test_a_long_cell_is_read_in_time_that_grows_with_it(causes, text, encoding):
    """To look at it again from each of its characters takes an hour."""
    cell = text * (700_000 // len(text.encode()))
    began = time.process_time()
    assert causes(f"{HEAD}C1,{cell}\nC2,农田水利\n".encode(encoding)) == [cell, "农田水利"]
    assert time.process_time() - began < 5


@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
def test_of_many_long_lines_some_are_weighed(causes, encoding, monkeypatch):
    weighed = []

    def weighing(data, *args):
        weighed.append(len(data))
        return readings(data, *args)

    monkeypatch.setattr(encodings, "readings", weighing)
    monkeypatch.setattr(encodings, "MOST_BYTES", 200_000)
    cells = ["農地" * 5_000 + "x" * i for i in range(50)]
    data = (HEAD + "".join(f"C{i},{cell}\n" for i, cell in enumerate(cells))).encode(encoding)
    assert causes(data) == cells
    assert len(data) > 3 * encodings.MOST_BYTES
    assert sum(weighed) <= encodings.MOST_BYTES + encodings.LONGEST


@pytest.mark.parametrize(
    ("encoding", "text"), [("gb18030", "村\U00020000"), ("utf-8", "é村\U00020000"), ("big5", "村")]
)
def test_what_is_weighed_of_a_long_line_ends_with_a_character(encoding, text):
    for more in range(12):
        line = "x" * 100_000 + "村" + "x" * more + text * 20_000
        part = encodings._weighed(line.encode(encoding))
        assert encodings.LONGEST - 12 < len(part) <= encodings.LONGEST
        assert part.decode(encoding) in line


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ("宅基地".encode() * 20_000 + b"\xff\nC2,x\n", ("unknown-encoding", 2)),
        ("宅基地".encode() * 20_000 + "\nC2,农田水利\n".encode("gb18030"), ("mixed-encodings", 3)),
        ("宅基地".encode("gb18030") * 20_000 + "\nC2,农田\n".encode(), ("mixed-encodings", 3)),
    ],
)
def test_a_long_line_is_damaged_or_in_another_encoding(causes, data, found):
    assert causes((HEAD + "C1,").encode() + data) == found
