"""What a changed, emptied, added or bad cell makes of the files."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from rules_engine.errors import RulesetError
from rules_engine.forms.cells import key_of
from rules_engine.forms.changes import changed
from rules_engine.forms.layout import lay_out
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
grades:
  # 一等
  good: {label: 优秀, from: 90}
  fair: {label: 合格, from: 0}
acknowledged: [甲, 乙, '丙']
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
        key = path if isinstance(path, str) else key_of(RULESET_FILE, path)
        assert key in layout.cells
        filled[key] = FilledCell("一", row, "C", value, *fault)
    form = FilledForm(filled, layout.form.carried)
    return changed(layout, form, Path("book.xlsx"), registry().methods).texts[RULESET_FILE]


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
        (("scale",), "12.5%", "scale: 100", "scale: 12.5%"),
        (("scale",), "60% × 200 − 20", "scale: 100", "scale: 60% × 200 − 20"),
        ((*LATE, "deduct", 1, "each"), "48 ÷ 12", "each: 4", "each: 48 ÷ 12"),
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
        ((*LATE, "deduct", -1, "of"), "补报"), ((*LATE, "deduct", -1, "each"), Decimal(1)),
    ) == replaced("          - {from: 80%, to: 90%, points: 5}\n", "").replace(
        "{of: 漏报, each: 4}]", "{of: 漏报, each: 4}, {of: 补报, each: 1}]"
    )  # fmt: skip
    assert change(
        ((*BANDS, -1, "from"), Decimal("0.95")), ((*BANDS, -1, "to"), Decimal(1)),
        ((*BANDS, -1, "points"), Decimal(12)),
    ) == replaced("- {from: 90%, points: 10}\n",
                  "- {from: 90%, points: 10}\n"
                  "          - {from: 95%, to: 100%, points: 12}\n")  # fmt: skip


def test_new_rows_stand_where_they_are_put():
    cells = [(((*BANDS, n, key)), value) for n, row in ((-1, 0), (-2, 1))
             for key, value in (("points", Decimal(row)), ("to", Decimal("0.1")))]  # fmt: skip
    for n in (-1, -2):
        cells.append((key_of(RULESET_FILE, (*BANDS, n), "@after"), "1"))
    assert change(*cells) == replaced(
        "points: 0}  # 低\n",
        "points: 0}  # 低\n          - {to: 10%, points: 0}\n          - {to: 10%, points: 1}\n",
    )


@pytest.mark.parametrize(
    ("cells", "old", "new"),
    [
        # an optional key, at the place where fmt has it
        ([((*LATE, "cap"), Decimal(8))],
         "        floor: none\n", "        floor: none\n        cap: 8\n"),
        ([((*LATE, "when"), "类型 = '村', 是")],
         "        points: 10\n        method: per item\n",
         "        points: 10\n        when: 类型 = '村', 是\n        method: per item\n"),
        ([((*BANDS, 2, "to"), Decimal(1))],
         "{from: 90%, points: 10}", "{from: 90%, to: 100%, points: 10}"),
        ([((*LATE, "deduct", 0, "assumed"), "例, 一")],
         "{of: 迟报, each: 2}", '{of: 迟报, each: 2, assumed: "例, 一"}'),
        ([((*LATE, "clause"), "A-1")],
         "        points: 10\n        method: per item\n",
         "        points: 10\n        clause: A-1\n        method: per item\n"),
        ([((*LATE, "clause"), "A-1、A-2，A-3")],
         "        points: 10\n        method: per item\n",
         "        points: 10\n        clause: [A-1, A-2, A-3]\n        method: per item\n"),
        # items of a list
        ([((*LATE, "deduct", 1, "of"), "漏报, 缺报")], "of: 漏报,", 'of: "漏报, 缺报",'),
        ([(("tables", "cases", "columns", "done", "values"), "甲、乙; 丙")],
         "required: true}", "required: true, values: [甲, 乙, 丙]}"),
        ([(("acknowledged",), "甲、丁、乙")], "[甲, 乙, '丙']", "[甲, 丁, 乙]"),
        ([(("acknowledged",), "丙")], "[甲, 乙, '丙']", "['丙']"),
        # in front of all others, and of the comment on the first
        ([((*BANDS, -1, "points"), Decimal(3)), ((*BANDS, -1, "to"), Decimal("0.5")),
          (key_of(RULESET_FILE, (*BANDS, -1), "@after"), "at the front")],
         "          - {to: 80%", "          - {to: 50%, points: 3}\n          - {to: 80%"),
        ([(("grades", -1, "from"), Decimal(95)), (("grades", -1, "label"), "特优"),
          (key_of(RULESET_FILE, ("grades", -1), "@name"), "best"),
          (key_of(RULESET_FILE, ("grades", -1), "@after"), "最前")],
         "  # 一等\n", "  best: {label: 特优, from: 95}\n  # 一等\n"),
        # an emptied one
        ([((*LATE, "floor"), None)], "        floor: none\n", ""),
        ([((*BANDS, 1, "to"), None)], "{from: 80%, to: 90%, points: 5}", "{from: 80%, points: 5}"),
        # a part with a name of its own
        ([(key_of(RULESET_FILE, ("parameters", -1), "@name"), "early"),
          (("parameters", -1, "label"), "早报加分"), (("parameters", -1, "value"), Decimal(1))],
         "  late_points: {label: 迟报扣分, value: 2}\n",
         "  late_points: {label: 迟报扣分, value: 2}\n"
         "  early:       {label: 早报加分, value: 1}\n"),
        ([(key_of(RULESET_FILE, ("sections", "reports", "criteria", "late"), "@drop"), "删除")],
         RULES[RULES.index("      late:\n") : RULES.index("      closed:\n")], ""),
        ([(key_of(RULESET_FILE, ("sections", "reports", "criteria", -1), "@name"), "lost"),
          (key_of(RULESET_FILE, ("sections", "reports", "criteria", -1), "@after"), "late"),
          (("sections", "reports", "criteria", -1, "points"), Decimal(5)),
          (("sections", "reports", "criteria", -1, "label"), "漏报"),
          (("sections", "reports", "criteria", -1, "deduct", 1, "of"), "漏报"),
          (("sections", "reports", "criteria", -1, "deduct", 1, "each"), Decimal("2.5"))],
         "      closed:\n",
         "      lost:\n        label: 漏报\n        points: 5\n        method: per item\n"
         "        deduct: [{of: 漏报, each: 2.5}]\n      closed:\n"),
    ],
)  # fmt: skip
def test_what_is_added_or_taken_out_leaves_all_else_as_it_is(cells, old, new):
    assert change(*cells) == replaced(old, new)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ((("scale",), "一百"), "a number is needed, and “一百” is none"),
        ((("scale",), None), "the cell is empty"),
        ((("scale",), Decimal(1), "formula"), "a formula stands in the cell"),
        ((("scale",), "#REF!", "error"), "the cell shows the error #REF!"),
        (((*LATE, "method"), "随便"), "“随便” is not among the choices"),
        (((*LATE, "deduct", 0, "each"), "迟保扣分"), "a number is needed, and “迟保扣分” is none"),
        (((*LATE, "deduct", 0, "each"), None), "the cell is empty"),
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


def test_what_a_new_entry_lacks_is_told_at_its_cells():
    new = ("parameters", -1)
    with pytest.raises(RulesetError) as caught:
        change(
            ((*BANDS, -1, "to"), Decimal(1)), (key_of(RULESET_FILE, (*BANDS, -1), "@after"), "7"),
            (key_of(RULESET_FILE, new, "@name"), "late_points"), ((*new, "label"), "另一项"),
            (("parameters", -2, "label"), "没有编号"),
            (key_of(RULESET_FILE, LATE, "@drop"), "留着"),
        )  # fmt: skip
    said = [str(f.message) for f in caught.value.findings]
    assert said == [
        "“留着” is not among the choices", "“late_points” is there already",
        "the new entry has no name of its own",
        "the cell is empty", "“7” is not among the choices",
    ]  # fmt: skip


def test_the_last_row_of_a_table_has_to_stay():
    cells = [((*LATE, "deduct", n, key), None) for n in (0, 1) for key in ("of", "each")]
    with pytest.raises(RulesetError) as caught:
        change(*cells)
    assert {str(f.message) for f in caught.value.findings} == {"the last one cannot be taken out"}


def test_a_cell_that_is_gone_is_told():
    layout = lay_out({RULESET_FILE: RULES, CLAUSES_FILE: CLAUSES}, registry().methods)
    filled = {k: FilledCell("一", 1, "B", c.value) for k, c in layout.cells.items()}
    del filled[key_of(RULESET_FILE, ("scale",))]
    with pytest.raises(RulesetError) as caught:
        changed(
            layout, FilledForm(filled, layout.form.carried), Path("book.xlsx"), registry().methods
        )
    assert [f.code for f in caught.value.findings] == ["lost-cell"]
