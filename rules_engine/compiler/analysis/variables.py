"""What the names in a condition stand for when it is reasoned about: variables, or constants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, TypeAlias

from sqlglot import exp

from rules_engine.compiler.analysis.exact import exact
from rules_engine.messages import tr

if TYPE_CHECKING:
    from rules_engine.compiler.analysis.exact import Exact
    from rules_engine.compiler.rules import IndicatorRule, Rulebook
    from rules_engine.model.assessment import SubjectKind
    from rules_engine.model.frame import Frame
    from rules_engine.model.table import Column, TableSchema

Kind = Literal["number", "whole", "date", "timestamp", "text", "boolean"]
Meaning: TypeAlias = "Variable | Constant | exp.Expr"
Names: TypeAlias = Mapping[str, Meaning]
"""What each name or label stands for: a tree is put in where the name stands."""
KINDS: dict[str, Kind] = {"integer": "whole", "decimal": "number"}
EARLIEST, LATEST = (date(year, 1, 1).toordinal() for year in (1900, 2200))
"""Between what years the days of records lie."""
WHOLE: frozenset[Kind] = frozenset({"whole", "date"})


@dataclass(frozen=True)
class Variable:
    """A column or an indicator.

    Attributes:
        name: tells it from all others.
        label: what people call it.
        nullable: whether it may lack a value.
        event: whether lacking a value means "has not happened".
        values: the closed set of a text, or empty.
        low: the least that a number, or the first that a day, can be.
        high: likewise the greatest.
        usual: a value that needs no explanation, for examples.
        of: what it is worked out from, such as the day whose year it is; ``None``: from nothing.
    """

    name: str
    label: str
    kind: Kind
    nullable: bool = True
    event: bool = False
    values: tuple[str, ...] = ()
    low: Exact | None = None
    high: Exact | None = None
    usual: Exact = 0
    of: tuple[Variable, ...] | None = None

    def __hash__(self) -> int:
        """Return the hash of the name: variables are looked up often, and differ by it."""
        return hash(self.name)

    @property
    def whole(self) -> bool:
        """Return whether it has no fractions; days count as whole numbers."""
        return self.kind in WHOLE

    @property
    def bases(self) -> tuple[Variable, ...]:
        """Return what must have a value for it to have one."""
        return (self,) if self.of is None else tuple(b for v in self.of for b in v.bases)


@dataclass(frozen=True)
class Constant:
    """A figure or a day, as a number."""

    value: Exact
    kind: Kind


def as_exact(value: object) -> Exact:
    """Return a number or a day as a number."""
    return value.toordinal() if isinstance(value, date) else exact(str(value))


def written_out(tree: exp.Expr, names: Names, within: frozenset[str] = frozenset()) -> exp.Expr:
    """Return a copy in which derived names are what they stand for.

    Args:
        tree: an expression.
        names: what the names stand for.
        within: names that are being put in; one that is worked out from itself stays.
    """

    def put_in(node: exp.Expr) -> exp.Expr:
        meaning = names.get(node.name) if isinstance(node, exp.Column) else None
        if isinstance(meaning, exp.Expr) and node.name not in within:
            return exp.Paren(this=written_out(meaning, names, within | {node.name}))
        return node

    return tree.copy().transform(put_in)


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
