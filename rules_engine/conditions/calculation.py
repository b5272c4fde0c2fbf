"""Tells how a formula or a condition came out for one subject, step by step and in words.

Each step is one flat calculation, without brackets and functions: what a function gives is told
first, and its result put into the next step. What is told is held against what the plan gave.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, TypeAlias

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.nodes import is_one_percent
from rules_engine.conditions.phrases import OPPOSITE
from rules_engine.conditions.units import so_many
from rules_engine.messages import listed, singular, tr
from rules_engine.model import figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rules_engine.conditions.scope import Symbol
    from rules_engine.model.plugin import Value

Held: TypeAlias = "Fraction | date | bool | str | None"
SIGNS: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "−", exp.Mul: "×", exp.Div: "÷"}
SUMS, PRODUCTS = (exp.Add, exp.Sub), (exp.Mul, exp.Div)
COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
SHOWN_PLACES = Decimal("0.0001")


class Untold(Exception):
    """There are no words for a part of a formula, or a value in it is not there."""


@dataclass(frozen=True)
class Term:
    """A value with its words.

    Attributes:
        value: what it is.
        name: the label of what has it, or nothing.
        rate: whether it is shown as a percentage.
        text: the calculation that gives it, where that was not told yet.
        counts: the table whose records it counts, or empty.
    """

    value: Held
    name: str = ""
    rate: bool = False
    text: str = ""
    counts: str = ""

    def shown(self, *, beside: Term | None = None) -> str:
        """Return it in words; beside a percentage or a count it is one as well."""
        if self.text:
            return self.text
        found = self.result(beside)
        if self.name and isinstance(self.value, str):
            return tr("{value} is {other}", value=self.name, other=found)
        return figures.named(self.name, found) if self.name else found

    def result(self, beside: Term | None = None) -> str:
        """Return its value in words."""
        other = beside or self
        counts = self.counts or ("" if self.name else other.counts)
        return shown(self.value, rate=self.rate or other.rate, counts=counts)

    @property
    def number(self) -> Fraction:
        """Return its value as a number."""
        if not isinstance(self.value, Fraction):
            raise Untold
        return self.value


def shown(value: Held, *, rate: bool = False, counts: str = "") -> str:
    """Return a value in words, a count with its unit."""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, Fraction):
        decimal = as_decimal(value)
        if rate:
            return figures.percent(decimal)
        return so_many(counts, decimal.quantize(SHOWN_PLACES, ROUND_HALF_UP))
    return tr("“{value}”", value=value) if isinstance(value, str) else figures.figure(value)


def as_decimal(value: Fraction) -> Decimal:
    """Return a number as a decimal, with as many places as there may be."""
    return Decimal(value.numerator) / Decimal(value.denominator)


class Arithmetic:
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
            found = self.term(tree)
            if numbers.scaled(as_decimal(found.number), numbers.POINTS) != raw:
                return None
        except (Untold, ZeroDivisionError):
            return None
        if found.text or found.name:
            self.tell(found)
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
            told = self.fact(tree, truth)
        except (Untold, ZeroDivisionError):
            return ""
        self.add(told)
        return tr("; ").join(self.steps)

    def add(self, told: str) -> None:
        """Tell something more; what is told of the last step's result goes on where it stands."""
        result = self.steps[-1].rpartition(" = ")[2] if self.steps else ""
        rest = told.removeprefix(result)
        if result != told and (not result or rest == told or rest[0] not in ",，"):
            self.steps.append(told)
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
        found = FUNCTIONS.get(type(node))
        if found is None:
            return self.named_function(node)
        return found(self, node)

    def named(self, name: str) -> Term:
        """Return the value of a name."""
        symbol = self.symbols.get(name)
        if symbol is None or self.values.get(symbol.name) is None:
            raise Untold
        value = self.values[symbol.name]
        held = Fraction(value) if isinstance(value, Decimal) else value
        return Term(held, symbol.label, symbol.rate, counts=symbol.counts)

    def settled(self, node: exp.Expr) -> Term:
        """Return the value of a node for which nothing is left to be told."""
        found = self.term(node)
        return self.tell(found) if found.text else found

    def tell(self, found: Term) -> Term:
        """Tell a step, and return its result."""
        told = found.shown()
        self.steps.append(f"{told} = {found.result()}" if found.text else told)
        return Term(found.value, rate=found.rate, counts=found.counts)

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
        value = _calculated(type(node), first.number, second.number)
        like = Term(None, rate=rate)
        text = f"{first.shown(beside=like)} {SIGNS[type(node)]} {second.shown(beside=like)}"
        return Term(value, rate=rate, text=text, counts=counts)

    def percentage_points(self, node: exp.Expr) -> Term:
        """Tell how many points a share is; in a product its last factor is the share."""
        if isinstance(node, exp.Mul):
            left = _bare(node.this, PRODUCTS)
            first = self.chain(left) if isinstance(left, PRODUCTS) else self.settled(left)
            last = self.percentage_points(_bare(node.expression, ()))
            text = f"{first.shown()} {SIGNS[exp.Mul]} {last.shown()}"
            return Term(first.number * last.number, text=text)
        share = self.settled(node)
        told = {"value": share.shown(), "count": shown(share.number * 100)}
        self.add(singular(tr("{value}, that is, {count} percentage points", **told)))
        return Term(share.number * 100)

    def operand(self, node: exp.Expr, kinds: tuple[type[exp.Expr], ...]) -> Term:
        """Return one side of a calculation; a product may stand in a sum, nothing else does."""
        if kinds == SUMS and isinstance(node, PRODUCTS):
            return self.chain(node)
        return self.settled(node)

    # functions

    def bounded(self, node: exp.Greatest | exp.Least) -> Term:
        """Tell of several values the greatest or the least; with a figure that is a bound."""
        nodes = [node.this, *node.expressions]
        rates = [self.settled(n) for n in nodes]
        most = isinstance(node, exp.Greatest)
        found = (max if most else min)(rates, key=lambda t: t.number)
        rate = any(t.rate for t in rates)
        counts = next(filter(None, (t.counts for t in rates)), "")
        like = Term(None, rate=rate, counts=counts)
        bounds = [t for t, n in zip(rates, nodes, strict=True) if isinstance(n, exp.Literal)]
        if len(rates) == 2 and len(bounds) == 1:
            (value,) = [t for t in rates if t is not bounds[0]]
            if found is not bounds[0] or value.number == bounds[0].number:
                return replace(value, rate=rate, counts=counts)
            sides = {"value": value.shown(beside=like), "bound": bounds[0].shown(beside=like)}
            self.add(
                tr("{value}, below {bound}, counts as {bound}", **sides)
                if most and not bounds[0].number
                else tr("{value}, less than {bound}, counts as {bound}", **sides)
                if most
                else tr("{value}, more than {bound}, counts as {bound}", **sides)
            )
        else:
            items = listed(t.shown(beside=like) for t in rates)
            result = found.result(like)
            self.steps.append(
                tr("the greatest of {items} is {result}", items=items, result=result)
                if most
                else tr("the least of {items} is {result}", items=items, result=result)
            )
        return Term(found.value, rate=rate, counts=counts)

    def whole(self, node: exp.Floor | exp.Ceil) -> Term:
        """Tell a number made whole."""
        inner = self.settled(node.this)
        up = isinstance(node, exp.Ceil)
        value = Fraction(ceil(inner.number) if up else floor(inner.number))
        if value != inner.number:
            sides = {"value": inner.shown(), "result": shown(value)}
            self.add(
                tr("{value}, what is begun counts whole: {result}", **sides)
                if up
                else tr("{value}, only what is whole counts: {result}", **sides)
            )
        return Term(value) if value != inner.number else inner

    def rounded(self, node: exp.Round) -> Term:
        """Tell a number rounded half-up."""
        inner = self.settled(node.this)
        places = int(node.args["decimals"].this) if node.args.get("decimals") else 0
        sign = -1 if inner.number < 0 else 1
        unit = Fraction(10) ** places
        value = sign * Fraction(floor(abs(inner.number) * unit + Fraction(1, 2))) / unit
        if value == inner.number:
            return inner
        self.add(tr("{value}, rounded {result}", value=inner.shown(), result=shown(value)))
        return Term(value)

    def absolute(self, node: exp.Abs) -> Term:
        """Take a number without its sign."""
        inner = self.settled(node.this)
        return inner if inner.number >= 0 else Term(-inner.number, rate=inner.rate)

    def first_known(self, node: exp.Coalesce) -> Term:
        """Tell of several values the first that there is."""
        for inner in (node.this, *node.expressions):
            symbol = isinstance(inner, exp.Column) and self.symbols.get(inner.name)
            if symbol and self.values.get(symbol.name) is None:
                self.steps.append(tr("no {value}", value=symbol.label))
                continue
            return self.settled(inner)
        raise Untold

    def named_function(self, node: exp.Expr) -> Term:
        """Tell what the functions give that are no part of SQL."""
        name = str(node.this).lower() if isinstance(node, exp.Anonymous) else ""
        if name == "pct":
            return Term(Fraction(node.expressions[0].this) / 100, rate=True)
        if name in ("days", "months") and len(node.expressions) == 2:
            return self.span(name, *node.expressions)
        raise Untold

    def span(self, name: str, first: exp.Expr, last: exp.Expr) -> Term:
        """Tell how far it is from one day to another."""
        start, end = self.day(first), self.day(last)
        sides = {"start": start.shown(), "end": end.shown()}
        assert isinstance(start.value, date)
        assert isinstance(end.value, date)
        if name == "days":
            count = (end.value - start.value).days
            self.steps.append(tr("from {start} to {end}: {count} days", count=count, **sides))
        else:
            count = months_begun(start.value, end.value)
            self.steps.append(
                tr("from {start} to {end}: {count} months begun", count=count, **sides)
            )
        return Term(Fraction(count))

    def day(self, node: exp.Expr) -> Term:
        """Return a day."""
        found = self.term(node)
        if isinstance(found.value, str):
            found = replace(found, value=_as_day(found.value))
        if not isinstance(found.value, date) or found.value.year == figures.NEVER_YEAR:
            raise Untold
        return found

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
            raise Untold
        return self.taken(node, default, facts)

    def taken(self, node: exp.Case, result: exp.Expr, facts: str) -> Term:
        """Tell what led to a branch, and return its value; points come last and are told there."""
        if node is self.top or not isinstance(result, exp.Literal):
            self.add(facts)
            return self.settled(result)
        found = self.settled(result)
        self.steps.append(tr("{facts}: counts {result}", facts=facts, result=found.shown()))
        return found

    def holds(self, node: exp.Expr) -> bool:
        """Return whether a condition holds, telling nothing."""
        before = list(self.steps)
        found = self._holds(node)
        self.steps = before
        return found

    def _holds(self, node: exp.Expr) -> bool:
        if isinstance(node, exp.Paren):
            return self._holds(node.this)
        if isinstance(node, exp.And):
            return self._holds(node.this) and self._holds(node.expression)
        if isinstance(node, exp.Or):
            return self._holds(node.this) or self._holds(node.expression)
        if isinstance(node, exp.Not):
            return not self._holds(node.this)
        if isinstance(node, COMPARISONS):
            left, right = self.sides(node)
            return _compared(type(node), left.value, right.value)
        if isinstance(node, exp.Between):
            return self._holds(_both(node))
        if isinstance(node, exp.In):
            value = self.term(node.this).value
            return value in [self.term(n).value for n in node.expressions]
        if isinstance(node, exp.Boolean):
            return bool(node.this)
        found = self.term(node).value
        if not isinstance(found, bool):
            raise Untold
        return found

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
        if isinstance(node, COMPARISONS):
            return self.comparison(node, truth)
        if isinstance(node, exp.In):
            return self.term(node.this).shown()
        found = self.term(node)
        return (
            tr("met: {label}", label=found.name)
            if truth
            else tr("not met: {label}", label=found.name)
        )

    def sides(self, node: exp.Expr) -> tuple[Term, Term]:
        """Return both sides of a comparison, of one kind."""
        left, right = self.settled(node.this), self.settled(node.expression)
        if isinstance(left.value, date) and isinstance(right.value, str):
            right = replace(right, value=_as_day(right.value))
        if isinstance(right.value, date) and isinstance(left.value, str):
            left = replace(left, value=_as_day(left.value))
        if type(left.value) is not type(right.value):
            raise Untold
        return left, right

    def comparison(self, node: exp.Expr, truth: bool) -> str:
        """Tell how two values stand to each other."""
        left, right = self.sides(node)
        kind = type(node) if truth else OPPOSITE[type(node)]
        one, other = left.shown(beside=right), right.shown(beside=left)
        never = isinstance(left.value, date) and left.value.year == figures.NEVER_YEAR
        if never or isinstance(left.value, bool | str):
            return one
        if not right.name and (kind is exp.EQ or _plain(kind, left.value, right.value)):
            return one
        return _related(kind, one, other, day=isinstance(left.value, date))


