"""The words that offices use stand for columns and values that there are."""

from __future__ import annotations

import pytest

from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.ingest import parsing
from rules_engine.sources import synonyms
from rules_engine.sources.inference import Sample, guess_tables


def test_words_stand_for_columns_that_there_are():
    for key, known in synonyms.COLUMNS.items():
        table, column = key.split(".")
        schemas = STANDARD_TABLES.values() if table == "*" else [STANDARD_TABLES[table]]
        found = [schema.column(column) for schema in schemas]
        assert any(found), key
        assert known
        assert table != "*" or any(c and c.refers for c in found), key


def test_words_stand_for_values_that_there_are():
    values = {v for s in STANDARD_TABLES.values() for c in s.columns for v in c.values}
    assert set(synonyms.VALUES) <= values


def test_yes_and_no_are_told_apart_and_not_those_that_are_read_anyway():
    assert not set(synonyms.YES) & set(synonyms.NO)
    assert not {*synonyms.YES, *synonyms.NO} & {*parsing.YES, *parsing.NO}


@pytest.mark.parametrize(
    ("source", "value", "column"),
    [
        ("登记.类别", "农田水利", "category"),
        ("信访事项.渠道", "来访", "channel"),
        ("受理.登记日期", "2025-03-01", "received_on"),
        ("办结.日期", "2025-03-01", "closed_on"),
    ],
)
def test_a_name_within_a_group_is_guessed_by_itself_or_with_the_groups(source, value, column):
    columns = {"信访件编号": ["C1"], "村编号": ["V1"], source: [value]}
    (guess,), _ = guess_tables([Sample("x", "x.json", columns)], STANDARD_TABLES)
    assert {g.source: g.column.name for g in guess.columns}.get(source) == column
