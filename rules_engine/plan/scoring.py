"""Builds the one SQL statement that measures, scores and explains every subject.

It is a chain of common table expressions, each named for what it holds::

    src_… ▶ agg_… ▶ indicators ▶ raw ▶ lines ▶ totals

``src_`` is a table cut to the period, ``agg_`` counts it by subject, ``peers_`` (where a ruleset
compares with others) says what the others have, ``raw`` holds what formulas
and conditions give, ``lines`` the four outcomes and the points, ``totals`` the sums, the grade
band and the signature of facts. All numbers are scaled integers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import fractions, numbers
from rules_engine.conditions.sql import (
    alias,
    cast,
    column,
    fragment,
    integer,
    is_null,
    paren,
    query,
    when,
)
from rules_engine.plan.builder import Builder, DataProfile, extended
from rules_engine.plan.measures import aggregate, indicators_of, parts_of, source_of, total_column
from rules_engine.plan.month_steps import (
    lines_first,
    month_facts,
    month_names,
    month_runs,
    month_sums,
    month_values,
    months_asked,
    over_months,
    placed,
    places_wanted,
    shown_facts,
)
from rules_engine.plan.monthly_totals import BOUNDS
from rules_engine.plan.payment_rules import payment_trees
from rules_engine.plan.peer_steps import with_references
from rules_engine.plan.rules import (
    ABSENT,
    NOT_APPLICABLE,
    NOT_ASSESSABLE,
    SCORED,
    CriterionRule,
    Rulebook,
)
from rules_engine.plan.totals import (
    adjusted_sections,
    audiences,
    doubts,
    for_column,
    month_points,
    points_of,
    scored_by_formula,
    totals,
)
from rules_engine.plan.world_column import by_world

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from rules_engine.conditions.compiled import Compiled
    from rules_engine.model.subjects import SubjectKind


def score_plan(
    book: Rulebook,
    kind: SubjectKind,
    profile: DataProfile,
    subjects: Sequence[str] | None = None,
) -> exp.Select:
    """Return the plan that gives one row for each subject, or for some subjects only.

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
    if subjects is not None:
        chosen = [exp.Literal.string(s) for s in subjects]
        builder.steps = [
            (name, query(SOME, step=step, chosen=chosen))
            if name.startswith("src_") or name == "indicators"
            else (name, step)
            for name, step in builder.steps
        ]
    return builder.finished(chain_from_indicators(builder))


SOME = "SELECT * FROM :step AS everyone WHERE subject_id IN (:chosen)"


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
    work_out(builder)
    builder.add("totals", totals(builder, points(builder)))
    return stored(builder)


def points(builder: Builder) -> exp.Select:
    """Return the points of the lines, from the steps of :func:`work_out`."""
    book, kind = builder.book, builder.kind
    return points_of(book.of_subject(kind), book.decided(kind), lines_first(book, kind))


def work_out(builder: Builder) -> None:
    """Add the steps that give each line its outcome and what its formula gave."""
    first = lines_first(builder.book, builder.kind)
    criteria = [rule for rule in builder.book.of_subject(builder.kind) if rule not in first]
    source = "indicators"
    if not builder.hypothetical:
        source = with_references(builder, source)
    source = _look_at_months(builder, first, source)
    if any(rule.rankings for rule in scored_by_formula(criteria)) and not builder.hypothetical:
        builder.add("placed", extended(source, _places(criteria)))
        source = "placed"
    known = audiences(first)
    raw = {n: tree for n, tree in _raw(builder, criteria).items() if n not in _whom(known)}
    raw |= {f"{rule.id}__veto": rule.veto.sql.copy() for rule in first if rule.veto}
    builder.add("raw", extended(source, raw))
    outcomes = {f"{r.id}__outcome": _outcome(r) for r in scored_by_formula(criteria)}
    builder.add("lines", extended("raw", outcomes) if outcomes else query(ALL, source="raw"))


ALL = "SELECT * FROM :source AS source"


def _look_at_months(builder: Builder, first: Sequence[CriterionRule], source: str) -> str:
    """Add the steps that look at months before the period is scored; return the last of them."""
    book, kind = builder.book, builder.kind

    def step(name: str, columns: Mapping[str, exp.Expr]) -> str:
        if not columns:
            return source
        builder.add(name, extended(source, columns))
        return name

    if not over_months(book, kind):
        return source
    if not builder.hypothetical:
        source = step("months_placed", _places(first))
    raw = _whom(audiences(first)) | _formulas(first)
    source = step("months_raw", {name: tree.copy() for name, tree in raw.items()})
    source = step("months", {f"{r.id}__outcome": _outcome(r) for r in scored_by_formula(first)})
    source = step("months_points", month_points(first))
    source = step("months_sums", month_sums(book, kind))
    if not builder.hypothetical:
        places = {
            name: ranked_place(
                column(points), [column("grp"), placed(outcome)], [column("grp")],
                [placed(outcome)], descending=front,
            )
            for name, points, outcome, front in places_wanted(book, kind)
        }  # fmt: skip
        source = step("months_ranked", places)
    source = step("months_asked", months_asked(book, kind))
    source = step("months_runs", month_runs(book, kind))
    source = step("months_counted", month_facts(book, kind))
    return step("months_shown", shown_facts(book, kind))


