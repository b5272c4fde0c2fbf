"""What conditions over the records of a table, or over subjects, can and cannot ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.conditions.constraints.variables import (
    EARLIEST,
    LATEST,
    Constant,
    Variable,
    as_exact,
)
from rules_engine.messages import tr
from rules_engine.model.frame import Frame
from rules_engine.model.year_parts import YEAR_PARTS
from rules_engine.plan.month_compiler import LABELS, LAST, PLACE, POINTS, number_of

if TYPE_CHECKING:
    from rules_engine.conditions.constraints.variables import Exact, Kind, Meaning, Names
    from rules_engine.model.subjects import SubjectKind
    from rules_engine.model.table import Column, TableSchema
    from rules_engine.plan.rules import IndicatorRule, Rulebook

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.conditions.constraints.constraint import (
    ALWAYS,
    Alternative,
    Compare,
    Linear,
    TooInvolved,
    both,
)
from rules_engine.conditions.constraints.reader import Reader
from rules_engine.conditions.constraints.solver import UNDECIDED, Answer, solve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlglot import exp

    from rules_engine.conditions.scope import Rows
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
            return UNDECIDED

    def answer_for(self, tree: exp.Expr, *, wanted: bool = True) -> Answer:
        """Return whether a condition can be true, or false."""
        try:
            return self.answer(self.reader.alternatives(tree, wanted=wanted))
        except TooInvolved:
            return UNDECIDED


def context_of(book: Rulebook, rows: Rows, frame: Frame) -> Context:
    """Return what is looked at: the records of a table, or the subjects of a kind."""
    if isinstance(rows, str):
        own = book.ruleset.tables.get(rows.table)
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
        for name in (book.all_standards if names is None else names)
        for key in (specs[name].label, name)
    }
    return Context(Reader({**context.reader.names, **plain}, context.reader.frame), context.always)


def _always(
    book: Rulebook, table: TableSchema, frame: Frame, reader: Reader
) -> tuple[Alternative, ...]:
    """Return that dates come in order, and that no event is seen which is still to come."""
    today = as_of(frame, book.frame)
    constraints = [_not_after(reader, order.earlier, order.later) for order in table.orders]
    for column in table.columns:
        variable = reader.names[column.name]
        if column.event and isinstance(variable, Variable) and variable.kind in MOMENTS:
            constraints.append(_up_to(variable, _one(today)))
    return tuple(frozenset({constraint}) for constraint in constraints if constraint)


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


KINDS: dict[str, Kind] = {"integer": "whole", "decimal": "number"}


def names_of_records(book: Rulebook, table: TableSchema, frame: Frame) -> Names:
    """Return what conditions over the records of a table see.

    An event is seen only up to the as-of date; one that is seen from another as-of date is
    another variable.
    """
    names = {**_parameters(book), **_columns(table, frame, book.frame), **_days(frame, book.frame)}
    return {**names, **_numbers(book, table)}


def _numbers(book: Rulebook, table: TableSchema) -> Names:
    """Return which one a record is, of those that a measure numbers."""
    return {
        rule.number_column: Variable(rule.number_column, tr("which one it is"), "whole", low=1)
        for rule in book.indicators.values()
        if rule.number_column and rule.table and rule.table.name == table.name
    }


def names_of_subjects(book: Rulebook, kind: SubjectKind, table: TableSchema | None) -> Names:
    """Return what standards and score lines see: columns, indicators and standards."""
    names = _of_months(book) if any(r.months for r in book.indicators.values()) else {}
    names |= {**_parameters(book), **(_columns(table, book.frame, book.frame) if table else {})}
    names |= _days(book.frame, book.frame)
    for rule in book.indicators.values():
        if rule.subject == kind:
            meaning = _indicator(rule)
            names |= {rule.spec.label: meaning, rule.id: meaning}
    for name, place in book.all_places.items():
        if place.spec.subject == kind:
            variable = Variable(name, place.spec.label, "number")
            names |= {place.spec.label: variable, name: variable}
    for name, compiled in book.all_standards.items():
        spec = book.ruleset.document.standards[name]
        if compiled.tree is not None and spec.subject == kind:
            names |= {spec.label: compiled.tree, name: compiled.tree}
    return names


def _of_months(book: Rulebook) -> dict[str, Meaning]:
    """Return what conditions over months name beside indicators."""
    period = book.ruleset.document.period
    known: dict[str, Variable] = {
        POINTS: Variable(POINTS, LABELS[POINTS], "number"),
        PLACE: Variable(PLACE, LABELS[PLACE], "whole", low=1),
        LAST: Variable(LAST, LABELS[LAST], "whole", low=1),
    }
    whole = Frame(period.from_, period.to, period.to)
    for part in YEAR_PARTS:
        name = part.number
        numbers = [number_of(part, frame.start) for frame in part.frames(whole)]
        low, high = min(numbers, default=1), max(numbers, default=1)
        known[name] = Variable(name, LABELS[name], "whole", low=low, high=high)
    return {key: known[name] for name, label in LABELS.items() for key in (name, label)}


def _parameters(book: Rulebook) -> dict[str, Meaning]:
    specs = book.ruleset.document.parameters
    return {
        key: Constant(as_exact(book.figures[name]), "number")
        for name, spec in specs.items()
        if spec.on(book.frame.as_of) is not None
        for key in (spec.label, name)
    }


def _days(frame: Frame, usual: Frame) -> dict[str, Meaning]:
    day = as_of(frame, usual)
    first, last = (Constant(as_exact(d), "date") for d in (frame.start, frame.end))
    named: dict[str, Meaning] = {"考核日": day, "期初": first, "期末": last}
    return named | {"as_of": day, "period_start": first, "period_end": last}


def as_of(frame: Frame, usual: Frame) -> Variable:
    """Return the day of knowledge: any day of the period, so that all runs are spoken of."""
    elsewhere = frame.as_of != usual.as_of
    first, last = (as_exact(d) for d in ((frame if elsewhere else usual).start,
                                            (frame if elsewhere else usual).end))  # fmt: skip
    name = f"as_of {frame.as_of}" if elsewhere else "as_of"
    return Variable(name, tr("as-of date"), "date", False, low=first, high=last, usual=last)


def _columns(table: TableSchema, frame: Frame, usual: Frame) -> dict[str, Meaning]:
    variables = [(c, column_variable(c, frame, usual)) for c in table.columns]
    return {name: variable for c, variable in variables
            for name in (*c.also, c.label, c.name)}  # fmt: skip


def column_variable(column: Column, frame: Frame, usual: Frame) -> Variable:
    """Return a column of records that are seen in a frame."""
    kind: Kind = KINDS.get(column.type) or column.type  # type: ignore[assignment]  # the rest are kinds
    dated = kind in ("date", "timestamp")
    elsewhere = column.event and dated and frame.as_of != usual.as_of
    return Variable(
        f"{column.name} {frame.as_of}" if elsewhere else column.name,
        column.label,
        kind,
        nullable=not column.required,
        event=column.event,
        values=column.values,
        low=EARLIEST if dated else None,
        high=LATEST if dated else None,
        usual=as_exact(frame.start) if dated else 0,
    )


def _indicator(rule: IndicatorRule) -> Meaning:
    if rule.value is not None and rule.value.tree is not None:
        return rule.value.tree
    kind, low, high = indicator_range(rule)
    return Variable(rule.id, rule.spec.label, kind, event=kind == "date", low=low, high=high)


def indicator_range(rule: IndicatorRule) -> tuple[Kind, Exact | None, Exact | None]:
    """Return what an indicator that looks at records can be."""
    if rule.spec.rate:
        return "number", 0, 1
    if rule.peers:
        return "number", None if rule.peers.of.shape.signed else 0, 1 if rule.peers.rate else None
    if rule.measured is None:
        return "whole", 0, None
    if rule.measured.kind == "date":
        return "date", None, None
    return "number", None, None
