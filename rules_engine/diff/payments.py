"""Whether another table of payments brings more money for some scores, or less."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.checks.strictness import Relation
    from rules_engine.model.ruleset import Pay

Line = tuple[Decimal, Decimal]
"""Money by the score: what there is at a score of 0, and for each point."""
NOTHING: Line = Decimal(0), Decimal(0)


def paid_relation(before: Pay, after: Pay) -> Relation:
    """Return how the money comes out, over all scores."""
    bounds = {b for spec in (before, after) for row in spec.bands for b in (row.from_, row.to)}
    points = sorted(bound for bound in bounds if bound is not None)
    found = {_sign(difference) for difference in _differences(before, after, points)} - {0}
    if len(found) > 1 or (before.subject, before.unit) != (after.subject, after.unit):
        return "other"
    if not found:
        return "same" if before.places == after.places else "other"
    return "more" if found.pop() > 0 else "less"


def _differences(before: Pay, after: Pay, points: list[Decimal]) -> Iterator[Decimal]:
    """Yield by how much it differs at the ends of each range in which both are straight lines."""
    for low, high in zip([None, *points], [*points, None], strict=True):
        (start, each), (other, slope) = (_line(spec, low, high) for spec in (before, after))
        ends = [end for end in (low, high) if end is not None]
        yield from ((other - start) + (slope - each) * end for end in ends)
        rising = slope - each
        if low is None and high is None:
            yield from (rising, -rising) if rising else (other - start,)
        elif low is None or high is None:
            yield rising if high is None else -rising


def _line(spec: Pay, low: Decimal | None, high: Decimal | None) -> Line:
    """Return what is paid between two bounds that stand next to each other."""
    for row in spec.bands:
        above = row.from_ is None or (low is not None and row.from_ <= low)
        below = row.to is None or (high is not None and high <= row.to)
        if above and below:
            return row.amount - row.each * row.over, row.each
    return NOTHING


def _sign(value: Decimal) -> int:
    return (value > 0) - (value < 0)
