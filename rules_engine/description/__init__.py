"""Turns a ruleset back into the numbered articles of an assessment paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.description import annexes, general, outcomes, scoring
from rules_engine.description.paper import Article, Chapter, Paper
from rules_engine.messages import tr
from rules_engine.plan.verbalizer import RulesetVerbalizer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.model.plugin import Method
    from rules_engine.run.load import CheckedRuleset

__all__ = ["Article", "Chapter", "Paper", "describe"]


def describe(checked: CheckedRuleset, methods: Mapping[str, Method]) -> Paper:
    """Return a ruleset as an assessment paper, in the language in force.

    Args:
        checked: the ruleset, compiled and without errors.
        methods: the scoring methods, which word their own fields.
    """
    document = checked.ruleset.document
    speaker = RulesetVerbalizer(checked.book)
    return Paper(
        tr("{title} ({edition})", title=document.title, edition=document.edition),
        (
            general.chapter(speaker),
            *scoring.chapters(speaker, methods),
            *outcomes.chapters(speaker),
            *annexes.chapters(speaker),
        ),
    )
