"""``export xlsx`` and ``import xlsx``: a ruleset goes out as a workbook and comes back."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

SAMPLE = Path(__file__).parents[2] / "rulesets" / "pingchuan-three-nos"
FILES = ("ruleset.yaml", "clauses.yaml")
SHEET = "一、“三无”目标"


@pytest.fixture
def book(cli):
    """Return a workbook's path and a way to write into its cells, as a person does."""
    path = cli.folder / "book.xlsx"
    answer = cli("export", "xlsx", str(SAMPLE), "--out", str(path), "--lang", "zh")
    assert answer.code == 0, answer.err

    def edit(sheet, **cells):
        workbook = openpyxl.load_workbook(path)
        for name, value in cells.items():
            workbook[sheet][name] = value
        workbook.save(path)

    return path, edit


def test_an_unchanged_workbook_brings_the_same_files_back(cli, book):
    path, edit = book
    edit(SHEET)  # opened and saved by another program
    answer = cli("import", "xlsx", str(path), "--out", "back", "--lang", "en")
    assert (answer.code, answer.out) == (0, "nothing was changed\nwritten: back\n")
    for file in FILES:
        assert (cli.folder / "back" / file).read_bytes() == (SAMPLE / file).read_bytes()


def test_only_cells_with_values_are_unlocked(book):
    path, _ = book
    workbook = openpyxl.load_workbook(path)
    page = workbook[SHEET]
    assert page.protection.sheet
    assert page["D18"].value == 5
    assert page["C17"].protection.locked is False
    assert page["B17"].protection.locked
    assert "PC-0.1" in page["B10"].comment.text
    assert workbook["_carried"].sheet_state == "veryHidden"
    offered = {v.formula1 for v in page.data_validations.dataValidation if "C14" in v.sqref}
    assert len(offered) == 1


def test_a_changed_cell_changes_its_number_and_nothing_else(cli, book):
    path, edit = book
    edit(SHEET, D18=6)
    answer = cli("import", "xlsx", str(path), "--out", "back")
    assert answer.code == 0, answer.err
    assert "工作表“一、‘三无’目标”单元格 D18：5 → 6" in answer.out
    before = (SAMPLE / "ruleset.yaml").read_text(encoding="utf-8")
    after = (cli.folder / "back" / "ruleset.yaml").read_text(encoding="utf-8")
    assert after == before.replace("{of: 赴省非正常访, each: 5}", "{of: 赴省非正常访, each: 6}")


def test_bad_cells_are_all_told_in_the_language_of_the_ruleset_and_nothing_is_written(cli, book):
    path, edit = book
    edit(SHEET, C14="随便", D17="三分", D18="=1+1", D19="#REF!")
    answer = cli("import", "xlsx", str(path), "--out", "back")
    assert answer.code == 1
    assert not (cli.folder / "back").exists()
    for said in ("第 14 行，“C”列", "“随便”不在选项中", "第 17 行，“D”列", "“三分”不是数字",
                 "第 18 行，“D”列", "单元格里是公式", "第 19 行，“D”列", "#REF!"):  # fmt: skip
        assert said in answer.err


def test_what_check_finds_is_told_at_the_cell(cli, book):
    path, edit = book
    edit(SHEET, C17="到市没有的指标")
    answer = cli("import", "xlsx", str(path), "--out", "back", "--format", "json")
    found = answer.json["findings"]
    assert answer.code == 1
    assert {(f["table"], f["row"], f["field"]) for f in found} == {(SHEET, 17, "C")}
    assert not (cli.folder / "back").exists()


def test_files_that_say_something_else_are_not_written_over(cli, book):
    path, edit = book
    folder = cli.folder / "office"
    shutil.copytree(SAMPLE, folder)
    edit(SHEET, D18=6)
    assert cli("import", "xlsx", str(path), "--out", str(folder)).code == 0
    with (folder / "clauses.yaml").open("a", encoding="utf-8") as file:
        file.write("# 后来改的\n")
    answer = cli("import", "xlsx", str(path), "--out", str(folder))
    assert answer.code == 2
    assert "in-the-way" in answer.err
    assert cli("import", "xlsx", str(path), "--out", str(folder), "--force").code == 0
    assert cli("export", "xlsx", str(folder), "--out", str(path)).code == 2


