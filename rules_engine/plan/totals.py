"""The last step of the plan: sums by section, the grade band and the signature of facts."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.sql import (
    cast,
    column,
    fragment,
    integer,
    is_null,
    when,
)
from rules_engine.model.fields import NO_FLOOR
from rules_engine.model.judgement import FALSE, NOTHING, TRUE, UNKNOWN
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.builder import band_of, extended, rounded, sum_of
from rules_engine.plan.monthly_totals import (
    BOUNDS,
    Bound,
    bounded_columns,
    bounded_total,
    with_years,
)
from rules_engine.plan.rules import (
    ABSENT,
    NOT_APPLICABLE,
    SCORED,
    CriterionRule,
    Rulebook,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from rules_engine.conditions.compiled import Compiled
    from rules_engine.model.judgement import Fact
    from rules_engine.model.scoring import Section
    from rules_engine.plan.builder import Builder

SUMMED = 8
"""Decimal places while sections are weighed and summed, where 64 bits are enough for that."""
FINEST_WEIGHT = 8
"""Decimal places that the weight of a section can have."""
UNIT = 10 ** (numbers.EXACT - numbers.POINTS)
"""How many of the units of exact points 1/10,000 is."""
KINDS = {numbers.POINTS: "BIGINT", numbers.EXACT: numbers.WIDE}
"""How many bits points of a scale have."""


SIGNS = {TRUE: "1", FALSE: "0", UNKNOWN: "?", NOTHING: "-"}


EXTREMES = ("max", "min")
"""What is measured of records, and of none cannot be."""
BAND_SIGNS = "abcdefghijklmnopqrstuvwxyz"


def points_of(
    criteria: Sequence[CriterionRule],
    decided: Mapping[str, Mapping[str, int]] | None = None,
    first: Collection[CriterionRule] = (),
) -> exp.Select:
    """Give each line its points, from what its formula gave and what was decided on appeals.

    Args:
        criteria: the lines.
        decided: line → subject → points that a decision adds, in 1/10,000.
        first: lines whose months have their points already.
    """

    def final(rule: CriterionRule, points: exp.Expr) -> dict[str, exp.Expr]:
        if not decided or rule.id not in decided:
            return {f"{rule.id}__points": points}
        changed = cast(_adjusted(rule, points, decided[rule.id]), "BIGINT")
        gain = numbers.subtract(changed.copy(), points.copy())
        return {f"{rule.id}__adjusted": gain, f"{rule.id}__points": changed}

    columns: dict[str, exp.Expr] = {}
    done = {rule.id for rule in first}
    for rule in scored_by_formula([rule for rule in criteria if rule.id not in done]):
        columns |= final(rule, cast(_line_points(rule), "BIGINT"))
        if rule.is_fine:
            points = _line_points(rule, exact=True)
            if decided and rule.id in decided:
                points = _adjusted(rule, points, decided[rule.id], UNIT)
            columns[f"{rule.id}__fine"] = numbers.wide(points)
    return with_years(extended("lines", columns), criteria, _bound_of, final)


def month_points(rules: Sequence[CriterionRule]) -> dict[str, exp.Expr]:
    """Return the points of the months of lines, of which decisions change nothing."""
    columns: dict[str, exp.Expr] = {}
    for rule in scored_by_formula(rules):
        columns[f"{rule.id}__points"] = cast(_line_points(rule), "BIGINT")
        if rule.is_fine:
            columns[f"{rule.id}__fine"] = numbers.wide(_line_points(rule, exact=True))
    return columns


def summing_scale(book: Rulebook, kind: SubjectKind) -> int:
    """Return with how many decimal places lines are summed into the sections of a kind of subject.

    That is more than points have where a line, a weight or a mean can be finer: nothing is rounded
    before the end.
    """
    criteria = book.of_subject(kind)
    weights = [book.ruleset.document.sections[r.section_id].weight for r in criteria]
    most = SUMMED - numbers.POINTS if kind.judged else 0
    carried = book.ruleset.document.responsibility
    weighed = any(numbers.places_of(weight) > most for weight in weights)
    weighed |= not kind.judged and carried is not None and carried.weight != 1
    return numbers.EXACT if weighed or any(r.is_fine for r in criteria) else numbers.POINTS


def by_size(rule: CriterionRule, write: Callable[[CriterionRule], exp.Expr]) -> exp.Expr:
    """Return what is written of a line, by its points where these differ by the subject."""
    if rule.size is None:
        return write(rule)
    sizes = {numbers.scaled(v.spec.most_points, numbers.POINTS): v for v in rule.variants}
    branches = [
        (exp.EQ(this=column(rule.size_column), expression=integer(points)), write(variant))
        for points, variant in sizes.items()
    ]
    return when(*branches, default=write(rule))


def _adjusted(
    rule: CriterionRule, points: exp.Expr, by: Mapping[str, int], unit: int = 1
) -> exp.Expr:
    return by_size(rule, lambda own: _decided(own, points, by, unit))


def _decided(rule: CriterionRule, points: exp.Expr, by: Mapping[str, int], unit: int) -> exp.Expr:
    """Return the points of a line after decisions, which never lead out of its bounds.

    Args:
        rule: the line.
        points: what it gave.
        by: subject → points that are added, in 1/10,000.
        unit: how many of the units of ``points`` that is.
    """
    least = None if rule.lowest is None else rule.least * unit
    most = None if rule.highest is None else rule.most * unit
    branches: list[tuple[exp.Expr, exp.Expr]] = []
    for subject, change in sorted(by.items()):
        decided = ":outcome = :scored AND subject_id = :subject"
        outcome = column(f"{rule.id}__outcome")
        changed = numbers.clamp(numbers.add(points.copy(), integer(change * unit)), least, most)
        test = fragment(decided, outcome=outcome, scored=SCORED, subject=subject)
        branches.append((test, changed))
    return when(*branches, default=points.copy())


def scored_by_formula(criteria: Sequence[CriterionRule]) -> list[CriterionRule]:
    """Return the lines, those that are scored month by month replaced by their months."""
    return [part for rule in criteria for part in rule.scored]


def totals(builder: Builder, points: exp.Select) -> exp.Select:
    """Sum the lines by section, find the grade band, and sign the facts."""
    criteria = builder.book.of_subject(builder.kind)
    places = builder.book.ruleset.document.rounding.places
    scale = summing_scale(builder.book, builder.kind)
    # Rounding writes what it rounds three times, as holding within bounds does: so each sum is
    # written once, as a column of a step of its own.
    for sums in (_part_sums(builder, criteria), _section_sums(builder, criteria)):
        points = extended(points, sums) if sums else points
    source = points
    added = {f"total__{e}": total_of(builder, criteria, bound, e) for bound, e in BOUNDS}
    source = extended(source, added)
    if not builder.kind.judged:  # these are added to what villages carry over, and rounded then
        return extended(source, {e: _own(column(f"total__{e}"), scale) for _, e in BOUNDS})
    summed, name = SUMMED, "total"
    if scale == numbers.EXACT:
        totals_at = {e: column(f"total__{e}") for _, e in BOUNDS}
        summed, name = numbers.SAME, "same"
        source = extended(
            source,
            {
                f"same__{e}": numbers.to_scale(total, scale + FINEST_WEIGHT, summed)
                for e, total in totals_at.items()
            },
        )
    source = extended(
        source, {e: rounded(column(f"{name}__{e}"), places, summed) for _, e in BOUNDS}
    )
    thresholds = [
        numbers.reached(g.from_, numbers.POINTS)
        for g in builder.book.ruleset.document.grades.values()
    ]
    low, high = (band_of(column(e), thresholds) for _, e in BOUNDS)
    band = fragment("CASE WHEN :low = :high THEN :low END", low=low, high=high)
    signature: exp.Expr = exp.Literal.string("")
    for fact in builder.book.scored_facts:
        signature = exp.DPipe(this=signature, expression=_sign(builder.book, fact))
    return extended(extended(source, {"band": band}), {"signature": signature})


def _own(total: exp.Expr, scale: int) -> exp.Expr:
    """Return what the own lines of a cadre give, at a scale; of a kind that files can hold."""
    if scale == numbers.POINTS:
        return cast(numbers.to_scale(total, SUMMED, scale), "BIGINT")
    return exp.cast(numbers.to_scale(total, scale + FINEST_WEIGHT, scale), "DECIMAL(38, 0)")


def _line_points(rule: CriterionRule, *, exact: bool = False) -> exp.Expr:
    return by_size(rule, lambda own: _points_within(own, exact=exact))


def _points_within(rule: CriterionRule, *, exact: bool) -> exp.Expr:
    return fragment(
        "CASE :outcome WHEN :scored THEN :points WHEN :not_applicable THEN :worth "
        + ("WHEN :absent THEN 0 END" if rule.audience else "END"),
        outcome=column(f"{rule.id}__outcome"),
        scored=SCORED,
        points=_scored(rule, exact=exact),
        not_applicable=NOT_APPLICABLE,
        worth=rule.worth * (UNIT if exact else 1),
        absent=ABSENT,
    )


def _scored(rule: CriterionRule, *, exact: bool) -> exp.Expr:
    """Return what a line gives within its bounds, with what is given back of its loss."""

    def within(name: str) -> exp.Expr:
        unit = UNIT if exact else 1
        own: exp.Expr = column(f"{rule.id}__{name}")
        if exact and rule.exact:
            own = numbers.wide(column(f"{rule.id}__exact" + ("_righted" * (name != "raw"))))
        elif exact:
            own = numbers.as_exact(own)
        low, high = (None if b is None else b * unit for b in (rule.lowest, rule.highest))
        return numbers.clamp(own, low, high)

    points = within("raw")
    if not rule.remedied:
        return points
    better = within("righted")
    share = numbers.multiply(numbers.subtract(better, points), integer(rule.back))
    back = numbers.divide_half_up(share, integer(10**numbers.RATE))
    text = ":points + CASE WHEN :better > :points THEN :back ELSE 0 END"
    return fragment(text, points=points, better=better, back=back)


def total_of(
    builder: Builder,
    criteria: Sequence[CriterionRule],
    bound: Bound,
    end: str,
) -> exp.Expr:
    """Return the total; what is unknown counts as its floor or cap.

    It has :data:`SUMMED` places, or where lines can be finer those and of the finest weight.
    """
    document = builder.book.ruleset.document
    adjusted = adjusted_sections(builder.book, criteria)
    scale = summing_scale(builder.book, builder.kind)
    summed = SUMMED if scale == numbers.POINTS else scale + FINEST_WEIGHT
    base = document.base if builder.kind.judged else Decimal(0)
    parts = [integer(numbers.scaled(base, summed))] if base else []
    for name in dict.fromkeys(rule.section_id for rule in criteria):
        spec = document.sections[name]
        if name in adjusted:
            part = cast(column(_section_column(name, end, scale)), KINDS[scale])
        else:
            part = section_sum(name, spec, criteria, bound, scale)
        parts.append(numbers.multiply(part, integer(numbers.scaled(spec.weight, summed - scale))))
    return sum_of(parts) if parts else integer(0)


def _section_column(name: str, end: str, scale: int) -> str:
    return f"sec__{name}__{end}" if scale == numbers.POINTS else f"sec__{name}__fine_{end}"


def section_sum(
    name: str,
    spec: Section,
    criteria: Sequence[CriterionRule],
    bound: Bound,
    scale: int = numbers.POINTS,
) -> exp.Expr:
    """Return what a section gives, within its own floor and cap, at a scale."""
    rules = [rule for rule in criteria if rule.section_id == name]
    if spec.holds_each:
        parts = [bounded_total(name, rules, dict(BOUNDS)[bound], scale)]
    else:
        parts = [_part_of(rule, bound, scale) for rule in rules]
    base = [integer(numbers.scaled(spec.base, scale))] if spec.base else []
    total = sum_of([*base, *parts])
    floor, cap = spec.span
    low = None if floor in (None, NO_FLOOR) else numbers.scaled(floor or Decimal(0), scale)
    high = None if cap is None else numbers.scaled(cap, scale)
    points = numbers.clamp(exp.Paren(this=total), low, high)
    bounded = (low, high, spec.each_floor, spec.each_cap)
    if spec.for_ is None or bounded == (None, None, None, None):
        return points
    nothing = numbers.greater_of(points.copy(), integer(0), least=bound == "floor")
    return fragment(  # whom it is for may be unknown
        "CASE WHEN :mine THEN :points WHEN NOT :mine THEN 0 ELSE :nothing END",
        mine=column(for_column(name)),
        points=points,
        nothing=nothing,
    )


def _part_of(rule: CriterionRule, bound: Bound, scale: int) -> exp.Expr:
    """Return what a line gives, at least or at most, at a scale."""
    end, least = dict(BOUNDS)[bound], _bound_of(rule, bound)
    points: exp.Expr = column(f"{rule.id}__points")
    if scale == numbers.POINTS:
        return exp.Coalesce(this=points, expressions=[least])
    if not rule.is_fine:
        return numbers.as_exact(exp.Coalesce(this=points, expressions=[least]))
    if rule.months:
        return numbers.wide(column(f"{rule.id}__fine_{end}"))
    fine = numbers.wide(column(f"{rule.id}__fine"))
    return exp.Coalesce(this=fine, expressions=[numbers.as_exact(least)])


def _bound_of(rule: CriterionRule, bound: Bound) -> exp.Expr:
    """Return what a line of unknown points gives at least or at most."""
    side = 0 if bound == "floor" else 1
    if rule.months:
        return column(f"{rule.id}__{BOUNDS[side][1]}")
    return by_size(rule, lambda own: _end_of(own, side))


def _end_of(rule: CriterionRule, side: int) -> exp.Expr:
    applying, otherwise = rule.span(applies=True)[side], rule.span(applies=False)[side]
    sql = integer(otherwise)
    if rule.when is not None and rule.empty is None and applying != otherwise:
        applies = column(f"{rule.id}__when")
        sql = when((applies, integer(applying)), default=sql)
    if rule.audience and rule.audience.needs:
        doubtful = integer(rule.span(applies=False, present=False)[side])
        sql = when((column(for_column(rule.section_id)), sql), default=doubtful)
    return sql


def _section_sums(builder: Builder, criteria: Sequence[CriterionRule]) -> dict[str, exp.Expr]:
    """Return the sums of the sections that have a floor, a cap or a weight of their own."""
    sections = builder.book.ruleset.document.sections
    scales = dict.fromkeys((numbers.POINTS, summing_scale(builder.book, builder.kind)))
    return {
        _section_column(name, end, scale): cast(
            section_sum(name, sections[name], criteria, bound, scale), KINDS[scale]
        )
        for name in adjusted_sections(builder.book, criteria)
        for bound, end in BOUNDS
        for scale in scales
    }


def _part_sums(builder: Builder, criteria: Sequence[CriterionRule]) -> dict[str, exp.Expr]:
    """Return what sections that are held in each part of the period give in it."""
    sections = builder.book.ruleset.document.sections
    scales = dict.fromkeys((numbers.POINTS, summing_scale(builder.book, builder.kind)))
    bounded: dict[str, exp.Expr] = {}
    for name in adjusted_sections(builder.book, criteria):
        rules = [rule for rule in criteria if rule.section_id == name]
        for scale, (bound, end) in product(scales, BOUNDS if sections[name].holds_each else ()):
            part_of = partial(_part_of, bound=bound, scale=scale)
            bounded |= bounded_columns(name, rules, part_of, end, scale)
    return bounded


def for_column(section: str) -> str:
    """Return the column that says whether a section is for a subject."""
    return f"sec__{section}__for"


def audiences(criteria: Sequence[CriterionRule]) -> dict[str, Compiled]:
    """Return whom the sections of the lines are for, where that is not everybody."""
    return {rule.section_id: rule.audience for rule in criteria if rule.audience}


def adjusted_sections(book: Rulebook, criteria: Sequence[CriterionRule]) -> list[str]:
    """Return the sections whose points are not simply the sum of their lines."""
    sections = book.ruleset.document.sections
    return [
        name
        for name in dict.fromkeys(rule.section_id for rule in criteria)
        if sections[name].is_adjusted
    ]


def _sign(book: Rulebook, fact: Fact) -> exp.Expr:
    if fact.name == "band":
        return band_sign(fact, "band")
    if fact.name == "any_veto":
        vetoes = [column(f"{c.id}__veto") for c in book.of_subject(SubjectKind.VILLAGE) if c.veto]
        value: exp.Expr = exp.Paren(this=exp.or_(*vetoes))
    elif fact.name.endswith(".veto"):
        value = column(f"{fact.name.removesuffix('.veto')}__veto")
    else:
        value = column(f"s__{fact.name}")
    return sign_of(value, exp.or_(*(column(name) for name in _conditions_of(book, fact))))


def band_sign(fact: Fact, band: str) -> exp.Expr:
    """Return the sign of the grade that a score gives; ``band``: the column of its index."""
    signs = [
        (fragment(f"{band} = :place", place=place), exp.Literal.string(BAND_SIGNS[place]))
        for place in range(len(fact.values) - 1)
    ]
    return when(*signs, default=exp.Literal.string(SIGNS[UNKNOWN]))


def sign_of(value: exp.Expr, doubt: exp.Expr) -> exp.Expr:
    """Return the sign of a fact; ``doubt``: whether data is missing where it has no value."""
    text = "CASE WHEN :value THEN '1' WHEN NOT :value THEN '0' WHEN :doubt THEN '?' ELSE '-' END"
    return fragment(text, value=value, doubt=doubt)


def can_be_nothing(book: Rulebook, fact: Fact) -> bool:
    """Return whether records can leave a fact without anything by which it could be told."""
    rules = (
        book.indicators.get(n) for c in _conditions_of(book, fact).values() for n in c.indicators
    )
    return any(rule and (rule.spec.rate or rule.peers or rule.how in EXTREMES) for rule in rules)


def _conditions_of(book: Rulebook, fact: Fact) -> dict[str, Compiled]:
    """Return the conditions by which a fact is told, by the column that says of it in doubt."""
    vetoes = {c.id: c.veto for c in book.of_subject(SubjectKind.VILLAGE) if c.veto}
    if fact.name == "any_veto":
        return {f"{name}__doubt": veto for name, veto in vetoes.items()}
    own = fact.name.removesuffix(".veto")
    if fact.name.endswith(".veto") and own in vetoes:
        return {f"{own}__doubt": vetoes[own]}
    standard = book.standards.get(fact.name)
    return {f"d__{fact.name}": standard} if standard else {}


def doubts(book: Rulebook) -> dict[str, exp.Expr]:
    """Return columns that say of facts whether they cannot be told because data is missing.

    Without a value a fact is unknown only then; else there is nothing by which it could be told.
    """
    conditions = {n: c for fact in book.scored_facts for n, c in _conditions_of(book, fact).items()}
    return {name: unknown(book, compiled) for name, compiled in conditions.items()}


def unknown(book: Rulebook, compiled: Compiled) -> exp.Expr:
    """Return whether something that a condition rests on is missing, where it has no value."""
    lacking = [column(name) for name in sorted(compiled.needs)]
    for name in sorted(compiled.indicators & book.indicators.keys()):
        rule = book.indicators[name]
        counted = rule.how in EXTREMES or rule.peers is not None
        part = "__over" if rule.spec.rate else "__n" if counted else ""
        lacking.append(column(f"i__{name}{part}"))
    if not lacking:
        return exp.false()
    missing = exp.or_(*map(is_null, lacking))
    text = ":value IS NULL AND :missing"
    return fragment(text, value=compiled.sql.copy(), missing=missing)


def read_signature(signature: str, facts: Sequence[Fact]) -> dict[str, str]:
    """Return the facts that a signature stands for."""
    words = {sign: word for word, sign in SIGNS.items()}
    return {
        fact.name: words[sign] if sign in words else fact.values[BAND_SIGNS.index(sign)]
        for fact, sign in zip(facts, signature, strict=True)
    }
