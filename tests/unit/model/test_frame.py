"""Which days an assessment looks at, for every day of knowledge."""

from __future__ import annotations

from datetime import date

import pytest

from rules_engine.model.frame import Frame

D = date.fromisoformat


def of(start, end, as_of):
    frame = Frame.of(D(start), D(end), D(as_of))
    return f"{frame.start} {frame.end} {frame.as_of}"


@pytest.mark.parametrize(
    ("start", "end", "as_of", "moved"),
    [
        ("2025-01-01", "2025-12-31", "2025-06-30", "2025-01-01 2025-12-31"),
        ("2025-01-01", "2025-12-31", "2028-02-29", "2028-01-01 2028-12-31"),
        ("2024-07-01", "2025-06-30", "2026-03-01", "2025-07-01 2026-06-30"),
        ("2025-03-01", "2025-03-31", "2025-03-15", "2025-03-01 2025-03-31"),
        ("2025-03-01", "2025-03-31", "2025-02-28", "2025-02-01 2025-02-28"),
        ("2025-03-01", "2025-03-31", "2028-02-29", "2028-02-01 2028-02-29"),
        ("2025-01-01", "2025-01-31", "2025-12-31", "2025-12-01 2025-12-31"),
        ("2025-04-01", "2025-06-30", "2026-12-05", "2026-10-01 2026-12-31"),
        ("2025-01-01", "2025-06-30", "2025-07-01", "2025-07-01 2025-12-31"),
        ("2024-02-01", "2024-02-29", "2025-02-28", "2025-02-01 2025-02-28"),
        ("2025-01-01", "2025-02-28", "2024-02-29", "2024-01-01 2024-02-29"),
        ("2024-03-01", "2025-02-28", "2023-12-31", "2023-03-01 2024-02-29"),
    ],
)
def test_the_period_is_moved_over_the_day(start, end, as_of, moved):
    assert of(start, end, as_of) == f"{moved} {as_of}"


@pytest.mark.parametrize(
    ("start", "end", "as_of", "earlier"),
    [
        ("2025-02-01", "2025-02-28", "2025-02-28", "2024-02-01 2024-02-29 2024-02-29"),
        ("2024-02-01", "2024-02-29", "2024-02-29", "2023-02-01 2023-02-28 2023-02-28"),
        ("2025-01-01", "2025-02-28", "2025-02-28", "2024-01-01 2024-02-29 2024-02-29"),
        ("2024-03-01", "2025-02-28", "2025-02-28", "2023-03-01 2024-02-29 2024-02-29"),
        ("2025-02-16", "2025-02-28", "2025-02-28", "2024-02-16 2024-02-29 2024-02-29"),
        ("2025-01-01", "2025-12-31", "2025-02-28", "2024-01-01 2024-12-31 2024-02-29"),
        ("2025-01-01", "2025-12-31", "2025-02-27", "2024-01-01 2024-12-31 2024-02-27"),
        ("2025-04-01", "2025-06-30", "2025-06-30", "2024-04-01 2024-06-30 2024-06-30"),
        ("2025-02-10", "2025-02-28", "2025-02-28", "2024-02-10 2024-02-28 2024-02-28"),
        ("2024-02-10", "2024-02-29", "2024-02-29", "2023-02-10 2023-02-28 2023-02-28"),
    ],
)
def test_the_previous_period_is_of_whole_months_where_the_period_is(start, end, as_of, earlier):
    found = Frame(D(start), D(end), D(as_of)).previous()
    assert f"{found.start} {found.end} {found.as_of}" == earlier


def test_each_month_of_a_run_is_compared_with_the_same_whole_month():
    year = Frame(D("2025-01-01"), D("2025-12-31"), D("2025-12-31"))
    february = year.months()[1].previous()
    assert (february.end, february.as_of) == (D("2024-02-29"), D("2024-02-29"))


def test_months_reach_to_the_last_day_that_there_is():
    last = Frame(D("9999-11-15"), D("9999-12-31"), D("9999-12-31"))
    assert [(m.start.day, m.end.day) for m in last.months()] == [(15, 30), (1, 31)]


@pytest.mark.parametrize(
    ("start", "end", "as_of"),
    [
        ("2025-03-01", "2025-03-14", "2025-04-05"),  # a fortnight: only in other years
        ("2025-11-01", "2025-12-31", "2025-06-30"),  # two months
        ("2025-02-01", "2025-04-30", "2025-06-30"),  # three months, but no quarter
    ],
)
def test_other_spans_are_not_moved_within_the_year(start, end, as_of):
    with pytest.raises(ValueError, match="lies in no period"):
        of(start, end, as_of)


@pytest.mark.parametrize(
    ("start", "end", "before"),
    [
        ("2025-03-01", "2025-03-31", "2025-02-01 2025-02-28"),
        ("2025-01-01", "2025-01-31", "2024-12-01 2024-12-31"),
        ("2025-01-01", "2025-03-31", "2024-10-01 2024-12-31"),
        ("2025-01-01", "2025-12-31", "2024-01-01 2024-12-31"),
        ("2025-03-08", "2025-03-14", "2025-03-01 2025-03-07"),
    ],
)
def test_the_days_just_before(start, end, before):
    frame = Frame.of(D(start), D(end), None).preceding()
    assert f"{frame.start} {frame.end}" == before
    assert frame.as_of == D(end), "what was put right since then is seen"


@pytest.mark.parametrize(
    ("start", "end", "said", "meant"),
    [
        ("2025-01-01", "2025-12-31", (3, 31), "2025-03-31"),
        ("2025-07-01", "2025-12-31", (3, 31), "2025-03-31"),  # the year is told all the same
        ("2024-07-01", "2025-06-30", (3, 31), "2025-03-31"),
        ("2024-07-01", "2025-06-30", (7, 1), "2024-07-01"),
        ("2023-07-01", "2024-06-30", (2, 29), "2024-02-29"),
        ("2024-12-15", "2025-01-15", (6, 1), None),  # in neither year within the period
        ("2024-03-01", "2025-03-31", (3, 15), None),  # in both
        ("2024-01-01", "2026-12-31", (3, 15), None),
    ],
)
def test_a_day_without_a_year_is_the_one_in_the_period(start, end, said, meant):
    found = Frame(D(start), D(end), D(end)).on(*said)
    assert found == (meant and D(meant))


@pytest.mark.parametrize("said", [(2, 30), (13, 1), (4, 0)])
@pytest.mark.parametrize("start", ["2024-07-01", "2025-01-01"])
def test_there_is_no_such_day(start, said):
    with pytest.raises(ValueError):
        Frame(D(start), D("2025-06-30"), D("2025-06-30")).on(*said)


def test_a_period_is_divided_by_calendar_months():
    parts = Frame(date(2024, 1, 15), date(2024, 4, 10), date(2024, 3, 20)).months()
    assert parts == [
        Frame(date(2024, 1, 15), date(2024, 1, 31), date(2024, 1, 31)),
        Frame(date(2024, 2, 1), date(2024, 2, 29), date(2024, 2, 29)),
        Frame(date(2024, 3, 1), date(2024, 3, 31), date(2024, 3, 20)),
    ]
