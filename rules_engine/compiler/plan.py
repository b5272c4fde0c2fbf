"""Builds the one SQL statement that measures, scores and explains every subject.

It is a chain of common table expressions, each named for what it holds::

    src_… ▶ agg_… ▶ indicators ▶ raw ▶ lines ▶ totals

``src_`` is a table cut to the period, ``agg_`` counts it by subject, ``raw`` holds what formulas
and conditions give, ``lines`` the four outcomes and the points, ``totals`` the sums, the grade
band and the signature of facts. All numbers are scaled integers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from rules_engine.compiler import numbers
from rules_engine.compiler.numbers import integer, paren
from rules_engine.compiler.rules import DATED, NEVER, SUBJECT_TABLES
from rules_engine.compiler.scope import column
from rules_engine.model.judgement import FALSE, TRUE, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rules_engine.compiler.rules import CriterionRule, IndicatorRule, Rulebook
    from rules_engine.model.assessment import SubjectKind
    from rules_engine.model.frame import Frame
    from rules_engine.model.judgement import Fact
    from rules_engine.model.ruleset import Measuring, Section
    from rules_engine.model.table import TableSchema

BOUNDS: tuple[tuple[Literal["floor", "cap"], str], ...] = (("floor", "low"), ("cap", "high"))
SUMMED = 8
"""Decimal places while sections are weighed and summed: nothing is rounded before the end."""
SCORED, NOT_APPLICABLE, NOT_ASSESSABLE = 1, 2, 3
QUARANTINED = "_quarantined"
SIGNS = {TRUE: "1", FALSE: "0", UNKNOWN: "?"}
MEASURES: Mapping[Measuring, type[exp.AggFunc]] = {
    "sum": exp.Sum,
    "max": exp.Max,
    "min": exp.Min,
    "latest": exp.Max,
    "earliest": exp.Min,
}
BAND_SIGNS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class DataProfile:
    """What the plan must know of the data.

    Attributes:
        nulls: for each table that is there, the columns that hold an empty value.
        quarantined: tables of which rows were kept out.
    """

    nulls: Mapping[str, frozenset[str]]
    quarantined: frozenset[str] = frozenset()


@dataclass
class _Builder:
    """One chain of common table expressions for one kind of subject."""

    book: Rulebook
    kind: SubjectKind
    profile: DataProfile
    hypothetical: bool = False
    steps: list[tuple[str, exp.Select]] = field(default_factory=list)

    def add(self, name: str, select: exp.Select) -> None:
        self.steps.append((name, select))

    def finished(self, last: exp.Select) -> exp.Select:
        for name, select in self.steps:
            last = last.with_(name, as_=select, copy=False)
        return last


def score_plan(book: Rulebook, kind: SubjectKind, profile: DataProfile) -> exp.Select:
    """Return the plan that gives one row for each subject.

    Columns: ``subject_id``, ``name``, ``grp``; ``i__<indicator>`` (rates with ``__of`` and
    ``__over``, measures with ``__n``); for each criterion ``<id>__outcome`` (1 scored, 2 not
    applicable, 3 not assessable), ``__points``, ``__raw`` (what the formula gave, where floor
    or cap changed it) and, where it has them, ``__when``, ``__veto`` and its places ``r__…``;
    ``s__<standard>``; ``low`` and ``high`` of the total, ``score``, ``band`` and, for villages,
    ``signature``.
    """
    builder = _Builder(book, kind, profile)
    rules = [r for r in book.indicators.values() if r.subject == kind and r.table]
    for source in dict.fromkeys(r.source for r in rules):
        group = [r for r in rules if r.source == source]
        if group[0].table and group[0].table.name in profile.nulls:
            builder.add(f"src_{source}", _source(builder, group))
            builder.add(f"agg_{source}", _aggregate(builder, group))
    builder.add("indicators", _indicators(builder, rules))
    return builder.finished(chain_from_indicators(builder))


def chain_from_indicators(builder: _Builder) -> exp.Select:
    """Add the steps after ``indicators`` and return the last one."""
    criteria = builder.book.of_subject(builder.kind)
    given = "indicators"
    if any(rule.rankings for rule in criteria) and not builder.hypothetical:
        builder.add("placed", _placed(criteria))
        given = "placed"
    builder.add("raw", _raw(builder, criteria, given))
    builder.add("lines", _lines(criteria))
    builder.add("totals", _totals(builder, criteria))
    return _stored(builder, criteria)


def hypothetical_plan(
    book: Rulebook, kind: SubjectKind, rows: Sequence[Mapping[str, object]]
) -> exp.Select:
    """Return the plan over given indicators instead of records: what would the total be if ….

    Args:
        book: the compiled rules.
        kind: which score lines.
        rows: the columns of ``indicators`` for each hypothetical subject.
    """
    builder = _Builder(book, kind, DataProfile({}), hypothetical=True)
    selects = [exp.select(*(_alias(_value(v), name) for name, v in row.items())) for row in rows]
    union: exp.Expr = selects[0]
    for select in selects[1:]:
        union = exp.union(union, select, distinct=False, copy=False)
    builder.steps.append(("indicators", union))  # type: ignore[arg-type]  # a union stands for a select
    return builder.finished(chain_from_indicators(builder))


def _value(value: object) -> exp.Expr:
    if value is None:
        return exp.Null()
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, int):
        return numbers.cast(integer(value), "BIGINT")
    if isinstance(value, date):
        return _day(value)
    return exp.Literal.string(str(value))


def _alias(sql: exp.Expr, name: str) -> exp.Expr:
    return exp.Alias(this=sql, alias=exp.to_identifier(name, quoted=True))


def _source(builder: _Builder, rules: Sequence[IndicatorRule]) -> exp.Select:
    """Cut a table to the period, with only the columns that are used."""
    rule = rules[0]
    table, frame = rule.table, rule.frame
    assert table is not None
    used = frozenset().union(*(r.names for r in rules))
    if rule.spec.through:
        return _through(builder, rule, used)
    columns: list[exp.Expr] = [_alias(column(f"{builder.kind}_id"), "subject_id")]
    columns += _used_columns(table, frame, used)
    select = exp.select(*columns).from_(exp.to_table(table.name, quoted=True), copy=False)
    condition = period_condition(rule)
    return select.where(condition, copy=False) if condition is not None else select


def _used_columns(table: TableSchema, frame: Frame, used: frozenset[str]) -> list[exp.Expr]:
    """Return the columns that conditions use; an event after the as-of date is not seen."""
    columns: list[exp.Expr] = []
    for spec in table.columns:
        if spec.name in used:
            sql: exp.Expr = column(spec.name)
            if spec.event and spec.type in ("date", "timestamp"):
                sql = numbers.when((_not_after(spec.name, spec.type, frame.as_of), sql))
            if spec.type == "decimal":
                sql = numbers.cast(numbers.multiply(sql, integer(10**numbers.POINTS)), "BIGINT")
            elif spec.type == "integer":
                sql = numbers.cast(sql, "BIGINT")
            columns.append(_alias(sql, spec.name))
    return columns


def _through(builder: _Builder, rule: IndicatorRule, used: frozenset[str]) -> exp.Select:
    """Cut a table as :func:`_source` does, each record given to all who answered for it then."""
    table = rule.table
    assert table is not None
    inner = exp.select("*").from_(exp.to_table(table.name, quoted=True), copy=False)
    condition = period_condition(rule)
    if condition is not None:
        inner = inner.where(condition, copy=False)
    charged = charged_to(rule)
    records = exp.select(
        _alias(column("charged_to"), "subject_id"),
        _alias(column(table.key), "record_key"),
        *_used_columns(table, rule.frame, used),
    ).distinct()
    joined = exp.select("r.*", _alias(column("cadre_id", "a"), "charged_to")).from_(
        exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("r"))), copy=False
    )
    joined = joined.join(
        exp.alias_(exp.to_table("assignments"), "a", table=True), on=charged, copy=False
    )
    return records.from_(
        exp.Subquery(this=joined, alias=exp.TableAlias(this=exp.to_identifier("charged"))),
        copy=False,
    )


def charged_to(rule: IndicatorRule) -> exp.Expr:
    """Return the condition that joins a record ``r`` to an assignment ``a`` answering for it."""
    table = rule.table
    assert table is not None
    roles = [exp.Literal.string(role) for role in rule.spec.through]
    parts: list[exp.Expr] = [
        exp.EQ(this=column("village_id", "a"), expression=column("village_id", "r")),
        exp.In(this=column("role", "a"), expressions=roles),
    ]
    whole = exp.Is(this=column("case_id", "a"), expression=exp.Null())
    if table.column("case_id") is not None:
        same = exp.EQ(this=column("case_id", "a"), expression=column("case_id", "r"))
        parts.append(exp.Paren(this=exp.Or(this=whole, expression=same)))
    else:
        parts.append(whole)
    if table.period is not None:
        kind = next(c.type for c in table.columns if c.name == table.period)
        day: exp.Expr = column(table.period, "r")
        day = numbers.cast(day, "DATE") if kind == "timestamp" else day
        for name, operator in (("from_on", exp.LTE), ("to_on", exp.GTE)):
            bound = column(name, "a")
            open_ended = exp.Is(this=bound, expression=exp.Null())
            within = operator(this=bound.copy(), expression=day.copy())
            parts.append(exp.Paren(this=exp.Or(this=open_ended, expression=within)))
    return exp.and_(*parts)


def period_condition(rule: IndicatorRule) -> exp.Expr | None:
    """Return what puts a record of the indicator's table into its period."""
    table, frame = rule.table, rule.frame
    if table is None or table.period is None:
        return None
    kind = next(c.type for c in table.columns if c.name == table.period)
    last = min(frame.end, frame.as_of) if rule.spec.period != "all" else frame.as_of
    condition = _not_after(table.period, kind, last)
    if rule.spec.period == "all":
        return condition
    first = exp.GTE(this=_as_day(table.period, kind), expression=_day(frame.start))
    return exp.And(this=first, expression=condition)


