"""``rules-engine coverage``: clauses, what encodes them, and the scenarios that check that."""

from __future__ import annotations

import pytest

LINES = """# language: zh-CN
功能: 得分
  场景: 一次非正常访
    假如 以下村:
      | 村名 | 类型 | 偏远村 |
      | 甲村 | 村   | 否     |
    而且 以下走访:
      | 村   | 层级 | 非正常 |
      | 甲村 | 市   | 是     |
    而且 以下信访事项:
      | 村   | 涉及人数 |
      | 甲村 | 20       |
    当 进行考核
    那么 得分明细为:
      | 村   | 考核项              | 得分 |
      | 甲村 | No irregular visits | 35   |
      | 甲村 | closing             | 40   |
"""
# 40 − 5 = 35; 40 without first petitions; 20 without reports; 20 people: no bonus; together 95
TOTAL = """
  场景: 总分
    假如 以下村:
      | 村名 | 类型 | 偏远村 |
      | 甲村 | 村   | 否     |
    而且 以下走访:
      | 村   | 层级 | 非正常 |
      | 甲村 | 市   | 是     |
    而且 以下信访事项:
      | 村   | 涉及人数 |
      | 甲村 | 20       |
    当 进行考核
    那么 "甲村"的总分为 95
"""
REST = """
  场景: 其余各项
    假如 以下村:
      | 村名 | 类型 | 偏远村 |
      | 甲村 | 村   | 否     |
    而且 以下排查报告:
      | 村   | 报告种类 |
      | 甲村 | 月       |
    而且 以下干部:
      | 干部姓名 |
      | 张三     |
    而且 以下值班:
      | 干部 | 值班种类 | 在岗 |
      | 张三 | 值班     | 否   |
    而且 以下信访事项:
      | 村   | 涉及人数 |
      | 甲村 | 3        |
    当 进行考核
    那么 "甲村"的"Reports on time"说明包含"1"
    而且 "甲村"的"Small matters"说明包含"5"
    而且 "甲村"没有"Model village"
    而且 目标"Half are models"为 0% 待定
"""


@pytest.fixture
def covered(cli):
    def run(*scenarios):
        folder = cli.ruleset / "features"
        folder.mkdir(exist_ok=True)
        (folder / "a.feature").write_text("".join(scenarios), encoding="utf-8")
        return cli("coverage", cli.ruleset, "--format", "json")

    return run


def of(answer, name):
    return next(c for c in answer.json["criteria"] if c["id"] == name)


def clause(answer, name):
    return next(c for c in answer.json["clauses"] if c["id"] == name)


def test_lines_that_a_scenario_compares_are_asserted(covered):
    answer = covered(LINES)
    assert of(answer, "irregular")["asserted"] == ["一次非正常访"]
    assert of(answer, "closing")["asserted"] == ["一次非正常访"]
    assert of(answer, "reporting") == {
        "kind": "criterion", "id": "reporting", "label": "Reports on time",
        "asserted": [], "depended": [], "edition": "2025",
    }  # fmt: skip


def test_what_no_scenario_checks_is_named_and_stops(covered):
    answer = covered(LINES)
    assert answer.code == 1
    assert answer.json["ok"] is False
    assert answer.json["untouched_criteria"] == ["reporting", "small_matters", "duty"]
    # S-0: the scale, for which a total is needed; S-4: grades and what follows
    assert answer.json["untouched_clauses"] == ["S-0", "S-4"]


def test_a_total_depends_on_the_lines_that_moved_it(covered):
    answer = covered(LINES, TOTAL)
    assert of(answer, "irregular")["depended"] == ["总分"]  # it took 5
    assert of(answer, "small_matters")["depended"] == ["总分"]  # 20 people are too many
    for name in ("closing", "reporting"):  # as if nothing were recorded
        assert of(answer, name)["depended"] == [], name
    assert answer.json["untouched_clauses"] == ["S-4"]


