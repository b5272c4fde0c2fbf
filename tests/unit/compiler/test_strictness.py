"""Which way a condition or a sum goes when it is written otherwise."""

from __future__ import annotations

import pytest

from rules_engine.compiler.analysis.strictness import Raising, Strictness
from rules_engine.compiler.analysis.worlds import world_of
from rules_engine.compiler.normal import normal
from rules_engine.compiler.parsing import parse
from rules_engine.errors import NOWHERE

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
def world(reviewed):
    book = reviewed(INDICATORS).book
    return world_of(book, "village", book.frame)


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
def test_conditions(world, before, after, relation):
    assert Strictness(world, world).of_conditions(tree(before), tree(after)) == relation


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
def test_sums(world, before, after, relation):
    assert Strictness(world, world).of_sums(tree(before), tree(after)) == relation


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("10 - 2 * late - missing", "less"),
        ("missing", "same"),
        ("late * 2", "more"),
        ("case when late > 2 then 0 else late end", "other"),
    ],
)
def test_one_that_is_greater(world, text, relation):
    assert Raising(world, "late").of_sum(tree(text)) == relation


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