def _as_day(name: str, kind: str) -> exp.Expr:
    return numbers.cast(column(name), "DATE") if kind == "timestamp" else column(name)


def _day(value: object) -> exp.Expr:
    return numbers.cast(exp.Literal.string(str(value)), "DATE")


def _not_after(name: str, kind: str, day: object) -> exp.Expr:
    return exp.LTE(this=_as_day(name, kind), expression=_day(day))


def _aggregate(builder: _Builder, rules: Sequence[IndicatorRule]) -> exp.Select:
    table = rules[0].table
    assert table is not None
    source = f"src_{rules[0].source}"
    measures = [m for rule in rules for m in _measures(rule, builder.profile)]
    return (
        exp.select(column("subject_id"), *(_alias(sql, name) for name, sql in measures))
        .from_(source, copy=False)
        .group_by(column("subject_id"), copy=False)
    )


def _measures(rule: IndicatorRule, profile: DataProfile) -> Iterable[tuple[str, exp.Expr]]:
    """Yield what is counted for one indicator: its parts, and what could not be told."""
    name = f"i__{rule.id}"
    where = rule.where.sql if rule.where else None
    doubtful: exp.Expr | None = None
    if rule.spec.rate and rule.of:
        over = _all_of(where, rule.over.sql if rule.over else None)
        yield f"{name}__of", _count(_all_of(over, rule.of.sql))
        yield f"{name}__over", _count(over)
        doubtful = _any_of(_is_null(over), _all_of(over, _is_null(rule.of.sql)))
    elif rule.measured:
        value = rule.measured.sql.copy()
        chosen = numbers.when((where.copy(), value)) if where is not None else value
        measure = MEASURES[rule.how](this=chosen)
        yield name, measure if rule.how in DATED else numbers.cast(measure, "BIGINT")
        yield f"{name}__n", _count(where)
        lacking = _is_null(value) if rule.measured.needs else exp.false()
        doubtful = _any_of(_is_null(where), _all_of(where, lacking))
    else:
        yield name, _count(where)
        doubtful = _is_null(where)
    if doubtful is not None and _may_lack(rule, profile):
        yield f"u__{rule.id}", _count(doubtful)


