"""A process that lives long keeps little of the rulesets and runs that it has seen."""

from __future__ import annotations

import gc
import re
import threading
import weakref
from pathlib import Path

import pytest

from rules_engine.conditions import parser as parsing
from rules_engine.isolation.worker import Worker
from rules_engine.judgement.durable_adapter import Judge
from rules_engine.messages import msg
from rules_engine.model.judgement import TRUE, JudgementRule
from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_ruleset
from rules_engine.scenarios import context
from rules_engine.yamltext import layout

SMALL = Path(__file__).parents[1] / "fixtures" / "small"


def other(folder, number):
    """Write the small ruleset with names that no other has."""
    folder.mkdir()
    for file in ("ruleset.yaml", "clauses.yaml"):
        text = (SMALL / file).read_text(encoding="utf-8")
        text = re.sub(r"\b(irregular_visits|high_visits|late_reports)\b", rf"\1_{number}", text)
        (folder / file).write_text(text, encoding="utf-8")
    return folder


def test_a_checked_ruleset_is_not_kept(tmp_path):
    reviewed = load_ruleset(other(tmp_path / "r", 1), registry())
    assert reviewed.findings == ()
    kept = weakref.ref(reviewed.book)
    del reviewed
    gc.collect()
    assert kept() is None


@pytest.mark.parametrize("kept", [parsing._kept, layout._stays, context.reviewed])
def test_what_is_kept_by_content_is_bounded(kept):
    assert kept.cache_info().maxsize is not None
    assert kept.cache_info().maxsize <= 1024


def test_the_trees_of_long_texts_are_not_kept(tmp_path):
    before = parsing._kept.cache_info().currsize
    text = " + ".join(f"people * {n}" for n in range(100)) + " > 1"
    assert parsing.parse(text, lambda at: None, {"people"}) is not None
    assert parsing._kept.cache_info().currsize == before


def test_what_the_judgement_library_compiled_is_given_back(monkeypatch):
    from durable import engine

    given_back = []
    library = engine.durable_rules_engine
    real = library.delete_ruleset
    monkeypatch.setattr(
        library, "delete_ruleset", lambda handle: (given_back.append(handle), real(handle))
    )
    judge = Judge([JudgementRule("praised", (("calm", TRUE),))])
    assert [name for name, _ in judge.judge({"calm": TRUE})] == ["praised"]
    judge.close()
    judge.close()
    assert len(given_back) == 1
    Judge([JudgementRule("praised", (("calm", TRUE),))])
    gc.collect()
    assert len(given_back) == 2, "also where nobody closes it"


def test_a_plugins_thread_ends_when_nobody_needs_it_any_more():
    worker = Worker("p", msg("x"), 5)
    thread = worker.call(threading.current_thread)
    assert thread is worker.call(threading.current_thread), "one thread for all calls"
    assert thread.is_alive()
    del worker
    gc.collect()
    thread.join(timeout=5)
    assert not thread.is_alive()


def test_what_a_plugin_gave_is_not_kept_by_its_thread():
    worker = Worker("p", msg("x"), 5)
    given = worker.call(threading.Event)
    kept = weakref.ref(given)
    worker.call(int)
    del given
    gc.collect()
    assert kept() is None
