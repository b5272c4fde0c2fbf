"""Judgement follows everything that follows, whatever comes first, and nothing else."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rules_engine.judgement.durable_adapter import Judge
from rules_engine.model.judgement import FALSE, TRUE, UNKNOWN, JudgementRule

QUICK = settings(deadline=None, database=None, max_examples=60)
FACTS = ["f1", "f2", "f3", "f4"]
CONSEQUENCES = ["c1", "c2", "c3", "c4", "c5"]
NEEDS = st.one_of(
    st.tuples(st.sampled_from(FACTS), st.sampled_from([TRUE, FALSE])),
    st.tuples(st.just("band"), st.sampled_from(["a", "b"])),
    st.tuples(st.sampled_from(CONSEQUENCES), st.just(TRUE)),
)
RULES = st.lists(
    st.builds(
        lambda consequence, needs: JudgementRule(consequence, tuple(sorted(needs))),
        st.sampled_from(CONSEQUENCES),
        st.sets(NEEDS, min_size=1, max_size=3),
    ),
    min_size=1,
    max_size=7,
)
KNOWN = st.fixed_dictionaries(
    {
        **{fact: st.sampled_from([TRUE, FALSE, UNKNOWN]) for fact in FACTS},
        "band": st.sampled_from(["a", "b", UNKNOWN]),
    }
)


def _closure(rules, facts):
    known = set(facts.items())
    while True:
        new = {(r.consequence, TRUE) for r in rules if set(r.needs) <= known} - known
        if not new:
            return sorted(name for name, value in known if name in CONSEQUENCES)
        known |= new


@settings(QUICK)
@given(rules=RULES, facts=KNOWN)
def test_what_follows_is_all_that_follows(rules, facts):
    assert [name for name, _ in Judge(rules).judge(facts)] == _closure(rules, facts)


@settings(QUICK)
@given(rules=RULES, facts=KNOWN, data=st.data())
def test_the_order_of_the_facts_does_not_matter(rules, facts, data):
    judge = Judge(rules)
    shuffled = dict(data.draw(st.permutations(list(facts.items()))))
    assert judge.judge(shuffled) == judge.judge(facts)


def test_of_two_reasons_the_first_in_the_ruleset_is_given():
    judge = Judge([JudgementRule("c1", (("f2", TRUE),)), JudgementRule("c1", (("f1", TRUE),))])
    for facts in ({"f1": TRUE, "f2": TRUE}, {"f2": TRUE, "f1": TRUE}):
        assert judge.judge(facts) == (("c1", (("f2", TRUE),)),)


@settings(QUICK)
@given(rules=RULES, facts=KNOWN)
def test_every_reason_holds(rules, facts):
    trace = Judge(rules).judge(facts)
    held = {*facts.items(), *((name, TRUE) for name, _ in trace)}
    for name, needs in trace:
        assert JudgementRule(name, needs) in rules
        assert set(needs) <= held


@settings(QUICK)
@given(rules=RULES)
def test_the_unknown_fires_nothing(rules):
    assert Judge(rules).judge(dict.fromkeys([*FACTS, "band"], UNKNOWN)) == ()
