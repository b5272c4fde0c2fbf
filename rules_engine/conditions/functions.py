"""The functions of conditions: whatever the program knows of one is said in its entry here.

The type checker and the SQL, the words in both languages, the working of a subject's points, the
analysis of rules, suggestions, the reference page and its tests all read these entries. Another
function is another entry, with the Chinese of its texts in the catalogue.
"""

from __future__ import annotations

from calendar import monthrange
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.bounds import Span
from rules_engine.conditions.function_kinds import (
    MANY,
    Absolute,
    Days,
    Empty,
    Extreme,
    FirstKnown,
    Function,
    PartOfDay,
    Rounded,
    Whole,
)
from rules_engine.conditions.nodes import arguments_of, function_of
from rules_engine.conditions.sql import fragment
from rules_engine.conditions.workday_functions import PlusWorkdays, Workdays
from rules_engine.messages import msg

if TYPE_CHECKING:
    from datetime import date


def half_up(value: Fraction, places: int = 0) -> Fraction:
    """Return a number rounded half away from zero."""
    unit = Fraction(10) ** places
    cut = Fraction(floor(abs(value) * unit + Fraction(1, 2))) / unit
    return -cut if value < 0 else cut


def months_begun(first: date, last: date) -> int:
    """Return how many months have begun from one day to a later one."""
    if last <= first:
        return 0
    whole = (last.year - first.year) * 12 + last.month - first.month
    return whole + (last.day > first.day)


def full_months(first: date, last: date) -> int:
    """Return how many whole months lie between one day and a later one.

    One from 31 January ends with February: where there is no such day, on the month's last.
    """
    if last <= first:
        return 0
    last_of_month = monthrange(last.year, last.month)[1]
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < min(first.day, last_of_month))


