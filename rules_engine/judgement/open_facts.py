"""What can follow while facts are unknown: every way in which they can turn out is judged."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from rules_engine.model.judgement import FALSE, NOTHING, TRUE, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from rules_engine.model.judgement import Fact, JudgementRule

MOST_WAYS = 64
"""Of more ways not each is judged; then everything that one of them could bring is possible."""
Facts = dict[str, str]


def is_open(facts: Mapping[str, str]) -> bool:
    """Return whether a fact is unknown; facts that no rule asks for are not stated."""
    return UNKNOWN in facts.values()


def ways(
    facts: Mapping[str, str], known: Sequence[Fact], voidable: Collection[str] = ()
) -> list[Facts] | None:
    """Return every way in which unknown facts can turn out; ``None``: there are too many.

    Args:
        facts: each fact's name and value.
        known: the facts, with the values that they can have.
        voidable: those for which there can be nothing by which they could be told.
    """
    options: list[Sequence[str]] = []
    count = 1
    for fact in known:
        sure = facts[fact.name] != UNKNOWN
        nothing = [NOTHING] if fact.name in voidable else []
        items = (
            [facts[fact.name]] if sure else [*(v for v in fact.values if v != UNKNOWN), *nothing]
        )
        options.append(items)
        count *= len(items)
    if count > MOST_WAYS:
        return None
    names = [fact.name for fact in known]
    results = (dict(zip(names, values, strict=True)) for values in product(*options))
    return [way for way in results if _agrees(way)]


def _agrees(way: Facts) -> bool:
    """Return whether that some veto was hit goes with the vetoes that were."""
    hit = any(name.endswith(".veto") and value == TRUE for name, value in way.items())
    return not (hit and way.get("any_veto") == FALSE)


def possible(
    facts: Mapping[str, str], rules: Iterable[JudgementRule]
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return each consequence that can follow, with what the first rule that allows it needs."""
    left, results = list(rules), dict[str, tuple[tuple[str, str], ...]]()
    while ready := [r for r in left if all(_can_be(need, facts, results) for need in r.needs)]:
        for rule in ready:
            results.setdefault(rule.consequence, rule.needs)
            left.remove(rule)
    return results


def _can_be(need: tuple[str, str], facts: Mapping[str, str], derived: Mapping[str, object]) -> bool:
    name, value = need
    return name in derived or facts.get(name) in (value, UNKNOWN)
