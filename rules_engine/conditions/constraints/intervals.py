"""Bounds of variables, and of the differences of two: whether values lie within all of them."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, TypeAlias

from rules_engine.conditions.constraints.variables import ratio

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules_engine.conditions.constraints.constraint import Compare, Linear
    from rules_engine.conditions.constraints.variables import Exact, Variable

Bound: TypeAlias = "tuple[Exact, int]"
"""The greatest that something may be; −1 beside it: it is not reached."""


class Limits:
    """Upper bounds of variables, of variables turned round, and of differences of two.

    That −x is at most −3 is how a lower bound of x is kept.
    """

    def __init__(self) -> None:
        """Begin without limits."""
        self.high: dict[Variable, Bound] = {}
        self.turned: dict[Variable, Bound] = {}
        self.differences: dict[Variable, dict[Variable, Bound]] = {}
        self.variables: dict[Variable, None] = {}
        self.consistent = True

    def add(self, constraint: Compare) -> None:
        """Note a constraint that bounds one variable or the difference of two; pass over others."""
        self._meet({v for v, _ in constraint.sum.terms})
        if constraint.sign == "<>":
            return
        signs = (1, -1) if constraint.sign == "=" else (1,)
        for sign in signs:
            total, strict = constraint.sum.times(sign), -(constraint.sign == "<")
            pair = _difference(total)
            if pair is not None:
                left, right, factor = pair
                self._bound(left, right, (ratio(-total.rest, factor), strict))

    def _meet(self, variables: set[Variable]) -> None:
        for variable in sorted(variables - set(self.variables), key=lambda v: v.name):
            self.variables[variable] = None
            if variable.high is not None:
                self._bound(variable, None, (variable.high, 0))
            if variable.low is not None:
                self._bound(None, variable, (-variable.low, 0))

    def _bound(self, left: Variable | None, right: Variable | None, most: Bound) -> None:
        """Note that left − right is at most so much; ``None`` is 0."""
        value, strict = most
        if all(v is None or v.whole for v in (left, right)):
            whole = floor(value)
            most = whole - (1 if strict and whole == value else 0), 0
        if left == right:
            self.consistent &= most >= (0, 0)
        elif left is None and right is not None:
            self.turned[right] = min(self.turned.get(right, most), most)
        elif left is not None and right is None:
            self.high[left] = min(self.high.get(left, most), most)
        elif left is not None and right is not None:
            row = self.differences.setdefault(left, {})
            row[right] = min(row.get(right, most), most)

    def solution(self) -> dict[Variable, Exact] | None:
        """Return values within all limits, or ``None``."""
        self._close()
        if not self.consistent:
            return None
        values: dict[Variable, Exact] = {}
        for variable in self.variables:
            value = self._choice(variable)
            values[variable] = value
            for other, most in self.differences.get(
                variable, {}
            ).items():  # variable − other ≤ most
                self._bound(None, other, (most[0] - value, most[1]))
            for other, row in self.differences.items():  # other − variable ≤ most
                if variable in row:
                    self._bound(other, None, (row[variable][0] + value, row[variable][1]))
        return values

    def _close(self) -> None:
        """Carry the limits through, by way of every variable in turn, and hold them together."""
        for middle in list(self.differences):
            for left in list(self.differences):
                first = self.differences[left].get(middle)
                for right, second in list(self.differences[middle].items()) if first else ():
                    self._bound(left, right, _joined(first, second))
        for left, row in self.differences.items():
            for right, most in row.items():
                if right in self.high:
                    self._bound(left, None, _joined(most, self.high[right]))
                if left in self.turned:
                    self._bound(None, right, _joined(most, self.turned[left]))
        for variable, most in self.high.items():
            if variable in self.turned:
                self._bound(None, None, _joined(most, self.turned[variable]))

    def _choice(self, variable: Variable) -> Exact:
        """Return a value of a variable: its usual one, or what is nearest to that."""
        high, turned = self.high.get(variable), self.turned.get(variable)
        if turned is not None and (-variable.usual, 0) > turned:
            return -_near(turned, high)
        if high is not None and (variable.usual, 0) > high:
            return _near(high, turned)
        return variable.usual


def at_odds(constraints: Iterable[Compare]) -> bool:
    """Return whether one and the same sum would have to be greater than it may be.

    That is what bounds of single variables, and of differences of two, do not tell.
    """
    most: dict[tuple[tuple[Variable, Exact], ...], Bound] = {}
    for constraint in constraints:
        if len(constraint.sum.terms) < 2 or constraint.sign == "<>":
            continue
        turns: tuple[int, ...] = (1, -1) if constraint.sign == "=" else (1,)
        for turn in turns:
            first = constraint.sum.terms[0][1]
            total = constraint.sum.times(ratio(turn, first if first > 0 else -first))
            bound = (-total.rest, -(constraint.sign == "<"))
            most[total.terms] = min(most.get(total.terms, bound), bound)
    for terms, bound in most.items():
        opposite = most.get(tuple((variable, -factor) for variable, factor in terms))
        if opposite and _joined(bound, opposite) < (0, 0):
            return True
    return False


def _joined(first: Bound | None, second: Bound) -> Bound:
    assert first is not None
    return first[0] + second[0], min(first[1], second[1])


def _near(bound: Bound, opposite: Bound | None) -> Exact:
    """Return a value at an upper bound, or below it where it is not reached."""
    value, strict = bound
    if not strict:
        return value
    return value - 1 if opposite is None else ratio(value - opposite[0], 2)


def _difference(total: Linear) -> tuple[Variable | None, Variable | None, Exact] | None:
    """Return the two variables that a sum is a multiple of the difference of, and how many times.

    The factor is positive.
    """
    if not total.terms:
        return None, None, 1
    if len(total.terms) == 1:
        ((variable, factor),) = total.terms
        return (variable, None, factor) if factor > 0 else (None, variable, -factor)
    if len(total.terms) == 2:
        (one, factor), (other, opposite) = total.terms
        if factor == -opposite:
            return (one, other, factor) if factor > 0 else (other, one, -factor)
    return None
