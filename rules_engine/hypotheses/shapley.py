"""Divides a move among the changes behind it: by Shapley, which asks for no order of them.

A share is what a change adds to a mixture, averaged over every order in which the changes could
be made. Up to :data:`MOST_EXACT` changes all mixtures are assessed; above that, orders are drawn.
Either way the shares of one move add up to it exactly.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_EXACT = 8
ORDERS = 50
SEED = 20250101

Mixture = frozenset[int]
"""The numbers of the changes that are made."""


@dataclass(frozen=True)
class Weighing:
    """Which mixtures are assessed, and how they count.

    Attributes:
        mixtures: the first without any change, the last with all; the others without order.
        weights: for mixture and change, how often it counts for the change, out of ``whole``.
        orders: how many orders were drawn; 0: all of them count.
    """

    mixtures: tuple[Mixture, ...]
    weights: Mapping[tuple[Mixture, int], int]
    whole: int
    orders: int = 0

    def shares(self, values: Mapping[Mixture, int], changes: int) -> tuple[Fraction, ...]:
        """Return the share of each change in a move, from what each mixture gives."""
        sums = [0] * changes
        for (mixture, change), weight in self.weights.items():
            sums[change] += weight * values[mixture]
        return tuple(Fraction(total, self.whole) for total in sums)


def weighing(changes: int, orders: int = ORDERS, seed: int = SEED) -> Weighing:
    """Return the mixtures that tell the shares of so many changes."""
    if changes <= MOST_EXACT:
        return _exact(changes)
    return _drawn(changes, orders, seed)


def _exact(changes: int) -> Weighing:
    everyone = range(changes)
    mixtures = [frozenset(c) for size in range(changes + 1) for c in combinations(everyone, size)]
    weights: dict[tuple[Mixture, int], int] = {}
    for mixture in mixtures:
        size = len(mixture)
        for change in everyone:
            inside = change in mixture
            before = size - inside
            weight = factorial(before) * factorial(changes - before - 1)
            weights[mixture, change] = weight if inside else -weight
    return Weighing(tuple(mixtures), weights, factorial(changes))


def _drawn(changes: int, orders: int, seed: int) -> Weighing:
    """Draw orders, each with its reverse: what is early in one is late in the other."""
    dice = random.Random(seed)
    everyone = list(range(changes))
    weights: defaultdict[tuple[Mixture, int], int] = defaultdict(int)
    whole = frozenset(everyone)
    seen = {frozenset[int](): None}
    pairs = -(-orders // 2)
    for _ in range(pairs):
        order = dice.sample(everyone, changes)
        for one in (order, order[::-1]):
            made: Mixture = frozenset()
            for change in one:
                weights[made, change] -= 1
                made |= {change}
                weights[made, change] += 1
                seen[made] = None
    for change in everyone:
        seen[whole - {change}] = None
    del seen[whole]
    return Weighing((*seen, whole), weights, 2 * pairs, 2 * pairs)


def apportioned(shares: Sequence[Fraction], places: int) -> tuple[Decimal, ...]:
    """Return shares with so many places that add up to what the exact ones add up to.

    What rounding down leaves over goes to those who lost most by it, the first of equals first.
    """
    unit = 10**places
    floors = [share * unit // 1 for share in shares]
    left = round(sum(shares) * unit) - sum(floors)
    by_rest = sorted(range(len(shares)), key=lambda i: floors[i] - shares[i] * unit)
    for index in by_rest[:left]:
        floors[index] += 1
    return tuple(Decimal(value).scaleb(-places) for value in floors)
