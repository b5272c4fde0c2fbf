"""The later ruleset with everything taken back says what the earlier one says."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
import yaml

from rules_engine.diff.change import sentence
from rules_engine.diff.edition_choice import compare_editions, edition_of
from rules_engine.diff.edits import edited
from rules_engine.plugin_manager import registry
from rules_engine.scenarios.example import lay_ruleset

RULES = """
ruleset: changing
title: 报送
edition: "2024"
effective: {from: 2024-01-01}
period: {from: 2024-01-01, to: 2024-12-31}
scale: 20
assumed: {scale: x, sections: x, grades: x, consequences: x, pay: x, standards: x, indicators: x}
tables:
  reports: {}
  cases: {columns: {size: {label: 大小, values: [大, 小]}, note: {label: 备注}}}
  visits: {}
  cadres: {}
  assignments: {}
parameters:
  limit: {label: 人数线, value: 3, assumed: x}
indicators:
  late: {label: 迟报, from: reports, where: submitted_at > due_at}
  closed:
    label: 办结率
    from: cases
    where: size = '大' or 大小 = '小'
    rate: {of: closed_on is not null}
  grave: {label: 大访, from: visits, where: 非正常 且 人数 > 人数线}
standards:
  quiet: {label: 平静, when: 大访 = 0}
sections:
  work:
    label: 工作
    points: 20
    clause: A
    criteria:
      late: {label: 报告, points: 8, method: per item, deduct: [{of: 迟报, each: 2}]}
      closed:
        {label: 办结, points: 6, method: bands, of: closed,
         bands: [{from: 0.9, points: 6}, {from: 0.5, to: 0.9, points: 3}, {to: 0.5, points: 0}]}
      visits:
        label: 走访
        points: 6
        method: per item by class
        from: visits
        classes: [{label: 多, when: people > 5, each: 2}, {label: 少, when: irregular, each: 1}]
        put_right: {when: people < 5, back: 0.5}
        veto: grave > 3
  extra:
    label: 加分
    kind: bonus
    criteria:
      fast: {label: 快, points: 2, method: per item, add: [{of: late, each: 0.5}]}
      kind: {label: 好, points: 1, method: per item, add: [{of: grave, each: 0.1}]}
grades:
  good: {label: 优, from: 16, quota: 0.2}
  fair: {label: 可, from: 0}
consequences:
  named: {label: 表扬, kind: honour, when: 平静 and band = '优'}
  down: {label: 降等, kind: downgrade, when: visits.veto}
responsibility:
  assumed: x
  roles: {head: {share: 1}, second: {share: 0.5}}
pay:
  bonus: {label: 奖金, bands: [{from: 10, amount: 100}, {to: 10, amount: 0}]}
