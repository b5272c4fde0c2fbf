"""Decides which way a count pulls: whether one more of it can cost points or turn a condition.

An expression is written out in full, once as it stands and once with the count one higher. That the
second can be worse than the first is a question for the solver. Where it cannot look through a
function, the signs and comparisons around the count decide.
"""

from __future__ import annotations

from functools import reduce
from math import prod
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from sqlglot import exp

from rules_engine.conditions.constraints.constraint import (
    Case,
    Compare,
    Linear,
    TooInvolved,
    Unclear,
    both,
    less,
)
from rules_engine.conditions.constraints.reader import Reader
from rules_engine.conditions.constraints.solver import solve
from rules_engine.conditions.constraints.sums import paired, unchained
from rules_engine.conditions.constraints.variables import Variable, ratio, written_out
from rules_engine.conditions.functions import called
from rules_engine.conditions.nodes import function_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rules_engine.checks.context import Context
    from rules_engine.conditions.constraints.constraint import Alternative, Constraint
    from rules_engine.conditions.constraints.variables import Exact

ONE_MORE = " + 1"
"""Behind the name of a count that is taken to be one higher; no name in a ruleset has blanks."""
MOST_PAIRS = 256
"""Of more pairs of cases, before and after, than that each part is looked at by itself."""
MOST_BEFORE = 32
"""With more cases before than that there are more pairs: what has changed has as many."""
Change: TypeAlias = 'Literal["one more", "one less", "all", "none"]'
"""What becomes of a count, of a reference to what others have, or of a rate: 100% or 0%."""
T = TypeVar("T")
Part: TypeAlias = "tuple[exp.Expr, exp.Expr, Exact]"
"""A part of a sum as it was, as it is, and how many times it is added."""


