"""What an indicator over months can take from those who are assessed, as expressions.

What holds of a month is written out by what the lines count in it: more points are a higher number,
a place nearer to the front a lower one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.checks.effects import Polarity
from rules_engine.plan.month_compiler import LABELS, LAST, PLACE, POINTS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rules_engine.checks.monotonicity import Monotonicity
    from rules_engine.checks.petitions import Changes
    from rules_engine.plan.rules import IndicatorRule, Rulebook


@dataclass(frozen=True)
class MonthCharge:
    """What an indicator over months goes by.

    Attributes:
        conditions: conditions, and as what each is a loss.
        sums: what is a loss when it falls.
        indicators: what is counted in it.
    """

    conditions: Sequence[tuple[exp.Expr, bool]]
    sums: Sequence[exp.Expr]
    indicators: frozenset[str]

    def loses(self, monotone: Monotonicity, changes: Changes) -> bool:
        """Return whether something can be lost with these changes."""
        return any(
            monotone.on_condition(tree, changes, to=to) for tree, to in self.conditions
        ) or any(monotone.on_points(tree, changes) for tree in self.sums)


def month_charge(
    book: Rulebook, rule: IndicatorRule, points: Sequence[exp.Expr], counted: Collection[str]
) -> MonthCharge:
    """Return what an indicator over months can take.

    Args:
        book: the compiled rules.
        rule: the indicator.
        points: what the lines give that it looks at.
        counted: what these count.
    """
    effect = Polarity(book).of_indicator(rule.id, rule.subject)
    conditions: list[tuple[exp.Expr, bool]] = []
    sums: list[exp.Expr] = []
    parts = [part for part in (rule.where, rule.measured) if part]
    where, measured = (
        _written_out(part.tree, points) if part and part.tree is not None else None
        for part in (rule.where, rule.measured)
    )
    more_is_loss, less_is_loss = effect in ("less", "other"), effect in ("more", "other")
    if where is not None:
        conditions += [(where, True)] if more_is_loss or measured is not None else []
        conditions += [(where, False)] if less_is_loss or measured is not None else []
    if measured is not None:
        sums += [measured] if less_is_loss else []
        sums += [exp.Neg(this=exp.Paren(this=measured.copy()))] if more_is_loss else []
    names = frozenset().union(*(part.indicators for part in parts))
    asks = any({POINTS, PLACE, LAST} & part.names for part in parts)
    return MonthCharge(conditions, sums, names.union(counted) if asks else names)


def _written_out(tree: exp.Expr, points: Sequence[exp.Expr]) -> exp.Expr:
    """Return an expression with what the lines give in place of points and places."""
    nothing: exp.Expr = exp.Literal.number(0)
    parts = [exp.Paren(this=part.copy()) for part in points]
    total = reduce(lambda one, other: exp.Add(this=one, expression=other), parts, nothing)
    behind = exp.Paren(this=exp.Neg(this=exp.Paren(this=total.copy())))
    meanings = {POINTS: exp.Paren(this=total), PLACE: behind, LAST: exp.Paren(this=total.copy())}
    named = {key: meanings[n] for n in meanings for key in (n, LABELS[n])}

    def put(node: exp.Expr) -> exp.Expr:
        meaning = named.get(node.name) if isinstance(node, exp.Column) else None
        return node if meaning is None else meaning.copy()

    return tree.copy().transform(put)
