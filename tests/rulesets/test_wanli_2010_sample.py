"""The headlines of the sample of Wanli are those of its stories."""

from __future__ import annotations

from decimal import Decimal

RULESET = "wanli-2010"


def test_no_row_is_kept_out_and_nothing_is_amiss(run):
    assert run.findings == []


def test_the_top_the_tie_and_the_village_without_cases(run):
    by_name = {s.name: s for s in run.reader.villages()}
    assert by_name["上湾村"].score == by_name["新田村"].score == Decimal(100)
    # 100 − 2 (one of the six things is missing) − 0.2 × 10 (9 of 10 told in time)
    tied = by_name["下湾村"], by_name["石桥村"]
    assert [(s.score, s.rank, s.tied) for s in tied] == [(Decimal(96), 3, 1)] * 2
    assert by_name["高坪村"].grade == "不合格"


def test_the_units_are_ranked_apart(run):
    units = {s.name: (s.group, s.rank) for s in run.reader.villages() if s.group == "单位"}
    assert units == {"乡信访稳定工作办公室": ("单位", 1), "乡林业站": ("单位", 2)}


def test_a_tenth_goes_into_the_year_end_assessment(run):
    brought = {s.name: s.payments[0].amount for s in run.reader.villages()}
    assert brought["上湾村"] == Decimal(10)
    assert brought["下湾村"] == Decimal("9.6")


def test_the_secretaries_who_changed_places_answer_for_both_villages(run):
    villages = {s.name: s.score for s in run.reader.villages()}
    shares = {
        s.id: {(share.village, share.days) for share in s.shares}
        for s in run.reader.cadres()
        if s.id in ("S-V4", "S-V5")
    }
    # 1 January to 31 August: 243 days; 1 September to 31 December: 122.
    assert shares == {
        "S-V4": {("竹园村", 243), ("高坪村", 122)},
        "S-V5": {("高坪村", 243), ("竹园村", 122)},
    }
    mean = (243 * villages["竹园村"] + 122 * villages["高坪村"]) / 365
    moved = next(s for s in run.reader.cadres() if s.id == "S-V4")
    assert abs(moved.score - mean) < Decimal("0.01")