def _may_lack(rule: IndicatorRule, profile: DataProfile) -> bool:
    return bool(rule.table and rule.needs & profile.nulls.get(rule.table.name, frozenset()))


def _count(condition: exp.Expr | None) -> exp.Expr:
    count = exp.Count(this=exp.Star())
    if condition is None:
        return count
    return exp.Filter(this=count, expression=exp.Where(this=condition.copy()))


def _all_of(*parts: exp.Expr | None) -> exp.Expr | None:
    given = [p.copy() for p in parts if p is not None]
    return exp.and_(*given) if given else None


def _any_of(*parts: exp.Expr | None) -> exp.Expr | None:
    given = [p.copy() for p in parts if p is not None]
    return exp.or_(*given) if given else None


def _is_null(sql: exp.Expr | None) -> exp.Expr | None:
    return None if sql is None else exp.Is(this=paren(sql.copy()), expression=exp.Null())


def _indicators(builder: _Builder, rules: Sequence[IndicatorRule]) -> exp.Select:
    """Put the counts beside the subjects: nothing counted is 0, not to be told is NULL."""
    table = builder.book.ruleset.tables[SUBJECT_TABLES[builder.kind]]
    group = builder.book.ruleset.document.subjects.group if builder.kind == "village" else None
    group_column = table.column(group) if group else None
    group_sql: exp.Expr = exp.Literal.string("")
    if group_column:
        group_sql = exp.Coalesce(
            this=numbers.cast(column(group_column.name, "s"), "VARCHAR"),
            expressions=[exp.Literal.string("")],
        )
    columns = [_alias(column(table.key, "s"), "subject_id"), _alias(group_sql, "grp")]
    for spec in table.columns:
        sql: exp.Expr = column(spec.name, "s")
        if spec.type == "decimal":
            sql = numbers.cast(numbers.multiply(sql, integer(10**numbers.POINTS)), "BIGINT")
        columns.append(_alias(sql, spec.name))
    select = exp.select(*columns).from_(
        exp.alias_(exp.to_table(table.name, quoted=True), "s", table=True), copy=False
    )
    joined: set[str] = set()
    for rule in rules:
        assert rule.table is not None
        source = f"agg_{rule.source}"
        present = rule.table.name in builder.profile.nulls
        if present and source not in joined:
            joined.add(source)
            select = select.join(
                source,
                on=exp.EQ(this=column("subject_id", source), expression=column(table.key, "s")),
                join_type="left",
                copy=False,
            )
        for name, sql in _indicator_columns(rule, source, present, builder):
            select = select.select(_alias(sql, name), copy=False)
    for name in sorted({r.table.name for r in rules if r.table} & builder.profile.quarantined):
        select = _join_quarantine(select, name, builder.kind, table.key)
    return select


