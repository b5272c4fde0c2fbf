"""The simple demands that a condition is broken down into, and lists of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules_engine.compiler.analysis.exact import Exact
    from rules_engine.compiler.analysis.variables import Variable

Sign = Literal["<", "<=", "=", "<>"]
MOST_ALTERNATIVES = 512
OPPOSITES: dict[Sign, tuple[Sign, bool]] = {
    "<": ("<=", True), "<=": ("<", True), "=": ("<>", False), "<>": ("=", False),
}  # fmt: skip
"""What is so when a comparison with 0 is not; ``True``: of the other sign."""


class TooInvolved(Exception):
    """A condition has more alternatives than can be looked at."""


@dataclass(frozen=True)
class Linear:
    """A sum of variables, each times a figure, and a figure."""

    terms: tuple[tuple[Variable, Exact], ...] = ()
    rest: Exact = 0

    def plus(self, other: Linear, times: Exact = 1) -> Linear:
        """Return this and ``times`` the other together."""
        if not other.terms:
            return Linear(self.terms, self.rest + times * other.rest)
        found = dict(self.terms)
        for variable, factor in other.terms:
            found[variable] = found.get(variable, 0) + times * factor
        kept = sorted(((v, f) for v, f in found.items() if f), key=lambda term: term[0].name)
        return Linear(tuple(kept), self.rest + times * other.rest)

    def times(self, factor: Exact) -> Linear:
        """Return it so many times."""
        if factor == 1:
            return self
        if factor == -1:  # by far the most frequent, and quicker to work out
            return Linear(tuple((v, -f) for v, f in self.terms), -self.rest)
        return Linear().plus(self, factor)

    def __hash__(self) -> int:
        """Return the hash of the variables: those of fractions take long."""
        return hash(tuple(variable for variable, _ in self.terms))


@dataclass(frozen=True)
class Null:
    """A variable lacks a value, or has one."""

    variable: Variable
    lacking: bool

    @cached_property
    def opposite(self) -> Null:
        """Return what is so when this is not."""
        return Null(self.variable, not self.lacking)


@dataclass(frozen=True)
class OneOf:
    """A text or a yes or no is among these values (``inside``), or is another one."""

    variable: Variable
    values: frozenset[str | bool]
    inside: bool


@dataclass(frozen=True)
class Like:
    """A text is like a pattern, or is not."""

    variable: Variable
    pattern: str
    inside: bool


@dataclass(frozen=True)
class Compare:
    """A sum is less than 0, at most 0, 0, or anything else."""

    sum: Linear
    sign: Sign

    @cached_property
    def opposite(self) -> Compare:
        """Return what is so when this is not."""
        sign, turned = OPPOSITES[self.sign]
        return Compare(self.sum.times(-1) if turned else self.sum, sign)


@dataclass(frozen=True)
class Unclear:
    """A condition that is not looked into, and whether it must hold."""

    text: str
    holds: bool

    @cached_property
    def opposite(self) -> Unclear:
        """Return what is so when this is not."""
        return Unclear(self.text, not self.holds)


Demand: TypeAlias = "Null | OneOf | Like | Compare | Unclear"
Alternative: TypeAlias = frozenset[Demand]
"""Demands that are all made at once."""
ALWAYS: tuple[Alternative, ...] = (frozenset(),)


def known(variables: Iterable[Variable]) -> frozenset[Demand]:
    """Return that all of these have a value."""
    bases = (b for v in variables for b in v.bases)
    return frozenset(Null(b, lacking=False) for b in bases if b.nullable)


def less(smaller: Linear, greater: Linear) -> Alternative:
    """Return that one sum is less than another."""
    return frozenset({Compare(smaller.plus(greater, -1), "<")})


def both(*parts: Iterable[Alternative]) -> list[Alternative]:
    """Return the alternatives of which one of each part is met.

    Raises:
        TooInvolved: there are too many.
    """
    result: list[Alternative] = list(ALWAYS)
    for part in parts:
        joined = (a | b for a, b in product(result, part))
        result = list(dict.fromkeys(a for a in joined if not _at_odds(a)))
        if len(result) > MOST_ALTERNATIVES:
            raise TooInvolved
    return result


def _at_odds(alternative: Alternative) -> bool:
    """Return whether two of the demands contradict each other on the face of it."""
    chosen: dict[Variable, frozenset[str | bool]] = {}
    for demand in alternative:
        if isinstance(demand, Null | Unclear):
            if demand.opposite in alternative:
                return True
        elif isinstance(demand, Compare):
            # Of one variable or the difference of two, the solver finds that by itself.
            if len(demand.sum.terms) > 1 and demand.opposite in alternative:
                return True
        elif isinstance(demand, OneOf) and demand.inside:
            values = chosen.get(demand.variable, demand.values) & demand.values
            if not values:
                return True
            chosen[demand.variable] = values
    return False
