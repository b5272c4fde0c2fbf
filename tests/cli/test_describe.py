"""``rules-engine describe``: a ruleset comes back as the articles of a paper."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PINGCHUAN = ROOT / "rulesets" / "pingchuan-three-nos"
EVERY = ROOT / "tests" / "fixtures" / "every-method"


def article(text, title):
    """Return the text of the article of that title."""
    start = rf"\*\*\S+(?: \d+)?\*\* {re.escape(title)}[.。] ?"
    found = re.search(start + r"(.*?)(?=\n\n\*\*|\n\n## |\Z)", text, re.S)
    assert found, title
    return found[1].strip()


def test_the_paper_of_a_ruleset_in_chinese(cli):
    answer = cli("describe", PINGCHUAN)
    assert (answer.code, answer.err) == (0, "")
    text = answer.out
    assert text.startswith("# 平川镇信访“三无”村创建考核（2025）\n\n## 第一章 总则\n\n**第一条** ")
    assert "## 第二章 “三无”目标（30分）" in text
    assert article(text, "村周报告（3分）") == (
        "“村周报告迟报”每次扣0.1分、“村周报告漏报”每次扣0.3分，扣完为止。"
        "适用条件：类型为“村”。不适用的，计3分。（依据：PC-4.4.4 四（四））"
    )
    assert article(text, "无信访积案（10分）").startswith(
        "“信访积案”每件扣5分，扣完为止。一票否决：有信访积案。"
    )
    assert article(text, "按期限办结（2分）").splitlines()[2:8] == [
        "| 初信初访按期办结率 | 得分 |",
        "| --- | --- |",
        "| 不到80% | 0 |",
        "| 80%以上，不到90% | 1 |",
        "| 90%以上，不到100% | 1.5 |",
        "| 100%以上 | 2 |",
    ]
    assert "| 良好 | 80分以上，不满90分 |" in article(text, "等次")
    assert "同时适用于考核日担任该村（单位）村支部书记、调委会主任的干部" in article(
        text, "追究书记和调委会主任责任（处理）"
    )
    assert article(text, "“三无”村达到90%") == (
        "类型为“村”的村和单位中，至少90%应当符合“三无达标”。（依据：PC-3.1.1 三（一））"
    )
    assert "| 包村领导 | 50% |" in article(text, "责任比例")
    assert "| 受理告知期限 | 15 | 原文只说按《信访条例》" in article(text, "假定")


def test_a_list_of_one_thing_says_its_points_once(cli):
    text = cli("describe", ROOT / "tests" / "corpus" / "g_model_villages").out
    assert article(text, "政策落实（30分）").startswith("“政策落实”的，得30分，否则得0分。")


def test_articles_are_numbered_throughout(cli):
    text = cli("describe", PINGCHUAN).out
    numbers = re.findall(r"(?m)^\*\*第(\S+)条\*\*", text)
    assert numbers[:3] == ["一", "二", "三"]
    assert numbers[9:11] == ["十", "十一"]
    assert numbers[19:21] == ["二十", "二十一"]
    assert numbers[99:101] == ["一百", "一百零一"]
    assert len(set(numbers)) == len(numbers) == 115


def test_the_clauses_left_out_are_listed_with_their_reasons(cli):
    text = article(cli("describe", PINGCHUAN).out, "未编入的条款")
    rows = [line for line in text.splitlines() if line.startswith("| PC-")]
    assert len(rows) == 10
    assert all(row.count("|") == 4 and not row.endswith("— |") for row in rows)


def test_the_same_structure_in_english(cli):
    zh = cli("describe", EVERY, "--format", "json").json
    en = cli("describe", EVERY, "--format", "json", "--lang", "en").json
    shape = [(c["number"], [a["number"] for a in c["articles"]]) for c in zh["chapters"]]
    assert [(c["number"], [a["number"] for a in c["articles"]]) for c in en["chapters"]] == shape
    assert [c["number"] for c in en["chapters"]] == list(range(1, 13))
    assert en["ruleset"] == "every-method"
    assert en["chapters"][0]["title"] == "General"
    text = cli("describe", EVERY, "--lang", "en").out
    assert "## Chapter 2: 基本 (60 points)" in text
    assert article(text, "报告 (10 points)") == (
        "“迟报” costs 2 points each time, until the points are used up. What was put right "
        "afterwards gives back 50% of what it cost: 排查报告 where the days from 应报时间 to "
        "上报时间 is at most 3. (Clauses: E-2 二)"
    )


def test_a_ruleset_that_speaks_english_is_described_in_english(cli):
    text = cli("describe", cli.ruleset).out
    assert text.startswith("# Small township (2025)\n\n## Chapter 1: General\n")
    assert article(text, "Matters closed (40 points)").startswith(
        "“办结率” at 90% or more gives 40 points; each 1 percentage point short costs 2 points"
    )


def test_figures_come_from_the_ruleset_only(cli):
    """Every number in the paper is written in the ruleset, or counts its articles and items."""
    text = cli("describe", EVERY).out
    source = "".join(f.read_text(encoding="utf-8") for f in EVERY.glob("*.yaml"))
    body = re.sub(r"（\d）|第\d名|E-\d|\d+年\d+月\d+日|3月31日", "", text)
    written = {*re.findall(r"\d+(?:\.\d+)?", source), "0"}
    by_default = {"100", "2", "1"}  # out of 100, to 2 places, for each percentage point
    assert set(re.findall(r"\d+(?:\.\d+)?", body)) - written - by_default == set()


def test_a_change_of_a_figure_changes_its_article_only(cli):
    before = cli("describe", cli.ruleset).out
    cli.change("each: 5", "each: 10")
    after = cli("describe", cli.ruleset).out
    pairs = list(zip(before.splitlines(), after.splitlines(), strict=True))
    assert [b.replace("costs 5 points", "costs 10 points") for b, _ in pairs] == [
        a for _, a in pairs
    ]
    assert sum(b != a for b, a in pairs) == 1


def test_the_paper_can_be_written_to_a_file(cli):
    file = cli.folder / "paper.md"
    answer = cli("describe", cli.ruleset, "--out", file)
    assert (answer.code, answer.out, answer.err) == (0, "", f"written: {file}\n")
    assert file.read_text(encoding="utf-8") == cli("describe", cli.ruleset).out


def test_a_file_that_cannot_be_written_is_wrong_usage(cli):
    answer = cli("describe", cli.ruleset, "--out", cli.folder / "no" / "paper.md")
    assert (answer.code, answer.out) == (2, "")
    assert "cannot-write" in answer.err


def test_a_ruleset_with_errors_is_not_described(cli):
    cli.change("where: irregular}", "where: iregular}")
    answer = cli("describe", cli.ruleset)
    assert (answer.code, answer.out) == (1, "")
    assert "unknown-name" in answer.err
