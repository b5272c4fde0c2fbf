"""Which columns of events a ruleset looks at, so that a missing one is told."""

from __future__ import annotations

import pytest

TABLES = """
tables:
  villages: {columns: {named_on: {label: 命名日期, type: date, event: true}}}
  cases: {}
"""


@pytest.mark.parametrize(
    ("part", "table", "events"),
    [
        ("where: first_time", "cases", set()),
        ("where: 办结日期 为空", "cases", {"closed_on"}),
        ("rate: {of: closed_on is not null, over: 受理告知日期 不为空}", "cases",
         {"closed_on", "accepted_on"}),
        ("earliest: closed_on", "cases", {"closed_on"}),
        ("where: first_time", "villages", set()),
    ],
)  # fmt: skip
def test_columns_of_events_in_indicators(reviewed, part, table, events):
    done = reviewed(f"{TABLES}\nindicators:\n  some: {{label: 某数, from: cases, {part}}}\n")
    assert done.book.tables[table].awaited == events


def test_columns_of_events_that_lines_and_standards_look_at(reviewed):
    done = reviewed(TABLES + "\nstandards: {named: {label: 已命名, when: 命名日期 不为空}}\n")
    assert done.book.tables["villages"].awaited == {"named_on"}
    assert done.book.tables["cases"].awaited == set()
