"""The first steps of the plan: cut the tables, count by subject, put the counts side by side.

Counts are also control totals: a record that is about nobody is missing from their sum. Counting
twenty million records tells it as well as looking up whom each is about, in a fifth of the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions.sql import (
    alias,
    cast,
    column,
    fragment,
    integer,
    is_null,
    query,
    when,
)
from rules_engine.model.dataset import ControlTotal
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.builder import zero_if_none

if TYPE_CHECKING:
    from rules_engine.plan.rules import Rulebook

from dataclasses import replace
from typing import TYPE_CHECKING

from rules_engine.conditions import numbers
from rules_engine.conditions.fractions import is_fraction, is_open, shown, shown_places
from rules_engine.plan.builder import (
    all_of,
    any_of,
    as_day,
    count,
    day_of,
    not_after,
    rate_of,
    unless,
)
from rules_engine.plan.numbering import any_numbered, numbered, ordering_columns
from rules_engine.plan.peers import columns_of
from rules_engine.plan.rules import (
    DATED,
    NEVER,
    IndicatorRule,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from rules_engine.model.fields import Measuring
    from rules_engine.model.table import TableSchema
    from rules_engine.plan.builder import Builder, DataProfile

QUARANTINED = "_quarantined"


MEASURES: Mapping[Measuring, type[exp.AggFunc]] = {
    "sum": exp.Sum,
    "max": exp.Max,
    "min": exp.Min,
    "latest": exp.Max,
    "earliest": exp.Min,
}


def source_of(builder: Builder, rules: Sequence[IndicatorRule]) -> exp.Select:
    """Cut a table to the period, with only the columns that are used."""
    return records_of(rules, frozenset().union(*(r.names for r in rules)))


def records_of(
    rules: Sequence[IndicatorRule], used: frozenset[str], extra: Sequence[exp.Expr] = ()
) -> exp.Select:
    """Return the same records as :func:`cut_of`, with the numbers that some of the rules go by."""
    table = rules[0].table
    if table is None or not any_numbered(rules):
        return cut_of(rules[0], used, extra)
    return numbered(cut_of(rules[0], used, [*extra, *ordering_columns(table)]), rules)


def cut_of(rule: IndicatorRule, used: frozenset[str], extra: Sequence[exp.Expr] = ()) -> exp.Select:
    """Return the records of an indicator's period under ``subject_id``, as its conditions see them.

    Whatever asks something of records asks it of these columns, so that what is counted and what is
    shown cannot differ.

    Args:
        rule: says which table, which days, and whom the records are charged to.
        used: the columns that conditions use: numbers as integers at their scale, events only
            when they are known.
        extra: further columns, over the records as they are stored.
    """
    table = rule.table
    assert table is not None
    known = _used_columns(table, rule.known_until or rule.frame.as_of, used)
    if rule.spec.through:
        return _through(rule, known, extra)
    columns: list[exp.Expr] = [alias(column(f"{rule.subject}_id"), "subject_id"), *known, *extra]
    condition = period_condition(rule) or exp.true()
    return query(CUT, columns=columns, records=table.name, in_period=condition)


CUT = "SELECT :columns FROM :records AS records WHERE :in_period"
CHARGED = """
SELECT DISTINCT charged_to AS subject_id, :key AS record_key, :columns FROM (
  SELECT r.*, a.cadre_id AS charged_to
  FROM (SELECT * FROM :records AS records WHERE :in_period) AS r
  JOIN assignments AS a ON :charged
) AS charged
"""
"""Each record given to all who answered for it then."""


def _used_columns(table: TableSchema, as_of: date, used: frozenset[str]) -> list[exp.Expr]:
    """Return the columns that conditions use; an event after the day of knowledge is not seen."""
    columns: list[exp.Expr] = []
    for spec in table.columns:
        if spec.name in used:
            sql: exp.Expr = column(spec.name)
            if spec.event and spec.type in ("date", "timestamp"):
                sql = when((not_after(spec.name, spec.type, as_of), sql))
            if spec.type == "decimal":
                sql = numbers.of_decimal(sql)
            elif spec.type == "integer":
                sql = cast(sql, "BIGINT")
            columns.append(alias(sql, spec.name))
    return columns


def _through(
    rule: IndicatorRule, known: Sequence[exp.Expr], extra: Sequence[exp.Expr]
) -> exp.Select:
    table = rule.table
    assert table is not None
    return query(
        CHARGED,
        key=column(table.key),
        columns=[*known, *extra],
        records=table.name,
        in_period=period_condition(rule) or exp.true(),
        charged=charged_to(rule),
    )


def charged_to(rule: IndicatorRule) -> exp.Expr:
    """Return the condition that joins a record ``r`` to an assignment ``a`` answering for it."""
    table = rule.table
    assert table is not None
    case = " OR a.case_id = r.case_id" if table.column("case_id") is not None else ""
    text = f"a.village_id = r.village_id AND a.role IN (:roles) AND (a.case_id IS NULL{case})"
    charged = fragment(text, roles=[exp.Literal.string(role) for role in rule.spec.through])
    if table.period is None:
        return charged
    kind = next(c.type for c in table.columns if c.name == table.period)
    day: exp.Expr = column(table.period, "r")
    within = fragment(
        "(a.from_on IS NULL OR a.from_on <= :day) AND (a.to_on IS NULL OR a.to_on >= :day)",
        day=cast(day, "DATE") if kind == "timestamp" else day,
    )
    return exp.and_(charged, within)


def period_condition(rule: IndicatorRule) -> exp.Expr | None:
    """Return what puts a record of the indicator's table into its period."""
    table, frame = rule.table, rule.frame
    if table is None or table.period is None:
        return None
    kind = next(c.type for c in table.columns if c.name == table.period)
    last = min(frame.end, frame.as_of) if rule.spec.period != "all" else frame.as_of
    condition = not_after(table.period, kind, last)
    if rule.spec.period == "all":
        return condition
    day = as_day(table.period, kind)
    text = ":day >= :first AND :condition"
    return fragment(text, day=day, first=day_of(frame.start), condition=condition)


