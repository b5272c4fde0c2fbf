"""Goes through the tree of a condition: names, values, logic and comparisons."""

from __future__ import annotations

import itertools
import re
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn

from sqlglot import exp

from rules_engine import limits
from rules_engine.conditions import fractions, numbers
from rules_engine.conditions.compiled import (
    KIND_NAMES,
    WANTED,
    Compiled,
    as_operand,
    changed,
    event_aware,
    from_symbol,
    is_text_literal,
    joined,
    settled,
    to_day,
)
from rules_engine.conditions.functions import called
from rules_engine.conditions.parser import Refused, is_negated_comparison, start_of
from rules_engine.conditions.sql import cast, integer, is_null, paren, when
from rules_engine.errors import Finding
from rules_engine.messages import NO_MESSAGE, Message, listed, msg
from rules_engine.model.candidates import nearest_hint
from rules_engine.model.days import read_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules_engine.conditions.scope import Kind, Scope
    from rules_engine.errors import Place

FIGURE = re.compile(r"\d+(?:\.\d*)?|\.\d+")


TAKEN: Mapping[type[exp.Expr], tuple[str, ...]] = {
    exp.Column: ("this", "table"),
    exp.Literal: ("this", "is_string"),
    exp.Cast: ("this", "to"),
    exp.In: ("this", "expressions", "query", "unnest"),
    exp.Between: ("this", "low", "high", "symmetric"),
    exp.Like: ("this", "expression", "negate"),
    exp.Case: ("this", "ifs", "default"),
}
"""What of each node the walker looks at, if it is not ``this`` and ``expression``; a node with
anything else is refused, so that nothing is dropped."""


