"""The functions and operators of conditions: what each takes, and what it gives.

The reference page and its examples, which the tests work out, are made of this.
"""

from __future__ import annotations

from dataclasses import dataclass

from rules_engine.conditions import words

LACKING = "empty, and unknown, where a value is"
EXAMPLE_VALUES = {
    "人数": "7", "评分": "92.5", "办结率": "1/3", "层级": "县", "非正常": "是",
    "登记日期": "2025-03-01", "期限": "2025-03-31", "上报时间": "2025-03-05 12:00",
    "办结日期": "empty: an event that has not happened", "地点": "empty: unknown",
    "合格率": "a rate over nothing",
}  # fmt: skip
"""What the names in the examples stand for, in the year 2025."""


@dataclass(frozen=True)
class Function:
    """A function of conditions.

    Attributes:
        name: as it is written.
        takes: its values and their types.
        result: the type of what it gives.
        gives: what it gives.
        empty: what it gives for empty values.
        example: a use of it.
        value: what the example gives.
    """

    name: str
    takes: str
    result: str
    gives: str
    empty: str
    example: str
    value: str

    @property
    def chinese(self) -> str:
        """Return its Chinese name, or nothing."""
        return next((zh for zh, name in words.FUNCTIONS.items() if name == self.name), "")


@dataclass(frozen=True)
class Operator:
    """An operator of conditions; the fields are those of functions.

    Attributes:
        signs: how it is written in SQL, each sign or word with its meaning in Chinese.
    """

    signs: tuple[str, ...]
    takes: str
    result: str
    gives: str
    empty: str
    examples: tuple[tuple[str, str], ...]

    @property
    def chinese(self) -> dict[str, list[str]]:
        """Return for each of its signs the Chinese words for it."""
        known = {**words.KEYWORDS, **words.PHRASES}
        return {sign: [zh for zh, sql in known.items() if sql == sign] for sign in self.signs}


FUNCTIONS = (
    Function("least", "numbers", "number", "the least of them", LACKING,
             "least(人数, 5, 6)", "5"),
    Function("greatest", "numbers", "number", "the greatest of them", LACKING,
             "最大(评分 - 100, 0)", "0"),
    Function("abs", "a number", "number", "the number without its sign", LACKING,
             "abs(人数 - 10)", "3"),
    Function("floor", "a number", "number", "the number cut down to a whole", LACKING,
             "取整(-2.5)", "-3"),
    Function("ceil", "a number", "number", "the number brought up to a whole", LACKING,
             "进一(人数 / 3)", "3"),
    Function("round", "a number, and optionally how many decimal places (0)", "number",
             "the number rounded half-up, away from zero", LACKING,
             "四舍五入(办结率, 2)", "0.33"),
    Function("coalesce", "values of one type", "that type", "the first of them that is there",
             "empty only where all are; then the last says whether that is unknown",
             "days(登记日期, coalesce(办结日期, 2025-12-31))", "305"),
    Function("days", "a day, another day", "number", "whole days from the first to the second",
             LACKING, "天数(登记日期, 期限)", "30"),
    Function("months", "a day, another day", "number",
             "months that have begun from the first to the second; 0 when that is not later",
             LACKING, "月数(登记日期, 2025-04-02)", "2"),
    Function("year", "a day", "number", "its year", LACKING, "年(登记日期)", "2025"),
    Function("month", "a day", "number", "its month, 1 to 12", LACKING, "月(期限)", "3"),
    Function("day", "a day", "number", "its day of the month", LACKING, "日(期限)", "31"),
    Function("weekday", "a day", "number", "1 for Monday to 7 for Sunday", LACKING,
             "星期('2025-10-11')", "6"),
    Function("workdays", "a day, another day", "number",
             "working days after the first up to the second", LACKING,
             "工作日(2025-09-30, 2025-10-11)", "3"),
    Function("plus_workdays", "a day, a whole number or a parameter", "day",
             "the so many-th working day after it; before it with a number below 0", LACKING,
             "天数(2025-09-30, 工作日后(2025-09-30, 1))", "9"),
    Function("length", "a text", "number", "how many characters it has", LACKING,
             "字数(层级)", "1"),
    Function("empty", "an indicator that is a rate, a greatest or least, or a day",
             "yes or no", "whether there was nothing to rate or to look at",
             "never empty, unless it is unknown what there was", "empty(合格率)", "true"),
)  # fmt: skip
"""All functions. Wherever one takes a day, a moment counts as its day, and a day may be written out
in quotes."""

OPERATORS = (
    Operator(("and", "or"), "conditions", "yes or no", "whether both, or one of them, holds",
             "false, or true, where one side decides it; else unknown where a side is",
             (("人数 > 5 and 非正常", "true"), ("人数 > 9 且 地点 = '东街'", "false"),
              ("人数 > 5 且 地点 = '东街'", "unknown"))),
    Operator(("not",), "a condition", "yes or no", "the opposite",
             "unknown where the condition is; true of a comparison with an event that has not "
             "happened, since that is false",
             (("not (人数 > 9)", "true"), ("非（办结日期 不晚于 期限）", "true"))),
    Operator(("=", "<>"), "two values of one type", "yes or no", "whether they are the same",
             "as for all comparisons, see above",
             (("层级 是 “县”", "true"), ("办结率 = 1 / 3", "true"), ("办结日期 <> 期限", "false"))),
    Operator(("<", "<=", ">", ">="), "two numbers or days", "yes or no", "which is greater",
             "as for all comparisons, see above",
             (("人数 不少于 7", "true"), ("上报时间 > 2025-03-05", "false"),
              ("办结日期 晚于 期限", "false"))),
    Operator(("in", "not in"), "a value, and a list of such", "yes or no",
             "whether it equals one of them, or differs from each",
             "each item is compared by itself, in any order",
             (("层级 属于（“县”、“京”）", "true"), ("办结日期 not in (2025-01-01)", "false"))),
    Operator(("between", "not between"), "a number or day, and two bounds", "yes or no",
             "whether it lies between them, both included, or below or above",
             "each bound is compared by itself",
             (("人数 介于 5 和 7 之间", "true"),
              ("办结日期 not between 2025-01-01 and 2025-12-31", "false"))),
    Operator(("like", "not like"), "a text, and a pattern in quotes", "yes or no",
             "whether it is like the pattern: % is any text, _ one character",
             "as for all comparisons, see above",
             (("层级 like '县%'", "true"), ("地点 not like '东%'", "unknown"))),
    Operator(("is null", "is not null"), "a value", "yes or no", "whether it is empty, or there",
             "never unknown",
             (("办结日期 为空", "true"), ("地点 不为空", "false"))),
    Operator(("+", "-", "*"), "two numbers", "number", "sum, difference, product", LACKING,
             (("人数 + 0.5", "7.5"), ("评分 × 2 － 人数", "178"))),
    Operator(("/",), "two numbers", "number", "the quotient, exactly",
             "empty, and unknown, where a value is or the second is 0",
             (("人数 / 3 * 3", "7"), ("人数 ÷ （人数 － 7） is null", "true"))),
    Operator(("case",), "conditions with values of one type, and a value for all else",
             "that type", "the value of the first condition that holds",
             "unknown where a condition before it is",
             (("case when 人数 > 9 then 1 when 人数 > 5 then 2 else 3 end", "2"),)),
)  # fmt: skip
"""All operators."""
