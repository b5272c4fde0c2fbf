"""Builds the one SQL statement that measures, scores and explains every subject.

It is a chain of common table expressions, each named for what it holds::

    src_… ▶ agg_… ▶ indicators ▶ raw ▶ lines ▶ totals

``src_`` is a table cut to the period, ``agg_`` counts it by subject, ``raw`` holds what formulas
and conditions give, ``lines`` the four outcomes and the points, ``totals`` the sums, the grade
band and the signature of facts. All numbers are scaled integers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import fractions, numbers
from rules_engine.conditions.sql import alias, cast, column, derived, integer, paren, when
from rules_engine.plan.builder import Builder, DataProfile
from rules_engine.plan.control_totals import total_column
from rules_engine.plan.measures import aggregate, indicators_of, parts_of, source_of
from rules_engine.plan.monthly_totals import BOUNDS
from rules_engine.plan.rules import (
    ABSENT,
    NOT_APPLICABLE,
    NOT_ASSESSABLE,
    SCORED,
    SUBJECT_TABLES,
    CriterionRule,
    Rulebook,
)
from rules_engine.plan.totals import (
    adjusted_sections,
    audiences,
    doubts,
    for_column,
    points_of,
    scored_by_formula,
    totals,
)
from rules_engine.plan.worlds import by_world

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rules_engine.conditions.compiled import Compiled
    from rules_engine.model.assessment import SubjectKind


def score_plan(book: Rulebook, kind: SubjectKind, profile: DataProfile) -> exp.Select:
    """Return the plan that gives one row for each subject.

    Columns: ``subject_id``, ``name``, ``grp``; ``i__<indicator>`` (rates with ``__of`` and
    ``__over``, measures with ``__n``); for each criterion ``<id>__outcome`` (1 scored, 2 not
    applicable, 3 not assessable, 4 of a section for others), ``__points`` and, where it has them,
    ``__when``, ``__veto`` and its places ``r__…``; the same for each month of a line that is
    scored month by month, of which the line itself has outcome and points with ``__low`` and
    ``__high``; ``sec__<section>__for`` where a section is not for all; ``n__<cut>`` where the
    profile asks for it; ``s__<standard>``; ``low`` and ``high`` of the total, ``score``, ``band``
    and, for villages, ``signature``.
    """
    builder = Builder(book, kind, profile)
    measure(builder)
    return builder.finished(chain_from_indicators(builder))


def score_plan_of(
    book: Rulebook, kind: SubjectKind, profile: DataProfile, subjects: Sequence[str] | None
) -> exp.Select:
    """Return the same plan for some subjects only; ``None``: for all."""
    builder = Builder(book, kind, profile)
    measure(builder)
    if subjects is not None:
        chosen = [exp.Literal.string(s) for s in subjects]
        only = exp.In(this=column("subject_id"), expressions=chosen)
        builder.steps = [
            (name, exp.select("*").from_(derived(step, "everyone"), copy=False).where(only.copy()))
            if name.startswith("src_") or name == "indicators"
            else (name, step)
            for name, step in builder.steps
        ]
    return builder.finished(chain_from_indicators(builder))


def measure(builder: Builder) -> None:
    """Add the steps that count and measure records."""
    book, kind, profile = builder.book, builder.kind, builder.profile
    rules = [r for r in book.indicators.values() if r.subject == kind and r.table]
    for source in dict.fromkeys(r.source for r in rules):
        group = [r for r in rules if r.source == source]
        if group[0].table and group[0].table.name in profile.nulls:
            builder.add(f"src_{source}", source_of(builder, group))
            builder.add(f"agg_{source}", aggregate(builder, group))
    builder.add("indicators", indicators_of(builder, rules))


def chain_from_indicators(builder: Builder) -> exp.Select:
    """Add the steps after ``indicators`` and return the last one."""
    criteria = builder.book.of_subject(builder.kind)
    work_out(builder)
    builder.add("totals", totals(builder, points_of(criteria, builder.book.decided(builder.kind))))
    return stored(builder)


def work_out(builder: Builder) -> None:
    """Add the steps that give each line its outcome and what its formula gave."""
    criteria = builder.book.of_subject(builder.kind)
    given = "indicators"
    if any(rule.rankings for rule in scored_by_formula(criteria)) and not builder.hypothetical:
        builder.add("placed", _placed(builder, criteria))
        given = "placed"
    builder.add("raw", _raw(builder, criteria, given))
    builder.add("lines", _lines(criteria))


def hypothetical_plan(
    book: Rulebook, kind: SubjectKind, table: str, *, placed: bool = False
) -> exp.Select:
    """Return the plan over given counts instead of records: what would the total be if ….

    Args:
        book: the compiled rules.
        kind: which score lines.
        table: the columns of ``indicators`` for each hypothetical subject, by world.
        placed: whether the subjects of a group are all there, so that places among them are found
            anew; else the table gives the places that lines go by.
    """
    builder = Builder(book, kind, DataProfile({}), hypothetical=not placed)
    given = exp.select("*").from_(exp.to_table(table, quoted=True), copy=False)
    builder.add("indicators", given)
    return by_world(builder.finished(chain_from_indicators(builder)), [table])


def _placed(builder: Builder, criteria: Sequence[CriterionRule]) -> exp.Select:
    """Find the places that lines go by, among the subjects of a group to which they apply."""
    select = exp.select("*").from_("indicators", copy=False)
    for rule in scored_by_formula(criteria):
        group: list[exp.Expr] = [column("grp")]
        apart = [*group]
        apart += [rule.audience.sql.copy()] if rule.audience else []
        apart += [rule.when.sql.copy()] if rule.when else []
        apart += [rule.empty.copy()] if rule.empty is not None else []
        applies = [part.sql for part in (rule.audience, rule.when) if part]
        applies += [exp.Not(this=paren(rule.empty.copy()))] if rule.empty is not None else []
        for ranking in rule.rankings:
            for name, descending in (
                (ranking.id, ranking.most_first),
                (f"{ranking.id}_last", not ranking.most_first),
            ):
                by = ranking.by.sql
                place = place_among(by, apart, group, applies, descending=descending)
                select = select.select(alias(place, f"r__{name}"), copy=False)
    return select


def place_among(
    by: exp.Expr,
    apart: Sequence[exp.Expr],
    group: Sequence[exp.Expr],
    applies: Sequence[exp.Expr],
    *,
    descending: bool,
) -> exp.Expr:
    """Return the place by a value; it is unknown for all while that of one is.

    Args:
        by: the value.
        apart: what the subjects of a place have in common.
        group: what those have in common of whom each could be in it.
        applies: what must hold of a subject so that it has a place; while that is unknown of one,
            its value is.
        descending: whether the greatest is first.
    """
    unknown: exp.Expr = exp.Is(this=paren(by.copy()), expression=exp.Null())
    held = [paren(part.copy()) for part in applies]
    for part in held:
        unknown = exp.Or(this=unknown, expression=exp.Is(this=part, expression=exp.Null()))
    branches: list[tuple[exp.Expr, exp.Expr]] = []
    if held:
        branches.append((exp.Not(this=paren(exp.and_(*held))), integer(0)))
    branches.append((unknown, integer(1)))
    missing = exp.Sum(this=when(*branches, default=integer(0)))
    some = exp.Window(this=missing, partition_by=[a.copy() for a in group])
    ordered = exp.Ordered(this=by.copy(), desc=descending, nulls_first=False)
    place = exp.Window(
        this=exp.Rank(),
        partition_by=[a.copy() for a in apart],
        order=exp.Order(expressions=[ordered]),
    )
    known = exp.EQ(this=some, expression=integer(0))
    return when((known, cast(place, "BIGINT")))


def _raw(builder: Builder, criteria: Sequence[CriterionRule], given: str) -> exp.Select:
    """Work out every condition and formula once."""
    book = builder.book
    select = exp.select("*").from_(given, copy=False)
    for name, audience in audiences(criteria).items():
        select = select.select(alias(audience.sql.copy(), for_column(name)), copy=False)
    for rule in criteria:
        if rule.veto:
            veto = alias(rule.veto.sql.copy(), f"{rule.id}__veto")
            select = select.select(veto, copy=False)
    for rule in scored_by_formula(criteria):
        select = select.select(alias(_given(rule), f"{rule.id}__raw"), copy=False)
        if rule.exact:
            select = select.select(
                alias(fractions.exact_points(rule.exact), f"{rule.id}__exact"), copy=False
            )
        if rule.exact_righted:
            exact = fractions.exact_points(rule.exact_righted)
            select = select.select(alias(exact, f"{rule.id}__exact_righted"), copy=False)
        if rule.righted:
            righted = numbers.to_scale(rule.righted.sql.copy(), rule.righted.scale, numbers.POINTS)
            select = select.select(
                alias(cast(righted, "BIGINT"), f"{rule.id}__righted"), copy=False
            )
        for name, sql in (
            ("when", rule.when.sql if rule.when else None),
            ("empty", rule.empty),
        ):
            if sql is not None:
                select = select.select(alias(sql.copy(), f"{rule.id}__{name}"), copy=False)
    for indicator in book.indicators.values():
        if indicator.value and indicator.subject == builder.kind:
            sql = fractions.shown(indicator.value).sql.copy()
            select = select.select(alias(sql, f"i__{indicator.id}"), copy=False)
    if builder.kind == "village":
        for name, compiled in book.standards.items():
            select = select.select(alias(compiled.sql.copy(), f"s__{name}"), copy=False)
        for name, (_, among) in book.targets.items():
            if among:
                select = select.select(alias(among.sql.copy(), f"t__{name}"), copy=False)
        for name, sql in doubts(book).items():
            select = select.select(alias(sql, name), copy=False)
    return select


def given_by_formulas(book: Rulebook, kind: SubjectKind, dialect: str) -> list[str]:
    """Return the columns ``<id>__given``, to be selected beside those that are written.

    Each holds what the formula of a scored line gave, before floor, cap and decisions. They are
    worded once for a rulebook.
    """
    key = (kind, dialect)
    if key not in book.given:
        book.given[key] = []
        for rule in scored_by_formula(book.of_subject(kind)):
            scored = exp.EQ(this=column(f"{rule.id}__outcome"), expression=integer(SCORED))
            given = alias(when((scored, _given(rule))), f"{rule.id}__given")
            book.given[key].append(given.sql(dialect))
    return book.given[key]


def parts_given(
    book: Rulebook, kind: SubjectKind, dialect: str, held: Collection[str]
) -> dict[str, str]:
    """Return what the expressions behind scored lines gave, to be selected beside what is written.

    As :func:`given_by_formulas` they follow from the written columns.

    Args:
        book: the compiled rules.
        kind: of whose lines.
        dialect: of the SQL.
        held: the columns that are written; what rests on others is left out.

    Returns:
        SQL by the column of :func:`part_of`.
    """
    found: dict[str, str] = {}
    for rule in scored_by_formula(book.of_subject(kind)):
        for text, part in rule.parts.items():
            columns = part.sql.find_all(exp.Column)
            if all(node.name in held for node in columns):
                name, _ = part_of(rule, text) or ("", part)
                if name not in held:
                    found[name] = part.sql.sql(dialect)
    return found


def part_of(rule: CriterionRule, text: str) -> tuple[str, Compiled] | None:
    """Return the column of what one of the expressions behind a line gave, and the expression."""
    for place, (known, part) in enumerate(rule.parts.items()):
        if known == text:
            own = isinstance(part.sql, exp.Column)
            return (part.sql.name if own else f"{rule.id}__part_{place}"), part
    return None


def _given(rule: CriterionRule) -> exp.Expr:
    raw = numbers.to_scale(rule.raw.sql.copy(), rule.raw.scale, numbers.POINTS)
    return cast(raw, "BIGINT")


def _lines(criteria: Sequence[CriterionRule]) -> exp.Select:
    select = exp.select("*").from_("raw", copy=False)
    for rule in scored_by_formula(criteria):
        raw = column(f"{rule.id}__raw")
        branches: list[tuple[exp.Expr, exp.Expr]] = []
        if rule.audience:
            mine = column(for_column(rule.section_id))
            if rule.audience.needs:
                unknown = exp.Is(this=mine, expression=exp.Null())
                branches.append((unknown, integer(NOT_ASSESSABLE)))
            branches.append((exp.Not(this=mine.copy()), integer(ABSENT)))
        if rule.when:
            applies = column(f"{rule.id}__when")
            if rule.when.needs or rule.when.indicators:
                unknown = exp.Is(this=applies, expression=exp.Null())
                branches.append((unknown, integer(NOT_ASSESSABLE)))
            branches.append((exp.Not(this=applies.copy()), integer(NOT_APPLICABLE)))
        if rule.empty is not None:
            branches.append((column(f"{rule.id}__empty"), integer(NOT_APPLICABLE)))
        needed = [raw, column(f"{rule.id}__righted")] if rule.righted else [raw]
        lacking = exp.or_(*(exp.Is(this=sql, expression=exp.Null()) for sql in needed))
        branches.append((lacking, integer(NOT_ASSESSABLE)))
        outcome = cast(when(*branches, default=integer(SCORED)), "TINYINT")
        select = select.select(alias(outcome, f"{rule.id}__outcome"), copy=False)
    return select


def stored(builder: Builder) -> exp.Select:
    """Choose the columns that are written: with hundreds of them, each one that is not is felt.

    What a formula gave before floor and cap is not: it follows from the indicators beside it, by
    :func:`given_by_formulas`.
    """
    book, kind = builder.book, builder.kind
    criteria, decided = book.of_subject(kind), book.decided(kind)
    names = ["subject_id", "grp"]
    names += [c.name for c in book.ruleset.tables[SUBJECT_TABLES[kind]].columns]
    names += [n for r in book.indicators.values() if r.subject == kind for n in parts_of(r)]
    select = exp.select(*(column(n) for n in names))
    for rule in criteria:
        own: list[exp.Expr] = [column(f"{rule.id}__veto")] if rule.veto else []
        if rule.months:
            own += [column(f"{rule.id}__{n}") for n in ("outcome", "points", "low", "high")]
        own += [column(f"{rule.id}__adjusted")] if rule.id in decided else []
        select = select.select(*own, copy=False)
    for rule in scored_by_formula(criteria):
        held: list[exp.Expr] = [column(f"{rule.id}__outcome"), column(f"{rule.id}__points")]
        held += [column(f"{rule.id}__when")] if rule.when else []
        held += [column(f"r__{r.id}{end}") for r in rule.rankings for end in ("", "_last")]
        select = select.select(*held, copy=False)
    select = select.select(*(column(for_column(n)) for n in audiences(criteria)), copy=False)
    proving = [column(total_column(cut)) for cut in sorted(builder.profile.proving)]
    select = select.select(*proving, copy=False)
    adjusted = adjusted_sections(book, criteria)
    last = [f"sec__{n}__{end}" for n in adjusted for _, end in BOUNDS]
    select = select.select(*(column(n) for n in last), copy=False)
    last = ["low", "high"]
    if kind == "village":
        last = [f"s__{n}" for n in book.standards]
        last += [f"t__{n}" for n, (_, among) in book.targets.items() if among]
        last += ["low", "high", "band", "signature"]
    return select.select(*(column(n) for n in last), copy=False).from_("totals", copy=False)
