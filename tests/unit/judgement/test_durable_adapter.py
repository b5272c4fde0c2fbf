"""The adapter keeps durable-rules from forgetting, guessing, lingering and growing."""

from __future__ import annotations

import gc
import threading

import psutil
import pytest

from rules_engine.errors import EngineFailure
from rules_engine.judgement.durable_adapter import Judge
from rules_engine.model.judgement import FALSE, TRUE, UNKNOWN, JudgementRule

CALM = JudgementRule("praised", (("calm", TRUE),))
NOT_CALM = JudgementRule("talked", (("calm", FALSE),))
LISTED = JudgementRule("listed", (("band", "poor"), ("talked", TRUE)))
REPORTED = JudgementRule("reported", (("listed", TRUE),))
ALL = [REPORTED, LISTED, NOT_CALM, CALM]


def _names(trace):
    return [name for name, _ in trace]


def test_without_rules_nothing_follows():
    assert Judge([]).judge({"calm": TRUE}) == ()


def test_without_facts_nothing_follows():
    assert Judge(ALL).judge({}) == ()


def test_a_fact_that_no_rule_listens_to_is_no_trouble():
    assert Judge([CALM]).judge({"loud": TRUE, "calm": UNKNOWN}) == ()


def test_one_consequence_leads_to_the_next():
    trace = Judge(ALL).judge({"calm": FALSE, "band": "poor"})
    assert trace == (
        ("listed", (("band", "poor"), ("talked", TRUE))),
        ("reported", (("listed", TRUE),)),
        ("talked", (("calm", FALSE),)),
    )


def test_a_chain_stops_where_a_fact_is_missing():
    assert _names(Judge(ALL).judge({"calm": FALSE, "band": "good"})) == ["talked"]


def test_words_are_compared_and_nothing_else():
    judge = Judge([JudgementRule("c", (("f", "0.3"),))])
    assert judge.judge({"f": "a"}) == ()
    assert _names(judge.judge({"f": "0.3"})) == ["c"]


def test_circles_end_and_give_no_circular_reasons():
    judge = Judge(
        [
            JudgementRule("a", (("b", TRUE),)),
            JudgementRule("b", (("a", TRUE),)),
            JudgementRule("a", (("f", TRUE),)),
        ]
    )
    assert judge.judge({"f": TRUE}) == (("a", (("f", TRUE),)), ("b", (("a", TRUE),)))
    assert judge.judge({"f": FALSE}) == ()


def test_one_session_leaves_nothing_to_the_next():
    judge = Judge(ALL)
    assert judge.judge({"calm": FALSE})
    assert judge.judge({"band": "poor"}) == ()


def test_thousands_of_sessions_keep_memory_flat():
    judge, process = Judge(ALL), psutil.Process()
    facts = [{"calm": c, "band": b} for c in (TRUE, FALSE, UNKNOWN) for b in ("poor", "good")]

    def sessions(count):
        for number in range(count):
            judge.judge(facts[number % len(facts)])
        gc.collect()  # what nobody refers to is not kept
        return process.memory_info().rss

    before = sessions(500)
    assert sessions(5000) - before < 8 * 1024 * 1024


def test_no_timer_threads_are_left_running():
    before = threading.active_count()
    Judge(ALL).judge({"calm": TRUE})
    assert threading.active_count() == before


def test_what_fails_inside_an_action_is_an_error_and_not_silence(monkeypatch):
    judge = Judge([CALM, REPORTED])
    monkeypatch.setattr(judge, "_heard", _Broken(judge._heard))
    with pytest.raises(EngineFailure) as caught:
        judge.judge({"calm": TRUE})
    assert caught.value.findings[0].code == "judgement-failed"
    monkeypatch.undo()
    assert _names(judge.judge({"calm": TRUE})) == ["praised"]


def test_what_the_library_refuses_is_an_error_of_ours():
    judge = Judge([JudgementRule("c", (("f", TRUE),))])
    judge._host.delete_state = lambda *_: None  # the same session again: a repeated fact
    judge._sessions = iter(["s", "s"])
    judge.judge({"f": TRUE})
    with pytest.raises(EngineFailure) as caught:
        judge.judge({"f": TRUE})
    assert caught.value.findings[0].code == "judgement-failed"


class _Broken(set):
    """A set that fails when an action asks it."""

    def __contains__(self, pair):
        if pair == ("praised", TRUE):
            raise ValueError("broken")
        return super().__contains__(pair)
