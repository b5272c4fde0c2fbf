"""How counts are worded with their unit."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlglot

from rules_engine.conditions.formulas import by_label, counted_by
from rules_engine.conditions.phrases import each, with_unit
from rules_engine.conditions.scope import Symbol
from rules_engine.messages import speaking


@pytest.mark.parametrize(
    ("table", "told", "one"),
    [
        ("cases", "3件", "每件"),
        ("checks", "3项", "每项"),
        ("visits", "3次", "每次"),
        ("awards", "3个", "每个"),
        ("", "3", "每增加1"),
    ],
)
def test_a_count_has_the_unit_of_its_table(table, told, one):
    with speaking("zh"):
        assert (with_unit(table, Decimal(3)), each(table)) == (told, one)


def _symbol(name, label, counts):
    return Symbol(name, label, sqlglot.exp.false(), "number", counts=counts)


@pytest.mark.parametrize(
    ("calculation", "table"),
    [
        ("late", "reports"),
        ("迟报 + missing", "reports"),
        ("greatest(late, 1)", "reports"),
        ("late + open", ""),
        ("late * 2", ""),
        ("income + late", ""),
    ],
)
def test_a_calculation_counts_where_all_of_it_counts_the_same(calculation, table):
    symbols = [
        _symbol("late", "迟报", "reports"),
        _symbol("missing", "漏报", "reports"),
        _symbol("open", "积案", "cases"),
        _symbol("income", "收入", ""),
    ]
    names = by_label({s.name: s for s in symbols})
    assert counted_by(sqlglot.parse_one(calculation), names) == table
