"""Figures in print: exact where it matters, without needless zeros."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules_engine.api import figures


@pytest.mark.parametrize(
    ("share", "text"),
    [("0.9", "90%"), ("0.899996", "89.9996%"), ("1", "100%"), ("0.333333", "33.3333%"),
     ("-0.05", "−5%"), ("0.125", "12.5%")],
)  # fmt: skip
def test_a_share_is_never_rounded_up_to_its_target(share, text):
    assert figures.percent(Decimal(share)) == text


@pytest.mark.parametrize(
    ("value", "text"), [("100.00", "100"), ("-0.5", "−0.5"), (None, "—"), ("1000", "1000")]
)
def test_a_number_has_no_needless_zeros(value, text):
    assert figures.plain(None if value is None else Decimal(value)) == text
