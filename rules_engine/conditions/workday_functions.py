"""The kinds of functions that count working days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import fractions, numbers
from rules_engine.conditions.compiled import joined
from rules_engine.conditions.function_kinds import Function
from rules_engine.conditions.phrases import Phrase, Rank, filled
from rules_engine.conditions.sql import column, paren
from rules_engine.dataset import workdays
from rules_engine.messages import Message, msg

if TYPE_CHECKING:
    from rules_engine.conditions.compiled import Compiled
    from rules_engine.conditions.function_kinds import Checker, Wording


@dataclass(frozen=True, kw_only=True)
class Workdays(Function):
    """The working days between two days."""

    def check(self, checker: Checker, *nodes: exp.Expr) -> Compiled:
        """Count the working days after one day up to another."""
        first, last = (checker.date_argument(n) for n in nodes)
        checker.use_calendar(0)
        counts = [checker.date_part(_lookup(workdays.COUNT, d.sql), d) for d in (last, first)]
        return joined(numbers.subtract(*(c.sql for c in counts)), "number", first, last)


@dataclass(frozen=True, kw_only=True)
class PlusWorkdays(Function):
    """The day some working days after a day."""

    before: Message

    def check(self, checker: Checker, *nodes: exp.Expr) -> Compiled:
        """Go so many working days on from a day, or back."""
        start, node = nodes
        day, amount = checker.date_argument(start), checker.need(node, "number")
        count = _constant(amount)
        if not count or abs(count) > workdays.FARTHEST:
            checker.place_error_at(node)
            checker.refuse(
                "wrong-type",
                msg("“{sql}” is no number of working days", sql=node.sql()[:60]),
                msg(
                    "write a whole number from 1 to {most}, or a parameter", most=workdays.FARTHEST
                ),
            )
        checker.date_part(day.sql, day)
        checker.use_calendar(count)
        return joined(_lookup(workdays.later_column(count), day.sql), "date", day, amount)

    def noun(self, verbalizer: Wording, *nodes: exp.Expr) -> Phrase:
        """Return it as a day after another, or before."""
        day, count = (verbalizer.plainly(n) for n in nodes)
        assert self.words is not None
        text = self.before if count.startswith("−") else self.words
        return Phrase(filled(text, count.removeprefix("−"), day), Rank.PHRASE)


def _constant(amount: Compiled) -> int | None:
    """Return a whole number that is written out, or that a parameter stands for."""
    sql = amount.sql
    sign = -1 if isinstance(sql, exp.Neg) else 1
    literal = sql.this if isinstance(sql, exp.Neg) else sql
    whole = isinstance(literal, exp.Literal) and amount.scale == 0
    whole = whole and not fractions.is_fraction(amount)
    return sign * int(literal.this) if whole else None


def _lookup(name: str, day: exp.Expr) -> exp.Expr:
    lookup = exp.select(exp.Max(this=column(name))).from_(exp.to_table(workdays.TABLE, quoted=True))
    same = exp.EQ(this=column(workdays.DAY), expression=paren(day.copy()))
    return exp.Subquery(this=lookup.where(same, copy=False))
