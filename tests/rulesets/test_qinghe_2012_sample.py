"""The headlines of the sample of Qinghe are those of its stories."""

from __future__ import annotations

from decimal import Decimal

RULESET = "qinghe-2012"


def test_no_row_is_kept_out_and_nothing_is_amiss(run):
    assert [f.code for f in run.findings if not f.acknowledged] == []


def test_the_top_the_tie_and_the_village_without_records(run):
    by_name = {s.name: s for s in run.reader.villages()}
    assert by_name["东岭村"].score == by_name["镇东居委会"].score == Decimal(100)
    tied = by_name["西岭村"], by_name["河湾村"]
    # 100 − 0.5 (one report late) − 6 × 1/5 (one of five visits not reported) − 1 (reception
    # not good) − 1 (no better than last year: 4/5 as then), and one late report is still good.
    assert {s.score for s in tied} == {Decimal("96.3")}
    assert [(s.rank, s.tied) for s in tied] == [(4, 1), (4, 1)]
    assert {
        line.outcome for line in by_name["镇东居委会"].lines if line.criterion == "settled"
    } == {"not_applicable"}


def test_who_is_accountable(run):
    sanctions = {s.id: s.sanctions for s in run.reader.cadres() if s.sanctions}
    assert sanctions == {
        "C-V4": ("追究村干部责任（南泉村）",),
        "B-V5": ("追究包村干部责任（北山村）",),
        "L2": ("追究包片领导责任（北山村）", "严肃处理包片领导（北山村）"),
    }


def test_what_the_score_pays(run):
    paid = {s.id: s.payments[0].amount for s in run.reader.cadres()}
    assert paid["C-V1"] == Decimal(1400)  # 1200 + 20 × (100 − 90)
    assert paid["C-V5"] == 0  # below 60
