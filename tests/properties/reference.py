"""What conditions mean, in plain Python with exact fractions: the specification in code.

Nothing here knows the compiler. A value is a number (a fraction), a text, a yes or no, a day or a
moment, or it is absent in one of two ways:

``UNKNOWN``
    it should be there and is not: what rests on it is not known;
``NOT_YET``
    it is an event that has not happened: every comparison with it is false.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from functools import reduce


class Absent(Enum):
    """Why there is no value."""

    UNKNOWN = "unknown"
    NOT_YET = "not yet"


UNKNOWN, NOT_YET = Absent.UNKNOWN, Absent.NOT_YET


def absence(*values):
    """Return why something that needs all of these has no value; ``None``: it has one."""
    for reason in (UNKNOWN, NOT_YET):
        if any(value is reason for value in values):
            return reason
    return None


def needing_all(function):
    """Make a function absent where one of its values is."""

    def of(*values):
        return absence(*values) or function(*values)

    return of


# comparisons


def same_kind(left, right):
    """Return two values as they are compared: a moment beside a day as its day."""
    if isinstance(left, datetime) and not isinstance(right, datetime):
        return left.date(), right
    if isinstance(right, datetime) and not isinstance(left, datetime):
        return left, right.date()
    return left, right


SIGNS = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def compared(sign, left, right):
    """Compare: unknown with what is unknown, false with what has not happened."""
    reason = absence(left, right)
    if reason is not None:
        return UNKNOWN if reason is UNKNOWN else False
    return SIGNS[sign](*same_kind(left, right))


def between(value, low, high):
    """``x between a and b`` is ``x >= a and x <= b``."""
    return all_of(compared(">=", value, low), compared("<=", value, high))


def not_between(value, low, high):
    """``x not between a and b`` is ``x < a or x > b``."""
    return any_of(compared("<", value, low), compared(">", value, high))


def member(value, *items):
    """``x in (a, b)`` is ``x = a or x = b``, in any order."""
    return any_of(*(compared("=", value, item) for item in items))


def not_member(value, *items):
    """``x not in (a, b)`` is ``x <> a and x <> b``."""
    return all_of(*(compared("<>", value, item) for item in items))


def like(value, pattern, *, wanted=True):
    """``like`` and ``not like``: ``%`` is any text, ``_`` one character; a comparison as well."""
    if isinstance(value, Absent):
        return UNKNOWN if value is UNKNOWN else False
    parts = (".*" if c == "%" else "." if c == "_" else re.escape(c) for c in pattern)
    return (re.fullmatch("".join(parts), value, re.DOTALL) is not None) == wanted


def is_null(value):
    """``is null`` asks whether there is a value, and is always known."""
    return isinstance(value, Absent)


# logic: true, false or unknown


def truth(value):
    """Return a yes or no as a condition: an event that has not happened is no."""
    return False if value is NOT_YET else value


def opposite(value):
    """``not`` turns an answer round; what is unknown stays unknown."""
    value = truth(value)
    return UNKNOWN if value is UNKNOWN else not value


def all_of(*values):
    """``and`` is false where one side is, else unknown where one is."""
    values = [truth(v) for v in values]
    if any(v is False for v in values):
        return False
    return UNKNOWN if any(v is UNKNOWN for v in values) else True


def any_of(*values):
    """``or`` is true where one side is, else unknown where one is."""
    return opposite(all_of(*map(opposite, values)))


# calculation


def quotient(left, right):
    """Divide; by zero it is unknown, whatever is divided."""
    if right == 0:
        return UNKNOWN
    return absence(left, right) or Fraction(left) / right


def half_up(value, places=0):
    """Round half away from zero."""
    scaled = abs(Fraction(value)) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**places)


def day_of(value):
    """Return a moment as its day."""
    return value.date() if isinstance(value, datetime) else value


def months_begun(first, last):
    """Return how many months have begun from one day to a later one."""
    if last <= first:
        return 0
    whole = (last.year - first.year) * 12 + last.month - first.month
    return whole + (last.day > first.day)


def full_months(first, last):
    """Return how many whole months a day is after another: so many can be added to that one."""
    months = 0
    while _months_later(first, months + 1) <= last:
        months += 1
    return months


def _months_later(day, months):
    year, month = divmod(day.month - 1 + months, 12)
    length = calendar.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, length))


def chosen(branches, default):
    """``case``: the first branch that is true; an unknown one before it makes the whole unknown."""
    for test, result in branches:
        if truth(test) is UNKNOWN:
            return UNKNOWN
        if truth(test):
            return result
    return default


def first_known(*values):
    """``coalesce``: the first value that there is; else the last says why there is none."""
    return next((v for v in values if not isinstance(v, Absent)), values[-1])


ARITHMETIC = {
    "+": needing_all(lambda a, b: a + b),
    "-": needing_all(lambda a, b: a - b),
    "*": needing_all(lambda a, b: a * b),
    "/": quotient,
}
FUNCTIONS = {
    "abs": needing_all(abs),
    "floor": needing_all(lambda x: Fraction(x.__floor__())),
    "ceil": needing_all(lambda x: Fraction(x.__ceil__())),
    "round": needing_all(half_up),
    "least": needing_all(lambda *values: reduce(min, values)),
    "greatest": needing_all(lambda *values: reduce(max, values)),
    "coalesce": first_known,
    "days": needing_all(lambda a, b: Fraction((day_of(b) - day_of(a)).days)),
    "months": needing_all(lambda a, b: Fraction(months_begun(day_of(a), day_of(b)))),
    "full_months": needing_all(lambda a, b: Fraction(full_months(day_of(a), day_of(b)))),
    "year": needing_all(lambda d: Fraction(d.year)),
    "month": needing_all(lambda d: Fraction(d.month)),
    "day": needing_all(lambda d: Fraction(d.day)),
    "weekday": needing_all(lambda d: Fraction(d.isoweekday())),
    "length": needing_all(lambda text: Fraction(len(text))),
}
"""What each function gives; working days need a calendar, and ``empty`` a rate: see the tests."""


def as_day(text):
    """Return a day that is written out."""
    return date.fromisoformat(text)
