"""The kinds of subjects that are assessed, and how they differ."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic_core import core_schema

from rules_engine.messages import msg

if TYPE_CHECKING:
    from rules_engine.messages import Message


class SubjectKind(StrEnum):
    """A kind of subject; as a text it is the word that rulesets and documents write.

    Attributes:
        table: the table of the records that say who they are.
        lines: the table of the plan that holds their score lines.
        results: the table that holds their totals, places and grades.
        judged: whether facts are judged of them: standards, vetoes, the band. What follows from
            those is carried to the others, with the points, by shares of responsibility.
        noun: what one of them is called.
    """

    table: str
    lines: str
    results: str
    judged: bool
    noun: Message

    VILLAGE = "village", "villages", "_lines", "_results", True, msg("{assessed_one}")
    CADRE = "cadre", "cadres", "_cadre_lines", "_cadre_results", False, msg("cadre")

    def __new__(
        cls, word: str, table: str, lines: str, results: str, judged: bool, noun: Message
    ) -> SubjectKind:
        """Make a kind of its word and of what is known of it."""
        kind = str.__new__(cls, word)
        kind._value_ = word
        kind.table, kind.lines, kind.results = table, lines, results
        kind.judged, kind.noun = judged, noun
        return kind

    @classmethod
    def called(cls, word: str) -> SubjectKind:
        """Return the kind that a word stands for."""
        return next(kind for kind in cls if kind == word)

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: Any) -> core_schema.CoreSchema:  # noqa: ANN401
        """Read a kind as one of a closed set of words."""
        words = core_schema.literal_schema([kind.value for kind in cls])
        return core_schema.no_info_after_validator_function(cls.called, words)
