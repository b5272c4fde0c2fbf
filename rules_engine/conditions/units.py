"""Words counts with their unit: matters, things, times; the one place that says which.

Chinese has a word for each kind of thing (件、项、次). Records of a table that is not known here
are counted by 个; what is measured, as a sum of days, has no unit, since no ruleset names one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.messages import msg, tr
from rules_engine.model import figures

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from rules_engine.conditions.scope import Symbol

EACH = {
    "cases": msg("for each matter"),
    "checks": msg("for each thing"),
    "visits": msg("each time"),
    "reports": msg("each time"),
    "duties": msg("each time"),
}
"""How one record of a table is counted."""


def each(table: str) -> str:
    """Return what one of those that a table's records count is called, as in "each time"."""
    if not table:
        return tr("for each 1 of it")
    return str(EACH.get(table, "") or msg("for each one"))


def so_many(table: str, number: Decimal) -> str:
    """Return a number of a table's records with their unit; alone where there is no table."""
    shown, one = figures.plain(number), number == 1
    if table == "cases":
        return tr("1 matter") if one else tr("{number} matters", number=shown)
    if table == "checks":
        return tr("1 thing") if one else tr("{number} things", number=shown)
    if table in EACH:
        return tr("once") if one else tr("{number} times", number=shown)
    return tr("{number} in all", number=shown) if table else shown


def counted_by(tree: exp.Expr | None, symbols: Mapping[str, Symbol]) -> str:
    """Return the table whose records a calculation counts; none where it does not only count.

    Args:
        tree: the calculation, as it was read.
        symbols: what the names in it stand for, by name or by label.
    """
    node = tree.unnest() if tree is not None else None
    if isinstance(node, exp.Column):
        found = symbols.get(node.name)
        return found.counts if found else ""
    if isinstance(node, exp.Add | exp.Sub):
        one, other = (counted_by(n, symbols) for n in (node.this, node.expression))
        return one if one == other else ""
    if isinstance(node, exp.Greatest | exp.Least | exp.Coalesce):
        given = [n.unnest() for n in (node.this, *node.expressions)]
        held = {counted_by(n, symbols) for n in given if not isinstance(n, exp.Literal)}
        return held.pop() if len(held) == 1 else ""
    return ""


def by_label(symbols: Mapping[str, Symbol]) -> dict[str, Symbol]:
    """Return symbols by their labels as well as by their names."""
    return {key: s for s in symbols.values() for key in (s.label, s.name)}
