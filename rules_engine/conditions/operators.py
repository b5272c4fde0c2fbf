"""The operators of conditions as the reference page says them; tests work its examples out."""

from __future__ import annotations

from dataclasses import dataclass

from rules_engine.conditions import words
from rules_engine.conditions.function_kinds import LACKING

EXAMPLE_VALUES = {
    "人数": "7", "评分": "92.5", "办结率": "1/3", "层级": "县", "非正常": "是",
    "登记日期": "2025-03-01", "期限": "2025-03-31", "上报时间": "2025-03-05 12:00",
    "办结日期": "empty: an event that has not happened", "地点": "empty: unknown",
    "合格率": "a rate over nothing",
}  # fmt: skip
"""What the names in the examples stand for, in the year 2025."""


@dataclass(frozen=True)
class Operator:
    """An operator of conditions; what is not said here is as for functions.

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
