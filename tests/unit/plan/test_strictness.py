"""Which way a condition or a sum goes when it is written otherwise."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement, product

import pytest

from rules_engine.checks.context import context_of
from rules_engine.checks.strictness import Raising, Strictness
from rules_engine.conditions.normal_form import normal
from rules_engine.conditions.parser import parse
from rules_engine.errors import NOWHERE
from rules_engine.model.subjects import SubjectKind

INDICATORS = """
tables: {reports: {}, cases: {}}
indicators:
  late: {label: 迟报, from: reports, where: submitted_at > due_at}
  missing: {label: 漏报, from: reports, where: submitted_at is null}
  closed: {label: 办结率, from: cases, rate: {of: closed_on is not null}}
"""
NAMES = {"迟报": "late", "漏报": "missing", "办结率": "closed"}


def tree(text):
    return parse(text, lambda _: NOWHERE, {*NAMES, *NAMES.values()})


@pytest.fixture
def context(reviewed):
    book = reviewed(INDICATORS).book
    return context_of(book, SubjectKind.VILLAGE, book.frame)


@pytest.mark.parametrize(
    ("before", "after", "relation"),
    [
        ("late > 3", "late >= 4", "same"),
        ("late > 3", "late > 2", "more"),
        ("late > 3", "late > 3 and missing = 0", "less"),
        ("late > 3", "missing > 3", "other"),
        ("late + missing > 3", "late + missing > 4", "less"),
        ("closed >= 0.9", "closed >= 90%", "same"),
        ("not late = 0", "late <> 0", "same"),
        ("true", "late = 0", "less"),
    ],
)
def test_conditions(context, before, after, relation):
    assert Strictness(context, context).of_conditions(tree(before), tree(after)) == relation


@pytest.mark.parametrize(
    ("before", "after", "relation"),
    [
        ("10 - 2 * late", "10 - 3 * late", "less"),
        ("10 - 2 * late", "11 - 2 * late", "more"),
        ("10 - 2 * late", "11 - 3 * late", "other"),
        ("10 - late * 2", "5 + 5 - 2 * late", "same"),
        ("4 * closed", "5 * closed", "more"),
        (
            "case when closed >= 0.9 then 5 else 0 end",
            "case when closed >= 0.8 then 5 else 0 end",
            "more",
        ),
    ],
)
def test_sums(context, before, after, relation):
    assert Strictness(context, context).of_sums(tree(before), tree(after)) == relation


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("10 - 2 * late - missing", "less"),
        ("missing", "same"),
        ("late * 2", "more"),
        ("case when late > 2 then 0 else late end", "other"),
    ],
)
def test_one_that_is_greater(context, text, relation):
    assert Raising(context, "late").of_sum(tree(text)) == relation


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("late > 3 and missing = 0", "（0 ＝ 漏报） 且 3 < 迟报", True),
        ("closed >= 90%", "办结率 不低于 0.9", True),
        ("late between 1 and 3", "迟报 >= 1 and 迟报 <= 3", True),
        ("late in (1, 2)", "late in (2, 1, 1)", True),
        ("late - missing > 0", "missing - late > 0", False),
        ("late > 3 or missing = 0 and late = 1", "(late > 3 or missing = 0) and late = 1", False),
    ],
)
def test_one_spelling(one, other, same):
    assert (normal(tree(one), NAMES) == normal(tree(other), NAMES)) == same


BASES = ("true", "late > 0", "late > 1 or missing > 0", "missing < 2")
COUNTING = ("missing = 0", "late < 2", "late < 3 and missing < 2")
RECORDS = [(late, missing) for late in range(4) for missing in range(3)]
TOWNS = [town for size in (1, 2) for town in combinations_with_replacement(RECORDS, size)]


def rate(base, of, town):
    """Return the rate as Python counts it; nothing where the base is empty."""
    said = [text.replace(" = ", " == ").replace("true", "True") for text in (base, of)]
    known = [dict(zip(("late", "missing"), record, strict=True)) for record in town]
    whole = [names for names in known if eval(said[0], {}, names)]
    if not whole:
        return None
    return Fraction(sum(eval(said[1], {}, n) for n in whole), len(whole))


def test_what_is_said_of_a_rate_holds_for_every_town(context):
    """Only what holds for all records may be claimed of a rate with another base or count."""
    strictness = Strictness(context, context)
    claimed = set()
    rates = {(b, o): [rate(b, o, town) for town in TOWNS] for b, o in product(BASES, COUNTING)}
    for before, after in product(rates, repeat=2):
        relation = strictness.of_rates(*(((tree(b),), tree(o)) for b, o in (before, after)))
        claimed.add(relation)
        for was, now in zip(rates[before], rates[after], strict=True):
            if was is None or now is None:
                continue
            assert relation != "same" or was == now, (before, after)
            assert relation != "more" or was <= now, (before, after)
            assert relation != "less" or was >= now, (before, after)
    assert claimed == {"same", "more", "less", "other"}
