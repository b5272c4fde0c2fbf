"""Words counts with their unit: matters, things, times; the one place that says which.

Chinese has a word for each kind of thing (件、项、次). Records of a table that is not known here
are counted by 个; what is measured, as a sum of days, has no unit, since no ruleset names one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.messages import msg, tr
from rules_engine.model import figures

if TYPE_CHECKING:
    from decimal import Decimal

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
