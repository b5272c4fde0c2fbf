"""What the nodes of an expression are, for those who put it into words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterator


def name_of(node: exp.Column) -> str:
    """Return a name with the table that may stand before it."""
    return ".".join(part.name for part in node.parts)


def function_of(node: exp.Expr) -> str:
    """Return the name of a function."""
    return str(node.this).lower() if isinstance(node, exp.Anonymous) else str(node.key)


def is_figure(node: exp.Expr) -> bool:
    """Return whether something is a figure that is written out."""
    node = node.unnest()
    if isinstance(node, exp.Neg):
        return is_figure(node.this)
    return isinstance(node, exp.Literal) or function_of(node) == "pct"


def is_one(node: exp.Expr) -> bool:
    """Return whether something is the figure 1."""
    node = node.unnest()
    return isinstance(node, exp.Literal) and not node.is_string and Decimal(node.name) == 1


def is_one_percent(node: exp.Expr) -> bool:
    """Return whether something is 1%."""
    node = node.unnest()
    return function_of(node) == "pct" and is_one(node.expressions[0])


def terms_of(node: exp.Expr) -> Iterator[exp.Expr]:
    """Yield what a sum adds up."""
    node = node.unnest()
    if isinstance(node, exp.Add):
        yield from terms_of(node.this)
        yield from terms_of(node.expression)
    else:
        yield node


def gives_or_nothing(node: exp.Expr) -> bool:
    """Return whether a node is ``case when … then figure else 0 end``."""
    if not isinstance(node, exp.Case) or len(node.args["ifs"]) != 1:
        return False
    default = node.args.get("default")
    nothing = isinstance(default, exp.Literal) and default.name == "0"
    return nothing and is_figure(node.args["ifs"][0].args["true"])
