"""Compiles every expression of a ruleset; what comes out is typed and ready to be planned."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from sqlglot import exp

from rules_engine.compiler import numbers
from rules_engine.compiler.conditions import compile_consequences
from rules_engine.compiler.expressions import Compiled, ExpressionCompiler
from rules_engine.compiler.scope import Kind, Scope, Symbol, column
from rules_engine.errors import Finding
from rules_engine.messages import NO_MESSAGE, msg
from rules_engine.ruleset.read import nearest_hint, shape_findings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules_engine.errors import Place
    from rules_engine.model.assessment import SubjectKind
    from rules_engine.model.frame import Frame
    from rules_engine.model.judgement import Fact, JudgementRule
    from rules_engine.model.plugin import Expansion, Method
    from rules_engine.model.ruleset import Criterion, Indicator, Section, Standard
    from rules_engine.model.table import TableSchema
    from rules_engine.ruleset.positions import KeyPath
    from rules_engine.ruleset.read import Ruleset

SUBJECT_TABLES: dict[SubjectKind, str] = {"village": "villages", "cadre": "cadres"}
COLUMN_KINDS: dict[str, tuple[Kind, int]] = {
    "text": ("text", 0),
    "integer": ("number", 0),
    "decimal": ("number", numbers.POINTS),
    "boolean": ("boolean", 0),
    "date": ("date", 0),
    "timestamp": ("timestamp", 0),
}


@dataclass(frozen=True)
class IndicatorRule:
    """A compiled indicator. ``value`` is set for one that is worked out from others."""

    id: str
    spec: Indicator
    subject: SubjectKind
    table: TableSchema | None
    frame: Frame
    where: Compiled | None = None
    of: Compiled | None = None
    over: Compiled | None = None
    sum: Compiled | None = None
    value: Compiled | None = None

    @property
    def needs(self) -> frozenset[str]:
        """Return the columns without whose value the indicator is unknown."""
        parts = (self.where, self.of, self.over, self.sum)
        return frozenset().union(*(p.needs for p in parts if p))

    @property
    def names(self) -> frozenset[str]:
        """Return the names used in its conditions."""
        parts = (self.where, self.of, self.over, self.sum, self.value)
        return frozenset().union(*(p.names for p in parts if p))


@dataclass(frozen=True)
class CriterionRule:
    """A compiled score line. Points are scaled integers (1/10,000)."""

    id: str
    spec: Criterion
    section_id: str
    section: Section
    path: KeyPath
    expansion: Expansion
    raw: Compiled
    when: Compiled | None
    veto: Compiled | None
    empty: exp.Expr | None
    floor: int
    cap: int
    worth: int

    @property
    def indicators(self) -> tuple[str, ...]:
        """Return the counted or measured indicators behind the line, sorted."""
        return tuple(sorted(self.raw.indicators))


@dataclass
class Rulebook:
    """Everything of a ruleset, compiled for one frame of days."""

    ruleset: Ruleset
    frame: Frame
    indicators: dict[str, IndicatorRule] = field(default_factory=dict)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    parameters: list[Symbol] = field(default_factory=list)
    standards: dict[str, Compiled] = field(default_factory=dict)
    criteria: list[CriterionRule] = field(default_factory=list)
    targets: dict[str, tuple[Compiled, Compiled | None]] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    judgement: tuple[JudgementRule, ...] = ()

    def of_subject(self, kind: SubjectKind) -> list[CriterionRule]:
        """Return the score lines of villages or of cadres."""
        return [c for c in self.criteria if c.section.subject == kind]


def compile_rules(
    ruleset: Ruleset, methods: Mapping[str, Method], frame: Frame
) -> tuple[Rulebook, list[Finding]]:
    """Compile a ruleset.

    Returns:
        The rulebook, whole only when none of the findings is an error, and all findings.
    """
    compiler = _RulebookCompiler(ruleset, methods, frame)
    compiler.run()
    return compiler.book, list(dict.fromkeys(compiler.findings))


class _RulebookCompiler:
    def __init__(self, ruleset: Ruleset, methods: Mapping[str, Method], frame: Frame) -> None:
        self.ruleset = ruleset
        self.document = ruleset.document
        self.methods = methods
        self.book = Rulebook(ruleset, frame)
        self.findings: list[Finding] = []
        self.busy: list[str] = []

    def run(self) -> None:
        self.book.parameters = self.parameters = [
            Symbol(
                name,
                parameter.label,
                numbers.integer(
                    numbers.scaled(parameter.value, numbers.places_of(parameter.value))
                ),
                "number",
                numbers.places_of(parameter.value),
            )
            for name, parameter in self.document.parameters.items()
        ]
        for name in self.document.indicators:
            self.indicator(name)
        self.subject_scopes: dict[SubjectKind, Scope] = {
            "village": self.subject_scope("village"),
            "cadre": self.subject_scope("cadre"),
        }
        for name in self.document.standards:
            self.standard(name)
        for section_id, section in self.document.sections.items():
            for criterion_id, criterion in section.criteria.items():
                self.criterion(section_id, section, criterion_id, criterion)
        for name, target in self.document.targets.items():
            path: KeyPath = ("targets", name)
            share = self.expression(
                target.share, (*path, "share"), self.subject_scopes["village"], "boolean"
            )
            among = self.optional(
                target.among, (*path, "among"), self.subject_scopes["village"], "boolean"
            )
            if share:
                self.book.targets[name] = share, among
        self.book.facts, self.book.judgement, found = compile_consequences(self.ruleset)
        self.findings += found

    # expressions with places

    def expression(self, text: str, path: KeyPath, scope: Scope, kind: Kind) -> Compiled | None:
        return ExpressionCompiler(scope, self.findings).compile(text, self.where(path, text), kind)

    def optional(
        self, text: str | None, path: KeyPath, scope: Scope, kind: Kind
    ) -> Compiled | None:
        return None if text is None else self.expression(text, path, scope, kind)

    def where(self, path: KeyPath, text: str) -> Callable[[int], Place]:
        return lambda offset: self.ruleset.source.place_in(path, text, offset)

    def find(self, code: str, path: KeyPath, message: Any, hint: Any = None) -> None:  # noqa: ANN401 - messages
        place = self.ruleset.source.place(path)
        self.findings.append(Finding(code, message, place, hint or NO_MESSAGE))

    # scopes

    def table_scope(self, table: TableSchema, frame: Frame) -> Scope:
        symbols = [self.column_symbol(c) for c in table.columns]
        days = (
            ("as_of", "考核日", frame.as_of),
            ("period_start", "期初", frame.start),
            ("period_end", "期末", frame.end),
        )
        symbols += [
            Symbol(name, label, numbers.cast(exp.Literal.string(day.isoformat()), "DATE"), "date")
            for name, label, day in days
        ]
        return Scope().extended(self.parameters).extended(symbols)

    @staticmethod
    def column_symbol(spec: Any) -> Symbol:  # noqa: ANN401 - Column
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
        )

    def subject_scope(self, kind: SubjectKind) -> Scope:
        """Return what standards and score lines see: subject columns, indicators, standards."""
        table = self.ruleset.tables.get(SUBJECT_TABLES[kind])
        scope = self.table_scope(table, self.book.frame) if table else Scope()
        return scope.extended(
            symbol
            for name, symbol in self.book.symbols.items()
            if self.document.indicators[name].subject == kind
        )

    # parts

    def indicator(self, name: str) -> Symbol:
        if name in self.book.symbols:
            return self.book.symbols[name]
        spec = self.document.indicators[name]
        path: KeyPath = ("indicators", name)
        if name in self.busy:
            circle = " → ".join([*self.busy[self.busy.index(name) :], name])
            hint = msg("let one of them count records instead")
            self.find("cycle", path, msg("worked out from itself: {circle}", circle=circle), hint)
            return self.stand_in(name, spec)
        self.busy.append(name)
        rule = self.value_rule(name, spec) if spec.value else self.record_rule(name, spec)
        self.busy.pop()
        if rule is not None:
            self.book.indicators[name] = rule
        symbol = self.indicator_symbol(rule) if rule else self.stand_in(name, spec)
        self.book.symbols[name] = symbol
        return symbol

    @staticmethod
    def stand_in(name: str, spec: Indicator) -> Symbol:
        """Return a symbol for an indicator with faults, so that they are not found at each use."""
        empty = exp.false() if spec.rate else None
        return Symbol(name, spec.label, exp.Null(), "number", empty=empty)

    def indicator_symbol(self, rule: IndicatorRule) -> Symbol:
        name, label = rule.id, rule.spec.label
        if rule.value:
            value = rule.value
            return Symbol(
                name, label, numbers.paren(value.sql), "number", value.scale,
                indicators=value.indicators, empty=value.empty,
            )  # fmt: skip
        own = frozenset({name})
        sql = column(f"i__{name}")
        if rule.spec.rate:
            empty = exp.EQ(this=column(f"i__{name}__over"), expression=numbers.integer(0))
            return Symbol(name, label, sql, "number", numbers.RATE, indicators=own, empty=empty)
        return Symbol(name, label, sql, "number", rule.sum.scale if rule.sum else 0, indicators=own)

    def value_rule(self, name: str, spec: Indicator) -> IndicatorRule | None:
        path: KeyPath = ("indicators", name)
        if spec.from_ or spec.where or spec.rate or spec.sum:
            self.find(
                "bad-indicator",
                path,
                msg("“value” stands alone, without from, where, rate or sum"),
                msg("count in one indicator, and work out the value in another"),
            )
            return None
        near = frozenset(
            n for n, s in self.document.indicators.items() if s.subject == spec.subject
        )
        scope = Scope(near=near).extended(self.parameters)
        for other, other_spec in self.document.indicators.items():
            mentioned = _mentions(spec.value or "", other, other_spec.label)
            if mentioned and other_spec.subject == spec.subject:
                scope.add(self.indicator(other))
        value = self.expression(spec.value or "", (*path, "value"), scope, "number")
        if value is None:
            return None
        return IndicatorRule(name, spec, spec.subject, None, self.book.frame, value=value)

    def record_rule(self, name: str, spec: Indicator) -> IndicatorRule | None:
        path: KeyPath = ("indicators", name)
        table = self.table_of(spec, path)
        if table is None:
            return None
        frame = self.book.frame.previous() if spec.period == "previous" else self.book.frame
        scope = self.table_scope(table, frame)
        before = len(self.findings)
        where = self.optional(spec.where, (*path, "where"), scope, "boolean")
        of = over = total = None
        if spec.rate:
            of = self.expression(spec.rate.of, (*path, "rate", "of"), scope, "boolean")
            over = self.optional(spec.rate.over, (*path, "rate", "over"), scope, "boolean")
        if spec.sum:
            total = self.expression(spec.sum, (*path, "sum"), scope, "number")
        if spec.rate and spec.sum:
            hint = msg("make two indicators of it")
            self.find("bad-indicator", path, msg("an indicator is a rate or a sum, not both"), hint)
        if len(self.findings) > before:
            return None
        return IndicatorRule(
            name, spec, spec.subject, table, frame, where=where, of=of, over=over, sum=total
        )

    def table_of(self, spec: Indicator, path: KeyPath) -> TableSchema | None:
        if not spec.from_:
            hint = msg("say which table's records count, with from:")
            self.find("bad-indicator", path, msg("“from” or “value” is missing here"), hint)
            return None
        tables = self.ruleset.tables
        table = next((t for t in tables.values() if spec.from_ in (t.name, t.label)), None)
        if table is None:
            names = [n for t in tables.values() for n in (t.name, t.label)]
            self.find(
                "unknown-table",
                (*path, "from"),
                msg("the ruleset reads no table “{name}”", name=spec.from_),
                nearest_hint(spec.from_, names),
            )
            return None
        key = f"{spec.subject}_id"
        if table.column(key) is None:
            self.find(
                "unknown-name",
                (*path, "from"),
                msg("table “{table}” has no column “{column}”", table=table.name, column=key),
                msg("only a table with that column says whose records they are"),
            )
            return None
        if spec.period != "all" and table.period is None:
            self.find(
                "no-period",
                (*path, "from"),
                msg("table “{table}” has no date that puts a row into a period", table=table.name),
                msg("say “period: all”"),
            )
            return None
        return table

    def standard(self, name: str) -> Compiled | None:
        if name in self.book.standards:
            return self.book.standards[name]
        spec = self.document.standards[name]
        path: KeyPath = ("standards", name)
        key = f"standards.{name}"
        if key in self.busy:
            circle = " → ".join([*self.busy[self.busy.index(key) :], key]).replace("standards.", "")
            hint = msg("let one of them rest on indicators instead")
            self.find("cycle", path, msg("worked out from itself: {circle}", circle=circle), hint)
            self.subject_scopes["village"].add(self.standard_symbol(name, spec, None))
            return None
        self.busy.append(key)
        scope = self.subject_scopes["village"]
        for other, other_spec in self.document.standards.items():
            if _mentions(spec.when, other, other_spec.label):
                self.standard(other)
        compiled = self.expression(spec.when, (*path, "when"), scope, "boolean")
        self.busy.pop()
        if compiled:
            self.book.standards[name] = compiled
        scope.add(self.standard_symbol(name, spec, compiled))
        return compiled

    @staticmethod
    def standard_symbol(name: str, spec: Standard, compiled: Compiled | None) -> Symbol:
        """Return the symbol of a standard, also of one with faults."""
        if compiled is None:
            return Symbol(name, spec.label, exp.false(), "boolean")
        sql, counted = numbers.paren(compiled.sql), compiled.indicators
        return Symbol(name, spec.label, sql, "boolean", indicators=counted, needs=compiled.needs)

    def criterion(self, section_id: str, section: Section, name: str, spec: Criterion) -> None:
        path: KeyPath = ("sections", section_id, "criteria", name)
        scope = self.subject_scopes[section.subject]
        when = self.optional(spec.when, (*path, "when"), scope, "boolean")
        veto = self.optional(spec.veto, (*path, "veto"), scope, "boolean")
        expansion = self.expansion(path, section, spec, scope)
        if expansion is None:
            return
        raw = self.formula(expansion.formula, path, spec, scope)
        empty = (
            self.expression(expansion.empty, path, scope, "boolean") if expansion.empty else None
        )
        if raw is None:
            return
        points = numbers.scaled(spec.points, numbers.POINTS)
        low, high = (-points, 0) if section.kind == "deduction" else (0, points)
        if spec.floor is not None:
            low = numbers.scaled(spec.floor, numbers.POINTS)
        if spec.cap is not None:
            high = numbers.scaled(spec.cap, numbers.POINTS)
        worth = points if section.kind == "score" and spec.not_applicable == "full" else 0
        if isinstance(spec.not_applicable, Decimal):
            worth = numbers.scaled(spec.not_applicable, numbers.POINTS)
        self.book.criteria.append(
            CriterionRule(
                name,
                spec,
                section_id,
                section,
                path,
                expansion,
                raw,
                when,
                veto,
                empty.sql if empty else None,
                low,
                high,
                worth,
            )
        )

    def formula(self, text: str, path: KeyPath, spec: Criterion, scope: Scope) -> Compiled | None:
        """Compile a method's formula; what is wrong stands where its fields name an indicator."""
        source = self.ruleset.source
        if source.scalars.get((*path, "formula"), "").strip() == text:
            return self.expression(text, (*path, "formula"), scope, "number")
        before = len(self.findings)
        compiled = self.expression(text, path, scope, "number")
        for position, finding in enumerate(self.findings[before:], before):
            name = str(dict(finding.message.params).get("name", ""))
            spot = next(
                (p for p, v in source.scalars.items() if v == name and p[: len(path)] == path), path
            )
            self.findings[position] = Finding(
                finding.code, finding.message, source.place(spot), finding.hint
            )
        return compiled

    def expansion(
        self, path: KeyPath, section: Section, spec: Criterion, scope: Scope
    ) -> Expansion | None:
        method = self.methods.get(spec.method)
        if method is None:
            self.find(
                "unknown-method",
                (*path, "method"),
                msg("there is no method “{name}”", name=spec.method),
                nearest_hint(spec.method, self.methods),
            )
            return None
        shape = method.fields()
        try:
            fields = shape.model_validate(spec.model_extra or {})
        except ValidationError as error:
            self.findings += shape_findings(error, self.ruleset.source, shape, path)
            return None
        start = Decimal(0) if section.kind != "score" else spec.points
        kinds = {n: s for n, s in scope.symbols.items() if s.kind == "number"}
        rates = frozenset(n for n, s in kinds.items() if s.empty is not None)
        try:
            return method.expand(fields, start, rates)
        except ValueError as error:
            self.find("bad-method", path, msg("{detail}", detail=str(error)))
            return None


def _mentions(text: str, name: str, label: str) -> bool:
    """Return whether an expression uses a name or its label."""
    bare = re.sub(r"'[^']*'", "''", text)
    words = set(re.findall(r"\w+", bare))
    return bool(words & {name, label}) or (not re.fullmatch(r"\w+", label) and label in bare)
