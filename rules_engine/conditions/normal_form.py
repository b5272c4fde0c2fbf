"""Brings expressions into one spelling, so that those that say the same can be told."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions.nodes import function_of, percentage
from rules_engine.conditions.operators import COMPARISONS
from rules_engine.conditions.parser import is_negated_comparison
from rules_engine.model.figures import in_digits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

GATHERED = {exp.And: "and", exp.Or: "or", exp.Add: "+", exp.Mul: "*"}
"""What may be grouped and ordered in any way."""
REPEATED = (exp.And, exp.Or)
"""What does not change by being said twice."""


def normal(node: exp.Expr, names: Mapping[str, str]) -> str:
    """Return an expression in a spelling of its own, which no order, bracket or label changes.

    Args:
        node: its tree.
        names: for each name or label in it, what it is called here.
    """

    def write(inner: exp.Expr) -> str:
        return normal(inner, names)

    while isinstance(node, exp.Paren):
        node = node.this
    kind = type(node)
    if isinstance(node, exp.Column):
        name = ".".join(part.name for part in node.parts)
        return names.get(name, name)
    if isinstance(node, exp.Literal):
        return f"'{node.this}'" if node.is_string else in_digits(Decimal(node.this))
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
        return in_digits(-Decimal(node.this.this))
    if (share := percentage(node)) is not None:
        return in_digits(share)
    if kind in GATHERED:
        parts = sorted(write(part) for part in _parts(node, kind))
        return _call(GATHERED[kind], dict.fromkeys(parts) if kind in REPEATED else parts)
    if comparison := COMPARISONS.get(kind):
        sides = [write(node.this), write(node.expression)]
        if kind in (exp.GT, exp.GTE):
            return _call(COMPARISONS[comparison.turned].sign, reversed(sides))
        return _call(comparison.sign, sorted(sides) if comparison.turned is kind else sides)
    if isinstance(node, exp.Between):
        low, value, high = (write(node.args[key]) for key in ("low", "this", "high"))
        return _call("and", sorted((_call("<=", (low, value)), _call("<=", (value, high)))))
    if isinstance(node, exp.In):
        choices = sorted({write(item) for item in node.expressions})
        if len(choices) == 1:
            return _call("=", sorted((write(node.this), choices[0])))
        return _call("in", (write(node.this), *choices))
    if is_negated_comparison(node):  # of an event that has not happened it is as false as “in”
        return _call("outside", (write(node.this),))
    if isinstance(node, exp.Not) and isinstance(node.this, exp.Not):
        return write(node.this.this)
    return _call(_name(node), map(write, _inside(node)))


def _name(node: exp.Expr) -> str:
    name = function_of(node)
    return f"not {name}" if node.args.get("negate") else name


def _inside(node: exp.Expr) -> Iterator[exp.Expr]:
    for value in node.args.values():
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, exp.Expr) and not isinstance(inner, exp.DataType):
                yield inner


def _parts(node: exp.Expr, kind: type[exp.Expr]) -> Iterator[exp.Expr]:
    while isinstance(node, exp.Paren):
        node = node.this
    if type(node) is kind:
        yield from _parts(node.this, kind)
        yield from _parts(node.expression, kind)
    else:
        yield node


def _call(name: str, parts: object) -> str:
    return f"({name} {' '.join(parts)})"  # type: ignore[arg-type]  # any texts in a row
