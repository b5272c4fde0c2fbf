"""What the words of closed sets in a ruleset are called by people who read no English."""

from __future__ import annotations

from rules_engine.messages import Message, msg

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
    "grade": msg("grade"), "full": msg("full points"), "none": msg("no limit"),
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
