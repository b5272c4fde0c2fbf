"""Turns a ruleset back into the numbered articles of an assessment paper."""

from rules_engine.describing.describe import describe
from rules_engine.describing.paper import Article, Chapter, Paper

__all__ = ["Article", "Chapter", "Paper", "describe"]
