"""Conditions are divided into pieces, with spaces between the words or without."""

from __future__ import annotations

import pytest

from rules_engine.conditions.lexer import names_in, other_reading, tokens_of

NAMES = {"层级", "level", "人数", "正常", "超期", "办结日期", "期初", "考核日", "与会人数",
         "3个月内办结率", "命名“三无”村"}  # fmt: skip


def pieces(text, names=NAMES):
    return " | ".join(p.text for p in tokens_of(text, names))


@pytest.mark.parametrize(
    ("text", "divided"),
    [
        ("层级 属于 ('市', '省') 且 超期", "层级 | 属于 | ( | '市' | , | '省' | ) | 且 | 超期"),
        ("层级属于（“市”、“省”）且超期", "层级 | 属于 | （ | “市” | 、 | “省” | ） | 且 | 超期"),
        ("人数大于3且超期或正常", "人数 | 大于 | 3 | 且 | 超期 | 或 | 正常"),
        ("人数大于0.5", "人数 | 大于 | 0.5"),
        ("3个月内办结率不低于90%且超期", "3个月内办结率 | 不低于 | 90% | 且 | 超期"),
        ("level属于('市')", "level | 属于 | ( | '市' | )"),
        ("人数 大于等于 3", "人数 | 大于等于 | 3"),
        (
            "办结日期介于期初与考核日之间且超期",
            "办结日期 | 介于 | 期初 | 与 | 考核日 | 之间 | 且 | 超期",
        ),
        ("办结日期 介于 期初 至 考核日", "办结日期 | 介于 | 期初 | 至 | 考核日"),
        ("超期且与会人数大于3", "超期 | 且 | 与会人数 | 大于 | 3"),
        ("办结日期晚于2024年3月31日且超期", "办结日期 | 晚于 | 2024年3月31日 | 且 | 超期"),
        ("办结日期晚于2024-03-31且超期", "办结日期 | 晚于 | 2024-03-31 | 且 | 超期"),
        ("办结日期不为空", "办结日期 | 不为空"),
        ("天数(期初,办结日期)超过5", "天数 | ( | 期初 | , | 办结日期 | ) | 超过 | 5"),
        ("命名“三无”村且超期", "命名“三无”村 | 且 | 超期"),
        ("1000-10-50", "1000 | - | 10 | - | 50"),
        ("people>=3", "people | >= | 3"),
        ("band_1 > 1e5", "band_1 | > | 1e5"),
    ],
)
def test_a_condition_is_divided_into_names_words_and_figures(text, divided):
    assert pieces(text) == divided


def test_a_known_name_is_taken_whole():
    assert pieces("非正常") == "非 | 正常"
    assert pieces("非正常", {"正常", "非正常"}) == "非正常"
    assert pieces("超期且非正常", {"正常", "非正常", "超期"}) == "超期 | 且 | 非正常"
    assert pieces("非 正常", {"正常", "非正常"}) == "非 | 正常"


def test_a_name_that_is_not_known_stands_alone():
    assert pieces("非正长") == "非正长"
    assert pieces("人数大于3且非正长或超期") == "人数 | 大于 | 3 | 且 | 非正长 | 或 | 超期"
    assert names_in("层级为'市'且非正长", NAMES) == {"层级", "非正长"}


ODD = {"5人以上的检查", "迟报/漏报", "迟报", "漏报", "Late reports", "5A", "3月5日以前的报告",
       "15人", "“三无”村", '"三无"乡', "不超过3次的", "迟报 > 3", "５项"}  # fmt: skip


@pytest.mark.parametrize("name", sorted(ODD))
@pytest.mark.parametrize(
    "text", ["{}>3", "3<{}", "非 {}", "({})", "漏报+{}", "{}*2+漏报", "漏报且{}"]
)
def test_a_name_is_taken_whole_whatever_it_holds(name, text):
    if name[0].isascii() and text.startswith("漏报且"):
        text = text.replace("{}", " {}")
    pieces = tokens_of(text.format(name), ODD)
    assert name in [p.name for p in pieces if p.kind == "name"]
    assert "".join(p.text for p in pieces).replace(" ", "") == text.format(name).replace(" ", "")
    assert {p.name for p in pieces if p.kind == "name"} <= {name, "漏报"}


def test_a_name_is_not_cut_out_of_a_word_or_a_figure():
    assert pieces("15人以上的检查", {"5人以上的检查", "人以上的检查"}) == "15人以上的检查"
    assert pieces("１５人以上", {"５人以上"}) == "１５人以上"
    assert pieces("Too Late reports", {"Late reports"}) == "Too | Late reports"
    assert pieces("Later reports", {"Late", "Late reports"}) == "Later | reports"
    assert pieces("且迟报/漏报", {"迟报", "漏报", "迟报/漏报"}) == "且 | 迟报/漏报"


def test_two_values_never_meet():
    assert pieces("甲非乙丙", {"甲", "甲非", "乙丙"}) == "甲 | 非 | 乙丙"


def test_what_can_be_divided_in_two_ways_is_doubtful():
    names = {"甲", "乙", "甲或", "或乙"}
    assert [p.doubtful for p in tokens_of("甲或或乙", names)] == [True]
    assert [p.doubtful for p in tokens_of("甲或 或 乙", names)] == [False, False, False]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("超期 是 是", ["=", "true"]),
        ("超期 = 否", ["false"]),
        ("层级 是 '市'", ["="]),
        ("非(超期)", ["not"]),
        ("层级 不属于 ('市')", ["not in"]),
        ("办结日期 属于 2024-01-01 至 2024-03-31", ["between", "and"]),
        ("办结日期 不属于 1月1日至3月31日", ["not between", "and"]),
        ("人数 介于 1 和 5 且 超期", ["between", "and", "and"]),
    ],
)
def test_words_mean_what_they_say_where_they_stand(text, words):
    assert [p.word for p in tokens_of(text, NAMES) if p.kind == "word"] == words


def test_a_joiner_is_a_word_only_within_a_range():
    assert [p.kind for p in tokens_of("人数 和 超期", NAMES)] == ["name", "name", "name"]


def test_a_label_that_could_be_words_and_another_label_is_noticed():
    assert other_reading("非正常", {"正常", "非正常"}) == "非 正常"
    assert other_reading("非正常上访", {"正常", "非正常上访"}) == ""
    assert other_reading("超期", {"超期", "期"}) == ""
