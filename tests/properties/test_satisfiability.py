"""What is said of two conditions holding together is so: on examples given, and on random rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pyarrow as pa
import pytest
from conditions import CONDITIONS, SCOPE, compiled
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rules_engine.conditions.constraints.constraint import TooInvolved, both
from rules_engine.conditions.constraints.reader import Reader
from rules_engine.conditions.constraints.solver import solve
from rules_engine.conditions.constraints.variables import EARLIEST, LATEST, Variable, is_number
from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.errors import EngineFailure

QUICK = settings(
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
MIDNIGHT = datetime(1, 1, 1)
KINDS = {"score": "number", "rate": "number", "people": "whole"}
SCALES = {"score": 4, "rate": 6}
VARIABLES = {
    s.name: Variable(
        s.name,
        s.label,
        KINDS.get(s.name, s.kind),
        nullable=bool(s.needs) or s.event or s.name == "rate",
        event=s.event,
        values=s.values,
        low=EARLIEST if s.kind in ("date", "timestamp") else None,
        high=LATEST if s.kind in ("date", "timestamp") else None,
        usual=date(2025, 1, 1).toordinal() if s.kind in ("date", "timestamp") else 0,
    )
    for s in SCOPE.symbols.values()
}
NAMES = {name: VARIABLES[symbol.name] for name, symbol in SCOPE.symbols.items()}
TYPES = {
    "number": pa.int64(), "whole": pa.int64(), "text": pa.string(), "boolean": pa.bool_(),
    "date": pa.date32(), "timestamp": pa.timestamp("us"),
}  # fmt: skip
DAYS = st.dates(date(2024, 2, 27), date(2025, 3, 4))
COLUMNS = {
    "people": st.one_of(st.none(), st.integers(0, 12)),
    "score": st.sampled_from([0, 1, 5_000, 10_000, 925_000, -5_000]),
    "rate": st.one_of(st.none(), st.sampled_from([0, 333_333, 900_000, 1_000_000])),
    "level": st.sampled_from(["村", "县", "京"]),
    "place": st.sampled_from([None, "东街", "西街", ""]),
    "irregular": st.sampled_from([None, True, False]),
    "received_on": DAYS,
    "due_on": st.one_of(st.none(), DAYS),
    "closed_on": st.one_of(st.none(), DAYS),
    "submitted_at": st.one_of(
        st.none(), st.datetimes(datetime(2024, 12, 30), datetime(2025, 3, 4))
    ),
}
ROWS = st.lists(st.fixed_dictionaries(COLUMNS), min_size=1, max_size=30)
SOME_ROW = {
    "people": 1, "score": 0, "rate": 0, "level": "村", "place": "东街", "irregular": True,
    "received_on": date(2025, 1, 1), "due_on": None, "closed_on": None, "submitted_at": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def session():
    session = DuckDBSession(1)
    yield session
    session.close()


def _held(session, results, rows):
    """Return, row by row, what the conditions give."""
    columns = {
        name: pa.array([row[name] for row in rows], TYPES[VARIABLES[name].kind]) for name in COLUMNS
    }
    columns["nothing"] = pa.array([row["rate"] is None for row in rows])
    session.register("rows", pa.table(columns))
    chosen = ", ".join(f"{r.sql.sql('duckdb')} AS v{i}" for i, r in enumerate(results))
    try:
        found = session.query(f'SELECT {chosen} FROM "rows"').to_pylist()
    except EngineFailure as error:
        assume(error.findings[0].code != "overflow")
        raise
    return [tuple(row.values()) for row in found]


def _as_stored(name, value):
    variable = VARIABLES[name]
    if not is_number(value):
        return value
    if variable.kind == "date":
        return date.fromordinal(int(value))
    if variable.kind == "timestamp":
        whole = value // 1
        return datetime.combine(date.fromordinal(int(whole)), MIDNIGHT.time()) + timedelta(
            microseconds=round((value - whole) * 86_400_000_000)
        )
    stored = value * 10 ** SCALES.get(name, 0)
    assume(stored.denominator == 1 and abs(stored) < 10**15)
    return int(stored)


def _answer(*asked):
    reader = Reader(NAMES)
    try:
        return solve(both(*(reader.alternatives(r.tree, wanted=wanted) for r, wanted in asked)))
    except TooInvolved:
        assume(False)


def _compiled(text):
    result, _ = compiled(text)
    assume(result is not None)
    return result


@settings(QUICK, max_examples=150)
@given(texts=st.tuples(CONDITIONS, CONDITIONS), wanted=st.tuples(st.booleans(), st.booleans()),
       rows=ROWS)  # fmt: skip
def test_what_cannot_be_never_is_and_an_example_is_one(session, texts, wanted, rows):
    results = [_compiled(text) for text in texts]
    answer = _answer(*zip(results, wanted, strict=True))
    if answer.possible == "no":
        assert wanted not in _held(session, results, rows)
    elif answer.possible == "yes":
        given = {v.name: _as_stored(v.name, x) for v, x in answer.example.items() if v.of is None}
        row = {**SOME_ROW, **given}
        assert _held(session, results, [row]) == [wanted], (row, answer.example)
