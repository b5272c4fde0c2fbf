"""Scaled integers in DuckDB agree with Python's exact decimals."""

from __future__ import annotations

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_engine.conditions import numbers
from rules_engine.conditions.sql import column, integer
from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.plan.builder import rate_of

QUICK = settings(deadline=None, database=None, max_examples=40)
LARGE = st.integers(-(10**12), 10**12)
NEAR_HALF = st.builds(
    lambda half, off: half * 5 + off, st.integers(-(10**8), 10**8), st.integers(-1, 1)
)
NUMERATORS = st.lists(st.one_of(LARGE, NEAR_HALF), min_size=1, max_size=30)
SCALES = st.integers(0, 6)


@pytest.fixture(scope="module")
def session():
    session = DuckDBSession(1)
    yield session
    session.close()


def _values(session, sql, **columns):
    table = pa.table({name: pa.array(values, pa.int64()) for name, values in columns.items()})
    session.register("numbers", table)
    return session.query(f'SELECT {sql.sql("duckdb")} AS v FROM "numbers"').column(0).to_pylist()


def _half_up(value):
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


@settings(QUICK)
@given(pairs=st.lists(st.tuples(LARGE | NEAR_HALF, st.integers(1, 10**6)), min_size=1, max_size=30))
def test_division_rounds_half_away_from_zero(session, pairs):
    n, d = zip(*pairs, strict=True)
    got = _values(session, numbers.divide_half_up(column("n"), column("d")), n=n, d=d)
    assert got == [_half_up(Decimal(a) / Decimal(b)) for a, b in pairs]


@settings(QUICK)
@given(values=NUMERATORS, divisor=st.integers(1, 10**6))
def test_division_by_a_literal_rounds_the_same_way(session, values, divisor):
    sql = numbers.divide_half_up(column("n"), integer(divisor))
    assert _values(session, sql, n=values) == [_half_up(Decimal(v) / divisor) for v in values]


@settings(QUICK)
@given(values=NUMERATORS, scale=SCALES, wanted=SCALES)
def test_a_change_of_scale_keeps_the_number_or_rounds_it_half_up(session, values, scale, wanted):
    got = _values(session, numbers.to_scale(column("n"), scale, wanted), n=values)
    assert got == [_half_up(Decimal(v).scaleb(wanted - scale)) for v in values]


@settings(QUICK)
@given(values=NUMERATORS, scale=SCALES)
def test_floor_goes_down_below_zero_as_well(session, values, scale):
    got = _values(session, numbers.floor_to_whole(column("n"), scale), n=values)
    assert got == [int(Decimal(v).scaleb(-scale).to_integral_value(ROUND_FLOOR)) for v in values]


@settings(QUICK)
@given(pairs=st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 10**9)), min_size=1))
def test_a_rate_has_six_places_half_up(session, pairs):
    n, d = zip(*pairs, strict=True)
    sql = rate_of(numbers.multiply(column("n"), integer(10**numbers.RATE)), column("d"))
    got = _values(session, sql, n=n, d=d)
    assert got == [_half_up(Decimal(a) * 10**6 / Decimal(b)) for a, b in pairs]


@settings(QUICK)
@given(
    values=NUMERATORS,
    bounds=st.tuples(st.none() | st.integers(-(10**6), 0), st.none() | st.integers(0, 10**6)),
)
def test_clamp_holds_a_number_between_its_bounds(session, values, bounds):
    low, high = bounds
    got = _values(session, numbers.clamp(column("n"), low, high), n=values)
    expected = [v if low is None else max(v, low) for v in values]
    assert got == [v if high is None else min(v, high) for v in expected]


@settings(QUICK)
@given(left=NUMERATORS, right=NUMERATORS, least=st.booleans())
def test_the_greater_of_two_is_unknown_when_one_is(session, left, right, least):
    pairs = [*zip(left, right, strict=False), (None, 1), (1, None), (None, None)]
    n, m = zip(*pairs, strict=True)
    got = _values(session, numbers.greater_of(column("n"), column("m"), least=least), n=n, m=m)
    choose = min if least else max
    assert got == [None if None in pair else choose(pair) for pair in pairs]
