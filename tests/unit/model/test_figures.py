"""Figures in print: exact where it matters, without needless zeros."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rules_engine.api import figures
from rules_engine.messages import speaking


@pytest.mark.parametrize(
    ("share", "beside", "text"),
    [("0.9", "0.9", "90%"), ("0.899996", "0.9", "89.9996%"), ("0.899996", "0.8", "90%"),
     ("0.999999", "0.5", "99.9999%"), ("0.000001", "0.5", "0.0001%"), ("1", "1", "100%"),
     ("0.777778", "0.9", "77.78%"), ("-0.05", "0", "−5%"), ("0.125", "1", "12.5%")],
)  # fmt: skip
def test_a_share_has_two_places_and_is_never_rounded_up_to_what_it_misses(share, beside, text):
    assert figures.percent(Decimal(share), Decimal(beside)) == text


def test_a_share_that_was_laid_down_keeps_its_places():
    assert figures.percent_as_written(Decimal("0.333333")) == "33.3333%"


@pytest.mark.parametrize(
    ("value", "rate", "text"),
    [
        (Decimal("1E+3"), False, "1000"),
        (Decimal("-0.0"), False, "0"),
        (Decimal("0.888889"), True, "88.89%"),
        (None, True, "—"),
        (date(2025, 3, 1), False, "2025年3月1日"),
        (date(9999, 12, 31), False, "未办理"),
    ],
)
def test_a_value_is_written_as_what_it_is(value, rate, text):
    with speaking("zh"):
        assert figures.figure(value, rate=rate) == text


@pytest.mark.parametrize(
    ("value", "text"), [("100.00", "100"), ("-0.5", "−0.5"), (None, "—"), ("1000", "1000")]
)
def test_a_number_has_no_needless_zeros(value, text):
    assert figures.plain(None if value is None else Decimal(value)) == text


@pytest.mark.parametrize(
    ("low", "high", "language", "text"),
    [
        ("85", "1000000085", "zh", "至少85"),
        ("-999999915", "85.5", "en", "at most 85.5"),
        ("-300000000", "300000000", "zh", "上下都不设限"),
        ("-30", "85", "zh", "−30 – 85"),
        ("12345678", "12345690", "zh", "12345678 – 12345690"),
        ("7", "7", "zh", "7"),
    ],
)
def test_an_interval_without_an_end_says_so(low, high, language, text):
    with speaking(language):
        assert figures.span(Decimal(low), Decimal(high)) == text
