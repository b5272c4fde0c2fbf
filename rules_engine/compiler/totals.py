"""The last step of the plan: sums by section, the grade band and the signature of facts."""

from __future__ import annotations

from decimal import Decimal
from math import lcm
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.compiler import numbers
from rules_engine.compiler.adding_up import BOUNDS, Bound, with_years
from rules_engine.compiler.numbers import integer, paren
from rules_engine.compiler.pieces import alias, band_of, derived, rounded
from rules_engine.compiler.rules import (
    ABSENT,
    NOT_APPLICABLE,
    SCORED,
    CriterionRule,
    Rulebook,
)
from rules_engine.compiler.scope import column
from rules_engine.model.judgement import FALSE, NOTHING, TRUE, UNKNOWN
from rules_engine.model.ruleset import NO_FLOOR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules_engine.compiler.chain import Builder
    from rules_engine.compiler.compiled import Compiled
    from rules_engine.model.judgement import Fact
    from rules_engine.model.ruleset import Section

MOST = 2**62
"""Numbers in the plan stay below this."""
SUMMED = 8
"""Decimal places while sections are weighed and summed: nothing is rounded before the end."""


SIGNS = {TRUE: "1", FALSE: "0", UNKNOWN: "?", NOTHING: "-"}


EXTREMES = ("max", "min")
"""What is measured of records, and of none cannot be."""
BAND_SIGNS = "abcdefghijklmnopqrstuvwxyz"


def points_of(
    criteria: Sequence[CriterionRule], decided: Mapping[str, Mapping[str, int]] | None = None
) -> exp.Select:
    """Give each line its points, from what its formula gave and what was decided on appeals.

    Args:
        criteria: the lines.
        decided: line → subject → points that a decision adds, in 1/10,000.
    """

    def final(rule: CriterionRule, points: exp.Expr) -> list[exp.Expr]:
        if not decided or rule.id not in decided:
            return [alias(points, f"{rule.id}__points")]
        changed = _adjusted(rule, points, decided[rule.id])
        gain = numbers.subtract(changed.copy(), points.copy())
        return [alias(gain, f"{rule.id}__adjusted"), alias(changed, f"{rule.id}__points")]

    select = exp.select("*").from_("lines", copy=False)
    for rule in scored_by_formula(criteria):
        points = numbers.cast(_line_points(rule), "BIGINT")
        select = select.select(*final(rule, points), copy=False)
    return with_years(select, criteria, _bound_of, final, parts_of_means(criteria))


def parts_of_means(criteria: Sequence[CriterionRule]) -> int:
    """Return in how many parts of 1/10,000 point every mean of months is a whole number.

    That is 1 where nothing is averaged, and where so many parts do not fit into 64 bits: means are
    then rounded to 1/10,000.
    """
    averaged = [rule for rule in criteria if rule.months and rule.section.monthly == "average"]
    counts = {len(rule.months) for rule in averaged}
    for rule in averaged:
        if rule.may_not_apply or rule.audience:
            counts.update(range(1, len(rule.months) + 1))
    parts = lcm(*counts) if counts else 1
    limited = [r for r in criteria if r.lowest is not None and r.highest is not None]
    greatest = sum(max(abs(rule.least), abs(rule.most)) for rule in limited)
    fits = greatest * parts * 10 ** (SUMMED - numbers.POINTS) < MOST
    return parts if fits else 1


def _adjusted(rule: CriterionRule, points: exp.Expr, by: Mapping[str, int]) -> exp.Expr:
    """Return the points of a line after decisions, which never lead out of its bounds."""
    branches: list[tuple[exp.Expr, exp.Expr]] = []
    for subject, change in sorted(by.items()):
        scored = exp.EQ(this=column(f"{rule.id}__outcome"), expression=integer(SCORED))
        own = exp.EQ(this=column("subject_id"), expression=exp.Literal.string(subject))
        changed = numbers.add(points.copy(), integer(change))
        least = None if rule.lowest is None else rule.least
        most = None if rule.highest is None else rule.most
        branches.append((exp.And(this=scored, expression=own), numbers.clamp(changed, least, most)))
    return numbers.cast(numbers.when(*branches, default=points.copy()), "BIGINT")


def scored_by_formula(criteria: Sequence[CriterionRule]) -> list[CriterionRule]:
    """Return the lines, those that are scored month by month replaced by their months."""
    return [part for rule in criteria for part in rule.scored]


