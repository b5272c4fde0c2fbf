"""How score lines are put into words, each by its own method."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from rules_engine.messages import msg, tr
from rules_engine.model import figures
from rules_engine.model.plugin import Wording

if TYPE_CHECKING:
    from rules_engine.compiler.rules import CriterionRule
    from rules_engine.compiler.speech import Speaker
    from rules_engine.model.plugin import Method

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
        say=cache(lambda text: speaker.of_subject(text, kind)),
        of_records=cache(lambda table, text: speaker.of_records(text, table)),
        table=label,
        each=lambda name: _each(name, speaker),
        rates=speaker.rates(kind),
        spent=rule.section.kind == "score" and rule.floor == 0,
        full=rule.section.full(rule.spec),
        counted=lambda name, number: _so_many(name, number, speaker),
    )


def _each(name: str, speaker: Speaker) -> str:
    table = _counted_table(name, speaker)
    if not table:
        return tr("for each 1 of it")
    return str(EACH.get(table, "") or msg("for each one"))


def _so_many(name: str, number: Decimal, speaker: Speaker) -> str:
    table, shown = _counted_table(name, speaker), figures.plain(number)
    one = number == 1
    if table == "cases":
        return tr("1 matter") if one else tr("{number} matters", number=shown)
    if table == "checks":
        return tr("1 thing") if one else tr("{number} things", number=shown)
    if table in EACH:
        return tr("once") if one else tr("{number} times", number=shown)
    return tr("{number} in all", number=shown) if table else shown


def _counted_table(name: str, speaker: Speaker) -> str:
    """Return the table whose records an indicator counts; none where it measures something."""
    indicators = speaker.document.indicators
    by_label = (spec for spec in indicators.values() if spec.label == name)
    spec = indicators.get(name) or next(by_label, None)
    table = speaker.table(spec.from_ if spec and spec.from_ else name)
    return "" if table is None or (spec is not None and spec.measures) else table.name
