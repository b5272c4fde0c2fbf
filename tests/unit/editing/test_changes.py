"""What a changed, emptied, added or bad cell makes of the files."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from rules_engine.editing.changes import changed
from rules_engine.editing.layout import key_of, lay_out
from rules_engine.errors import RulesetError
from rules_engine.model.form import FilledCell, FilledForm
from rules_engine.plugin_manager import registry
from rules_engine.ruleset.read import CLAUSES_FILE, RULESET_FILE

RULES = """\
title: '考核 #1'  # 名称
edition: "2024"
scale: 100
parameters:
  late_points: {label: 迟报扣分, value: 2}
sections:
  reports:
    label: >-
      一、
      报告
    kind: score
    criteria:
      late:
        label: 迟报
        points: 10
        method: per item
        floor: none
        deduct: [{of: 迟报, each: 2}, {of: 漏报, each: 4}]  # 迟、漏
      closed:
        label: 办结
        points: 10
        method: bands
        of: 办结率
        bands:
          - {to: 80%, points: 0}  # 低
          - {from: 80%, to: 90%, points: 5}
          # 高
          - {from: 90%, points: 10}
tables:
  cases:
    columns:
      done: {label: 办结, type: boolean, required: true}
"""
CLAUSES = "source: {title: 办法}\nclauses:\n  A-1: {ref: 一, gist: 迟报扣分, status: encoded}\n"
LATE = ("sections", "reports", "criteria", "late")
BANDS = ("sections", "reports", "criteria", "closed", "bands")


def change(*cells):
    """Return the ruleset after (path, value) or (path, value, fault) were put into its form."""
    layout = lay_out({RULESET_FILE: RULES, CLAUSES_FILE: CLAUSES}, registry().methods)
    filled = {key: FilledCell("一", 1, "B", cell.value) for key, cell in layout.cells.items()}
    for row, (path, value, *fault) in enumerate(cells, 1):
        key = key_of(RULESET_FILE, path)
        assert key in layout.cells
        filled[key] = FilledCell("一", row, "C", value, *fault)
    form = FilledForm(filled, layout.form.carried)
    return changed(layout, form, Path("book.xlsx")).texts[RULESET_FILE]


def replaced(old, new):
    assert RULES.count(old) == 1
    return RULES.replace(old, new)


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (("title",), "考核 #2", "'考核 #1'", "'考核 #2'"),
        (("title",), "甲的'考核'", "'考核 #1'", "'甲的''考核'''"),
        (("edition",), "2025", '"2024"', '"2025"'),
        (("edition",), Decimal(2025), '"2024"', '"2025"'),
        (("scale",), Decimal("120.5"), "scale: 100", "scale: 120.5"),
        (("scale",), "120", "scale: 100", "scale: 120"),
        ((*LATE, "deduct", 1, "each"), Decimal("0.1") + Decimal("1e-17"), "each: 4", "each: 0.1"),
        ((*LATE, "deduct", 0, "each"), "迟报扣分", "漏报, each: 4", "漏报, each: 4"),
        ((*LATE, "deduct", 0, "of"), "a, b", "{of: 迟报", '{of: "a, b"'),
        ((*BANDS, 2, "from"), Decimal("0.925"), "from: 90%, p", "from: 92.5%, p"),
        ((*LATE, "floor"), Decimal(-5), "floor: none", "floor: -5"),
        ((*LATE, "method"), "proportion", "per item", "proportion"),
        (("sections", "reports", "kind"), "加分（bonus）", "kind: score", "kind: bonus"),
        (("sections", "reports", "label"), "二、报告", ">-\n      一、\n      报告", "二、报告"),
        (("tables", "cases", "columns", "done", "required"), "否", "true", "false"),
    ],
)  # fmt: skip
def test_a_value_is_written_in_the_style_that_was_there(path, value, old, new):
    expected = replaced(old, new)
    if value == "迟报扣分":  # the name of a parameter stands for a number
        expected = replaced("迟报, each: 2", "迟报, each: 迟报扣分")
    assert change((path, value)) == expected


def test_an_emptied_row_is_taken_out_and_a_filled_one_is_added():
    assert change(
        ((*BANDS, 1, "from"), None), ((*BANDS, 1, "to"), " "), ((*BANDS, 1, "points"), None),
        ((*LATE, "deduct", 2, "of"), "补报"), ((*LATE, "deduct", 2, "each"), Decimal(1)),
    ) == replaced("          - {from: 80%, to: 90%, points: 5}\n", "").replace(
        "{of: 漏报, each: 4}]", "{of: 漏报, each: 4}, {of: 补报, each: 1}]"
    )  # fmt: skip
    assert change(
        ((*BANDS, 3, "from"), Decimal("0.95")), ((*BANDS, 3, "to"), Decimal(1)),
        ((*BANDS, 3, "points"), Decimal(12)),
    ) == replaced("- {from: 90%, points: 10}\n",
                  "- {from: 90%, points: 10}\n"
                  "          - {from: 95%, to: 100%, points: 12}\n")  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ((("scale",), "一百"), "a number is needed, and “一百” is none"),
        ((("scale",), None), "the cell is empty"),
        ((("scale",), Decimal(1), "formula"), "a formula stands in the cell"),
        ((("scale",), "#REF!", "error"), "the cell shows the error #REF!"),
        (((*LATE, "method"), "随便"), "“随便” is not among the choices"),
        (((*LATE, "deduct", 0, "each"), "迟保扣分"), "a number is needed, and “迟保扣分” is none"),
        (((*LATE, "deduct", 2, "of"), "补报"),
         "the new row has other columns filled than any row above it"),
        (((*BANDS, 1, "to"), None), "the cell is empty"),
        ((("tables", "cases", "columns", "done", "required"), "也许"),
         "“也许” is not among the choices"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_told_with_its_place(cell, said):
    with pytest.raises(RulesetError) as caught:
        change(cell)
    (found,) = caught.value.findings
    assert (found.code, str(found.message)) == ("bad-cell", said)
    assert str(found.place) == "book.xlsx: 一, row 1, column C"


def test_all_bad_cells_are_told_together():
    with pytest.raises(RulesetError) as caught:
        change((("scale",), "x"), ((*LATE, "points"), "y"), ((*LATE, "method"), "z"))
    assert [f.place.row for f in caught.value.findings] == [1, 2, 3]


def test_a_cell_that_is_gone_is_told():
    layout = lay_out({RULESET_FILE: RULES, CLAUSES_FILE: CLAUSES}, registry().methods)
    filled = {k: FilledCell("一", 1, "B", c.value) for k, c in layout.cells.items()}
    del filled[key_of(RULESET_FILE, ("scale",))]
    with pytest.raises(RulesetError) as caught:
        changed(layout, FilledForm(filled, layout.form.carried), Path("book.xlsx"))
    assert [f.code for f in caught.value.findings] == ["lost-cell"]
