"""Writes figures in the condition language, and as people read them."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from rules_engine.api import BySubject, SubjectExpression, listed, tr

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from rules_engine.api import Known, Part, Varying, Wording, Working

NAME = re.compile(r"\w+")


def number(value: Varying) -> str:
    """Return a number, or what gives that of a subject."""
    return shown(value, rate=False)


def shown(value: Varying, *, rate: bool) -> str:
    """Return a number, beside a rate as a percentage, or what gives that of a subject."""
    if isinstance(value, BySubject):
        return value.expression(lambda one: shown(one, rate=rate))
    if isinstance(value, SubjectExpression):
        return value.expression()
    return f"{(value * 100).normalize():f}%" if rate else f"{value.normalize():f}"


def parts_of(
    step: tuple[str | int, ...], value: Varying | None, *, rate: bool = False
) -> list[Part]:
    """Return the expressions of which a figure is made that differs by the subject."""
    if isinstance(value, BySubject):
        return [((*step, "by"), value.by, "text"), (step, shown(value, rate=rate), "number")]
    return [(step, str(value), "number")] if isinstance(value, SubjectExpression) else []


def own(working: Working, value: Varying, *, rate: bool = False) -> Decimal:
    """Return the figure of one subject."""
    if isinstance(value, Decimal):
        return value
    part = str(value) if isinstance(value, SubjectExpression) else shown(value, rate=rate)
    figure = working.value(part)
    return figure if isinstance(figure, Decimal) else Decimal(0)


def because(working: Working, *values: Varying | None) -> list[str]:
    """Say by what of the subject its figures go, each column once."""
    columns = dict.fromkeys(value.by for value in values if isinstance(value, BySubject))
    texts = (
        tr("{column} is {value}", column=working.wording.say(by), value=working.value(by))
        for by in columns
    )
    return list(dict.fromkeys(texts))


def said(value: Varying, wording: Wording, *, rate: bool = False) -> str:
    """Return a figure as a paper says it, with that of each value of a column."""
    if isinstance(value, SubjectExpression):
        return tr("“{value}”", value=wording.say(str(value)))
    if not isinstance(value, BySubject):
        return figure(value, rate=rate)
    rows = [f"{name} {figure(one, rate=rate)}" for name, one in value.rows]
    if value.others is not None:
        rows.append(tr("all others {figure}", figure=figure(value.others, rate=rate)))
    return tr("{rows} (by “{column}”)", rows=listed(rows), column=wording.say(value.by))


def figure(value: Decimal, *, rate: bool = False) -> str:
    """Return a number as people read it, with a minus sign; beside a rate as a percentage."""
    return shown(value, rate=rate).replace("-", "−")


def giving(points: Varying, wording: Wording) -> str:
    """Say what so many points mean: they are given, they are taken, or there are none."""
    if not isinstance(points, Decimal):
        return tr("gives {points} points", points=said(points, wording))
    if points < 0:
        return tr("costs {points} points", points=figure(-points))
    return tr("gives {points} points", points=figure(points))


def operand(text: str) -> str:
    """Return an expression so that it can stand beside any operator."""
    return text if NAME.fullmatch(text) else f"({text})"


def plain_sum(values: Iterable[Decimal | None]) -> str:
    """Return the sum of the numbers that are given."""
    return " + ".join(number(v) for v in values if v is not None)


def empty(name: str, known: Known) -> str | None:
    """Return the question whether there was nothing to measure, where it can be asked."""
    return f"empty({name})" if name in known.voidable else None


PLACES = Decimal("0.0001")
"""Points are kept in 1/10,000."""


def in_points(value: Fraction) -> Decimal:
    """Return a number as points, rounded half-up."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(PLACES, ROUND_HALF_UP)
