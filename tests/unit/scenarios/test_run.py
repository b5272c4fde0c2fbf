"""Only the scenarios that are asked for are run."""

from __future__ import annotations

from rules_engine.scenarios.example import lay_ruleset
from rules_engine.scenarios.run import run_scenarios

RULESET = """
ruleset: reports
title: 报告
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 10
assumed: {scale: 例, sections: 例}
tables: {reports: {}}
indicators: {owed: {label: 应报, from: reports}}
sections:
  all:
    label: 全部
    clause: C1
    criteria:
      owed: {label: 应报, points: 10, method: per item, deduct: [{of: owed, each: 1}]}
grades: {all: {label: 全部, from: 0}}
"""
FEATURE = """# language: zh-CN
功能: 两个场景
  场景: 没有报告
    假如 以下村:
      | 村名 |
      | 甲村 |
    当 进行考核
    那么 "甲村"的总分为 10

  场景: 写错了的
    假如 以下村:
      | 村名 |
      | 甲村 |
    当 进行考核
    那么 "甲村"的总分为 9
"""


def test_only_scenarios_with_the_word_in_their_name_are_run(tmp_path):
    folder = lay_ruleset(tmp_path / "reports", RULESET)
    (folder / "features").mkdir()
    (folder / "features" / "two.feature").write_text(FEATURE, encoding="utf-8")
    chosen = run_scenarios(folder, chosen=["没有"])
    assert (chosen.passed, chosen.good) == (["没有报告"], True)
    every = run_scenarios(folder)
    assert [f.scenario for f in every.failures] == ["写错了的"]
    assert every.passed == ["没有报告"]
    assert not run_scenarios(folder, chosen=["没有这个名字"]).good


def test_a_second_run_in_one_process_tests_its_own_ruleset(tmp_path):
    for name, each in (("one", 1), ("two", 2)):
        folder = lay_ruleset(tmp_path / name, RULESET.replace("each: 1", f"each: {each}"))
        (folder / "features").mkdir()
        given = "    假如 以下排查报告:\n      | 村   |\n      | 甲村 |\n    当"
        feature = FEATURE.replace("    当", given)
        (folder / "features" / "two.feature").write_text(feature, encoding="utf-8")
    # 10 − 1 = 9, which the scenario takes for wrong in the one ruleset, and 10 − 2 = 8 in the other
    first, second = run_scenarios(tmp_path / "one"), run_scenarios(tmp_path / "two")
    assert [f.scenario for f in first.failures] == ["没有报告"]
    assert [f.scenario for f in second.failures] == ["没有报告", "写错了的"]


def failure(tmp_path, given, ruleset=RULESET):
    folder = lay_ruleset(tmp_path / "reports", ruleset)
    (folder / "features").mkdir()
    wanted = "    那么 得分明细为:\n      | 村   | 考核项 | 得分 |\n      | 甲村 | 应报 | 3 |\n"
    (folder / "features" / "one.feature").write_text(
        "# language: zh-CN\n功能: 一个\n  场景: 一\n" + given + "    当 进行考核\n" + wanted,
        encoding="utf-8",
    )
    return run_scenarios(folder).failures[0].reason


def test_what_stops_a_scenario_is_told_once_for_all_rows(tmp_path):
    villages = "    假如 以下村:\n      | 村名 | 得分 |\n      | 甲村 | 多   |\n"
    column = "villages: {columns: {given: {label: 得分, type: integer}}}"
    ruleset = RULESET.replace("tables: {", f"tables: {{{column}, ")
    reports = "    而且 以下排查报告:\n      | 村   | 数量 |\n      | 甲村 | 3    |\n"
    reason = failure(tmp_path, villages + reports, ruleset)
    assert reason.count("orphan-reference") == 1
    assert reason.endswith("；not-a-number “多”不是整数")


def test_a_line_that_cannot_be_assessed_is_shown_without_points(tmp_path):
    absent = "    假如 以下村:\n      | 村名 |\n      | 甲村 |\n    而且 没有提供排查报告\n"
    ruleset = RULESET.replace("tables: {reports: {}}", "tables: {reports: {optional: true}}")
    assert "甲村“应报”：无法评定 —，0 条" in failure(tmp_path, absent, ruleset)


def test_scenarios_are_run_in_the_order_of_what_their_features_are_called(tmp_path):
    folder = lay_ruleset(tmp_path / "reports", RULESET)
    (folder / "features").mkdir()
    for file, name in (("1", "乙"), ("2", "丙"), ("3", "甲")):
        text = FEATURE.replace("两个场景", f"功能{name}").replace("没有报告", f"没有报告{name}")
        (folder / "features" / f"{file}.feature").write_text(text, encoding="utf-8")
    assert run_scenarios(folder).passed == ["没有报告丙", "没有报告乙", "没有报告甲"]
