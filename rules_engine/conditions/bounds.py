"""Between what a formula can lie, as far as its names tell: counts are not negative, rates up to 1.

What is not known stays open; so a bound that is found is sure, and one that is not may still hold.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, NamedTuple

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

INFINITE = Decimal("Infinity")


class Span(NamedTuple):
    """The least and the most; infinite where that is open."""

    low: Decimal
    high: Decimal


OPEN = Span(-INFINITE, INFINITE)


def span_of(node: exp.Expr, named: Callable[[str], Span]) -> Span:
    """Return between what an expression lies.

    Args:
        node: the expression.
        named: returns that of a name.
    """
    node = node.unnest()
    if isinstance(node, exp.Literal) and not node.is_string:
        return _only(Decimal(node.name))
    if isinstance(node, exp.Anonymous) and str(node.this).lower() == "pct":
        return _only(Decimal(node.expressions[0].name) / 100)
    if isinstance(node, exp.Column):
        return named(node.name)
    if isinstance(node, exp.Neg):
        inner = span_of(node.this, named)
        return Span(-inner.high, -inner.low)
    if isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Div):
        return _calculated(node, span_of(node.this, named), span_of(node.expression, named))
    if isinstance(node, exp.Case):
        results = [b.args["true"] for b in node.args["ifs"]]
        if node.args.get("default") is not None:
            results.append(node.args["default"])
        return _any(span_of(r, named) for r in results)
    if isinstance(node, exp.Ceil | exp.Floor | exp.Round):
        inner = span_of(node.this, named)
        low = inner.low.to_integral_value(ROUND_FLOOR)
        return Span(low, inner.high.to_integral_value(ROUND_CEILING))
    if isinstance(node, exp.Greatest | exp.Least | exp.Coalesce):
        spans = [span_of(n, named) for n in (node.this, *node.expressions)]
        if isinstance(node, exp.Coalesce):
            return _any(spans)
        choose = max if isinstance(node, exp.Greatest) else min
        return Span(choose(s.low for s in spans), choose(s.high for s in spans))
    return OPEN


def _only(value: Decimal) -> Span:
    return Span(value, value)


def _any(spans: Iterable[Span]) -> Span:
    found = list(spans)
    return Span(min(s.low for s in found), max(s.high for s in found))


def _calculated(node: exp.Expr, left: Span, right: Span) -> Span:
    if isinstance(node, exp.Add):
        return Span(left.low + right.low, left.high + right.high)
    if isinstance(node, exp.Sub):
        return Span(left.low - right.high, left.high - right.low)
    if isinstance(node, exp.Div):
        if right.low != right.high or not right.low:
            return OPEN if left.low < 0 or right.low < 0 else Span(Decimal(0), INFINITE)
        right = _only(1 / right.low)
    products = [_times(a, b) for a in left for b in right]
    return Span(min(products), max(products))


def _times(a: Decimal, b: Decimal) -> Decimal:
    """Multiply; nothing times an open end is nothing."""
    return Decimal(0) if not a or not b else a * b
