"""What differs from plan to plan is put into readable SQL as a tree or a literal, never as text."""

from __future__ import annotations

import pytest
from sqlglot import exp, parse_one

from rules_engine.conditions.sql import column, fragment, query


@pytest.mark.parametrize(
    ("text", "parts", "expected"),
    [
        ("a = :value", {"value": "it's; --"}, "a = 'it''s; --'"),
        ("a > :value", {"value": -5}, "a > -5"),
        ("a IN (:items)", {"items": [column("b"), column("c")]}, 'a IN ("b", "c")'),
        (":value * 2", {"value": parse_one("a + b")}, "(a + b) * 2"),
        ("NOT :value", {"value": parse_one("a OR b")}, "NOT (a OR b)"),
        ("CASE WHEN :value THEN 1 END", {"value": parse_one("a OR b")},
         "CASE WHEN a OR b THEN 1 END"),
        ("COALESCE(:value, 0)", {"value": None}, "COALESCE(NULL, 0)"),
    ],
)  # fmt: skip
def test_parts_of_an_expression(text, parts, expected):
    assert fragment(text, **parts).sql() == expected


def test_a_table_is_named_or_is_a_query():
    named = query("SELECT a FROM :rows AS r", rows='odd "name"')
    assert named.sql() == 'SELECT a FROM "odd ""name""" AS r'
    nested = query("SELECT a FROM :rows AS r", rows=query("SELECT 1 AS a"))
    assert nested.sql() == "SELECT a FROM (SELECT 1 AS a) AS r"


def test_columns_of_a_list_are_put_in_where_it_stands():
    text = "SELECT a, :more FROM t GROUP BY :keys ORDER BY :keys"
    keys = [column("b"), column("c")]
    assert query(text, more=[], keys=keys).sql("spark") == (
        "SELECT a FROM t GROUP BY `b`, `c` ORDER BY `b` ASC NULLS LAST, `c` ASC NULLS LAST"
    )


def test_a_part_that_stands_twice_is_copied():
    part = column("a")
    tree = fragment(":value + :value", value=part)
    assert isinstance(tree, exp.Add)
    assert tree.this is part
    assert tree.expression is not part
    assert tree.sql() == '"a" + "a"'


def test_the_text_itself_is_never_changed():
    text = "a > :value"
    first = fragment(text, value=1)
    first.set("this", column("b"))
    assert fragment(text, value=2).sql() == "a > 2"


def test_a_placeholder_without_its_part_is_refused():
    with pytest.raises(KeyError, match="value"):
        fragment("a > :value")