def _join_quarantine(select: exp.Select, table: str, kind: str, key: str) -> exp.Select:
    alias = f"q_{table}"
    condition = exp.and_(
        exp.EQ(this=column("table_name", alias), expression=exp.Literal.string(table)),
        exp.EQ(this=column("kind", alias), expression=exp.Literal.string(kind)),
        exp.EQ(this=column("subject_id", alias), expression=column(key, "s")),
    )
    target = exp.alias_(exp.to_table(QUARANTINED, quoted=True), alias, table=True)
    return select.join(target, on=condition, join_type="left", copy=False)


def _indicator_columns(
    rule: IndicatorRule, source: str, present: bool, builder: _Builder
) -> Iterable[tuple[str, exp.Expr]]:
    name = f"i__{rule.id}"
    if not present:
        for part in _parts(rule):
            dated = part == name and rule.how in DATED
            yield part, numbers.cast(exp.Null(), "DATE" if dated else "BIGINT")
        return
    parts = _parts(rule)[:2] if rule.spec.rate else _parts(rule)
    unknown = _unknown(rule, source, builder)
    values = {part: _zero_if_none(column(part, source)) for part in parts}
    if rule.how in DATED:
        values[name] = exp.Coalesce(this=column(name, source), expressions=[NEVER.copy()])
    elif rule.how != "sum":
        values[name] = column(name, source)
    for part, sql in values.items():
        known = sql if part.endswith("__n") or unknown is None else _unless(unknown, sql)
        yield part, known
    if rule.spec.rate:
        over = values[f"{name}__over"]
        nothing = exp.EQ(this=over.copy(), expression=integer(0))
        scaled = numbers.multiply(values[f"{name}__of"].copy(), integer(10**numbers.RATE))
        branches: list[tuple[exp.Expr, exp.Expr]] = [(nothing, numbers.cast(exp.Null(), "BIGINT"))]
        if unknown is not None:
            branches.insert(0, (unknown.copy(), numbers.cast(exp.Null(), "BIGINT")))
        yield name, numbers.when(*branches, default=rate_of(scaled, over.copy()))