def aggregate(builder: Builder, rules: Sequence[IndicatorRule]) -> exp.Select:
    """Count and measure the records of each subject."""
    table = rules[0].table
    assert table is not None
    source = f"src_{rules[0].source}"
    measures = [m for rule in rules for m in _measures(rule, builder.profile)]
    total = [counted(rules[0].source)] if rules[0].source in builder.profile.proving else []
    columns = [*total, *(alias(tree, name) for name, tree in measures)]
    text = "SELECT subject_id, :columns FROM :source AS source GROUP BY subject_id"
    return query(text, columns=columns, source=source)


def _measures(rule: IndicatorRule, profile: DataProfile) -> Iterable[tuple[str, exp.Expr]]:
    """Yield what is counted for one indicator: its parts, and what could not be told."""
    name = f"i__{rule.id}"
    where = rule.where.sql if rule.where else None
    doubtful: exp.Expr | None = None
    if rule.spec.rate and rule.of:
        over = all_of(where, rule.over.sql if rule.over else None)
        yield f"{name}__of", count(all_of(over, rule.of.sql))
        yield f"{name}__over", count(over)
        doubtful = any_of(over and is_null(over), all_of(over, is_null(rule.of.sql)))
    elif rule.measured:
        value = rule.measured.sql.copy()
        chosen = when((where.copy(), value)) if where is not None else value
        measure = MEASURES[rule.how](this=chosen)
        yield (
            measured_column(rule),
            measure if rule.how in DATED else cast(measure, "BIGINT"),
        )
        yield f"{name}__n", count(where)
        lacking = is_null(value) if rule.measured.needs else exp.false()
        doubtful = any_of(where and is_null(where), all_of(where, lacking))
    else:
        yield name, count(where)
        doubtful = where and is_null(where)
    if doubtful is not None and _may_lack(rule, profile):
        yield f"u__{rule.id}", count(doubtful)


