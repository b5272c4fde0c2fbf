"""Builds the statements that share payments of villages among the cadres who hold roles there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.sql import alias, column, fragment, integer, query, when
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.measures import QUARANTINED
from rules_engine.plan.pay import rounded_units, rounding_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.conditions.scope import Query
    from rules_engine.plan.rules import PaymentRule, Rulebook

PAYOUTS = "_payouts"
"""The table of what each cadre gets of the payment of each village."""
RECEIVED = "received"


def shared_rules(book: Rulebook) -> list[PaymentRule]:
    """Return the parts of payments of cadres that are shares of a payment of villages."""
    pay = book.ruleset.document.pay
    return [r for r in book.payments if r.spec.share_of and not pay[r.payment].subject.judged]


HELD = """
SELECT village_id, cadre_id, CAST(SUM(days * :factor) AS BIGINT) AS weight
FROM :shares AS s GROUP BY village_id, cadre_id
"""
PAYOUT = """
WITH holding AS (SELECT * FROM :held AS h WHERE weight > 0),
pooled AS (
  SELECT h.village_id, h.cadre_id, h.weight, :pool AS pool
  FROM holding AS h JOIN :results AS r ON r.subject_id = h.village_id
),
weighed AS (
  SELECT *, CAST(SUM(weight) OVER (PARTITION BY village_id) AS BIGINT) AS whole,
    CASE WHEN pool < 0 THEN -pool ELSE pool END AS size FROM pooled
),
cut AS (
  SELECT *, CAST((CAST(size AS INT128) * weight) DIV whole AS BIGINT) AS base FROM weighed
),
left_over AS (
  SELECT *, CAST(size AS INT128) * weight - CAST(base AS INT128) * whole AS rest,
    size - CAST(SUM(base) OVER (PARTITION BY village_id) AS BIGINT) AS units FROM cut
),
ordered AS (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY village_id ORDER BY rest DESC, cadre_id) AS turn
  FROM left_over
)
SELECT :payment AS payment, :part AS part, village_id, cadre_id, weight, whole,
  pool * :unit AS pool,
  CAST((CASE WHEN turn <= units THEN base + 1 ELSE base END)
    * CASE WHEN pool < 0 THEN -1 ELSE 1 END * :unit AS BIGINT) AS amount
FROM ordered
"""
"""Cuts each share down to whole units; those that are left over go to the largest remainders."""


def payouts_plan(book: Rulebook, shares: str, *, doubtful: bool = False) -> Query:
    """Return the plan of what each cadre gets of the payments of villages.

    Columns: ``payment``, ``part``, ``village_id``, ``cadre_id``, ``weight`` and ``whole`` (days
    times factor in 1/1,000,000, of the cadre and of all), ``pool`` and ``amount`` in 1/10,000. The
    amounts of a village add up to its pool. Both are unknown where the payment is, and where
    assignments were kept out: it is then not known who else has a share.
    """
    plans: list[Query] = []
    for rule in shared_rules(book):
        pay = book.ruleset.document.pay[rule.payment]
        places, how = rounding_of(pay, rule.spec)
        share = integer(numbers.scaled(rule.spec.share, numbers.RATE))
        money = numbers.multiply(numbers.wide(column(f"pay__{rule.spec.share_of}", "r")), share)
        pool = rounded_units(money, numbers.POINTS + numbers.RATE, places, how)
        if doubtful:
            pool = fragment("CAST(NULL AS BIGINT)")
        plans.append(
            query(
                PAYOUT,
                held=query(HELD, factor=factor_of(rule), shares=shares),
                pool=pool,
                results=SubjectKind.VILLAGE.results,
                payment=rule.payment,
                part=rule.id,
                unit=10 ** (numbers.POINTS - places),
            )
        )
    if len(plans) == 1:
        return plans[0]
    wrapped = [query("SELECT * FROM :plan AS payout", plan=plan) for plan in plans]
    together = exp.union(*wrapped, distinct=False, copy=False)
    return exp.select("*").from_(together.subquery("payouts"), copy=False)


def factor_of(rule: PaymentRule) -> exp.Expr:
    """Return the factor of the role of an assignment, in 1/1,000,000."""
    spec = rule.spec
    if not spec.roles:
        return integer(10**numbers.RATE)
    others = None if spec.others is None else integer(numbers.scaled(spec.others, numbers.RATE))
    factors = (
        (fragment("role = :role", role=role), integer(numbers.scaled(one, numbers.RATE)))
        for role, one in spec.roles.items()
    )
    return when(*factors, default=others)


SERVED = "SELECT cadre_id, CAST(SUM(days) AS BIGINT) AS days_served, :weights FROM :shares AS s"
DOUBTFUL = """
SELECT DISTINCT k.cadre_id FROM cadres AS k JOIN :kept_out AS q
ON q.table_name = 'assignments' AND q.kind = 'cadre'
  AND (q.subject_id = k.cadre_id OR q.subject_id = '')
"""


def served(rules: Sequence[PaymentRule], *, doubtful: bool) -> exp.Select:
    """Return the days of each cadre, and for each part times the factor of the role.

    Args:
        rules: parts that go by role.
        doubtful: whether assignments were kept out: of their cadres it is not known what they hold.
    """
    weights = [
        alias(fragment("CAST(SUM(days * :factor) AS BIGINT)", factor=factor_of(rule)),
              f"{rule.name}__days")
        for rule in rules
    ]  # fmt: skip
    plan = query(f"{SERVED} GROUP BY cadre_id", weights=weights, shares="_shares")
    if not doubtful:
        return plan
    names = [
        column(n, "s") for n in ("cadre_id", "days_served", *(f"{r.name}__days" for r in rules))
    ]
    text = (
        "SELECT :names FROM :served AS s LEFT JOIN :doubtful AS d ON d.cadre_id = s.cadre_id "
        "WHERE d.cadre_id IS NULL"
    )
    return query(text, names=names, served=plan, doubtful=query(DOUBTFUL, kept_out=QUARANTINED))


def received(rules: Sequence[PaymentRule]) -> exp.Select:
    """Return for each cadre what it gets of the payments of its villages, in 1/10,000.

    It is unknown where that of one village is; a cadre without a village has no row.
    """
    text = "CASE WHEN COUNT(CASE WHEN :own AND amount IS NULL THEN 1 END) = 0 THEN :sum END"
    sums = [
        alias(
            fragment(
                text,
                own=fragment("payment = :payment AND part = :part", payment=r.payment, part=r.id),
                sum=fragment(
                    "COALESCE(CAST(SUM(CASE WHEN payment = :payment AND part = :part "
                    "THEN amount END) AS BIGINT), 0)",
                    payment=r.payment,
                    part=r.id,
                ),
            ),
            f"{r.name}__{RECEIVED}",
        )
        for r in rules
    ]
    plan = "SELECT cadre_id, :sums FROM :payouts AS p GROUP BY cadre_id"
    return query(plan, sums=sums, payouts=PAYOUTS)
