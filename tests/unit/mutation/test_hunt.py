"""Mutants of a small ruleset, and which of them its scenarios notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rules_engine.errors import UsageError
from rules_engine.mutation.hunt import hunt
from rules_engine.mutation.mutants import mutants_of
from rules_engine.ruleset.read import read_ruleset

if TYPE_CHECKING:
    from pathlib import Path

RULESET = """\
ruleset: small
title: 例
edition: "1"
effective: {from: 2025-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 10
assumed: {scale: 例, rounding: 例, indicators: 例, sections: 例, grades: 例}
tables: {villages: {}, visits: {}}
indicators:
  city: {label: 到市走访, from: visits, where: level = '市' and irregular}
sections:
  all:
    label: 全部
    clause: A
    criteria:
      visits: {label: 非正常访, points: 10, method: per item, deduct: [{of: city, each: 3}]}
grades:
  good: {label: 好, from: 7}
  poor: {label: 差, from: 0}
"""
FEATURE = """\
# language: zh-CN
功能: 非正常访
  场景: 每次扣三分
    假如 以下村:
      | 村名 |
      | 甲村 |
    而且 以下走访:
      | 村   | 层级 | 非正常 |
      | 甲村 | 市   | 是     |
      {more}
    当 进行考核
    那么 考核结果为:
      | 村   | 总分 | 等次 |
      | 甲村 | {score}    | {grade}   |
"""


def lay(folder: Path, more: str = "", score: str = "7", grade: str = "好") -> Path:
    (folder / "features").mkdir(parents=True)
    (folder / "ruleset.yaml").write_text(RULESET, encoding="utf-8")
    clauses = "source: {title: 例}\nclauses:\n  A: {ref: 一, gist: 例, status: encoded}\n"
    (folder / "clauses.yaml").write_text(clauses, encoding="utf-8")
    text = FEATURE.format(more=more, score=score, grade=grade)
    (folder / "features" / "a.feature").write_text(text, encoding="utf-8")
    return folder


def test_every_number_comparison_join_and_value_is_changed_once_each_way(tmp_path):
    mutants = mutants_of(read_ruleset(lay(tmp_path / "r")))
    changes = {(m.kind, m.old, m.new) for m in mutants}
    assert {
        ("number", "3", "4"),
        ("number", "3", "2"),
        ("number", "7", "8"),
        ("comparison", "=", "<>"),
        ("join", "and", "or"),
        ("value", "'市'", "'省'"),
    } <= changes
    assert not [m for m in mutants if "edition" in m.path or "effective" in m.path]


def test_chinese_words_and_signs_are_changed_as_sql_is(tmp_path):
    folder = lay(tmp_path / "r")
    words = RULESET.replace("level = '市' and irregular", "层级为“市”且人数不少于3或人数≥90％")
    (folder / "ruleset.yaml").write_text(words, encoding="utf-8")
    found = [m for m in mutants_of(read_ruleset(folder)) if m.path[-1] == "where"]
    assert {(m.kind, m.old, m.new) for m in found} == {
        ("comparison", "为", "不等于"),
        ("value", "“市”", "“省”"),
        ("join", "且", "或"),
        ("comparison", "不少于", "大于"),
        ("number", "3", "4"),
        ("number", "3", "2"),
        ("join", "或", "且"),
        ("comparison", "≥", "＞"),
        ("number", "90", "91"),
        ("number", "90", "89"),
    }
    assert all(m.applied(words).count(m.new) for m in found)


def test_a_mutant_changes_one_place_of_the_file(tmp_path):
    folder = lay(tmp_path / "r")
    text = (folder / "ruleset.yaml").read_text(encoding="utf-8")
    for mutant in mutants_of(read_ruleset(folder)):
        changed = mutant.applied(text)
        assert changed is not None
        lines = [
            (a, b) for a, b in zip(text.split("\n"), changed.split("\n"), strict=True) if a != b
        ]
        assert len(lines) == 1


def test_a_scenario_notices_points_and_grade_but_not_what_it_never_gives(tmp_path):
    found = hunt(lay(tmp_path / "r"))
    survivors = {(m.kind, m.old, m.new) for m in found.survivors}
    # One irregular visit to the city: 10 − 3 = 7, just good.
    assert not {("number", "3", "4"), ("number", "3", "2"), ("number", "7", "8")} & survivors
    assert not {("comparison", "=", "<>"), ("value", "'市'", "'省'")} & survivors
    # Nobody in the scenario is just short of 7, or petitioned elsewhere or regularly.
    assert survivors == {("number", "7", "6"), ("join", "and", "or")}
    assert found.killed == len(found.fates) - 2


def test_another_record_notices_the_rest(tmp_path):
    folder = lay(tmp_path / "r", "| 甲村 | 省 | 是 |")
    assert ("join", "and", "or") not in {(m.kind, m.old, m.new) for m in hunt(folder).survivors}


def test_a_failing_scenario_is_told_before_anything_is_changed(tmp_path):
    with pytest.raises(UsageError, match="每次扣三分"):
        hunt(lay(tmp_path / "r", score="8"))