class TypeChecker:
    """Goes through one tree, node by node.

    Attributes:
        nodes: for each type of node that is allowed the name of the method that compiles it.
    """

    nodes: Mapping[type[exp.Expr], str] = {}

    def __init__(self, scope: Scope, where: Callable[[int], Place]) -> None:
        """Stand at the beginning of a text."""
        self.scope = scope
        self.where = where
        self.at = self.depth = 0

    def visit(self, node: exp.Expr | None) -> Compiled:
        """Compile any node, or refuse it."""
        if node is None:
            self.refuse(
                "bad-expression",
                msg("a value is missing in brackets"),
                msg("write something between the brackets"),
            )
        method, around = self.method(node), self.at
        self.place_error_at(node)
        if method is None:
            self.forbid(
                node,
                msg("allowed are comparisons, and/or/not, in, between, is null, case, + - * /"),
            )
        if self.depth > limits.EXPRESSION_DEPTH.most:
            raise Refused(limits.EXPRESSION_DEPTH.finding(self.where(self.at)))
        self.depth += 1
        result: Compiled = getattr(self, method)(node)
        self.depth -= 1
        size = itertools.chain(*(tree.walk() for tree in fractions.trees_of(result)))
        most = limits.EXPRESSION_PARTS.most
        if sum(1 for _ in itertools.islice(size, most + 1)) > most:
            raise Refused(limits.EXPRESSION_PARTS.finding(self.where(self.at)))
        self.at = around
        return result

    def method(self, node: exp.Expr) -> str | None:
        """Return the name of the method for a node; nothing where it is not allowed."""
        if isinstance(node, exp.Anonymous) or called(node)[0] is not None:
            marks = (v for k, v in node.args.items() if k not in ("this", "ignore_nulls"))
            return "call" if all(isinstance(v, list | exp.Expr) for v in marks if v) else None
        taken = TAKEN.get(type(node), ("this", "expression"))
        whole = not any(value for name, value in node.args.items() if name not in taken)
        return self.nodes.get(type(node)) if whole else None

    def place_error_at(self, node: exp.Expr) -> None:
        """Let what is refused now be refused where the node begins."""
        start = start_of(node)
        if start is not None:
            self.at = start

    def refuse(self, code: str, message: Message, hint: Message = NO_MESSAGE) -> NoReturn:
        """Stop at the place where the walker stands."""
        raise Refused(Finding(code, message, self.where(self.at), hint))

    def forbid(self, node: exp.Expr, hint: Message) -> NoReturn:
        """Refuse what is SQL, but not of this language."""
        message = msg("“{sql}” is not allowed in a condition", sql=node.sql()[:60])
        self.refuse("forbidden-sql", message, hint)

    def need(self, node: exp.Expr, kind: Kind) -> Compiled:
        """Compile a node that must give a kind of value."""
        result = settled(self.visit(node))
        if result.kind != kind:
            self.place_error_at(node)
            self.refuse(
                "wrong-type",
                msg(
                    "“{sql}” is {got}, but {wanted} is needed here",
                    sql=node.sql(),
                    got=KIND_NAMES[result.kind],
                    wanted=KIND_NAMES[kind],
                ),
                WANTED[kind],
            )
        return result

    def alone(self, node: exp.Expr, *unwanted: str) -> None:
        """Refuse what SQL would allow here and this language does not."""
        if any(node.args.get(name) for name in unwanted):
            self.forbid(node, msg("leave out what stands beyond the one value"))

    # names and values

    def name(self, node: exp.Column) -> Compiled:
        """Look a name up."""
        name = ".".join(part.name for part in node.parts)
        if name in self.scope.ambiguous:
            self.refuse(
                "ambiguous-name",
                msg("“{name}” could be several things", name=name),
                msg(
                    "it names {names}: use the id, or give one of them another name",
                    names=listed(self.scope.ambiguous[name]),
                ),
            )
        symbol = self.scope.symbols.get(name)
        if symbol is None:
            hint = nearest_hint(name, {*self.scope.symbols, *self.scope.near})
            if any(name in known.values for known in self.scope.symbols.values()):
                hint = msg("a text stands in quotes: '{name}'", name=name)
            self.refuse("unknown-name", msg("“{name}” is not known here", name=name), hint)
        return from_symbol(symbol)

    def literal(self, node: exp.Literal) -> Compiled:
        """Take a text or a number."""
        if node.is_string:
            return Compiled(node.copy(), "text", constant=None)
        return self.figure(node)

    def figure(self, node: exp.Expr, percent: int = 0) -> Compiled:
        """Return a number that is written out; powers of ten are not."""
        text = node.name
        if not (isinstance(node, exp.Literal) and FIGURE.fullmatch(text)):
            self.refuse(
                "bad-number",
                msg("“{text}” is no number", text=text or node.sql()),
                msg("write it out in digits, as 1500, 0.5 or 90%"),
            )
        return self.number(Decimal(text).scaleb(-percent))

    def number(self, value: Decimal) -> Compiled:
        """Take a number as an integer at a scale."""
        scale = numbers.places_of(value)
        if scale > numbers.MAX_SCALE or abs(value) > 10**9:
            self.refuse(
                "number-too-large",
                msg("{value} has too many digits", value=value),
                msg("at most a thousand millions, with up to twelve decimal places"),
            )
        sql = integer(numbers.scaled(value, scale))
        return Compiled(sql, "number", scale, literals=(value,), constant=value)

    def truth(self, node: exp.Boolean) -> Compiled:
        """Take true or false."""
        return Compiled(node.copy(), "boolean")

    def day(self, node: exp.Cast) -> Compiled:
        """Take a day that is written as ``date '2025-01-31'``."""
        if node.to.this != exp.DataType.Type.DATE or not isinstance(node.this, exp.Literal):
            self.refuse(
                "forbidden-sql",
                msg("“{sql}” is not allowed in a condition", sql=node.sql()),
                WANTED["date"],
            )
        return self.as_date(Compiled(node.this.copy(), "text"))

    def as_date(self, compiled: Compiled) -> Compiled:
        """Take a text as a day."""
        text = compiled.sql.name
        try:
            day = read_day(text)
        except ValueError:
            day = None
        if day is None:
            self.place_error_at(compiled.sql)
            self.refuse(
                "bad-date",
                msg("“{text}” is no date", text=text),
                msg("write year-month-day, as in 2025-01-31"),
            )
        return Compiled(cast(exp.Literal.string(day.isoformat()), "DATE"), "date")

    # logic

    def group(self, node: exp.Paren) -> Compiled:
        """Keep what stands in brackets together."""
        inner = self.visit(node.this)
        return changed(inner, sql=paren(inner.sql))

    def both(self, node: exp.And | exp.Or) -> Compiled:
        """Join two conditions."""
        left, right = self.need(node.this, "boolean"), self.need(node.expression, "boolean")
        sql = type(node)(this=as_operand(left.sql), expression=as_operand(right.sql))
        return joined(sql, "boolean", left, right)

    def inverse(self, node: exp.Not) -> Compiled:
        """Turn a condition round."""
        if is_negated_comparison(node):
            return self.outside(node.this)
        inner = self.need(node.this, "boolean")
        return changed(inner, sql=exp.Not(this=as_operand(inner.sql)), constant=None)

    def null_test(self, node: exp.Is) -> Compiled:
        """Ask whether there is a value."""
        if not isinstance(node.expression, exp.Null):
            self.refuse(
                "forbidden-sql",
                msg("only “is null” and “is not null” are allowed"),
                msg("compare values with = or <>"),
            )
        inner = self.visit(node.this)
        fraction = fractions.is_fraction(inner)
        sql = paren(fractions.is_unknown(inner)) if fraction else is_null(inner.sql)
        return Compiled(sql, "boolean", names=inner.names, indicators=inner.indicators)

    # comparison

    def comparison(self, node: exp.Binary) -> Compiled:
        """Compare two values of one kind."""
        left, right = self.aligned(self.visit(node.this), self.visit(node.expression), node)
        if left.kind == "boolean" and not isinstance(node, exp.EQ | exp.NEQ):
            self.refuse(
                "wrong-type",
                msg("yes and no cannot be ordered"),
                msg("compare them with = or <>, or leave the comparison out"),
            )
        return self.compared(node, left, right)

    @staticmethod
    def compared(
        node: exp.Expr, left: Compiled, *others: Compiled, negated: bool = False
    ) -> Compiled:
        """Compare a value with another, or with those of a list, all brought to one type."""
        sides = (left, *others)
        if left.kind == "number":
            (first, *rest), _ = fractions.alike(sides)
        else:
            first, *rest = sides
        sql: exp.Expr
        if isinstance(node, exp.In):
            sql = exp.In(this=paren(first.sql), expressions=[r.sql for r in rest])
        else:
            sql = type(node)(this=paren(first.sql), expression=paren(rest[0].sql))
        if negated:
            sql = exp.Not(this=sql)
        pairs = (fractions.fallen_out((left, other)) for other in others)
        fallen = list(dict.fromkeys(itertools.chain(*pairs)))
        if fallen:  # divided by nothing, equal fractions would pass for known
            lacking = [is_null(below) for below in fallen]
            sql = when((exp.Not(this=paren(exp.or_(*lacking))), sql))
        return event_aware(joined(sql, "boolean", *sides), *sides)

    def aligned(self, left: Compiled, right: Compiled, node: exp.Expr) -> tuple[Compiled, Compiled]:
        """Bring two sides of a comparison to one type, or refuse."""
        dates = ("date", "timestamp")
        if left.kind in dates and is_text_literal(right):
            right = self.as_date(right)
        elif right.kind in dates and is_text_literal(left):
            left = self.as_date(left)
        if {left.kind, right.kind} == {"date", "timestamp"}:
            left, right = to_day(left), to_day(right)
        if left.kind != right.kind:
            self.refuse(
                "wrong-type",
                msg(
                    "“{sql}” compares {left} with {right}",
                    sql=node.sql(),
                    left=KIND_NAMES[left.kind],
                    right=KIND_NAMES[right.kind],
                ),
                WANTED[left.kind],
            )
        for one, other in ((left, right), (right, left)):
            if is_text_literal(other) and not other.sql.name and isinstance(one.sql, exp.Column):
                self.place_error_at(other.sql)
                self.refuse(
                    "empty-text",
                    msg("an empty text never stands in a column"),
                    msg("ask with “is null” whether there is a value"),
                )
            if one.values and is_text_literal(other):
                self.check_value(other.sql, one.values)
        return left, right

    def check_value(self, literal: exp.Expr, values: tuple[str, ...]) -> None:
        """Refuse a text that a column with a closed set of values never holds."""
        value = literal.name
        if value not in values:
            self.place_error_at(literal)
            self.refuse(
                "value-not-in-column",
                msg("“{value}” never stands in this column", value=value),
                nearest_hint(value, values),
            )

    def member(self, node: exp.In, *, negated: bool = False) -> Compiled:
        """Ask whether a value equals one of a list, or differs from each of it.

        Each is compared as by itself: days as days, moments as moments, so that their order never
        matters.
        """
        if not node.expressions or node.args.get("query") or node.args.get("unnest"):
            self.refuse(
                "forbidden-sql",
                msg("“in” needs a list of values in brackets"),
                msg("write level in ('省', '京')"),
            )
        subject = self.visit(node.this)
        groups: dict[object, tuple[Compiled, list[Compiled]]] = {}
        for index, item in enumerate(node.expressions):
            left, right = self.aligned(subject, self.visit(item), node)
            alone = right.event or bool(right.shape.below)
            alone = alone or (left.event and bool(right.needs or right.indicators))
            groups.setdefault(index if alone else left.kind, (left, []))[1].append(right)
        tests = [
            self.compared(node, left, *items, negated=negated) for left, items in groups.values()
        ]
        if len(tests) == 1:
            return tests[0]
        join = exp.and_ if negated else exp.or_
        return joined(paren(join(*(t.sql for t in tests))), "boolean", *tests)

    def between(self, node: exp.Between, *, negated: bool = False) -> Compiled:
        """Compare with two bounds, both included; ``negated``: be below one or above the other."""
        self.alone(node, "symmetric")
        below, above, join = (exp.LT, exp.GT, exp.Or) if negated else (exp.GTE, exp.LTE, exp.And)
        low = below(this=node.this.copy(), expression=node.args["low"].copy())
        high = above(this=node.this.copy(), expression=node.args["high"].copy())
        both_bounds = self.both(join(this=low, expression=high))
        return changed(both_bounds, sql=paren(both_bounds.sql)) if negated else both_bounds

    def outside(self, node: exp.Expr) -> Compiled:
        """Compare by ``not in`` or ``not between``: comparisons too, and no ``not`` around one."""
        around = self.at
        self.place_error_at(node)
        if isinstance(node, exp.In):
            result = self.member(node, negated=True)
        elif isinstance(node, exp.Between):
            result = self.between(node, negated=True)
        else:
            inner = self.need(node, "boolean")
            result = changed(inner, sql=exp.Not(this=as_operand(inner.sql)), constant=None)
        self.at = around
        return result

    def like(self, node: exp.Like) -> Compiled:
        """Compare with a pattern of text."""
        left = self.need(node.this, "text")
        if not (isinstance(node.expression, exp.Literal) and node.expression.is_string):
            self.refuse(
                "forbidden-sql", msg("“like” needs a text in quotes"), msg("write name like '东%'")
            )
        sql: exp.Expr = exp.Like(this=left.sql, expression=node.expression.copy())
        if node.args.get("negate"):  # “not like” is one node, unlike “not in”
            sql = exp.Not(this=sql)
        return event_aware(joined(sql, "boolean", left), left)
