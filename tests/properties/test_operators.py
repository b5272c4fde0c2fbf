"""Every operator and function gives what :mod:`reference` says, over every pair of types."""

from __future__ import annotations

from fractions import Fraction

import pytest
import reference
from cells import LITERALS, NAMES, Expr, compiled, pairs, wrong_cells
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rules_engine.conditions.functions import FUNCTIONS
from rules_engine.conditions.words import COMPARISON_WORDS, PHRASES
from rules_engine.engines.duckdb_engine import DuckDBSession

KINDS = ("number", "date", "timestamp", "text", "boolean")
DAYS = {"date", "timestamp", "day"}
RANDOM = settings(
    deadline=None,
    database=None,
    max_examples=15,
    phases=[Phase.generate],  # the cells that are wrong tell enough, and shrinking takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
WORDS = {
    sign: [word for word, sql in COMPARISON_WORDS.items() if sql == sign]
    for sign in "= <> < <= > >=".split()
}


@pytest.fixture(scope="module")
def session():
    session = DuckDBSession(1)
    yield session
    session.close()


def comparable(left, right):
    return left == right or {left, right} <= DAYS or {left, right} == {"text", "day"}


def as_text(item):
    """Return a day in quotes as the text that it is beside a text."""
    if item.kind != "day":
        return item
    text = item.sql.strip("'")
    return Expr(item.sql, f"“{text}”", "text", lambda row: text)


def comparison(sign, left, right):
    right = as_text(right) if left.kind == "text" else right
    word = WORDS[sign][len(left.sql + right.sql) % len(WORDS[sign])]
    return Expr(
        f"{left.sql} {sign} {right.sql}",
        f"{left.zh} {word} {right.zh}",
        "boolean",
        lambda row: reference.compared(sign, left.of(row), right.of(row)),
    )


def negation(inner):
    return Expr(
        f"not ({inner.sql})",
        f"非（{inner.zh}）",
        "boolean",
        lambda row: reference.opposite(inner.of(row)),
    )


def ranged(value, low, high, *, negated=False):
    judge = reference.not_between if negated else reference.between
    return Expr(
        f"{value.sql} {'not ' if negated else ''}between {low.sql} and {high.sql}",
        f"{value.zh} {'不' if negated else ''}介于 {low.zh} 和 {high.zh} 之间",
        "boolean",
        lambda row: judge(value.of(row), low.of(row), high.of(row)),
    )


def listed(value, *items, negated=False):
    judge = reference.not_member if negated else reference.member
    return Expr(
        f"{value.sql} {'not ' if negated else ''}in ({', '.join(i.sql for i in items)})",
        f"{value.zh} {'不' if negated else ''}属于（{'、'.join(i.zh for i in items)}）",
        "boolean",
        lambda row: judge(value.of(row), *(i.of(row) for i in items)),
    )


def emptiness(value, *, negated=False):
    return Expr(
        f"{value.sql} is {'not ' if negated else ''}null",
        f"{value.zh} {'不' if negated else ''}为空",
        "boolean",
        lambda row: reference.is_null(value.of(row)) != negated,
    )


def likeness(value, pattern, *, negated=False):
    text = f"{value.sql} {'not ' if negated else ''}like '{pattern}'"
    return Expr(
        text, text, "boolean",
        lambda row: reference.like(value.of(row), pattern, wanted=not negated),
    )  # fmt: skip


def with_negations(*expressions):
    return [e for expression in expressions for e in (expression, negation(expression))]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", [*KINDS, "day"])
def test_comparisons_of_every_pair_of_types(session, kind, other):
    signs = ("=", "<>") if kind == "boolean" else WORDS
    made = [comparison(sign, *pair) for sign in signs for pair in pairs(kind, other)]
    if comparable(kind, other):
        assert wrong_cells(session, with_negations(*made)) == []
    else:
        assert all(compiled(e.sql, "boolean")[0] is None for e in made), "no value of two types"


@pytest.mark.parametrize("kind", KINDS)
def test_lists_and_ranges_in_any_order(session, kind):
    names = [e for e in NAMES if e.kind == kind]
    others = [e for e in [*NAMES, *LITERALS] if comparable(kind, e.kind)]
    others = [as_text(e) if kind == "text" else e for e in others]
    made = []
    for index, value in enumerate(names):
        for n in range(len(others)):
            low, high = others[n], others[(n + index + 1) % len(others)]
            for negated in (False, True):
                made += [listed(value, low, high, negated=negated)]
                made += [listed(value, high, low, negated=negated)]
                if kind not in ("text", "boolean"):
                    made.append(ranged(value, low, high, negated=negated))
    assert wrong_cells(session, with_negations(*made)) == []


def test_emptiness_of_every_value(session):
    made = [emptiness(e, negated=negated) for e in NAMES for negated in (False, True)]
    assert wrong_cells(session, with_negations(*made)) == []


def test_likeness_of_every_text(session):
    texts = [e for e in NAMES if e.kind == "text"]
    patterns = ("东%", "%", "%%", "_街", "a%", "村", "%街%", "")
    made = [
        likeness(e, pattern, negated=negated)
        for e in texts
        for pattern in patterns
        for negated in (False, True)
    ]
    assert wrong_cells(session, with_negations(*made)) == []


def test_yes_and_no_alone(session):
    plain = [e for e in NAMES if e.kind == "boolean"]
    assert wrong_cells(session, with_negations(*plain)) == []


def test_every_word_of_a_comparison_is_tried():
    assert sorted(w for words in WORDS.values() for w in words) == sorted(COMPARISON_WORDS)
    assert set(PHRASES) == {"不属于", "不介于", "为空", "不为空"}


# calculations, however they are nested


def arithmetic(sign, left, right):
    return Expr(
        f"({left.sql} {sign} {right.sql})",
        f"（{left.zh} {dict(zip('+-*/', '＋－×÷', strict=True))[sign]} {right.zh}）",
        "number",
        lambda row: reference.ARITHMETIC[sign](left.of(row), right.of(row)),
    )


def called(name, *arguments, places=None):
    word = FUNCTIONS[name].chinese or name
    last = () if places is None else (str(places),)
    return Expr(
        f"{name}({', '.join([*(a.sql for a in arguments), *last])})",
        f"{word}（{'，'.join([*(a.zh for a in arguments), *last])}）",
        arguments[0].kind if name == "coalesce" else "number",
        lambda row: reference.FUNCTIONS[name](
            *(a.of(row) for a in arguments), *(() if places is None else (places,))
        ),
    )


def chosen(test, left, right):
    return Expr(
        f"(case when {test.sql} then {left.sql} else {right.sql} end)",
        f"(case when {test.zh} then {left.zh} else {right.zh} end)",
        left.kind,
        lambda row: reference.chosen([(test.of(row), left.of(row))], right.of(row)),
    )


DATES = st.sampled_from([e for e in [*NAMES, *LITERALS] if e.kind in DAYS])
TRUE_DATES = st.sampled_from([e for e in [*NAMES, *LITERALS] if e.kind == "date"])
LEAVES = st.one_of(
    st.sampled_from([e for e in [*NAMES, *LITERALS] if e.kind == "number"]),
    st.builds(called, st.sampled_from(["days", "months", "full_months"]), DATES, DATES),
    st.builds(called, st.sampled_from(["year", "month", "day", "weekday"]), DATES),
    st.builds(lambda text: called("length", text),
              st.sampled_from([e for e in NAMES if e.kind == "text"])),
)  # fmt: skip


def deeper(inner):
    test = st.builds(comparison, st.sampled_from(list(WORDS)), inner, inner)
    return st.one_of(
        st.builds(arithmetic, st.sampled_from("+-*/"), inner, inner),
        st.builds(called, st.sampled_from(["floor", "ceil", "abs", "round"]), inner),
        st.builds(lambda x, places: called("round", x, places=places), inner, st.integers(0, 4)),
        st.builds(called, st.sampled_from(["least", "greatest", "coalesce"]), inner, inner),
        st.builds(chosen, test, inner, inner),
    )


NUMBERS = st.recursive(LEAVES, deeper, max_leaves=5)
TESTS = st.one_of(
    st.builds(comparison, st.sampled_from(list(WORDS)), NUMBERS, NUMBERS),
    st.builds(listed, NUMBERS, NUMBERS, NUMBERS, negated=st.booleans()),
    st.builds(ranged, NUMBERS, NUMBERS, NUMBERS, negated=st.booleans()),
    st.builds(emptiness, NUMBERS, negated=st.booleans()),
    st.builds(
        lambda sign, left, right, other: comparison(sign, called("coalesce", left, right), other),
        st.sampled_from(list(WORDS)), TRUE_DATES, TRUE_DATES, TRUE_DATES,
    ),
)  # fmt: skip


def joined(inner):
    def both(word, left, right):
        judge = reference.all_of if word == "and" else reference.any_of
        zh = {"and": "且", "or": "或"}[word]
        return Expr(f"({left.sql}) {word} ({right.sql})", f"（{left.zh}）{zh}（{right.zh}）",
                    "boolean", lambda row: judge(left.of(row), right.of(row)))  # fmt: skip

    return st.one_of(
        st.builds(both, st.sampled_from(["and", "or"]), inner, inner), st.builds(negation, inner)
    )


CONDITIONS = st.recursive(TESTS, joined, max_leaves=3)


@settings(RANDOM)
@given(expressions=st.lists(NUMBERS, min_size=8, max_size=12))
def test_calculations_are_exact(session, expressions):
    assert wrong_cells(session, expressions) == []


@settings(RANDOM)
@given(expressions=st.lists(CONDITIONS, min_size=6, max_size=10))
def test_conditions_over_calculations(session, expressions):
    assert wrong_cells(session, expressions) == []


def test_a_rounded_division_by_zero_is_unknown_beside_an_event_too(session):
    named = {e.sql: e for e in (*NAMES, *LITERALS)}
    divided = called("ceil", arithmetic("/", named["3"], named["score"]))
    event = arithmetic("/", named["3"], called("weekday", named["sent_at"]))
    assert wrong_cells(session, [comparison("=", divided, event)]) == []


def test_every_function_has_a_reference():
    elsewhere = {"workdays", "plus_workdays", "empty"}  # a calendar, a rate: their own tests
    assert set(FUNCTIONS) == {*reference.FUNCTIONS, *elsewhere}


def test_the_reference_rounds_half_away_from_zero():
    assert [reference.half_up(Fraction(n, 8), 2) for n in (1, -1, 3)] == [
        Fraction("0.13"), Fraction("-0.13"), Fraction("0.38"),
    ]  # fmt: skip
