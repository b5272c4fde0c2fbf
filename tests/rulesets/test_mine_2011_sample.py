"""The headlines of the sample of the mine are those of its stories."""

from __future__ import annotations

from decimal import Decimal

RULESET = "mine-2011"


def test_no_row_is_kept_out_and_nothing_is_amiss(run):
    assert run.findings == []


def test_departments_and_construction_units_are_ranked_apart(run):
    by_name = {s.name: s for s in run.reader.villages()}
    assert by_name["安监科"].rank == by_name["建安一队"].rank == 1
    # Nothing came up in the archive: nothing is lost.
    assert by_name["档案室"].score == Decimal(100)
    # 100 − 3 (one of four matters late) − 2 (one urgent report late)
    tied = by_name["劳资科"], by_name["后勤科"]
    assert [(s.score, s.rank, s.tied) for s in tied] == [(Decimal(95), 3, 1)] * 2


def test_only_a_fault_of_its_own_makes_a_unit_accountable(run):
    sanctions = {s.name: list(s.sanctions) for s in run.reader.villages() if s.sanctions}
    assert sanctions == {
        "掘进二队": ["追究拖欠工资责任"],
        "机电安装队": ["追究失职责任", "追究漏报责任"],
    }


def test_the_heads_who_changed_places_answer_for_both_units_by_days(run):
    # 7 days of each: (78 + 84) ÷ 2
    moved = [s.score for s in run.reader.cadres() if s.id in ("C2-1", "C4-1")]
    assert moved == [Decimal(81), Decimal(81)]