def _may_lack(rule: IndicatorRule, profile: DataProfile) -> bool:
    return bool(rule.table and rule.needs & profile.nulls.get(rule.table.name, frozenset()))


def indicators_of(builder: Builder, rules: Sequence[IndicatorRule]) -> exp.Select:
    """Put the counts beside the subjects: nothing counted is 0, not to be told is NULL."""
    table = builder.book.ruleset.tables[builder.kind.table]
    group = builder.book.ruleset.document.subjects.group if builder.kind.judged else None
    group_column = table.column(group) if group else None
    group_sql: exp.Expr = exp.Literal.string("")
    if group_column:
        group_sql = exp.Coalesce(
            this=cast(column(group_column.name, "s"), "VARCHAR"),
            expressions=[exp.Literal.string("")],
        )
    columns = [alias(column(table.key, "s"), "subject_id"), alias(group_sql, "grp")]
    for spec in table.columns:
        own = column(spec.name, "s")
        columns.append(alias(numbers.of_decimal(own) if spec.type == "decimal" else own, spec.name))
    select = query("SELECT :columns FROM :subjects AS s", columns=columns, subjects=table.name)
    joined: set[str] = set()
    for rule in rules:
        assert rule.table is not None
        source = f"agg_{rule.source}"
        present = rule.table.name in builder.profile.nulls
        if present and source not in joined:
            joined.add(source)
            if rule.source in builder.profile.proving:
                select = select.select(subject_total(rule.source), copy=False)
            select = select.join(
                source,
                on=exp.EQ(this=column("subject_id", source), expression=column(table.key, "s")),
                join_type="left",
                copy=False,
            )
        for name, sql in _indicator_columns(rule, source, present, builder):
            select = select.select(alias(sql, name), copy=False)
    for name in sorted({r.table.name for r in rules if r.table} & builder.profile.quarantined):
        select = _join_quarantine(select, name, builder.kind, table.key)
    return select


def _join_quarantine(select: exp.Select, table: str, kind: str, key: str) -> exp.Select:
    alias = f"q_{table}"
    condition = fragment(
        ":table_name = :table AND :kind_name = :kind AND :subject = :key",
        table_name=column("table_name", alias),
        table=table,
        kind_name=column("kind", alias),
        kind=kind,
        subject=column("subject_id", alias),
        key=column(key, "s"),
    )
    target = exp.alias_(exp.to_table(QUARANTINED, quoted=True), alias, table=True)
    return select.join(target, on=condition, join_type="left", copy=False)


def _indicator_columns(
    rule: IndicatorRule, source: str, present: bool, builder: Builder
) -> Iterable[tuple[str, exp.Expr]]:
    name = f"i__{rule.id}"
    if not present:
        for part in parts_of(rule):
            dated = part == name and rule.how in DATED
            yield part, cast(exp.Null(), "DATE" if dated else "BIGINT")
        return
    parts = parts_of(rule)[:2] if rule.spec.rate else parts_of(rule)
    divided = rule.measured if rule.measured and is_fraction(rule.measured) else None
    if divided:
        parts.remove(name)
    unknown = _unknown(rule, source, builder)
    values = {part: zero_if_none(column(part, source)) for part in parts}
    if rule.how in DATED:
        values[name] = exp.Coalesce(this=column(name, source), expressions=[NEVER.copy()])
    elif rule.how != "sum":
        values[measured_column(rule)] = column(measured_column(rule), source)
    how_many = f"{name}__n"
    for part, sql in values.items():
        summed = part == how_many and rule.how == "sum"  # only to tell how many there are
        known = sql if summed or unknown is None else unless(unknown, sql)
        yield part, known
    if divided:
        sql = values[measured_column(rule)].copy()
        known = sql if unknown is None else unless(unknown, sql)
        yield name, shown(replace(divided, sql=known, constant=None)).sql
    if rule.spec.rate:
        over = values[f"{name}__over"]
        scaled = numbers.multiply(values[f"{name}__of"].copy(), integer(10**numbers.RATE))
        doubt = "" if unknown is None else ":unknown OR "
        yield (
            name,
            fragment(
                f"CASE WHEN {doubt}:over = 0 THEN CAST(NULL AS BIGINT) ELSE :rate END",
                unknown=unknown and unknown.copy(),
                over=over.copy(),
                rate=rate_of(scaled, over.copy()),
            ),
        )


