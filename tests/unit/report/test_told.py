"""What is told of a total, of classes of records, of vetoes and of months, worked out by hand."""

from __future__ import annotations

import pytest
from told import wrong_account, wrong_line

from rules_engine.messages import speaking
from rules_engine.scenarios.context import World
from rules_engine.scenarios.example import lay_ruleset

RULES = """\
ruleset: told
title: 例
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-04-30}
scale: 90
base: 20
rounding: {places: 1}
assumed: {scale: 例, base: 例, rounding: 例, indicators: 例, sections: 例, grades: 例}
tables:
  villages: {}
  visits: {}
  checks: {columns: {amount: {label: 金额, type: decimal}, righted_on: {label: 整改日期, type: date, event: true}}}
  reports: {}
indicators:
  large: {label: 大额, from: checks, where: 金额 >= 3}
  irregular: {label: 非正常访, from: visits, where: irregular}
  jing: {label: 进京非正常访, from: visits, where: "irregular and level = '京'"}
  late: {label: 迟报, from: reports, where: submitted_at > due_at}
  rate: {label: 按时率, from: reports, rate: {of: submitted_at <= due_at}}
sections:
  money:
    label: 一、账目
    points: 20
    floor: 5
    clause: C1
    criteria:
      money:
        label: 大额
        points: 20
        method: per item
        deduct: [{of: large, each: 8}]
        put_right: {when: 整改日期 is not null and 金额 < 10}
  visits:
    label: 二、走访
    points: 30
    weight: 50%
    clause: C1
    criteria:
      visits:
        label: 走访
        points: 30
        veto: jing > 1
        method: per item by class
        from: visits
        where: irregular
        classes:
          - {label: 集体访, when: collective and people > 4, each: 5}
          - {label: 个人访, when: not collective, each: 2, per: people}
        times: [{label: 重复加倍, when: skipped_level, by: 2}]
  rate: {label: 三、按时, points: 15, criteria: {rate: {label: 按时, points: 15, method: proportion, of: rate}}, clause: C1}
  months:
    label: 四、每月
    monthly: sum
    points: 20
    clause: C1
    criteria: {late: {label: 每月报告, points: 5, method: per item, deduct: [{of: late, each: 1}]}}
  minus: {label: 五、扣分, kind: deduction, criteria: {minus: {label: 扣分, points: 3, method: per item, deduct: [{of: jing, each: 2}]}}, clause: C1}
  plus: {label: 六、加分, kind: bonus, criteria: {plus: {label: 加分, points: 3, method: per item, add: [{of: large, each: 0.33}]}}, clause: C1}
grades:
  good: {label: 好, from: 60}
  poor: {label: 差, from: 0}
consequences:
  zeroed: {label: 一票否决, kind: veto, effect: zero, when: any_veto, clause: C1}
"""  # noqa: E501 - one line a section
VISITS = [
    ["走访编号", "村", "走访日期", "层级", "人数", "集体访", "非正常", "越级"],
    ["v1", "甲村", "2025-01-02", "县", "6", "是", "是", "否"],
    ["v2", "甲村", "2025-01-03", "县", "3", "是", "是", "否"],  # of no class
    ["v3", "甲村", "2025-01-04", "县", "2", "否", "是", "否"],
    ["v4", "甲村", "2025-01-05", "县", "1", "否", "是", "是"],
    ["v5", "甲村", "2025-01-06", "京", "1", "是", "是", "否"],
    ["v6", "乙村", "2025-01-07", "京", "1", "是", "是", "否"],
    ["v7", "乙村", "2025-01-08", "京", "1", "是", "是", "否"],
]
CHECKS = [
    ["检查编号", "村", "检查日期", "检查项目", "金额", "整改日期"],
    ["j1", "甲村", "2025-01-02", "账", "2.9999", "2025-02-01"],
    ["j2", "甲村", "2025-01-03", "账", "3", "2025-02-01"],
    ["j3", "甲村", "2025-01-04", "账", "10", "2025-02-01"],
    ["j4", "甲村", "2025-01-05", "账", "12.5", ""],
]
REPORTS = [
    ["报告编号", "村", "应报时间", "上报时间"],
    ["r1", "甲村", "2025-01-10 12:00", "2025-01-11 12:00"],
    ["r2", "甲村", "2025-03-10 12:00", "2025-03-11 12:00"],
    ["r3", "甲村", "2025-03-11 12:00", "2025-03-11 11:00"],
]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with speaking("zh"):
        made = World(lay_ruleset(tmp_path_factory.mktemp("told"), RULES))
        made.give("villages", [["村名"], ["甲村"], ["乙村"]])
        for table, rows in (("visits", VISITS), ("checks", CHECKS), ("reports", REPORTS)):
            made.give(table, rows)
        made.assess()
        assert not made.stopped, made.why_stopped()
        yield made
    made.close()


