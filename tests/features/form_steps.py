"""Steps of a clerk who gets a ruleset as a workbook, changes it and hands it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
from change_steps import step
from pytest_bdd import parsers, then, when

from rules_engine.cli import program

if TYPE_CHECKING:
    import pytest
    from change_steps import Desk

    Table = list[list[str]]


@when("旧办法导出为工作簿")
def _export(desk: Desk) -> None:
    desk.run("export", "xlsx", desk.folder / "old", "--out", desk.folder / "book.xlsx")


@when(step("在工作簿里改动"))
def _edit(desk: Desk, datatable: Table) -> None:
    book = openpyxl.load_workbook(desk.folder / "book.xlsx")
    for sheet, cell, before, after in datatable[1:]:
        assert str(book[sheet][cell].value or "") == before, f"{sheet} {cell}"
        book[sheet][cell] = typed(after)
    book.save(desk.folder / "book.xlsx")


def typed(text: str) -> Any:
    """Return what Excel makes of what is typed."""
    try:
        return float(text)
    except ValueError:
        return text or None


@when("收回工作簿", target_fixture="told")
def _import(desk: Desk, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    book, out = desk.folder / "book.xlsx", desk.folder / "back"
    try:
        program.run(["import", "xlsx", str(book), "--out", str(out)])
    except SystemExit:
        pass
    return capsys.readouterr().err


@then(step("收回的办法与旧办法相比只改了"))
def _only(desk: Desk, datatable: Table) -> None:
    for file in ("ruleset.yaml", "clauses.yaml"):
        text = (desk.folder / "old" / file).read_text(encoding="utf-8")
        for name, *parts in datatable[1:]:
            before, after = (part.replace("⏎", "\n") for part in parts)
            if name == file:
                assert text.count(before) == 1
                text = text.replace(before, after)
        assert (desk.folder / "back" / file).read_text(encoding="utf-8") == text


@then("收回的办法与旧办法一字不差")
def _same(desk: Desk) -> None:
    _only(desk, [[]])


@then(parsers.parse("指出工作表“{sheet}”第 {row:d} 行“{column}”列：{said}"))
def _described(told: str, sheet: str, row: int, column: str, said: str) -> None:
    lines = [line for line in told.splitlines() if f"{sheet}，第 {row} 行，“{column}”列" in line]
    assert any(said in line for line in lines), told


@then("没有写出任何文件")
def _nothing(desk: Desk) -> None:
    assert not (desk.folder / "back").exists()
