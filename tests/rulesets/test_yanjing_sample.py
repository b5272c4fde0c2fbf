"""The headlines of the sample of Yanjing fit its stories."""

from __future__ import annotations

from decimal import Decimal

RULESET = "yanjing"


def test_no_row_is_kept_out_and_nothing_is_amiss(run):
    assert run.findings == []


def test_the_top_the_tie_and_the_village_without_cases(run):
    by_name = {s.name: s for s in run.reader.villages()}
    assert by_name["上井村"].score == by_name["高岭村"].score == Decimal(100)
    # 100 − 4 (one of two small disputes left the group) − 1 (half-monthly reports)
    tied = by_name["下井村"], by_name["盐泉村"]
    assert [(s.score, s.rank, s.tied) for s in tied] == [(Decimal(95), 3, 1)] * 2


def test_only_grave_results_make_a_cadre_accountable(run):
    places = {s.name: list(s.sanctions) for s in run.reader.villages() if s.sanctions}
    assert places == {"石沟村": ["追究驻村干部失联责任"]}
    # The cadres of 石沟村 and 白杨村 changed places on 1 July; it was in August.
    assert [s.id for s in run.reader.cadres() if s.sanctions] == ["Z-V5"]


def test_a_phone_that_is_off_counts_as_absence(run):
    lines = {
        s.id: line.points
        for s in run.reader.cadres()
        for line in s.lines
        if line.criterion == "on_post" and line.points
    }
    assert lines == {"V5-1": Decimal(-1), "Z-V5": Decimal(-4), "Z-V4": Decimal(-1)}
