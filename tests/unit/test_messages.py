"""Texts are translated late, in the language in force."""

from __future__ import annotations

import pytest

from rules_engine import messages
from rules_engine.errors import Place
from rules_engine.messages import clauses, listed, msg, speaking, tr


@pytest.fixture
def language_of(monkeypatch):
    def find(**environment):
        for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.setenv(name, environment.get(name, ""))
        messages._locale_language.cache_clear()
        return messages.current_language()

    yield find
    messages._locale_language.cache_clear()


def test_a_message_is_shown_in_the_language_in_force():
    message = msg("there is no grade “{name}”", name="优")
    with speaking("zh"):
        assert str(message) == "没有名为“优”的等次"
        with speaking("en"):
            assert str(message) == "there is no grade “优”"


def test_the_environment_chooses_also_where_its_locale_is_not_installed(language_of):
    assert language_of(LANG="zh_CN.UTF-8") == "zh"
    assert language_of(LANG="zh_CN.UTF-8", LC_ALL="C") == "en"
    assert language_of(LANG="en_GB.UTF-8", LANGUAGE="zh_TW:en") == "zh"
    assert language_of(LANG="Chinese (Simplified)_China.936") == "zh"


def test_quotes_within_quotes_are_single():
    with speaking("zh"):
        assert tr("met: {label}", label="“三无”达标") == "符合“‘三无’达标”"
        assert tr("grade: {grade}", grade="“三无”村") == "等次：“三无”村"


def test_braces_without_parameters_stay():
    with speaking("en"):
        assert tr("say “period: all” {x}") == "say “period: all” {x}"


def test_lists_and_half_sentences_are_joined_as_the_language_does():
    with speaking("zh"):
        assert listed(["甲村", "乙村"]) == "甲村、乙村"
        assert clauses(["符合“甲”", "不符合“乙”"]) == "符合“甲”；不符合“乙”"
    with speaking("en"):
        assert listed([1, 2]) == "1, 2"
        assert clauses(["a", "b"]) == "a; b"


def test_places_are_written_as_the_language_does():
    place = Place("data/cases.csv", table="信访事项", row=3, field="办结日期")
    with speaking("zh"):
        assert str(place) == "data/cases.csv: 信访事项，第 3 行，“办结日期”列"
        assert str(Place(table="村")) == "村"
    with speaking("en"):
        assert str(place) == "data/cases.csv: 信访事项, row 3, column 办结日期"
        assert str(Place("a.yaml", 3, 5, table="x")) == "a.yaml:3:5"