def _whom(known: Mapping[str, Compiled]) -> dict[str, exp.Expr]:
    """Return whom sections are for, by column."""
    return {for_column(name): part.sql for name, part in known.items()}


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
    builder.add("indicators", query("SELECT * FROM :table AS counts", table=table))
    return by_world(builder.finished(chain_from_indicators(builder)), [table])


def _places(criteria: Sequence[CriterionRule]) -> dict[str, exp.Expr]:
    """Return the places that lines go by, among the subjects of a group to which they apply."""
    places: dict[str, exp.Expr] = {}
    for rule in scored_by_formula(criteria):
        conditions = [part.sql for part in (rule.audience, rule.when) if part]
        empty = [] if rule.empty is None else [rule.empty]
        partition = [column("grp"), *(part.copy() for part in (*conditions, *empty))]
        applies = [part.copy() for part in conditions]
        applies += [exp.Not(this=paren(part.copy())) for part in empty]
        for ranking in rule.rankings:
            for name, descending in (
                (ranking.id, ranking.most_first),
                (f"{ranking.id}_last", not ranking.most_first),
            ):
                places[f"r__{name}"] = ranked_place(
                    ranking.by.sql, partition, [column("grp")], applies, descending=descending
                )
    return places


def ranked_place(
    by: exp.Expr,
    partition: Sequence[exp.Expr],
    group: Sequence[exp.Expr],
    applies: Sequence[exp.Expr],
    *,
    descending: bool,
) -> exp.Expr:
    """Return the place by a value; it is unknown for all while that of one is.

    Args:
        by: the value.
        partition: what the subjects of a place have in common.
        group: what those have in common of whom each could be in it.
        applies: what must hold of a subject so that it has a place; while that is unknown of one,
            its value is.
        descending: whether the greatest is first.
    """
    missing = exp.or_(*map(is_null, (by, *applies)))
    return fragment(
        PLACE if descending else PLACE.replace(" DESC", ""),
        others=exp.not_(exp.and_(*applies)) if applies else exp.false(),
        missing=missing,
        group=[part.copy() for part in group],
        partition=[part.copy() for part in partition],
        by=by.copy(),
    )


PLACE = """
CASE WHEN SUM(CASE WHEN :others THEN 0 WHEN :missing THEN 1 ELSE 0 END) OVER (PARTITION BY :group)
  = 0 THEN CAST(RANK() OVER (PARTITION BY :partition ORDER BY :by DESC) AS BIGINT) END
"""


def _raw(builder: Builder, criteria: Sequence[CriterionRule]) -> dict[str, exp.Expr]:
    """Return every condition and formula, each to be worked out once."""
    book = builder.book
    raw = _whom(audiences(criteria))
    raw |= {f"{rule.id}__veto": rule.veto.sql for rule in criteria if rule.veto}
    raw |= _formulas(criteria)
    for indicator in book.indicators.values():
        if indicator.value and indicator.subject == builder.kind:
            raw[f"i__{indicator.id}"] = fractions.shown(indicator.value).sql
    for payment in book.paid(builder.kind):
        raw |= payment_trees(payment.columns)
    if builder.kind.judged:
        raw |= {f"s__{name}": compiled.sql for name, compiled in book.standards.items()}
        raw |= {f"t__{name}": among.sql for name, (_, among) in book.targets.items() if among}
        raw |= doubts(book)
    return {name: tree.copy() for name, tree in raw.items()}


def _formulas(criteria: Sequence[CriterionRule]) -> dict[str, exp.Expr]:
    """Return what formulas and conditions of lines give, each to be worked out once."""
    raw = {rule.size_column: _in_points(rule.size) for rule in criteria if rule.size}
    for rule in scored_by_formula(criteria):
        raw[f"{rule.id}__raw"] = _in_points(rule.raw)
        if rule.exact:
            raw[f"{rule.id}__exact"] = fractions.exact_points(rule.exact)
        if rule.exact_remedied:
            raw[f"{rule.id}__exact_righted"] = fractions.exact_points(rule.exact_remedied)
        if rule.remedied:
            raw[f"{rule.id}__righted"] = _in_points(rule.remedied)
        if rule.when:
            raw[f"{rule.id}__when"] = rule.when.sql
        if rule.empty is not None:
            raw[f"{rule.id}__empty"] = rule.empty
    return raw


def formula_results(book: Rulebook, kind: SubjectKind, dialect: str) -> list[str]:
    """Return the columns ``<id>__given``, to be selected beside those that are written.

    Each holds what the formula of a scored line gave, before floor, cap and decisions. They are
    worded once for a rulebook.
    """
    key = (kind, dialect)
    if key not in book.formula_columns:
        book.formula_columns[key] = []
        for rule in scored_by_formula(book.of_subject(kind)):
            scored = exp.EQ(this=column(f"{rule.id}__outcome"), expression=integer(SCORED))
            result = alias(when((scored, _in_points(rule.raw))), f"{rule.id}__given")
            book.formula_columns[key].append(result.sql(dialect))
    return book.formula_columns[key]


