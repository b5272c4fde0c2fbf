"""Arithmetic and functions in conditions, exact to the last place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import fractions
from rules_engine.conditions.compiled import (
    Compiled,
    changed,
    is_text_literal,
    joined,
    settled,
    to_day,
    unknown_tests,
)
from rules_engine.conditions.function_kinds import SMALL
from rules_engine.conditions.functions import FUNCTIONS, called
from rules_engine.conditions.nodes import function_of
from rules_engine.conditions.operators import COMPARISONS
from rules_engine.conditions.scope import Shape
from rules_engine.conditions.sql import cast, is_null, paren, when
from rules_engine.conditions.type_checker import TypeChecker
from rules_engine.dataset import workdays
from rules_engine.messages import listed, msg
from rules_engine.model.candidates import nearest_hint

if TYPE_CHECKING:
    from collections.abc import Mapping

WRITTEN: Mapping[str, tuple[int, str]] = {
    "pct": (1, "percentage"), "day_in_period": (2, "day_in_period"),
}  # fmt: skip
"""What ``90%`` and ``3月31日`` are read as: how many values that has, and the method for it."""
MOST_DIGITS = 10
"""No number of places or days has as many digits."""
MOST_DIVISOR = 10**12
"""A greater one does not fit beside large numbers into 128 bits."""


NODES: dict[type[exp.Expr], str] = {
    exp.Column: "name",
    exp.Literal: "literal",
    exp.Boolean: "truth",
    exp.Cast: "day",
    exp.Paren: "group",
    exp.And: "both",
    exp.Or: "both",
    exp.Not: "inverse",
    exp.Is: "null_test",
    **dict.fromkeys(COMPARISONS, "comparison"),
    exp.In: "member",
    exp.Between: "between",
    exp.Like: "like",
    exp.Neg: "negative",
    exp.Add: "sum",
    exp.Sub: "sum",
    exp.Mul: "product",
    exp.Div: "quotient",
    exp.Case: "choice",
}
"""All that is allowed in a condition beside functions, and the method for it."""


class NumberChecker(TypeChecker):
    """A type checker of calculations and functions."""

    nodes = NODES

    # arithmetic

    def negative(self, node: exp.Neg) -> Compiled:
        """Turn the sign round."""
        inner = self.need(node.this, "number")
        constant = None if inner.constant is None else -inner.constant
        return changed(inner, sql=exp.Neg(this=paren(inner.sql)), constant=constant)

    def sum(self, node: exp.Add | exp.Sub) -> Compiled:
        """Add or subtract at the finer scale."""
        left, right = self.need(node.this, "number"), self.need(node.expression, "number")
        return self.kept(fractions.added(left, right, type(node)))

    def product(self, node: exp.Mul) -> Compiled:
        """Multiply."""
        left, right = self.need(node.this, "number"), self.need(node.expression, "number")
        return self.kept(fractions.times(left, right))

    def quotient(self, node: exp.Div) -> Compiled:
        """Divide, exactly; by zero gives nothing."""
        left, right = self.need(node.this, "number"), self.need(node.expression, "number")
        if right.constant == 0:
            self.refuse(
                "division-by-zero",
                msg("division by zero"),
                msg("divide by something that is never 0"),
            )
        return self.kept(fractions.divided(left, right))

    def kept(self, number: Compiled) -> Compiled:
        """Return a number, or refuse it when it has more places than can be kept exact."""
        if number.scale > fractions.MOST_PLACES or number.shape.divisor > MOST_DIVISOR:
            self.refuse(
                "too-involved",
                msg("a number here has more decimal places than can be kept exact"),
                msg("round a part of it, as in round(x, 4)"),
            )
        if len(number.shape.below) > fractions.MOST_FACTORS:
            self.refuse(
                "too-involved",
                msg("a number here is divided by more figures than can be kept exact"),
                msg("round a part of it, as in round(a / b, 6)"),
            )
        return number

    def choice(self, node: exp.Case) -> Compiled:
        """Choose by conditions; an unknown one makes the whole unknown."""
        if node.this is not None:
            self.refuse(
                "forbidden-sql",
                msg("write “case when … then … else … end”"),
                msg("put the whole condition behind each “when”"),
            )
        tests = [self.need(branch.this, "boolean") for branch in node.args["ifs"]]
        results = [settled(self.visit(branch.args["true"])) for branch in node.args["ifs"]]
        default = node.args.get("default")
        if default is None:
            self.refuse(
                "missing-else",
                msg("“case” needs an “else”"),
                msg("say what holds otherwise: … else 0 end"),
            )
        results.append(settled(self.visit(default)))
        results = self.of_one_kind(results)
        if len({r.kind for r in results}) > 1:
            self.refuse(
                "wrong-type",
                msg("the branches of “case” give different kinds of value"),
                msg("let all of them give numbers, or all texts"),
            )
        lacking = self.lacking_in_case(tests, results)
        aligned, shape = self.in_place_of_each_other(results)
        # an unknown test makes the whole unknown, instead of falling through to the next branch
        branches: list[tuple[exp.Expr, exp.Expr]] = []
        for test, result in zip(tests, aligned[:-1], strict=True):
            if test.needs or test.indicators or test.sql.find(exp.Nullif):
                branches.append((is_null(test.sql), exp.Null()))
            branches.append((test.sql, result.sql))
        sql = when(*branches, default=aligned[-1].sql)
        chosen = joined(sql, aligned[0].kind, *tests, *results, scale=aligned[0].scale, shape=shape)
        return changed(chosen, lacking=lacking)

    @staticmethod
    def lacking_in_case(
        tests: list[Compiled], results: list[Compiled]
    ) -> tuple[exp.Expr, ...] | None:
        """Return where a choice among events is unknown: by a test, or by the branch it takes."""
        if not any(result.event for result in results):
            return None
        branches: list[tuple[exp.Expr, exp.Expr]] = []
        for test, result in zip(tests, results[:-1], strict=True):
            branches.append((is_null(test.sql), exp.true()))
            branches.append((test.sql.copy(), _any(unknown_tests(result))))
        last = _any(unknown_tests(results[-1]))
        return (when(*branches, default=last),)

    def of_one_kind(self, items: list[Compiled]) -> list[Compiled]:
        """Take texts beside days as days, and moments beside days as their days."""
        if not any(i.kind in ("date", "timestamp") for i in items):
            return items
        items = [self.as_date(i) if is_text_literal(i) else i for i in items]
        return [to_day(i) for i in items] if any(i.kind == "date" for i in items) else items

    @staticmethod
    def in_place_of_each_other(items: list[Compiled]) -> tuple[list[Compiled], Shape]:
        """Bring values of which one is taken to one form; what one lacks leaves the rest as is."""
        if items[0].kind != "number":
            return items, Shape()
        return fractions.alike([fractions.guarded(item) for item in items])

    # functions

    def call(self, node: exp.Func) -> Compiled:
        """Compile a function by its entry, or refuse it."""
        name = function_of(node)
        count, method = WRITTEN.get(name, (-1, ""))
        if count == len(node.expressions):
            result: Compiled = getattr(self, method)(*node.expressions)
            return result
        function, arguments = called(node)
        if function is not None and function.accepts(len(arguments)):
            return function.check(self, *arguments)
        if not isinstance(node, exp.Anonymous):
            if not arguments:
                self.visit(None)
            self.forbid(node, msg("leave out what stands beyond the one value"))
        self.refuse(
            "forbidden-sql",
            msg(
                "there is no function “{name}” with {count} values", name=name, count=len(arguments)
            ),
            nearest_hint(name, FUNCTIONS),
        )

    def whole_number(self, node: exp.Expr) -> int:
        """Take a number of decimal places."""
        text = node.name if isinstance(node, exp.Literal) and not node.is_string else ""
        if not (text.isdecimal() and len(text) < MOST_DIGITS):
            self.refuse(
                "wrong-type",
                msg("“{sql}” is no whole number of decimal places", sql=node.sql()[:60]),
                msg("write round(x, 2), with the places in digits"),
            )
        return int(text)

    def date_part(self, sql: exp.Expr, *inner: Compiled) -> Compiled:
        """Make a number of days."""
        if any(i.kind not in ("date", "timestamp") for i in inner):
            self.refuse(
                "wrong-type",
                msg("a date is needed here"),
                msg("use a column of dates, or a date in single quotes"),
            )
        return joined(cast(sql, "BIGINT"), "number", *inner, shape=SMALL)

    def percentage(self, node: exp.Expr) -> Compiled:
        """Return a percentage that is written out."""
        return self.figure(node, percent=2)

    def day_in_period(self, *nodes: exp.Expr) -> Compiled:
        """Take a day of the assessed days of which only month and day are said, as in 3月31日."""
        month, day = (self.whole_number(n) for n in nodes)
        frame = self.scope.frame
        try:
            date_ = frame.on(month, day) if frame else None
        except ValueError:
            self.refuse(
                "bad-date",
                msg("“{text}” is no date", text=f"{month:02}-{day:02}"),
                msg("write month and day, as in 3月31日"),
            )
        if date_ is None:
            self.refuse(
                "bad-date",
                msg("of “{text}” the year cannot be told", text=f"{month:02}-{day:02}"),
                msg("write the year as well, as in 2025-01-31"),
            )
        return self.as_date(Compiled(exp.Literal.string(date_.isoformat()), "text"))

    def use_calendar(self, count: int) -> None:
        """Note what is asked of the calendar; refuse a year of which it does not know enough."""
        frame, calendar = self.scope.frame, self.scope.calendar
        years = range(frame.start.year, frame.as_of.year + 1) if frame else ()
        unknown = calendar.unknown(years)
        if unknown:
            self.refuse(
                "unknown-holidays",
                msg("the official holidays of {years} are not known", years=listed(unknown)),
                msg("update the package {package}, which knows {first} to {last}, or write the "
                    "notice of that year into the ruleset, under holidays:",
                    package=workdays.PACKAGE, first=workdays.known_years()[0],
                    last=workdays.known_years()[1]),
            )  # fmt: skip
        calendar.used.add(count)

    def date_argument(self, node: exp.Expr) -> Compiled:
        """Take a day, also one that is written as a text."""
        value = self.visit(node)
        return self.as_date(value) if is_text_literal(value) else to_day(value)


def _any(tests: list[exp.Expr]) -> exp.Expr:
    """Return that one of these holds; false of none."""
    return exp.or_(*tests) if tests else exp.false()
