"""Of what lies beside the tables of a delivery nothing is passed over in silence."""

from __future__ import annotations

import zipfile

import pytest

from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.messages import speaking
from rules_engine.plugin_manager import registry
from rules_engine.sources.location import open_source

VILLAGES = "village_id,name,kind\nV1,甲村,村\n"


@pytest.fixture
def told(tmp_path):
    """Lay files, open the folder or the file, and give what is told of others."""

    def look(*names, place=""):
        folder = tmp_path / "delivery"
        for name in ("villages.csv", *names):
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(VILLAGES, encoding="utf-8")
        with speaking("en"):
            tables = open_source(place or str(folder), registry(), STANDARD_TABLES)
            found = [f for t in tables for f in t.findings() if f.code == "files-not-read"]
            return [(f.severity, f.place.file == str(folder), str(f.message)) for f in found]

    return look


@pytest.mark.parametrize(
    "name", ["more.zip", "old.rar", "a.dbf", "b.docx", "villages.csv.bak", "cases", ".cases.csv",
             "source.yaml", "三月/cases.csv"],
)  # fmt: skip
def test_a_file_that_no_table_takes_is_told(told, name):
    shown = f"{name.partition('/')[0]}/" if "/" in name else name
    text = f"1 files or folders in the folder are not read: {shown}"
    assert told(name) == [("warning", True, text)]


def test_what_programs_put_beside_files_is_not(told):
    assert told(".DS_Store", "~$villages.csv", ".~lock.villages.csv#", "Thumbs.db", "desktop.ini",
                "README.md", "readme", ".git/config", "__MACOSX/x") == []  # fmt: skip


def test_a_number_in_a_name_is_not_repeated(told):
    [(_, _, text)] = told("b.docx", "13800138000.pdf")
    assert text == "2 files or folders in the folder are not read: b.docx, …"


def test_workbooks_and_other_tables_beside_each_other(told, tmp_path):
    folder = tmp_path / "delivery"
    [(_, _, text)] = told("cases.xlsx", place=f"csv:{folder}")
    assert text.endswith(": cases.xlsx")


def test_an_archive_tells_what_else_is_in_it(tmp_path):
    file = tmp_path / "all.zip"
    with zipfile.ZipFile(file, "w") as packed:
        for name in ("in/villages.csv", "台账.xlsx", "inner.zip", "__MACOSX/._villages.csv"):
            packed.writestr(name, VILLAGES)
    with speaking("en"):
        [table] = open_source(str(file), registry(), STANDARD_TABLES)
        [found] = table.findings()
    assert (found.code, found.severity, found.place.file) == (
        "files-not-read", "warning", str(file),
    )  # fmt: skip
    assert str(found.message) == "2 files in the archive are not read: 台账.xlsx, inner.zip"
