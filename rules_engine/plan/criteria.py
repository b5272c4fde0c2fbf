"""Compiles score lines: a method's fields become a formula, with measures and places of its own."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from pydantic import BaseModel
from sqlglot import exp

from rules_engine.conditions import fractions, numbers
from rules_engine.conditions.compiled import as_operand, joined
from rules_engine.conditions.scope import Scope, Symbol
from rules_engine.conditions.sql import column
from rules_engine.errors import Finding
from rules_engine.messages import msg, tr
from rules_engine.model.by_subject import (
    BY,
    BySubject,
    SubjectExpression,
    figures_of,
    is_expression,
)
from rules_engine.model.candidates import nearest_hint
from rules_engine.model.days import read_day, read_month_day
from rules_engine.model.inputs import Indicator
from rules_engine.model.plugin import Known
from rules_engine.model.table import named
from rules_engine.plan.numbering import check_order, number_symbol
from rules_engine.plan.remediation import with_remediation
from rules_engine.plan.rules import CriterionRule, RankingRule, Size
from rules_engine.plan.subject_figures import check_tables, column_of, uncovered
from rules_engine.ruleset.grammar import Grammar, method_field, steps, value_at
from rules_engine.ruleset.read import shape_findings
from rules_engine.ruleset.shares import shares_in, written_bare
from rules_engine.yamltext.calculation import Calculation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from rules_engine.conditions.compiled import Compiled
    from rules_engine.conditions.scope import Kind
    from rules_engine.errors import Place
    from rules_engine.model.frame import Frame
    from rules_engine.model.plugin import Expansion, Measure, Method, Part, Ranking
    from rules_engine.model.scoring import Criterion, Section
    from rules_engine.model.table import Range
    from rules_engine.plan.indicators import IndicatorCompiler
    from rules_engine.yamltext.read import KeyPath

OWN_NAME = re.compile(r"\{(\w+)\}")


class CriterionCompiler:
    """Compiles one score line within a ruleset."""

    def __init__(
        self, parent: IndicatorCompiler, section_id: str, section: Section, name: str
    ) -> None:
        """Take the line ``name`` of a section; ``parent`` knows everything around it."""
        self.parent = parent
        self.section_id = section_id
        self.section = section
        self.name = name
        self.spec: Criterion = section.criteria[name]
        self.path: KeyPath = ("sections", section_id, "criteria", name)
        self.scope: Scope = parent.subject_scopes[section.subject]
        self.fields: Any = None
        self.filled: dict[str, tuple[str, ...]] = {}
        self.figures: frozenset[str] = frozenset()

    def compile(self) -> CriterionRule | None:
        """Return the compiled line, or nothing when there were findings."""
        spec = self.spec
        when = self.parent.optional(spec.when, (*self.path, "when"), self.scope, "boolean")
        veto = self.parent.optional(spec.veto, (*self.path, "veto"), self.scope, "boolean")
        audience = self.parent.book.audiences.get(self.section_id)
        if veto and audience:
            sides = [as_operand(part.sql.copy()) for part in (audience, veto)]
            both = joined(exp.And(this=sides[0], expression=sides[1]), "boolean", audience, veto)
            veto = replace(both, tree=veto.tree)
        expansion = self.expansion()
        if expansion is None:
            return None
        before = len(self.parent.findings)
        parts = self.parts(expansion.parts, self.scope)
        self.filled = self.filled_in(expansion)
        measures = [self.measure(m) for m in expansion.measures]
        rankings = tuple(r for r in map(self.ranking, expansion.rankings) if r)
        places = zip(expansion.rankings, rankings, strict=False)
        parts |= {ranking.by: rule.by for ranking, rule in places}
        parts = {t: fractions.shown(p) if p.kind == "number" else p for t, p in parts.items()}
        if len(self.parent.findings) > before:
            return None
        self.scope = self.scope.extended([*measures, *place_symbols(rankings)])
        raw = self.formula(self.named(expansion.formula))
        exact = raw if raw is not None and fractions.is_finer(raw, numbers.POINTS) else None
        if raw is not None and fractions.is_open(raw):
            raw = fractions.rounded(raw, numbers.POINTS)
        empty: Compiled | None = None
        explicit = "not_applicable" in self.spec.model_fields_set
        needed = expansion.needs_records and not explicit
        if expansion.empty:
            empty = self.parent.expression(
                self.named(expansion.empty), self.path, self.scope, "boolean"
            )
        if raw is None:
            return None
        raw = replace(
            raw,
            indicators=raw.indicators.union(*(r.by.indicators for r in rankings)),
            names=raw.names | self.figures,
        )
        sizes, size = self.sizes()
        low, high, worth = self.bounds(spec.most_points)
        if sizes:
            low, high = min(one.floor for one in sizes), max(one.cap for one in sizes)
        rule = CriterionRule(
            self.name, spec, self.section_id, self.section, self.path, raw, when, veto,
            empty.sql if empty and not needed else None, low, high, worth, rankings, self.fields,
            audience, exact=exact, parts=parts, ranges=self.ranges(expansion),
            unrated=empty.sql if empty and needed else None, covered=self.covered(),
            column=self.column, size=size, sizes=sizes,
            filled=self.filled,
        )  # fmt: skip
        return with_remediation(self.parent, rule)

    def covered(self) -> Compiled | None:
        """Return whether a subject has each figure that differs, where some could have none."""
        conditions = uncovered(self.parent.ruleset, self.fields, self.section.subject)
        points = self.spec.points
        if isinstance(points, BySubject):
            conditions.append(points.covers() or points.is_known())
        return self.asked(" and ".join(dict.fromkeys(conditions))) if conditions else None

    def ranges(self, expansion: Expansion) -> dict[str, tuple[Range, ...]]:
        """Return by table between what the numbers of the line's records must lie."""
        if not expansion.ranges or not expansion.table:
            return {}
        table = named(expansion.table, self.parent.ruleset.tables.values())
        return {table.name: expansion.ranges} if table else {}

    def filled_in(self, expansion: Expansion) -> dict[str, tuple[str, ...]]:
        """Return by table the columns that must be filled in; a table without one is a finding."""
        table = named(expansion.table, self.parent.ruleset.tables.values())
        if table is None:
            return {}
        columns: list[str] = []
        for key, name in expansion.filled.items():
            column = table.column(name)
            if column is not None:
                columns.append(column.name)
                continue
            self.parent.find(
                "unknown-name",
                (*self.path, key) if key in (self.spec.model_extra or {}) else self.path,
                msg("table “{table}” has no column “{column}”", table=table.name, column=name),
                nearest_hint(name, [text for c in table.columns for text in (c.name, c.label)]),
            )
        return {table.name: tuple(columns)} if columns else {}

    @property
    def column(self) -> str:
        """Return the column of the subject by which the points differ, if they do."""
        points = self.spec.points
        if not isinstance(points, BySubject):
            return ""
        column = column_of(self.parent.ruleset, points, self.section.subject)
        return column.name if column else ""

    def sizes(self) -> tuple[tuple[Size, ...], Compiled | None]:
        """Return what the line is worth for the subjects of each row, and for each subject."""
        points = self.spec.points
        if not isinstance(points, BySubject):
            return (), None
        sizes = [
            Size((value,), figure, *self.bounds(figure), self.asked(points.asked_for(value)))
            for value, figure in points.rows
        ]
        if points.others is not None:
            bounds = self.bounds(points.others)
            sizes.append(Size((), points.others, *bounds, self.asked(points.asked_for(None))))
        text = points.expression(lambda figure: f"{figure:f}")
        return tuple(sizes), self.parent.expression(text, self.path, self.scope, "number")

    def asked(self, text: str) -> Compiled | None:
        """Compile a condition that the line itself makes."""
        return self.parent.expression(text, self.path, self.scope, "boolean")

    def bounds(self, own: Decimal) -> tuple[int, int, int]:
        """Return floor, cap and what the line is worth when it does not apply, by its points."""
        spec, kind = self.spec, self.section.kind_of(self.spec)
        points = numbers.scaled(own, numbers.POINTS)
        ends = self.section.span_of(spec.model_copy(update={"points": own}))
        low, high = (numbers.scaled(end, numbers.POINTS) for end in ends)
        worth = points if kind == "score" and spec.not_applicable == "full" else 0
        if isinstance(spec.not_applicable, Decimal):
            worth = numbers.scaled(spec.not_applicable, numbers.POINTS)
        return low, high, worth

    # a method's own names

    def own(self, name: str) -> str:
        """Return the id of one of the method's own measures or places."""
        return f"{self.name}__{name}"

    def named(self, text: str) -> str:
        """Return a method's text with its own names put in."""
        return OWN_NAME.sub(lambda match: self.own(match[1]), text)

    def parts(self, parts: Iterable[Part], scope: Scope) -> dict[str, Compiled]:
        """Compile expressions by themselves, so that a fault is shown where it was written."""
        compiled_parts: dict[str, Compiled] = {}
        faulty: set[tuple[str | int, ...]] = set()
        for step, text, kind in parts:
            path = (*self.path, *step)
            if step in faulty:  # the column of its table has a finding already
                continue
            compiled = self.parent.expression(text, path, scope, cast("Kind", kind))
            if compiled is not None:
                compiled_parts[text] = compiled
            elif step[-1] == BY:
                faulty.add(step[:-1])
        return compiled_parts

    def measure(self, measure: Measure) -> Symbol:
        """Compile an indicator of the criterion's own; its parts first, for their places."""
        parent, name = self.parent, self.own(measure.name)
        number = f"{name}__nth"
        fields = {
            key: value.replace("{nth}", number) if isinstance(value, str) else value
            for key, value in measure.spec.items()
        }
        spec = Indicator.model_validate({"subject": self.section.subject, **fields})
        table = parent.table_of(spec, self.path)
        before = len(parent.findings)
        parts: dict[str, Compiled] = {}
        of: Compiled | None = None
        more: list[Symbol] = []
        if table is not None:
            scope = parent.table_scope(table, parent.frame_of(spec))
            parts = self.parts(measure.parts, scope)
            if measure.numbered and len(parent.findings) == before:
                check_order(parent, table, self.path)
                of = parent.expression(measure.numbered, self.path, scope, "number")
                more = [number_symbol(number)]
        sound = table is not None and len(parent.findings) == before
        rule = parent.record_rule(name, spec, self.path, *more) if sound else None
        if rule is None:
            return parent.placeholder_symbol(name, spec)
        classes, factors = (
            tuple(parts[text] for text in texts if text in parts)
            for texts in (measure.classes, measure.factors)
        )
        stated = self.filled.get(rule.table.name, ()) if rule.table else ()
        rule = replace(rule, classes=classes, factors=factors, stated=stated)
        if of is not None:
            rule = replace(rule, numbered=of, number_column=number, stages=measure.stages)
        parent.book.indicators[name] = rule
        symbol = parent.indicator_symbol(rule)
        parent.book.symbols[name] = symbol
        return symbol

    def ranking(self, ranking: Ranking) -> RankingRule | None:
        """Compile what a place goes by."""
        path = (*self.path, "by")
        by = self.parent.expression(ranking.by, path, self.scope, "number", exact=True)
        if by is None:
            return None
        return RankingRule(self.own(ranking.name), fractions.ordering(by), ranking.most_first)

    # from fields to a formula

    def formula(self, text: str) -> Compiled | None:
        """Compile a method's formula; what is wrong stands where its fields name an indicator."""
        parent, path = self.parent, self.path
        source = parent.ruleset.source
        if source.scalars.get((*path, "formula"), "").strip() == text:
            return parent.expression(text, (*path, "formula"), self.scope, "number", exact=True)
        before = len(parent.findings)
        compiled = parent.expression(text, path, self.scope, "number", exact=True)
        for position, finding in enumerate(parent.findings[before:], before):
            name = str(dict(finding.message.params).get("name", ""))
            place = self.place_of(name) if name else source.place(path)
            parent.findings[position] = Finding(finding.code, finding.message, place, finding.hint)
        return compiled

    def place_of(self, name: str) -> Place:
        """Return where one of the fields uses a name, else the place of the line."""
        source = self.parent.ruleset.source
        word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        for path, text in source.scalars.items():
            if path[: len(self.path)] == self.path and path[-1] not in ("label", "assumed"):
                match = word.search(text.strip())
                if match:
                    return source.place_in(path, text.strip(), match.start())
        return source.place(self.path)

    def expansion(self) -> Expansion | None:
        """Ask the method what it makes of the criterion's fields."""
        parent, path, spec = self.parent, self.path, self.spec
        method = parent.methods.get(spec.method)
        if method is None:
            parent.find(
                "unknown-method",
                (*path, "method"),
                msg("there is no method “{name}”", name=spec.method),
                nearest_hint(spec.method, parent.methods),
            )
            return None
        shape: type[Any] = method.fields()
        try:
            self.fields, used = read_fields(
                shape, spec.model_extra or {}, self.named_figures(), self.scope.symbols
            )
        except ValidationError as error:
            parent.findings += shape_findings(error, parent.ruleset.source, shape, path)
            return None
        parent.findings += self.bare_shares()
        tables = {"points": spec.points, **dict(steps(self.fields))}
        faults = list(check_tables(parent.ruleset, tables, path, self.section.subject))
        if faults:
            parent.findings += faults
            return None
        self.figures = frozenset(s.name for s in parent.parameters if {s.name, s.label} & used)
        try:
            expansion = self.expanded(method)
        except ValueError as error:
            hint = msg("these fields of “{method}” do not go together", method=spec.method)
            parent.find("bad-method", path, msg("{detail}", detail=str(error)), hint)
            return None
        frame = parent.book.frame
        parent.book.expansions[self.name, frame.start, frame.end] = spec.method, expansion
        return expansion

    def expanded(self, method: Method) -> Expansion:
        """Return what the method makes of the fields; of each of the points that differ.

        Raises:
            ValueError: the fields do not go together.
        """
        points = self.spec.points
        made: dict[Decimal, Expansion] = {}
        for figure in figures_of(points):
            spec = self.spec.model_copy(update={"points": figure})
            start = Decimal(0) if self.section.kind_of(self.spec) != "score" else figure
            known = replace(self.known(), full=self.section.full(spec))
            made[figure] = method.expand(self.fields, start, known)
        first = next(iter(made.values()))
        if not isinstance(points, BySubject):
            return first
        if any(replace(one, formula="") != replace(first, formula="") for one in made.values()):
            raise ValueError(tr("its points cannot differ by the subject with this method"))
        formula = first.formula
        if len({one.formula for one in made.values()}) > 1:
            formula = points.expression(lambda figure: f"({made[figure].formula})")
        by: Part = (("points", BY), points.by, "text")
        return replace(first, formula=formula, parts=(by, *first.parts))

    def bare_shares(self) -> Iterator[Finding]:
        """Yield shares that are written 1: of the method, and bounds of what is a rate."""
        ruleset, grammar = self.parent.ruleset, Grammar(self.parent.methods)
        root, rates = ruleset.source.value, self.known().rates
        if not isinstance(self.fields, BaseModel):
            return
        whole = method_field(type(self.fields))
        yield from shares_in(ruleset, self.fields, whole, self.path)
        written = grammar.walk(value_at(root, self.path), grammar.at(root, self.path), self.path)
        for path, _, at in written:
            if at and at.facts.unit_of and getattr(self.fields, at.facts.unit_of, None) in rates:
                yield from written_bare(ruleset, path)

    def named_figures(self) -> dict[str, Decimal]:
        """Return the values of the parameters, by name and by label."""
        book = self.parent.book
        return {key: book.figures[s.name] for s in book.parameters for key in (s.name, s.label)}

    def known(self) -> Known:
        """Return what methods may ask about names."""
        symbols = self.scope.symbols.items()
        return Known(
            names=frozenset(self.scope.symbols),
            rates=frozenset(n for n, s in symbols if s.rate),
            voidable=frozenset(n for n, s in symbols if s.empty is not None),
            day=self.day,
            full=self.section.full(self.spec),
        )

    def day(self, text: str) -> date:
        """Return a day as :func:`day_in` reads it."""
        return day_in(self.parent.book.frame, text)


