"""What assignments mean for cadres: their shares in the villages' results."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.conditions import numbers
from rules_engine.model.assessment import Share
from rules_engine.model.figures import in_digits
from rules_engine.report.lines import decimal_points

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules_engine.model.plugin import EngineSession


def points(value: int | None) -> Decimal:
    """Return points from 1/10,000."""
    return decimal_points(value or 0)


def trimmed(value: Decimal) -> Decimal:
    """Return a number without needless zeros, never in powers of ten."""
    return Decimal(in_digits(value))


def shares_of(
    session: EngineSession, scale: Decimal, title: Callable[[str, str], str]
) -> dict[str, tuple[Share, ...]]:
    """Return by cadre what the assignments mean for its score.

    Args:
        session: an engine session with the results attached.
        scale: points of a full score.
        title: what a village is called, by its id and name.
    """
    result: dict[str, list[Share]] = {}
    for row in session.query("SELECT * FROM _shares").to_pylist():
        share = trimmed(numbers.unscaled(row["share"], numbers.RATE))
        village, high = points(row["village_low"]), points(row["village_high"])
        wide = village != high
        result.setdefault(row["cadre_id"], []).append(
            Share(
                village_id=row["village_id"],
                village=title(row["village_id"], row["village"]),
                role=row["role"],
                from_on=_day(row["from_on"]),
                to_on=_day(row["to_on"]),
                days=row["days"],
                share=share,
                village_score=village,
                score=trimmed(scale - share * (scale - village)),
                village_high=high if wide else None,
                high=trimmed(scale - share * (scale - high)) if wide else None,
            )
        )
    return {cadre: tuple(shares) for cadre, shares in result.items()}


def carried(session: EngineSession, scale: Decimal) -> dict[str, tuple[Decimal, Decimal]]:
    """Return the least and the most that villages give to each cadre, in points."""
    full = numbers.scaled(scale, numbers.POINTS)
    unit = 10**numbers.RATE
    kept = f"CAST(days AS DECIMAL(38, 0)) * ({full * unit} - share * ({full} - village_{{end}}))"
    sums = ", ".join(f"sum({kept.format(end=end)}) AS {end}" for end in ("low", "high"))
    rows = session.query(
        f"SELECT cadre_id, {sums}, sum(days) AS days FROM _shares GROUP BY cadre_id"
    ).to_pylist()
    return {
        row["cadre_id"]: (
            Decimal(int(row["low"])) / (unit * 10**numbers.POINTS * int(row["days"])),
            Decimal(int(row["high"])) / (unit * 10**numbers.POINTS * int(row["days"])),
        )
        for row in rows
    }


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10])
