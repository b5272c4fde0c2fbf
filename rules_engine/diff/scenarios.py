"""Which scenarios check what was changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rules_engine.diff.change import Change, Comparison
    from rules_engine.scenarios.coverage import Coverage


def with_scenarios(
    comparison: Comparison, before: Coverage | None, after: Coverage | None
) -> Comparison:
    """Return a comparison whose changes name the scenarios that check them.

    Args:
        comparison: the changes.
        before: what the scenarios of the earlier ruleset check in it, where they were run.
        after: likewise of the later one.
    """
    changes = tuple(
        replace(change, scenarios=tuple(dict.fromkeys(_names(change, before, after))))
        for change in comparison.changes
    )
    skipped = {left for side in (before, after) if side for left in side.outcome.skipped}
    return replace(comparison, changes=changes, skipped=len(skipped))


def _names(change: Change, before: Coverage | None, after: Coverage | None) -> Iterator[str]:
    present = change.act != "removed"
    for coverage, name in ((before, change.former), (after, change.id if present else "")):
        if coverage is None or not name:
            continue
        for key in _keys(coverage, change.kind, name):
            found = coverage.parts.get(key)
            if found:
                yield from (*found.asserted, *found.depended)


def _keys(coverage: Coverage, kind: str, name: str) -> Iterable[str]:
    if kind != "clause":
        return [f"{kind}.{name}"]
    return [key for key, found in coverage.parts.items() if name in found.part.clauses]
