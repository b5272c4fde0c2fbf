"""Conditions of consequences become lists of facts, and what cannot is refused."""

from __future__ import annotations

import pytest

from rules_engine.model.judgement import Fact, JudgementRule

TOWN = """
tables: {{villages: {{}}, visits: {{}}}}
indicators:
  irregular: {{label: 非正常访, from: visits, where: irregular}}
standards:
  calm: {{label: 平稳, when: irregular = 0}}
  few: {{label: 不多, when: irregular < 3}}
sections:
  all:
    label: All
    clause: C1
    criteria:
      visits: {{label: 走访, points: 100, method: per item, deduct: [{{of: irregular, each: 5}}], veto: irregular > 9}}
consequences:
  first: {{label: 甲, kind: status, when: calm}}
  second: {{label: 乙, kind: sanction, when: "{when}", clause: C1}}
"""  # noqa: E501 - one line a criterion


@pytest.fixture
def rules(reviewed):
    """Return what a condition becomes: the needs of each rule, or the findings."""

    def of(when):
        found = reviewed(TOWN.format(when=when))
        book = found.book
        needs = [dict(r.needs) for r in book.judgement if r.consequence == "second"]
        stopping = [f for f in found.findings if f.severity == "error"]
        return needs, stopping, book

    return of


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("calm", [{"calm": "true"}]),
        ("not calm", [{"calm": "false"}]),
        ("平稳", [{"calm": "true"}]),
        ("calm and few", [{"calm": "true", "few": "true"}]),
        ("calm or few", [{"calm": "true"}, {"few": "true"}]),
        ("not (calm and few)", [{"calm": "false"}, {"few": "false"}]),
        ("not (calm or few)", [{"calm": "false", "few": "false"}]),
        ("not not calm", [{"calm": "true"}]),
        ("first", [{"first": "true"}]),
        ("甲 or few", [{"first": "true"}, {"few": "true"}]),
        ("visits.veto", [{"visits.veto": "true"}]),
        ("not visits.veto", [{"visits.veto": "false"}]),
        ("any_veto and not few", [{"any_veto": "true", "few": "false"}]),
        ("band = '良好'", [{"band": "good"}]),
        ("band = 'good'", [{"band": "good"}]),
        ("band <> 'good'", [{"band": "poor"}]),
        ("not band = 'good'", [{"band": "poor"}]),
        ("band in ('良好', 'poor')", [{"band": "good"}, {"band": "poor"}]),
        ("band not in ('良好')", [{"band": "poor"}]),
        (
            "(calm or few) and band = 'good'",
            [{"band": "good", "calm": "true"}, {"band": "good", "few": "true"}],
        ),
        ("calm and (few or not calm)", [{"calm": "true", "few": "true"}]),
        ("calm and calm", [{"calm": "true"}]),
    ],
)
def test_a_condition_becomes_alternatives(rules, when, expected):
    needs, findings, _ = rules(when)
    assert findings == []
    assert needs == expected


@pytest.mark.parametrize(
    ("when", "code", "hint"),
    [
        ("kalm", "unknown-name", "calm"),
        ("band", "unknown-name", ""),
        ("irregular > 3", "forbidden-sql", "standard"),
        ("calm = true", "forbidden-sql", "write calm, or not calm"),
        ("grade = 'good'", "forbidden-sql", "write band = '良好'"),
        ("等次 = '优秀'", "forbidden-sql", "write band = '良好'"),
        ("grade in ('good', 'poor') and calm", "forbidden-sql", "write band = '良好'"),
        ("rank <= 3", "forbidden-sql", "a grade with “quota”"),
        ("名次 between 1 and 3", "forbidden-sql", "the method rank"),
        ("calm and not 总分 >= 90", "forbidden-sql", "its “from”, and write band = '良好'"),
        ("band > 'good'", "forbidden-sql", "band in ('良好', …)"),
        ("band like 'g%'", "forbidden-sql", "band = '良好'"),
        ("irregular in (1, 2)", "forbidden-sql", "standard"),
        ("3 < 非正常访", "forbidden-sql", "say it under standards"),
        ("band = '优秀'", "unknown-grade", "good"),
        ("not first", "negated-consequence", "standard"),
        ("calm and not calm", "never-true", ""),
        ("band = 'good' and band = 'poor'", "never-true", ""),
        ("exists (select 1)", "forbidden-sql", ""),
        ("calm and", "bad-expression", ""),
        ("count(*) > 1", "forbidden-sql", ""),
    ],
)
def test_what_is_refused(rules, when, code, hint):
    _, findings, _ = rules(when)
    assert [f.code for f in findings] == [code]
    assert hint in str(findings[0].hint)
    assert findings[0].place.line is not None


def test_what_repeats_itself_does_not_grow(rules):
    needs, findings, _ = rules(" and ".join(["(calm or not calm) and (few or not few)"] * 30))
    assert findings == []
    assert len(needs) == 4


def test_too_many_alternatives_are_refused_before_they_grow(rules):
    words = ("calm", "few", "any_veto", "visits.veto")
    terms = [f"({word} or not {word} or first)" for word in words]
    _, findings, _ = rules(" and ".join([*terms, "(band = 'good' or band = 'poor' or first)"] * 9))
    assert [f.code for f in findings] == ["too-many-alternatives"]


def test_only_facts_that_are_used_are_stated(rules):
    _, _, book = rules("few and band = 'good'")
    assert book.facts == (Fact("calm"), Fact("few"), Fact("band", ("good", "poor", "unknown")))
    assert JudgementRule("second", (("band", "good"), ("few", "true"))) in book.judgement
