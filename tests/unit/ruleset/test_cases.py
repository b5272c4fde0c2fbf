"""Every finding about a ruleset: its code, its place to the column, and what it says to do.

The cases are data, in ``cases/*.yaml``: a change to ``tests/fixtures/small``, and what is found.
"""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from pathlib import Path

import pytest
from ruleset_cases import SMALL, Case, findings_of, read_cases, text_at

ROOT = Path(__file__).parents[3]
CASES = read_cases()
ELSEWHERE = {
    "ambiguous-override": "test_overriding.py",
    "bad-override": "test_overriding.py",
    "cannot-override": "test_overriding.py",
    "unknown-override": "test_overriding.py",
    "as-of-outside-period": "wrong usage of --as-of: tests/cli",
    "bad-name": "a name for a new ruleset: tests/cli/test_new.py",
    "by-default": "a note that is asked for: tests/unit/plan/test_defaults.py",
    "cannot-lay-out": "test_layout.py",
    "cannot-read": "test_reading.py",
    "charged-for-others": "a note that is asked for: tests/cli/test_verbs.py",
    "edition-changes-in-period": "test_editions.py",
    "edition-of-another": "test_editions.py",
    "edition-twice": "test_editions.py",
    "editions-gap": "test_editions.py",
    "editions-overlap": "test_editions.py",
    "file-too-large": "test_reading.py",
    "folder-exists": "a place for a new ruleset: tests/cli/test_new.py",
    "months-in-months": "tests/unit/plan/test_month_indicators.py",
    "not-by-month": "tests/unit/plan/test_month_indicators.py",
    "no-such-ruleset": "test_reading.py",
    "not-looked-into": "a note on what is long: tests/unit/plan/test_involved.py",
    "not-utf8": "test_reading.py",
    "path-outside": "test_families.py",
    "shared-only": "test_families.py",
    "stray-edition": "test_editions.py",
    "two-layouts": "test_editions.py",
    "used-circle": "test_families.py",
    "used-editions": "test_families.py",
    "used-twice": "test_families.py",
}
"""Codes that a change of the small ruleset's text cannot bring about, and where they are tested."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.finds}: {case.note}")
def test_a_fault_is_found_where_it_is(case: Case, tmp_path):
    case.write(tmp_path)
    findings = findings_of(tmp_path)
    hits = [f for f in findings if f.code == case.finds and text_at(f).startswith(case.text)]
    assert hits, [(f.code, str(f.place), text_at(f)[:30]) for f in findings]
    hit = hits[0]
    assert f"{hit.place.line}:{hit.place.column}" == case.at
    assert hit.place.file == str(tmp_path / case.file)
    assert hit.severity == case.severity
    assert str(hit.message)
    assert str(hit.hint), "a finding says what to do"
    assert case.hint in str(hit.hint)
    assert hit.acknowledged == case.acknowledged
    if not case.loose:
        others = Counter(f.code for f in findings if f is not hit)
        assert others == Counter(case.also), "one fault, one finding"


def test_the_ruleset_that_the_cases_change_is_without_findings():
    assert findings_of(SMALL) == ()


def test_notes_are_unique():
    repeated = [n for n, count in Counter((c.finds, c.note) for c in CASES).items() if count > 1]
    assert repeated == []


def test_every_code_of_a_ruleset_has_a_case():
    codes = {c.name for c in _found_codes() if c.stage == "the ruleset"}
    assert len(codes) > 60
    assert codes - {c.finds for c in CASES} - set(ELSEWHERE) == set()
    limits = {c.name for c in _found_codes() if c.file == "rules_engine/limits.py"}
    assert {c.finds for c in CASES} - codes - limits == set(), "nothing gives the code of a case"


def _found_codes():
    """Return what docs/codes.py finds in the source."""
    spec = importlib.util.spec_from_file_location("codes_of_docs", ROOT / "docs" / "codes.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["codes_of_docs"] = module  # its dataclass looks there for its annotations
    spec.loader.exec_module(module)
    return module.find_codes()
