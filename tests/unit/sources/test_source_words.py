"""The words that offices use stand for columns and values that there are."""

from __future__ import annotations

from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.intake import parsing
from rules_engine.sources import words


def test_words_stand_for_columns_that_there_are():
    for key, known in words.COLUMNS.items():
        table, column = key.split(".")
        schemas = STANDARD_TABLES.values() if table == "*" else [STANDARD_TABLES[table]]
        found = [schema.column(column) for schema in schemas]
        assert any(found), key
        assert known
        assert table != "*" or any(c and c.refers for c in found), key


def test_words_stand_for_values_that_there_are():
    values = {v for s in STANDARD_TABLES.values() for c in s.columns for v in c.values}
    assert set(words.VALUES) <= values


def test_yes_and_no_are_told_apart_and_not_those_that_are_read_anyway():
    assert not set(words.YES) & set(words.NO)
    assert not {*words.YES, *words.NO} & {*parsing.YES, *parsing.NO}
