"""Decides what a change does to a condition or a sum: asks for more, for less, or for neither.

Both are written over the same records or subjects. That the later can be true where the earlier
was false, or greater than it was, is a question for the solver, and so is the opposite; only where
one of the two is certainly impossible, the change has a direction.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Literal, TypeAlias

from sqlglot import exp

from rules_engine.conditions.constraints.constraint import Compare, Linear, TooInvolved, both, less
from rules_engine.conditions.constraints.reader import Reader
from rules_engine.conditions.constraints.solver import solve
from rules_engine.conditions.constraints.variables import Variable, written_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules_engine.checks.context import Context
    from rules_engine.conditions.constraints.constraint import Alternative

Relation: TypeAlias = Literal["same", "more", "less", "other"]
"""Of a condition: true of the same, of more, of fewer; of a sum: as great, greater, smaller at
times and never the opposite; ``other``: both, or not to be known."""
Rate: TypeAlias = "tuple[Sequence[exp.Expr], exp.Expr]"
"""The conditions of a base, and the one that is asked of it."""
RAISED = " raised"
"""Behind the name of an indicator that is greater than it was; no name in a ruleset has blanks."""
MOST_PAIRS = 4096


def joined(relations: Iterable[Relation]) -> Relation:
    """Return what several changes do together to something that rises with each of them."""
    distinct = set(relations) - {"same"}
    if not distinct:
        return "same"
    return distinct.pop() if len(distinct) == 1 else "other"


def opposite(relation: Relation) -> Relation:
    """Return what something does that falls where this rises."""
    turned: dict[Relation, Relation] = {"more": "less", "less": "more"}
    return turned.get(relation, relation)


def compared(before: int, after: int) -> Relation:
    """Return how a figure came out."""
    return "same" if before == after else "more" if after > before else "less"


class Strictness:
    """Compares what is asked in one context with what is asked in another of the same rows."""

    def __init__(self, before: Context, after: Context) -> None:
        """Take what the names stood for, and what they stand for."""
        self._before, self._after = before.reader, after.reader
        self._always = after.always

    def of_conditions(self, before: exp.Expr, after: exp.Expr) -> Relation:
        """Return of whom a condition is true that was true of others before."""
        try:
            gained = both(self._before.alternatives(before, wanted=False),
                          self._after.alternatives(after, wanted=True))  # fmt: skip
            lost = both(self._before.alternatives(before, wanted=True),
                        self._after.alternatives(after, wanted=False))  # fmt: skip
        except TooInvolved:
            return "other"
        return self._relation(gained, lost)

    def of_rates(self, before: Rate, after: Rate) -> Relation:
        """Return how a rate comes out, of the records of its base those for which it holds.

        It rises where more of the base count or fewer do not, and never the other way round.
        """
        try:
            hits, misses = (
                self._relation(
                    both(_not_both(self._before, before, counts=counts),
                         _both(self._after, after, counts=counts)),
                    both(_both(self._before, before, counts=counts),
                         _not_both(self._after, after, counts=counts)),
                )
                for counts in (True, False)
            )  # fmt: skip
        except TooInvolved:
            return "other"
        return joined([hits, opposite(misses)])

    def of_sums(self, before: exp.Expr, after: exp.Expr) -> Relation:
        """Return how a calculation comes out that came out otherwise before."""
        try:
            was, now = self._before.pieces(before), self._after.pieces(after)
            if was is None or now is None or len(was) * len(now) > MOST_PAIRS:
                return "other"
            pairs = [(b, a, both([b.when], [a.when])) for b, a in product(was, now)]
            risen = [
                w for b, a, alternatives in pairs for w in both(alternatives, [less(b.sum, a.sum)])
            ]
            fallen = [
                w for b, a, alternatives in pairs for w in both(alternatives, [less(a.sum, b.sum)])
            ]
        except TooInvolved:
            return "other"
        return self._relation(risen, fallen)

    def _relation(self, more: list[Alternative], less: list[Alternative]) -> Relation:
        can_more = solve(more, self._always).possible != "no"
        can_less = solve(less, self._always).possible != "no"
        if can_more and can_less:
            return "other"
        return "more" if can_more else "less" if can_less else "same"


def _both(reader: Reader, rate: Rate, *, counts: bool) -> list[Alternative]:
    """Return in which ways a record is of the base, and counts or does not."""
    base, of = rate
    alternatives = reader.alternatives(of, wanted=counts)
    for part in base:
        alternatives = both(alternatives, reader.alternatives(part, wanted=True))
    return alternatives


def _not_both(reader: Reader, rate: Rate, *, counts: bool) -> list[Alternative]:
    base, of = rate
    alternatives = reader.alternatives(of, wanted=not counts)
    return alternatives + [
        alternative for part in base for alternative in reader.alternatives(part, wanted=False)
    ]


class Raising:
    """What it does to conditions and sums over subjects that one indicator is greater."""

    def __init__(self, context: Context, name: str) -> None:
        """Take the context of the subjects, and the id of the indicator."""
        self._names, self._name = context.reader.names, name
        self.known = isinstance(self._names.get(name), Variable)
        if not self.known:
            return
        variable = self._names[name]
        assert isinstance(variable, Variable)
        raised = replace(variable, name=f"{name}{RAISED}")
        lower = Linear(((variable, 1),)).plus(Linear(((raised, 1),)), -1)
        order = frozenset({Compare(lower, "<=")})
        reader = Reader({**self._names, raised.name: raised}, context.reader.frame)
        after = replace(context, reader=reader, always=(*context.always, order))
        self._strictness = Strictness(context, after)

    def of_condition(self, tree: exp.Expr) -> Relation:
        """Return what becomes of a condition."""
        before, after = written_out(tree, self._names), self._moved(tree)
        return "same" if after is None else self._strictness.of_conditions(before, after)

    def of_sum(self, tree: exp.Expr) -> Relation:
        """Return what becomes of a calculation."""
        before, after = written_out(tree, self._names), self._moved(tree)
        return "same" if after is None else self._strictness.of_sums(before, after)

    def _moved(self, tree: exp.Expr) -> exp.Expr | None:
        """Return an expression with the indicator raised; ``None`` where it does not occur."""
        whole = written_out(tree, self._names)
        columns = [c for c in whole.find_all(exp.Column) if self._is_meant(c)]
        for column in columns:
            raised = exp.column(f"{self._name}{RAISED}", quoted=True)
            whole = raised if column is whole else whole
            column.replace(raised)
        return whole if columns else None

    def _is_meant(self, column: exp.Column) -> bool:
        meaning = self._names.get(column.name)
        return isinstance(meaning, Variable) and meaning.name == self._name
