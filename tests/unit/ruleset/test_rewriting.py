"""An entry is taken out of a file, and nothing else."""

from __future__ import annotations

from rules_engine.yamltext.edit import remove


def test_a_row_goes_with_a_dash_that_stands_above_it():
    text = "a:\n # 1\n -  # 2\n\n  # 3\n  b: c\n # 4\n - {b: d}\n"
    assert remove(text, ("a", 0)) == "a:\n # 1\n # 4\n - {b: d}\n"
