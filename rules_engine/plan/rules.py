"""Compiled rules as values: what the plan is built from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.fractions import trees_of
from rules_engine.conditions.sql import cast
from rules_engine.dataset.workdays import NEVER as NEVER_DAY
from rules_engine.dataset.workdays import Calendar
from rules_engine.model.fields import NO_CAP, NO_FLOOR

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from rules_engine.conditions.compiled import Compiled
    from rules_engine.conditions.scope import Rows, Symbol
    from rules_engine.model.appeal import Adjustment
    from rules_engine.model.fields import Measuring
    from rules_engine.model.frame import Frame
    from rules_engine.model.inputs import Indicator, Place
    from rules_engine.model.judgement import Fact, JudgementRule
    from rules_engine.model.pay import PayPart
    from rules_engine.model.plugin import Expansion, Method
    from rules_engine.model.scoring import Criterion, LineKind, Section
    from rules_engine.model.subjects import SubjectKind
    from rules_engine.model.table import Column, Range, TableSchema
    from rules_engine.model.year_parts import YearPart
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import KeyPath

SCORED, NOT_APPLICABLE, NOT_ASSESSABLE, ABSENT = 1, 2, 3, 4
"""The outcomes of a line, as the plan writes them; absent is one of a section for others."""
DATED = ("latest", "earliest")
StandIn: TypeAlias = Literal["empty", "own"] | int | None
Taking: TypeAlias = Literal["mean", "median", "sum", "overall", "best", "worst"]
NEVER = cast(exp.Literal.string(NEVER_DAY.isoformat()), "DATE")
"""The day of what has not happened: later than any deadline, and not the same as unknown."""


@dataclass(frozen=True)
class Month:
    """A part of the period that is scored by itself: how it is written, its days, its figures."""

    label: str
    frame: Frame
    figures: Mapping[str, Decimal]


@dataclass(frozen=True)
class PeersRule:
    """What others have, compiled.

    Attributes:
        of: what each subject has, all at one scale.
        take: what is taken of it, as in the model.
        among: of whom it must hold to count; ``None``: of everybody.
        over: the columns that those have in common who are compared; empty: all are.
        nth: which place from the end that ``take`` says.
        most_first: whether the greatest is first in the order.
        without_self: whether a subject itself does not count.
        alone: what goes where there is nobody else: ``empty``, ``own``, or a figure at the scale
            of ``of``; ``None``: nothing is said.
        layer: in which step it is worked out: behind all references that it rests on.
        rate: whether it is a share, shown as a percentage.
        counts: the table whose records it counts, or empty.
    """

    of: Compiled
    take: Taking
    among: Compiled | None
    over: tuple[str, ...]
    nth: int
    most_first: bool
    without_self: bool
    alone: StandIn
    layer: int
    rate: bool = False
    counts: str = ""

    @property
    def parts(self) -> tuple[Compiled, ...]:
        """Return what is asked of each subject."""
        return (self.of, self.among) if self.among else (self.of,)

    @property
    def indicators(self) -> frozenset[str]:
        """Return the counted or measured indicators behind it, and the references."""
        return frozenset().union(*(part.indicators for part in self.parts))

    @property
    def names(self) -> frozenset[str]:
        """Return the names in it."""
        return frozenset().union(*(part.names for part in self.parts))


@dataclass(frozen=True)
class OfMonth:
    """What an indicator over months asks of one of them."""

    month: str
    where: Compiled | None
    measured: Compiled | None


@dataclass(frozen=True)
class MonthsRule:
    """The months, or other parts of the period, that an indicator looks at.

    Attributes:
        part: what kind of parts they are.
        target: how the columns of what they are months of are called.
        lines: the score lines whose points they have together; none: only indicators are asked.
        whole: whether these are whole sections, with their weights and bounds.
        run: which months in a row are counted, instead of all.
        each: what is asked of each month, in order.
    """

    part: YearPart
    target: str
    lines: tuple[str, ...]
    whole: Literal["", "section", "all"]
    run: Literal["longest", "last"] | None
    each: tuple[OfMonth, ...] = ()

    @property
    def trees(self) -> list[exp.Expr]:
        """Return what is asked of all months."""
        asked = (part for one in self.each for part in (one.where, one.measured) if part)
        return [tree for part in asked for tree in trees_of(part)]


@dataclass(frozen=True)
class IndicatorRule:
    """A compiled indicator.

    ``value`` is set for one that is worked out from others, ``peers`` for one that says what others
    have; ``put_right`` for the counterpart of
    another, which sees the records as if those put right had never been wrong. ``known_until`` says
    until when that is seen, where it is later than the frame's day of knowledge; ``month`` which
    month it is of, where lines are scored by month. ``classes`` and ``factors`` tell apart what
    records count as, where its method words that; ``stated`` are columns that are told with each
    record. ``numbered`` is a value of records: those that count and have the same are numbered in
    their order, in the column ``number_column``, and from the number ``stages`` on they count
    alike. ``months`` is set for one that looks at months.
    """

    id: str
    spec: Indicator
    subject: SubjectKind
    table: TableSchema | None
    frame: Frame
    where: Compiled | None = None
    of: Compiled | None = None
    over: Compiled | None = None
    measured: Compiled | None = None
    how: Measuring = "sum"
    value: Compiled | None = None
    put_right: Compiled | None = None
    known_until: date | None = None
    month: str = ""
    classes: tuple[Compiled, ...] = ()
    factors: tuple[Compiled, ...] = ()
    stated: tuple[str, ...] = ()
    peers: PeersRule | None = None
    numbered: Compiled | None = None
    number_column: str = ""
    stages: int = 0
    months: MonthsRule | None = None

    @property
    def source(self) -> str:
        """Return the name of the cut of its table that it shares with others."""
        name = f"{self.table.name}_{self.spec.period}" if self.table else ""
        name += f"_{self.month}" if self.month else ""
        name += "_later" if self.known_until else ""
        return "_".join([name, *(f"{ord(c):x}" for role in self.spec.through for c in role)])

    @property
    def needs(self) -> frozenset[str]:
        """Return the columns without whose value the indicator is unknown."""
        parts = (self.where, self.of, self.over, self.measured)
        return frozenset().union(*(p.needs for p in parts if p))

    @property
    def names(self) -> frozenset[str]:
        """Return the names used in its conditions."""
        parts = (
            self.where, self.of, self.over, self.measured, self.value, self.put_right,
            self.numbered,
        )  # fmt: skip
        own = self.peers.names if self.peers else frozenset()
        return own.union(*(p.names for p in parts if p))


@dataclass(frozen=True)
class Expression:
    """An expression that stands in the ruleset, compiled, and what it looks at in which days."""

    path: KeyPath
    text: str
    compiled: Compiled
    rows: Rows
    frame: Frame

    @property
    def names(self) -> frozenset[str]:
        """Return the names in it."""
        return self.compiled.names


def _is_over(rows: Rows | None, table: TableSchema) -> bool:
    """Return whether the rows are those of a table; subjects are looked at by their kind."""
    if isinstance(rows, str):
        return rows.table == table.name
    return rows is not None and rows.name == table.name


@dataclass(frozen=True)
class RankingRule:
    """A place that a line goes by; ``most_first``: the greatest is first."""

    id: str
    by: Compiled
    most_first: bool


@dataclass(frozen=True)
class PlaceRule:
    """A compiled place among others, which is found after scoring.

    ``by`` is what it goes by, ``None`` for the total; ``lines`` the score lines by whose points it
    goes, all of a section or one; ``among`` who has a place, ``None``: everybody.
    """

    id: str
    spec: Place
    by: Compiled | None = None
    lines: tuple[CriterionRule, ...] = ()
    section: str = ""
    among: Compiled | None = None

    @property
    def fine(self) -> tuple[str, ...]:
        """Return the columns of exact points that it goes by, where 1/10,000 is too coarse."""
        if not any(line.is_fine for line in self.lines):
            return ()
        if self.section and self.lines[0].section.is_adjusted:
            return f"sec__{self.section}__fine_low", f"sec__{self.section}__fine_high"
        return tuple(name for line in self.lines if line.is_fine for name in line.fine)

    @property
    def expressions(self) -> tuple[Compiled, ...]:
        """Return what is asked and worked out for it, beside the lines."""
        return tuple(part for part in (self.by, self.among) if part)


@dataclass
class CadreRules:
    """What is found and judged of cadres after they are ranked.

    Attributes:
        places: their places among each other.
        standards: what is asked of them.
        facts: what judgement needs to know.
        judgement: what follows for them by themselves.
    """

    places: dict[str, PlaceRule] = field(default_factory=dict)
    standards: dict[str, Compiled] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    judgement: tuple[JudgementRule, ...] = ()


@dataclass(frozen=True)
class Size:
    """What a line is worth for the subjects of one row, where its points differ by the subject.

    Attributes:
        values: the values of the column; none for all others.
        points: its points.
        when: the condition that a subject is of this row.
    """

    values: tuple[str, ...]
    points: Decimal
    floor: int
    cap: int
    worth: int
    when: Compiled | None


@dataclass(frozen=True)
class CriterionRule:
    """A compiled score line. Points are scaled integers (1/10,000).

    ``audience`` says whom its section is for, where that is not everybody. ``fields`` are those of
    its method, with figures where parameters were named. ``exact`` is what the formula gives before
    it is rounded to 1/10,000, where that takes something away. ``remedied`` is what the formula
    would give if nothing of what was put right had been wrong, ``counterparts`` names for its
    indicators those that count like that, and ``back`` is the share that is given back, in
    1/1,000,000. ``months`` are the same line month by month, of which ``month`` each is; then the
    formula is worked out for them only. ``ranges`` says by table between what the numbers of its
    records must lie, ``covered`` whether the subject has each of the figures that
    differ, ``filled`` by table which columns of its records must be filled in, and ``unrated`` is
    true when there is none of the records without which the line cannot be assessed. Where its
    points differ by a column of the subject, ``sizes`` says what it is worth in each row of the
    table, ``size`` gives the points of a subject, and floor, cap and worth are the widest.
    """

    id: str
    spec: Criterion
    section_id: str
    section: Section
    path: KeyPath
    raw: Compiled
    when: Compiled | None
    veto: Compiled | None
    empty: exp.Expr | None
    floor: int
    cap: int
    worth: int
    rankings: tuple[RankingRule, ...] = ()
    fields: Any = None
    audience: Compiled | None = None
    exact: Compiled | None = None
    remedied: Compiled | None = None
    exact_remedied: Compiled | None = None
    counterparts: Mapping[str, str] = field(default_factory=dict)
    back: int = 0
    months: tuple[CriterionRule, ...] = ()
    month: str = ""
    parts: Mapping[str, Compiled] = field(default_factory=dict)
    ranges: Mapping[str, tuple[Range, ...]] = field(default_factory=dict)
    filled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unrated: exp.Expr | None = None
    covered: Compiled | None = None
    column: str = ""
    size: Compiled | None = None
    sizes: tuple[Size, ...] = ()

    @cached_property
    def variants(self) -> tuple[CriterionRule, ...]:
        """Return the line as it is for the subjects of each row, where its points differ."""
        return tuple(
            replace(
                self,
                spec=self.spec.model_copy(update={"points": one.points}),
                floor=one.floor,
                cap=one.cap,
                worth=one.worth,
                months=tuple(month.variants[place] for month in self.months),
                size=None,
                sizes=(),
            )
            for place, one in enumerate(self.sizes)
        )

    def of(self, row: Mapping[str, Any]) -> CriterionRule:
        """Return the line as it is for a subject, from its row of the score plan."""
        return self.of_value(row[self.column]) or self if self.sizes else self

    def of_value(self, value: str | None) -> CriterionRule | None:
        """Return the line as it is for a value of the column; ``None``: it is not known how."""
        if not self.sizes:
            return self
        rows = [place for place, one in enumerate(self.sizes) if value in one.values]
        if not rows and value is not None and not self.sizes[-1].values:
            return self.variants[-1]
        return self.variants[rows[0]] if rows else None

    @property
    def size_column(self) -> str:
        """Return the column of the points of a subject, where they differ."""
        return f"{self.id.removesuffix(f'__{self.month}')}__size"

    @property
    def kind(self) -> LineKind:
        """Return what the line does: score, add, take, or both."""
        return self.section.kind_of(self.spec)

    @property
    def expressions(self) -> tuple[Compiled, ...]:
        """Return what is asked and worked out for it, without its months."""
        parts = (
            self.raw,
            self.remedied,
            self.audience,
            self.when,
            self.veto,
            self.covered,
            self.size,
        )
        return (*(part for part in parts if part), *(ranking.by for ranking in self.rankings))

    @property
    def trees(self) -> list[exp.Expr]:
        """Return the SQL of what is asked and worked out for it and its months."""
        own = [part.sql for part in self.expressions]
        own += [self.empty] if self.empty is not None else []
        return own + [tree for month in self.months for tree in month.trees]

    @property
    def rated_by(self) -> tuple[str, ...]:
        """Return the columns that count the records without which it cannot be assessed."""
        columns = self.unrated.find_all(exp.Column) if self.unrated is not None else ()
        return tuple(node.name for node in columns)

    @property
    def scored(self) -> tuple[CriterionRule, ...]:
        """Return what is scored by a formula: its months, else the line itself."""
        return self.months or (self,)

    @property
    def is_fine(self) -> bool:
        """Return whether what it gives can be finer than 1/10,000 of a point."""
        if self.months:
            averaged = self.section.adding == "average" and len(self.months) > 1
            return averaged or any(month.is_fine for month in self.months)
        returned = self.remedied is not None and self.back != 10**numbers.RATE
        return self.exact is not None or returned

    @property
    def fine(self) -> tuple[str, ...]:
        """Return the columns of what it gives exactly; of months the least and the most."""
        ends = ("_low", "_high") if self.months else ("",)
        return tuple(f"{self.id}__fine{end}" for end in ends)

    @property
    def lowest(self) -> int | None:
        """Return the floor, if points are held by one."""
        return None if self.floor <= numbers.scaled(NO_FLOOR, numbers.POINTS) else self.floor

    @property
    def highest(self) -> int | None:
        """Return the cap, if points are held by one."""
        return None if self.cap >= numbers.scaled(NO_CAP, numbers.POINTS) else self.cap

    def within(self, points: int) -> int:
        """Return points held between floor and cap, where there are such."""
        if self.lowest is not None and points < self.lowest:
            return self.lowest
        return self.highest if self.highest is not None and points > self.highest else points

    @property
    def least(self) -> int:
        """Return the least that the line can give in the whole period, if it applies."""
        return self.floor * len(self.scored) if self.section.adding == "sum" else self.floor

    @property
    def most(self) -> int:
        """Return the most that the line can give in the whole period."""
        return self.cap * len(self.scored) if self.section.adding == "sum" else self.cap

    @property
    def maximum(self) -> int:
        """Return what counts as all its points: the most, or its own points where none is."""
        if self.sizes:
            return max(variant.maximum for variant in self.variants)
        if self.spec.cap != NO_CAP:
            return self.most
        times = len(self.scored) if self.section.adding == "sum" else 1
        return numbers.scaled(self.section.full(self.spec), numbers.POINTS) * times

    @property
    def indicators(self) -> tuple[str, ...]:
        """Return the counted or measured indicators behind the points, sorted."""
        return tuple(sorted({name for part in self.scored for name in part.raw.indicators}))

    @property
    def may_not_apply(self) -> bool:
        """Return whether the line can turn out not to apply."""
        return self.when is not None or self.empty is not None

    def span(self, *, applies: bool, present: bool = True) -> tuple[int, int]:
        """Return the least and the most that the line can give while its points are unknown.

        Args:
            applies: whether the line is known to apply; else what it is worth when it does not
                is possible too.
            present: whether its section is known to be for the subject; else it can give nothing.
        """
        possible = {self.floor, self.cap}
        if self.may_not_apply and not applies:
            possible.add(self.worth)
        if not present:
            possible.add(0)
        return min(possible), max(possible)


@dataclass(frozen=True)
class PaymentRule:
    """A compiled part of a payment.

    ``amount`` is what it brings before a factor, where it goes by a fact; ``of`` is that fact, as
    it is shown; ``when`` the condition without which it brings nothing. ``placed`` are the columns
    of those that rest on places.
    """

    payment: str
    id: str
    spec: PayPart
    path: KeyPath
    when: Compiled | None = None
    of: Compiled | None = None
    amount: Compiled | None = None
    placed: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Return what its columns are called."""
        return f"pay__{self.payment}__{self.id}"

    @property
    def expressions(self) -> dict[str, Compiled]:
        """Return what is worked out of facts, by column."""
        parts = {"asked": self.when, "fact": self.of, "money": self.amount}
        return {f"{self.name}__{end}": part for end, part in parts.items() if part is not None}

    @property
    def columns(self) -> dict[str, Compiled]:
        """Return those that are worked out with the score lines."""
        return {n: part for n, part in self.expressions.items() if n not in self.placed}

    @property
    def later(self) -> dict[str, Compiled]:
        """Return those that rest on places, and are worked out when these are known."""
        return {n: part for n, part in self.expressions.items() if n in self.placed}

    @property
    def needs_places(self) -> bool:
        """Return whether it goes by a place that has a name, or by what rests on one."""
        return bool(self.placed) or self.spec.place is not None


