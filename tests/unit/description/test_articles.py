"""Every construct of the ruleset language is put into words, and nothing more than it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rules_engine.description import describe
from rules_engine.description.paper import bare, sentences
from rules_engine.messages import speaking
from rules_engine.model.numerals import in_numerals
from rules_engine.plan.verbalizer import RulesetVerbalizer
from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_ruleset

EVERY = Path(__file__).parents[2] / "fixtures" / "every-method"


@pytest.fixture(scope="module")
def checked():
    with speaking("zh"):
        return load_ruleset(EVERY, registry()).or_stop()


@pytest.fixture(scope="module")
def articles(checked):
    with speaking("zh"):
        paper = describe(checked, registry().methods)
        return {a.title: a.text for chapter in paper.chapters for a in chapter.articles}


CLAUSE = "（依据：E-2 二）"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "报告（10分）",
            "“迟报”每次扣2分，扣完为止。事后整改到位的，返还所扣分的50%："
            "排查报告中从应报时间到上报时间的天数不超过3的。",
        ),
        (
            "办结（10分）",
            "“办结率”达到90%的得10分；每差1个百分点扣0.5分（不足的按比例计），扣完为止；"
            "每优于目标1个百分点加0.1分。最高11分。没有可考核事项的，计10分。",
        ),
        (
            "人数（5分）",  # it may fall below zero, so deductions do not end when it is used up
            "“涉及人数合计”不超过20的得5分；每超5扣1分（不足的按一档计）。可以扣成负分，不设下限。",
        ),
        (
            "比例（5分）",
            "“办结率”达到95%的得5分；达不到的，得分＝5分×“办结率”÷95%。没有可考核事项的，计3分。",
        ),
        (
            "分档（5分）",
            "按“积案”分档得分：\n\n| 积案 | 得分 |\n| --- | --- |\n| 不到1 | 5 |\n"
            "| 1以上，不到3 | 2 |\n| 3以上 | 0 |\n\n",
        ),
        (
            "清单（5分）",
            "下列事项至少做到1项的得5分，否则得0分：（1）没有旧账（无积案）；（2）迟报少于2次；"
            "（3）办结多（办结率不低于办结率目标且上年非正常访不少于0次）。",
        ),
        (
            "挂牌（10分）",
            "“挂牌日”在3月31日以前的，得10分；“挂牌日”在2025年4月15日以前的，得8分；"
            "此后每超过一个月再扣2分，不足一月按一月计，扣完为止。",
        ),
        (
            "测评（5分）",
            "依据“测评”，各类测评人的平均分按权重计算：群众70%、领导30%；"
            "得分＝5分×加权平均分÷100；同一类测评达到5份的，去掉一个最高分和一个最低分。",
        ),
        (
            "名次分（5分）",
            "按“迟报积案”由少到多排序，第1名得5分、第2名得3分、最后一名得0分、其余得1分；"
            "数值相同的名次并列。",
        ),
        (
            "越级走访（60分）",
            "符合“越级”的“走访”，每条按最先符合的一类计：集体（集体访）每条扣10分、"
            "不符合“集体访”每条扣5分；重复（人数超过5）的，按2倍计；事先报告（非正常）的，"
            "按50%计，扣完为止。一票否决：迟报超过9次。适用条件：类型为“村”。不适用的，计60分。",
        ),
        (
            "算式（最多加5分）",
            "得分为积案 × 每件扣分（超过5的按5计）。适用条件：不符合“无积案”。不适用的，计0分。",
        ),
        ("包案（最多扣6分）", "“包案积案”每件扣2分。"),
    ],
)
def test_a_score_line_in_words(articles, title, text):
    assert articles[title] == text + CLAUSE


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("本部分合计", "本部分得分按50%计入总分。最高55分。"),
        (
            "表扬（荣誉）",
            "条件为：无积案且“越级走访”没有被一票否决且按分数的等次为“好”。（依据：E-3 三）",
        ),
        (
            "降等",  # its name says what kind it is
            "条件为：任何一项被一票否决或按分数的等次为“差”。等次降1等。（依据：E-3 三）",
        ),
        ("封顶（一票否决）", "条件为：降等。等次最高为“差”。（依据：E-3 三）"),
        (
            "问责（处理）",
            "条件为：不符合“无积案”。同时适用于考核日担任该村（单位）村支部书记、包村干部的干部。"
            "（依据：E-3 三）",
        ),
        (
            "每件扣分",
            "自2024年1月1日起为1；自2025年1月1日起为2。（依据：E-1 一）",
        ),
        ("办结率目标", "为90%。"),
        (
            "积案",
            "不限日期的“信访事项”中符合“办理期限早于考核日且没有办结日期”的记录的条数。",
        ),
        (
            "办结率",
            "考核期内的“信访事项”中符合“初信初访”的记录中，符合“有办结日期”的所占比例。",
        ),
        ("涉及人数合计", "考核期内的“信访事项”中，“涉及人数”的合计。"),
        ("适用对象", "本部分只适用于类型不是“社区”的对象。"),
        ("计分方式", "各项逐月计分；按适用月份的平均分计。"),
        ("上年非正常访", "上年同期的“走访”中符合“非正常”的记录的条数。"),
        (
            "挂牌日",
            "考核期内的“检查”中符合“检查项目为‘挂牌’且达标”的记录中，最早的“检查日期”。",
        ),
        (
            "包案积案",
            "考核期内的“信访事项”中符合“办理结果不是‘化解’”的记录的条数。"
            "每条记录计给担任其包案领导的每名干部。",
        ),
    ],
)
def test_what_stands_around_the_lines(articles, title, text):
    assert articles[title] == text


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("year(due_on) = 2025", "办理期限的年份为2025"),
        ("month(due_on) = 3", "办理期限的月份为3"),
        ("weekday(due_on) = 1", "办理期限为星期一"),
        ("days(received_on, closed_on) <= 15", "从受理登记日期到办结日期的天数不超过15"),
        ("months(due_on, as_of) > 1", "从办理期限到考核日的月数（不足一月按一月计）超过1"),
        ("outcome = '化解' or outcome <> '答复'", "办理结果为“化解”或办理结果不是“答复”"),
        ("outcome in ('化解', '答复')", "办理结果为“化解”、“答复”之一"),
        ("outcome not in ('化解', '答复')", "办理结果不是“化解”、“答复”"),
        ("closed_on is null", "没有办结日期"),
        ("closed_on is not null and not repeat", "有办结日期且不符合“重复信访”"),
        ("people between 5 and 10", "涉及人数不少于5、不超过10"),
        ("greatest(people, 1) > 每件扣分", "涉及人数（小于1的按1计）超过每件扣分"),
    ],
)
def test_a_condition_in_words(checked, condition, words):
    with speaking("zh"):
        assert RulesetVerbalizer(checked.book).of_records(condition, "cases") == words


def test_quotas_shares_and_pay_are_tables(articles):
    assert articles["等次"].splitlines()[2:6] == [
        "| 等次 | 总分 | 名额 |",
        "| --- | --- | --- |",
        "| 好 | 80分以上 | 20% |",
        "| 差 | 不满80分 | — |",
    ]
    assert "在“好”最后一个名额上并列的，全部列入。" in articles["等次"]
    assert "| 村支部书记 | 100% |\n| 包村干部 | 50% |" in articles["责任比例"]
    assert (
        "| 得分 | 金额（元） |\n| --- | --- |\n| 90分以上 | 100，高于90分的部分每分加8 |\n"
        "| 60分以上，不满90分 | 每分5 |\n| 不满60分 | −50 |"
    ) in articles["奖金"]


def test_the_general_rules(articles):
    assert articles["依据和施行日期"] == (
        "本办法依据“某镇考核方案”编写。自2025年1月1日起施行，至2026年12月31日止。"
    )
    assert "每个考核对象以10分为基础分。" in articles["分值"]
    assert "| 基本 | 计分 | 60 | 50% |" in articles["分值"]
    assert articles["小数取舍"] == "总分四舍五入，保留1位小数，只取舍一次。"


def test_a_method_that_does_not_speak_is_described_by_its_formula(checked):
    methods = {n: replace(m, words=None) for n, m in registry().methods.items()}
    with speaking("zh"):
        paper = describe(checked, methods)
    found = {a.title: a.text for chapter in paper.chapters for a in chapter.articles}
    assert found["报告（10分）"].startswith("得分为10 − 2 × 迟报。")
    assert found["名次分（5分）"].startswith("得分为下列之一：倒数名次为1且名次超过1的计0，")


@pytest.mark.parametrize(
    ("number", "chinese"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (45, "四十五"), (100, "一百"),
     (101, "一百零一"), (110, "一百一十"), (115, "一百一十五"), (230, "二百三十")],
)  # fmt: skip
def test_numbers_of_articles(number, chinese):
    with speaking("zh"):
        assert in_numerals(number) == chinese
    with speaking("en"):
        assert in_numerals(number) == str(number)


@pytest.mark.parametrize(
    ("label", "rest"),
    [("一、基本", "基本"), ("（十二）基本", "基本"), ("十一、“三无”", "“三无”"), ("三无", "三无"),
     ("一票否决", "一票否决"), ("Order", "Order")],
)  # fmt: skip
def test_a_label_loses_its_own_number(label, rest):
    assert bare(label) == rest


def test_sentences_end_with_a_stop_but_tables_and_notes_do_not():
    with speaking("en"):
        assert sentences(["One", "", "A:\n\n| a |", "(Note)"]) == "One. A:\n\n| a |\n\n(Note)"