FUNCTIONS: dict[type[exp.Expr], Callable[[Arithmetic, exp.Expr], Term]] = {
    exp.Greatest: Arithmetic.bounded,  # type: ignore[dict-item]  # each gets its own kind of node
    exp.Least: Arithmetic.bounded,  # type: ignore[dict-item]
    exp.Floor: Arithmetic.whole,  # type: ignore[dict-item]
    exp.Ceil: Arithmetic.whole,  # type: ignore[dict-item]
    exp.Round: Arithmetic.rounded,  # type: ignore[dict-item]
    exp.Abs: Arithmetic.absolute,  # type: ignore[dict-item]
    exp.Coalesce: Arithmetic.first_known,  # type: ignore[dict-item]
}


def months_begun(first: date, last: date) -> int:
    """Return how many months have begun from one day to a later one."""
    if last <= first:
        return 0
    whole = (last.year - first.year) * 12 + last.month - first.month
    return whole + (last.day > first.day)


def _bare(node: exp.Expr, kinds: tuple[type[exp.Expr], ...]) -> exp.Expr:
    """Return a left side without brackets that change nothing."""
    inner = node
    while isinstance(inner, exp.Paren):
        inner = inner.this
    return inner if not kinds or isinstance(inner, kinds) else node


def _calculated(kind: type[exp.Expr], left: Fraction, right: Fraction) -> Fraction:
    if kind is exp.Add:
        return left + right
    if kind is exp.Sub:
        return left - right
    return left * right if kind is exp.Mul else left / right


