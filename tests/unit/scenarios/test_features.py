"""Every scenario is run once, or a finding says where and why it cannot be."""

from __future__ import annotations

import pytest
from test_run import RULESET

from rules_engine.messages import speaking
from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_editions
from rules_engine.scenarios.coverage import coverage
from rules_engine.scenarios.example import lay_ruleset
from rules_engine.scenarios.features import read_features
from rules_engine.scenarios.run import run_scenarios

HEAD = "# language: zh-CN\n功能: 报告\n"
GIVEN = "    假如 以下村:\n      | 村名 |\n      | 甲村 |\n    当 进行考核\n"


def scenario(name, points, *, given=GIVEN, keyword="场景", tags=""):
    return f'  {tags}\n  {keyword}: {name}\n{given}    那么 "甲村"的总分为 {points}\n'


def lay(tmp_path, *texts, ruleset=RULESET):
    folder = lay_ruleset(tmp_path / "reports", ruleset)
    (folder / "features").mkdir()
    for number, text in enumerate(texts):
        body = text if isinstance(text, bytes) else text.encode()
        (folder / "features" / f"{number}.feature").write_bytes(body)
    return folder


def run(tmp_path, *texts, **more):
    with speaking("zh"):
        return run_scenarios(lay(tmp_path, *texts, **more))


def failed(outcome):
    return [(f.line, f.code) for f in outcome.failures]


def found(outcome):
    return [(f.place.line, f.code) for f in outcome.findings]


@pytest.mark.parametrize(
    ("first", "second"),
    [("甲", "甲"), ("甲", " 甲 "), ("甲１", "甲1"), ("甲", "甲\u200b")],
)
def test_two_scenarios_of_one_name_are_both_run_and_told(tmp_path, first, second):
    outcome = run(tmp_path, HEAD + scenario(first, 9) + scenario(second, 10))
    assert [f.line for f in outcome.failures] == [9]
    assert len(outcome.passed) == 1 and not outcome.good
    assert [f.code for f in outcome.findings] == ["duplicate-scenario"]
    assert outcome.failures[0].scenario not in outcome.passed


def test_one_name_in_two_rules_or_files_is_two_scenarios(tmp_path):
    rules = HEAD + "  规则: 一\n" + scenario("甲", 10) + "  规则: 二\n" + scenario("甲", 9)
    outcome = run(tmp_path, rules, HEAD + scenario("甲", 10))
    assert (len(outcome.passed), len(outcome.failures)) == (2, 1)
    assert outcome.findings == []
    assert outcome.failures[0].scenario == "甲（0.feature:13）"


def test_examples_that_share_a_name_are_told_apart(tmp_path):
    outline = scenario("甲", "<分>", keyword="场景大纲")
    table = "    例子:\n      | 分 |\n      | 9 |\n      | 10 |\n"
    outcome = run(tmp_path, HEAD + outline + table)
    assert outcome.passed == ["甲（10）"]
    assert [f.scenario for f in outcome.failures] == ["甲（9）"]