def totals(builder: Builder, points: exp.Select) -> exp.Select:
    """Sum the lines by section, find the grade band, and sign the facts."""
    criteria = builder.book.of_subject(builder.kind)
    places = builder.book.ruleset.document.rounding.places
    if builder.kind == "cadre":  # these are added to what villages carry over, and rounded then
        places = numbers.POINTS
    # Rounding writes what it rounds three times, as holding within bounds does: so each sum is
    # written once, as a column of a step of its own.
    given, sums = derived(points, "points"), _section_sums(builder, criteria)
    if sums:
        given = derived(exp.select("*", *sums).from_(given, copy=False), "sections")
    added = [
        alias(total_of(builder, criteria, bound, end), f"total__{end}") for bound, end in BOUNDS
    ]
    given = derived(exp.select("*", *added).from_(given, copy=False), "added")
    parts = parts_of_means(criteria)
    ends = [alias(rounded(column(f"total__{e}"), places, SUMMED, parts), e) for _, e in BOUNDS]
    middle = exp.select("*", *ends).from_(given, copy=False)
    if builder.kind == "cadre":
        return middle
    grades = list(builder.book.ruleset.document.grades.values())
    thresholds = [numbers.scaled(g.from_, numbers.POINTS) for g in grades]
    sure = exp.EQ(
        this=band_of(column("low"), thresholds), expression=band_of(column("high"), thresholds)
    )
    banded = exp.select(
        "*", alias(numbers.when((sure, band_of(column("low"), thresholds))), "band")
    ).from_(
        derived(middle, "summed"),
        copy=False,
    )
    signature: exp.Expr = exp.Literal.string("")
    for fact in builder.book.facts:
        signature = exp.DPipe(this=signature, expression=_sign(builder.book, fact))
    return exp.select("*", alias(signature, "signature")).from_(
        derived(banded, "banded"),
        copy=False,
    )


def _line_points(rule: CriterionRule) -> exp.Expr:
    outcome = column(f"{rule.id}__outcome")
    branches = [
        (exp.EQ(this=outcome, expression=integer(SCORED)), _scored(rule)),
        (exp.EQ(this=outcome.copy(), expression=integer(NOT_APPLICABLE)), integer(rule.worth)),
    ]
    if rule.audience:
        absent = exp.EQ(this=outcome.copy(), expression=integer(ABSENT))
        branches.append((absent, integer(0)))
    return numbers.when(*branches)


def _scored(rule: CriterionRule) -> exp.Expr:
    """Return what a line gives within its bounds, with what is given back of its loss."""
    held = numbers.clamp(column(f"{rule.id}__raw"), rule.lowest, rule.highest)
    if not rule.righted:
        return held
    better = numbers.clamp(column(f"{rule.id}__righted"), rule.lowest, rule.highest)
    gain = numbers.subtract(better.copy(), held.copy())
    share = numbers.multiply(gain, integer(rule.back))
    back = numbers.divide_half_up(share, integer(10**numbers.RATE))
    gains = exp.GT(this=numbers.paren(better), expression=numbers.paren(held.copy()))
    return numbers.add(held, numbers.when((gains, back), default=integer(0)))


def total_of(
    builder: Builder,
    criteria: Sequence[CriterionRule],
    bound: Bound,
    end: str,
) -> exp.Expr:
    """Return the total at :data:`SUMMED` places; what is unknown counts as its floor or cap."""
    document = builder.book.ruleset.document
    adjusted = adjusted_sections(builder.book, criteria)
    parts = parts_of_means(criteria)
    base = document.base if builder.kind == "village" else Decimal(0)
    total: exp.Expr | None = integer(numbers.scaled(base, SUMMED) * parts) if base else None
    for name in dict.fromkeys(rule.section_id for rule in criteria):
        spec = document.sections[name]
        own = name in adjusted
        part = column(_section_column(name, end, parts)) if own else (
            section_sum(name, spec, criteria, bound, parts)
        )  # fmt: skip
        part = numbers.multiply(part, integer(numbers.scaled(spec.weight, SUMMED - numbers.POINTS)))
        total = part if total is None else exp.Add(this=total, expression=part)
    return total if total is not None else integer(0)


def _section_column(name: str, end: str, parts: int) -> str:
    """Return the column that holds what a section gives, where it is in parts of its own."""
    return f"sec__{name}__{end}" if parts == 1 else f"sec__{name}__part_{end}"


def section_sum(
    name: str,
    spec: Section,
    criteria: Sequence[CriterionRule],
    bound: Bound,
    parts: int = 1,
) -> exp.Expr:
    """Return what a section gives, within its own floor and cap, in so many parts of 1/10,000."""
    total: exp.Expr | None = None
    for rule in criteria:
        if rule.section_id == name:
            points = _part_of(rule, bound, parts)
            total = points if total is None else exp.Add(this=total, expression=points)
    assert total is not None
    free = spec.floor in (None, NO_FLOOR)
    low = None if free else numbers.scaled(spec.floor or Decimal(0), numbers.POINTS)
    high = None if spec.cap is None else numbers.scaled(spec.cap, numbers.POINTS)
    low, high = (None if end is None else end * parts for end in (low, high))
    held = numbers.clamp(exp.Paren(this=total), low, high)
    if spec.for_ is None or (low is None and high is None):
        return held
    nothing = numbers.greater_of(held.copy(), integer(0), least=bound == "floor")
    mine = column(for_column(name))
    return numbers.when(
        (mine, held), (exp.Not(this=mine.copy()), integer(0)), default=nothing
    )  # whom it is for may be unknown


