"""What conditions over the records of a table, or over subjects, can and cannot ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.checks.names import as_of, names_of_records, names_of_subjects
from rules_engine.conditions.constraints.constraint import (
    ALWAYS,
    Alternative,
    Compare,
    Linear,
    TooInvolved,
    both,
)
from rules_engine.conditions.constraints.reader import Reader
from rules_engine.conditions.constraints.solver import GIVEN_UP, Answer, solve
from rules_engine.conditions.constraints.variables import Variable, as_exact
from rules_engine.plan.rules import SUBJECT_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlglot import exp

    from rules_engine.conditions.scope import Rows
    from rules_engine.model.frame import Frame
    from rules_engine.model.table import TableSchema
    from rules_engine.plan.rules import IndicatorRule, Rulebook

MOMENTS = ("date", "timestamp")
ONE_DAY = Linear(rest=1)


@dataclass(frozen=True)
class Context:
    """The rows that a condition looks at.

    Attributes:
        reader: reads conditions over them.
        always: what holds in every row between columns that have a value.
    """

    reader: Reader
    always: tuple[Alternative, ...] = ()

    def answer(self, *parts: Iterable[Alternative]) -> Answer:
        """Return whether one alternative of each part can be met in one row."""
        try:
            return solve(both(*parts), self.always)
        except TooInvolved:
            return GIVEN_UP

    def asked(self, tree: exp.Expr, *, wanted: bool = True) -> Answer:
        """Return whether a condition can be true, or false."""
        try:
            return self.answer(self.reader.ways(tree, wanted=wanted))
        except TooInvolved:
            return GIVEN_UP


def context_of(book: Rulebook, rows: Rows, frame: Frame) -> Context:
    """Return what is looked at: the records of a table, or the subjects of a kind."""
    if isinstance(rows, str):
        own = book.ruleset.tables.get(SUBJECT_TABLES[rows])
        return Context(Reader(names_of_subjects(book, rows, own), frame))
    reader = Reader(names_of_records(book, rows, frame), frame)
    return Context(reader, _always(book, rows, frame, reader))


def without_standards(
    context: Context, book: Rulebook, names: Iterable[str] | None = None
) -> Context:
    """Return the same, with standards a yes or no that nothing more is known of: all, or these."""
    specs = book.ruleset.document.standards
    plain = {
        key: Variable(name, specs[name].label, "boolean")
        for name in (book.standards if names is None else names)
        for key in (specs[name].label, name)
    }
    return Context(Reader({**context.reader.names, **plain}, context.reader.frame), context.always)


def _always(
    book: Rulebook, table: TableSchema, frame: Frame, reader: Reader
) -> tuple[Alternative, ...]:
    """Return that dates come in order, and that no event is seen which is still to come."""
    today = as_of(frame, book.frame)
    found = [_not_after(reader, order.earlier, order.later) for order in table.orders]
    for column in table.columns:
        variable = reader.names[column.name]
        if column.event and isinstance(variable, Variable) and variable.kind in MOMENTS:
            found.append(_up_to(variable, _one(today)))
    return tuple(frozenset({constraint}) for constraint in found if constraint)


def _not_after(reader: Reader, earlier: str, later: str) -> Compare | None:
    first, second = reader.names.get(earlier), reader.names.get(later)
    if not (isinstance(first, Variable) and isinstance(second, Variable)):
        return None
    return Compare(_one(first).plus(_one(second), -1), "<=")


def _one(variable: Variable) -> Linear:
    return Linear(((variable, 1),))


def _up_to(moment: Variable, day: Linear) -> Compare:
    """Return that a day or moment lies on a day or before."""
    if moment.kind == "date":
        return Compare(_one(moment).plus(day, -1), "<=")
    return Compare(_one(moment).plus(day.plus(ONE_DAY), -1), "<")


def in_period(book: Rulebook, rule: IndicatorRule, context: Context) -> list[Alternative]:
    """Return what puts a record into the period of an indicator."""
    if rule.table is None:
        return list(ALWAYS)
    return seen_in(book, rule.table, rule.frame, context, whole=rule.spec.period == "all")


def seen_in(
    book: Rulebook, table: TableSchema, frame: Frame, context: Context, *, whole: bool = False
) -> list[Alternative]:
    """Return what puts a record into a frame of days; ``whole``: or into the days before it."""
    dated = context.reader.names.get(table.period) if table.period else None
    if not isinstance(dated, Variable):
        return list(ALWAYS)
    constraints = {_up_to(dated, _one(as_of(frame, book.frame)))}
    if not whole:
        first, last = (Linear(rest=as_exact(day)) for day in (frame.start, frame.end))
        constraints |= {Compare(first.plus(_one(dated), -1), "<="), _up_to(dated, last)}
    return [frozenset(constraints)]