def rate_of(numerator: exp.Expr, denominator: exp.Expr) -> exp.Expr:
    """Return numerator ÷ denominator as a whole number, half-up; neither may be negative."""
    doubled = numbers.add(numbers.multiply(numerator, integer(2)), denominator)
    return numbers.whole_division(doubled, numbers.multiply(denominator.copy(), integer(2)))


def _unknown(rule: IndicatorRule, source: str, builder: _Builder) -> exp.Expr | None:
    assert rule.table is not None
    reasons: list[exp.Expr] = []
    if rule.spec.through and rule.table.name in builder.profile.quarantined:
        return exp.true()  # whose it would have been cannot be told
    if _may_lack(rule, builder.profile):
        counted = _zero_if_none(column(f"u__{rule.id}", source))
        reasons.append(exp.GT(this=counted, expression=integer(0)))
    if rule.table.name in builder.profile.quarantined:
        kept_out = column("subject_id", f"q_{rule.table.name}")
        reasons.append(exp.Not(this=exp.Is(this=kept_out, expression=exp.Null())))
    return exp.or_(*reasons) if reasons else None


def _zero_if_none(sql: exp.Expr) -> exp.Expr:
    return exp.Coalesce(this=sql, expressions=[integer(0)])


def _unless(condition: exp.Expr, sql: exp.Expr) -> exp.Expr:
    return numbers.when((exp.Not(this=paren(condition.copy())), sql.copy()))


def _placed(criteria: Sequence[CriterionRule]) -> exp.Select:
    """Find the places that lines go by, among the subjects of a group to which they apply."""
    select = exp.select("*").from_("indicators", copy=False)
    for rule in criteria:
        apart: list[exp.Expr] = [column("grp")]
        apart += [rule.when.sql.copy()] if rule.when else []
        apart += [rule.empty.copy()] if rule.empty is not None else []
        for ranking in rule.rankings:
            for name, descending in (
                (ranking.id, ranking.most_first),
                (f"{ranking.id}_last", not ranking.most_first),
            ):
                place = place_among(ranking.by.sql, apart, descending=descending)
                select = select.select(_alias(place, f"r__{name}"), copy=False)
    return select


def place_among(by: exp.Expr, apart: Sequence[exp.Expr], *, descending: bool) -> exp.Expr:
    """Return the place by a value; it is unknown for all while one value is unknown."""
    unknown = exp.Is(this=paren(by.copy()), expression=exp.Null())
    missing = exp.Sum(this=numbers.when((unknown, integer(1)), default=integer(0)))
    some = exp.Window(this=missing, partition_by=[a.copy() for a in apart])
    ordered = exp.Ordered(this=by.copy(), desc=descending, nulls_first=False)
    place = exp.Window(
        this=exp.Rank(),
        partition_by=[a.copy() for a in apart],
        order=exp.Order(expressions=[ordered]),
    )
    known = exp.EQ(this=some, expression=integer(0))
    return numbers.when((known, numbers.cast(place, "BIGINT")))