def _unknown(rule: IndicatorRule, source: str, builder: Builder) -> exp.Expr | None:
    assert rule.table is not None
    reasons: list[exp.Expr] = []
    if rule.spec.through and rule.table.name in builder.profile.quarantined:
        return exp.true()  # whose it would have been cannot be told
    if _may_lack(rule, builder.profile):
        doubtful = column(f"u__{rule.id}", source)
        reasons.append(fragment("COALESCE(:doubtful, 0) > 0", doubtful=doubtful))
    if rule.table.name in builder.profile.quarantined:
        kept_out = column("subject_id", f"q_{rule.table.name}")
        reasons.append(fragment("NOT :kept_out IS NULL", kept_out=kept_out))
    return exp.or_(*reasons) if reasons else None


def parts_of(rule: IndicatorRule) -> list[str]:
    """Return the columns that hold an indicator: its value and what that is made of."""
    name = f"i__{rule.id}"
    if rule.peers:
        return columns_of(rule)
    if rule.spec.rate:
        return [f"{name}__of", f"{name}__over", name]
    if rule.months and rule.measured is None:
        return [name, f"{name}__n"]
    if rule.measured:
        exact = measured_column(rule)
        return [name, f"{name}__n", *([exact] if exact != name else [])]
    return [name]


def measured_column(rule: IndicatorRule) -> str:
    """Return the column of what was measured, before a figure that it is still to be divided by."""
    if rule.measured is None:
        return f"i__{rule.id}"
    divided = is_open(rule.measured) if rule.months else is_fraction(rule.measured)
    return f"i__{rule.id}__exact" if divided else f"i__{rule.id}"


def measured_from_shown(rule: IndicatorRule) -> exp.Expr | None:
    """Return what was measured, from the value at six places: runs of older programs hold only it.

    ``None``: the value is what was measured.
    """
    if rule.measured is None or rule.months or not is_fraction(rule.measured):
        return None
    divisor = integer(rule.measured.shape.divisor)
    sql = numbers.multiply(numbers.wide(column(f"i__{rule.id}")), divisor)
    scaled = numbers.to_scale(sql, shown_places(rule.measured), rule.measured.scale)
    return cast(scaled, "BIGINT")


def count_column(rule: IndicatorRule) -> str:
    """Return the column that says how many records an indicator looked at."""
    counted = rule.measured or rule.peers or rule.months
    suffix = "__over" if rule.spec.rate else "__n" if counted else ""
    return f"i__{rule.id}{suffix}"


def control_totals(book: Rulebook) -> dict[str, ControlTotal]:
    """Return, by table, what the plan for villages can prove of the records of the period."""
    totals: dict[str, ControlTotal] = {}
    for rule in book.indicators.values():
        table, direct = rule.table, not (rule.spec.through or rule.month or rule.known_until)
        if table is None or not rule.subject.judged or not direct:
            continue
        owner = table.column("village_id")
        if (
            owner is None
            or owner.refers != SubjectKind.VILLAGE.table
            or rule.spec.period != "current"
        ):
            continue
        last = min(rule.frame.end, rule.frame.as_of)
        total = ControlTotal(owner.name, rule.source, table.period, rule.frame.start, last)
        totals[table.name] = total
    return totals


def total_column(cut: str) -> str:
    """Return the column that says how many records of a cut a subject has."""
    return f"n__{cut}"


def counted(cut: str) -> exp.Expr:
    """Return the column in the step that counts a cut's records."""
    return alias(exp.Count(this=exp.Star()), total_column(cut))


def subject_total(cut: str) -> exp.Expr:
    """Return the column where the counts stand beside the subjects."""
    return alias(zero_if_none(column(total_column(cut), f"agg_{cut}")), total_column(cut))
