"""Labels about stopping or watching people are found by what they say, not by characters."""

from __future__ import annotations

import shutil

import pytest
from ruleset_cases import SMALL, findings_of

from rules_engine.checks.rights import stopping_in

GUILTY = [
    "劝返人次", "拦访截访成功率", "重点人员稳控", "息访率", "罢访", "盯防到位", "劝返不力",
    "重点人员管控", "监控重点人员", "跟踪信访人", "上访群众接回", "拦截进京人员",
    "遣返上访人员", "堵截上访人员", "接返人次", "进京人员带离", "上访群众吸附在当地",
    "重点对象布控", "卡访", "控访率", "勸返人次", "攔訪截訪", "穩控", "劝\u200b返", "劝 返",
    "劝·返", "劝－返率", "攔截進京人員", "遣送上访人员", "上访人员训诫", "越级上访拦截率",
    "来访跟踪", "信访老户监控", "人盯人、重点人员包保", "接回人次",
]  # fmt: skip
INNOCENT = [
    "监控探头", "监控探头完好率", "视频监控覆盖", "森林防火监控", "水质监控", "物价监控",
    "项目跟踪", "跟踪督办", "专人跟踪督办", "信访事项跟踪督办", "信访件跟踪回访率", "跟踪问效",
    "垃圾拦截网", "洪水拦截", "衔接回访", "直接回复率", "对接回访", "信息访问量",
    "平稳控制物价", "紧盯防汛", "重点人员密集场所", "劝返复学", "辍学学生劝返校", "违规截访",
    "严禁拦访截访", "矛盾纠纷吸附在当地", "活性炭吸附", "视频布控", "带回整改", "嚴禁攔訪",
    "接 回访", "信访接访", "控制访问", "下访约访", "留守儿童看管", "洪水堵截", "疫情防控访查",
    "刷卡访问", "无截访行为", "非法拦截上访群众", "杜绝劝返、截访",
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
    ("  cases: {}\n", "  cases:\n    columns:\n      a: {label: 去向, values: [劝返]}\n", True),
    ("  cases: {}\n", "  cases:\n    columns:\n      劝返数: {label: 数, type: boolean}\n", True),
    ("title: Small township", "title: 拦访截访考核", True),
])  # fmt: skip
def test_where_a_label_stands_says_what_is_counted(old, new, guilty, tmp_path):
    shutil.copytree(SMALL, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "ruleset.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert ("rights-stopping" in {f.code for f in findings_of(tmp_path)}) is guilty


@pytest.mark.parametrize(("status", "guilty"), [
    ("encoded", True), ("excluded, reason: it holds people back", False),
])  # fmt: skip
def test_a_clause_that_asks_to_stop_people_is_not_encoded(status, guilty, tmp_path):
    shutil.copytree(SMALL, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "clauses.yaml"
    text = file.read_text(encoding="utf-8")
    clause = f"  Z-9: {{ref: 九, gist: 把进京人员勸返, status: {status}}}\n"
    file.write_text(text.rstrip() + "\n" + clause, encoding="utf-8")
    found = [f for f in findings_of(tmp_path) if f.code == "rights-stopping"]
    assert [f.severity for f in found] == ["warning"] * guilty