def test_parts_of_a_clause_are_what_names_it(covered):
    answer = covered(LINES)
    found = [(p["kind"], p["id"]) for p in clause(answer, "S-2")["parts"]]
    assert found == [
        ("parameter", "goal"),
        ("section", "handling"),
        ("criterion", "closing"),
        ("criterion", "reporting"),
    ]
    assert [p["kind"] for p in clause(answer, "S-4")["parts"]] == [
        *["grade"] * 2, *["consequence"] * 4, "target",
    ]  # fmt: skip
    assert clause(answer, "S-5") == {
        "id": "S-5", "ref": "5", "gist": "work harder", "status": "exhortation",
        "untouched": False, "parts": [], "edition": "2025",
    }  # fmt: skip
    assert clause(answer, "S-0")["parts"][0]["kind"] == "ruleset"


def test_consequences_and_targets_assert_what_they_rest_on(covered):
    answer = covered(LINES, TOTAL, REST)
    assert answer.json["failed"] == []
    parts = {p["id"]: p for p in clause(answer, "S-4")["parts"]}
    assert parts["named"]["asserted"] == ["其余各项"]
    assert parts["township"]["asserted"] == ["其余各项"]
    assert parts["barred"]["asserted"] == []
    goal = clause(answer, "S-2")["parts"][0]  # model rests on prompt, which rests on the goal
    assert (goal["id"], goal["asserted"]) == ("goal", ["其余各项"])
    assert answer.json["untouched_criteria"] == ["duty"]
    assert answer.json["untouched_clauses"] == []


def test_a_scenario_that_fails_stops(covered):
    answer = covered(LINES, TOTAL.replace("95", "96"))
    assert answer.code == 1
    assert answer.json["failed"] == ["总分"]
    assert of(answer, "irregular")["depended"] == []  # the step that failed checks nothing


def test_the_text_names_clauses_parts_and_scenarios(cli, covered):
    covered(LINES, TOTAL)
    answer = cli("coverage", cli.ruleset)
    assert answer.code == 1
    lines = answer.out.splitlines()
    start = lines.index("S-1  1  [encoded]  forty points for order")
    assert lines[start + 1 : start + 5] == [
        "    section “Order” (order)",
        "        asserted by 一次非正常访; totals depend on it in 总分",
        "    criterion “No irregular visits” (irregular)",
        "        asserted by 一次非正常访; totals depend on it in 总分",
    ]
    assert lines[-4:] == [
        "no scenario checks the criterion “Reports on time” (reporting)",
        "no scenario checks the criterion “Absent from duty” (duty)",
        "no scenario checks clause S-4: grades and what follows",
        "2 scenarios check 4 of 5 encoded clauses and 3 of 5 criteria",
    ]


def test_an_encoded_clause_that_nothing_names_is_told(cli, covered):
    covered(LINES)
    cli.change("status: exhortation}", "status: encoded}", "clauses.yaml")
    answer = cli("coverage", cli.ruleset)
    assert "S-5  5  [encoded]  work harder\n    nothing names this clause\n" in answer.out
    assert "no scenario checks clause S-5: work harder\n" in answer.out


def test_what_may_be_disputed_is_no_matter_for_scenarios(cli, covered):
    cli.change("status: exhortation}", "status: encoded}", "clauses.yaml")
    cli.change("grades:\n", "appeals: {clause: S-5}\n\ngrades:\n")
    found = clause(covered(LINES), "S-5")
    assert (found["untouched"], [part["kind"] for part in found["parts"]]) == (False, ["appeals"])


def test_without_scenarios_nothing_can_be_said(cli):
    answer = cli("coverage", cli.ruleset, "--format", "json")
    assert (answer.code, answer.json["error"]) == (2, "no-scenarios")


def test_a_ruleset_in_the_folder_one_stands_in_is_named(cli, monkeypatch):
    monkeypatch.chdir(cli.folder / cli.ruleset)
    answer = cli("coverage", ".")
    assert f"“{(cli.folder / cli.ruleset).name}” has no scenarios" in answer.err
