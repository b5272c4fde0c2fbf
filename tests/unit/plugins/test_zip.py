"""Tables in a .zip: names as Windows and others write them, and archives not to be trusted."""

from __future__ import annotations

import io
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import rules_engine_csv.archive
from rules_engine_csv import accepts, open_files

from rules_engine.api import DatasetError, SourceRequest, Wanted
from rules_engine.messages import speaking

VILLAGES = "村编号,村名\nV1,甲村\n"


@pytest.fixture(autouse=True)
def english():
    with speaking("en"):
        yield


@pytest.fixture
def packed(tmp_path):
    """Write an archive of the given files; names in bytes are written as they are."""

    def write(files, method=zipfile.ZIP_DEFLATED):
        file = tmp_path / "台账.zip"
        stand_ins = {}
        with zipfile.ZipFile(file, "w", method) as archive:
            for number, (name, content) in enumerate(files.items()):
                known = name
                if isinstance(name, bytes):
                    known = f"{number:03}".ljust(len(name), "x")
                    stand_ins[known.encode()] = name
                archive.writestr(known, content)
        data = file.read_bytes()
        for known, name in stand_ins.items():
            data = data.replace(known, name)
        file.write_bytes(data)
        return file

    return write


def tables(file, **asked):
    return {t.name: t for t in open_files(SourceRequest(str(file), **asked))}


def refused(call):
    with pytest.raises(DatasetError) as error:
        call()
    (finding,) = error.value.findings
    return finding.code, str(finding.place)


def test_every_kind_of_table_in_any_folder(packed):
    parquet = io.BytesIO()
    pq.write_table(pa.table({"n": [1, 2]}), parquet)
    file = packed(
        {
            "村.csv": VILLAGES, "2025/走访.tsv": "a\tb\n1\t2\n", "2025/cases.jsonl": '{"a": 1}',
            "checks.parquet": parquet.getvalue(), "读我.md": "x", "a.xlsx": "x", "b.zip": "x",
            "__MACOSX/._村.csv": "x", ".hidden.csv": "x", "~$村.csv": "x", "2025/": "",
        }
    )  # fmt: skip
    assert accepts(str(file))
    found = tables(file)
    assert set(found) == {"村", "走访", "cases", "checks"}
    rows = {name: table.batches().read_all().to_pylist() for name, table in found.items()}
    assert rows["村"] == [{"村编号": "V1", "村名": "甲村"}]
    assert rows["checks"] == [{"n": 1}, {"n": 2}]
    assert found["走访"].origin == f"{file}/2025/走访.tsv"


@pytest.mark.parametrize(
    ("path", "encoding"),
    [("台账\\村.csv", "gb18030"), ("Dörfer/村.csv", "utf-8"), ("visitá.csv", "cp437")],
)
def test_names_without_a_mark(path, encoding, packed):
    (table,) = tables(packed({path.encode(encoding): VILLAGES})).values()
    assert table.name == ("visitá" if encoding == "cp437" else "村")
    assert table.batches().read_all().num_rows == 1


def test_a_table_is_wanted_by_its_name(packed):
    file = packed({"a/1月.csv": VILLAGES, "a/2月.csv": VILLAGES, "b.csv": VILLAGES})
    wanted = (Wanted(("*月",)), Wanted(("b.csv",)))
    assert [t.sheet for t in open_files(SourceRequest(str(file), wanted=wanted))] == [
        "1月",
        "2月",
        "b",
    ]


def test_what_is_wrong_names_the_member(packed):
    file = packed({"村.csv": "村编号,村名\nV1\n", "b.parquet": b"PAR1"})
    found = tables(file)
    assert refused(lambda: found["村"].batches().read_all()) == (
        "ragged-row",
        f"{file}/村.csv: row 2",
    )
    assert refused(found["b"].batches) == ("bad-parquet", f"{file}/b.parquet")


@pytest.mark.parametrize(
    "name", ["../村.csv", "/etc/村.csv", "a/../../村.csv", "C:\\村.csv", "..\\村.csv"]
)
def test_a_path_that_leads_outside(name, packed):
    code, place = refused(lambda: tables(packed({name: VILLAGES})))
    assert code == "path-outside"
    assert place.endswith(name)


def test_an_archive_that_would_fill_the_disk(packed, monkeypatch):
    monkeypatch.setattr(rules_engine_csv.archive, "SMALL", 1_000_000)
    file = packed({"村.csv": "a\n" + "0" * 2_000_000})
    assert refused(lambda: tables(file)) == ("packed-too-well", str(file))
    assert tables(packed({"村.csv": VILLAGES + "V2,乙村\n" * 1000, "x.bin": "0" * 2_000_000}))


def test_an_archive_that_is_damaged_locked_or_empty(packed, tmp_path):
    file = packed({"村.csv": VILLAGES * 100}, zipfile.ZIP_STORED)
    whole = file.read_bytes()
    file.write_bytes(whole.replace("甲村".encode(), "乙村".encode(), 1))
    (table,) = tables(file).values()
    assert refused(lambda: table.batches().read_all())[0] == "bad-archive"
    marked = bytearray(whole)
    marked[whole.rindex(b"PK\x01\x02") + 8] |= 1
    file.write_bytes(marked)
    assert refused(lambda: tables(file))[0] == "packed-data"
    file.write_bytes(whole[:-30])
    assert refused(lambda: tables(file))[0] == "bad-archive"
    newer = bytearray(whole)
    newer[whole.rindex(b"PK\x01\x02") + 6] = 99  # the version that it takes to unpack
    file.write_bytes(newer)
    assert refused(lambda: tables(file))[0] == "bad-archive"


@pytest.mark.parametrize(("at", "bits"), [(7, 0x08), (6, 0x20), (6, 0x40)])
def test_a_file_of_which_the_archive_says_two_things(at, bits, packed):
    """Names that are no text, patches and other keys, said only where the file itself stands."""
    file = packed({"村.csv": VILLAGES}, zipfile.ZIP_STORED)
    raw = bytearray(file.read_bytes())
    raw[at] |= bits
    raw[30:33] = b"\xd5\x93\xff"  # its name there
    file.write_bytes(raw)

    def read():
        (table,) = tables(file).values()
        table.batches().read_all()

    assert refused(read)[0] == "bad-archive"
    assert refused(lambda: tables(packed({"a.xlsx": "x"})))[0] == "no-tables"