def place_symbols(rankings: tuple[RankingRule, ...]) -> list[Symbol]:
    """Return the names of places: from the front, and from the end.

    A place is unknown while what it goes by is, for whatever reason.
    """
    return [
        Symbol(
            name, label, column(f"r__{name}"), "number",
            needs=ranking.by.needs | ranking.by.names, indicators=ranking.by.indicators,
        )
        for ranking in rankings
        for name, label in (
            (ranking.id, tr("place")),
            (f"{ranking.id}_last", tr("place from the end")),
        )
    ]  # fmt: skip


def day_in(frame: Frame, text: str) -> date:
    """Return a day that is written out, or said by month and day of the assessed period.

    Raises:
        ValueError: there is no such day, or its year cannot be told; with what to do.
    """
    short = read_month_day(text)
    try:
        day = frame.on(*short) if short else read_day(text)
    except ValueError:
        short = day = None
    if day is None and short:
        raise ValueError(
            tr("“{text}” could lie in several years of the period, or in none; "
               "write the year as well", text=text)
        )  # fmt: skip
    if day is None:
        raise ValueError(
            tr("“{text}” is no day; write 2025-03-31, or 03-31 for any year", text=text)
        )
    return day


NUMBER_NEEDED = frozenset({"decimal_parsing", "int_parsing"})


