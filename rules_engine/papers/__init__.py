"""The papers that an office sends out, built once of the report for every form of document.

A :class:`Paper` holds texts, headings and tables in the order in which they are read; a reporter
for Word, PDF or another form only lays them out. No score is computed here either.
"""

from rules_engine.papers.office import PAPER_SETTINGS, OfficePapers
from rules_engine.papers.overview import MOST_SUBJECTS
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
