"""What the names of a ruleset stand for when conditions over records or subjects are analysed."""

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

if TYPE_CHECKING:
    from rules_engine.conditions.constraints.exact import Exact
    from rules_engine.conditions.constraints.variables import Kind, Meaning, Names
    from rules_engine.model.assessment import SubjectKind
    from rules_engine.model.frame import Frame
    from rules_engine.model.table import Column, TableSchema
    from rules_engine.plan.rules import IndicatorRule, Rulebook

KINDS: dict[str, Kind] = {"integer": "whole", "decimal": "number"}


def names_of_records(book: Rulebook, table: TableSchema, frame: Frame) -> Names:
    """Return what conditions over the records of a table see.

    An event is seen only up to the as-of date; one that is seen from another as-of date is
    another variable.
    """
    return {**_parameters(book), **_columns(table, frame, book.frame), **_days(frame, book.frame)}


def names_of_subjects(book: Rulebook, kind: SubjectKind, table: TableSchema | None) -> Names:
    """Return what standards and score lines see: columns, indicators and standards."""
    names = {**_parameters(book), **(_columns(table, book.frame, book.frame) if table else {})}
    names |= _days(book.frame, book.frame)
    for rule in book.indicators.values():
        if rule.subject == kind:
            meaning = _indicator(rule)
            names |= {rule.spec.label: meaning, rule.id: meaning}
    if kind == "village":
        for name, compiled in book.standards.items():
            if compiled.tree is not None:
                label = book.ruleset.document.standards[name].label
                names |= {label: compiled.tree, name: compiled.tree}
    return names


def _parameters(book: Rulebook) -> dict[str, Meaning]:
    """Return the parameters that have a value."""
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
    return {name: variable for c, variable in variables for name in (c.label, c.name)}


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
    if rule.measured is None:
        return "whole", 0, None
    if rule.measured.kind == "date":
        return "date", None, None
    return "number", None, None