def test_what_it_does_is_told_and_with_check_nothing_is_written(cli, book):
    path, edit = book
    edit(SHEET, D18=6)
    answer = cli("import", "xlsx", str(path), "--out", "back", "--check", "--lang", "zh")
    assert answer.code == 0, answer.err
    assert "PC-0.1" in answer.out.split("收紧")[1]
    assert not (cli.folder / "back").exists()
    told = cli("import", "xlsx", str(path), "--out", "back", "--check", "--format", "json").json
    (found,) = told["differences"]
    assert (found["direction"], found["before"][-1], found["after"][-1]) == ("tightening", "5", "6")
    assert "back" not in found
    assert not told["written"]


def test_the_whole_ruleset_is_checked_and_another_edition_gets_its_folder(cli):
    two_editions(cli.folder / "both")
    assert cli("export", "xlsx", "both", "--out", "b.xlsx", "--edition", "2025").code == 0
    workbook = openpyxl.load_workbook(cli.folder / "b.xlsx")
    general = workbook["总则"]
    assert [general[c].value for c in ("B4", "B5")] == ["版本", "施行期 · 起始"]
    general["C4"] = "2026"
    workbook.save(cli.folder / "b.xlsx")
    answer = cli("import", "xlsx", "b.xlsx", "--out", "both")
    assert answer.code == 1  # both would be in force on the same days
    assert "editions-overlap" in answer.err, answer.err
    assert "总则" in answer.err
    assert not (cli.folder / "both" / "editions" / "2026").exists()
    general["C5"] = date(2026, 1, 1)
    for cell, day in (("C7", date(2026, 1, 1)), ("C8", date(2026, 12, 31))):
        general[cell] = day
    workbook.save(cli.folder / "b.xlsx")
    answer = cli("import", "xlsx", "b.xlsx", "--out", "both")
    assert answer.code == 0, answer.err
    assert cli("check", "both", "--format", "json").json["editions"] == ["2024", "2025", "2026"]
    general["C4"] = "../2027"
    workbook.save(cli.folder / "b.xlsx")
    assert "bad-edition-name" in cli("import", "xlsx", "b.xlsx", "--out", "both").err


def two_editions(folder):
    for year in (2024, 2025):
        edition = folder / "editions" / str(year)
        edition.mkdir(parents=True)
        for file in FILES:
            text = (SAMPLE / file).read_text(encoding="utf-8").replace("2025", str(year))
            (edition / file).write_text(text, encoding="utf-8")


def test_an_edition_is_named(cli):
    for year in (2024, 2025):
        folder = cli.folder / "both" / "editions" / str(year)
        folder.mkdir(parents=True)
        for file in FILES:
            text = (SAMPLE / file).read_text(encoding="utf-8")
            lines = text.replace("\r\n", "\n").split("\n")
            lines = [f'edition: "{year}"' if x.startswith("edition:") else x for x in lines]
            (folder / file).write_text("\n".join(lines), encoding="utf-8")
    answer = cli("export", "xlsx", "both", "--out", "b.xlsx", "--edition", "2024")
    assert answer.code == 0, answer.err
    assert cli("import", "xlsx", "b.xlsx", "--out", "back").code == 0
    back = (cli.folder / "back" / "ruleset.yaml").read_text(encoding="utf-8")
    assert 'edition: "2024"' in back
    assert cli("export", "xlsx", "both", "--out", "c.xlsx", "--edition", "1999").code == 2


@pytest.mark.parametrize("content", [b"", b"PK", b"a,b\n"])
def test_another_file_is_no_form(cli, content):
    (cli.folder / "other.xlsx").write_bytes(content)
    answer = cli("import", "xlsx", "other.xlsx", "--out", "back")
    assert answer.code == 2
    assert "no-form" in answer.err
    assert cli("import", "xlsx", "missing.xlsx", "--out", "back").code == 2


def test_a_workbook_of_another_kind_is_no_form(cli):
    openpyxl.Workbook().save(cli.folder / "other.xlsx")
    assert "no-form" in cli("import", "xlsx", "other.xlsx", "--out", "back").err
