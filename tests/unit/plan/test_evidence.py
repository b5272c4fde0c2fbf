"""The records behind a line are those that its own condition picks."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.plan.evidence import evidence_plan, shown_columns

TOWN = """
tables: {villages: {}, reports: {}}
indicators:
  owed: {label: 应报, from: reports}
  late: {label: 迟报, from: reports, where: submitted_at > due_at}
  weekly: {label: 周报及时率, from: reports, rate: {of: submitted_at <= due_at, over: kind = '周'}}
  many: {label: 排查多, from: reports, where: items_found > 3}
  before: {label: 上年应报, from: reports, period: previous}
  ever: {label: 历年应报, from: reports, period: all}
sections:
  all:
    label: All
    clause: C1
    criteria:
      sum: {label: 全部, points: 100, method: formula, formula: owed + late + weekly + many + before + ever}
"""  # noqa: E501 - one line a criterion


def _at(text):
    return datetime.fromisoformat(text)


ROWS = [
    ("r1", "v1", "周", _at("2025-03-05 12:00"), _at("2025-03-05 12:01"), 5),
    ("r2", "v1", "日", _at("2025-03-06 12:00"), _at("2025-03-06 12:00"), 2),
    ("r3", "v1", "周", _at("2025-03-07 12:00"), None, None),
    ("r4", "v2", "周", _at("2025-03-08 12:00"), _at("2025-03-07 12:00"), 9),
    ("r5", "v1", "周", _at("2024-03-05 12:00"), _at("2024-03-05 12:00"), 0),
    ("r6", "v1", "周", _at("2025-06-30 12:00"), _at("2025-07-01 12:00"), 0),
    ("r7", "v1", "周", _at("2025-07-01 12:00"), None, 0),
]
COLUMNS = ("report_id", "village_id", "kind", "due_at", "submitted_at", "items_found")


@pytest.fixture
def found(reviewed):
    """Return a function that finds an indicator's records, as of the middle of the year."""
    book = reviewed(TOWN, date(2025, 6, 30)).or_stop().book
    session = DuckDBSession(1)
    table = {name: [row[place] for row in ROWS] for place, name in enumerate(COLUMNS)}
    columns = {n: pa.array(v, pa.timestamp("us") if n.endswith("_at") else None)
               for n, v in table.items()}  # fmt: skip
    session.register("reports", pa.table(columns))

    def of(name, subjects=("v1",)):
        plan = evidence_plan(book.indicators[name], subjects)
        return session.query(plan.sql("duckdb")).to_pylist()

    yield of
    session.close()


def _ids(rows, *, counted=True):
    return [row["record_id"] for row in rows if row["counted"] == counted]


def test_everything_of_the_period_that_is_known_by_then(found):
    assert _ids(found("owed")) == ["r1", "r2", "r3", "r6"]


def test_the_condition_picks(found):
    assert _ids(found("late")) == ["r1"]  # r6 came in after the as-of date


def test_a_rate_shows_both_sides(found):
    rows = found("weekly", ("v1", "v2"))
    assert _ids(rows) == ["r4"]
    assert _ids(rows, counted=False) == ["r1", "r3", "r6"]


def test_what_cannot_be_told_is_shown_and_not_counted(found):
    rows = found("many")
    assert _ids(rows) == ["r1"]
    assert [r["record_id"] for r in rows if r["counted"] is None] == ["r3"]


def test_other_periods(found):
    assert _ids(found("before")) == ["r5"]
    assert _ids(found("ever")) == ["r5", "r1", "r2", "r3", "r6"]


def test_all_subjects_or_some(found):
    assert _ids(found("owed", None)) == ["r1", "r2", "r3", "r4", "r6"]
    assert _ids(found("owed", ("v2",))) == ["r4"]


def test_the_columns_that_the_condition_looks_at_are_shown(found, reviewed):
    row = found("late")[0]
    assert row["c__submitted_at"].startswith("2025-03-05 12:01")
    assert row["on"].startswith("2025-03-05 12:00")
    book = reviewed(TOWN).book
    assert [c.name for c in shown_columns(book.indicators["late"])] == ["submitted_at"]
    assert [c.name for c in shown_columns(book.indicators["weekly"])] == ["kind", "submitted_at"]
    assert shown_columns(book.indicators["owed"]) == []


def test_an_event_after_the_as_of_date_is_not_shown(found):
    row = next(r for r in found("weekly") if r["record_id"] == "r6")
    assert row["c__submitted_at"] is None


FIGURES = """
tables:
  villages: {}
  checks: {columns: {amount: {label: 金额, type: decimal}, paid_on: {label: 付款日期, type: date, event: true}}}
indicators:
  large: {label: 大额, from: checks, where: 金额 >= 3}
  share: {label: 大额率, from: checks, rate: {of: 金额 >= 2.5, over: 金额 > 1}}
  total: {label: 合计, from: checks, where: paid_on is not null, sum: 金额 - 2.5}
sections:
  all:
    label: All
    clause: C1
    criteria:
      sum: {label: 全部, points: 100, method: formula, formula: large + 10 * share + total}
"""  # noqa: E501 - one line a table


@pytest.fixture
def figures(reviewed):
    book = reviewed(FIGURES, date(2025, 6, 30)).or_stop().book
    session = DuckDBSession(1)
    amounts = ["1", "2.4999", "2.5", "2.9999", "3", "3.0001"]
    ids = [f"j{n}" for n in range(len(amounts))]
    day = date(2025, 3, 1)
    columns = {
        "check_id": ids,
        "village_id": ["v1"] * len(ids),
        "checked_on": [day] * len(ids),
        "paid_on": [day, day, day, day, None, date(2025, 7, 1)],
        "amount": pa.array([Decimal(a) for a in amounts], pa.decimal128(18, 4)),
    }
    session.register("checks", pa.table(columns))

    def of(name):
        plan = evidence_plan(book.indicators[name], ("v1",))
        return session.query(plan.sql("duckdb")).to_pylist()

    yield of
    session.close()


def test_a_decimal_column_is_compared_as_the_plan_compares_it(figures):
    assert _ids(figures("large")) == ["j4", "j5"]
    rows = figures("share")
    assert _ids(rows) == ["j2", "j3", "j4", "j5"]
    assert _ids(rows, counted=False) == ["j1"]
    assert {row["record_id"]: row["c__amount"] for row in rows}["j1"] == "2.4999"


def test_of_a_sum_those_count_that_add_something(figures):
    rows = figures("total")  # j4 was not paid, j5 only after the as-of date
    assert _ids(rows) == ["j0", "j1", "j3"]
    assert _ids(rows, counted=False) == ["j2"]
