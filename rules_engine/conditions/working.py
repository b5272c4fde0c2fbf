"""Explains how a formula or a condition came out for one subject, step by step and in words.

Each step is one flat calculation, without brackets and functions: what a function gives comes
first, and its result is put into the next step. The last result is compared with that of the plan.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.functions import called
from rules_engine.conditions.nodes import is_one_percent, percentage
from rules_engine.conditions.operators import CALCULATIONS, COMPARISONS
from rules_engine.conditions.phrases import NotExplained, Term, as_decimal, filled, shown
from rules_engine.messages import singular, tr
from rules_engine.model import figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules_engine.conditions.phrases import Operand
    from rules_engine.conditions.scope import Symbol
    from rules_engine.model.plugin import Value

SUMS, PRODUCTS = (exp.Add, exp.Sub), (exp.Mul, exp.Div)


class FormulaWorking:
    """Tells formulas and conditions with the values of one subject.

    Attributes:
        steps: what was told so far, in order.
    """

    def __init__(self, symbols: Mapping[str, Symbol], values: Mapping[str, Value]) -> None:
        """Keep the names, and by name the values."""
        self.symbols, self.values = symbols, values
        self.steps: list[str] = []
        self.top: exp.Expr | None = None

    def formula(self, tree: exp.Expr, raw: int) -> list[str] | None:
        """Tell a formula; ``None`` where it cannot be told, or would not arrive at the points.

        Args:
            tree: as it was read from the ruleset.
            raw: what it gave, in 1/10,000.
        """
        self.steps, self.top = [], tree
        try:
            result = self.term(tree)
            if numbers.scaled(as_decimal(result.number), numbers.POINTS) != raw:
                return None
        except (NotExplained, ZeroDivisionError):
            return None
        if result.text or result.name:
            self.state(result)
        return self.steps

    def facts(self, tree: exp.Expr, truth: bool) -> str:
        """Tell why a condition holds, or does not; nothing where that cannot be told.

        Args:
            tree: as it was read from the ruleset.
            truth: what the plan says of it.
        """
        self.steps = []
        try:
            if self.holds(tree) is not truth:
                return ""
            text = self.fact(tree, truth)
        except (NotExplained, ZeroDivisionError):
            return ""
        self.add(text)
        return tr("; ").join(self.steps)

    def add(self, text: str) -> None:
        """Tell something more; what is told of the last step's result goes on where it stands."""
        result = self.steps[-1].rpartition(" = ")[2] if self.steps else ""
        rest = text.removeprefix(result)
        if result != text and (not result or rest == text or rest[0] not in ",，"):
            self.steps.append(text)
        elif rest:
            self.steps[-1] += rest

    # numbers

    def term(self, node: exp.Expr) -> Term:
        """Return the value of a node, after telling the steps that lead to it."""
        if isinstance(node, exp.Paren):
            return self.term(node.this)
        if isinstance(node, exp.Column):
            return self.named(".".join(p.name for p in node.parts))
        if isinstance(node, exp.Literal):
            return Term(node.this if node.is_string else Fraction(node.this))
        if isinstance(node, exp.Cast):
            return Term(date.fromisoformat(str(node.this.this)))
        if isinstance(node, exp.Neg):
            inner = self.settled(node.this)
            return Term(-inner.number, rate=inner.rate, counts=inner.counts)
        if isinstance(node, (*SUMS, *PRODUCTS)):
            return self.chain(node)
        if isinstance(node, exp.Case):
            return self.choice(node)
        return self.call(node)

    def named(self, name: str) -> Term:
        """Return the value of a name."""
        symbol = self.symbols.get(name)
        if symbol is None or self.values.get(symbol.name) is None:
            raise NotExplained
        value = self.values[symbol.name]
        converted = Fraction(value) if isinstance(value, Decimal) else value
        return Term(converted, symbol.label, symbol.rate, counts=symbol.counts)

    def settled(self, node: exp.Expr) -> Term:
        """Return the value of a node for which nothing is left to be told."""
        term = self.term(node)
        return self.state(term) if term.text else term

    def state(self, term: Term) -> Term:
        """Tell a step, and return its result."""
        text = term.shown()
        self.steps.append(f"{text} = {term.result()}" if term.text else text)
        return Term(term.value, rate=term.rate, counts=term.counts)

    def chain(self, node: exp.Expr) -> Term:
        """Return a sum of products, or a product, as one flat calculation."""
        kinds: tuple[type[exp.Expr], ...] = SUMS if isinstance(node, SUMS) else PRODUCTS
        left, right = _bare(node.this, kinds), _bare(node.expression, ())
        if isinstance(node, exp.Div) and is_one_percent(right):
            return self.percentage_points(_bare(left, ()))
        first = self.chain(left) if isinstance(left, kinds) else self.operand(left, kinds)
        second = self.operand(right, kinds)
        rate = kinds == SUMS and (first.rate or second.rate)
        counts = first.counts if kinds == SUMS and first.counts == second.counts else ""
        sign, calculate = CALCULATIONS[type(node)]
        value = calculate(first.number, second.number)
        like = Term(None, rate=rate)
        text = f"{first.shown(like=like)} {sign} {second.shown(like=like)}"
        return Term(value, rate=rate, text=text, counts=counts)

    def percentage_points(self, node: exp.Expr) -> Term:
        """Tell how many points a share is; in a product its last factor is the share."""
        if isinstance(node, exp.Mul):
            left = _bare(node.this, PRODUCTS)
            first = self.chain(left) if isinstance(left, PRODUCTS) else self.settled(left)
            last = self.percentage_points(_bare(node.expression, ()))
            text = f"{first.shown()} × {last.shown()}"
            return Term(first.number * last.number, text=text)
        share = self.settled(node)
        parts = {"value": share.shown(), "count": shown(share.number * 100)}
        self.add(singular(tr("{value}, that is, {count} percentage points", **parts)))
        return Term(share.number * 100)

    def operand(self, node: exp.Expr, kinds: tuple[type[exp.Expr], ...]) -> Term:
        """Return one side of a calculation; a product may stand in a sum, nothing else does."""
        if kinds == SUMS and isinstance(node, PRODUCTS):
            return self.chain(node)
        return self.settled(node)

    def call(self, node: exp.Expr) -> Term:
        """Tell what a function gives."""
        share = percentage(node)
        if share is not None:
            return Term(Fraction(share), rate=True)
        function, arguments = called(node)
        if function is None:
            raise NotExplained
        return function.explain(self, *arguments)

    def day(self, node: exp.Expr) -> Term:
        """Return a day."""
        day = self.term(node)
        if isinstance(day.value, str):
            day = replace(day, value=_as_day(day.value))
        if not isinstance(day.value, date) or day.value.year == figures.NEVER_YEAR:
            raise NotExplained
        return day

    # conditions

    def choice(self, node: exp.Case) -> Term:
        """Tell which branch was taken, and why."""
        missed = []
        for branch in node.args["ifs"]:
            if self.holds(branch.this):
                return self.taken(node, branch.args["true"], self.fact(branch.this, truth=True))
            missed.append(branch.this)
        facts = _together(self.fact(condition, truth=False) for condition in missed)
        default = node.args.get("default")
        if default is None:
            raise NotExplained
        return self.taken(node, default, facts)

    def taken(self, node: exp.Case, result: exp.Expr, facts: str) -> Term:
        """Tell what led to a branch, and return its value; points come last and are told there."""
        if node is self.top or not isinstance(result, exp.Literal):
            self.add(facts)
            return self.settled(result)
        term = self.settled(result)
        self.steps.append(tr("{facts}: counts {result}", facts=facts, result=term.shown()))
        return term

    def holds(self, node: exp.Expr) -> bool:
        """Return whether a condition holds, telling nothing."""
        before = list(self.steps)
        holds = self._holds(node)
        self.steps = before
        return holds

    def _holds(self, node: exp.Expr) -> bool:
        if isinstance(node, exp.Paren):
            return self._holds(node.this)
        if isinstance(node, exp.And):
            return self._holds(node.this) and self._holds(node.expression)
        if isinstance(node, exp.Or):
            return self._holds(node.this) or self._holds(node.expression)
        if isinstance(node, exp.Not):
            return not self._holds(node.this)
        if comparison := COMPARISONS.get(type(node)):
            left, right = self.sides(node)
            return comparison.holds(left.value, right.value)
        if isinstance(node, exp.Between):
            return self._holds(_both(node))
        if isinstance(node, exp.In):
            value = self.term(node.this).value
            return value in [self.term(n).value for n in node.expressions]
        if isinstance(node, exp.Boolean):
            return bool(node.this)
        result = self.term(node).value
        if not isinstance(result, bool):
            raise NotExplained
        return result

    def fact(self, node: exp.Expr, truth: bool) -> str:
        """Tell what is so, of a condition that holds or does not."""
        if isinstance(node, exp.Paren):
            return self.fact(node.this, truth)
        if isinstance(node, exp.Not):
            return self.fact(node.this, not truth)
        if isinstance(node, exp.Between):
            return self.fact(_both(node), truth)
        if isinstance(node, exp.And | exp.Or):
            sides = [s for s in (node.this, node.expression) if self.holds(s) is truth]
            if isinstance(node, exp.And) is not truth:  # one side is enough
                sides = sides[:1] if truth else sides
            return _together(self.fact(side, truth) for side in sides)
        if type(node) in COMPARISONS:
            return self.comparison(node, truth)
        if isinstance(node, exp.In):
            return self.term(node.this).shown()
        term = self.term(node)
        return (
            tr("met: {label}", label=term.name)
            if truth
            else tr("not met: {label}", label=term.name)
        )

    def sides(self, node: exp.Expr) -> tuple[Term, Term]:
        """Return both sides of a comparison, of one kind."""
        left, right = self.settled(node.this), self.settled(node.expression)
        if isinstance(left.value, date) and isinstance(right.value, str):
            right = replace(right, value=_as_day(right.value))
        if isinstance(right.value, date) and isinstance(left.value, str):
            left = replace(left, value=_as_day(left.value))
        if type(left.value) is not type(right.value):
            raise NotExplained
        return left, right

    def comparison(self, node: exp.Expr, truth: bool) -> str:
        """Tell how two values stand to each other."""
        left, right = self.sides(node)
        kind = type(node) if truth else COMPARISONS[type(node)].opposite
        one, other = left.shown(like=right), right.shown(like=left)
        never = isinstance(left.value, date) and left.value.year == figures.NEVER_YEAR
        if never or isinstance(left.value, bool | str):
            return one
        if not right.name and (kind is exp.EQ or _plain(kind, left.value, right.value)):
            return one
        wording = COMPARISONS[kind]
        days = isinstance(left.value, date)
        return filled(wording.outcome_of_days if days else wording.outcome, one, other)


def _bare(node: exp.Expr, kinds: tuple[type[exp.Expr], ...]) -> exp.Expr:
    """Return a left side without brackets that change nothing."""
    inner = node
    while isinstance(inner, exp.Paren):
        inner = inner.this
    return inner if not kinds or isinstance(inner, kinds) else node


def _together(facts: Iterable[str]) -> str:
    """Return facts as one sentence, each once."""
    text = ""
    for fact in dict.fromkeys(facts):
        text = tr("{one}, and {other}", one=text, other=fact) if text else fact
    return text


def _plain(kind: type[exp.Expr], left: Operand, right: Operand) -> bool:
    """Return whether a value alone says how it stands to 0: that there are some, or none."""
    if right != 0 or not isinstance(left, Fraction):
        return False
    return kind in (exp.NEQ, exp.GT) or (kind is exp.LTE and left == 0)


def _both(node: exp.Between) -> exp.And:
    return exp.And(
        this=exp.GTE(this=node.this, expression=node.args["low"]),
        expression=exp.LTE(this=node.this, expression=node.args["high"]),
    )


def _as_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotExplained from error