def _raw(builder: _Builder, criteria: Sequence[CriterionRule], given: str) -> exp.Select:
    """Work out every condition and formula once."""
    book = builder.book
    select = exp.select("*").from_(given, copy=False)
    for rule in criteria:
        raw = numbers.to_scale(rule.raw.sql.copy(), rule.raw.scale, numbers.POINTS)
        select = select.select(
            _alias(numbers.cast(raw, "BIGINT"), f"{rule.id}__raw"),
            copy=False,
        )
        for name, sql in (
            ("when", rule.when.sql if rule.when else None),
            ("empty", rule.empty),
            ("veto", rule.veto.sql if rule.veto else None),
        ):
            if sql is not None:
                select = select.select(_alias(sql.copy(), f"{rule.id}__{name}"), copy=False)
    for indicator in book.indicators.values():
        if indicator.value and indicator.subject == builder.kind:
            sql = indicator.value.sql.copy()
            select = select.select(_alias(sql, f"i__{indicator.id}"), copy=False)
    if builder.kind == "village":
        for name, compiled in book.standards.items():
            select = select.select(_alias(compiled.sql.copy(), f"s__{name}"), copy=False)
        for name, (_, among) in book.targets.items():
            if among:
                select = select.select(_alias(among.sql.copy(), f"t__{name}"), copy=False)
    return select


def _lines(criteria: Sequence[CriterionRule]) -> exp.Select:
    select = exp.select("*").from_("raw", copy=False)
    for rule in criteria:
        raw = column(f"{rule.id}__raw")
        branches: list[tuple[exp.Expr, exp.Expr]] = []
        if rule.when:
            when = column(f"{rule.id}__when")
            if rule.when.needs or rule.when.indicators:
                unknown = exp.Is(this=when, expression=exp.Null())
                branches.append((unknown, integer(NOT_ASSESSABLE)))
            branches.append((exp.Not(this=when.copy()), integer(NOT_APPLICABLE)))
        if rule.empty is not None:
            branches.append((column(f"{rule.id}__empty"), integer(NOT_APPLICABLE)))
        branches.append((exp.Is(this=raw, expression=exp.Null()), integer(NOT_ASSESSABLE)))
        outcome = numbers.cast(numbers.when(*branches, default=integer(SCORED)), "TINYINT")
        select = select.select(_alias(outcome, f"{rule.id}__outcome"), copy=False)
    return select


def _line_points(rule: CriterionRule) -> exp.Expr:
    outcome = column(f"{rule.id}__outcome")
    return numbers.when(
        (
            exp.EQ(this=outcome, expression=integer(SCORED)),
            numbers.clamp(column(f"{rule.id}__raw"), rule.floor, rule.cap),
        ),
        (exp.EQ(this=outcome.copy(), expression=integer(NOT_APPLICABLE)), integer(rule.worth)),
    )


def _totals(builder: _Builder, criteria: Sequence[CriterionRule]) -> exp.Select:
    inner = exp.select("*").from_("lines", copy=False)
    for rule in criteria:
        inner = inner.select(
            _alias(numbers.cast(_line_points(rule), "BIGINT"), f"{rule.id}__points"), copy=False
        )
    places = builder.book.ruleset.document.rounding.places
    if builder.kind == "cadre":  # these are added to what villages carry over, and rounded then
        places = numbers.POINTS
    middle = exp.select(
        "*",
        *_section_sums(builder, criteria),
        _alias(rounded(total_of(builder, criteria, "floor"), places, SUMMED), "low"),
        _alias(rounded(total_of(builder, criteria, "cap"), places, SUMMED), "high"),
    ).from_(
        exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("points"))), copy=False
    )
    if builder.kind == "cadre":
        return middle
    grades = list(builder.book.ruleset.document.grades.values())
    thresholds = [numbers.scaled(g.from_, numbers.POINTS) for g in grades]
    sure = exp.EQ(
        this=band_of(column("low"), thresholds), expression=band_of(column("high"), thresholds)
    )
    banded = exp.select(
        "*", _alias(numbers.when((sure, band_of(column("low"), thresholds))), "band")
    ).from_(
        exp.Subquery(this=middle, alias=exp.TableAlias(this=exp.to_identifier("summed"))),
        copy=False,
    )
    signature: exp.Expr = exp.Literal.string("")
    for fact in builder.book.facts:
        signature = exp.DPipe(this=signature, expression=_sign(builder.book, fact))
    return exp.select("*", _alias(signature, "signature")).from_(
        exp.Subquery(this=banded, alias=exp.TableAlias(this=exp.to_identifier("banded"))),
        copy=False,
    )


