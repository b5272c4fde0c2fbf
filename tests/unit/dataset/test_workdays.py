"""Working days: the table is the calendar, day by day, and says how far it reaches."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_engine.dataset.workdays import COUNT, DAY, NEVER, Calendar, known_years, later_column
from rules_engine.model.general import Holidays

ONE = timedelta(days=1)
COUNTS = (-12, -1, 1, 5, 60)
KNOWN = st.dates(date(2004, 8, 1), date(2026, 6, 1))
OWN = {2099: Holidays.model_validate({"notice": "n", "off": ["2099-03-04 至 2099-03-05"],
                                      "work": [date(2099, 3, 7)]})}  # fmt: skip


@pytest.fixture(scope="module")
def rows():
    table = Calendar(used={0, *COUNTS}).table()
    return {row[DAY]: row for row in table.to_pylist()}


@settings(max_examples=50, deadline=None)
@given(first=KNOWN, span=st.integers(-200, 200))
def test_the_count_is_of_the_days_after_the_first_up_to_the_last(rows, first, span):
    last = first + ONE * span
    days = [min(first, last) + ONE * n for n in range(1, abs(span) + 1)]
    worked = sum(map(chinese_calendar.is_workday, days))
    counted = rows[last][COUNT] - rows[first][COUNT]
    assert counted == (worked if span > 0 else -worked)


@settings(max_examples=50, deadline=None)
@given(day=KNOWN, count=st.sampled_from(COUNTS))
def test_so_many_working_days_later(rows, day, count):
    found = day
    for _ in range(abs(count)):
        found += ONE if count > 0 else -ONE
        while not chinese_calendar.is_workday(found):
            found += ONE if count > 0 else -ONE
    assert rows[day][later_column(count)] == found


def test_every_day_that_records_may_hold_is_there_once(rows):
    days = sorted(rows)
    assert (days[0], days[-2:]) == (date(1900, 1, 1), [date(2200, 12, 31), NEVER])
    assert len(days) == (days[-2] - days[0]).days + 2


def test_what_has_not_happened_is_long_after_everything(rows):
    assert rows[NEVER][COUNT] > rows[date(2200, 12, 31)][COUNT] + 1000
    assert rows[NEVER][later_column(5)] == NEVER


def test_years_that_are_not_known_are_named():
    first, last = known_years()
    assert (first, last >= 2026) == (2004, True)
    assert Calendar().unknown(range(first - 1, last + 2)) == [first - 1, last + 1]
    assert Calendar(OWN).unknown([2098, 2099]) == [2098]


def test_a_year_that_is_written_out_goes_by_that():
    rows = {row[DAY]: row for row in Calendar(OWN, {0, 1}).table().to_pylist()}
    assert rows[date(2099, 3, 3)][later_column(1)] == date(2099, 3, 6)  # a Friday
    assert rows[date(2099, 3, 6)][later_column(1)] == date(2099, 3, 7)
    assert rows[date(2099, 3, 9)][COUNT] - rows[date(2099, 3, 3)][COUNT] == 3


def test_a_known_year_that_is_written_out_goes_by_that_alone():
    own = {2025: Holidays.model_validate({"notice": "n", "off": [date(2025, 1, 1)]})}
    rows = {row[DAY]: row for row in Calendar(own, {1}).table().to_pylist()}
    assert rows[date(2025, 9, 30)][later_column(1)] == date(2025, 10, 1)
    assert rows[date(2024, 9, 30)][later_column(1)] == date(2024, 10, 8)
