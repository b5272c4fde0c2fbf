"""Days and spans of days are read as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from rules_engine.model.days import read_day, read_month_day, read_span

D = date.fromisoformat


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-03-31", "2025-03-31"),
        ("2025年3月31日", "2025-03-31"),
        (" 2025年03月01日 ", "2025-03-01"),
        ("2025-3-31", None),
        ("20250331", None),
        ("2025-W05-5", None),
        ("3月31日", None),
        ("2025年3月", None),
    ],
)
def test_a_day_that_is_written_out(text, day):
    assert read_day(text) == (day and D(day))


@pytest.mark.parametrize("text", ["2025-02-30", "2025年13月1日"])
def test_there_is_no_such_day(text):
    with pytest.raises(ValueError):
        read_day(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("03-31", (3, 31)),
        ("3-1", (3, 1)),
        ("3月31日", (3, 31)),
        ("2025-03-31", None),
        ("三月", None),
    ],
)
def test_a_day_without_a_year(text, said):
    assert read_month_day(text) == said


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2025-01-01 至 2025-12-31", "2025-01-01", "2025-12-31"),
        ("2025年1月1日至12月31日", "2025-01-01", "2025-12-31"),
        ("2024年7月1日到2025年6月30日", "2024-07-01", "2025-06-30"),
        ("自2025-01-01起", "2025-01-01", None),
        ("2025年1月1日起施行", "2025-01-01", None),
    ],
)
def test_a_span(text, start, end):
    assert read_span(text) == (D(start), end and D(end))


@pytest.mark.parametrize("text", ["2025", "2025-01-01", "2025-01-01 至", "至 2025-12-31", "全年"])
def test_what_is_no_span(text):
    assert read_span(text) is None
