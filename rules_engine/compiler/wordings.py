"""How score lines are put into words, each by its own method."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.messages import msg, tr
from rules_engine.model.plugin import Wording

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules_engine.compiler.rules import CriterionRule
    from rules_engine.compiler.speech import Speaker
    from rules_engine.messages import Message
    from rules_engine.model.plugin import Method
    from rules_engine.model.ruleset import Indicator

EACH = {
    "cases": msg("for each matter"),
    "checks": msg("for each thing"),
    "visits": msg("each time"),
    "reports": msg("each time"),
    "duties": msg("each time"),
}
"""How one record of a table is counted; Chinese has a word for each kind of thing."""


def in_words(rule: CriterionRule, speaker: Speaker, method: Method | None) -> str:
    """Return how a line is scored: in its method's words, else as a formula."""
    if method is None or method.words is None:
        return tr("The points are {formula}", formula=speaker.of_line(rule))
    start = rule.spec.points if rule.section.kind == "score" else Decimal(0)
    text = method.words(rule.fields, start, wording(rule, speaker))
    return f"{text[:1].upper()}{text[1:]}"


def wording(rule: CriterionRule, speaker: Speaker) -> Wording:
    """Return what the method may ask about the names that its fields use."""
    kind = rule.section.subject

    def label(name: str) -> str:
        found = speaker.table(name)
        return found.label if found else name

    return Wording(
        say=lambda text: speaker.of_subject(text, kind),
        of_records=lambda table, text: speaker.of_records(text, table),
        table=label,
        each=_each(speaker),
        rates=speaker.rates(kind),
        spent=rule.section.kind == "score" and rule.floor == 0,
        full=rule.section.full(rule.spec),
    )


def _each(speaker: Speaker) -> Callable[[str], str]:
    indicators = speaker.document.indicators
    known = {key: spec for name, spec in indicators.items() for key in (name, spec.label)}

    def each(name: str) -> str:
        return str(_counter(known.get(name), speaker))

    return each


def _counter(spec: Indicator | None, speaker: Speaker) -> Message:
    table = speaker.table(spec.from_) if spec and spec.from_ else None
    if spec is None or table is None or spec.measures:
        return msg("for each one")
    return EACH.get(table.name, msg("for each one"))
