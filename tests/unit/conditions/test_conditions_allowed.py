"""Everything that a condition may say, and what it gives, worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from conditions_lab import compiled, value

from rules_engine.conditions.parser import parse
from rules_engine.errors import Place


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("irregular", True),
        ("not irregular", False),
        ("irregular and people > 7", False),
        ("irregular or people > 7", True),
        ("people = 7", True),
        ("people <> 7", False),
        ("people != 7", False),
        ("people < 7.5", True),
        ("people <= 7", True),
        ("people > 7", False),
        ("people >= 7", True),
        ("7 = people", True),
        ("people in (1, 7)", True),
        ("people in (1, 7.5)", False),
        ("people not in (1, 7)", False),
        ("people between 7 and 8", True),
        ("people not between 7 and 8", False),
        ("level in ('村', '京')", False),
        ("level = '县'", True),
        ("place like '东%'", True),
        ("place not like '东%'", False),
        ("place is null", False),
        ("place is not null", True),
        ("irregular = true", True),
        ("irregular <> false", True),
        ("true", True),
        ("irregular = (people > 9)", False),
        ("received_on = '2025-03-01'", True),
        ("'2025-03-02' > received_on", True),
        ("received_on between '2025-03-01' and '2025-03-31'", True),
        ("received_on in ('2025-03-01', '2025-03-02')", True),
        ("received_on = date '2025-03-01'", True),
        ("closed_on > due_on", True),
        ("submitted_at > due_at", True),
        ("submitted_at > '2025-03-05'", False),  # a point in time against a day: by days
        ("submitted_at = received_on", False),
        ("rate >= 33.3333%", True),
        ("rate >= 33.3334%", False),
        ("empty(rate)", False),
        ("人数 = 7 and 层级 = '县'", True),
        ('"people" = 7', True),
        ("people = 7 or irregular and people > 9", True),
        ("(people = 7 or irregular) and people > 9", False),
        ("层级 属于 ('村','京') 或 非正常", True),
        ("层级属于（“村”、“京”）", False),
        ("层级 不属于 ('村', '京') 且 非 非正常", False),
        ("人数不少于7且人数不超过7", True),
        ("人数大于7或人数小于7", False),
        ("人数 介于 7 和 8 之间", True),
        ("人数不介于7至8", False),
        ("人数 ≥ 7 且 人数 ≤ 7 且 人数 ≠ 8", True),
        ("（人数＝7 或 非正常）且 人数＞9", False),
        ("人数 ＞＝ 7", True),
        ("地点为空", False),
        ("地点不为空", True),
        ("地点 是 “东街”", True),
        ("地点 不是 ‘东街’", False),
        ("非正常 = 是", True),
        ("非正常 等于 否", False),
        ("非正常 是 真", True),
        ("办结日期 晚于 期限", True),
        ("登记日期 不晚于 2025年3月1日", True),
        ("登记日期 属于 2025-03-01 至 2025-03-31", True),
        ("登记日期介于2025年3月2日至2025年3月31日", False),
        ("登记日期 = 2025-03-01", True),
        ("登记日期 = 3月1日", True),
        ("登记日期 晚于 2月28日 且 登记日期 早于 3月2日", True),
        ("办结率不低于33.3333%", True),
        ("people / 3 = 7 / 3", True),
        ("people / 3 in (1, 14 / 6)", True),
        ("people / 3 between 7 / 3 and 7 / 3", True),
        ("people / 3 * 3 >= 7", True),
        ("1 / people * people <> 1", False),
        ("submitted_at in ('2025-03-05', due_at)", True),  # a day as a day, whatever stands beside
        ("submitted_at in (due_at, '2025-03-05')", True),
        ("submitted_at not in (due_at, '2025-03-05')", False),
        ("submitted_at in (due_at, due_on)", False),
        ("people in (1, 14 / 2, score)", True),
        ("place = '东街 '", True),
        ("place = ' \u200b东\u2060街\ufeff'", True),
        ("地点 属于（“　东街\u00a0”）", True),
        ("level in ('县 ', '村')", True),
        ("place like '东%\u200b'", True),
        ("place like '%%'", True),
        ("办结率 ≥ 33.3334％", False),
    ],
)
def test_conditions(text, expected):
    assert value(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("people", "7"),
        ("people + 0.5", "7.5"),
        ("people - 9", "-2"),
        ("people * 1.5", "10.5"),
        ("people / 2", "3.5"),
        ("people / 3", "2.333333"),
        ("people / 0.7", "10"),
        ("-people / 3", "-2.333333"),
        ("people / -4", "-1.75"),
        ("score / people", "13.214286"),
        ("2 / 3", "0.666667"),
        ("-people", "-7"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("10 - 4 - 3", "3"),
        ("90% - rate", "0.566667"),
        ("20 * rate", "6.66666"),
        ("abs(people - 9)", "2"),
        ("least(people, 5, 6)", "5"),
        ("greatest(people, score)", "92.5"),
        ("floor(score)", "92"),
        ("floor(-score)", "-93"),
        ("ceil(score)", "93"),
        ("ceil(-score)", "-92"),
        ("ceil(people)", "7"),
        ("round(score)", "93"),
        ("round(-score)", "-93"),
        ("round(rate, 2)", "0.33"),
        ("round(people, 2)", "7"),
        ("coalesce(people, 0)", "7"),
        ("case when irregular then 2.5 else people end", "2.5"),
        ("case when people > 9 then 1 when people > 5 then 2 else 3 end", "2"),
        ("days(received_on, due_on)", "30"),
        ("days(due_on, received_on)", "-30"),
        ("days(received_on, '2025-03-03')", "2"),
        ("days(due_at, submitted_at)", "0"),
        ("year(received_on)", "2025"),
        ("month(due_at)", "3"),
        ("day(due_on)", "31"),
        ("weekday(received_on)", "6"),
        ("weekday(date '2025-03-02')", "7"),
        ("length(place)", "2"),
        ("字数(地点) × 2 ＋ 1", "5"),
        ("天数（登记日期，期限）", "30"),
        ("最大(人数, 评分)", "92.5"),
        ("进一(评分 ÷ 10) － 取整(评分／10)", "1"),
        ("四舍五入(评分)", "93"),
        ("days(3月1日, 2025年3月31日)", "30"),
        ("100000 * 100000 + 3000 / 7", "10000000428.571429"),
        ("people / 3 * 3", "7"),
        ("people / 30 * 3", "0.7"),
        ("ceil(people / 3 * 3)", "7"),
        ("floor(people / 30 * 30)", "7"),
        ("floor(-people / 3)", "-3"),
        ("ceil(-people / 3)", "-2"),
        ("1 / 3 + 1 / 3 + 1 / 3", "1"),
        ("people / 3 + people / 6 + people / 2", "7"),
        ("people / (people / 3)", "3"),
        ("(people / 3) / (people / 9)", "3"),
        ("score / people * people", "92.5"),
        ("least(people / 3, score / 7) * 3", "7"),
        ("greatest(people / 3, 1 / 7) * 3", "7"),
        ("coalesce(people / 3, 1) * 3", "7"),
        ("case when irregular then people / 3 else 1 end * 3", "7"),
        ("case when people = 7 then 1 else people / (people - 7) end", "1"),
        ("coalesce(people / (people - 7), 5)", "5"),
        ("abs(-people / 3) * 3", "7"),
        ("round(people / 3, 2) * 3", "6.99"),  # rounded where the paper rounds, and only there
        ("people / 1024 * 1024", "7"),
        ("score * score * score * score", "73209414.0625"),
        ("weekday('2025-10-11')", "6"),
        ("year('2025-10-11') + month('2025-10-11') + day('2025-10-11')", "2046"),
        ("days(coalesce(closed_on, '2025-12-31'), '2026-01-01')", "274"),
        ("days(case when irregular then '2025-12-31' else closed_on end, '2026-01-01')", "1"),
        ("100%", "1"),
        ("0.5%", "0.005"),
        (".5", "0.5"),
    ],
)
def test_formulas(text, expected):
    assert value(text, "number") == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "changed", "expected"),
    [
        ("people > 3", {"people": None}, None),
        ("people > 3 or true", {"people": None}, True),
        ("people > 3 and irregular", {"people": None, "irregular": False}, False),
        ("people > 3 and irregular", {"people": None}, None),
        ("not (people > 3)", {"people": None}, None),
        ("people is null", {"people": None}, True),
        ("people in (1, 2)", {"people": None}, None),
        ("irregular", {"irregular": None}, None),
        ("coalesce(people, 4) > 3", {"people": None}, True),
        ("rate >= 90%", {"rate": None}, None),
        ("empty(rate) or rate >= 90%", {"rate": None, "nothing": True}, True),
    ],
)
def test_what_is_not_known(text, changed, expected):
    assert value(text, **changed) is expected


@pytest.mark.parametrize(
    ("text", "changed", "expected"),
    [
        ("closed_on <= due_on", {"closed_on": None}, False),
        ("not (closed_on <= due_on)", {"closed_on": None}, True),
        ("closed_on <= due_on", {"due_on": None}, None),
        ("closed_on <= due_on", {"closed_on": None, "due_on": None}, None),
        ("closed_on is null", {"closed_on": None}, True),
        ("days(received_on, closed_on) > 5", {"closed_on": None}, False),
        ("not (days(received_on, closed_on) > 5)", {"closed_on": None}, True),
        ("days(received_on, closed_on) + 1 > 5", {"closed_on": None}, False),
        ("not (2 * days(received_on, closed_on) > 5)", {"closed_on": None}, True),
        ("days(due_on, closed_on) > 5", {"due_on": None}, None),
        ("days(due_on, closed_on) > 5", {"closed_on": None, "due_on": None}, None),
        ("year(closed_on) in (2025)", {"closed_on": None}, False),
        ("people in (year(closed_on), 7)", {"closed_on": None}, True),
        ("submitted_at > due_at", {"submitted_at": None}, False),
        ("flag", {"flag": None}, False),
        ("not flag", {"flag": None}, True),
        ("flag or irregular", {"flag": None, "irregular": None}, None),
        ("flag = false", {"flag": None}, False),
        ("closed_on <> '2025-01-01'", {"closed_on": None}, False),
        ("closed_on in ('2025-01-01')", {"closed_on": None}, False),
        ("closed_on not in ('2025-01-01')", {"closed_on": None}, False),
        ("closed_on between '2025-01-01' and '2025-12-31'", {"closed_on": None}, False),
        ("closed_on not between '2025-01-01' and '2025-12-31'", {"closed_on": None}, False),
        ("办结日期不介于2025-01-01至2025-12-31", {"closed_on": None}, False),
        ("办结日期不属于2025-01-01至2025-12-31", {"closed_on": None}, False),
        ("办结日期 不属于（2025-01-01）", {"closed_on": None}, False),
        ("not (closed_on in ('2025-01-01'))", {"closed_on": None}, True),
        ("not closed_on in ('2025-01-01')", {"closed_on": None}, True),
        ("非（办结日期介于2025-01-01至2025-12-31）", {"closed_on": None}, True),
        ("people not in (year(closed_on), 9)", {"closed_on": None}, False),
        ("closed_on not in ('2025-01-01', due_on)", {"due_on": None}, None),
        ("closed_on in ('2025-04-02', due_on)", {"due_on": None}, True),
        ("closed_on in (due_on, '2025-04-02')", {"due_on": None}, True),
        ("days(received_on, closed_on) / (people - 7) > 3", {}, None),
        ("1 / days(received_on, closed_on) > 3", {"closed_on": None}, False),
        ("people / (people - 7) = score / (people - 7)", {}, None),
        ("people / (people - 7) is null", {}, True),
    ],
)
def test_an_event_that_has_not_happened_is_known(text, changed, expected):
    assert value(text, **changed) is expected


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("least(people, 5)", {"people": None}),
        ("greatest(5, people)", {"people": None}),
        ("people + 1", {"people": None}),
        ("round(rate, 2)", {"rate": None}),
        ("case when irregular then 1 else 2 end", {"irregular": None}),
        ("case when people > 9 then 1 when irregular then 2 else 3 end", {"people": None}),
        ("people / (people - 7)", {}),
    ],
)
def test_numbers_that_cannot_be_told(text, changed):
    assert value(text, "number", **changed) is None


def test_what_is_known_of_a_condition():
    result, _ = compiled("people / 3 > 2.5 and 层级 = '县' and due_on > closed_on")
    assert result.names == {"people", "level", "due_on", "closed_on"}
    assert result.needs == {"people", "due_on"}
    assert result.literals == (Decimal(3), Decimal("2.5"))


def test_is_null_and_coalesce_leave_nothing_unknown():
    assert compiled("people is null")[0].needs == frozenset()
    assert compiled("coalesce(people, 0) > 1")[0].needs == frozenset()
    assert compiled("coalesce(people, people) > 1")[0].needs == {"people"}


def test_a_percentage_in_quotes_is_a_text():
    assert value("place = '90%'", place="90%") is True


def test_quotes_in_texts_stay_texts():
    assert value("place = 'it''s'", place="it's") is True
    assert value("place = '; drop table lab'") is False


@pytest.mark.parametrize(
    "text",
    [
        "people between 7 and 8 and place not like '东%'",
        "level in ('村', '京') or coalesce(people, 0) / 3 > 90% * rate",
        "case when not irregular then days(due_on, '2025-03-03') else greatest(1, -people) end > 2",
    ],
)
def test_the_tree_of_a_text_is_left_as_it_was_for_the_next_who_reads_it(text):
    assert compiled(text)[0] is not None
    tree = parse(text, lambda offset: Place())
    assert all(child.parent is node for node in tree.walk() for child in node.iter_expressions())
    assert tree is parse(text, lambda offset: Place())


def test_what_is_worked_out_in_128_bits_is_given_in_64():
    found = value("score * score * score", "number")
    assert found == Decimal("92.5") ** 3
    result, _ = compiled("score * score", "number")
    assert result.sql.sql("duckdb").startswith("CAST(")
