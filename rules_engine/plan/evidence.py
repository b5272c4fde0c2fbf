"""Finds the records behind a line with the line's own condition, from the run's snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions.fractions import shown
from rules_engine.conditions.sql import (
    alias,
    cast,
    column,
    derived,
    fragment,
    integer,
    query,
    when,
)
from rules_engine.plan.builder import all_of, seen_until
from rules_engine.plan.measures import records_of
from rules_engine.plan.numbering import stage
from rules_engine.plan.remediation import as_seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.model.table import Column
    from rules_engine.plan.rules import IndicatorRule

ID, ON = "_record_id", "_record_on"
"""What the key of a record and its date are called beside the columns of its table."""


def shown_columns(rule: IndicatorRule) -> list[Column]:
    """Return the columns that say why a record counts: those its conditions look at."""
    if rule.table is None:
        return []
    hidden = {rule.table.key, rule.table.period, f"{rule.subject}_id"}
    names = rule.names.union(rule.stated)
    return [c for c in rule.table.columns if c.name in names and c.name not in hidden]


def evidence_plan(rule: IndicatorRule, subjects: Sequence[str] | None) -> exp.Select:
    """Return the query for the records that an indicator looked at.

    The conditions are those of the plan, over the columns that the plan gives them.

    Columns: ``subject_id``, ``record_id``, ``on`` (the period date), ``counted`` (for a rate:
    whether it is in the numerator, for a sum: whether it adds anything; NULL when that cannot be
    told), ``righted`` where the rule says what puts a record right, ``nth`` where records are
    numbered, then :func:`shown_columns`.

    Args:
        rule: an indicator over a table.
        subjects: only these, or ``None`` for all.
    """
    own = as_seen(rule) if rule.known_until else rule
    where = all_of(own.where.sql if own.where else None, own.over.sql if own.over else None)
    doubtful = "COALESCE(:condition, TRUE)"  # what could not be told is shown as well
    more = [alias(rule.put_right.sql.copy(), "righted")] if rule.put_right else []
    if own.numbered is not None:
        more.append(alias(column(own.number_column), "nth"))
    return query(
        EVIDENCE,
        columns=[
            alias(column(ID), "record_id"),
            alias(column(ON), "on"),
            alias(_counted(own, where), "counted"),
            *more,
            *(column(f"c__{c.name}") for c in shown_columns(rule)),
        ],
        records=_records(rule, own),
        counts=exp.true() if where is None else fragment(doubtful, condition=where.copy()),
        chosen=exp.true() if subjects is None else _among(subjects),
    )


EVIDENCE = """
SELECT subject_id, :columns FROM :records AS records WHERE :counts AND :chosen
ORDER BY "on", record_id
"""
TALLY = """
SELECT :keys, COUNT(*) AS records, CAST(SUM(value) AS BIGINT) AS total
FROM (
  SELECT :columns, :value AS value FROM :records AS records WHERE :counts AND :chosen
) AS classed
WHERE NOT class_ IS NULL GROUP BY :keys ORDER BY :keys
"""


def tally_plan(rule: IndicatorRule, subjects: Sequence[str]) -> exp.Select:
    """Return the query that adds up the records of a measure by what they count as.

    Columns: ``subject_id``, ``class_`` (the number of the first class that fits), ``f0`` … (each
    factor), ``stage`` where records are numbered, ``records`` and ``total`` at the scale of the
    measure. Records of no class are left out.
    """
    assert rule.measured is not None
    own = as_seen(rule) if rule.known_until else rule
    class_number = when(*((c.sql.copy(), integer(n)) for n, c in enumerate(rule.classes)))
    columns = {"subject_id": column("subject_id"), "class_": class_number}
    columns |= {f"f{n}": factor.sql.copy() for n, factor in enumerate(rule.factors)}
    columns |= {"stage": stage(rule)} if rule.numbered is not None else {}
    return query(
        TALLY,
        keys=[column(name) for name in columns],
        columns=[alias(tree, name) for name, tree in columns.items()],
        value=shown(rule.measured).sql.copy(),
        records=_records(rule, own),
        counts=own.where.sql.copy() if own.where else exp.true(),
        chosen=_among(subjects),
    )


def _counted(own: IndicatorRule, where: exp.Expr | None) -> exp.Expr:
    counted: exp.Expr = own.of.sql.copy() if own.of else exp.true()
    if own.measured and own.how == "sum":
        counted = fragment(":value <> 0", value=own.measured.sql.copy())
    if where is None:
        return counted
    text = "CASE WHEN :condition IS NULL THEN NULL ELSE :counted END"
    return fragment(text, condition=where.copy(), counted=counted)


def _among(subjects: Sequence[str]) -> exp.Expr:
    chosen = [exp.Literal.string(s) for s in subjects]
    return exp.In(this=column("subject_id"), expressions=chosen)


def _records(rule: IndicatorRule, own: IndicatorRule) -> exp.Expr:
    """Return the records of the period, with what is shown of each beside what conditions see.

    Args:
        rule: the indicator.
        own: the same as its own conditions see records.
    """
    table = rule.table
    assert table is not None
    until = rule.known_until or rule.frame.as_of
    on: exp.Expr = column(table.period) if table.period else exp.Null()
    shown = [
        alias(cast(seen_until(column(c.name), table, until), "VARCHAR"), f"c__{c.name}")
        for c in shown_columns(rule)
    ]
    columns = [alias(column(table.key), ID), alias(cast(on, "VARCHAR"), ON), *shown]
    return derived(records_of([own], rule.names, columns), "records")
