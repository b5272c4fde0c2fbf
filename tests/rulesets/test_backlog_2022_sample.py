"""The headlines of the sample of the backlog fit its stories."""

from __future__ import annotations

from decimal import Decimal

RULESET = "backlog-2022"


def test_no_row_is_kept_out_and_nothing_is_amiss(run):
    assert run.findings == []


def test_the_top_the_tie_and_the_office_without_backlog(run):
    by_name = {s.name: s for s in run.reader.villages()}
    assert by_name["河东村"].score == by_name["党政办公室"].score == Decimal(100)
    # 100 − 2 (two monthly reports after the 20th)
    tied = by_name["河西村"], by_name["石桥村"]
    assert [(s.score, s.rank, s.tied) for s in tied] == [(Decimal(98), 2, 1)] * 2
    # 100 − 24 (no phase in time) − 14 (review and visits) − 14 (both open) − 10 (no report)
    assert (by_name["镇供销社"].score, by_name["镇供销社"].grade) == (Decimal(38), "不合格")


def test_the_secretaries_who_changed_places_answer_for_both_by_days(run):
    # 柳林村 73, 新街社区 87.3333; 151 days to the end of April, 153 after:
    # (73 × 151 + 87.3333 × 153) ÷ 304 = 80.2138…; (87.3333 × 151 + 73 × 153) ÷ 304 = 80.1195…
    moved = {s.id: s.score for s in run.reader.cadres() if s.id in ("V4-1", "V5-1")}
    assert moved == {"V4-1": Decimal("80.21"), "V5-1": Decimal("80.12")}


def test_a_leader_answers_for_what_is_still_open(run):
    lines = {
        (s.name, line.label): line.points
        for s in run.reader.cadres()
        for line in s.lines
        if s.id in ("L1", "L2", "L3")
    }
    assert sorted(lines.values()) == [Decimal(-4), Decimal(-4), Decimal(0)]