class Monotonicity:
    """Whether expressions over subjects rise or fall with counts."""

    def __init__(self, context: Context) -> None:
        """Take what the names stand for."""
        self._names = context.reader.names
        more = {
            f"{meaning.name}{ONE_MORE}": meaning
            for meaning in self._names.values()
            if isinstance(meaning, Variable)
        }
        self._reader = Reader({**self._names, **more}, context.reader.frame)
        self._always = context.always
        self.undecided = False
        self._fallen: dict[tuple[int, frozenset[tuple[str, Change]]], bool] = {}
        self._pieces: dict[int, tuple[exp.Expr, list[Case] | None]] = {}
        self._too_involved: dict[int, exp.Expr] = {}
        self._alternatives: dict[tuple[int, bool], tuple[exp.Expr, list[Alternative] | None]] = {}
        self._plain: dict[int, tuple[exp.Expr, exp.Expr]] = {}

    def on_points(self, tree: exp.Expr, changes: Mapping[str, Change]) -> bool:
        """Return whether points can fall with these changes, by the names of the indicators."""
        key = id(tree), frozenset(changes.items())
        if key not in self._fallen:
            moved = self._moved(tree, changes)
            self._fallen[key] = moved is not None and self._falls(self._written_out(tree), moved)
        return self._fallen[key]

    def on_condition(self, tree: exp.Expr, changes: Mapping[str, Change], *, to: bool) -> bool:
        """Return whether a condition can turn true (``to``), or false, with these changes."""
        moved = self._moved(tree, changes)
        return moved is not None and self._turns(self._written_out(tree), moved, to=to)

    def on_all(
        self,
        trees: Sequence[exp.Expr],
        changes: Mapping[str, Change],
        conditions: Sequence[exp.Expr],
    ) -> bool:
        """Return whether all of some points can fall at once with these changes; if in doubt, yes.

        Args:
            trees: what gives the points.
            changes: what becomes of indicators.
            conditions: what holds meanwhile.
        """
        try:
            alternatives = [
                self._reader.alternatives(condition, wanted=True) for condition in conditions
            ]
            for tree in trees:
                moved = self._moved(tree, changes)
                if moved is None:
                    return False
                parts = list(self._parts(self._written_out(tree), moved, 1))
                falling = self._falling([part for part in parts if part[0] != part[1]])
                if falling is None:
                    return True
                alternatives.append(falling)
            return solve(both(*alternatives), self._always).possible != "no"
        except TooInvolved:
            return True

    # sums

    def _falls(self, was: exp.Expr, now: exp.Expr, factor: Exact = 1) -> bool:
        """Return whether a calculation, so many times, can be less than it was.

        What does not change in a sum plays no part. Where the rest has too many cases together, it
        can be less when one of its parts can.
        """
        parts = [part for part in self._parts(was, now, factor) if part[0] != part[1]]
        if not parts:
            return False
        try:
            alternatives = self._falling(parts)
        except TooInvolved:
            if len(parts) > 1:
                return any(self._falls(*part) for part in parts)
            return self._part_falls(*parts[0])
        if alternatives is None:
            return any(_by_signs(after, times) for _, after, times in parts)
        return solve(alternatives, self._always).possible != "no"

    def _parts(self, was: exp.Expr, now: exp.Expr, factor: Exact) -> Iterator[Part]:
        if isinstance(was, exp.Paren):
            yield from self._parts(was.this, now.this, factor)
        elif isinstance(was, exp.Neg):
            yield from self._parts(was.this, now.this, -factor)
        elif isinstance(was, exp.Add | exp.Sub):
            yield from self._parts(was.this, now.this, factor)
            turn = -1 if isinstance(was, exp.Sub) else 1
            yield from self._parts(was.expression, now.expression, turn * factor)
        elif isinstance(was, exp.Mul) and (by := self._reader.figure(was.this)) is not None:
            yield from self._parts(was.expression, now.expression, by * factor)
        elif isinstance(was, exp.Mul | exp.Div) and (by := self._reader.figure(was.expression)):
            times = by * factor if isinstance(was, exp.Mul) else ratio(factor, by)
            yield from self._parts(was.this, now.this, times)
        else:
            yield was, now, factor

    def _falling(self, parts: Sequence[Part]) -> list[Alternative] | None:
        """Return how parts can together be less than they were; ``None`` if that stays hidden.

        Raises:
            TooInvolved: there are too many cases.
        """
        sides: list[list[Case]] = []
        if prod(len(self._before(before) or ()) or 1 for before, _, _ in parts) > MOST_BEFORE:
            raise TooInvolved  # what has changed in it is another for each count: it is not read
        for before, after, times in parts:
            for pieces, factor in (
                (self._before(before), -times),
                (self._reader.pieces(after), times),
            ):
                if pieces is None:
                    return None
                sides.append([Case(p.when, p.sum.times(factor)) for p in pieces])
        if prod(map(len, sides)) > MOST_PAIRS:
            raise TooInvolved
        alternatives = []
        for when, chosen in paired(*sides):
            total = reduce(Linear.plus, (piece.sum for piece in chosen))
            alternatives += both([when], [less(total, Linear())])
        return (
            None
            if any(
                _hidden(constraint) for alternative in alternatives for constraint in alternative
            )
            else alternatives
        )

    def _before(self, node: exp.Expr) -> list[Case] | None:
        """Return what a part gave, worked out once for each part of what is written out."""
        if id(node) not in self._pieces:
            self._pieces[id(node)] = node, self._sure(node, self._reader.pieces)
        return self._pieces[id(node)][1]

    def _sure(self, node: exp.Expr, read: Callable[[exp.Expr], T]) -> T:
        """Read what was there before; what has too many cases is tried once."""
        if id(node) in self._too_involved:
            raise TooInvolved
        try:
            return read(node)
        except TooInvolved:
            self._too_involved[id(node)] = node
            raise

    def _part_falls(self, was: exp.Expr, now: exp.Expr, factor: Exact) -> bool:
        """Return the same of a single calculation whose own parts decide."""
        function, inner = called(now)
        if function is not None and function.rising:
            before = called(was)[1]
            return any(self._falls(*pair, factor) for pair in zip(before, inner, strict=True))
        if isinstance(now, exp.Case):
            (tests, default), (moved, other) = unchained(was), unchained(now)
            results = [default, *(result for _, result in tests)]
            if results == [other, *(result for _, result in moved)]:
                values = [self._reader.figure(result) for _, result in tests]
                values.append(self._reader.figure(default))
                if None not in values:
                    return self._falls_by_tests(
                        [(b, a) for (b, _), (a, _) in zip(tests, moved, strict=True)],
                        [v * factor for v in values if v is not None],
                    )
            elif [test for test, _ in tests] == [test for test, _ in moved]:
                pairs = [(b, a) for (_, b), (_, a) in zip(tests, moved, strict=True)]
                return any(self._falls(*pair, factor) for pair in [*pairs, (default, other)])
        self.undecided = True
        return _by_signs(now, factor)

    def _falls_by_tests(
        self, tests: Sequence[tuple[exp.Expr, exp.Expr]], values: Sequence[Exact]
    ) -> bool:
        """Return whether a choice among figures can fall because one of its tests turns."""
        for number, ((was, now), value) in enumerate(zip(tests, values, strict=False), 1):
            later = values[number:]
            if min(later) < value and self._turns(was, now, to=False):
                return True
            if max(later) > value and self._turns(was, now, to=True):
                return True
        return False

    # conditions

    def _turns(self, was: exp.Expr, now: exp.Expr, *, to: bool) -> bool:
        """Return whether a condition can turn true, or false; in doubt when a part of it can."""
        if was == now:
            return False
        try:
            before = self._before_change(was, wanted=not to)
            # What has changed in it is as involved as it was, and is another for each count.
            if len(before) * len(self._before_change(was, wanted=to)) > MOST_PAIRS:
                raise TooInvolved
            after = self._reader.alternatives(now, wanted=to)
            if len(before) * len(after) > MOST_PAIRS:
                raise TooInvolved
            alternatives = both(before, after)
        except TooInvolved:
            return self._part_turns(was, now, to=to)
        if any(_hidden(constraint) for alternative in alternatives for constraint in alternative):
            return _by_signs(now)
        return solve(alternatives, self._always).possible != "no"

    def _before_change(self, was: exp.Expr, *, wanted: bool) -> list[Alternative]:
        """Return the alternatives of a condition as it was, read once for each tree."""
        key = id(was), wanted
        if key not in self._alternatives:
            self._alternatives[key] = was, None
            self._alternatives[key] = was, self._reader.alternatives(was, wanted=wanted)
        alternatives = self._alternatives[key][1]
        if alternatives is None:
            raise TooInvolved
        return alternatives

    def _part_turns(self, was: exp.Expr, now: exp.Expr, *, to: bool) -> bool:
        if isinstance(now, exp.Paren):
            return self._turns(was.this, now.this, to=to)
        if isinstance(now, exp.Not):
            return self._turns(was.this, now.this, to=not to)
        if isinstance(now, exp.And | exp.Or):
            pairs = zip(_chained(was, type(now)), _chained(now, type(now)), strict=True)
            return any(self._turns(*pair, to=to) for pair in pairs)
        if isinstance(now, exp.LT | exp.LTE | exp.GT | exp.GTE):
            sides = [exp.Sub(this=n.this.copy(), expression=n.expression.copy())
                     for n in (was, now)]  # fmt: skip
            falling = to == isinstance(now, exp.LT | exp.LTE)
            return self._falls(sides[0], sides[1], 1 if falling else -1)
        if isinstance(now, exp.EQ | exp.NEQ):
            return True
        self.undecided = True
        return _by_signs(now)

    # the change

    def _written_out(self, tree: exp.Expr) -> exp.Expr:
        """Return an expression in full, worked out once for each tree."""
        if id(tree) not in self._plain:
            self._plain[id(tree)] = tree, written_out(tree, self._names)
        return self._plain[id(tree)][1]

    def _moved(self, tree: exp.Expr, changes: Mapping[str, Change]) -> exp.Expr | None:
        """Return an expression with the changes; ``None`` where no count of them occurs in it."""

        def change(node: exp.Expr) -> exp.Expr:
            meaning = self._names.get(node.name) if isinstance(node, exp.Column) else None
            if not isinstance(meaning, Variable) or meaning.name not in changes:
                return node
            change = changes[meaning.name]
            if change in ("all", "none"):
                return exp.Literal.number(1 if change == "all" else 0)
            more = exp.column(f"{meaning.name}{ONE_MORE}", quoted=True)
            build = exp.Add if change == "one more" else exp.Sub
            return exp.Paren(this=build(this=more, expression=exp.Literal.number(1)))

        moved = self._written_out(tree).transform(change)
        return moved if any(_is_higher(c) for c in moved.find_all(exp.Column)) else None


