"""The papers that an office sends out, built once of the report for every form of document.

A :class:`Paper` holds texts, headings and tables in the order in which they are read; a reporter
for Word, PDF or another form only lays them out. No score is computed here either.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from rules_engine.papers.settings import MOST_SUBJECTS, PAPER_SETTINGS

if TYPE_CHECKING:
    from rules_engine.papers.office import OfficePapers
    from rules_engine.papers.paper import (
        Annex,
        Block,
        Column,
        Heading,
        Paper,
        Paragraph,
        Signature,
        Table,
    )

__all__ = [
    "MOST_SUBJECTS",
    "PAPER_SETTINGS",
    "Annex",
    "Block",
    "Column",
    "Heading",
    "OfficePapers",
    "Paper",
    "Paragraph",
    "Signature",
    "Table",
]


def __getattr__(name: str) -> object:
    """Import the rest when it is asked for: to be known, a reporter needs the settings alone."""
    if name not in __all__:
        raise AttributeError(name)
    module = "office" if name == "OfficePapers" else "paper"
    return getattr(import_module(f"rules_engine.papers.{module}"), name)
