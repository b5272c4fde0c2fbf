"""Days, numbers and titles as official papers write them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules_engine.api import papers
from rules_engine.messages import speaking
from rules_engine.papers import words
from rules_engine.papers.words import Outline


@pytest.mark.parametrize(
    ("start", "end", "zh", "en"),
    [
        ("2025-01-01", "2025-12-31", "2025年度", "year 2025"),
        ("2025-03-01", "2025-03-31", "2025年3月", "March 2025"),
        ("2024-02-01", "2024-02-29", "2024年2月", "February 2024"),
        ("2025-09-05", "2025-09-18", "2025年9月5日至2025年9月18日",
         "5 September 2025 to 18 September 2025"),
        ("2025-01-01", "2025-11-30", "2025年1月1日至2025年11月30日",
         "1 January 2025 to 30 November 2025"),
    ],
)  # fmt: skip
def test_a_span_of_days_has_the_name_that_people_give_it(start, end, zh, en):
    days = date.fromisoformat(start), date.fromisoformat(end)
    with speaking("zh"):
        assert words.days_in_words(*days) == zh
    with speaking("en"):
        assert words.days_in_words(*days) == en


def test_headings_are_numbered_as_in_official_papers():
    with speaking("zh"):
        outline = Outline()
        found = [outline.next_section("总体").text, outline.next_part("村").text]
        found += [outline.next_part("单位").text, outline.next_section("处理").text]
        found.append(outline.next_part("村").text)
        assert found == ["一、总体", "（一）村", "（二）单位", "二、处理", "（一）村"]
        outline.part = 9
        assert [outline.next_part("x").text for _ in range(2)] == ["（十）x", "（十一）x"]
        outline.part = 19
        assert [outline.next_part("x").text for _ in range(2)] == ["（二十）x", "（二十一）x"]
    with speaking("en"):
        outline = Outline(section=11)
        assert (outline.next_section("All").text, outline.next_part("a").text) == (
            "12. All", "(1) a",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("平川镇信访“三无”村创建考核", "2025年度\n平川镇信访“三无”村创建考核"),
        ("青川镇信访工作考核办法（试行）", "2025年度\n青川镇信访工作考核"),
        ("某镇信访工作考核标准", "2025年度\n某镇信访工作考核"),
        ("盐井乡2025年信访工作考核", "盐井乡2025年信访工作考核"),
        ("某乡村级工作目标", "2025年度\n《某乡村级工作目标》考核"),
    ],
)
def test_a_title_names_the_assessment_and_its_time_once(paper_report, title, subject):
    run = replace(paper_report.run, ruleset_title=title)
    with speaking("zh"):
        assert words.subject_of(run) == subject


def test_a_title_is_broken_only_where_it_must_and_where_it_makes_sense():
    assert words.title_lines("关于2025年度\n某镇考核结果的通报") == "关于2025年度某镇考核结果的通报"
    long = "关于2025年度\n平川镇信访“三无”村创建考核结果的通报"
    assert words.title_lines(long) == long


@pytest.mark.parametrize(
    ("name", "file"),
    [("四坝村", "四坝村"), ("a/b\\c", "a_b_c"), ("..", "__"), ("", "_"), ("=丙村", "_丙村"),
     ("村" * 99, "村" * 40), ("甲\x00村", "甲_村"), ("CON", "CON")],
)  # fmt: skip
def test_every_name_makes_a_name_of_a_file(name, file):
    assert words.file_name(name) == file


@pytest.mark.parametrize(
    ("office", "day", "indents"),
    [
        ("平川镇人民政府", "2025年1月1日", (3.5, 4)),  # 7 characters over 6
        ("平川镇信访工作联席会议办公室", "2025年1月1日", (0, 4)),  # 14 over 6
        ("平川镇信访工作联席会议办公室收发", "2025年1月1日", (0, 5)),  # 16 over 6
        ("某局", "2025年12月31日", (6.5, 4)),  # 2 over 7
    ],
)
def test_office_and_day_stand_as_for_a_seal(office, day, indents):
    assert papers.Signature(office, day).indents() == indents