ALL = (
    Extreme(
        name="least", chinese="最小", takes="numbers", gives="the least of them",
        example=("least(人数, 5, 6)", "5"), arguments=("number",), most=MANY,
        least=True, of=min, rising=True, picks=True,
        two=msg("the lesser of {first} and {second}"), words=msg("the least of {items}"),
        bound=msg("above {bound} counts as {bound}"),
        step=msg("the least of {items} is {result}"),
        bounding=msg("{value}, more than {bound}, counts as {bound}"),
        bounding_zero=msg("{value}, more than {bound}, counts as {bound}"),
    ),
    Extreme(
        name="greatest", chinese="最大", takes="numbers", gives="the greatest of them",
        example=("最大(评分 - 100, 0)", "0"), arguments=("number",), most=MANY,
        least=False, of=max, rising=True, picks=True,
        two=msg("the greater of {first} and {second}"), words=msg("the greatest of {items}"),
        bound=msg("below {bound} counts as {bound}"),
        step=msg("the greatest of {items} is {result}"),
        bounding=msg("{value}, less than {bound}, counts as {bound}"),
        bounding_zero=msg("{value}, below {bound}, counts as {bound}"),
    ),
    Absolute(
        name="abs", chinese="绝对值", takes="a number", gives="the number without its sign",
        example=("abs(人数 - 10)", "3"), arguments=("number",), of=abs,
    ),
    Whole(
        name="floor", chinese="取整", takes="a number", gives="the number cut down to a whole",
        example=("取整(-2.5)", "-3"), arguments=("number",), up=False, of=floor, rising=True,
        note=msg("decimals are cut off"), step=msg("{value}, only what is whole counts: {result}"),
    ),
    Whole(
        name="ceil", chinese="进一", takes="a number", gives="the number brought up to a whole",
        example=("进一(人数 / 3)", "3"), arguments=("number",), up=True, of=ceil, rising=True,
        note=msg("a begun one counts whole"),
        step=msg("{value}, what is begun counts whole: {result}"),
    ),
    Rounded(
        name="round", chinese="四舍五入",
        takes="a number, and optionally how many decimal places (0)",
        gives="the number rounded half-up, away from zero",
        example=("四舍五入(办结率, 2)", "0.33"), arguments=("number",), most=2, of=half_up,
        rising=True, note=msg("rounded to a whole number"),
        step=msg("{value}, rounded {result}"),
    ),
    FirstKnown(
        name="coalesce", takes="values of one type", result="that type",
        gives="the first of them that is there",
        empty="empty only where all are; then the last says whether that is unknown",
        example=("days(登记日期, coalesce(办结日期, 2025-12-31))", "305"), arguments=("number",),
        most=MANY, kind=None, picks=True, strict=False,
    ),
    Days(
        name="days", chinese="天数", takes="a day, another day",
        gives="whole days from the first to the second",
        example=("天数(登记日期, 期限)", "30"), arguments=("date", "date"),
        sql=lambda first, last: fragment("DATEDIFF(:last, :first, DAY)", first=first, last=last),
        of=lambda first, last: (last - first).days,
        words=msg("the days from {start} to {end}"),
        step=msg("from {start} to {end}: {count} days"),
    ),
    Function(
        name="months", chinese="月数", takes="a day, another day",
        gives="months that have begun from the first to the second; 0 when that is not later",
        example=("月数(登记日期, 2025-04-02)", "2"), arguments=("date", "date"),
        sql=numbers.months_begun, of=months_begun,
        words=msg("the months from {start} to {end}"), remark=msg("a begun month counts whole"),
        step=msg("from {start} to {end}: {count} months begun"),
    ),
    Function(
        name="full_months", chinese="满月数", takes="a day, another day",
        gives="whole months from the first to the second; 0 when that is not later. A month ends "
        "on the day of the same number, or on its last day",
        example=("满月数(登记日期, 2025-04-02)", "1"), arguments=("date", "date"),
        sql=numbers.full_months, of=full_months,
        words=msg("the months from {start} to {end}"), remark=msg("a begun month does not count"),
        step=msg("from {start} to {end}: {count} whole months"),
    ),
    PartOfDay(
        name="year", chinese="年", takes="a day", gives="its year",
        example=("年(登记日期)", "2025"), arguments=("date",), sql=lambda day: exp.Year(this=day),
        of=lambda day: day.year, words=msg("the year of {value}"),
    ),
    PartOfDay(
        name="month", chinese="月", takes="a day", gives="its month, 1 to 12",
        example=("月(期限)", "3"), arguments=("date",), sql=lambda day: exp.Month(this=day),
        of=lambda day: day.month, words=msg("the month of {value}"), span=Span.of(1, 12),
    ),
    PartOfDay(
        name="day", chinese="日", takes="a day", gives="its day of the month",
        example=("日(期限)", "31"), arguments=("date",), sql=lambda day: exp.Day(this=day),
        of=lambda day: day.day, words=msg("the day of the month of {value}"), span=Span.of(1, 31),
    ),
    Function(
        name="weekday", chinese="星期", takes="a day", gives="1 for Monday to 7 for Sunday",
        example=("星期('2025-10-11')", "6"), arguments=("date",),
        sql=lambda day: exp.DayOfWeekIso(this=day), of=lambda day: day.isoweekday(),
        words=msg("the day of the week of {value}"), span=Span.of(1, 7), names=(
            msg("Monday"), msg("Tuesday"), msg("Wednesday"), msg("Thursday"), msg("Friday"),
            msg("Saturday"), msg("Sunday"),
        ),
    ),
    Workdays(
        name="workdays", chinese="工作日", takes="a day, another day",
        gives="working days after the first up to the second",
        example=("工作日(2025-09-30, 2025-10-11)", "3"), arguments=("date", "date"),
        words=msg("the working days from {start} to {end}"),
    ),
    PlusWorkdays(
        name="plus_workdays", chinese="工作日后", takes="a day, a whole number or a parameter",
        result="day",
        gives="the so many-th working day after it; before it with a number below 0",
        example=("天数(2025-09-30, 工作日后(2025-09-30, 1))", "9"), arguments=("date", "number"),
        kind="date", words=msg("the working day {count} after {day}"),
        before=msg("the working day {count} before {day}"),
    ),
    Function(
        name="length", chinese="字数", takes="a text", gives="how many characters it has",
        example=("字数(层级)", "1"), arguments=("text",), sql=lambda text: exp.Length(this=text),
        of=len, words=msg("the number of characters of {value}"), span=Span.of(0),
    ),
    Empty(
        name="empty", takes="an indicator that is a rate, a greatest or least, or a day",
        result="yes or no", gives="whether there was nothing to rate or to look at",
        empty="never empty, unless it is unknown what there was",
        example=("empty(合格率)", "true"), arguments=("number",), kind="boolean",
        predicate=(msg("there is nothing to assess for “{name}”"),
               msg("there is something to assess for “{name}”")),
    ),
)  # fmt: skip
FUNCTIONS: dict[str, Function] = {function.name: function for function in ALL}
"""All functions, by name. Wherever one takes a day, a moment counts as its day, and a day may be
written out in quotes."""


def called(node: exp.Expr) -> tuple[Function | None, list[exp.Expr]]:
    """Return the function that a node calls, if it is known, and the values that it is given."""
    return FUNCTIONS.get(function_of(node)), arguments_of(node)


def chinese_names() -> dict[str, str]:
    """Return the functions by their Chinese names; each stands before a bracket."""
    return {f.chinese: f.name for f in FUNCTIONS.values() if f.chinese}
