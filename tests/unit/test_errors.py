"""Findings, places and errors, as they are shown and as data."""

from __future__ import annotations

import pytest

from rules_engine import errors
from rules_engine.errors import (
    Finding,
    Place,
    RulesEngineError,
    RulesetError,
    UsageError,
    stops,
)
from rules_engine.messages import msg, speaking


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (Place(), ""),
        (Place("a.yaml"), "a.yaml"),
        (Place("a.yaml", 3), "a.yaml:3"),
        (Place("a.yaml", 3, 7), "a.yaml:3:7"),
        (Place("cases.csv", table="cases", row=3), "cases.csv: cases, row 3"),
        (Place("cases", table="cases", row=3, field="x"), "cases: row 3, column x"),
        (Place(table="cases"), "cases"),
    ],
)
def test_a_place_is_shown_as_far_as_it_is_known(place, shown):
    with speaking("en"):
        assert str(place) == shown


def test_a_finding_as_data_has_no_empty_fields():
    finding = Finding("some-code", msg("{n} too many", n=3), Place("a.yaml", 1, 2))
    with speaking("en"):
        assert finding.as_dict() == {
            "code": "some-code",
            "severity": "error",
            "message": "3 too many",
            "file": "a.yaml",
            "line": 1,
            "column": 2,
        }


def test_an_acknowledged_finding_stops_nothing_and_keeps_what_it_says():
    finding = Finding("rights-stopping", msg("counts people"), Place("a.yaml", 1, 2))
    known = finding.acknowledge("the paper says so")
    assert (known.code, known.message, known.place) == (
        finding.code,
        finding.message,
        finding.place,
    )
    assert known.acknowledged == "the paper says so"
    assert stops([finding])
    assert not stops([known])


@pytest.mark.parametrize(
    ("severity", "stopped"), [("error", True), ("warning", False), ("info", False)]
)
def test_only_errors_stop(severity, stopped):
    assert stops([Finding("x-y", msg("x"), severity=severity)]) is stopped


def test_nothing_stops_nothing():
    assert not stops([])


def test_an_error_made_of_one_finding_keeps_its_kind():
    error = UsageError.of("bad-value", msg("no {x}", x=1), hint=msg("try 2"), place=Place("a"))
    assert type(error) is UsageError
    (finding,) = error.findings
    assert finding == Finding("bad-value", msg("no {x}", x=1), Place("a"), msg("try 2"))
    assert str(error) == "no 1"


def test_an_error_carries_all_findings_and_says_the_first():
    one, two = Finding("a-b", msg("one")), Finding("c-d", msg("two"))
    error = RulesetError(one, two)
    assert error.findings == (one, two)
    assert str(error) == "one"


def test_there_is_one_root():
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, Exception)]
    assert len(kinds) >= 7
    assert all(issubclass(kind, RulesEngineError) for kind in kinds)


def test_findings_can_be_told_apart_and_put_into_sets():
    one = Finding("a-b", msg("{n}", n=1))
    assert len({one, Finding("a-b", msg("{n}", n=1)), Finding("a-b", msg("{n}", n=2))}) == 2
