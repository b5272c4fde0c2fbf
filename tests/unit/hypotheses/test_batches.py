"""Scenarios that are assessed together: nothing else comes out than alone, and fewer are played."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from rules_engine.hypotheses.batches import Batches, Original, trial_of
from rules_engine.scenarios.example import lay_ruleset
from rules_engine.scenarios.features import read_features
from rules_engine.scenarios.replay import replays_of

if TYPE_CHECKING:
    from pathlib import Path

RULESET = """\
ruleset: small
title: 例
edition: "1"
effective: {from: 2025-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 100
assumed: {scale: 例, rounding: 例, indicators: 例, sections: 例, grades: 例, responsibility: 例}
tables: {villages: {}, visits: {}, cadres: {}, assignments: {}, duties: {}}
indicators:
  city: {label: 到市非正常访, from: visits, where: level = '市' and irregular}
  absent: {label: 脱岗, subject: cadre, from: duties, where: not present}
standards:
  calm: {label: 平稳, when: city = 0}
sections:
  all:
    label: 全部
    clause: A
    criteria:
      visits: {label: 走访, points: 90, method: per item, deduct: [{of: city, each: 3}]}
      place: {label: 名次, points: 10, method: rank, by: city, best: least, places: [10, 6]}
  own:
    label: 干部
    clause: A
    kind: deduction
    subject: cadre
    criteria:
      duty: {label: 值班, points: 4, method: per item, deduct: [{of: absent, each: 2}]}
grades:
  good: {label: 好, from: 90, quota: 50%}
  poor: {label: 差, from: 0}
consequences:
  praise: {kind: honour, label: 表扬, when: calm, clause: A}
responsibility:
  roles: {村支部书记: {share: 100%}}
"""
FEATURE = """\
# language: zh-CN
功能: 两个镇
  场景: 两个村
    假如 以下村:
      | 村名 |
      | 甲村 |
      | 乙村 |
    而且 以下走访:
      | 村   | 层级 | 非正常 |
      | 甲村 | 市   | 是     |
    而且 以下干部:
      | 干部姓名 |
      | 张书记   |
      | 李干事   |
    而且 以下值班:
      | 干部   | 在岗 |
      | 李干事 | 否   |
    而且 以下责任分工:
      | 干部   | 村   | 责任角色   |
      | 张书记 | 甲村 | 村支部书记 |
    当 进行考核
    # 甲村：90－3＋6；乙村：90＋10；好的名额一个
    那么 考核结果为:
      | 村   | 总分 | 名次 | 等次 |
      | 乙村 | 100  | 1    | 好   |
      | 甲村 | 93   | 2    | 差   |

  场景: 三个村
    假如 以下村:
      | 村名 |
      | 甲村 |
      | 乙村 |
      | 丙村 |
    而且 以下走访:
      | 村   | 层级 | 非正常 | 数量 |
      | 乙村 | 市   | 是     | 2    |
      | 丙村 | 市   | 是     | 1    |
    当 进行考核
    # 三个村的一半，好的名额一个
    那么 考核结果为:
      | 村   | 总分 | 名次 | 等次 |
      | 甲村 | 100  | 1    | 好   |
      | 丙村 | 93   | 2    | 差   |
      | 乙村 | 84   | 3    | 差   |
"""


@contextmanager
def staged(folder: Path, ruleset: str = RULESET):
    lay_ruleset(folder, ruleset)
    (folder / "features").mkdir()
    (folder / "features" / "a.feature").write_text(FEATURE, encoding="utf-8")
    with replays_of(folder, read_features(folder / "features")) as replays:
        assert [replay.play() for replay in replays] == [None, None]
        batches = Batches(replays, Original(folder))
        yield batches
        batches.close()


@pytest.fixture(scope="module")
def batches(tmp_path_factory):
    with staged(tmp_path_factory.mktemp("staged") / "r") as found:
        yield found


def test_scenarios_with_ranks_quotas_and_cadres_lie_together(batches):
    # A scenario of which other lines came out than alone would not be in the group.
    assert [[r.name for r in batch.replays] for batch in batches.all] == [["两个村", "三个村"]]
    assert not batches.alone


@pytest.mark.parametrize(
    ("old", "new", "touched"),
    [
        ("each: 3", "each: 4", {0, 1}),
        ("places: [10, 6]", "places: [10, 7]", {0, 1}),
        ("from: 90, quota", "from: 94, quota", {0, 1}),  # the band of 甲村, of 丙村
        ("quota: 50%", "quota: 40%", {0}),  # 0.8 of a place, and 1.2 places
        ("quota: 50%", "quota: 49%", {0}),
        ("share: 100%", "share: 90%", {0}),  # 93 becomes 93.7
        ("each: 2", "each: 1", {0}),  # of 李干事, who answers for no village
        ("when: calm", "when: not calm", {0, 1}),
        ("label: 表扬", "label: 鼓励", {0, 1}),
        ("scale: 100", "scale: 100 ", set()),
    ],
)
def test_only_those_with_other_results_are_touched(batches, old, new, touched):
    original = batches.all[0].book.ruleset
    with trial_of(RULESET.replace(old, new), original) as trial:
        assert set(batches.all[0].outcome_of(trial).touched) == touched


def test_what_notices_is_a_step_that_fails(batches):
    original = batches.all[0].book.ruleset
    noticed = {}
    for old, new in (("each: 3", "each: 4"), ("quota: 50%", "quota: 40%"), ("表扬", "鼓励")):
        with trial_of(RULESET.replace(old, new), original) as trial:
            noticed[new] = batches.noticed(trial, lambda replay: replay.name == "两个村")
    # No step speaks of honours, so another label is nobody's business.
    assert noticed == {"each: 4": "三个村", "quota: 40%": "两个村", "鼓励": ""}


@pytest.mark.parametrize("asked", ["村编号 <> '9'", "村编号 is not null"])
def test_rules_that_look_at_ids_see_those_of_the_scenario(tmp_path, asked):
    ruleset = RULESET.replace("level = '市'", f"level = '市' and {asked}")
    with staged(tmp_path / "r", ruleset) as batches:
        assert not batches.alone
        with trial_of(ruleset.replace("each: 3", "each: 4"), batches.all[0].book.ruleset) as trial:
            assert batches.noticed(trial, lambda replay: replay.name != "两个村") == "两个村"