def test_coverage_counts_scenarios_of_one_name_each(tmp_path):
    line = "    而且 得分明细为:\n      | 村 | 考核项 | 得分 |\n      | 甲村 | 应报 | 10 |\n"
    twice = (scenario("甲", 10) + line) * 2
    folder = lay(tmp_path, HEAD + twice)
    reviews = [edition.or_stop() for edition in load_editions(folder, registry())]
    [covered] = coverage(folder, reviews)
    assert len(covered.outcome.passed) == 2
    assert [len(c.asserted) for c in covered.criteria] == [2]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", [(1, "empty-feature")]),
        ("# 只有注释\n", [(1, "empty-feature")]),
        (HEAD, [(2, "empty-feature")]),
        (HEAD + "  背景:\n" + GIVEN, [(2, "empty-feature")]),
        ("功能: 报告\n" + scenario("甲", 10), [(1, "bad-feature")]),
        ("# language: xx\n功能: 报告\n", [(1, "bad-feature")]),
        (HEAD + "  场景: 甲\n", [(3, "checks-nothing")]),
        (HEAD + "  场景: 甲\n" + GIVEN, [(3, "checks-nothing")]),
        (HEAD + "  背景:\n" + GIVEN + "  场景: 甲\n", [(8, "checks-nothing")]),
        (HEAD + scenario("甲", "<分>", keyword="场景大纲"), [(4, "checks-nothing")]),
        (HEAD + scenario("甲", "<分>", keyword="场景大纲") + "    例子:\n      | 分 |\n",
         [(4, "checks-nothing")]),
        (HEAD + scenario("甲", "<数>", keyword="场景大纲")
         + "    例子:\n      | 分 |\n      | 10 |\n", [(10, "unknown-name")]),
        (HEAD + scenario("甲", "<分>", keyword="场景大纲")
         + "    例子:\n      | 分 | 分 |\n      | 10 | 9 |\n", [(10, "duplicate-heading")]),
        (HEAD + "  场景: 甲\n    而且 进行考核\n    那么 \"甲村\"的总分为 10\n",
         [(4, "bad-feature")]),
        (HEAD + scenario("甲", 10) + "    这不是步骤\n", [(10, "bad-feature")]),
        (HEAD + "  场景: 甲\n    假如 以下村:\n      | 村名 | 镇 |\n      | 甲村 |\n",
         [(6, "cell-count")]),
        (HEAD + "  场景: 甲\n    假如 以下村:\n      | 村名 |\n      | 甲村 | 镇 |\n",
         [(6, "cell-count")]),
        ((HEAD + scenario("甲", 10)).encode("gb18030"), [(2, "not-utf8")]),
        ((HEAD + scenario("甲", 10)).encode("utf-16"), [(1, "not-utf8")]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_or_checks_nothing_is_found_in_its_line(tmp_path, text, wanted):
    read = read_features(lay(tmp_path, text, HEAD + scenario("乙", 10)) / "features")
    assert found(read) == wanted
    assert [s.name for s in read.scenarios()] == ["乙"]
    assert all(f.place.file.endswith("0.feature") for f in read.findings)


def test_a_file_that_cannot_be_read_fails_the_run_and_leaves_the_others(tmp_path):
    outcome = run(tmp_path, "", HEAD + scenario("乙", 10))
    assert outcome.passed == ["乙"] and not outcome.good
    assert all("0.feature" in problem for problem in outcome.problems)


def test_a_mark_before_the_first_byte_is_simply_read(tmp_path):
    outcome = run(tmp_path, b"\xef\xbb\xbf" + (HEAD + scenario("甲", 10)).encode())
    assert outcome.good and outcome.findings == []


REPORTS = "    而且 以下排查报告:\n"
GIVES = "    假如 以下村:\n      | 村名 |\n      | 甲村 |\n"


TABLES = [
    ("      | 村 | 数量 |\n      | 甲村 | 1.5 |\n", (10, "bad-value")),
    ("      | 村 | 数量 |\n      | 甲村 | -1 |\n", (10, "bad-value")),
    ("      | 村 | 数量 |\n      | 甲村 | 一 |\n", (10, "bad-value")),
    ("      | 村 | 数量 |\n      | 甲村 | 900000000 |\n", (10, "too-many-records")),
    (f"      | 村 | 数量 |\n      | 甲村 | {'9' * 5000} |\n", (10, "too-many-records")),
    ("      | 村 | 村 |\n      | 甲村 | 甲村 |\n", (9, "duplicate-heading")),
    ("      | 村 | village_id |\n      | 甲村 | 甲村 |\n", (9, "duplicate-heading")),
    ("      | 村 | 颜色 |\n      | 甲村 | 红 |\n", (9, "unknown-name")),
    ("      | 村 | 数量 |\n      |  |  |\n", (10, "blank-row")),
    ("      | 村 |  |\n      | 甲村 | 1 |\n", (9, "no-heading")),
    ("", (8, "no-table")),
]
"""Tables of records, with the line and the code that are told of a scenario from line 3 on."""


def test_a_table_of_records_is_read_whole_or_not_at_all(tmp_path):
    text = HEAD
    for number, (table, _) in enumerate(TABLES):
        text += f"  场景: 例{number}\n\n{GIVES}{REPORTS}{table}"
        text += '    当 进行考核\n    那么 "甲村"的总分为 10\n'
    outcome = run(tmp_path, text)
    assert outcome.passed == []
    told = {f.scenario: (f.line, f.code) for f in outcome.failures}
    for number, (_, (line, code)) in enumerate(TABLES):
        begins = text.split("\n").index(f"  场景: 例{number}") + 1
        assert told[f"例{number}"] == (begins - 3 + line, code)


@pytest.mark.parametrize("day", ["2025-02-30", "2025年13月1日", "25-1-1-1"])
def test_a_day_that_there_is_not_is_told_in_its_line(tmp_path, day):
    text = HEAD + f"  场景: 甲\n    假如 考核日期为 {day}\n" + GIVEN.replace("假如", "而且")
    outcome = run(tmp_path, text + '    那么 "甲村"的总分为 10\n')
    assert failed(outcome) == [(4, "bad-value")]


@pytest.mark.parametrize("edition", ["../../else", "/tmp/else", "..", ".", "a/b", "a\\\\b"])
def test_the_name_of_an_edition_leads_nowhere_else(tmp_path, edition):
    text = f'    假如 考核办法的"{edition}"版为:\n      """\n      ruleset: x\n      """\n'
    outcome = run(tmp_path, HEAD + "  场景: 甲\n" + text + '    那么 "甲村"的总分为 10\n')
    assert failed(outcome) == [(4, "bad-value")]
    assert not (tmp_path / "else").exists()


def test_a_comparison_before_the_assessment_says_so(tmp_path):
    given = GIVEN.replace("    当 进行考核\n", "")
    outcome = run(tmp_path, HEAD + scenario("甲", 10, given=given))
    assert [f.reason for f in outcome.failures] == ["还没有进行考核"]


def test_a_count_of_nothing_gives_no_record(tmp_path):
    table = "      | 村 | 数量 |\n      | 甲村 | 0 |\n"
    given = GIVES + REPORTS + table + "    当 进行考核\n"
    assert run(tmp_path, HEAD + scenario("甲", 10, given=given)).good


LINES = "    那么 得分明细为:\n"


COMPARISONS = [
        ("    那么 考核结果为:\n      | 村 | 总分 |\n", "checks-nothing"),
        ("    那么 考核结果为:\n      | 村 |\n      | 甲村 |\n", "checks-nothing"),
        (LINES + "      | 村 | 考核项 |\n      | 甲村 | 应报 |\n", "checks-nothing"),
        ("    那么 考核结果为:\n      | 村 | 总分 |\n      |  |  |\n", "blank-row"),
        ("    那么 考核结果为:\n      | 村 | 总分 |\n      |  | 10 |\n", "empty-cell"),
        ("    那么 考核结果为:\n      | 村 | 总分 |\n      | 甲村 |  |\n", "bad-value"),
        ("    那么 考核结果为:\n      | 村 | 总分 | 总分 |\n      | 甲村 | 10 | 9 |\n",
         "duplicate-heading"),
        ("    那么 考核结果为:\n      | 村 | 颜色 |\n      | 甲村 | 红 |\n", "unknown-heading"),
        (LINES + "      | 村 | 考核项 | 否决 |\n      | 甲村 | 应报 | 没有 |\n", "bad-value"),
        (LINES + "      | 村 | 考核项 | 结果 |\n      | 甲村 | 应报 | 满分 |\n", "bad-value"),
        (LINES + "      | 村 | 考核项 | 记录数 |\n      | 甲村 | 应报 | 多 |\n", "bad-value"),
        ("    那么 考核结果为:\n", "no-table"),
        (LINES + "      | 村 | 干部 | 考核项 | 得分 |\n      | 甲村 | 甲 | 应报 | 10 |\n",
         "two-subjects"),
        ("    那么 \"甲村\"的总分为 10\n      | 村 |\n      | 甲村 |\n", "unused-table"),
        ("    那么 \"甲村\"的总分为 10\n      \"\"\"\n      总分 9\n      \"\"\"\n", "unused-text"),
        ("    那么 \"甲村\"的总分为 1.2.3\n", "bad-value"),
        ("    那么 \"甲村\"没有考核项\"应抱\"\n", "unknown-name"),
        ("    那么 \"甲村\"未受到\"批平\"\n", "unknown-name"),
        ("    那么 \"甲村\"的\"应报\"说明包含\" \"\n", "checks-nothing"),
        ("    那么 “甲村”总得分是 10\n", "unknown-step"),
        ("    那么 发现问题\"\"\n", "unknown-step"),
    ]  # fmt: skip


def test_a_comparison_that_checks_nothing_fails(tmp_path):
    bodies = [f"  场景: 例{n}\n{GIVEN}{steps}" for n, (steps, _) in enumerate(COMPARISONS)]
    outcome = run(tmp_path, HEAD + "".join(bodies))
    assert outcome.passed == [] and outcome.findings == []
    told = {f.scenario: f.code for f in outcome.failures}
    assert told == {f"例{n}": code for n, (_, code) in enumerate(COMPARISONS)}


def test_skipped_scenarios_are_counted_and_told(tmp_path):
    tagged = "".join(
        scenario(name, 9, tags=tags)
        for name, tags in (("甲", "@skip"), ("乙", "@跳过 @其他"), ("丙", "@xfail"))
    )
    outline = scenario("丁", "<分>", keyword="场景大纲")
    outline += "    @skip\n    例子:\n      | 分 |\n      | 9 |\n      | 8 |\n"
    outcome = run(tmp_path, HEAD + tagged + scenario("戊", 10) + outline)
    assert [s.scenario for s in outcome.skipped] == ["甲", "乙", "丁", "丁"]
    assert [f.scenario for f in outcome.failures] == ["丙"]
    assert outcome.passed == ["戊"] and outcome.findings == []


def test_a_tag_of_the_feature_skips_all_of_it(tmp_path):
    skipped = "# language: zh-CN\n@skip\n功能: 报告\n" + scenario("甲", 9)
    outcome = run(tmp_path, skipped, HEAD + scenario("乙", 10))
    assert ([s.line for s in outcome.skipped], outcome.passed) == ([5], ["乙"])
    assert outcome.good


TWO = """    假如 以下村:
      | 村编号 | 村名 |
      | V1 | 新村 |
      | V2 | 新村 |
    而且 以下排查报告:
      | 村 |
      | V2 |
    当 进行考核
"""


@pytest.mark.parametrize(
    ("name", "points"), [("V1", 10), ("V2", 9), ("新村(V1)", 10), ("新村（V2）", 9)]
)
def test_a_village_is_named_by_its_id_where_two_share_a_name(tmp_path, name, points):
    text = HEAD + "  场景: 甲\n" + TWO + f'    那么 "{name}"的总分为 {points}\n'
    outcome = run(tmp_path, text)
    assert outcome.good, outcome.failures


def test_a_name_that_two_villages_share_is_refused_with_both(tmp_path):
    text = HEAD + "  场景: 甲\n" + TWO + '    那么 "新村"的总分为 10\n'
    [failure] = run(tmp_path, text).failures
    assert (failure.code, failure.line) == ("ambiguous-subject", 12)
    assert "V1" in failure.reason and "V2" in failure.reason


def test_words_that_no_scenario_holds_are_told_with_the_nearest(tmp_path):
    folder = lay(tmp_path, HEAD + scenario("迟报扣分", 10))
    outcome = run_scenarios(folder, chosen=["迟报加分"])
    [finding] = outcome.findings
    assert finding.code == "unknown-scenario" and "迟报扣分" in str(finding.hint)
    assert not outcome.good


def test_every_example_is_chosen_by_its_own_name(tmp_path):
    outline = scenario("得 <分> 分", "<分>", keyword="场景大纲")
    table = "    例子:\n      | 分 |\n      | 9 |\n      | 10 |\n"
    outcome = run_scenarios(lay(tmp_path, HEAD + outline + table), chosen=["得 10"])
    assert outcome.passed == ["得 10 分"] and outcome.good