@dataclass
class Rulebook:
    """Everything of a ruleset, compiled for one frame of days.

    Attributes:
        places: the places among others that conditions may ask for after scoring.
        placed: the standards that rest on them, or on the total; ``standards`` has none of these.
        cadres: what is judged of cadres by themselves, after they are ranked.
        audiences: for a section with ``for:``, whom it is for.
        months: the parts of the period, where sections are scored month by month.
        calendar: the working days, and how its conditions use them.
        payments: the parts of payments that are sums of parts, those first on which others rest.
        expansions: what methods made: for a criterion and the first and last day for which it was
            compiled, the method and its answer.
        expressions: every expression that stands in the ruleset, in the order of compiling.
        written: plans that were worded already, by dialect and the table that they fill.
        formula_columns: likewise the columns of what formulas gave, by kind of subject and dialect.
        adjustments: what decisions on appeals change, in a corrected run; set before any plan is
            worded.
        profiles: what the worded plans took for granted of the data, by kind of subject.
        worded: likewise what puts its lines into words, by language.
        methods: the scoring methods that its lines were compiled with.
    """

    ruleset: Ruleset
    frame: Frame
    indicators: dict[str, IndicatorRule] = field(default_factory=dict)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    parameters: list[Symbol] = field(default_factory=list)
    figures: dict[str, Decimal] = field(default_factory=dict)
    standards: dict[str, Compiled] = field(default_factory=dict)
    places: dict[str, PlaceRule] = field(default_factory=dict)
    placed: dict[str, Compiled] = field(default_factory=dict)
    cadres: CadreRules = field(default_factory=CadreRules)
    audiences: dict[str, Compiled] = field(default_factory=dict)
    months: dict[str, Month] = field(default_factory=dict)
    criteria: list[CriterionRule] = field(default_factory=list)
    targets: dict[str, tuple[Compiled, Compiled | None]] = field(default_factory=dict)
    payments: list[PaymentRule] = field(default_factory=list)
    expansions: dict[tuple[str, date, date], tuple[str, Expansion]] = field(default_factory=dict)
    expressions: list[Expression] = field(default_factory=list)
    facts: tuple[Fact, ...] = ()
    judgement: tuple[JudgementRule, ...] = ()
    calendar: Calendar = field(default_factory=Calendar)
    adjustments: tuple[Adjustment, ...] = ()
    profiles: dict[str, object] = field(default_factory=dict)
    written: dict[tuple[str, str], str] = field(default_factory=dict)
    formula_columns: dict[tuple[SubjectKind, str], list[str]] = field(default_factory=dict)
    worded: dict[str, object] = field(default_factory=dict)
    methods: Mapping[str, Method] = field(default_factory=dict)

    @property
    def tables(self) -> dict[str, TableSchema]:
        """Return the tables, with what score lines ask of their records."""
        by_table: dict[str, dict[tuple[str, str, str], Range]] = {}
        for rule in self.criteria:
            for table, ranges in rule.ranges.items():
                merged = by_table.setdefault(table, {})
                for item in ranges:
                    key = (item.column, item.by, item.value)
                    other = merged.get(key, item)
                    least, most = min(item.least, other.least), max(item.most, other.most)
                    merged[key] = replace(item, least=least, most=most)
        return {
            name: replace(
                schema,
                columns=self._filled(schema),
                ranges=tuple(by_table[name].values()) if name in by_table else schema.ranges,
                awaited=self._events(schema),
            )
            for name, schema in self.ruleset.tables.items()
        }

    def _filled(self, table: TableSchema) -> tuple[Column, ...]:
        """Return the columns of a table; those that lines need filled in are required."""
        names = {name for rule in self.criteria for name in rule.filled.get(table.name, ())}
        return tuple(replace(c, required=c.required or c.name in names) for c in table.columns)

    def _events(self, table: TableSchema) -> frozenset[str]:
        """Return the columns of events of a table that something in the ruleset looks at."""
        used = [rule.names for rule in self.indicators.values() if _is_over(rule.table, table)]
        used += [item.names for item in self.expressions if _is_over(item.rows, table)]
        names = frozenset().union(*used)
        return frozenset(c.name for c in table.columns if c.event and c.name in names)

    def places_of(self, kind: SubjectKind) -> dict[str, PlaceRule]:
        """Return the places that are asked for of a kind of subjects."""
        return self.places if kind.judged else self.cadres.places

    def placed_of(self, kind: SubjectKind) -> dict[str, Compiled]:
        """Return the standards of a kind of subjects that are asked after ranking."""
        return self.placed if kind.judged else self.cadres.standards

    @property
    def all_places(self) -> dict[str, PlaceRule]:
        """Return all places that are asked for, those of cadres among them."""
        return self.places | self.cadres.places

    @property
    def all_standards(self) -> dict[str, Compiled]:
        """Return all standards, those that rest on places and those of cadres among them."""
        return self.standards | self.placed | self.cadres.standards

    @property
    def scored_facts(self) -> tuple[Fact, ...]:
        """Return the facts that scoring states; places state the others, which come after them."""
        return tuple(fact for fact in self.facts if fact.name not in self.placed)

    def of_subject(self, kind: SubjectKind) -> list[CriterionRule]:
        """Return the score lines of villages or of cadres."""
        return [c for c in self.criteria if c.section.subject == kind]

    def paid(self, kind: SubjectKind) -> list[PaymentRule]:
        """Return the parts of payments of villages or of cadres."""
        pay = self.ruleset.document.pay
        return [rule for rule in self.payments if pay[rule.payment].subject == kind]

    def pays_by_place(self, kind: SubjectKind) -> bool:
        """Return whether a payment of a kind of subject goes by places that have names."""
        return any(rule.needs_places for rule in self.paid(kind))

    def has_lines(self, kind: SubjectKind) -> bool:
        """Return whether something is worked out of the records of a kind of subject."""
        judged = not kind.judged and (bool(self.cadres.judgement) or self.pays_by_place(kind))
        lines = bool(self.of_subject(kind)) or judged
        return lines or any(rule.expressions for rule in self.paid(kind))

    def decided(self, kind: SubjectKind) -> dict[str, dict[str, int]]:
        """Return for lines that decisions change by how much, by subject; in 1/10,000."""
        changes: dict[str, dict[str, int]] = {}
        for item in self.adjustments:
            if item.kind == kind:
                of_criterion = changes.setdefault(item.criterion, {})
                of_criterion[item.subject] = of_criterion.get(item.subject, 0) + item.points
        return changes
