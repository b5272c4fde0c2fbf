"""Looks through what others have: a petition of one moves what all are compared with.

With one more petition a mean, a median or a sum of all can move. That changes what the one is given
whose petition it is, and what all the others are given.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.plan.peers import behind, references

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules_engine.checks.monotonicity import Change
    from rules_engine.checks.petitions import Changes, Charge
    from rules_engine.plan.rules import IndicatorRule, Rulebook


def through_others(book: Rulebook, charge: Charge) -> Charge:
    """Return a charge that is also lost by what a record does to the references in it.

    Args:
        book: the compiled rules.
        charge: a score line or a standard.
    """
    own = [rule.id for rule in references(book) if rule.id in charge.indicators]
    if not own:
        return charge
    named = charge.indicators.union(*(behind(book, name) for name in own))
    moves = _Moves(charge, [rule for rule in references(book) if rule.id in named])
    return replace(charge, indicators=named, loses=moves.loses)


class _Moves:
    """What becomes of references when a record comes."""

    def __init__(self, charge: Charge, rules: Sequence[IndicatorRule]) -> None:
        """Take the charge as it is, and the references that it rests on, each behind its own."""
        self._charge, self._rules = charge, rules
        self._turned = {
            rule.id: exp.Neg(this=exp.Paren(this=rule.peers.of.tree.copy()))
            for rule in rules
            if rule.peers is not None and rule.peers.of.tree is not None
        }

    def loses(self, changes: Changes) -> bool:
        """Return whether something is lost by the one whose record it is, or by another."""
        loses = self._charge.loses
        return loses(changes) or any(
            loses({**changes, **moved}) or loses(moved) for moved in self._moved(changes)
        )

    def _moved(self, changes: Changes) -> Iterator[Changes]:
        """Yield how the references move, up and down, as far as they can.

        A rate of others that rises since they handle matters well is no charge for petitions.
        """
        counts = {name: change for name, change in changes.items() if change == "one more"}
        up: dict[str, Change] = {}
        down: dict[str, Change] = {}
        for rule in self._rules:
            assert rule.peers is not None
            among = rule.peers.among.indicators if rule.peers.among else frozenset()
            turns = bool(among & {*counts, *up, *down})  # others may come to count
            # of references it is not known how far they move: as far as the count, or not at all
            known = [{**own, **moved} for own in (counts, {}) for moved in ({}, up, down)]
            if turns or any(self._rises(rule, changed) for changed in known):
                up[rule.id] = "one more"
            if turns or any(self._falls(rule, changed) for changed in known):
                down[rule.id] = "one less"
        yield from (moved for moved in (up, down) if moved)

    def _falls(self, rule: IndicatorRule, changes: Changes) -> bool:
        tree = rule.peers.of.tree if rule.peers else None
        return tree is not None and self._charge.monotone.on_points(tree, changes)

    def _rises(self, rule: IndicatorRule, changes: Changes) -> bool:
        turned = self._turned.get(rule.id)
        return turned is not None and self._charge.monotone.on_points(turned, changes)