def _part_of(rule: CriterionRule, bound: Bound, parts: int) -> exp.Expr:
    """Return what a line gives, at least or at most, in so many parts of 1/10,000."""
    end = dict(BOUNDS)[bound]
    points = exp.Coalesce(this=column(f"{rule.id}__points"), expressions=[_bound_of(rule, bound)])
    if parts == 1:
        return points
    averaged = rule.months and rule.section.monthly == "average"
    part = column(f"{rule.id}__part_{end}") if averaged else (
        numbers.multiply(points, integer(parts))
    )  # fmt: skip
    if rule.lowest is not None and rule.highest is not None:
        return part
    room = MOST // (16 * 10 ** (SUMMED - numbers.POINTS))  # what stands for no limit has to fit
    return numbers.clamp(numbers.paren(part), -room, room)


def _bound_of(rule: CriterionRule, bound: Bound) -> exp.Expr:
    """Return what a line of unknown points gives at least or at most."""
    side = 0 if bound == "floor" else 1
    if rule.months:
        return column(f"{rule.id}__{BOUNDS[side][1]}")
    applying, any_way = rule.span(applies=True)[side], rule.span(applies=False)[side]
    sql = integer(any_way)
    if rule.when is not None and rule.empty is None and applying != any_way:
        applies = column(f"{rule.id}__when")
        sql = numbers.when((applies, integer(applying)), default=sql)
    if rule.audience and rule.audience.needs:
        doubtful = integer(rule.span(applies=False, present=False)[side])
        sql = numbers.when((column(for_column(rule.section_id)), sql), default=doubtful)
    return sql


def _section_sums(builder: Builder, criteria: Sequence[CriterionRule]) -> list[exp.Expr]:
    """Return the sums of the sections that have a floor, a cap or a weight of their own."""
    sections = builder.book.ruleset.document.sections
    parts = parts_of_means(criteria)
    sums: list[exp.Expr] = []
    for name in adjusted_sections(builder.book, criteria):
        for bound, end in BOUNDS:
            points = numbers.cast(section_sum(name, sections[name], criteria, bound), "BIGINT")
            sums.append(alias(points, f"sec__{name}__{end}"))
            if parts > 1:
                exact = section_sum(name, sections[name], criteria, bound, parts)
                sums.append(alias(numbers.cast(exact, "BIGINT"), _section_column(name, end, parts)))
    return sums


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
        if sections[name].floor is not None
        or sections[name].cap is not None
        or sections[name].weight != 1
    ]


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
    doubt = exp.or_(*(column(name) for name in _behind(book, fact)))
    return numbers.when(
        (sql, exp.Literal.string(SIGNS[TRUE])),
        (exp.Not(this=sql.copy()), exp.Literal.string(SIGNS[FALSE])),
        (doubt, exp.Literal.string(SIGNS[UNKNOWN])),
        default=exp.Literal.string(SIGNS[NOTHING]),
    )


def can_be_nothing(book: Rulebook, fact: Fact) -> bool:
    """Return whether records can leave a fact without anything by which it could be told."""
    rules = (book.indicators.get(n) for c in _behind(book, fact).values() for n in c.indicators)
    return any(rule and (rule.spec.rate or rule.how in EXTREMES) for rule in rules)


def _behind(book: Rulebook, fact: Fact) -> dict[str, Compiled]:
    """Return the conditions by which a fact is told, by the column that says of it in doubt."""
    vetoes = {c.id: c.veto for c in book.of_subject("village") if c.veto}
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
    behind = {n: c for fact in book.facts for n, c in _behind(book, fact).items()}
    return {name: _unknown(book, compiled) for name, compiled in behind.items()}


def _unknown(book: Rulebook, compiled: Compiled) -> exp.Expr:
    """Return whether something that a condition rests on is missing, where it has no value."""
    lacking = [column(name) for name in sorted(compiled.needs)]
    for name in sorted(compiled.indicators & book.indicators.keys()):
        rule = book.indicators[name]
        part = "__over" if rule.spec.rate else "__n" if rule.how in EXTREMES else ""
        lacking.append(column(f"i__{name}{part}"))
    missing = [exp.Is(this=sql, expression=exp.Null()) for sql in lacking]
    none = exp.Is(this=paren(compiled.sql.copy()), expression=exp.Null())
    return exp.and_(none, exp.or_(*missing)) if missing else exp.false()


def read_signature(signature: str, facts: Sequence[Fact]) -> dict[str, str]:
    """Return the facts that a signature stands for."""
    words = {sign: word for word, sign in SIGNS.items()}
    return {
        fact.name: words[sign] if sign in words else fact.values[BAND_SIGNS.index(sign)]
        for fact, sign in zip(facts, signature, strict=True)
    }
