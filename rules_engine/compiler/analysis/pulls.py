"""Decides which way a count pulls: whether one more of it can cost points or turn a condition.

An expression is written out in full, once as it stands and once with the count one higher. That the
second can be worse than the first is a question for the solver. Where it cannot look through a
function, the signs and comparisons around the count decide.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Literal, TypeAlias

from sqlglot import exp

from rules_engine.compiler.analysis.alternatives import Reader
from rules_engine.compiler.analysis.demands import Compare, TooInvolved, Unclear, both, less
from rules_engine.compiler.analysis.solver import solve
from rules_engine.compiler.analysis.variables import Variable, written_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules_engine.compiler.analysis.demands import Alternative, Demand
    from rules_engine.compiler.analysis.worlds import World

ONE_MORE = " + 1"
"""Behind the name of a count that is taken to be one higher; no name in a ruleset has blanks."""
MOST_WAYS = 256
"""Of more pairs of cases, before and after, than that the signs decide."""
Change: TypeAlias = 'Literal["one more", "all", "none"]'
"""What becomes of a count, or of a rate: 100% or 0%."""


class Pulls:
    """The pull of counts on expressions over subjects."""

    def __init__(self, world: World) -> None:
        """Take what the names stand for."""
        self._names = world.reader.names
        more = {
            f"{meaning.name}{ONE_MORE}": meaning
            for meaning in self._names.values()
            if isinstance(meaning, Variable)
        }
        self._reader = Reader({**self._names, **more}, world.reader.frame)
        self._always = world.always

    def on_points(self, tree: exp.Expr, changes: Mapping[str, Change]) -> bool:
        """Return whether points can fall with these changes, by the names of the indicators."""
        moved = self._moved(tree, changes)
        if moved is None:
            return False
        try:
            before, after = self._reader.pieces(tree), self._reader.pieces(moved)
            if before is None or after is None or len(before) * len(after) > MOST_WAYS:
                return _by_signs(moved)
            ways = [
                way
                for one, other in product(before, after)
                for way in both([one.when], [other.when], [less(other.sum, one.sum)])
            ]
        except TooInvolved:
            return _by_signs(moved)
        return self._can_be(ways, moved)

    def on_condition(self, tree: exp.Expr, changes: Mapping[str, Change], *, to: bool) -> bool:
        """Return whether a condition can turn true (``to``), or false, with these changes."""
        moved = self._moved(tree, changes)
        if moved is None:
            return False
        try:
            before = self._reader.ways(tree, wanted=not to)
            after = self._reader.ways(moved, wanted=to)
            if len(before) * len(after) > MOST_WAYS:
                return _by_signs(moved)
            ways = both(before, after)
        except TooInvolved:
            return _by_signs(moved)
        return self._can_be(ways, moved)

    def _can_be(self, ways: list[Alternative], moved: exp.Expr) -> bool:
        if any(_hidden(demand) for way in ways for demand in way):
            return _by_signs(moved)
        return solve(ways, self._always).possible != "no"

    def _moved(self, tree: exp.Expr, changes: Mapping[str, Change]) -> exp.Expr | None:
        """Return an expression with the changes; ``None`` where no count of them occurs in it."""

        def change(node: exp.Expr) -> exp.Expr:
            meaning = self._names.get(node.name) if isinstance(node, exp.Column) else None
            if not isinstance(meaning, Variable) or meaning.name not in changes:
                return node
            if changes[meaning.name] != "one more":
                return exp.Literal.number(1 if changes[meaning.name] == "all" else 0)
            more = exp.column(f"{meaning.name}{ONE_MORE}", quoted=True)
            return exp.Paren(this=exp.Add(this=more, expression=exp.Literal.number(1)))

        moved = written_out(tree, self._names).transform(change)
        return moved if any(_is_higher(c) for c in moved.find_all(exp.Column)) else None


def _is_higher(column: exp.Column) -> bool:
    return column.name.endswith(ONE_MORE)


def _by_signs(moved: exp.Expr) -> bool:
    return any(_is_against(c) for c in moved.find_all(exp.Column) if _is_higher(c))


def _hidden(demand: Demand) -> bool:
    """Return whether a demand hides a count that is one higher in what was not looked into."""
    if isinstance(demand, Unclear):
        return ONE_MORE in demand.text
    if isinstance(demand, Compare):
        return any(ONE_MORE in variable.name for variable, _ in demand.sum.terms)
    return False


def _is_against(node: exp.Expr) -> bool:
    """Return whether more of a name is worse, as signs and comparisons around it have it.

    That is what stands behind a minus sign, is compared, or is tested in a band; an alternative
    (``or``) is an exemption and does not count against anybody.
    """
    against = False
    for child, parent in _upwards(node):
        if isinstance(parent, exp.Or) or _is_empty_test(parent):
            return False
        if isinstance(parent, exp.Sub) and parent.expression is child:
            against = not against
        elif isinstance(parent, exp.EQ | exp.NEQ | exp.LT | exp.LTE | exp.GT | exp.GTE):
            against |= parent.this is child
    return against


def _upwards(node: exp.Expr) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    child, parent = node, node.parent
    while parent is not None:
        yield child, parent
        child, parent = parent, parent.parent


def _is_empty_test(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and str(node.this).lower() == "empty"
