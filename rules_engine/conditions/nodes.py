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


def arguments_of(node: exp.Expr) -> list[exp.Expr]:
    """Return the values that a function is given, whether sqlglot knows it or not."""
    names = ["expressions"] if isinstance(node, exp.Anonymous) else list(node.arg_types)
    parts = [node.args.get(name) for name in names]
    values = [v for part in parts for v in (part if isinstance(part, list) else [part])]
    return [v for v in values if isinstance(v, exp.Expr)]


def percentage(node: exp.Expr) -> Decimal | None:
    """Return the share that a percentage is, as in ``90%``."""
    return Decimal(node.expressions[0].name).scaleb(-2) if function_of(node) == "pct" else None


def month_and_day(node: exp.Expr) -> list[int]:
    """Return the month and the day of ``3月31日``; nothing of anything else."""
    dated = function_of(node) == "day_in_period"
    return [int(part.name) for part in node.expressions] if dated else []


def is_figure(node: exp.Expr) -> bool:
    """Return whether something is a figure that is written out."""
    node = node.unnest()
    if isinstance(node, exp.Neg):
        return is_figure(node.this)
    return isinstance(node, exp.Literal) or percentage(node) is not None


def is_one(node: exp.Expr) -> bool:
    """Return whether something is the figure 1."""
    node = node.unnest()
    return isinstance(node, exp.Literal) and not node.is_string and Decimal(node.name) == 1


def is_one_percent(node: exp.Expr) -> bool:
    """Return whether something is 1%."""
    node = node.unnest()
    return percentage(node) == Decimal("0.01")


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
