"""Every construct of the language, as an office would write it, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from constructs import articles, line, of_line, ruleset, section

from rules_engine.description import describe
from rules_engine.messages import speaking
from rules_engine.plugin_manager import registry
from rules_engine.report.report import assumptions, by_default
from rules_engine.run.load import load_ruleset

ROOT = Path(__file__).parents[3]
ALL = sorted(
    f.parent
    for where in ("rulesets", "tests/corpus", "tests/fixtures")
    for f in (ROOT / where).rglob("ruleset.yaml")
)

FORMULAS = [
    ("income / 3", "收入 ÷ 3", "收入 ÷ 3"),
    ("round(income / 3, 2)", "收入 ÷ 3（四舍五入保留2位小数）", "收入 ÷ 3 (rounded to 2 places)"),
    ("round(income)", "收入（四舍五入取整）", "收入 (rounded to a whole number)"),
    ("floor(income / 100)", "收入 ÷ 100（舍去小数）", "收入 ÷ 100 (decimals are cut off)"),
    ("ceil(income / 100)", "收入 ÷ 100（有小数的进一取整）",
     "收入 ÷ 100 (a begun one counts whole)"),
    ("coalesce(income, 0)", "收入（没有的按0计）", "收入 (0 where there is none)"),
    ("coalesce(income, late)", "收入（没有的按迟报计）", "收入 (迟报 where there is none)"),
    ("least(10, 2 * late)", "2 × 迟报（超过10的按10计）", "2 × 迟报 (above 10 counts as 10)"),
    ("greatest(least(late, 10), 2)", "迟报（超过10次的按10次计，小于2次的按2次计）",
     "迟报 (above 10 times counts as 10 times, below 2 times counts as 2 times)"),
    ("least(late, open)", "迟报与积案中较小的", "the lesser of 迟报 and 积案"),
    ("greatest(late, open, people)", "迟报、积案、人数中最大的",
     "the greatest of 迟报, 积案, 人数"),
    ("least(greatest(late, open), people)",
     "甲与人数中较小的，其中甲为迟报与积案中较大的",
     "the lesser of A and 人数, where A is the greater of 迟报 and 积案"),
    ("40 * least(income / late, 1)", "40 × 甲，其中甲为收入 ÷ 迟报（超过1的按1计）",
     "40 × A, where A is 收入 ÷ 迟报 (above 1 counts as 1)"),
    ("10 - 2 * round(greatest(late - 3, 0) / 7, 1)",
     "10 − 2 × 乙，其中甲为迟报 − 3（小于0的按0计）；乙为甲 ÷ 7（四舍五入保留1位小数）",
     "10 − 2 × B, where A is 迟报 − 3 (below 0 counts as 0); "
     "B is A ÷ 7 (rounded to 1 place)"),
    ("abs(late - open)", "迟报与积案相差的数", "the distance of 迟报 and 积案"),
    ("abs(income)", "收入的绝对值", "收入 without its sign"),
    ("20 + 5 * (late - 3) + 1 * (open - 30)", "20 + 5 × （迟报 − 3） + 积案 − 30",
     "20 + 5 × (迟报 − 3) + 积案 − 30"),
    ("10 - (late - (open + 1))", "10 − 甲，其中甲为迟报 − （积案 + 1）",
     "10 − A, where A is 迟报 − (积案 + 1)"),
    ("case when late = 0 then 10 when late <= 2 then 5 else 0 end",
     "下列之一：没有迟报的计10，迟报不超过2次的计5，其他的计0",
     "one of these: 10 where there is no 迟报, 5 where 迟报 is at most 2 times, "
     "0 otherwise"),
    ("case when late < 5 then case when open = 0 then 2 else 1 end else 0 end",
     "下列之一：迟报少于5次的计甲，其他的计0，其中甲为下列之一：没有积案的计2，其他的计1",
     "one of these: A where 迟报 is less than 5 times, 0 otherwise, where A is one of these: "
     "2 where there is no 积案, 1 otherwise"),
    ("case when late < 2 then 3 else 0 end + case when calm then 2 else 0 end",
     "下列各项相加：迟报少于2次的计3，无积案的计2",
     "the sum of what applies: 3 where 迟报 is less than 2 times, 2 where 无积案"),
    ("100 * closed", "100 × 办结率", "100 × 办结率"),
]  # fmt: skip
CONDITIONS = [
    ("late > 9", "迟报超过9次", "迟报 is more than 9 times"),
    ("late > 0", "有迟报", "there is 迟报"),
    ("2 <= late", "迟报不少于2次", "迟报 is at least 2 times"),
    ("closed >= 90%", "办结率不低于90%", "办结率 is 90% or more"),
    ("closed < 90%", "办结率低于90%", "办结率 is below 90%"),
    ("sign <= 3月31日", "挂牌日不晚于3月31日", "挂牌日 is not after 3/31"),
    ("sign > '2025-03-31'", "挂牌日晚于2025年3月31日", "挂牌日 is after 2025-03-31"),
    ("sign is null", "没有挂牌日", "挂牌日 is not given"),
    ("kind in ('村', '社区') and late = 0", "类型为“村”、“社区”之一且没有迟报",
     "类型 is one of “村”, “社区” and there is no 迟报"),
    ("late = 0 and (open = 0 or closed = 100%)", "没有迟报且（没有积案或办结率为100%）",
     "there is no 迟报 and (there is no 积案 or 办结率 is equal to 100%)"),
    ("late = 0 or open = 0 and people > 3", "没有迟报，或者没有积案且人数超过3",
     "there is no 迟报, or there is no 积案 and 人数 is more than 3"),
    ("not calm", "不符合“无积案”", "not “无积案”"),
    ("not empty(closed)", "“办结率”有可考核事项", "there is something to assess for “办结率”"),
    ("name like '%镇'", "村名以“镇”结尾", "村名 ends with “镇”"),
    ("name not like '东%'", "不符合“村名以‘东’开头”", "not “村名 begins with ‘东’”"),
    ("late < greatest(open, 1)", "迟报少于积案（小于1件的按1件计）",
     "迟报 is less than 积案 (below 1 matter counts as 1 matter)"),
    ("months(sign, as_of) > 1", "从挂牌日到考核日的月数（不足一月按一月计）超过1",
     "the months from 挂牌日 to 考核日 (a begun month counts whole) is more than 1"),
]  # fmt: skip
LINES = [
    (line("per item", deduct=[{"of": "late", "each": 2}]), "score", "项目（10分）",
     "“迟报”每次扣2分，扣完为止。", "“迟报” costs 2 points each time, until the points are used "
     "up."),
    (line("per item", deduct=[{"of": "people", "each": 2}]), "score", "项目（10分）",
     "“人数”每人扣2分，扣完为止。",
     "“人数” costs 2 points for each person, until the points are used up."),
    (line("per item", deduct=[{"of": "open", "each": 1}], floor="none"), "score", "项目（10分）",
     "“积案”每件扣1分。可以扣成负分，不设下限。",
     "“积案” costs 1 point for each matter. It may fall below zero without limit."),
    (line("per item", deduct=[{"of": "late", "each": 2}], floor=-5), "score", "项目（10分）",
     "“迟报”每次扣2分。可以扣成负分，最低−5分。",
     "“迟报” costs 2 points each time. It may fall below zero, to −5 points at the least."),
    (line("per item", add=[{"of": "late", "each": 2}], cap="none"), "score", "项目（10分）",
     "“迟报”每次加2分。多做多得，不封顶。",
     "“迟报” earns 2 points each time. It rises with what is done, without limit."),
    (line("per item", 1, add=[{"of": "late", "each": 2}], cap="none"), "bonus",
     "项目（加分不封顶）", "“迟报”每次加2分。", "“迟报” earns 2 points each time."),
    (line("per item", 1, add=[{"of": "late", "each": 2}], cap=6), "bonus", "项目（最多加6分）",
     "“迟报”每次加2分。", "“迟报” earns 2 points each time."),
    (line("per item", 5, deduct=[{"of": "late", "each": 2}], floor="none"), "deduction",
     "项目（扣分不设上限）", "“迟报”每次扣2分。", "“迟报” costs 2 points each time."),
    (line("per item", 5, deduct=[{"of": "late", "each": 2}], floor=-8), "deduction",
     "项目（最多扣8分）", "“迟报”每次扣2分。", "“迟报” costs 2 points each time."),
    (line("target", of="closed", target=0.9, each=1), "score", "项目（10分）",
     "“办结率”达到90%的得10分；每差1个百分点扣1分（不足的按比例计），扣完为止。"
     "没有可考核事项的，计10分。",
     "“办结率” at 90% or more gives 10 points; each 1 percentage point short costs 1 point (a "
     "begun "
     "step counts in proportion), until the points are used up. Where there is nothing to "
     "assess it "
     "gives 10 points."),
    (line("target", 5, of="closed", target=0.9, each=1), "deduction", "项目（最多扣5分）",
     "“办结率”达到90%的不扣分；每差1个百分点扣1分（不足的按比例计）。没有可考核事项的，计0分。",
     "“办结率” at 90% or more costs nothing; each 1 percentage point short costs 1 point (a begun "
     "step counts in proportion). Where there is nothing to assess it gives 0 points."),
    (line("target", of="people", target=20, each=1, per=5, begun="whole", direction="at most"),
     "score", "项目（10分）", "“人数”不超过20的得10分；每超5扣1分（不足的按一档计），扣完为止。",
     "“人数” at 20 or less gives 10 points; each 5 above costs 1 point (a begun step counts "
     "whole), "
     "until the points are used up."),
    (line("target", of="closed", target=0.9, each=1, begun="full", not_applicable=0), "score",
     "项目（10分）",
     "“办结率”达到90%的得10分；每差1个百分点扣1分（不足1个百分点的不计），扣完为止。"
     "没有可考核事项的，计0分。",
     "“办结率” at 90% or more gives 10 points; each 1 percentage point short costs 1 point (less "
     "than 1 percentage point does not count), until the points are used up. Where there is "
     "nothing to assess it gives 0 points."),
    (line("per item", deduct=[{"of": "income", "each": 1, "per": 10000, "begun": "full"},
                              {"of": "late", "each": 2, "per": 3}]), "score", "项目（10分）",
     "“收入”每1万扣1分（不足1万的不计）、“迟报”每3次扣2分（不足的按比例计），扣完为止。",
     "“收入” costs 1 point for each 10000 (less than 10000 does not count), “迟报” costs 2 points "
     "for each 3 times (a begun step counts in proportion), until the points are used up."),
    (line("per item", add=[{"of": "income", "each": 1, "begun": "whole"}], cap="none"), "score",
     "项目（10分）", "“收入”每增加1加1分（不足的按一档计）。多做多得，不封顶。",
     "“收入” earns 1 point for each 1 of it (a begun step counts whole). It rises with what is "
     "done, without limit."),
    (line("per item by class", **{"from": "visits"}, where="irregular",
          classes=[{"when": "collective", "each": 1, "per": "people", "step": 5,
                    "begun": "full"}]), "score", "项目（10分）",
     "符合“非正常”的“走访”，每条按最先符合的一类计：集体访按“人数”每5扣1分（不足5的不计），扣完为止。",
     "“走访” where 非正常, each by the first class that fits: 集体访 costs 1 point for each 5 by "
     "“人数” (less than 5 does not count), until the points are used up."),
    (line("deadline", of="sign", deadlines=[{"by": "03-31", "points": 10}], each_month=2,
          begun="full"), "score", "项目（10分）",
     "“挂牌日”在3月31日以前的，得10分；此后每满一个月再扣2分，不足一个月的不计，扣完为止。",
     "“挂牌日” by 31 March gives 10 points; after that, 2 points less for each whole month, until "
     "the points are used up."),
    (line("per item", deduct=[{"of": "late", "each": 1, "then": [2, 3]},
                              {"of": "open", "each": 2, "repeated": 2, "up_to": 8}]), "score",
     "项目（10分）",
     "“迟报”第1次扣1分、第2次扣2分、以后每次扣3分；“积案”第1件扣2分、"
     "以后逐次按前一次的2倍扣、单次最多8分，扣完为止。",
     "“迟报”: no. 1 costs 1 point, no. 2 costs 2 points, 3 points each time after that; “积案”: "
     "no. 1 costs 2 points, each further one costs 2 times the one before, none more than 8 "
     "points, until the points are used up."),
    (line("per item", 5, add=[{"of": "late", "each": 2, "then": [0]}]), "bonus",
     "项目（最多加5分）", "“迟报”第1次加2分、以后不再加分。",
     "“迟报”: no. 1 earns 2 points, none after that earns any."),
    (line("per item", deduct=[{"of": "income", "each": 1, "then": [2], "per": 10000,
                               "begun": "full"}]), "score", "项目（10分）",
     "“收入”第1个1万扣1分、以后每1万扣2分（不足1万的不计），扣完为止。",
     "“收入”: no. 1 costs 1 point, 2 points for each 10000 after that (less than 10000 does not "
     "count), until the points are used up."),
    (line("per item by class", **{"from": "visits"}, where="irregular", counted="all together",
          classes=[{"when": "collective", "each": 2, "repeated": 2},
                   {"when": "not collective", "each": 1}]), "score", "项目（10分）",
     "符合“非正常”的“走访”，每条按最先符合的一类计：集体访：第1次扣2分、以后逐次按前一次的2倍扣；"
     "不符合“集体访”每条扣1分；各类合并计次，按日期先后，扣完为止。",
     "“走访” where 非正常, each by the first class that fits: 集体访: no. 1 costs 2 points, each "
     "further one costs 2 times the one before; not “集体访” costs 1 point each; the records of "
     "all classes are counted together, in the order of their days, until the points are used "
     "up."),
    (line("per item by class", **{"from": "visits"}, where="irregular",
          classes=[{"when": "collective", "each": 1, "then": [2], "per": "people"}]), "score",
     "项目（10分）",
     "符合“非正常”的“走访”，每条按最先符合的一类计：集体访：第1次扣1分、以后每次扣2分，"
     "按“人数”每人计；各类分别计次，按日期先后，扣完为止。",
     "“走访” where 非正常, each by the first class that fits: 集体访: no. 1 costs 1 point, 2 "
     "points each time after that, for each person by “人数”; the records of a class are counted "
     "in the order of their days, until the points are used up."),
    (line("proportion", of="closed", full_from=0.95, not_applicable="zero"), "score",
     "项目（10分）",
     "“办结率”达到95%的得10分；达不到的，得分＝10分×“办结率”÷95%。没有可考核事项的，计0分。",
     "“办结率” at 95% or more gives 10 points; below, 10 times “办结率” by 95%. Where there is "
     "nothing to assess it gives 0 points."),
    (line("proportion", 5, of="closed"), "deduction", "项目（最多扣5分）",
     "扣分＝5分×“办结率”。没有可考核事项的，计0分。",
     "5 points times “办结率” are taken. Where there is nothing to assess it gives 0 points."),
    (line("bands", of="late", bands=[{"to": 1, "points": 10}, {"from": 1, "points": -2}],
          floor="none"), "score", "项目（10分）",
     "按“迟报”分档得分：\n\n| 迟报 | 得分 |\n| --- | --- |\n| 不到1 | 10 |\n| 1以上 | −2 |\n\n"
     "可以扣成负分，不设下限。",
     "By “迟报”:\n\n| 迟报 | points |\n| --- | --- |\n| less than 1 | 10 |\n| 1 or more | −2 |\n\n"
     "It may fall below zero without limit."),
    (line("checklist", items=[{"met": "late < 2"}, {"met": "calm", "label": "没有旧账"}]), "score",
     "项目（10分）",
     "下列事项平分10分，做到一项得一份：（1）迟报少于2次；（2）没有旧账（无积案）。",
     "Each of these that is in place gives an equal part of 10 points: (1) 迟报 is less than 2 "
     "times; "
     "(2) 没有旧账 (无积案)."),
    (line("checklist", 5, items=[{"met": "late > 2", "points": 2}, {"met": "open > 0",
          "points": 3}]), "deduction", "项目（最多扣5分）",
     "有下列情形的，各扣所列分数：（1）迟报超过2次，2分；（2）有积案，3分。",
     "Each of these that is so costs its points: (1) 迟报 is more than 2 times, 2 points; "
     "(2) there is 积案, 3 points."),
    (line("per item by class", **{"from": "visits"}, where="irregular",
          classes=[{"label": "集体", "when": "collective", "each": 1, "per": "people"},
                   {"when": "not collective", "each": 5}],
          times=[{"label": "越级加倍", "when": "skipped_level", "by": 2}]), "score", "项目（10分）",
     "符合“非正常”的“走访”，每条按最先符合的一类计：集体（集体访）按“人数”每人扣1分、"
     "不符合“集体访”每条扣5分；越级加倍的，按2倍计，扣完为止。",
     "“走访” where 非正常, each by the first class that fits: 集体 (集体访) costs 1 point for "
     "each person "
     "by “人数”, not “集体访” costs 5 points each; 越级加倍: 2 times that, until the points "
     "are used up."),
    (line("deadline", of="sign", deadlines=[{"by": "03-31", "points": 10},
          {"by": "04-15", "points": 5}], later=-2, floor=-2), "score", "项目（10分）",
     "“挂牌日”在3月31日以前的，得10分；“挂牌日”在4月15日以前的，得5分；再晚的扣2分。"
     "可以扣成负分，最低−2分。",
     "“挂牌日” by 31 March gives 10 points; “挂牌日” by 15 April gives 5 points; a later day costs "
     "2 points. It may fall below zero, to −2 points at the least."),
    (line("rating", kinds=[{"kind": "群众", "weight": 0.7}, {"kind": "领导", "weight": 0.3}]),
     "score", "项目（10分）",
     "依据“测评”，各类测评人的平均分按权重计算：群众70%、领导30%；得分＝10分×加权平均分÷100。",
     "By “测评”, the averages of the raters weighted: 群众 70%, 领导 30%; 10 points times the "
     "weighted average by 100."),
    (line("rank", by="late", best="least", places=[10, 5], last=-3, others=1, floor=-3), "score",
     "项目（10分）",
     "按“迟报”由少到多排序，第1名得10分、第2名得5分、最后一名扣3分、其余得1分；数值相同的名次并列。"
     "可以扣成负分，最低−3分。",
     "By “迟报” from least to most, place 1 gives 10 points, place 2 gives 5 points, the last "
     "place "
     "costs 3 points, each other place gives 1 point; equal values share a place. It may fall "
     "below "
     "zero, to −3 points at the least."),
    (line("formula", formula="least(10, 2 * late)", cap=12, floor=1, veto="open > 3",
          when="kind = '村'", not_applicable=4), "score", "项目（10分）",
     "得分为2 × 迟报（超过10的按10计）。最低1分。最高12分。一票否决：积案超过3件。"
     "适用条件：类型为“村”。不适用的，计4分。",
     "The points are 2 × 迟报 (above 10 counts as 10). It does not fall below 1 point. It does not "
     "rise above 12 points. Veto: 积案 is more than 3 matters. This applies where 类型 is “村”. "
     "Where it does "
     "not apply it gives 4 points."),
    (line("per item", deduct=[{"of": "late", "each": 2}],
          put_right={"when": "days(due_at, submitted_at) <= 3", "back": 0.5}), "score",
     "项目（10分）",
     "“迟报”每次扣2分，扣完为止。事后整改到位的，返还所扣分的50%："
     "排查报告中从应报时间到上报时间的天数不超过3的。",
     "“迟报” costs 2 points each time, until the points are used up. What was put right afterwards "
     "gives back 50% of what it cost: 排查报告 where the days from 应报时间 to 上报时间 is at "
     "most 3."),
]  # fmt: skip
PAY = [
    ([{"from": 900, "amount": 5000}], ["900分以上 | 5000"], ["900 points or more | 5000"]),
    ([{"to": 900, "amount": 5000, "each": 5, "over": 900}, {"from": 900, "amount": 5000}],
     ["不满900分 | 5000，低于900分的部分每分减5", "900分以上 | 5000"],
     ["less than 900 points | 5000, 5 less for each point below 900",
      "900 points or more | 5000"]),
    ([{"from": 90, "amount": 100, "each": 8, "over": 90}, {"to": 90, "amount": -50}],
     ["90分以上 | 100，高于90分的部分每分加8", "不满90分 | −50"],
     ["90 points or more | 100, 8 more for each point above 90", "less than 90 points | −50"]),
    ([{"from": 60, "amount": 100, "each": -2, "over": 60}, {"to": 60, "each": -3, "over": 60}],
     ["60分以上 | 100，高于60分的部分每分减2", "不满60分 | 低于60分的部分每分加3"],
     ["60 points or more | 100, 2 less for each point above 60",
      "less than 60 points | 3 more for each point below 60"]),
    ([{"amount": 200, "each": 5, "over": 80}],
     ["不限 | 200，高于80分的部分每分加5，低于80分的部分每分减5"],
     ["any | 200, 5 more for each point above 80, 5 less for each point below 80"]),
    ([{"from": 0, "each": 5}], ["0分以上 | 每分5"], ["0 points or more | 5 for each point"]),
    ([{"from": 0, "amount": 100, "each": -1}], ["0分以上 | 100，每分减1"],
     ["0 points or more | 100, 1 less for each point"]),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "chinese", "english"), FORMULAS, ids=lambda v: v[:40])
def test_a_formula(formula, chinese, english):
    spec = line("formula", formula=formula)
    assert of_line(spec, "zh")[1].startswith(f"得分为{chinese}。")
    assert of_line(spec, "en")[1].startswith(f"The points are {english}.")


@pytest.mark.parametrize(("condition", "chinese", "english"), CONDITIONS, ids=lambda v: v[:40])
def test_a_condition(condition, chinese, english):
    document = ruleset(standards={
        "calm": {"label": "无积案", "when": "open = 0"},
        "met": {"label": "达标情况", "when": condition},
    })  # fmt: skip
    assert articles(document, "zh")["达标情况"] == f"达到的条件为：{chinese}。"
    assert articles(document, "en")["达标情况"] == f"Met where {english}."


@pytest.mark.parametrize(("spec", "kind", "title", "chinese", "english"), LINES)
def test_a_line(spec, kind, title, chinese, english):
    assert of_line(spec, "zh", kind) == (title, chinese)
    assert of_line(spec, "en", kind)[1] == english


@pytest.mark.parametrize(("bands", "chinese", "english"), PAY)
def test_pay(bands, chinese, english):
    for language, rows in (("zh", chinese), ("en", english)):
        document = ruleset(pay={"money": {"label": "奖金", "assumed": "例", "bands": bands}})
        told = articles(document, language)["奖金"].splitlines()
        assert [r for r in told if r.startswith("| ")][2:] == [f"| {row} |" for row in rows]


def test_pay_that_leaves_scores_out_says_so():
    partly = {"label": "奖金", "assumed": "例", "bands": [{"from": 90, "amount": 100}]}
    whole = {**partly, "bands": [{"from": 90, "amount": 100}, {"to": 90}]}
    gap = {**partly, "bands": [{"from": 90}, {"to": 80, "amount": 3}]}
    for pay, said in ((partly, True), (whole, False), (gap, True)):
        text = articles(ruleset(pay={"money": pay}), "zh")["奖金"]
        assert ("不在上列范围内的得分，金额为0。" in text) is said


def test_the_last_grade_holds_everything_below():
    grades = {
        "good": {"label": "好", "from": 80, "quota": 0.2, "assumed": "例"},
        "fair": {"label": "中", "from": 60, "assumed": "例"},
        "poor": {"label": "差", "from": 0},
    }
    for language, rows in (
        ("zh", ["| 好 | 80分以上 | 20% |", "| 中 | 60分以上，不满80分 | — |",
                "| 差 | 不满60分 | — |"]),
        ("en", ["| 好 | 80 points or more | 20% |", "| 中 | 60 points or more, less than 80 | — |",
                "| 差 | less than 60 points | — |"]),
    ):  # fmt: skip
        title = "等次" if language == "zh" else "Grades"
        found = articles(ruleset(grades=grades), language)[title].splitlines()
        assert found[4:7] == rows
    one = articles(ruleset(grades={"all": {"label": "全部", "from": 0}}), "zh")["等次"]
    assert "| 全部 | 不限 |" in one


def test_sections_with_bounds_and_weights():
    document = ruleset(
        base=5,
        sections={
            "rest": section(rest=line("formula", 100, formula="100"), label="一、基本",
                            keys={"weight": 0.5, "floor": 3, "cap": 120}),
            "more": section("bonus", label="二、加分", keys={"cap": 4},
                            more=line("formula", 2, formula="late", label="多")),
            "open": section("bonus", label="三、奖励", keys={"for": "kind = '村'"},
                            open=line("formula", 2, formula="late", label="敞开", cap="none")),
            "less": section("deduction", label="四、扣分", keys={"floor": -6},
                            less=line("formula", 9, formula="-late", label="少")),
            "deep": section("deduction", "cadre", label="五、本人",
                            deep=line("formula", 9, formula="-own", label="深", floor="none")),
        },
    )  # fmt: skip
    found = articles(document, "zh")
    assert found["分值"].splitlines()[2:9] == [
        "| 部分 | 类别 | 分值 | 权重 | 只适用于 |",
        "| --- | --- | --- | --- | --- |",
        "| 基本 | 计分 | 100 | 50% |  |",
        "| 加分 | 加分 | 最多加4 |  |  |",
        "| 奖励 | 加分 | 不封顶 |  | 类型为“村” |",
        "| 扣分 | 扣分 | 最多扣6 |  |  |",
        "| 本人 | 扣分（只对干部） | 扣分不设上限 |  |  |",
    ]
    assert "每个考核对象以5分为基础分。" in found["分值"]
    assert "最多扣6分。" in [text for title, text in found.items() if title == "本部分合计"]


def test_consequences_say_their_kind_once():
    document = ruleset(consequences={
        "veto": {"label": "一票否决", "kind": "veto", "effect": "zero", "when": "not calm",
                 "assumed": "例"},
        "down": {"label": "综合考核降等", "kind": "downgrade", "when": "veto", "assumed": "例"},
        "told": {"label": "通报", "kind": "sanction", "when": "not calm", "assumed": "例"},
    })  # fmt: skip
    titles = list(articles(document, "zh"))
    assert "一票否决" in titles
    assert "综合考核降等" in titles
    assert "通报（处理）" in titles


def test_targets():
    targets = {
        "some": {"label": "大部分", "share": "calm", "at_least": 0.9, "assumed": "例"},
        "all": {"label": "全部", "share": "calm", "at_least": 1, "among": "kind = '村'",
                "assumed": "例"},
    }  # fmt: skip
    zh, en = (articles(ruleset(targets=targets), language) for language in ("zh", "en"))
    assert zh["大部分"] == "村和单位中至少90%应当符合“无积案”。"
    assert zh["全部"] == "类型为“村”的村和单位，应当全部符合“无积案”。"
    assert en["大部分"] == "At least 90% of all villages and units must meet “无积案”."
    assert en["全部"] == "All villages and units where 类型 is “村” must meet “无积案”."


NEVER = {
    "zh": {
        "a raw function": r"\b(?:coalesce|least|greatest|round|ceil|floor|case|when|abs|days|months"
        r"|weekday|year|length|empty|max|min|per|criteria)\b",
        "signs of programs": r"[⌊⌋⌈⌉∈\[\]≤≥≠]|[<>=]|\bnull\b",
        "an English word": r"[A-Za-z]{3,}",
        "a bracket in a bracket": r"（[^）]*（",
        "half-width brackets": r"[()]",
        "quotes in quotes in quotes": r"‘[^’]*‘",
        "a doubled word": r"([一-鿿]{3,})（\1）|(得|扣|加|的|中|为)\2",
        "no limit downwards of what is added": r"加[^。]*不设下限",
        "a hyphen for a minus": r"(?<![\d])-\d",
    },
    "en": {
        "a raw function": r"\b(?:coalesce|ceil|weekday|criteria)\b|\b(?:least|greatest|round|max"
        r"|min|abs|days|months)\(",
        "signs of programs": r"[⌊⌋⌈⌉∈\[\]≤≥≠]|[<>=]|\bnull\b",
        "a bracket in a bracket": r"\([^)]*\(",
        "one of many": r"(?<![\d.])1 (?:points|places|days)\b",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("folder", ALL, ids=lambda f: f.name)
def test_what_no_paper_may_say(folder, language):
    """Only what the program words: clauses, gists and reasons are the author's own."""
    checked = load_ruleset(folder, registry()).or_stop()
    if language == "zh" and checked.ruleset.document.language != "zh":
        pytest.skip("its own labels are English")
    with speaking(language):
        paper = describe(checked, registry().methods)
    notes = re.compile(
        r"（依据：[^\n]*）|\(Clauses: [^\n]*\)|^\| .*$|“[^”]*[A-Za-z（(][^”]*”", re.M
    )
    if language == "en":
        notes = re.compile(r"\(Clauses: [^\n]*\)|^\| .*$", re.M)
    wrong = {
        (article.title, why, found[0])
        for chapter in paper.chapters[:-1]
        for article in chapter.articles
        for why, pattern in NEVER[language].items()
        if (found := re.search(pattern, notes.sub("", article.text)))
    }
    assert wrong == set()


@pytest.mark.parametrize("folder", [f for f in ALL if f.name != "small"], ids=lambda f: f.name)
def test_assumptions_name_no_key(folder):
    checked = load_ruleset(folder, registry()).or_stop()
    if checked.ruleset.document.language != "zh":
        pytest.skip("its own labels are English")
    with speaking("zh"):
        where = [
            a.where
            for a in (*assumptions(checked.ruleset, registry().methods), *by_default(checked.book))
        ]
    assert [text for text in where if re.search(r"[a-z]{3,}", text)] == []


def test_reasons_for_whole_parts_are_told_by_what_people_call_them():
    document = ruleset()
    document["assumed"] = {"scale": "甲", "grades": "乙", "sections": "丙", "pay": "丁"}
    with speaking("zh"):
        text = articles(document, "zh")["假定"]
    assert [row.split(" | ")[0] for row in text.splitlines()[4:8]] == [
        "| 总分", "| 等次", "| 板块", "| 报酬",
    ]  # fmt: skip