def _stored(builder: _Builder, criteria: Sequence[CriterionRule]) -> exp.Select:
    """Choose the columns that are written: with hundreds of them, each one that is not is felt.

    What a formula gave is written only where floor or cap changed it; elsewhere it is the points.
    """
    book, kind = builder.book, builder.kind
    names = ["subject_id", "grp"]
    names += [c.name for c in book.ruleset.tables[SUBJECT_TABLES[kind]].columns]
    names += [n for r in book.indicators.values() if r.subject == kind for n in _parts(r)]
    select = exp.select(*(column(n) for n in names))
    for rule in criteria:
        raw, points = column(f"{rule.id}__raw"), column(f"{rule.id}__points")
        changed = numbers.when((exp.NEQ(this=raw, expression=points), raw.copy()))
        held = [column(f"{rule.id}__outcome"), points.copy(), _alias(changed, f"{rule.id}__raw")]
        held += [column(f"{rule.id}__when")] if rule.when else []
        held += [column(f"{rule.id}__veto")] if rule.veto else []
        held += [column(f"r__{r.id}{end}") for r in rule.rankings for end in ("", "_last")]
        select = select.select(*held, copy=False)
    adjusted = adjusted_sections(book, criteria)
    last = [f"sec__{n}__{end}" for n in adjusted for _, end in BOUNDS]
    select = select.select(*(column(n) for n in last), copy=False)
    last = ["low", "high"]
    if kind == "village":
        last = [f"s__{n}" for n in book.standards]
        last += [f"t__{n}" for n, (_, among) in book.targets.items() if among]
        last += ["low", "high", "band", "signature"]
    return select.select(*(column(n) for n in last), copy=False).from_("totals", copy=False)


def _parts(rule: IndicatorRule) -> list[str]:
    """Return the columns that hold an indicator: its value and what that is made of."""
    name = f"i__{rule.id}"
    if rule.spec.rate:
        return [f"{name}__of", f"{name}__over", name]
    return [name, f"{name}__n"] if rule.measured else [name]


def count_column(rule: IndicatorRule) -> str:
    """Return the column that says how many records an indicator looked at."""
    suffix = "__over" if rule.spec.rate else "__n" if rule.measured else ""
    return f"i__{rule.id}{suffix}"


def total_of(
    builder: _Builder, criteria: Sequence[CriterionRule], bound: Literal["floor", "cap"]
) -> exp.Expr:
    """Return the total at :data:`SUMMED` places; what is unknown counts as its floor or cap."""
    document = builder.book.ruleset.document
    base = document.base if builder.kind == "village" else Decimal(0)
    total: exp.Expr | None = integer(numbers.scaled(base, SUMMED)) if base else None
    for name in dict.fromkeys(rule.section_id for rule in criteria):
        spec = document.sections[name]
        part = section_sum(name, spec, criteria, bound)
        part = numbers.multiply(part, integer(numbers.scaled(spec.weight, SUMMED - numbers.POINTS)))
        total = part if total is None else exp.Add(this=total, expression=part)
    return total if total is not None else integer(0)


def section_sum(
    name: str, spec: Section, criteria: Sequence[CriterionRule], bound: Literal["floor", "cap"]
) -> exp.Expr:
    """Return what a section gives, within its own floor and cap, in 1/10,000."""
    total: exp.Expr | None = None
    for rule in criteria:
        if rule.section_id == name:
            unknown = _bound_of(rule, bound)
            points = exp.Coalesce(this=column(f"{rule.id}__points"), expressions=[unknown])
            total = points if total is None else exp.Add(this=total, expression=points)
    assert total is not None
    low = None if spec.floor is None else numbers.scaled(spec.floor, numbers.POINTS)
    high = None if spec.cap is None else numbers.scaled(spec.cap, numbers.POINTS)
    return numbers.clamp(exp.Paren(this=total), low, high)


