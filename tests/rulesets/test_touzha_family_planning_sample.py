"""The headlines of the sample of Touzha fit its stories."""

from __future__ import annotations

from decimal import Decimal

RULESET = "touzha-family-planning"


def test_no_row_is_kept_out_and_nothing_is_amiss(run):
    assert [f.code for f in run.findings if not f.acknowledged] == []


def test_the_top_the_tie_and_the_villages_without_family_planning_cases(run):
    by_name = {s.name: s for s in run.reader.villages()}
    for name in ("渠口村", "新和村", "沙渠村"):
        assert (by_name[name].score, by_name[name].rank) == (Decimal(100), 1)
    # 100 − 6 (one of two supervised cases late) − 6 (channels)
    tied = by_name["南渠村"], by_name["西渠村"]
    assert [(s.score, s.rank, s.tied) for s in tied] == [(Decimal(88), 5, 1)] * 2
    # 100 − 5 − 8 (one level-skipping collective visit, none before) − 10 (two open)
    # − 9.3333 (one of three closed) − 10 (all were closed the year before) − 8 (who leads)
    assert by_name["柳渠村"].score == Decimal("49.67")


def test_where_one_of_the_three_is_missed_two_cadres_are_accountable(run):
    sanctions = {s.id: list(s.sanctions) for s in run.reader.cadres() if s.sanctions}
    # The secretaries of 渠口村 and 柳渠村 changed places: V1-1 answers for 柳渠村 now.
    assert sorted(sanctions) == ["V1-1", "V4-1", "V4-2", "V5-1", "V5-2", "V6-2"]


def test_the_secretary_who_came_in_july_answers_by_days(run):
    # 182 days at 100, 184 at 49.6667: 27338.6728 ÷ 366 = 74.6958…
    assert [s.score for s in run.reader.cadres() if s.id == "V1-1"] == [Decimal("74.70")]
