"""Whatever stands in a ruleset is a finding or runs; it never becomes a database error."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conditions import ANY_TEXT, CONDITIONS, NUMBERS, compiled, mutations, run, spelt
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rules_engine.engines.duckdb_engine import DuckDBSession

QUICK = settings(
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.fixture(scope="module")
def session():
    session = DuckDBSession(1)
    yield session
    session.close()


def _compiled_well(text, kind="boolean"):
    """Compile a good text; a division by what is written as zero is the one thing to object to."""
    result, findings = compiled(text, kind)
    assert {f.code for f in findings} <= {"division-by-zero"}, [str(f.message) for f in findings]
    assume(result is not None)
    return result


def _finding_or_runs(session, text, kind):
    result, findings = compiled(text, kind)
    if result is None:
        assert findings
        assert all(f.code and str(f.message) for f in findings)
        assert all(1 <= f.place.column <= len(text) + 1 for f in findings)
    else:
        assert not findings
        run(session, result)


@settings(QUICK, max_examples=150)
@given(text=CONDITIONS)
def test_a_good_condition_compiles_and_runs(session, text):
    assert set(run(session, _compiled_well(text))) <= {True, False, None}


@settings(QUICK, max_examples=100)
@given(text=NUMBERS)
def test_a_good_formula_compiles_and_runs(session, text):
    values = run(session, _compiled_well(text, "number"))
    assert all(v is None or isinstance(v, int) for v in values)


@settings(QUICK, max_examples=300)
@given(both=spelt())
def test_a_condition_in_chinese_words_is_the_same_condition(both):
    plain, text = (compiled(t) for t in both)
    assert [f.code for f in text[1]] == [f.code for f in plain[1]]
    if plain[0] is not None:
        assert text[0].sql == plain[0].sql
        assert replace(text[0], tree=None, sql=plain[0].sql) == replace(plain[0], tree=None)


@settings(QUICK, max_examples=300)
@given(text=mutations(), kind=st.sampled_from(["boolean", "number"]))
def test_a_damaged_condition_is_a_finding_or_runs(session, text, kind):
    _finding_or_runs(session, text, kind)


@settings(QUICK, max_examples=300)
@given(text=ANY_TEXT, kind=st.sampled_from(["boolean", "number"]))
def test_any_text_is_a_finding_or_runs(session, text, kind):
    _finding_or_runs(session, text, kind)