def _bound_of(rule: CriterionRule, bound: Literal["floor", "cap"]) -> exp.Expr:
    """Return what a line of unknown points gives at least or at most."""
    side = 0 if bound == "floor" else 1
    applying, any_way = rule.span(applies=True)[side], rule.span(applies=False)[side]
    if rule.when is None or rule.empty is not None or applying == any_way:
        return integer(any_way)
    applies = column(f"{rule.id}__when")
    return numbers.when((applies, integer(applying)), default=integer(any_way))


def _section_sums(builder: _Builder, criteria: Sequence[CriterionRule]) -> list[exp.Expr]:
    """Return the sums of the sections that have a floor, a cap or a weight of their own."""
    sections = builder.book.ruleset.document.sections
    sums: list[exp.Expr] = []
    for name in adjusted_sections(builder.book, criteria):
        for bound, end in BOUNDS:
            points = numbers.cast(section_sum(name, sections[name], criteria, bound), "BIGINT")
            sums.append(_alias(points, f"sec__{name}__{end}"))
    return sums


def adjusted_sections(book: Rulebook, criteria: Sequence[CriterionRule]) -> list[str]:
    """Return the sections whose points are not simply the sum of their lines."""
    sections = book.ruleset.document.sections
    return [
        name
        for name in dict.fromkeys(rule.section_id for rule in criteria)
        if sections[name].floor is not None
        or sections[name].cap is not None
        or sections[name].weight != 1
    ]


def rounded(sql: exp.Expr, places: int, scale: int = numbers.POINTS) -> exp.Expr:
    """Return a number at a scale rounded half-up to so many places, in 1/10,000."""
    cut = numbers.to_scale(sql, scale, places)
    return numbers.cast(numbers.multiply(cut, integer(10 ** (numbers.POINTS - places))), "BIGINT")


def band_of(score: exp.Expr, thresholds: Sequence[int]) -> exp.Expr:
    """Return the index of the grade that a score reaches, best first; the last one is the rest."""
    branches = [
        (exp.GTE(this=score.copy(), expression=integer(t)), integer(i))
        for i, t in enumerate(thresholds[:-1])
    ]
    last = integer(len(thresholds) - 1)
    return numbers.when(*branches, default=last) if branches else last


def _sign(book: Rulebook, fact: Fact) -> exp.Expr:
    """Return one character for the value that a fact has."""
    if fact.name == "band":
        signs = [
            (exp.EQ(this=column("band"), expression=integer(i)), exp.Literal.string(BAND_SIGNS[i]))
            for i in range(len(fact.values) - 1)
        ]
        return numbers.when(*signs, default=exp.Literal.string(SIGNS[UNKNOWN]))
    if fact.name == "any_veto":
        vetoes = [column(f"{c.id}__veto") for c in book.of_subject("village") if c.veto]
        sql: exp.Expr = exp.Paren(this=exp.or_(*vetoes))
    elif fact.name.endswith(".veto"):
        sql = column(f"{fact.name.removesuffix('.veto')}__veto")
    else:
        sql = column(f"s__{fact.name}")
    return numbers.when(
        (sql, exp.Literal.string(SIGNS[TRUE])),
        (exp.Not(this=sql.copy()), exp.Literal.string(SIGNS[FALSE])),
        default=exp.Literal.string(SIGNS[UNKNOWN]),
    )


def read_signature(signature: str, facts: Sequence[Fact]) -> dict[str, str]:
    """Return the facts that a signature stands for."""
    words = {sign: word for word, sign in SIGNS.items()}
    return {
        fact.name: words[sign] if sign in words else fact.values[BAND_SIGNS.index(sign)]
        for fact, sign in zip(facts, signature, strict=True)
    }
