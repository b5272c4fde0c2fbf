"""The functions and operators: all of them are in the table, and its examples are true."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pytest
from conditions_lab import YEAR
from sqlglot import exp

from rules_engine.conditions import operators, words
from rules_engine.conditions.compiler import ExpressionCompiler
from rules_engine.conditions.functions import FUNCTIONS
from rules_engine.conditions.number_checker import NODES
from rules_engine.conditions.numbers import unscaled
from rules_engine.conditions.scope import COUNTED, Factor, Scope, Symbol
from rules_engine.conditions.sql import column
from rules_engine.dataset import workdays
from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.errors import NOWHERE

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "functions.md"
WRITTEN = {exp.Anonymous, exp.Case, exp.Cast, exp.And, exp.Or}
"""What sqlglot calls functions, and what is written otherwise."""
SIGNS = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
         exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.In: "in", exp.Is: "is null",
         exp.Between: "between", exp.Like: "like", exp.Not: "not", exp.And: "and", exp.Or: "or",
         exp.Case: "case"}  # fmt: skip
NO_OPERATORS = {exp.Column, exp.Literal, exp.Boolean, exp.Cast, exp.Paren, exp.Neg}


def _rate(name, label, **more):
    below = Factor(exp.func("NULLIF", column(f"{name}_over"), exp.Literal.number(0)), 10)
    nothing = exp.EQ(this=column(f"{name}_over"), expression=exp.Literal.number(0))
    return Symbol(
        name, label, column(f"{name}_of"), "number", empty=nothing, rate=True,
        shape=replace(COUNTED, below=(below,)), **more,
    )  # fmt: skip


SYMBOLS = [
    Symbol("people", "人数", column("people"), "number", needs=frozenset({"people"})),
    Symbol("score", "评分", column("score"), "number", 4),
    _rate("rate", "办结率"),
    _rate("passed", "合格率"),
    Symbol("level", "层级", column("level"), "text"),
    Symbol("odd", "非正常", column("odd"), "boolean"),
    Symbol("received_on", "登记日期", column("received_on"), "date"),
    Symbol("due_on", "期限", column("due_on"), "date"),
    Symbol("sent_at", "上报时间", column("sent_at"), "timestamp"),
    Symbol("closed_on", "办结日期", column("closed_on"), "date", event=True),
    Symbol("place", "地点", column("place"), "text", needs=frozenset({"place"})),
]
ROW = pa.table(
    {
        "people": [7], "score": [925_000], "rate_of": [1], "rate_over": [3], "passed_of": [0],
        "passed_over": [0], "level": ["县"], "odd": [True], "received_on": [date(2025, 3, 1)],
        "due_on": [date(2025, 3, 31)], "sent_at": [datetime(2025, 3, 5, 12)],
        "closed_on": pa.array([None], pa.date32()), "place": pa.array([None], pa.string()),
    }
)  # fmt: skip
EXAMPLES = [f.example for f in FUNCTIONS.values()]
EXAMPLES += [example for operator in operators.OPERATORS for example in operator.examples]


def _worked_out(text, kind):
    scope = Scope(frame=YEAR).extended(SYMBOLS)
    compiler = ExpressionCompiler(scope)
    result = compiler.compile(text, lambda _: NOWHERE, kind)
    assert result is not None, [str(f.message) for f in compiler.findings]
    session = DuckDBSession(1)
    session.register("row", ROW)
    if scope.calendar.used:
        session.register(workdays.TABLE, scope.calendar.table())
    found = session.query(f'SELECT {result.sql.sql("duckdb")} AS v FROM "row"').column(0)[0].as_py()
    session.close()
    return found if kind == "boolean" or found is None else Fraction(unscaled(found, result.scale))


@pytest.mark.parametrize(("text", "value"), EXAMPLES, ids=[text for text, _ in EXAMPLES])
def test_an_example_gives_what_the_page_says(text, value):
    known = {"true": True, "false": False, "unknown": None}
    if value in known:
        assert _worked_out(text, "boolean") is known[value]
    else:
        assert _worked_out(text, "number") == Fraction(value)


def test_the_examples_use_the_names_that_the_page_explains():
    assert list(operators.EXAMPLE_VALUES) == [
        "人数", "评分", "办结率", "层级", "非正常", "登记日期", "期限", "上报时间", "办结日期",
        "地点", "合格率",
    ]  # fmt: skip
    assert set(operators.EXAMPLE_VALUES) == {s.label for s in SYMBOLS}


def test_every_function_is_in_the_table():
    assert [name for name, f in FUNCTIONS.items() if f.name != name] == []
    assert {n.key for n in NODES if issubclass(n, exp.Func) and n not in WRITTEN} == set()
    chinese = [f.chinese for f in FUNCTIONS.values() if f.chinese]
    assert len(chinese) == len(set(chinese)) == 16


def test_every_operator_is_in_the_table():
    signs = [sign for operator in operators.OPERATORS for sign in operator.signs]
    assert len(signs) == len(set(signs))
    nodes = {n for n in NODES if not issubclass(n, exp.Func) or n in WRITTEN}
    assert {SIGNS[n] for n in nodes - NO_OPERATORS - {exp.Anonymous}} <= set(signs)
    assert {
        *words.COMPARISON_WORDS.values(),
        *words.JOINS.values(),
        *words.PHRASES.values(),
    } <= set(signs)


def test_every_function_and_operator_is_on_the_page():
    page = PAGE.read_text(encoding="utf-8")
    for function in FUNCTIONS.values():
        assert f"### `{function.name}`" in page
        assert function.chinese in page
        text, value = function.example
        assert f"`{text}` is {value}\n" in page
    for operator in operators.OPERATORS:
        assert all(f"`{sign}`" in page for sign in operator.signs)
        known = {**words.KEYWORDS, **words.PHRASES}
        assert all(f" {zh}" in page for zh, sql in known.items() if sql in operator.signs)
