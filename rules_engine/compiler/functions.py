"""Arithmetic and functions in conditions, exact to the last place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.compiler import numbers
from rules_engine.compiler.compiled import (
    Compiled,
    at_scale,
    changed,
    is_text_literal,
    joined,
    to_day,
)
from rules_engine.compiler.scope import column
from rules_engine.compiler.walker import Walker
from rules_engine.dataset import workdays
from rules_engine.messages import listed, msg
from rules_engine.ruleset.read import nearest_hint

if TYPE_CHECKING:
    from collections.abc import Iterator

FUNCTIONS = (
    "least", "greatest", "abs", "floor", "ceil", "round", "coalesce", "days", "months", "year",
    "month", "day", "weekday", "length", "empty", "workdays", "plus_workdays",
)  # fmt: skip


MOST_DIGITS = 10
"""No number of places or days has as many digits."""


class FunctionWalker(Walker):
    """A walker that can calculate."""

    # arithmetic

    def negative(self, node: exp.Neg) -> Compiled:
        """Turn the sign round."""
        inner = self.need(node.this, "number")
        constant = None if inner.constant is None else -inner.constant
        return changed(inner, sql=exp.Neg(this=numbers.paren(inner.sql)), constant=constant)

    def sum(self, node: exp.Add | exp.Sub) -> Compiled:
        """Add or subtract at the finer scale."""
        left, right = self.need(node.this, "number"), self.need(node.expression, "number")
        scale = max(left.scale, right.scale)
        build = numbers.add if isinstance(node, exp.Add) else numbers.subtract
        sql = build(at_scale(left, scale).sql, at_scale(right, scale).sql)
        return joined(sql, "number", left, right, scale=scale)

    def product(self, node: exp.Mul) -> Compiled:
        """Multiply."""
        left, right = self.need(node.this, "number"), self.need(node.expression, "number")
        return self.times(left, right)

    def times(self, left: Compiled, right: Compiled) -> Compiled:
        """Multiply, and cut back to the places of a rate where there are too many."""
        scale = left.scale + right.scale
        sql = numbers.multiply(left.sql, right.sql)
        if scale > numbers.MAX_SCALE:
            sql, scale = numbers.to_scale(sql, scale, numbers.RATE), numbers.RATE
        return joined(sql, "number", left, right, scale=scale)

    def quotient(self, node: exp.Div) -> Compiled:
        """Divide to six places, half-up; by zero gives nothing."""
        left, right = self.need(node.this, "number"), self.need(node.expression, "number")
        if right.constant is not None:
            if right.constant == 0:
                self.refuse(
                    "division-by-zero",
                    msg("division by zero"),
                    msg("divide by something that is never 0"),
                )
            inverse = 1 / right.constant
            if inverse * right.constant == 1 and numbers.places_of(inverse) <= numbers.RATE:
                return changed(
                    self.times(left, self.number(inverse)), literals=left.literals + right.literals
                )
        scale = max(left.scale, right.scale)
        numerator = numbers.multiply(at_scale(left, scale).sql, numbers.integer(10**numbers.RATE))
        below = at_scale(right, scale).sql
        sign = numbers.when(
            (
                exp.LT(this=numbers.paren(below.copy()), expression=numbers.integer(0)),
                numbers.integer(-1),
            ),
            default=numbers.integer(1),
        )
        size = exp.func("NULLIF", exp.Abs(this=below), numbers.integer(0))
        sql = numbers.multiply(numbers.divide_half_up(numerator, size), sign)
        return joined(sql, "number", left, right, scale=numbers.RATE)

    def choice(self, node: exp.Case) -> Compiled:
        """Choose by conditions; an unknown one makes the whole unknown."""
        if node.this is not None:
            self.refuse(
                "forbidden-sql",
                msg("write “case when … then … else … end”"),
                msg("put the whole condition behind each “when”"),
            )
        tests = [self.need(branch.this, "boolean") for branch in node.args["ifs"]]
        results = [self.visit(branch.args["true"]) for branch in node.args["ifs"]]
        default = node.args.get("default")
        if default is None:
            self.refuse(
                "missing-else",
                msg("“case” needs an “else”"),
                msg("say what holds otherwise: … else 0 end"),
            )
        results.append(self.visit(default))
        if len({r.kind for r in results}) > 1:
            self.refuse(
                "wrong-type",
                msg("the branches of “case” give different kinds of value"),
                msg("let all of them give numbers, or all texts"),
            )
        scale = max(r.scale for r in results)
        if results[0].kind == "number":
            results = [at_scale(r, scale) for r in results]
        # an unknown test makes the whole unknown, instead of falling through to the next branch
        branches: list[tuple[exp.Expr, exp.Expr]] = []
        for test, result in zip(tests, results[:-1], strict=True):
            if test.needs or test.indicators:
                branches.append(
                    (exp.Is(this=numbers.paren(test.sql.copy()), expression=exp.Null()), exp.Null())
                )
            branches.append((test.sql, result.sql))
        sql = numbers.when(*branches, default=results[-1].sql)
        return joined(sql, results[0].kind, *tests, *results, scale=scale)

    # functions

    def extreme(self, node: exp.Least | exp.Greatest) -> Compiled:
        """Take the greatest or the least; unknown when one is."""
        items = [self.need(n, "number") for n in _compared(node, type(node))]
        scale = max(i.scale for i in items)
        sides = [at_scale(item, scale).sql for item in items]
        sql = numbers.extreme_of(sides, least=isinstance(node, exp.Least))
        return joined(sql, "number", *items, scale=scale)

    def absolute(self, node: exp.Abs) -> Compiled:
        """Leave the sign out."""
        inner = self.need(node.this, "number")
        return changed(inner, sql=exp.Abs(this=inner.sql), constant=None)

    def whole(self, node: exp.Floor | exp.Ceil) -> Compiled:
        """Cut down, or up, to a whole."""
        self.alone(node, "decimals", "to")
        inner = self.need(node.this, "number")
        if isinstance(node, exp.Floor):
            sql = numbers.floor_to_whole(inner.sql, inner.scale)
        else:
            flipped = exp.Neg(this=numbers.paren(inner.sql))
            sql = exp.Neg(this=numbers.paren(numbers.floor_to_whole(flipped, inner.scale)))
        return changed(inner, sql=sql, scale=0, constant=None)

    def rounding(self, node: exp.Round) -> Compiled:
        """Round half-up to some places."""
        self.alone(node, "truncate")
        inner = self.need(node.this, "number")
        decimals = node.args.get("decimals")
        places = 0 if decimals is None else self.whole_number(decimals)
        if places >= inner.scale:
            return inner
        return changed(
            inner, sql=numbers.to_scale(inner.sql, inner.scale, places), scale=places, constant=None
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

    def first_known(self, node: exp.Coalesce) -> Compiled:
        """Take the first value that there is."""
        items = [self.visit(n) for n in (node.this, *node.expressions)]
        if len({i.kind for i in items}) > 1:
            self.refuse(
                "wrong-type",
                msg("“coalesce” needs values of one kind"),
                msg("let all of them be numbers, or all texts"),
            )
        scale = max(i.scale for i in items)
        if items[0].kind == "number":
            items = [at_scale(i, scale) for i in items]
        sql = exp.Coalesce(this=items[0].sql, expressions=[i.sql for i in items[1:]])
        return changed(
            joined(sql, items[0].kind, *items, scale=scale),
            needs=items[-1].needs,
            event=items[-1].event,
        )

    def part_of_date(self, node: exp.Year | exp.Month | exp.Day) -> Compiled:
        """Take the year or the month of a day."""
        inner = self.visit(node.this)
        return self.date_part(type(node)(this=to_day(inner).sql), inner)

    def date_part(self, sql: exp.Expr, *inner: Compiled) -> Compiled:
        """Make a number of days."""
        if any(i.kind not in ("date", "timestamp") for i in inner):
            self.refuse(
                "wrong-type",
                msg("a date is needed here"),
                msg("use a column of dates, or a date in single quotes"),
            )
        return joined(numbers.cast(sql, "BIGINT"), "number", *inner)

    def text_length(self, node: exp.Length) -> Compiled:
        """Count the characters of a text."""
        inner = self.need(node.this, "text")
        return joined(numbers.cast(exp.Length(this=inner.sql), "BIGINT"), "number", inner)

    def named_function(self, node: exp.Anonymous) -> Compiled:
        """Compile the functions that sqlglot does not know."""
        name, arguments = str(node.this).lower(), node.expressions
        if name == "pct" and len(arguments) == 1:
            return self.figure(arguments[0], percent=2)
        if name == "day_in_period" and len(arguments) == 2:
            return self.day_in_period(*(self.whole_number(a) for a in arguments))
        if name == "weekday" and len(arguments) == 1:
            inner = self.visit(arguments[0])
            return self.date_part(exp.DayOfWeekIso(this=to_day(inner).sql), inner)
        if name == "days" and len(arguments) == 2:
            first, last = (self.date_argument(a) for a in arguments)
            sql = exp.DateDiff(this=last.sql, expression=first.sql, unit=exp.var("DAY"))
            return self.date_part(sql, first, last)
        if name == "months" and len(arguments) == 2:
            first, last = (self.date_argument(a) for a in arguments)
            return self.date_part(numbers.months_begun(first.sql, last.sql), first, last)
        if name == "workdays" and len(arguments) == 2:
            return self.workdays(*(self.date_argument(a) for a in arguments))
        if name == "plus_workdays" and len(arguments) == 2:
            return self.plus_workdays(self.date_argument(arguments[0]), arguments[1])
        if name == "empty" and len(arguments) == 1:
            inner = self.visit(arguments[0])
            if inner.empty is None:
                self.refuse(
                    "wrong-type", msg("“empty” needs a rate"), msg("name an indicator with rate:")
                )
            return changed(inner, sql=inner.empty, kind="boolean", scale=0, empty=None)
        self.refuse(
            "forbidden-sql",
            msg(
                "there is no function “{name}” with {count} values", name=name, count=len(arguments)
            ),
            nearest_hint(name, FUNCTIONS),
        )

    def day_in_period(self, month: int, day: int) -> Compiled:
        """Take a day of the assessed days of which only month and day are said, as in 3月31日."""
        frame = self.scope.frame
        try:
            found = frame.on(month, day) if frame else None
        except ValueError:
            self.refuse(
                "bad-date",
                msg("“{text}” is no date", text=f"{month:02}-{day:02}"),
                msg("write month and day, as in 3月31日"),
            )
        if found is None:
            self.refuse(
                "bad-date",
                msg("of “{text}” the year cannot be told", text=f"{month:02}-{day:02}"),
                msg("write the year as well, as in 2025-01-31"),
            )
        return self.as_date(Compiled(exp.Literal.string(found.isoformat()), "text"))

    def workdays(self, first: Compiled, last: Compiled) -> Compiled:
        """Count the working days after one day up to another."""
        self.use_calendar(0)
        counts = (self.date_part(_looked_up(workdays.COUNT, day.sql), day) for day in (last, first))
        upto, before = (count.sql for count in counts)
        return joined(numbers.subtract(upto, before), "number", first, last)

    def plus_workdays(self, day: Compiled, node: exp.Expr) -> Compiled:
        """Go so many working days on from a day, or back."""
        amount = self.need(node, "number")
        count = _constant(amount)
        if not count or abs(count) > workdays.FARTHEST:
            self.stand_at(node)
            self.refuse(
                "wrong-type",
                msg("“{sql}” is no number of working days", sql=node.sql()[:60]),
                msg(
                    "write a whole number from 1 to {most}, or a parameter", most=workdays.FARTHEST
                ),
            )
        self.date_part(day.sql, day)
        self.use_calendar(count)
        sql = _looked_up(workdays.later_column(count), day.sql)
        return joined(sql, "date", day, amount)

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


def _constant(amount: Compiled) -> int | None:
    """Return a whole number that is written out, or that a parameter stands for."""
    sql = amount.sql
    sign = -1 if isinstance(sql, exp.Neg) else 1
    literal = sql.this if isinstance(sql, exp.Neg) else sql
    whole = isinstance(literal, exp.Literal) and amount.scale == 0
    return sign * int(literal.this) if whole else None


def _looked_up(name: str, day: exp.Expr) -> exp.Expr:
    """Return what the table of working days holds of a day."""
    found = exp.select(exp.Max(this=column(name))).from_(exp.to_table(workdays.TABLE, quoted=True))
    same = exp.EQ(this=column(workdays.DAY), expression=numbers.paren(day.copy()))
    return exp.Subquery(this=found.where(same, copy=False))


def _compared(node: exp.Expr, kind: type[exp.Expr]) -> Iterator[exp.Expr]:
    """Yield what the greatest, or the least, is taken of; the greatest of it is taken apart."""
    inner = node.unnest()
    if isinstance(inner, kind):
        for item in (inner.this, *inner.expressions):
            yield from _compared(item, kind)
    else:
        yield node