"""


def put(path, value):
    def change(root):
        *steps, last = path.split("/")
        for step in steps:
            root = root[int(step) if step.isdigit() else step]
        if value is None:
            del root[last]
        else:
            root[int(last) if last.isdigit() else last] = value

    return change


def called(path, new):
    """Give a part another id, wherever it is named by its id."""

    def change(root):
        *steps, old = path.split("/")
        for step in steps:
            root = root[step]
        items = {new if name == old else name: spec for name, spec in root.items()}
        root.clear()
        root.update(items)

    return change


def texts(old, new):
    def change(root):
        text = json.dumps(root, ensure_ascii=False, default=str)
        assert old in text
        root.update(yaml.safe_load(text.replace(old, new)))

    return change


def to_extra(root):
    sections = root["sections"]
    sections["extra"]["criteria"]["late"] = sections["work"]["criteria"].pop("late")


def into_one(root):
    sections = root["sections"]
    lines = {**sections["work"]["criteria"], **sections["extra"]["criteria"]}
    sections["all"] = {"label": "全部", "clause": "A", "kind": "bonus", "criteria": lines}
    del sections["work"], sections["extra"]


LINES = "sections/work/criteria"
MORE = {"label": "More", "points": 1, "method": "per item", "add": [{"of": "late", "each": 1}]}
CHANGES = {
    "figure": put(f"{LINES}/late/deduct/0/each", 3),
    "a row more": put(f"{LINES}/late/deduct", [{"of": "迟报", "each": 2},
                                               {"of": "大访", "each": 1}]),
    "condition": put("standards/quiet/when", "大访 < 2"),
    "label in conditions": texts("大访", "重大走访"),
    "name of a figure": texts("人数线", "起算人数"),
    "id of a standard": called("standards/quiet", "calm"),
    "id of an indicator": texts("grave", "worse"),
    "id of a column": texts("size", "bulk"),
    "label of a column": texts("大小", "规模"),
    "id of a line": texts("visits.veto", "calls.veto"),
    "a condition on a column": texts("size = '大'", "size = '小'"),
    "grade in a condition": texts("优", "优秀"),
    "method": put(f"{LINES}/closed", {"label": "办结", "points": 6, "method": "proportion",
                                      "of": "closed"}),
    "bound": texts('"from": 0.5, "to": 0.9', '"from": 0.6, "to": 0.9'),
    "rows in another order": put(f"{LINES}/visits/classes", [
        {"label": "少", "when": "irregular", "each": 1},
        {"label": "多", "when": "people > 5", "each": 2}]),
    "given back no more": put(f"{LINES}/visits/put_right", None),
    "moved": to_extra,
    "merged": into_one,
    "id of a section": called("sections/work", "tasks"),
    "a line more": put("sections/extra/criteria/more", MORE),
    "a line less": put("sections/extra/criteria/kind", None),
    "a section more": put("sections/third", {"label": "T", "kind": "bonus", "clause": "A",
                                             "criteria": {"more": MORE}}),
    "a section less": put("sections/extra", None),
    "a grade more": put("grades", {"best": {"label": "特优", "from": 18},
                                   "good": {"label": "优", "from": 16, "quota": 0.2},
                                   "fair": {"label": "可", "from": 0}}),
    "a grade less": texts('"good": {"label": "优", "from": 16, "quota": 0.2}, ', ""),
    "id of a grade": called("grades/good", "best"),
    "a consequence less": put("consequences/named", None),
    "a role less": put("responsibility/roles/second", None),
    "no responsibility": put("responsibility", None),
    "cadres' grades": put("responsibility/grades", {"able": {"label": "称职", "from": 0}}),
    "pay": put("pay/bonus/bands", [{"from": 12, "amount": 90}, {"to": 12, "amount": 5}]),
    "no pay": put("pay", {}),
    "rounding": put("rounding", {"places": 1}),
    "a definition less": texts("非正常 且 人数 > 人数线", "irregular"),
}  # fmt: skip
FOLLOWING = {"id of a line": called(f"{LINES}/visits", "calls"),
             "a grade less": texts("平静 and band = '优'", "平静"),
             "a definition less": put("parameters", {}),
             "no responsibility": put("pay", {})}  # fmt: skip


def laid(folder, *changes):
    root = yaml.safe_load(RULES)
    for change in changes:
        change(root)
    return edition_of(lay_ruleset(folder, as_yaml(root)), None)


def as_yaml(root):
    plain = json.loads(json.dumps(root, default=lambda v: float(v) if isinstance(v, Decimal) else
                                  str(v)))  # fmt: skip
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_taken_back_was_not_made(name, tmp_path):
    own = [CHANGES[name], *([FOLLOWING[name]] if name in FOLLOWING else [])]
    beside = [put("scale", 21), put("sections/extra/cap", 1)]
    if "sections/extra" in name or name in ("merged", "a section less"):
        beside = beside[:1]
    before, later = laid(tmp_path / "a", *beside), laid(tmp_path / "b", *own, *beside)
    methods = registry().methods
    found = compare_editions(before, later, methods)
    back = [edit for change in found.changes if change.direction != "wording"
            for edit in change.back]  # fmt: skip
    tree = edited(later.source.value, [*found.kept, *back])
    again = edition_of(lay_ruleset(tmp_path / "c", as_yaml(tree)), None)
    left = compare_editions(before, again, methods).changes
    assert [sentence(c) for c in left if c.direction != "wording" and c.back] == []
    named = name.startswith(("id", "label", "name", "grade in"))
    assert bool(back) != named, [(c.direction, sentence(c)) for c in found.changes]
