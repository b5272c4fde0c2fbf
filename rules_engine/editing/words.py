"""The words of closed sets, as people read them in a form: 处理（sanction）."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules_engine.messages import Message, msg, tr

if TYPE_CHECKING:
    from collections.abc import Iterable

WORDS: dict[str, Message] = {
    "per item": msg("per item"), "per item by class": msg("per item by class"),
    "target": msg("target"), "bands": msg("bands"), "deadline": msg("deadline"),
    "checklist": msg("checklist"), "proportion": msg("proportion"), "rating": msg("rating"),
    "rank": msg("rank"), "formula": msg("formula"),
    "score": msg("score lines"), "bonus": msg("bonus"), "deduction": msg("deduction"),
    "village": msg("village"), "cadre": msg("cadre"),
    "sum": msg("sum"), "average": msg("average"),
    "honour": msg("honour"), "sanction": msg("sanction"), "downgrade": msg("downgrade"),
    "veto": msg("veto"), "status": msg("determination"),
    "zero": msg("zero"), "last": msg("last place"), "no honours": msg("no honours"),
    "grade": msg("grade"), "full": msg("full points"), "none": msg("without limit"),
    "exclude": msg("left out"), "include": msg("taken in"),
    "current": msg("this period"), "previous": msg("the same period a year before"),
    "preceding": msg("the period just before"), "all": msg("all"), "each": msg("each by itself"),
    "at least": msg("at least this"), "at most": msg("at most this"),
    "deduct": msg("takes points"), "add": msg("gives points"),
    "whole": msg("counts whole"), "most": msg("most is best"), "least": msg("least is best"),
    "encoded": msg("encoded"), "exhortation": msg("exhortation"), "excluded": msg("not encoded"),
    "text": msg("text"), "integer": msg("whole number"), "decimal": msg("decimal number"),
    "boolean": msg("yes or no"), "date": msg("date"), "timestamp": msg("date and time"),
    "zh": msg("Chinese"), "en": msg("English"),
}  # fmt: skip
YES, NO = msg("yes"), msg("no")
SAID = {True: ("true", "yes", "是", "真", "1"), False: ("false", "no", "否", "假", "0")}
WRITTEN = re.compile(r".*[（(]([^（()）]+)[）)]\s*")


def word(choice: str) -> str:
    """Return a choice as it is read, with what stands in the file in brackets."""
    known = WORDS.get(choice)
    said = str(known) if known else choice
    return choice if said == choice else tr("{word} ({choice})", word=said, choice=choice)


def choice_of(text: str, choices: Iterable[str]) -> str | None:
    """Return the choice that a text means, or nothing."""
    found = WRITTEN.fullmatch(text)
    said = (text.strip(), found[1].strip() if found else "")
    return next((c for c in choices if c in said), None)


def yes_or_no(value: object) -> bool | None:
    """Return what a cell says about true or false, or nothing."""
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    return next((truth for truth, words in SAID.items() if text in words), None)
