"""The simple constraints that a condition is broken down into, and lists of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import ceil, floor
from typing import TYPE_CHECKING, Literal, TypeAlias

from rules_engine.conditions.constraints.variables import ratio

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules_engine.conditions.constraints.variables import Exact, Kind, Variable

Sign = Literal["<", "<=", "=", "<>"]
MOST_ALTERNATIVES = 512
MOST_JOINED = 16_384
"""So many pairs of alternatives are put together at most to find those that can be met."""
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
        factors = dict(self.terms)
        for variable, factor in other.terms:
            factors[variable] = factors.get(variable, 0) + times * factor
        kept = sorted(((v, f) for v, f in factors.items() if f), key=lambda term: term[0].name)
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
        return self._hash

    @cached_property
    def _hash(self) -> int:
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

    def __hash__(self) -> int:
        """Return the hash, worked out once: alternatives are sets of constraints."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.sum, self.sign))

    @cached_property
    def opposite(self) -> Compare:
        """Return what is so when this is not."""
        sign, turned = OPPOSITES[self.sign]
        return Compare(self.sum.times(-1) if turned else self.sum, sign)

    @cached_property
    def bounds(self) -> tuple[_Bound, ...]:
        """Return the bounds that it sets to one variable, if it is about no other."""
        if len(self.sum.terms) != 1 or self.sign == "<>":
            return ()
        ((variable, factor),) = self.sum.terms
        value = ratio(-self.sum.rest, factor)
        if self.sign == "=":
            return tuple(_Bound(variable, above, value, True) for above in (True, False))
        above, reached = factor > 0, self.sign == "<="
        if variable.whole:
            value, reached = _last_whole(value, above=above, reached=reached), True
        return (_Bound(variable, above, value, reached),)


@dataclass(frozen=True)
class _Bound:
    """What a comparison with a figure says of its one variable.

    Attributes:
        above: whether it is the greatest that the variable may be, not the least.
        value: the figure; of whole numbers, the last one that is reached.
        reached: whether the variable may be the figure itself.
    """

    variable: Variable
    above: bool
    value: Exact
    reached: bool

    def tighter(self, other: _Bound) -> bool:
        """Return whether this bound of the same kind leaves no more than the other."""
        if self.value == other.value:
            return not self.reached or other.reached
        return (self.value < other.value) == self.above

    def excludes(self, other: _Bound) -> bool:
        """Return whether nothing lies within this bound and an opposite one."""
        if self.value == other.value:
            return not (self.reached and other.reached)
        return (self.value < other.value) == self.above


@dataclass(frozen=True)
class Unclear:
    """A condition that is not looked into, and whether it must hold."""

    text: str
    holds: bool

    @cached_property
    def opposite(self) -> Unclear:
        """Return what is so when this is not."""
        return Unclear(self.text, not self.holds)


Constraint: TypeAlias = "Null | OneOf | Like | Compare | Unclear"
Alternative: TypeAlias = frozenset[Constraint]
"""Demands that are all made at once."""
ALWAYS: tuple[Alternative, ...] = (frozenset(),)


def known(variables: Iterable[Variable]) -> frozenset[Constraint]:
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
        further = list(part)
        if len(result) * len(further) > MOST_JOINED:
            raise TooInvolved
        kept: dict[Alternative, None] = {}
        for one, other in product(result, further):
            joined = together(one, other)
            if joined is not None:
                kept[joined] = None
        if len(kept) > MOST_ALTERNATIVES:
            raise TooInvolved
        result = list(kept)
    return result


def together(one: Alternative, other: Alternative) -> Alternative | None:
    """Return what two alternatives ask for together; ``None`` where that contradicts itself."""
    if not one or not other:
        return one or other
    joined = one | other
    if _at_odds(joined):
        return None
    return _tightened(joined)


def _tightened(alternative: Alternative) -> Alternative | None:
    """Return it without bounds that others make idle; ``None`` when nothing lies within them."""
    bounded = [d for d in alternative if isinstance(d, Compare) and d.bounds]
    if len(bounded) < 2:
        return alternative
    tightest: dict[tuple[Variable, bool], tuple[_Bound, Compare]] = {}
    for constraint in bounded:
        for bound in constraint.bounds:
            current = tightest.get((bound.variable, bound.above))
            if current is None or (bound.tighter(current[0]) and not current[0].tighter(bound)):
                tightest[bound.variable, bound.above] = bound, constraint
    for (variable, above), (bound, _) in tightest.items():
        opposite = tightest.get((variable, not above))
        if above and opposite and bound.excludes(opposite[0]):
            return None
    kept = {constraint for _, constraint in tightest.values()}
    return alternative if len(kept) == len(bounded) else alternative - (set(bounded) - kept)


def _last_whole(value: Exact, *, above: bool, reached: bool) -> int:
    """Return the last whole number up to a bound, or the first one from it."""
    if above:
        return floor(value) if reached or floor(value) != value else int(value) - 1
    return ceil(value) if reached or ceil(value) != value else int(value) + 1


def _at_odds(alternative: Alternative) -> bool:
    """Return whether two of the constraints contradict each other on the face of it."""
    chosen: dict[Variable, frozenset[str | bool]] = {}
    for constraint in alternative:
        if isinstance(constraint, Null | Unclear):
            if constraint.opposite in alternative:
                return True
        elif isinstance(constraint, Compare):
            # Of one variable or the difference of two, the solver finds that by itself.
            if len(constraint.sum.terms) > 1 and constraint.opposite in alternative:
                return True
        elif isinstance(constraint, OneOf) and constraint.inside:
            values = chosen.get(constraint.variable, constraint.values) & constraint.values
            if not values:
                return True
            chosen[constraint.variable] = values
    return False


@dataclass(frozen=True)
class Case:
    """What a calculation gives in one of its cases."""

    when: Alternative
    sum: Linear
    kind: Kind = "number"
