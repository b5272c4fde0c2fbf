"""The words that expressions are put into: how values are compared, what functions are called."""

from __future__ import annotations

import re

from sqlglot import exp

from rules_engine.messages import Message, current_language, listed, msg, tr

DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}:\d{2})(?::\d{2})?)?")
COMPARED: dict[str, dict[type[exp.Expr], Message]] = {
    "number": {
        exp.EQ: msg("{value} is equal to {other}"),
        exp.NEQ: msg("{value} is not equal to {other}"),
        exp.GT: msg("{value} is more than {other}"),
        exp.GTE: msg("{value} is at least {other}"),
        exp.LT: msg("{value} is less than {other}"),
        exp.LTE: msg("{value} is at most {other}"),
    },
    "rate": {
        exp.EQ: msg("{value} is equal to {other}"),
        exp.NEQ: msg("{value} is not equal to {other}"),
        exp.GT: msg("{value} is above {other}"),
        exp.GTE: msg("{value} is {other} or more"),
        exp.LT: msg("{value} is below {other}"),
        exp.LTE: msg("{value} is {other} or less"),
    },
    "date": {
        exp.EQ: msg("{value} is {other}"),
        exp.NEQ: msg("{value} is not {other}"),
        exp.GT: msg("{value} is after {other}"),
        exp.GTE: msg("{value} is not before {other}"),
        exp.LT: msg("{value} is before {other}"),
        exp.LTE: msg("{value} is not after {other}"),
    },
    "text": {
        exp.EQ: msg("{value} is {other}"),
        exp.NEQ: msg("{value} is not {other}"),
        exp.GT: msg("{value} comes after {other}"),
        exp.GTE: msg("{value} does not come before {other}"),
        exp.LT: msg("{value} comes before {other}"),
        exp.LTE: msg("{value} does not come after {other}"),
    },
}
"""How two values are compared, by what they are."""
TURNED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE,
}  # fmt: skip
OPPOSITE: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.EQ: exp.NEQ, exp.NEQ: exp.EQ, exp.GT: exp.LTE, exp.LTE: exp.GT, exp.LT: exp.GTE,
    exp.GTE: exp.LT,
}  # fmt: skip
WEEKDAYS = (
    msg("Monday"), msg("Tuesday"), msg("Wednesday"), msg("Thursday"), msg("Friday"),
    msg("Saturday"), msg("Sunday"),
)  # fmt: skip


def function_words(name: str, told: list[str]) -> str:
    """Return a function of days or texts, each by its own words."""
    if name == "plus_workdays":
        return _later(*told)
    if name in ("days", "months", "workdays"):
        words = {
            "days": msg("the days from {start} to {end}"),
            "months": msg("the months from {start} to {end}"),
            "workdays": msg("the working days from {start} to {end}"),
        }
        return said(words[name], start=told[0], end=told[-1])
    words = {
        "year": msg("the year of {value}"),
        "month": msg("the month of {value}"),
        "day": msg("the day of the month of {value}"),
        "weekday": msg("the day of the week of {value}"),
        "length": msg("the number of characters of {value}"),
    }
    if name in words:
        return said(words[name], value=told[0])
    return tr("what “{name}” gives of {items}", name=name, items=listed(told))


def said(text: Message, **params: object) -> str:
    """Return one of several messages with its parameters."""
    return str(Message(text.text, tuple(params.items())))


def _later(day: str, count: str) -> str:
    if count.startswith("−"):
        return tr("the working day {count} before {day}", count=count[1:], day=day)
    return tr("the working day {count} after {day}", count=count, day=day)


def day_text(text: str) -> str:
    """Return a day that is written out, as people write it."""
    found = DAY.fullmatch(text.strip())
    if found is None or current_language() != "zh":
        return text
    year, month, day = (int(found[n]) for n in (1, 2, 3))
    return f"{year}年{month}月{day}日{found[4] or ''}"
