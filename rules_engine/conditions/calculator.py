"""Arithmetic and functions in conditions, exact to the last place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import fractions, numbers
from rules_engine.conditions.compiled import (
    Compiled,
    changed,
    is_text_literal,
    joined,
    settled,
    to_day,
    unknown_tests,
)
from rules_engine.conditions.functions import FUNCTIONS
from rules_engine.conditions.scope import Shape, column
from rules_engine.conditions.type_checker import Walker
from rules_engine.dataset import workdays
from rules_engine.messages import listed, msg
from rules_engine.model.candidates import nearest_hint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMED: Mapping[str, tuple[int, str]] = {
    "pct": (1, "percentage"),
    "day_in_period": (2, "day_in_period"),
    "weekday": (1, "weekday"),
    "days": (2, "days"),
    "months": (2, "months"),
    "workdays": (2, "workdays"),
    "plus_workdays": (2, "plus_workdays"),
    "empty": (1, "empty"),
}
"""The functions that sqlglot does not know: how many values each has, and the walker's method. The
first two are what ``90%`` and ``3月31日`` are read as."""
SMALL = Shape(8)
"""Days, parts of days and lengths of texts."""
MOST_DIGITS = 10
"""No number of places or days has as many digits."""
MOST_DIVISOR = 10**12
"""A greater one does not fit beside large numbers into 128 bits."""


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
        held, shape = self.in_place_of_each_other(results)
        # an unknown test makes the whole unknown, instead of falling through to the next branch
        branches: list[tuple[exp.Expr, exp.Expr]] = []
        for test, result in zip(tests, held[:-1], strict=True):
            if test.needs or test.indicators or test.sql.find(exp.Nullif):
                branches.append(
                    (exp.Is(this=numbers.paren(test.sql.copy()), expression=exp.Null()), exp.Null())
                )
            branches.append((test.sql, result.sql))
        sql = numbers.when(*branches, default=held[-1].sql)
        found = joined(sql, held[0].kind, *tests, *results, scale=held[0].scale, shape=shape)
        return changed(found, lacking=lacking)

    @staticmethod
    def lacking_in_case(
        tests: list[Compiled], results: list[Compiled]
    ) -> tuple[exp.Expr, ...] | None:
        """Return where a choice among events is unknown: by a test, or by the branch it takes."""
        if not any(result.event for result in results):
            return None
        branches: list[tuple[exp.Expr, exp.Expr]] = []
        for test, result in zip(tests, results[:-1], strict=True):
            unknown = exp.Is(this=numbers.paren(test.sql.copy()), expression=exp.Null())
            branches.append((unknown, exp.true()))
            branches.append((test.sql.copy(), _any(unknown_tests(result))))
        last = _any(unknown_tests(results[-1]))
        return (numbers.when(*branches, default=last),)

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

    def extreme(self, node: exp.Least | exp.Greatest) -> Compiled:
        """Take the greatest or the least; unknown when one is."""
        items = [self.need(n, "number") for n in _compared(node, type(node))]
        least = isinstance(node, exp.Least)
        unsigned = (all if least else any)(not fractions.is_signed(item) for item in items)
        held, shape = fractions.alike(items)
        sql = numbers.extreme_of([i.sql for i in held], least=least)
        shape = replace(shape, signed=not unsigned)
        return joined(sql, "number", *items, scale=held[0].scale, shape=shape)

    def absolute(self, node: exp.Abs) -> Compiled:
        """Leave the sign out."""
        inner = self.need(node.this, "number")
        return changed(inner, sql=exp.Abs(this=inner.sql), constant=None)

    def whole(self, node: exp.Floor | exp.Ceil) -> Compiled:
        """Cut down, or up, to a whole."""
        self.alone(node, "decimals", "to")
        inner = self.need(node.this, "number")
        return fractions.whole(inner, up=isinstance(node, exp.Ceil))

    def rounding(self, node: exp.Round) -> Compiled:
        """Round half-up to some places."""
        self.alone(node, "truncate")
        inner = self.need(node.this, "number")
        decimals = node.args.get("decimals")
        places = 0 if decimals is None else self.whole_number(decimals)
        if places >= inner.scale and not fractions.is_fraction(inner):
            return inner
        if places > numbers.MAX_SCALE:
            self.refuse(
                "number-too-large",
                msg("so many decimal places are not kept"),
                msg("round to at most {most} places", most=numbers.MAX_SCALE),
            )
        return fractions.rounded(inner, places)

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
        items = self.of_one_kind([self.visit(n) for n in (node.this, *node.expressions)])
        if len({i.kind for i in items}) > 1:
            self.refuse(
                "wrong-type",
                msg("“coalesce” needs values of one kind"),
                msg("let all of them be numbers, or all texts"),
            )
        lacking = self.lacking_in_last(items)
        held, shape = self.in_place_of_each_other(items)
        sql = exp.Coalesce(this=held[0].sql, expressions=[i.sql for i in held[1:]])
        return changed(
            joined(sql, held[0].kind, *items, scale=held[0].scale, shape=shape),
            needs=items[-1].needs,
            event=items[-1].event,
            lacking=lacking,
        )

    @staticmethod
    def lacking_in_last(items: list[Compiled]) -> tuple[exp.Expr, ...] | None:
        """Return where the first of some values is unknown: where only the last is left, and is."""
        *others, last = items
        if not last.event:
            return None
        absent = exp.and_(*(numbers.paren(fractions.is_unknown(i)) for i in others))
        return tuple(exp.and_(absent.copy(), test) for test in unknown_tests(last))

    def part_of_date(self, node: exp.Year | exp.Month | exp.Day) -> Compiled:
        """Take the year or the month of a day."""
        inner = self.date_argument(node.this)
        return self.date_part(type(node)(this=inner.sql), inner)

    def date_part(self, sql: exp.Expr, *inner: Compiled) -> Compiled:
        """Make a number of days."""
        if any(i.kind not in ("date", "timestamp") for i in inner):
            self.refuse(
                "wrong-type",
                msg("a date is needed here"),
                msg("use a column of dates, or a date in single quotes"),
            )
        return joined(numbers.cast(sql, "BIGINT"), "number", *inner, shape=SMALL)

    def text_length(self, node: exp.Length) -> Compiled:
        """Count the characters of a text."""
        inner = self.need(node.this, "text")
        sql = numbers.cast(exp.Length(this=inner.sql), "BIGINT")
        return joined(sql, "number", inner, shape=SMALL)

    def named_function(self, node: exp.Anonymous) -> Compiled:
        """Compile the functions that sqlglot does not know."""
        name, arguments = str(node.this).lower(), node.expressions
        count, method = NAMED.get(name, (-1, ""))
        if count != len(arguments):
            self.refuse(
                "forbidden-sql",
                msg(
                    "there is no function “{name}” with {count} values",
                    name=name, count=len(arguments),
                ),
                nearest_hint(name, [f.name for f in FUNCTIONS]),
            )  # fmt: skip
        result: Compiled = getattr(self, method)(*arguments)
        return result

    def percentage(self, node: exp.Expr) -> Compiled:
        """Return a percentage that is written out."""
        return self.figure(node, percent=2)

    def weekday(self, node: exp.Expr) -> Compiled:
        """Count the days of the week from Monday."""
        day = self.date_argument(node)
        return self.date_part(exp.DayOfWeekIso(this=day.sql), day)

    def days(self, *nodes: exp.Expr) -> Compiled:
        """Count the days from one day to another."""
        first, last = (self.date_argument(n) for n in nodes)
        sql = exp.DateDiff(this=last.sql, expression=first.sql, unit=exp.var("DAY"))
        return self.date_part(sql, first, last)

    def months(self, *nodes: exp.Expr) -> Compiled:
        """Count the months begun from one day to another."""
        first, last = (self.date_argument(n) for n in nodes)
        return self.date_part(numbers.months_begun(first.sql, last.sql), first, last)

    def empty(self, node: exp.Expr) -> Compiled:
        """Ask whether there was nothing to rate."""
        inner = self.visit(node)
        if inner.empty is None:
            self.refuse(
                "wrong-type", msg("“empty” needs a rate"), msg("name an indicator with rate:")
            )
        return changed(inner, sql=inner.empty, kind="boolean", scale=0, shape=Shape(), empty=None)

    def day_in_period(self, *nodes: exp.Expr) -> Compiled:
        """Take a day of the assessed days of which only month and day are said, as in 3月31日."""
        month, day = (self.whole_number(n) for n in nodes)
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

    def workdays(self, *nodes: exp.Expr) -> Compiled:
        """Count the working days after one day up to another."""
        first, last = (self.date_argument(n) for n in nodes)
        self.use_calendar(0)
        counts = (self.date_part(_looked_up(workdays.COUNT, day.sql), day) for day in (last, first))
        upto, before = (count.sql for count in counts)
        return joined(numbers.subtract(upto, before), "number", first, last)

    def plus_workdays(self, start: exp.Expr, node: exp.Expr) -> Compiled:
        """Go so many working days on from a day, or back."""
        day = self.date_argument(start)
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


def _any(tests: list[exp.Expr]) -> exp.Expr:
    """Return that one of these holds; false of none."""
    return exp.or_(*tests) if tests else exp.false()


def _constant(amount: Compiled) -> int | None:
    """Return a whole number that is written out, or that a parameter stands for."""
    sql = amount.sql
    sign = -1 if isinstance(sql, exp.Neg) else 1
    literal = sql.this if isinstance(sql, exp.Neg) else sql
    whole = isinstance(literal, exp.Literal) and amount.scale == 0
    whole = whole and not fractions.is_fraction(amount)
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
