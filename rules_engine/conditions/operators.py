"""The operators of conditions: what each means, how it is written and said, and its examples."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from rules_engine.conditions.function_kinds import LACKING
from rules_engine.messages import Message, msg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

EXAMPLE_VALUES = {
    "人数": "7", "评分": "92.5", "办结率": "1/3", "层级": "县", "非正常": "是",
    "登记日期": "2025-03-01", "期限": "2025-03-31", "上报时间": "2025-03-05 12:00",
    "办结日期": "empty: an event that has not happened", "地点": "empty: unknown",
    "合格率": "a rate over nothing",
}  # fmt: skip
"""What the names in the examples stand for, in the year 2025."""


Node = type[exp.Expr]
CALCULATIONS: Mapping[Node, tuple[str, Callable[[Any, Any], Any]]] = {
    exp.Add: ("+", operator.add), exp.Sub: ("−", operator.sub),
    exp.Mul: ("×", operator.mul), exp.Div: ("÷", operator.truediv),
}  # fmt: skip
"""The sign of each calculation as a paper prints it, and its value of two fractions."""


@dataclass(frozen=True)
class Comparison:
    """A comparison of two values.

    Attributes:
        sign: how it is written in SQL.
        chinese: the words for it, the plainest first.
        holds: its value of two values of one kind.
        turned: which comparison it is with its sides exchanged.
        opposite: which comparison holds where it does not.
        words: how it is said of numbers, rates, days and texts.
        outcome: how it is told of two numbers, with their values.
        outcome_of_days: the same of days.
    """

    sign: str
    chinese: tuple[str, ...]
    holds: Callable[[Any, Any], bool]
    turned: Node
    opposite: Node
    words: Mapping[str, Message]
    outcome: Message
    outcome_of_days: Message


COMPARISONS: Mapping[Node, Comparison] = {
    exp.EQ: Comparison(
        "=", ("等于", "是", "为"), operator.eq, exp.EQ, exp.NEQ,
        {
            "number": msg("{value} is equal to {other}"),
            "rate": msg("{value} is equal to {other}"),
            "date": msg("{value} is {other}"), "text": msg("{value} is {other}"),
        },
        msg("{left}, equal to {right}"), msg("{left}, equal to {right}"),
    ),
    exp.NEQ: Comparison(
        "<>", ("不等于", "不是", "不为"), operator.ne, exp.NEQ, exp.EQ,
        {
            "number": msg("{value} is not equal to {other}"),
            "rate": msg("{value} is not equal to {other}"),
            "date": msg("{value} is not {other}"), "text": msg("{value} is not {other}"),
        },
        msg("{left}, not equal to {right}"), msg("{left}, not equal to {right}"),
    ),
    exp.GT: Comparison(
        ">", ("大于", "超过", "高于", "多于", "晚于"), operator.gt, exp.LT, exp.LTE,
        {
            "number": msg("{value} is more than {other}"), "rate": msg("{value} is above {other}"),
            "date": msg("{value} is after {other}"), "text": msg("{value} comes after {other}"),
        },
        msg("{left}, more than {right}"), msg("{left}, after {right}"),
    ),
    exp.LT: Comparison(
        "<", ("小于", "低于", "少于", "不足", "早于"), operator.lt, exp.GT, exp.GTE,
        {
            "number": msg("{value} is less than {other}"), "rate": msg("{value} is below {other}"),
            "date": msg("{value} is before {other}"), "text": msg("{value} comes before {other}"),
        },
        msg("{left}, less than {right}"), msg("{left}, before {right}"),
    ),
    exp.GTE: Comparison(
        ">=",
        ("大于等于", "大于或等于", "不小于", "不低于", "不少于", "不早于", "至少"),
        operator.ge, exp.LTE, exp.LT,
        {
            "number": msg("{value} is at least {other}"), "rate": msg("{value} is {other} or more"),
            "date": msg("{value} is not before {other}"),
            "text": msg("{value} does not come before {other}"),
        },
        msg("{left}, not less than {right}"), msg("{left}, not before {right}"),
    ),
    exp.LTE: Comparison(
        "<=",
        ("小于等于", "小于或等于", "不大于", "不超过", "不高于", "不多于", "不晚于", "不迟于",
         "至多"),
        operator.le, exp.GTE, exp.GT,
        {
            "number": msg("{value} is at most {other}"), "rate": msg("{value} is {other} or less"),
            "date": msg("{value} is not after {other}"),
            "text": msg("{value} does not come after {other}"),
        },
        msg("{left}, not more than {right}"), msg("{left}, not after {right}"),
    ),
}  # fmt: skip
"""All comparisons, by the node that sqlglot reads them as."""


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
