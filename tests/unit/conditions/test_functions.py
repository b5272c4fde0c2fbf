"""Every function is one entry: what reads the entries knows a function as soon as it has one."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from conditions_lab import SYMBOLS, compiled, value
from sqlglot import exp

from rules_engine.conditions.bounds import Span
from rules_engine.conditions.constraints.reader import Reader
from rules_engine.conditions.constraints.variables import Variable
from rules_engine.conditions.formulas import span_of
from rules_engine.conditions.function_kinds import Function
from rules_engine.conditions.functions import FUNCTIONS
from rules_engine.conditions.verbalizer import Verbalizer
from rules_engine.conditions.working import FormulaWorking
from rules_engine.messages import msg, speaking

DOCS = Path(__file__).parents[3] / "docs"
NAMES = {key: symbol for symbol in SYMBOLS for key in (symbol.name, symbol.label)}
OPEN = Span.of(Decimal("-Infinity"))


def _quarters_sql(first, last):
    def number(day):
        quarter = exp.Add(this=exp.Month(this=day.copy()), expression=exp.Literal.number(2))
        whole = exp.IntDiv(this=exp.Paren(this=quarter), expression=exp.Literal.number(3))
        year = exp.Mul(this=exp.Year(this=day.copy()), expression=exp.Literal.number(4))
        return exp.Paren(this=exp.Add(this=year, expression=whole))

    return exp.Sub(this=number(last), expression=number(first))


def _quarter(day):
    return day.year * 4 + (day.month + 2) // 3


QUARTERS = Function(
    name="quarters", chinese="季度数", takes="a day, another day",
    gives="quarters that end from the first to the second",
    example=("季度数(登记日期, 2025-10-01)", "3"), arguments=("date", "date"), sql=_quarters_sql,
    of=lambda first, last: _quarter(last) - _quarter(first),
    words=msg("the quarters from {start} to {end}"),
    step=msg("from {start} to {end}: {count} quarters"), span=Span.of(0),
)  # fmt: skip


@pytest.fixture
def quarters(monkeypatch):
    monkeypatch.setitem(FUNCTIONS, "quarters", QUARTERS)


@pytest.mark.usefixtures("quarters")
def test_one_entry_is_enough_for_a_function(monkeypatch):
    text = "quarters(received_on, due_on) >= 1"
    assert value("季度数（登记日期，2025年10月1日）", "number") == 3
    assert value("quarters('2024-12-31', due_at)", "number") == 1
    assert value(text) is False
    _, findings = compiled("quarters(people, due_on) > 1")
    assert [f.code for f in findings] == ["wrong-type"]
    _, findings = compiled("quaters(received_on, due_on) > 1")
    assert "quarters" in str(findings[0].hint)
    tree = compiled(text)[0].tree
    with speaking("en"):
        assert Verbalizer(NAMES).write(tree) == "the quarters from 登记日期 to 期限 is at least 1"
        days = {"received_on": date(2025, 3, 1), "due_on": date(2025, 8, 31)}
        told = FormulaWorking(NAMES, days).formula(compiled("2 * quarters(received_on, due_on)",
                                                         "number")[0].tree, 40_000)  # fmt: skip
        assert told[0].endswith(": 2 quarters")
        assert told[1] == "2 × 2 = 4"
    assert span_of(tree.this, lambda _: OPEN) == Span.of(0)
    day = Variable("received_on", "登记日期", "date", nullable=False)
    (case,) = Reader({"received_on": day}).pieces(tree.this)
    assert [variable.of for variable, _ in case.sum.terms] == [(day,)]
    monkeypatch.syspath_prepend(str(DOCS))
    sys.modules.pop("generate", None)
    page = __import__("generate").functions_page()
    assert "### `quarters` 季度数\n\n- takes: a day, another day" in page


def _sample(kind, turn):
    days = [date(2024, 2, 29), date(2025, 3, 31), date(2025, 12, 31), date(2026, 1, 1)]
    numbers = [Fraction(n, 4) for n in (-11, -2, 0, 1, 6, 10)]
    texts = ["", "东街", "village"]
    given = {"date": days, "number": numbers, "text": texts}[kind]
    return given[turn % len(given)]


def _written(item):
    if isinstance(item, date):
        return f"date '{item}'"
    if isinstance(item, str):
        return f"'{item}'"
    return f"({float(item)})"


CALCULATED = [f for f in FUNCTIONS.values() if f.example and f.name not in
              ("coalesce", "workdays", "plus_workdays", "empty")]  # fmt: skip


@pytest.mark.parametrize("function", CALCULATED, ids=lambda f: f.name)
def test_the_value_of_an_entry_is_that_of_its_sql_and_within_its_bounds(function):
    for turn in range(6):
        count = 3 if function.picks else len(function.arguments)
        kinds = [*function.arguments, *function.arguments[-1:] * count][:count]
        given = [_sample(kind, turn + number * 5) for number, kind in enumerate(kinds)]
        told = function.of(*given)
        text = f"{function.name}({', '.join(map(_written, given))})"
        assert value(text, "number") == told, text
        if function.span != OPEN:
            assert function.span.low <= told <= function.span.high
