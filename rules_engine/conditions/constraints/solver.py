"""Decides whether constraints can be met together, and with which values.

Texts are decided by their sets of values; numbers and days by bounds and by differences of two of
them, which is exact. What goes beyond that is put to the test with the values found for the rest:
if they meet it, the answer is yes; if not, it is not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from math import floor
from typing import TYPE_CHECKING, Literal, TypeAlias

from rules_engine.conditions.constraints.constraint import (
    Alternative,
    Compare,
    Like,
    Linear,
    Null,
    OneOf,
    Unclear,
)
from rules_engine.conditions.constraints.intervals import Limits, at_odds
from rules_engine.conditions.constraints.variables import is_number, ratio
from rules_engine.conditions.function_kinds import PartOfDay
from rules_engine.conditions.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rules_engine.conditions.constraints.constraint import Constraint
    from rules_engine.conditions.constraints.variables import Exact, Variable

Value: TypeAlias = "str | bool | Exact | None"
MOST_SPLITS = 6
OF_TEXTS = (OneOf, Like)
SOME_TEXT = "…"
"""Stands for a text of which only is known what it is not."""


@dataclass(frozen=True)
class Answer:
    """Whether constraints can be met together.

    Attributes:
        possible: whether they can.
        example: values that meet them, if it is sure.
        undecided: whether there were too many cases to look at.
    """

    possible: Literal["yes", "no", "maybe"]
    example: Mapping[Variable, Value] = field(default_factory=dict)
    undecided: bool = False


NO = Answer("no")
MAYBE = Answer("maybe")
UNDECIDED = Answer("maybe", undecided=True)


def solve(alternatives: Iterable[Alternative], orders: Sequence[Alternative] = ()) -> Answer:
    """Return whether one of the alternatives can be met.

    Args:
        alternatives: the alternatives.
        orders: what always holds between two variables that have a value.
    """
    answers = []
    for alternative in alternatives:
        answers.append(_solve(alternative, orders))
        if answers[-1].possible == "yes":
            return answers[-1]
    return MAYBE if any(a.possible == "maybe" for a in answers) else NO


def _solve(alternative: Alternative, orders: Sequence[Alternative]) -> Answer:
    lacking = {d.variable for d in alternative if isinstance(d, Null) and d.lacking}
    valued = {b for d in alternative for v in _valued(d) for b in v.bases}
    if lacking & valued or any(not v.nullable for v in lacking):
        return NO
    texts = _texts(alternative)
    if texts is None:
        return NO
    sums = [d for d in alternative if isinstance(d, Compare)]
    for order in orders:
        compared = [d for d in order if isinstance(d, Compare)]
        if {v for d in compared for v, _ in d.sum.terms if v.nullable} <= valued:
            sums += compared
    numbers = _numbers(sums, MOST_SPLITS)
    if numbers is None:
        return NO
    example: dict[Variable, Value] = {**dict.fromkeys(lacking), **texts, **numbers}
    for variable in valued - set(example):
        example[variable] = _any_value(variable)
    sure = all(_met(d, example) for d in (*alternative, *sums))
    return Answer("yes", example) if sure else MAYBE


def _any_value(variable: Variable) -> Value:
    """Return a value of a variable of which only is known that it has one."""
    if variable.kind == "boolean":
        return True
    if variable.kind == "text":
        return variable.values[0] if variable.values else SOME_TEXT
    return variable.usual


def _valued(constraint: Constraint) -> tuple[Variable, ...]:
    """Return the variables that must have a value for a constraint to be met."""
    if isinstance(constraint, Compare):
        return tuple(v for v, _ in constraint.sum.terms)
    if isinstance(constraint, OF_TEXTS) or (
        isinstance(constraint, Null) and not constraint.lacking
    ):
        return (constraint.variable,)
    return ()


# texts, yes and no


def _texts(alternative: Alternative) -> dict[Variable, Value] | None:
    """Return a value for each text and each yes or no; ``None`` when one has none left."""
    values: dict[Variable, Value] = {}
    for variable in {d.variable for d in alternative if isinstance(d, OF_TEXTS)}:
        own = [d for d in alternative if isinstance(d, OF_TEXTS) and d.variable == variable]
        tried: list[str | bool] = [False, True] if variable.kind == "boolean" else []
        tried += [v for v in variable.values if isinstance(v, str)]
        closed = bool(tried)
        for constraint in own:
            if isinstance(constraint, OneOf) and constraint.inside and not closed:
                tried += sorted(constraint.values, key=str)
        fits = [v for v in tried if all(_met(d, {variable: v}) for d in own)]
        chosen = closed or any(isinstance(d, OneOf) and d.inside for d in own)
        if chosen and not fits:
            return None
        values[variable] = fits[0] if fits else SOME_TEXT
    return values


def _like(text: str, pattern: str) -> bool | None:
    """Return whether a text is like a pattern; ``None`` for patterns with single places."""
    if "_" in pattern or text == SOME_TEXT:
        return None
    anything = ".*".join(map(re.escape, re.split("%+", pattern)))
    return re.fullmatch(anything, text, re.DOTALL) is not None


# numbers and days


def _numbers(sums: Sequence[Compare], splits: int) -> dict[Variable, Exact] | None:
    """Return a value for each number and day; ``None`` when there is none."""
    split = next((d for d in sums if d.sign == "<>"), None)
    if split is not None and splits:
        rest = [d for d in sums if d is not split]
        for sign in (1, -1):
            solution = _numbers([*rest, Compare(split.sum.times(sign), "<")], splits - 1)
            if solution is not None:
                return solution
        return None
    limits = Limits()
    for constraint in sums:
        for simple in _of_year(constraint):
            limits.add(simple)
    return None if at_odds(sums) else limits.solution()


def _of_year(constraint: Compare) -> list[Compare]:
    """Return a comparison of a year with a figure as one of the day, which it is."""
    if len(constraint.sum.terms) != 1 or constraint.sign == "<>":
        return [constraint]
    ((variable, factor),) = constraint.sum.terms
    if not (variable.of and variable.name.startswith("year of ")):
        return [constraint]
    if constraint.sign == "=":
        sides = (constraint.sum, constraint.sum.times(-1))
        return [c for side in sides for c in _of_year(Compare(side, "<="))]
    bound = ratio(-constraint.sum.rest, factor)
    day = Linear(((variable.of[0], 1),))
    if factor > 0:  # year ≤ bound, or year < bound
        year = floor(bound) + (0 if constraint.sign == "<" and bound == floor(bound) else 1)
        return [Compare(day.plus(Linear(rest=-_first_day(year))), "<"), constraint]
    year = floor(bound) if constraint.sign == "<=" and bound == floor(bound) else floor(bound) + 1
    return [Compare(Linear(rest=_first_day(year)).plus(day, -1), "<="), constraint]


def _first_day(year: int) -> Exact:
    return date(min(max(year, date.min.year), date.max.year), 1, 1).toordinal()


# whether values meet a constraint


def _met(constraint: Constraint, example: Mapping[Variable, Value]) -> bool:
    if isinstance(constraint, Unclear):
        return False
    if isinstance(constraint, Compare):
        return _sum_met(constraint, example)
    if isinstance(constraint, Null):
        return not constraint.lacking or example.get(constraint.variable) is None
    value = example.get(constraint.variable)
    if isinstance(constraint, Like):
        return _like(str(value), constraint.pattern) is constraint.inside
    return (value in constraint.values) == constraint.inside


def _sum_met(constraint: Compare, example: Mapping[Variable, Value]) -> bool:
    total = constraint.sum.rest
    for variable, factor in constraint.sum.terms:
        value = _value_of(variable, example)
        if value is None:
            return False
        total += factor * value
    return {"<": total < 0, "<=": total <= 0, "=": total == 0, "<>": total != 0}[constraint.sign]


def _value_of(variable: Variable, example: Mapping[Variable, Value]) -> Exact | None:
    """Return the value of a variable; of the part of a day, what the day says."""
    if variable.of is None:
        value = example.get(variable)
        return value if is_number(value) else None
    part, _, base = variable.name.partition(" of ")
    day = example.get(variable.of[0]) if variable.of else None
    function = FUNCTIONS.get(part)
    if isinstance(function, PartOfDay) and base and is_number(day):
        return int(function.of(date.fromordinal(int(day))))
    return None
