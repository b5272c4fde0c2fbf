"""How the pay of one subject comes about, against amounts worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules_engine.messages import speaking
from rules_engine.model.pay import Pay, PayPart
from rules_engine.report.pay_words import band_of, how_paid
from rules_engine.report.payment_words import _of_place, _of_places

BELOW = [{"to": 900, "amount": 5000, "each": 5, "over": 900}, {"from": 900, "amount": 5000}]
STEPS = [{"from": 90, "amount": 100, "each": 8, "over": 90}, {"from": 60, "to": 90, "each": 5},
         {"to": 60, "amount": -50}]  # fmt: skip


@pytest.mark.parametrize(
    ("bands", "score", "amount", "chinese", "english"),
    [
        (STEPS, "93.5", "128", "90分以上，100元，高于90分的3.5分每分加8元，加28元",
         "90 points or more, 100 元, 3.5 points above 90 at 8 元 add 28 元"),
        (STEPS, "90", "100", "90分以上，100元，高于90分的0分每分加8元，加0元",
         "90 points or more, 100 元, 0 points above 90 at 8 元 add 0 元"),
        (STEPS, "70.5", "352.5", "60分以上，不满90分，每分加5元，70.5分加352.5元",
         "60 points or more, less than 90, 70.5 points at 5 元 add 352.5 元"),
        (STEPS, "-53", "-50", "不满60分", "less than 60 points"),
        (BELOW, "899", "4995", "不满900分，5000元，低于900分的1分每分减5元，减5元",
         "less than 900 points, 5000 元, 1 point below 900 at 5 元 take 5 元"),
        (BELOW, "900", "5000", "900分以上", "900 points or more"),
        ([{"amount": 10, "each": -2, "over": 60}], "70", "-10",
         "10元，高于60分的10分每分减2元，减20元",
         "10 元, 10 points above 60 at 2 元 take 20 元"),
        ([{"each": -3, "over": 60}], "50", "30", "低于60分的10分每分加3元，加30元",
         "10 points below 60 at 3 元 add 30 元"),
        ([{"from": 90, "amount": 1}], "80", "0", "得分80分，不在任何一档",
         "a score of 80 is in no range"),
        ([{"each": "0.333"}], "10", "3.33", "每分加0.333元，10分加3.33元",
         "10 points at 0.333 元 add 3.33 元"),
        ([{"each": "0.333"}], "11", "3.66", "每分加0.333元，11分加3.663元，四舍五入为3.66元",
         "11 points at 0.333 元 add 3.663 元, rounded to 3.66 元"),
    ],
)  # fmt: skip
def test_how_an_amount_comes_about(bands, score, amount, chinese, english):
    spec = Pay.model_validate({"label": "奖金", "bands": bands})
    for language, told in (("zh", chinese), ("en", english)):
        with speaking(language):
            assert how_paid(spec, Decimal(score), Decimal(amount)) == told


def test_the_first_range_that_holds_a_score_counts():
    spec = Pay.model_validate({"label": "奖金", "bands": STEPS})
    assert band_of(spec.bands, Decimal(90)) is spec.bands[0]
    assert band_of(spec.bands, Decimal("89.99")) is spec.bands[1]
    assert band_of(spec.bands[:1], Decimal(3)) is None


@pytest.mark.parametrize("size", range(1, 9))
def test_what_places_bring_together_is_what_each_brings(size):
    rows = [{"from": 1, "amount": 50}, {"from": 2, "to": 3, "amount": 20},
            {"last": 1, "amount": -7}, {"last": 2, "amount": -3}]  # fmt: skip
    part = PayPart.model_validate({"label": "x", "ranks": rows})
    for first in range(1, size + 1):
        for last in range(first, size + 1):
            each = sum(_of_place(part, place, size) for place in range(first, last + 1))
            assert _of_places(part, first, last, size) == each, (first, last)