def _is_higher(column: exp.Column) -> bool:
    return column.name.endswith(ONE_MORE)


def _chained(node: exp.Expr, kind: type[exp.Expr]) -> list[exp.Expr]:
    """Return all that a chain of ``and``, or of ``or``, joins; in order."""
    parts, left = [], [node]
    while left:
        part = left.pop()
        if isinstance(part, kind):
            left += [part.expression, part.this]
        else:
            parts.append(part)
    return parts


def _by_signs(moved: exp.Expr, factor: Exact = 1) -> bool:
    higher = [c for c in moved.find_all(exp.Column) if _is_higher(c)]
    return any(_is_against(c, moved, turned=factor < 0) for c in higher)


def _hidden(constraint: Constraint) -> bool:
    """Return whether a constraint hides a count that is one higher in what was not looked into."""
    if isinstance(constraint, Unclear):
        return ONE_MORE in constraint.text
    if isinstance(constraint, Compare):
        return any(ONE_MORE in variable.name for variable, _ in constraint.sum.terms)
    return False


def _is_against(node: exp.Expr, whole: exp.Expr, *, turned: bool) -> bool:
    """Return whether more of a name is worse, as signs and comparisons around it have it.

    That is what stands behind a minus sign, is compared, or is tested in a band; an alternative
    (``or``) is an exemption and does not count against anybody.
    """
    against = False
    for child, parent in _upwards(node, whole):
        if isinstance(parent, exp.Or) or function_of(parent) == "empty":
            return False
        if isinstance(parent, exp.Neg) or (
            isinstance(parent, exp.Sub) and parent.expression is child
        ):
            against = not against
        elif isinstance(parent, exp.EQ | exp.NEQ | exp.LT | exp.LTE | exp.GT | exp.GTE):
            against |= parent.this is child
    return against != turned


def _upwards(node: exp.Expr, whole: exp.Expr) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    child, parent = node, node.parent
    while parent is not None and child is not whole:
        yield child, parent
        child, parent = parent, parent.parent
