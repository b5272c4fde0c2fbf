"""Compiles what score lines rest on: the names in reach, figures, indicators and standards."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.compiler import ExpressionCompiler
from rules_engine.conditions.formulas import by_label, counted_by
from rules_engine.conditions.lexer import names_in
from rules_engine.conditions.scope import COUNTED, Factor, Kind, Scope, Shape, Symbol
from rules_engine.conditions.sql import (
    cast,
    column,
    fragment,
    integer,
    paren,
)
from rules_engine.dataset.workdays import Calendar
from rules_engine.errors import Finding
from rules_engine.messages import NO_MESSAGE, msg
from rules_engine.model.candidates import nearest_hint
from rules_engine.model.subjects import SubjectKind
from rules_engine.model.table import named
from rules_engine.plan.measures import measured_column
from rules_engine.plan.month_compiler import months_rule, months_symbol
from rules_engine.plan.peers import reference_rule, reference_symbol
from rules_engine.plan.places import place_markers, resting_on_places
from rules_engine.plan.rules import (
    DATED,
    NEVER,
    Expression,
    IndicatorRule,
    Rulebook,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from rules_engine.conditions.compiled import Compiled
    from rules_engine.errors import Place
    from rules_engine.model.fields import Measuring
    from rules_engine.model.frame import Frame
    from rules_engine.model.inputs import Indicator, Parameter, Standard
    from rules_engine.model.plugin import Method
    from rules_engine.model.scoring import Section
    from rules_engine.model.table import TableSchema
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import KeyPath

COLUMN_DIGITS = {"integer": 9, "decimal": 15}
"""How many digits the numbers of records usually have, with their decimal places."""
SUMMED_DIGITS = 2
"""How many more a sum of them usually has."""
COLUMN_KINDS: dict[str, tuple[Kind, int]] = {
    "text": ("text", 0),
    "integer": ("number", 0),
    "decimal": ("number", numbers.POINTS),
    "boolean": ("boolean", 0),
    "date": ("date", 0),
    "timestamp": ("timestamp", 0),
}


class IndicatorCompiler:
    """Compiles names and what stands behind them; what is wrong goes to ``findings``."""

    def __init__(
        self,
        ruleset: Ruleset,
        methods: Mapping[str, Method],
        frame: Frame,
        known_until: date | None = None,
    ) -> None:
        """Take the ruleset, the methods that it may name and the days that it is for.

        Args:
            ruleset: what is compiled.
            methods: the scoring methods.
            frame: the assessed days.
            known_until: until when it is seen that something was put right, where that is later
                than the frame's day of knowledge.
        """
        self.ruleset = ruleset
        self.document = ruleset.document
        self.methods = methods
        self.known_until = known_until
        self.calendar = Calendar(self.document.holidays)
        self.book = Rulebook(ruleset, frame, calendar=self.calendar, methods=methods)
        self.findings: list[Finding] = []
        self.busy: list[str] = []
        self.tried: set[str] = set()
        self.placed: frozenset[str] = frozenset()

    def names(self) -> None:
        """Compile the figures, indicators and standards."""
        self.parameters = [self.parameter(n, p) for n, p in self.document.parameters.items()]
        self.book.parameters = self.parameters
        for name in self.document.indicators:
            self.indicator(name)
        self.subject_scopes: dict[SubjectKind, Scope] = {
            SubjectKind.VILLAGE: self.subject_scope(SubjectKind.VILLAGE),
            SubjectKind.CADRE: self.subject_scope(SubjectKind.CADRE),
        }
        village = self.subject_scopes[SubjectKind.VILLAGE]
        self.placed = resting_on_places(self.document, village.symbols)
        for symbol in place_markers(self.document, self.placed):
            village.add(symbol)
        for name, spec in self.document.standards.items():
            if name not in self.placed and spec.subject.judged:
                self.standard(name)

    def parameter(self, name: str, spec: Parameter) -> Symbol:
        """Return a figure as a name; of dated ones, the one in force on the as-of date."""
        path: KeyPath = ("parameters", name)
        if (spec.value is None) == (not spec.values):
            hint = msg("write value: for one figure, or values: with the days they begin")
            self.find("bad-parameter", path, msg("a parameter has one value, or dated ones"), hint)
        value = spec.on(self.book.frame.as_of)
        if value is None and spec.values:
            self.find(
                "no-value-in-force",
                (*path, "values"),
                msg("“{label}” has no value on {day}", label=spec.label, day=self.book.frame.as_of),
                msg("add the value that was in force then"),
            )
        value = value or Decimal(0)
        self.book.figures[name] = value
        places = numbers.places_of(value)
        sql = integer(numbers.scaled(value, places))
        return Symbol(name, spec.label, sql, "number", places)

    # expressions with places

    def expression(
        self, text: str, path: KeyPath, scope: Scope, kind: Kind, *, exact: bool = False
    ) -> Compiled | None:
        """Compile an expression; ``None`` when there were findings.

        Args:
            text: the expression.
            path: where it stands.
            scope: the names that it may use.
            kind: what it must give.
            exact: whether a number may be a fraction, to be worked on.
        """
        compiled = ExpressionCompiler(scope, self.findings).compile(
            text, self.where(path, text), kind, exact=exact
        )
        stands = self.ruleset.source.scalars.get(path, "").strip() == text.strip()
        if compiled is not None and stands and scope.rows and scope.frame:
            self.book.expressions.append(
                Expression(path, text.strip(), compiled, scope.rows, scope.frame)
            )
        return compiled

    def optional(
        self, text: str | None, path: KeyPath, scope: Scope, kind: Kind
    ) -> Compiled | None:
        """Compile an expression where there is one."""
        return None if text is None else self.expression(text, path, scope, kind)

    def where(self, path: KeyPath, text: str) -> Callable[[int], Place]:
        """Return what gives the place of an offset in an expression."""
        return lambda offset: self.ruleset.source.place_in(path, text, offset)

    def find(self, code: str, path: KeyPath, message: Any, hint: Any = None) -> None:  # noqa: ANN401 - messages
        """Note a finding at a path of the file."""
        place = self.ruleset.source.place(path)
        self.findings.append(Finding(code, message, place, hint or NO_MESSAGE))

    # scopes

    def table_scope(self, table: TableSchema, frame: Frame) -> Scope:
        """Return what conditions over the records of a table see."""
        symbols = [column_symbol(c) for c in table.columns]
        scope = Scope(frame=frame, calendar=self.calendar, rows=table).extended(self.parameters)
        return scope.extended([*symbols, *day_symbols(frame)])

    def subject_scope(self, kind: SubjectKind) -> Scope:
        """Return what standards and score lines see: subject columns, indicators, standards."""
        table = self.ruleset.tables.get(kind.table)
        frame = self.book.frame
        scope = (
            self.table_scope(table, frame) if table else Scope(frame=frame, calendar=self.calendar)
        )
        if kind.judged:
            scope.near = _names_of(self.document.standards)
        scope.rows = kind
        return scope.extended(
            symbol
            for name, symbol in self.book.symbols.items()
            if self.document.indicators[name].subject == kind
        )

    # parts

    def audience(self, name: str, section: Section) -> None:
        """Compile whom a section is for; what is recorded of them does not come into that."""
        table = self.ruleset.tables.get(section.subject.table)
        if section.for_ is None or table is None:
            return
        scope = self.table_scope(table, self.book.frame)
        scope.rows = section.subject
        compiled = self.expression(section.for_, ("sections", name, "for"), scope, "boolean")
        if compiled:
            self.book.audiences[name] = compiled

    def indicator(self, name: str) -> Symbol:
        """Compile an indicator, and first those that it is worked out from."""
        if name in self.book.symbols:
            return self.book.symbols[name]
        spec = self.document.indicators[name]
        path: KeyPath = ("indicators", name)
        if name in self.busy:
            circle = " → ".join([*self.busy[self.busy.index(name) :], name])
            hint = msg("let one of them count records instead")
            self.find("cycle", path, msg("worked out from itself: {circle}", circle=circle), hint)
            return self.placeholder_symbol(name, spec)
        self.busy.append(name)
        if spec.peers:
            rule = reference_rule(self, name, spec, spec.peers)
        elif spec.part:
            rule = months_rule(self, name, spec)
        else:
            rule = self.value_rule(name, spec) if spec.value else self.record_rule(name, spec, path)
        self.busy.pop()
        if rule is not None:
            self.book.indicators[name] = rule
        symbol = self.indicator_symbol(rule) if rule else self.placeholder_symbol(name, spec)
        self.book.symbols[name] = symbol
        return symbol

    @staticmethod
    def placeholder_symbol(name: str, spec: Indicator) -> Symbol:
        """Return a symbol for an indicator with faults, so that they are not found at each use."""
        empty = exp.false() if spec.rate else None
        return Symbol(
            name, spec.label, exp.Null(), "number", empty=empty, rate=spec.rate is not None
        )

    def indicator_symbol(self, rule: IndicatorRule) -> Symbol:
        """Return a compiled indicator as a name."""
        name, label = rule.id, rule.spec.label
        if rule.peers:
            return reference_symbol(rule)
        if rule.months:
            return months_symbol(rule)
        if rule.value:
            value = rule.value
            return Symbol(
                name, label, paren(value.sql), "number", value.scale,
                indicators=value.indicators, empty=value.empty, shape=value.shape,
                counts=counted_by(value.tree, by_label(self.book.symbols)),
            )  # fmt: skip
        own = frozenset({name})
        sql = column(f"i__{name}")
        if rule.spec.rate:
            over = column(f"i__{name}__over")
            nothing = fragment(":over = 0", over=over)
            below = Factor(fragment("NULLIF(:over, 0)", over=over), COUNTED.digits)
            return Symbol(
                name, label, column(f"i__{name}__of"), "number", indicators=own, empty=nothing,
                rate=True, shape=replace(COUNTED, below=(below,)),
            )  # fmt: skip
        if rule.how in DATED:
            never = fragment(":day = :never", day=sql, never=NEVER.copy())
            happened = fragment("NULLIF(:day, :never)", day=sql, never=NEVER.copy())
            return Symbol(name, label, happened, "date", event=True, indicators=own, empty=never)
        empty: exp.Expr | None = None
        if rule.measured and rule.how != "sum":
            empty = fragment(":count = 0", count=column(f"i__{name}__n"))
        if rule.measured is None:
            counts = rule.table.name if rule.table else ""
            return Symbol(name, label, sql, "number", indicators=own, shape=COUNTED, counts=counts)
        shape = replace(rule.measured.shape, wide=False)
        return Symbol(
            name, label, column(measured_column(rule)), "number", rule.measured.scale,
            indicators=own, empty=empty,
            shape=replace(shape, digits=shape.digits + SUMMED_DIGITS),
        )  # fmt: skip

    def value_rule(self, name: str, spec: Indicator) -> IndicatorRule | None:
        """Compile an indicator that is worked out from others."""
        path: KeyPath = ("indicators", name)
        if spec.from_ or spec.where or spec.rate or spec.measures:
            self.find(
                "bad-indicator",
                path,
                msg("“value” stands alone, without from, where, rate or sum"),
                msg("count in one indicator, and work out the value in another"),
            )
            return None
        others = {n: s for n, s in self.document.indicators.items() if s.subject == spec.subject}
        near = _names_of({n: s for n, s in others.items() if n != name})
        scope = Scope(near=near, frame=self.book.frame, calendar=self.calendar, rows=spec.subject)
        scope = scope.extended(self.parameters)
        used = names_in(spec.value or "", scope.words)
        for other, other_spec in others.items():
            if used & {other, other_spec.label}:
                scope.add(self.indicator(other))
        value = self.expression(spec.value or "", (*path, "value"), scope, "number", exact=True)
        if value is None:
            return None
        return IndicatorRule(name, spec, spec.subject, None, self.book.frame, value=value)

    def frame_of(self, spec: Indicator) -> Frame:
        """Return the days whose records an indicator sees."""
        frame = self.book.frame
        if spec.period == "previous":
            return frame.previous()
        return frame.preceding() if spec.period == "preceding" else frame

    def record_rule(
        self, name: str, spec: Indicator, path: KeyPath, *more: Symbol
    ) -> IndicatorRule | None:
        """Compile an indicator that looks at records; ``more`` is what else their measure knows."""
        table = self.table_of(spec, path)
        if table is None:
            return None
        frame = self.frame_of(spec)
        scope = self.table_scope(table, frame)
        before = len(self.findings)
        where = self.optional(spec.where, (*path, "where"), scope, "boolean")
        of = over = measured = None
        how: Measuring = "sum"
        if spec.rate:
            of = self.expression(spec.rate.of, (*path, "rate", "of"), scope, "boolean")
            over = self.optional(spec.rate.over, (*path, "rate", "over"), scope, "boolean")
        for how, text in spec.measures:
            wanted: Kind = "date" if how in DATED else "number"
            measured = self.measured(text, (*path, how), scope.extended(more), wanted)
        if spec.through and spec.subject.judged:
            hint = msg("say “subject: cadre”, or leave “through” out")
            message = msg("only cadres are charged through their roles")
            self.find("bad-indicator", path, message, hint)
        if len(spec.measures) + bool(spec.rate) > 1:
            hint = msg("make two indicators of it")
            message = msg("an indicator is one of: rate, sum, max, min, latest, earliest")
            self.find("bad-indicator", path, message, hint)
        if len(self.findings) > before:
            return None
        return IndicatorRule(name, spec, spec.subject, table, frame, where, of, over, measured, how)

    def measured(self, text: str, path: KeyPath, scope: Scope, kind: Kind) -> Compiled | None:
        """Compile what is measured of each record, which can be added up exactly."""
        compiled = self.expression(text, path, scope, kind, exact=True)
        if compiled is not None and compiled.shape.below:
            self.find(
                "inexact-measure",
                path,
                msg("“{text}” is divided by another figure in each record, so that the whole "
                    "cannot be kept exact", text=text),
                msg("round it as the paper does, as in round(a / b, 2), or measure both and divide "
                    "in an indicator with value:"),
            )  # fmt: skip
            return None
        return compiled

    def table_of(self, spec: Indicator, path: KeyPath) -> TableSchema | None:
        """Return the table whose records an indicator looks at."""
        if not spec.from_:
            hint = msg("say which table's records count, with from:")
            self.find("bad-indicator", path, msg("“from” or “value” is missing here"), hint)
            return None
        tables = self.ruleset.tables
        table = named(spec.from_, tables.values())
        if table is None:
            names = [n for t in tables.values() for n in (t.name, t.label)]
            self.find(
                "unknown-table",
                (*path, "from"),
                msg("the ruleset reads no table “{name}”", name=spec.from_),
                nearest_hint(spec.from_, names),
            )
            return None
        key = "village_id" if spec.through else f"{spec.subject}_id"
        if table.column(key) is None:
            self.find(
                "unknown-name",
                (*path, "from"),
                msg("table “{table}” has no column “{column}”", table=table.name, column=key),
                msg(
                    "it says whose records they are; add it with “refers: {table}”",
                    table="villages" if key == "village_id" else "cadres",
                ),
            )
            return None
        if spec.period != "all" and table.period is None:
            self.find(
                "no-period",
                (*path, "from"),
                msg("table “{table}” has no date that puts a row into a period", table=table.name),
                msg(
                    "write “period:” with the table and name its column of days, "
                    "or “period: all” here to count all of its rows"
                ),
            )
            return None
        return table

    def standard(self, name: str) -> Compiled | None:
        """Compile a standard, and first those that it rests on."""
        if name in self.tried:
            return self.book.standards.get(name)
        spec = self.document.standards[name]
        path: KeyPath = ("standards", name)
        key = f"standards.{name}"
        if key in self.busy:
            circle = " → ".join([*self.busy[self.busy.index(key) :], key]).replace("standards.", "")
            hint = msg("let one of them rest on indicators instead")
            self.find("cycle", path, msg("worked out from itself: {circle}", circle=circle), hint)
            self.subject_scopes[spec.subject].add(standard_symbol(name, spec, None))
            return None
        self.busy.append(key)
        scope = self.subject_scopes[spec.subject]
        own = {n: s for n, s in self.document.standards.items() if s.subject == spec.subject}
        used = names_in(spec.when, scope.words | _names_of(own))
        for other, other_spec in own.items():
            if used & {other, other_spec.label}:
                self.standard(other)
        compiled = self.expression(spec.when, (*path, "when"), scope, "boolean")
        self.tried.add(name)
        self.busy.pop()
        if compiled:
            self.book.standards[name] = compiled
        scope.add(standard_symbol(name, spec, compiled))
        return compiled


def column_symbol(spec: Any) -> Symbol:  # noqa: ANN401 - Column
    """Return a column as a name."""
    kind, scale = COLUMN_KINDS[spec.type]
    sure = spec.required or spec.event
    return Symbol(
        spec.name,
        spec.label,
        column(spec.name),
        kind,
        scale,
        spec.event,
        frozenset() if sure else frozenset({spec.name}),
        spec.values,
        shape=Shape(COLUMN_DIGITS.get(spec.type, 0)),
        also=spec.also,
    )


def standard_symbol(name: str, spec: Standard, compiled: Compiled | None) -> Symbol:
    """Return the symbol of a standard, also of one with faults."""
    if compiled is None:
        return Symbol(name, spec.label, exp.false(), "boolean")
    sql, counted = paren(compiled.sql), compiled.indicators
    return Symbol(name, spec.label, sql, "boolean", indicators=counted, needs=compiled.needs)


def day_symbols(frame: Frame) -> list[Symbol]:
    """Return the days that every condition knows."""
    days = (
        ("as_of", "考核日", frame.as_of),
        ("period_start", "期初", frame.start),
        ("period_end", "期末", frame.end),
    )
    return [
        Symbol(name, label, cast(exp.Literal.string(day.isoformat()), "DATE"), "date")
        for name, label, day in days
    ]


def _names_of(items: Mapping[str, Indicator] | Mapping[str, Standard]) -> frozenset[str]:
    return frozenset(key for name, spec in items.items() for key in (name, spec.label))
