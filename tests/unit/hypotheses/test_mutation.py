"""Mutants of a small ruleset, and which of them its scenarios notice."""

from __future__ import annotations

from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

import pytest

from rules_engine.errors import RulesEngineError, RulesetError, UsageError
from rules_engine.hypotheses import mutation
from rules_engine.hypotheses.mutants import mutants_of
from rules_engine.hypotheses.mutation import run_mutants
from rules_engine.plugin_manager import registry
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


def changes(found):
    return {(f.mutant.kind, f.mutant.old, f.mutant.new) for f in found.survivors}


def test_every_number_comparison_join_and_value_is_changed_once_each_way(tmp_path):
    mutants = mutants_of(read_ruleset(lay(tmp_path / "r")), registry().methods)
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


def test_what_may_be_disputed_is_not_changed(tmp_path):
    folder = lay(tmp_path / "r")
    with (folder / "ruleset.yaml").open("a", encoding="utf-8") as file:
        file.write("appeals: {days: 10, assumed: 例, adjust: {up_to: 2}}\n")
    assert not [
        m for m in mutants_of(read_ruleset(folder), registry().methods) if "appeals" in m.path
    ]


def test_chinese_words_and_signs_are_changed_as_sql_is(tmp_path):
    folder = lay(tmp_path / "r")
    words = RULESET.replace("level = '市' and irregular", "层级为“市”且人数不少于3或人数≥90％")
    (folder / "ruleset.yaml").write_text(words, encoding="utf-8")
    found = [
        m for m in mutants_of(read_ruleset(folder), registry().methods) if m.path[-1] == "where"
    ]
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


def test_a_condition_over_several_lines_is_changed_where_its_words_stand(tmp_path):
    folder = lay(tmp_path / "r")
    file = folder / "ruleset.yaml"
    text = file.read_text(encoding="utf-8")
    folded = "where: >-\n      level = '市'\n      and irregular\n    "
    flow = "{label: 到市走访, from: visits, where: level = '市' and irregular}"
    block = f"\n    label: 到市走访\n    from: visits\n    {folded}".rstrip(" ")
    file.write_text(text.replace(flow, block), encoding="utf-8")
    lines = file.read_text(encoding="utf-8").split("\n")
    found = {(m.old, m.new): m for m in mutants_of(read_ruleset(folder), registry().methods)}
    join, value = found["and", "or"], found["'市'", "'省'"]
    assert lines[join.line - 1] == "      and irregular"
    assert lines[value.line - 1] == "      level = '市'"


def test_a_mutant_changes_one_place_of_the_file(tmp_path):
    folder = lay(tmp_path / "r")
    text = (folder / "ruleset.yaml").read_text(encoding="utf-8")
    for mutant in mutants_of(read_ruleset(folder), registry().methods):
        changed = mutant.applied(text)
        assert changed is not None
        lines = [
            (a, b) for a, b in zip(text.split("\n"), changed.split("\n"), strict=True) if a != b
        ]
        assert len(lines) == 1


def test_a_scenario_notices_points_and_grade_but_not_what_it_never_gives(tmp_path):
    found = run_mutants(lay(tmp_path / "r"))
    survivors = changes(found)
    # One irregular visit to the city: 10 − 3 = 7, just good.
    assert not {("number", "3", "4"), ("number", "3", "2"), ("number", "7", "8")} & survivors
    assert not {("comparison", "=", "<>"), ("value", "'市'", "'省'")} & survivors
    # Nobody in the scenario is just short of 7. Nobody petitioned elsewhere or regularly either,
    # but with “or” for “and” lawful petitions would count, which check refuses.
    assert survivors == {("number", "7", "6")}
    assert found.killed == len(found.mutants) - 1


def test_in_workers_the_same_comes_of_it(tmp_path, monkeypatch):
    folder = lay(tmp_path / "r")
    alone = run_mutants(folder)
    monkeypatch.setattr(mutation, "FEW", 0)
    monkeypatch.setattr(mutation.os, "cpu_count", lambda: 2)
    assert run_mutants(folder).mutants == alone.mutants
    with pytest.raises(UsageError, match="scenario"):
        run_mutants(lay(tmp_path / "fails", score="8"))


def test_a_worker_that_is_killed_ends_in_an_error(tmp_path, monkeypatch):
    def killed(*_):
        raise BrokenProcessPool

    monkeypatch.setattr(mutation, "FEW", 0)
    monkeypatch.setattr(mutation.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(mutation.ProcessPoolExecutor, "map", lambda *_, **__: killed())
    with pytest.raises(RulesEngineError) as refused:
        run_mutants(lay(tmp_path / "r"))
    assert refused.value.findings[0].code == "out-of-memory"


def test_another_record_notices_the_rest(tmp_path):
    folder = lay(tmp_path / "r", "| 甲村 | 省 | 是 |")
    assert ("join", "and", "or") not in changes(run_mutants(folder))


def test_a_failing_scenario_is_told_before_anything_is_changed(tmp_path):
    with pytest.raises(UsageError, match="每次扣三分"):
        run_mutants(lay(tmp_path / "r", score="8"))


EXPLAINED = """\
survivors:
  - {at: grades.good.from, old: 7, new: 6, reason: 例中没有六分}
  - {at: grades.good.from, old: 7, new: 8, reason: 这个会被发现}
"""


def test_a_survivor_may_be_explained_and_what_explains_nothing_is_told(tmp_path):
    folder = lay(tmp_path / "r")
    (folder / "mutation.yaml").write_text(EXPLAINED, encoding="utf-8")
    found = run_mutants(folder)
    reasons = {f.mutant.at: f.reason for f in found.survivors}
    assert reasons == {"grades.good.from": "例中没有六分"}
    assert found.killed == len(found.mutants) - 1
    (idle,) = found.findings
    assert (idle.code, idle.place.line, idle.severity) == ("idle-acknowledgement", 3, "warning")
    assert not run_mutants(folder, sample=3).findings  # of a sample that cannot be told


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("survivors: [{at: x, old: 1, new: 2}]", "missing-key", 1),
        ("survivors:\n  - {at: x, old: 1, new: 2, reason: y, why: z}", "unknown-key", 2),
        ("survivors: 3", "wrong-value", 1),
        ("survivors: [", "bad-yaml", 2),
        ("survivors: []\nsurvivors: []", "duplicate-key", 2),
        ("", "empty-file", 1),
    ],
)
def test_faults_in_the_explanations_have_places(tmp_path, text, code, line):
    folder = lay(tmp_path / "r")
    (folder / "mutation.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RulesetError) as error:
        run_mutants(folder)
    assert [(f.code, f.place.line) for f in error.value.findings] == [(code, line)]
    assert error.value.findings[0].place.file == str(folder / "mutation.yaml")
