"""Why something followed: the vetoes, the values behind a standard, and records no line lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rules_engine.messages import speaking
from rules_engine.scenarios.context import World
from rules_engine.scenarios.example import lay_ruleset

if TYPE_CHECKING:
    from rules_engine.model.assessment import Consequence

RULES = """\
ruleset: grounds
title: 例
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 20
assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
tables:
  villages: {}
  checks: {columns: {amount: {label: 金额, type: decimal}}}
indicators:
  poor: {label: 账目不清, from: checks, where: "item = '账目'"}
  owed: {label: 欠款, from: checks, where: "item = '欠款'"}
  short: {label: 短款, from: checks, where: "item = '短款'"}
standards:
  calm: {label: 没有欠款, when: owed = 0, clause: C1}
  few: {label: 欠款和短款很少, when: owed + short <= 1, clause: C1, assumed: 例}
sections:
  books:
    label: 一、账目
    points: 20
    clause: C1
    criteria:
      books: {label: 账目清楚, points: 20, veto: poor > 0, method: per item, deduct: [{of: poor, each: 1}]}
grades:
  good: {label: 好, from: 10}
  poor: {label: 差, from: 0}
consequences:
  named: {label: 命名, kind: honour, when: calm and few, clause: C1}
  unnamed: {label: 未予命名, kind: status, when: any_veto or not calm, clause: C1}
  charged: {label: 追究责任, kind: sanction, when: unnamed, clause: C1}
  warned: {label: 约谈, kind: sanction, when: not few, clause: C1}
"""  # noqa: E501 - one line a part
CHECKS = [
    ["检查编号", "村", "检查日期", "检查项目", "金额"],
    ["j1", "甲村", "2025-01-02", "欠款", "1"],
    ["j2", "甲村", "2025-01-03", "短款", "1"],
    ["j3", "乙村", "2025-01-04", "账目", "1"],
]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with speaking("zh"):
        made = World(lay_ruleset(tmp_path_factory.mktemp("grounds"), RULES))
        made.give("villages", [["村名"], ["甲村"], ["乙村"], ["丙村"]])
        made.give("checks", CHECKS)
        made.assess()
        assert not made.stopped, made.why_stopped()
        yield made
    made.close()


def _followed(world, name) -> dict[str, Consequence]:
    with speaking("zh"):
        subject = next(s for s in world.reader.villages(evidence=True) if s.name == name)
        return {c.label: c for c in subject.consequences}


def test_a_standard_that_is_not_met_is_told_with_its_values_and_its_records(world):
    warned = _followed(world, "甲村")["约谈"]
    assert warned.because == "不符合“欠款和短款很少”，欠款1项 + 短款1项 = 2项，大于1项"
    assert [(e.indicator, e.record_id) for e in warned.evidence] == [
        ("欠款", "j1"),
        ("短款", "j2"),
    ]


def test_what_papers_do_not_list_is_told_with_its_reason(world):
    followed = _followed(world, "甲村")
    assert followed["追究责任"].because == "未予命名（不符合“没有欠款”，欠款1项）"


def test_a_veto_is_told_with_its_line_and_its_records_stand_there(world):
    followed = _followed(world, "乙村")
    assert followed["未予命名"].because == "触发一票否决：账目清楚"
    assert followed["追究责任"].because == "未予命名（触发一票否决：账目清楚）"
    assert followed["追究责任"].evidence == ()


def test_an_honour_needs_no_values(world):
    assert _followed(world, "丙村")["命名"].because == "符合“没有欠款”；符合“欠款和短款很少”"