def part_results(
    book: Rulebook, kind: SubjectKind, dialect: str, written: Collection[str]
) -> dict[str, str]:
    """Return what the expressions behind scored lines gave, to be selected beside what is written.

    As :func:`formula_results` they follow from the written columns.

    Args:
        book: the compiled rules.
        kind: of whose lines.
        dialect: of the SQL.
        written: the columns that are written; what rests on others is left out.

    Returns:
        SQL by the column of :func:`part_of`.
    """
    parts: dict[str, str] = {
        name: tree.sql(dialect)
        for name, tree in month_values(book, kind).items()
        if all(node.name in written for node in tree.find_all(exp.Column))
    }
    for rule in scored_by_formula(book.of_subject(kind)):
        for text, part in rule.parts.items():
            columns = part.sql.find_all(exp.Column)
            if all(node.name in written for node in columns):
                name, _ = part_of(rule, text) or ("", part)
                if name not in written:
                    parts[name] = part.sql.sql(dialect)
    return parts


def part_of(rule: CriterionRule, text: str) -> tuple[str, Compiled] | None:
    """Return the column of what one of the expressions behind a line gave, and the expression."""
    for place, (known, part) in enumerate(rule.parts.items()):
        if known == text:
            own = isinstance(part.sql, exp.Column)
            return (part.sql.name if own else f"{rule.id}__part_{place}"), part
    return None


def _in_points(formula: Compiled) -> exp.Expr:
    return cast(numbers.to_scale(formula.sql.copy(), formula.scale, numbers.POINTS), "BIGINT")


def _outcome(rule: CriterionRule) -> exp.Expr:
    branches: list[tuple[exp.Expr, exp.Expr]] = []

    def unknown(name: str) -> None:
        branches.append((is_null(column(name)), integer(NOT_ASSESSABLE)))

    def without_figure() -> None:
        assert rule.covered is not None
        has_figures = exp.Coalesce(this=paren(rule.covered.sql.copy()), expressions=[exp.false()])
        branches.append((exp.Not(this=has_figures), integer(NOT_ASSESSABLE)))

    if rule.audience:
        if rule.audience.needs:
            unknown(for_column(rule.section_id))
        branches.append((exp.Not(this=column(for_column(rule.section_id))), integer(ABSENT)))
    if rule.covered and rule.size:  # what it is worth where it does not apply is not known either
        without_figure()
    if rule.when:
        if rule.when.needs or rule.when.indicators:
            unknown(f"{rule.id}__when")
        branches.append((exp.Not(this=column(f"{rule.id}__when")), integer(NOT_APPLICABLE)))
    if rule.empty is not None:
        branches.append((column(f"{rule.id}__empty"), integer(NOT_APPLICABLE)))
    if rule.covered and rule.size is None:
        without_figure()
    unknown(f"{rule.id}__raw")
    if rule.remedied:
        unknown(f"{rule.id}__righted")
    return cast(when(*branches, default=integer(SCORED)), "TINYINT")


def stored(builder: Builder) -> exp.Select:
    """Choose the columns that are written: with hundreds of them, each one that is not is felt.

    What a formula gave before floor and cap is not: it follows from the indicators beside it, by
    :func:`formula_results`.
    """
    book, kind = builder.book, builder.kind
    criteria, decided = book.of_subject(kind), book.decided(kind)
    names = ["subject_id", "grp"]
    names += [c.name for c in book.ruleset.tables[kind.table].columns]
    names += [n for r in book.indicators.values() if r.subject == kind for n in parts_of(r)]
    for rule in criteria:
        own = ["veto"] if rule.veto else []
        own += ["outcome", "points", "low", "high"] if rule.months else []
        own += ["adjusted"] if rule.id in decided else []
        names += [f"{rule.id}__{name}" for name in own]
    places = book.places_of(kind)
    names += dict.fromkeys(name for place in places.values() for name in place.fine)
    for rule in scored_by_formula(criteria):
        own = ["outcome", "points", "when"] if rule.when else ["outcome", "points"]
        names += [f"{rule.id}__{name}" for name in own]
        names += [f"r__{r.id}{end}" for r in rule.rankings for end in ("", "_last")]
    names += month_names(book, kind)
    names += [for_column(name) for name in audiences(criteria)]
    names += [total_column(cut) for cut in sorted(builder.profile.proving)]
    names += [f"sec__{n}__{end}" for n in adjusted_sections(book, criteria) for _, end in BOUNDS]
    names += [n for rule in book.paid(kind) for n in rule.columns]
    if kind.judged:
        names += [f"s__{n}" for n in book.standards]
        names += [f"t__{n}" for n, (_, among) in book.targets.items() if among]
    names += ["low", "high", "band", "signature"] if kind.judged else ["low", "high"]
    return exp.select(*map(column, names)).from_("totals", copy=False)
