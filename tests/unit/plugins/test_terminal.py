"""The terminal shows whole tables, aligned in narrow and wide windows and in both languages."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
import rules_engine_terminal
from rich.cells import cell_len
from rich.console import Console
from rules_engine_terminal import score, show
from township_sample import assess_township

from rules_engine.api import Finding, msg
from rules_engine.messages import speaking


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    run = assess_township(tmp_path_factory.mktemp("township"))
    with speaking("en"):
        report = run.report()
        report = replace(report, villages=list(report.villages), cadres=list(report.cadres))
    run.close()
    return report


def shown(report, width=80, language="en"):
    file = StringIO()
    with speaking(language):
        show(report, Console(file=file, width=width, highlight=False))
    return file.getvalue().splitlines()


def line_with(text, lines):
    (line,) = [line for line in lines if text in line]
    return line


def words(line):
    return line.split()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 140])
def test_no_line_is_wider_than_the_window(report, width, language):
    lines = shown(report, width, language)
    assert max(map(cell_len, lines)) <= width
    assert "…" not in "".join(lines)  # nothing was cut


@pytest.mark.parametrize("language", ["zh", "en"])
def test_columns_are_aligned_though_chinese_is_twice_as_wide(report, language):
    lines = shown(report, 100, language)
    rows = [line_with(f" {village.name} ", lines) for village in report.villages]
    ends = {
        cell_len(row[: row.index(score(village, 2)) + len(score(village, 2))])
        for row, village in zip(rows, report.villages, strict=True)
    }
    assert len(ends) == 1  # scores end below each other


def test_the_ranking_says_group_place_score_grade_and_what_followed(report):
    lines = shown(report, 120)
    assert words(line_with(" 甲村 ", lines)) == [
        "村", "1–3", "甲村", "100.00", "–", "102.00", "优秀", "or", "合格", "命名先进村",
    ]  # fmt: skip
    assert words(line_with(" 丁村 ", lines)) == [
        "村", "4–5", "丁村", "0.00", "不合格", "一票否决,", "约谈",
    ]  # fmt: skip
    assert words(line_with(" 己社区 ", lines))[:2] == ["社区", "1"]
    assert words(line_with(" 戊村 ", lines))[2:] == [
        "戊村", "0.00", "–", "102.00", "open",
        "possibly", "命名先进村,", "possibly", "一票否决,", "possibly", "约谈",
    ]  # fmt: skip


def test_cadres_stand_with_their_posts(report):
    lines = shown(report, 120)
    assert words(line_with(" 张三 ", lines)) == [
        "2", "张三", "+支部书记", "0.00", "不合格", "约谈（丁村）",
    ]  # fmt: skip


def test_a_ranking_without_groups_has_no_column_for_them(report):
    alone = replace(report, villages=[replace(v, group="") for v in report.villages], cadres=[])
    lines = shown(alone, 120)
    assert "group" not in "".join(lines)
    assert words(line_with("place", lines)) == [
        "place", "name", "score", "grade", "honours", "and", "sanctions",
    ]  # fmt: skip


def test_the_first_lines_say_which_run_this_is(report):
    lines = shown(report)
    assert "青川镇信访工作考核办法" in lines[0]
    assert lines[1] == f"run {report.run.run_id} · sample-town 2025 · draft"
    assert lines[2] == "1 January 2025 to 31 December 2025, as of 31 December 2025"
    assert lines[3] == f"digest {report.run.digest}"
    assert lines[4] == "1 rows were kept out of this assessment (quarantine)"
    assert lines[5] == "6 subjects have lines that cannot be assessed yet"


def test_a_target_says_what_was_required(report):
    line = "target “无非正常访村达到九成”: 3 of 6, 50%; required 90%: not reached"
    assert line in shown(report)


def test_names_are_shown_as_they_are_written(report):
    odd = [
        replace(report.villages[0], name=name) for name in ("[bold]甲[/bold]", "[/x]", ":smile:")
    ]
    text = "\n".join(shown(replace(report, villages=odd), 120))
    assert "[bold]甲[/bold]" in text
    assert "[/x]" in text
    assert ":smile:" in text


def test_names_do_not_command_the_terminal(report):
    names = ["甲\x1b[2J村", "两\n行\t"]
    odd = [replace(report.villages[0], name=name) for name in names]
    lines = shown(replace(report, villages=odd, cadres=[]), 120)
    assert all(line.isprintable() for line in lines)
    assert line_with("甲\\x1b[2J村", lines)
    assert line_with("两\\n行\\t", lines)  # a line break forges no line


def test_a_long_name_is_folded_and_not_cut(report):
    name = "极" * 60
    lines = shown(replace(report, villages=[replace(report.villages[0], name=name)], cadres=[]))
    assert max(map(cell_len, lines)) <= 80
    assert "".join(lines).count("极") == 60


def test_of_many_villages_the_first_are_shown_and_the_rest_counted(report, monkeypatch):
    monkeypatch.setattr(rules_engine_terminal, "MOST_ROWS", 4)
    lines = shown(report)
    assert "… 2 more" in "\n".join(lines)
    assert "丁村" not in "\n".join(lines).replace("约谈（丁村）", "")
    assert "6 subjects have lines that cannot be assessed yet" in lines


def test_acknowledged_findings_are_shown_with_their_reason(report):
    known = Finding("rights-x", msg("counts petitions")).acknowledge("原文如此")
    other = Finding("unused", msg("nothing uses it"), severity="warning")
    lines = shown(replace(report, findings=(known, other)))
    assert "rights-x: counts petitions (acknowledged: 原文如此)" in lines
    assert "nothing uses it" not in "".join(lines)


def test_chinese_says_the_same(report):
    lines = shown(report, 120, "zh")
    assert words(line_with("荣誉和处理", lines[:12])) == [
        "分组", "名次", "名称", "得分", "等次", "荣誉和处理",
    ]  # fmt: skip
    assert words(line_with(" 甲村 ", lines))[1:7] == [
        "1–3", "甲村", "100.00", "–", "102.00", "优秀或合格",
    ]  # fmt: skip
