"""Tells which grades can be reached: by a score, by falling out of a fuller one, or by a ruling."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from rules_engine.model.outcomes import Consequence, Grade


def reached_grades(
    grades: Mapping[str, Grade],
    consequences: Mapping[str, Consequence],
    most: Decimal | None = None,
) -> set[str]:
    """Return the ids of the grades that somebody can get.

    Who finds the quota of a grade full gets the next one, a downgrade passes several, and a veto
    can name the best grade that is left.

    Args:
        grades: the best first.
        consequences: what rulings there are.
        most: the greatest score that can be reached, if that is known.
    """
    downgrades = any(spec.kind == "downgrade" for spec in consequences.values())
    named = {spec.grade for spec in consequences.values() if spec.effect == "grade"}
    reached: set[str] = set()
    lowest: Decimal | None = None
    falling = False
    for name, grade in grades.items():
        scored = (lowest is None or grade.from_ < lowest) and (most is None or grade.from_ <= most)
        come_in = scored or falling or name in named or (downgrades and bool(reached))
        if come_in and not grade.is_closed:
            reached.add(name)
        falling = come_in and grade.is_limited
        lowest = grade.from_ if lowest is None else min(lowest, grade.from_)
    return reached
