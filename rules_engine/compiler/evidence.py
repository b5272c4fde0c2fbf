"""Finds the records behind a line with the line's own condition, from the run's snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.compiler import numbers
from rules_engine.compiler.measuring import charged_to, period_condition
from rules_engine.compiler.pieces import alias, all_of, derived, seen_until
from rules_engine.compiler.scope import column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.compiler.rules import IndicatorRule
    from rules_engine.model.table import Column


def shown_columns(rule: IndicatorRule) -> list[Column]:
    """Return the columns that say why a record counts: those its conditions look at."""
    if rule.table is None:
        return []
    held = {rule.table.key, rule.table.period, f"{rule.subject}_id"}
    return [c for c in rule.table.columns if c.name in rule.names and c.name not in held]


def evidence_plan(rule: IndicatorRule, subjects: Sequence[str] | None) -> exp.Select:
    """Return the query for the records that an indicator looked at.

    Columns: ``subject_id``, ``record_id``, ``on`` (the period date), ``counted`` (for a rate:
    whether it is in the numerator; NULL when that cannot be told), ``righted`` where the rule
    says what puts a record right, then :func:`shown_columns`.

    Args:
        rule: an indicator over a table.
        subjects: only these, or ``None`` for all.
    """
    table = rule.table
    assert table is not None

    def seen(sql: exp.Expr, *, later: bool = False) -> exp.Expr:
        until = rule.known_until if later and rule.known_until else rule.frame.as_of
        return seen_until(sql, table, until)

    where = all_of(rule.where.sql if rule.where else None, rule.over.sql if rule.over else None)
    counted: exp.Expr = rule.of.sql.copy() if rule.of else exp.true()
    doubtful = where
    if doubtful is not None:  # what could not be told is shown as well
        doubtful = exp.Coalesce(this=exp.Paren(this=doubtful), expressions=[exp.true()])
        counted = numbers.when(
            (exp.Is(this=exp.Paren(this=where.copy()), expression=exp.Null()), exp.Null()),  # type: ignore[union-attr]  # set with doubtful
            default=counted,
        )
    on: exp.Expr = column(table.period) if table.period else exp.Null()
    subject = column("charged_to" if rule.spec.through else f"{rule.subject}_id")
    select = exp.select(
        alias(subject, "subject_id"),
        alias(column(table.key), "record_id"),
        alias(numbers.cast(on, "VARCHAR"), "on"),
        alias(seen(counted), "counted"),
        *([alias(seen(rule.put_right.sql, later=True), "righted")] if rule.put_right else []),
        *(
            alias(numbers.cast(seen(column(c.name), later=True), "VARCHAR"), f"c__{c.name}")
            for c in shown_columns(rule)
        ),
    ).from_(_records(rule), copy=False)
    if rule.spec.through:  # one record counts once, in however many roles
        select = select.distinct(copy=False)
    for condition in (period_condition(rule), doubtful and seen(doubtful)):
        if condition is not None:
            select = select.where(condition, copy=False)
    if subjects is not None:
        chosen = [exp.Literal.string(s) for s in subjects]
        select = select.where(exp.In(this=subject.copy(), expressions=chosen), copy=False)
    order = [
        exp.Ordered(this=column(n), desc=False, nulls_first=False) for n in ("on", "record_id")
    ]
    return select.order_by(*order, copy=False)


def _records(rule: IndicatorRule) -> exp.Expr:
    """Return the table, or with ``through`` each of its records beside whom it is charged to."""
    assert rule.table is not None
    if not rule.spec.through:
        return exp.to_table(rule.table.name, quoted=True)
    records = exp.alias_(exp.to_table(rule.table.name, quoted=True), "r", table=True)
    charged = (
        exp.select("r.*", alias(column("cadre_id", "a"), "charged_to"))
        .from_(records, copy=False)
        .join(
            exp.alias_(exp.to_table("assignments"), "a", table=True),
            on=charged_to(rule),
            copy=False,
        )
    )
    return derived(charged, "charged")
