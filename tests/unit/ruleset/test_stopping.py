"""Labels about stopping or watching people are found by what they say, not by characters."""

from __future__ import annotations

import shutil

import pytest
from ruleset_cases import SMALL, findings_of

from rules_engine.ruleset.stopping import stopping_in

GUILTY = [
    "劝返人次", "拦访截访成功率", "重点人员稳控", "息访率", "罢访", "盯防到位", "劝返不力",
    "重点人员管控", "监控重点人员", "跟踪信访人", "上访群众接回", "拦截进京人员", "遣返上访人员",
    "越级上访拦截率", "来访跟踪", "信访老户监控", "人盯人、重点人员包保", "接回人次",
]  # fmt: skip
INNOCENT = [
    "监控探头", "监控探头完好率", "视频监控覆盖", "森林防火监控", "水质监控", "物价监控",
    "项目跟踪", "跟踪督办", "专人跟踪督办", "信访事项跟踪督办", "信访件跟踪回访率", "跟踪问效",
    "垃圾拦截网", "洪水拦截", "衔接回访", "直接回复率", "对接回访", "信息访问量", "平稳控制物价",
    "紧盯防汛", "重点人员密集场所", "劝返复学", "辍学学生劝返校", "违规截访", "严禁拦访截访",
    "无截访行为", "非法拦截上访群众", "杜绝劝返、截访",
]  # fmt: skip
IN_PETITIONS = ["监控", "跟踪", "拦截", "接回", "已监控"]
"""What is said of a thing elsewhere and of people in their records."""


@pytest.mark.parametrize("label", GUILTY)
def test_a_label_about_stopping_people_is_found(label):
    assert stopping_in(label)
    assert stopping_in(label, lambda: True)


@pytest.mark.parametrize("label", INNOCENT)
def test_a_label_about_things_matters_or_a_ban_is_none(label):
    assert stopping_in(label) is None
    assert stopping_in(label, lambda: True) is None


@pytest.mark.parametrize("label", IN_PETITIONS)
def test_a_bare_word_is_judged_by_what_is_counted(label):
    assert stopping_in(label) is None
    assert stopping_in(label, lambda: True)


@pytest.mark.parametrize(("old", "new", "guilty"), [
    ("{label: 非正常访, from: visits", "{label: 监控, from: visits", True),
    ("{label: 迟报, from: reports", "{label: 监控, from: reports", False),
    ("label: No irregular visits", "label: 跟踪", True),
    ("label: Reports on time", "label: 跟踪", False),
    ("remote: {label: 偏远村", "remote: {label: 监控探头", False),
    ("  cases: {}\n", "  cases:\n    columns:\n      a: {label: 监控, type: boolean}\n", True),
    ("  cases: {}\n", "  cases:\n    columns:\n      a: {label: 跟踪督办, values: [有]}\n", False),
])  # fmt: skip
def test_where_a_label_stands_says_what_is_counted(old, new, guilty, tmp_path):
    shutil.copytree(SMALL, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "ruleset.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert ("rights-stopping" in {f.code for f in findings_of(tmp_path)}) is guilty
