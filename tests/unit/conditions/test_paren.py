"""What stands beside an operator keeps its own meaning there."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from rules_engine.conditions.sql import paren


@pytest.mark.parametrize("text", ["a OR b", "a AND b", "a = b", "a + b", "a - b"])
def test_an_operator_is_put_in_brackets(text):
    tested = exp.Is(this=paren(sqlglot.parse_one(text)), expression=exp.Null())
    assert tested.sql() == f"({text}) IS NULL"


@pytest.mark.parametrize("text", ["a", "1", "GREATEST(a, b)", "(a + b)"])
def test_what_needs_no_brackets_gets_none(text):
    assert paren(sqlglot.parse_one(text)).sql() == text
