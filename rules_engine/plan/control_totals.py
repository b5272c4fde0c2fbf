"""Control totals: as many records are counted for subjects as there are to be counted.

Looking up whom each of twenty million records is about takes a fifth as long as counting them,
and counting them tells it as well: a record that is about nobody is missing from the sum. So a
large table can be taken in on trust, where its plan proves the trust right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions.sql import alias, column
from rules_engine.model.dataset import ControlTotal
from rules_engine.plan.rules import SUBJECT_TABLES
from rules_engine.plan.sql_helpers import zero_if_none

if TYPE_CHECKING:
    from rules_engine.plan.rules import Rulebook


def control_totals(book: Rulebook) -> dict[str, ControlTotal]:
    """Return, by table, what the plan for villages can prove of the records of the period."""
    totals: dict[str, ControlTotal] = {}
    for rule in book.indicators.values():
        table, direct = rule.table, not (rule.spec.through or rule.month or rule.known_until)
        if table is None or rule.subject != "village" or not direct:
            continue
        owner = table.column("village_id")
        if (
            owner is None
            or owner.refers != SUBJECT_TABLES["village"]
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


def beside_subject(cut: str) -> exp.Expr:
    """Return the column where the counts stand beside the subjects."""
    return alias(zero_if_none(column(total_column(cut), f"agg_{cut}")), total_column(cut))
