"""Writes formulas as people read them, and again with their values put in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.messages import clauses, tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.compiler.scope import Symbol

OPERATORS: dict[type[exp.Expr], str] = {
    exp.Add: "+",
    exp.Sub: "−",
    exp.Mul: "×",
    exp.Div: "÷",
    exp.EQ: "=",
    exp.NEQ: "≠",
    exp.GT: ">",
    exp.GTE: "≥",
    exp.LT: "<",
    exp.LTE: "≤",
}

NEVER_YEAR = 9999

SHORT: dict[type[exp.Expr], str] = {
    exp.Greatest: "max",
    exp.Least: "min",
    exp.Ceil: "⌈⌉",
    exp.Floor: "⌊⌋",
}


def figure(value: Decimal | date | None, *, rate: bool = False) -> str:
    """Return a value as text: rates as percentages, nothing as a dash, days as people read them."""
    if value is None:
        return "—"
    if isinstance(value, date):
        return tr("not done") if value.year == NEVER_YEAR else value.isoformat()
    if rate:
        text = f"{(value * 100).quantize(Decimal('0.0001')).normalize():f}%"
    else:
        text = f"{value.normalize():f}"
    return text.replace("-", "−")


class Renderer:
    """Writes a formula in words.

    Attributes:
        symbols: what the names stand for.
        values: the values of the names for one subject, or ``None`` to write their labels.
    """

    def __init__(
        self,
        symbols: Mapping[str, Symbol],
        values: Mapping[str, Decimal | date | None] | None = None,
    ) -> None:
        """Keep the names, and the values when they are to be put in."""
        self.symbols = symbols
        self.values = values

    def write(self, node: exp.Expr) -> str:
        """Return the text of a tree as it was read from the ruleset."""
        if type(node) in OPERATORS:
            left, right = self.write(node.this), self.write(node.expression)
            return f"{left} {OPERATORS[type(node)]} {right}"
        if isinstance(node, exp.Column):
            return self.name(".".join(p.name for p in node.parts))
        if isinstance(node, exp.Literal):
            return f"“{node.this}”" if node.is_string else figure(Decimal(node.this))
        if isinstance(node, exp.Paren):
            return f"({self.write(node.this)})"
        if isinstance(node, exp.Neg):
            return f"−{self.write(node.this)}"
        if isinstance(node, exp.And | exp.Or):
            word = tr("and") if isinstance(node, exp.And) else tr("or")
            return f"{self.write(node.this)} {word} {self.write(node.expression)}"
        if isinstance(node, exp.Not):
            return tr("not {condition}", condition=self.write(node.this))
        if isinstance(node, exp.Case):
            return self.choice(node)
        if isinstance(node, exp.In):
            items = ", ".join(self.write(n) for n in node.expressions)
            return f"{self.write(node.this)} ∈ ({items})"
        if isinstance(node, exp.Between):
            low, high = (self.write(node.args[n]) for n in ("low", "high"))
            return f"{low} ≤ {self.write(node.this)} ≤ {high}"
        if isinstance(node, exp.Is):
            return tr("{value} is empty", value=self.write(node.this))
        if isinstance(node, exp.Like):
            return self.likeness(node)
        if isinstance(node, exp.Anonymous) and str(node.this).lower() == "pct":
            return f"{node.expressions[0].this}%"
        if isinstance(node, exp.Cast):  # a day that is written out
            return str(node.this.this)
        return self.function(node)

    def name(self, name: str) -> str:
        """Return a name's label, or its value for the subject."""
        symbol = self.symbols.get(name)
        if symbol is None:
            return name
        if self.values is None or symbol.name not in self.values:
            return symbol.label
        return figure(self.values[symbol.name], rate=symbol.rate)

    def likeness(self, node: exp.Like) -> str:
        """Return ``like`` and ``not like``, of which the latter is one node."""
        text = tr(
            "{value} is like {pattern}",
            value=self.write(node.this),
            pattern=self.write(node.expression),
        )
        return tr("not {condition}", condition=text) if node.args.get("negate") else text

    def choice(self, node: exp.Case) -> str:
        """Return a ``case`` as "if … : …; otherwise …"."""
        parts = [
            tr(
                "{condition}: {result}",
                condition=self.write(b.this),
                result=self.write(b.args["true"]),
            )
            for b in node.args["ifs"]
        ]
        default = node.args.get("default")
        if default is not None:
            parts.append(tr("otherwise: {result}", result=self.write(default)))
        return f"[{clauses(parts)}]"

    def function(self, node: exp.Expr) -> str:
        """Return a function with its arguments, the extremes by their short names."""
        arguments = [
            self.write(a)
            for a in (node.args.get("this"), *node.args.get("expressions", []))
            if isinstance(a, exp.Expr)
        ]
        if isinstance(node, exp.Anonymous) and str(node.this).lower() == "day_in_period":
            return tr("{month}/{day}", month=arguments[0], day=arguments[1])
        name = SHORT.get(type(node))
        if name in ("⌈⌉", "⌊⌋"):
            return f"{name[0]}{', '.join(arguments)}{name[1]}"
        if name is None and isinstance(node, exp.Anonymous):
            name = str(node.this)
        return f"{name or node.key}({', '.join(arguments)})"
