"""The standard tables hold together."""

from __future__ import annotations

import pytest

from rules_engine.dataset.names import normal
from rules_engine.dataset.schema import STANDARD_TABLES

TABLES = list(STANDARD_TABLES.values())


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_names_and_labels_of_columns_are_one_column_s_alone(table):
    names = [normal(n) for c in table.columns for n in {c.name, c.label}]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_the_key_is_required_text_and_refers_to_nothing(table):
    key = table.columns[0]
    assert (key.type, key.required, key.refers) == ("text", True, None)


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_references_period_and_orders_point_at_what_is_there(table):
    assert {c.refers for c in table.columns if c.refers} <= set(STANDARD_TABLES)
    dated = [table.period] if table.period else []
    dated += [end for order in table.orders for end in (order.earlier, order.later)]
    assert {table.column(name).type for name in dated} <= {"date", "timestamp"}


def test_a_column_is_found_by_name_and_by_label():
    villages = STANDARD_TABLES["villages"]
    assert villages.column("村名") is villages.column("name")
    assert villages.column("不存在") is None
