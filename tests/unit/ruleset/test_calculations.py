"""Figures that are written as calculations: what they come to, and where they come from."""

from __future__ import annotations

import pickle
import shutil
from copy import deepcopy
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ruleset_cases import SMALL, findings_of

from rules_engine.hypotheses.mutants import mutants_of
from rules_engine.plan.derived import derived, how_worked_out
from rules_engine.plugin_manager import registry
from rules_engine.ruleset.read import read_ruleset
from rules_engine.run.load import load_ruleset
from rules_engine.yamltext.calculation import Calculation, calculation, worked_out
from rules_engine.yamltext.read import parse_document


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("60 / 12", "5"),
        ("60% / 12", "0.05"),
        ("60%/12", "0.05"),
        ("30000 + 10000", "40000"),
        ("100 − 35", "65"),
        ("100−35", "65"),
        ("100 - 35", "65"),
        ("（100－40）÷4×1.5", "22.5"),
        ("100％ ＋ 20％", "1.2"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("-5 + 2", "-3"),
        ("100 - 50 - 20", "30"),
        ("60 / 12 / 5", "1"),
        ("1 / 8", "0.125"),
        ("2 × (-3 + 5)", "4"),
    ],
)
def test_what_is_written_is_worked_out(text, value):
    number = calculation(text)
    assert (number, str(number)) == (Decimal(value), text)
    assert parse_document(f"k: {text}\n", "f").value == {"k": Decimal(value)}


@pytest.mark.parametrize(
    "text",
    ["60", "60%", "-5", "60-70", "2025-01", "03-31", "2024/", "1 -2", "- 5 -", "5 x 3",
     "60 分 / 12", "(60 / 12", "60 / 12)", "60 // 12", "5 +", "+ +", "5 (3)", "1 / 0", "05 + 1",
     "5 + 03", "2 ** 3", "100 / 3", "1e3 + 1", "", " ", "5 + 5 ", "年 + 1", "１ + ２",
     "9" * 119 + "+1"],
)  # fmt: skip
def test_what_is_no_calculation_or_not_even_stays_a_text(text):
    assert calculation(text) is None


@pytest.mark.parametrize("of", [deepcopy, lambda number: pickle.loads(pickle.dumps(number))])
def test_a_calculation_is_copied_with_its_text(of):
    copied = of(Calculation("60 / 12"))
    assert (copied, str(copied), type(copied)) == (5, "60 / 12", Calculation)


NUMBERS = st.decimals(0, 1000, places=1).map(lambda number: f"{number.normalize():f}")
SIGN = st.sampled_from([("+", "+"), ("＋", "+"), ("−", "-"), ("×", "*"), ("÷", "/"), ("／", "/")])


def _texts(inner):
    return st.builds(
        lambda one, sign, other: (
            f"({one[0]} {sign[0]} {other[0]})",
            f"({one[1]} {sign[1]} {other[1]})",
        ),
        inner,
        SIGN,
        inner,
    )


WRITTEN = st.recursive(NUMBERS.map(lambda n: (n, f"Fraction('{n}')")), _texts, max_leaves=5)


@settings(max_examples=200, deadline=None)
@given(WRITTEN, SIGN, WRITTEN)
def test_it_is_what_fractions_come_to(left, sign, right):
    text = f"{left[0]} {sign[0]} {right[0]}"
    assume(len(text) <= 120)
    try:
        expected = eval(f"{left[1]} {sign[1]} {right[1]}", {"Fraction": Fraction})
    except ZeroDivisionError:
        expected = None
    assert worked_out(text) == expected
    number = calculation(text)
    assert number is None or Fraction(number) == expected


def changed(tmp_path, each, gist="forty points for order"):
    folder = shutil.copytree(SMALL, tmp_path / "small")
    for name, old, new in [
        ("ruleset.yaml", "{of: high_visits, each: 10}", f"{{of: high_visits, each: {each}}}"),
        ("clauses.yaml", "forty points for order", gist),
    ]:
        file = folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("each", "gist", "unsourced"),
    [
        ("5 × 2", "g", []),
        ("40 / 4", "g", []),  # it comes to what is quoted
        ("40 - 1", "g", []),  # 1 is the whole
        ("40 − 30", "g", []),
        ("40 - 33", "g", ["33"]),
        ("7 × (5 + 3)", "g", ["7", "3"]),
        ("40 × 5 / 12.5", "g", ["12.5"]),
        ("40 × 3 ÷ 12", "g", []),
        ("40 × 6 / 12", "g", ["6", "12"]),
        ("40 × 6 / 12", "十二个月平均", ["6"]),
        ("(40 + 8) / 12", "per month", ["8"]),
        ("40 + 12", "per month", ["12"]),  # twelve points are no months
    ],
)
def test_each_number_of_a_calculation_needs_a_source(each, gist, unsourced, tmp_path):
    findings = findings_of(changed(tmp_path, each, gist))
    lines = (tmp_path / "small" / "ruleset.yaml").read_text(encoding="utf-8").split("\n")
    assert {finding.code for finding in findings} <= {"number-unsourced"}
    places = [(finding.place.line - 1, finding.place.column - 1) for finding in findings]
    at = [lines[line][column:].startswith(text) for (line, column), text in
          zip(places, unsourced, strict=True)]  # fmt: skip
    assert all(at)


@pytest.mark.parametrize(
    ("each", "hint"),
    [("100 / 3", "33.33"), ("10% / 3", "3.33%"), ("7 / 3 * 1", "2.33")],
)
def test_what_does_not_come_out_even_is_said_with_what_to_write(each, hint, tmp_path):
    [finding] = findings_of(changed(tmp_path, each))
    assert (finding.code, finding.place.column) == ("inexact-figure", 37)
    assert f" {hint}," in str(finding.hint)


def test_a_calculation_that_is_finer_than_the_field_is_said(tmp_path):
    folder = changed(tmp_path, "10")
    file = folder / "ruleset.yaml"
    text = file.read_text(encoding="utf-8")
    text = text.replace("        points: 40\n", "        points: 5 / 128\n", 1)
    file.write_text(text, encoding="utf-8")
    [finding] = [f for f in findings_of(folder) if f.code == "inexact-figure"]
    assert "0.0390625" in str(finding.message)


def test_a_range_is_no_calculation(tmp_path):
    assert [f.code for f in findings_of(changed(tmp_path, "60-70"))] == ["wrong-value"]


def test_it_is_told_how_a_figure_was_worked_out(tmp_path):
    checked = load_ruleset(changed(tmp_path, "20 / 2"), registry())
    label = checked.ruleset.document.indicators["high_visits"].label
    [one] = derived(checked.book)
    assert (one.value, one.text) == ("10", "20 ÷ 2")
    assert one.where == f"Order: No irregular visits: {label}: Points for each"
    path = ("sections", "order", "criteria", "irregular")
    assert how_worked_out(checked.book, path) == "10 is 20 ÷ 2"
    assert how_worked_out(checked.book, ("grades",)) == ""


def test_a_mutant_of_a_calculation_comes_to_something_else(tmp_path):
    ruleset = read_ruleset(changed(tmp_path, "20 / 2"))
    path = ("sections", "order", "criteria", "irregular", "deduct", 1, "each")
    mutants = [m for m in mutants_of(ruleset, registry().methods) if m.path == path]
    assert [(m.old, m.new) for m in mutants] == [("20 / 2", "11"), ("20 / 2", "9")]
