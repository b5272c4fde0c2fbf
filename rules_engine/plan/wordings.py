"""How score lines are put into words, each by its own method."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from rules_engine.conditions.formulas import counted_by
from rules_engine.conditions.parser import parse
from rules_engine.conditions.units import each, so_many
from rules_engine.errors import NOWHERE
from rules_engine.messages import begun, tr
from rules_engine.model.plugin import Wording

if TYPE_CHECKING:
    from rules_engine.model.assessment import SubjectKind
    from rules_engine.model.plugin import Method
    from rules_engine.plan.rules import CriterionRule
    from rules_engine.plan.verbalizer import RulesetVerbalizer


PEOPLE = "people"
"""The column of the standard tables whose unit is known: how many people came."""


def in_words(rule: CriterionRule, speaker: RulesetVerbalizer, method: Method | None) -> str:
    """Return how a line is scored: in its method's words, else as a formula."""
    if method is None or method.words is None:
        return tr("The points are {formula}", formula=speaker.of_line(rule))
    start = rule.spec.points if rule.section.kind == "score" else Decimal(0)
    return begun(method.words(rule.fields, start, wording(rule, speaker)))


def wording(rule: CriterionRule, speaker: RulesetVerbalizer) -> Wording:
    """Return what the method may ask about the names that its fields use."""
    kind = rule.section.subject

    def label(name: str) -> str:
        found = speaker.table(name)
        return found.label if found else name

    return Wording(
        say=cache(lambda text: speaker.of_subject(text, kind)),
        of_records=cache(lambda table, text: speaker.of_records(text, table)),
        table=label,
        each=lambda name: _each(name, speaker, kind),
        rates=speaker.rates(kind),
        spent=rule.section.kind == "score" and rule.floor == 0,
        full=rule.section.full(rule.spec),
        counted=lambda name, number: so_many(_counted_table(name, speaker, kind), number),
    )


def _each(name: str, speaker: RulesetVerbalizer, kind: SubjectKind) -> str:
    columns = (c for table in speaker.book.ruleset.tables.values() for c in table.columns)
    if any(c.name == PEOPLE and name in (c.name, c.label) for c in columns):
        return tr("for each person")
    return each(_counted_table(name, speaker, kind))


def _counted_table(name: str, speaker: RulesetVerbalizer, kind: SubjectKind) -> str:
    """Return the table whose records an indicator, a sum of them or a table itself counts."""
    symbols = speaker.subjects[kind]
    table = None if name in symbols else speaker.table(name)
    if table is not None:
        return table.name
    return counted_by(parse(name, lambda _: NOWHERE, symbols), symbols)
