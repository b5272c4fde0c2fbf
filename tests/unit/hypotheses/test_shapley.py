"""Shares of a move: they add up to it, and no order of the changes matters."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_engine.hypotheses.shapley import MOST_EXACT, apportioned, weighing

QUICK = settings(deadline=None, database=None, max_examples=40)
VALUES = st.integers(-(10**6), 10**6)


@QUICK
@given(st.integers(1, 5).flatmap(
    lambda n: st.tuples(st.just(n), st.lists(VALUES, min_size=2**n, max_size=2**n))
))  # fmt: skip
def test_exact_shares_are_the_mean_over_all_orders_and_add_up(case):
    changes, numbers = case
    weighed = weighing(changes)
    values = dict(zip(weighed.mixtures, numbers, strict=True))
    shares = weighed.shares(values, changes)
    assert sum(shares) == values[weighed.mixtures[-1]] - values[weighed.mixtures[0]]
    orders = list(permutations(range(changes)))
    for change in range(changes):
        gains = [
            values[frozenset(o[: o.index(change) + 1])] - values[frozenset(o[: o.index(change)])]
            for o in orders
        ]
        assert shares[change] == Fraction(sum(gains), len(orders))


@QUICK
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_changes_does_not_matter(dice):
    changes = 4
    weighed = weighing(changes)
    values = {mixture: dice.randrange(1000) for mixture in weighed.mixtures}
    turned = dice.sample(range(changes), changes)
    other = {frozenset(turned[i] for i in mixture): v for mixture, v in values.items()}
    shares, again = weighed.shares(values, changes), weighed.shares(other, changes)
    assert [again[turned[i]] for i in range(changes)] == list(shares)


@QUICK
@given(st.integers(MOST_EXACT + 1, 12), st.randoms(use_true_random=False))
def test_drawn_shares_add_up_too(changes, dice):
    weighed = weighing(changes, orders=6)
    assert weighed.orders == 6
    assert weighing(changes, orders=6) == weighed
    values = {mixture: dice.randrange(1000) for mixture in weighed.mixtures}
    move = values[frozenset(range(changes))] - values[frozenset()]
    assert sum(weighed.shares(values, changes)) == move
    assert {frozenset(range(changes)) - {i} for i in range(changes)} <= set(weighed.mixtures)


@QUICK
@given(st.lists(st.integers(-50_000, 50_000), min_size=1, max_size=8), st.integers(1, 3))
def test_told_shares_add_up_to_the_move(thirds, denominator):
    shares = [Fraction(t, 3 * denominator) for t in thirds]
    shares.append(round(sum(shares)) - sum(shares))
    assert sum(apportioned(shares, 2)) == sum(shares)


def test_two_changes_that_only_work_together_share_alike():
    weighed = weighing(2)
    values = {mixture: 10 * (len(mixture) == 2) for mixture in weighed.mixtures}
    assert weighed.shares(values, 2) == (5, 5)


@pytest.mark.parametrize("changes", [0, 1])
def test_of_one_change_or_none(changes):
    weighed = weighing(changes)
    assert weighed.shares({m: 7 * len(m) for m in weighed.mixtures}, changes) == (7,) * changes