def read_fields(
    shape: type[Any],
    written: Mapping[str, Any],
    figures: Mapping[str, Decimal],
    names: Collection[str] = (),
) -> tuple[Any, frozenset[str]]:
    """Return the fields as the method's model, and the parameters that stood for numbers.

    Args:
        shape: the method's model.
        written: what stands in the criterion.
        figures: the value of each parameter, by name and by label.
        names: of which expressions may be made that stand for numbers.

    Raises:
        ValidationError: the fields have not the right shape.
    """
    try:
        return shape.model_validate(written), frozenset()
    except ValidationError as error:
        details = error.errors()
        named = {
            detail["loc"]: detail["input"]
            for detail in details
            if detail["type"] in NUMBER_NEEDED and detail["input"] in figures
        }
        texts = {
            detail["loc"]: str(detail["input"])
            for detail in details
            if detail["type"] == "string_type" and isinstance(detail["input"], Calculation)
        }
        whole = method_field(shape)
        worked_out = {
            detail["loc"]: SubjectExpression(detail["input"].strip())
            for detail in details
            if detail["type"] in NUMBER_NEEDED
            and detail["input"] not in figures
            and (at := Grammar().at(written, detail["loc"], whole)) is not None
            and at.varies
            and (detail["input"].strip() in names or is_expression(detail["input"]))
        }
        if not (named or texts or worked_out):
            raise
        texts |= worked_out
    filled: Any = deepcopy(dict(written))
    for path, value in [*((p, figures[name]) for p, name in named.items()), *texts.items()]:
        *way, last = path
        holder = filled
        for step in way:
            holder = holder[step]
        holder[last] = value
    return shape.model_validate(filled), frozenset(named.values())
