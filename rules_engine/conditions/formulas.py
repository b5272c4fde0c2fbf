"""What is known of a formula without working it out: between what it lies, and what it counts.

Counts are not negative, rates are up to 1. What is not known stays open; so a bound that is found
is sure, and one that is not may still hold.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions.bounds import OPEN, Span
from rules_engine.conditions.functions import called
from rules_engine.conditions.nodes import percentage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rules_engine.conditions.scope import Symbol


def span_of(node: exp.Expr, named: Callable[[str], Span]) -> Span:
    """Return between what an expression lies.

    Args:
        node: the expression.
        named: returns that of a name.
    """

    def of(inner: exp.Expr) -> Span:
        return span_of(inner, named)

    node = node.unnest()
    share = percentage(node)
    if share is not None:
        return Span.of(share, share)
    if isinstance(node, exp.Literal) and not node.is_string:
        return Span.of(Decimal(node.name), Decimal(node.name))
    if isinstance(node, exp.Column):
        return named(node.name)
    if isinstance(node, exp.Neg):
        return of(node.this).negated
    if isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Div):
        left, right = of(node.this), of(node.expression)
        if isinstance(node, exp.Mul | exp.Div):
            return left.times(right) if isinstance(node, exp.Mul) else left.divided(right)
        return left.plus(right.negated if isinstance(node, exp.Sub) else right)
    if isinstance(node, exp.Case):
        results = [branch.args["true"] for branch in node.args["ifs"]]
        return Span.around(map(of, filter(None, [*results, node.args.get("default")])))
    function, arguments = called(node)
    return function.bounds(*map(of, arguments)) if function else OPEN


def counted_by(tree: exp.Expr | None, symbols: Mapping[str, Symbol]) -> str:
    """Return the table whose records a calculation counts; none where it does not only count.

    Args:
        tree: the calculation, as it was read.
        symbols: what the names in it stand for, by name or by label.
    """
    node = tree.unnest() if tree is not None else None
    if isinstance(node, exp.Column):
        symbol = symbols.get(node.name)
        return symbol.counts if symbol else ""
    if isinstance(node, exp.Add | exp.Sub):
        one, other = (counted_by(n, symbols) for n in (node.this, node.expression))
        return one if one == other else ""
    function, arguments = called(node) if node is not None else (None, [])
    if function is None or not function.picks:
        return ""
    free = [n for n in arguments if not isinstance(n.unnest(), exp.Literal)]
    counted = {counted_by(n, symbols) for n in free}
    return counted.pop() if len(counted) == 1 else ""


def by_label(symbols: Mapping[str, Symbol]) -> dict[str, Symbol]:
    """Return symbols by their labels as well as by their names."""
    return by_name(symbols.values())


def by_name(symbols: Iterable[Symbol]) -> dict[str, Symbol]:
    """Return symbols by all that they may be called; their own names and labels go first."""
    known = tuple(symbols)
    also = {name: s for s in known for name in s.also}
    return also | {name: s for s in known for name in (s.label, s.name)}
