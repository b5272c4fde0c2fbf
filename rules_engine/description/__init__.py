"""Turns a ruleset back into the numbered articles of an assessment paper."""

from rules_engine.description.describe import describe
from rules_engine.description.paper import Article, Chapter, Paper

__all__ = ["Article", "Chapter", "Paper", "describe"]
