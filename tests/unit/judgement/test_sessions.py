"""A session may end in every way there is, again and again, and the process goes on."""

from __future__ import annotations

from itertools import product

from rules_engine.judgement.durable_adapter import Judge
from rules_engine.model.judgement import FALSE, TRUE, UNKNOWN, JudgementRule

RULES = (
    JudgementRule("named", (("safe", TRUE), ("three_nos", TRUE), ("village", TRUE))),
    JudgementRule("award", (("named", TRUE),)),
    JudgementRule("not_named", (("any_veto", TRUE), ("village", TRUE))),
    JudgementRule("not_named", (("safe", FALSE), ("village", TRUE))),
    JudgementRule("downgraded", (("not_named", TRUE),)),
)
FACTS = ("village", "three_nos", "safe", "any_veto")


def expected(facts):
    found = set()
    while True:
        known = {*facts.items(), *((name, TRUE) for name in found)}
        more = {rule.consequence for rule in RULES if known >= set(rule.needs)} - found
        if not more:
            return found
        found |= more


def test_every_combination_of_facts_is_judged_as_by_hand():
    judge = Judge(RULES)
    for values in product((TRUE, FALSE, UNKNOWN), repeat=len(FACTS)):
        facts = dict(zip(FACTS, values, strict=True))
        assert {name for name, _ in judge.judge(facts)} == expected(facts), facts


def test_facts_from_which_nothing_follows_do_not_end_the_process():
    judge = Judge(RULES)
    for _ in range(200):
        assert judge.judge({"village": TRUE}) == ()
        assert judge.judge({"safe": TRUE, "three_nos": TRUE}) == ()
        assert judge.judge({"three_nos": FALSE}) == ()
    assert [name for name, _ in judge.judge({"village": TRUE, "any_veto": TRUE})] == [
        "downgraded",
        "not_named",
    ]
