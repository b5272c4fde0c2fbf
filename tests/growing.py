"""A ruleset whose lines count steps, and further ones otherwise than the first."""

from __future__ import annotations

from rules_engine.scenarios.example import lay_ruleset

RULESET = """
ruleset: growing
title: 例
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-06-30}
scale: 100
assumed: {scale: 例, indicators: 例, sections: 例, grades: 例}
tables: {villages: {}, cadres: {}, assignments: {}, visits: {}, reports: {}, duties: {}}
indicators:
  late: {label: 迟报, from: reports, where: submitted_at > due_at}
  people: {label: 人数, from: visits, where: irregular, sum: people}
sections:
  year:
    label: 一
    clause: C1
    criteria:
      late: {label: 迟报项, points: 10, method: per item, deduct: [{of: late, each: 1, then: [2, 3]}]}
      people: {label: 人数项, points: 10, method: per item, deduct: [{of: people, each: 1, repeated: 2, up_to: 8, per: 3, begun: full}]}
      classes: {label: 分类项, points: 10, method: per item by class, from: visits, where: irregular, classes: [{when: collective, each: 2, then: [4]}, {when: not collective, each: 1}]}
      together: {label: 合并项, points: 10, floor: none, method: per item by class, from: visits, where: irregular, counted: all together, classes: [{when: collective, each: 2, repeated: 2, up_to: 9}, {when: not collective, each: 1}], put_right: {when: people > 5, back: 50%}}
      factors: {label: 倍数项, points: 10, floor: none, method: per item by class, from: visits, where: irregular, classes: [{when: collective, each: 1, then: [2], per: people, step: 4, begun: whole}], times: [{when: skipped_level, by: 2}]}
  months:
    label: 二
    monthly: average
    clause: C1
    criteria:
      month: {label: 每月项, points: 50, floor: none, method: per item by class, from: visits, where: irregular, counted: all together, classes: [{when: collective, each: 2, then: [5]}, {when: not collective, each: 1, then: [2]}]}
  own:
    label: 三
    kind: deduction
    subject: cadre
    clause: C1
    criteria:
      duty: {label: 值班项, points: 5, method: per item by class, from: duties, counted: all together, classes: [{when: not present, each: 1, then: [2]}, {when: present, each: 0}]}
grades:
  all: {label: 全部, from: 0}
"""  # noqa: E501 - one line a criterion is easier to read


def lay_growing(folder):
    """Write the ruleset into a folder, and return that."""
    return lay_ruleset(folder, RULESET)