def _line(world, name, label):
    with speaking("zh"):
        found = next(s for s in world.reader.villages(evidence=True) if s.name == name)
    return next(line for line in found.lines if line.label == label)


def test_a_total_is_told_from_the_base_to_the_rounding(world):
    # 账目 20 − 8 × 3 = −4 → 0，返还 4（j2 整改后 20 − 16 = 4）；走访 30 − 5 − 4 − 4 = 17；
    # 按时 15 × 1/3 = 5；
    # 每月 4 + 5 + 4 + 5 = 18；扣分 2；加分 0.99: 20 + 5 + 8.5 + 5 + 18 − 2 + 0.99 = 55.49
    subject = world.subject("甲村")
    assert [step.text for step in subject.account] == [
        "起评分20分",
        "一、账目：各项合计4分，最低5分，按5分计",
        "二、走访：17分，占50%，计8.5分",
        "三、按时：5分",
        "四、每月：18分",
        "五、扣分：扣2分",
        "六、加分：加0.99分",
        "合计55.49分，四舍五入保留1位小数，为55.5分",
    ]
    assert wrong_account(subject) == []


def test_a_veto_is_told_with_its_values_its_records_and_what_it_takes(world):
    subject, line = world.subject("乙村"), _line(world, "乙村", "走访")
    assert subject.account[-1].text == "一票否决“一票否决”，总分记0分"
    assert line.worked == "满分30分；没有扣分的记录；得30分；触发一票否决：进京非正常访2次，大于1次"
    found = [(e.record_id, e.indicator) for e in line.evidence if e.counted]
    assert found == [("v6", "进京非正常访"), ("v7", "进京非正常访")]
    assert wrong_account(subject) == []


def test_records_are_told_by_class_with_their_factors(world):
    line = _line(world, "甲村", "走访")
    assert line.worked == (
        "满分30分；集体访1次，每次扣5分，扣5分；个人访1次，人数共2，每人扣2分，扣4分；"
        "个人访（重复加倍，乘以2）1次，人数共1，每人扣4分，扣4分；得17分"
    )
    assert line.records == 3
    assert [e.record_id for e in line.evidence if e.counted] == ["v1", "v3", "v4"]
    assert [e.record_id for e in line.costly] == ["v1", "v3", "v4"]


def test_the_records_of_a_decimal_column_are_those_that_count(world):
    line = _line(world, "甲村", "大额")
    assert line.worked == (
        "满分20分；大额3项，每项扣8分，扣24分；得−4分，低于下限，按0分计；因整改到位返还4分；得4分"
    )
    assert [e.record_id for e in line.evidence if e.counted] == ["j2", "j3", "j4"]
    assert [e.record_id for e in line.evidence if "整改到位" in e.detail] == ["j2"]
    shown = [part for e in line.evidence for part in e.detail if part.startswith("金额")]
    assert shown == ["金额：3", "金额：10", "金额：12.5"]


def test_every_month_is_told_in_the_order_of_time(world):
    line = _line(world, "甲村", "每月报告")
    assert line.worked == "1月：4分、2月：5分、3月：4分、4月：5分；合计18分"


def test_what_a_line_gives_that_does_not_apply_is_told(world):
    line = _line(world, "乙村", "按时")
    assert line.reason == "按时率没有可供计算的记录；办法没有另作规定，计15分"


def test_every_line_arrives_at_its_points(world):
    lines = [line for name in ("甲村", "乙村") for line in world.subject(name).lines]
    assert [wrong for line in lines for wrong in wrong_line(line)] == []


def test_a_line_that_gives_always_the_same_tells_its_points_alone(tmp_path):
    rules = RULES.replace("method: proportion, of: rate", 'method: formula, formula: "8"')
    assert rules != RULES
    with speaking("zh"):
        made = World(lay_ruleset(tmp_path, rules))
        made.give("villages", [["村名"], ["甲村"]])
        for table, rows in (
            ("visits", VISITS[:1]),
            ("checks", CHECKS[:1]),
            ("reports", REPORTS[:1]),
        ):
            made.give(table, rows)
        made.assess()
        assert not made.stopped, made.why_stopped()
        line = next(line for line in made.subject("甲村").lines if line.label == "按时")
    made.close()
    assert line.worked == "得8分"