def _compared(kind: type[exp.Expr], left: Held, right: Held) -> bool:
    if kind is exp.EQ:
        return left == right
    if kind is exp.NEQ:
        return left != right
    if kind in (exp.GT, exp.LTE):
        more = left > right  # type: ignore[operator]  # both are of one kind
        return bool(more) is (kind is exp.GT)
    less = left < right  # type: ignore[operator]
    return bool(less) is (kind is exp.LT)


def _together(facts: Iterable[str]) -> str:
    """Return facts as one sentence, each once."""
    told = ""
    for fact in dict.fromkeys(facts):
        told = tr("{one}, and {other}", one=told, other=fact) if told else fact
    return told


def _plain(kind: type[exp.Expr], left: Held, right: Held) -> bool:
    """Return whether a value alone says how it stands to 0: that there are some, or none."""
    if right != 0 or not isinstance(left, Fraction):
        return False
    return kind in (exp.NEQ, exp.GT) or (kind is exp.LTE and left == 0)


def _related(kind: type[exp.Expr], left: str, right: str, *, day: bool) -> str:
    sides = {"left": left, "right": right}
    if kind is exp.EQ:
        return tr("{left}, equal to {right}", **sides)
    if kind is exp.NEQ:
        return tr("{left}, not equal to {right}", **sides)
    return _of_days(kind, sides) if day else _of_numbers(kind, sides)


def _of_days(kind: type[exp.Expr], sides: dict[str, str]) -> str:
    if kind is exp.GT:
        return tr("{left}, after {right}", **sides)
    if kind is exp.LT:
        return tr("{left}, before {right}", **sides)
    if kind is exp.GTE:
        return tr("{left}, not before {right}", **sides)
    return tr("{left}, not after {right}", **sides)


def _of_numbers(kind: type[exp.Expr], sides: dict[str, str]) -> str:
    if kind is exp.GT:
        return tr("{left}, more than {right}", **sides)
    if kind is exp.LT:
        return tr("{left}, less than {right}", **sides)
    if kind is exp.GTE:
        return tr("{left}, not less than {right}", **sides)
    return tr("{left}, not more than {right}", **sides)


def _both(node: exp.Between) -> exp.And:
    return exp.And(
        this=exp.GTE(this=node.this, expression=node.args["low"]),
        expression=exp.LTE(this=node.this, expression=node.args["high"]),
    )


def _as_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Untold from error
