"""The sample of Pingchuan holds every situation that it was made for."""

from __future__ import annotations

import csv
import random
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from rules_engine.plugin_manager import registry
from rules_engine.run.assess import Request, assess
from rules_engine.store import Store

RULESET = Path(__file__).parents[2] / "rulesets" / "pingchuan-three-nos"
SAMPLE = RULESET / "sample"


def run(folder, data, threads=None):
    request = Request(RULESET, str(data), threads=threads)
    return assess(request, registry(), Store.open(str(folder / "runs.db")))


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    opened = run(tmp_path_factory.mktemp("store"), SAMPLE)
    yield opened.report()
    opened.close()


@pytest.fixture(scope="module")
def villages(report):
    return {v.name: v for v in report.villages}


@pytest.fixture(scope="module")
def cadres(report):
    return {c.id: c for c in report.cadres}


def lines(subject):
    return {line.criterion: line for line in subject.lines}


def test_no_row_is_quarantined_and_nothing_is_unknown(report, villages):
    assert report.quarantine == ()
    assert len(villages) == 13
    assert all(v.low == v.high and not v.blocking for v in villages.values())


def test_one_village_reaches_everything(villages):
    best = villages["五里墩村"]
    assert (best.score, best.rank, best.tied, best.grade) == (Decimal(100), 1, 0, "优秀")
    assert all(line.points == line.maximum for line in best.lines)
    assert {x.criterion for x in best.lines if x.outcome == "not_applicable"} == {"monthly"}
    assert len(best.honours) == 3
    assert best.sanctions == ()


def test_one_village_is_vetoed_for_an_irregular_visit_to_the_capital(villages):
    vetoed = villages["三二村"]
    assert lines(vetoed)["irregular"].veto
    assert lines(vetoed)["irregular"].points == 0
    assert vetoed.honours == ()
    assert "综合性评先选优一票否决" in vetoed.sanctions


def test_one_village_has_the_three_nos_and_yet_falls_a_grade(villages):
    downgraded = villages["三三村"]
    assert not any(line.veto for line in downgraded.lines)
    assert (downgraded.band, downgraded.grade) == ("优秀", "良好")
    assert downgraded.grade_reason == "综合考核降等"


def test_two_villages_are_level_and_the_next_place_is_left_out(villages):
    one, other = villages["平川村"], villages["三一村"]
    assert one.score == other.score
    assert (one.rank, other.rank, one.tied, other.tied) == (6, 6, 1, 1)
    assert 7 not in {v.rank for v in villages.values() if v.group == "村"}


def test_a_village_without_a_case_loses_nothing_by_it(villages):
    quiet = lines(villages["芦湾村"])
    of_cases = (
        "first_closed", "closed", "collective_settled", "repeat_settled", "team", "plan",
        "measures", "method", "ledger", "procedure", "in_time", "upheld", "first_once_up",
    )  # fmt: skip
    for name in of_cases:
        assert quiet[name].outcome == "not_applicable", name
        assert quiet[name].points == quiet[name].maximum, name
    assert quiet["total_down"].points == 2
    # Its one late weekly report costs 0.1 all the same.
    assert villages["芦湾村"].score == Decimal("99.9")


def test_a_village_with_a_backlog_answers_for_its_first_gate_as_well(villages, cadres):
    worst = villages["四坝村"]
    assert lines(worst)["backlog"].records == 2
    assert lines(worst)["skipped_collective"].veto
    assert "追究书记和调委会主任责任" in worst.sanctions
    assert "追究书记和调委会主任责任（四坝村）" in cadres["V07-1"].sanctions
    assert "追究书记和调委会主任责任（四坝村）" in cadres["V07-3"].sanctions
    assert "追究书记和调委会主任责任（四坝村）" not in cadres["V07-2"].sanctions


def test_every_leader_has_two_villages(villages, cadres):
    leader = cadres["L1"]
    assert [share.village for share in leader.shares] == ["五里墩村", "一工城村"]
    # Half of what 一工城村 lost, over two villages of equal length.
    lost = Decimal(100) - villages["一工城村"].score
    assert abs(leader.score - (100 - lost / 4)) <= Decimal("0.005")


def test_two_cadres_change_villages_in_the_middle_of_the_year(villages, cadres):
    moved = cadres["B-V05"]
    assert [(s.village, s.days, s.from_on, s.to_on) for s in moved.shares] == [
        ("三二村", 181, date(2025, 1, 1), date(2025, 6, 30)),
        ("四坝村", 184, date(2025, 7, 1), date(2025, 12, 31)),
    ]
    first, second = ((villages[n].score + 100) / 2 for n in ("三二村", "四坝村"))
    assert abs(moved.score - (181 * first + 184 * second) / 365) <= Decimal("0.005")


def test_absent_leaders_lose_points_of_their_own(cadres):
    assert lines(cadres["L2"])["visits_down"].points == -1
    assert lines(cadres["L4"])["receptions"].points == Decimal("-0.5")
    assert lines(cadres["L1"])["visits_down"].points == 0


def test_eight_of_ten_villages_are_too_few(report):
    met = {t.id: (t.met, t.total, t.share, t.reached) for t in report.targets}
    assert met["town"] == (8, 10, Decimal("0.8"), False)
    assert met["listed"] == (7, 9, Decimal("0.777778"), False)


def test_units_are_ranked_among_themselves_and_never_named(villages):
    units = [v for v in villages.values() if v.group == "单位"]
    assert sorted(v.rank for v in units) == [1, 2, 3]
    assert all(v.honours == v.sanctions == () for v in units)
    assert lines(villages["司法所"])["monthly"].points == 2  # twice late
    assert lines(villages["自然资源所"])["monthly"].points == 2  # once missing


def test_the_assumptions_are_listed(report):
    assert any("《信访条例》" in a.reason for a in report.assumptions)


def shuffled(folder):
    draw = random.Random(1)
    for file in SAMPLE.iterdir():
        with file.open(encoding="utf-8", newline="") as stream:
            heading, *rows = csv.reader(stream)
        draw.shuffle(rows)
        with (folder / file.name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([heading, *rows])
    return folder


def test_neither_the_order_of_rows_nor_the_threads_change_the_digest(report, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    shuffled(data)
    for threads in (1, 2):
        opened = run(tmp_path, data, threads)
        assert opened.stored.record.digest == report.run.digest
        opened.close()
