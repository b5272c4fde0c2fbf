"""Words what a subject was compared with: the reference, its value, and over how many it goes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules_engine.conditions.phrases import with_unit
from rules_engine.messages import clauses, listed, tr
from rules_engine.model import figures
from rules_engine.plan.peers import part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules_engine.model.plugin import Value
    from rules_engine.plan.rules import CriterionRule, IndicatorRule, Rulebook


def references_of(
    book: Rulebook, line: CriterionRule, values: Mapping[str, Value], row: Mapping[str, Any]
) -> list[str]:
    """Return what is told of the references that a line goes by, each in a sentence.

    Args:
        book: the compiled rules.
        line: a line, or a month of it.
        values: the values of all names for one subject.
        row: the subject's row of the score plan.
    """
    results: list[str] = []
    used = line.indicators if line.when is None else (*line.indicators, *line.when.indicators)
    for name in dict.fromkeys(used):
        rule = book.indicators[name]
        value = values.get(name.removesuffix(f"__{line.month}") if line.month else name)
        if rule.peers and isinstance(value, Decimal):
            results.append(
                _said(rule, _label(book, rule), _shown(rule, value), row[part(name, "n")])
            )
    return results


def _label(book: Rulebook, rule: IndicatorRule) -> str:
    """Return what an indicator is called; that of a month as in the ruleset."""
    symbol = book.symbols.get(rule.id.removesuffix(f"__{rule.month}")) if rule.peers else None
    return symbol.label if symbol else rule.spec.label


def _shown(rule: IndicatorRule, value: Decimal) -> str:
    assert rule.peers is not None
    if rule.peers.counts:
        return with_unit(rule.peers.counts, value)
    return figures.figure(value, rate=rule.peers.rate)


def _said(rule: IndicatorRule, label: str, value: str, count: int | None) -> str:
    if count is None or count < 0:
        return tr("“{label}”: nobody to compare with, so it counts as {value}",
                  label=label, value=value)  # fmt: skip
    if rule.subject.judged and count == 1:
        return tr("“{label}” is {value} (1 {assessed_one})", label=label, value=value)
    if rule.subject.judged:
        return tr("“{label}” is {value} ({count} {assessed_many})", label=label,
                  value=value, count=count)  # fmt: skip
    return tr("“{label}” is {value} ({count} cadres)", label=label, value=value,
              count=count)  # fmt: skip


def nothing_there(book: Rulebook, names: Sequence[str]) -> str:
    """Say that there is nothing to rate, or nobody to compare with.

    Args:
        book: the compiled rules.
        names: the indicators of which that is so.
    """
    known = [book.indicators[name] for name in names if name in book.indicators]
    rated, alone = (
        [_label(book, rule) for rule in known if (rule.peers is not None) is compared]
        for compared in (False, True)
    )
    texts = [tr("there is nothing to rate for {names}", names=listed(rated))] if rated else []
    texts += [tr("there is nobody to compare with: {names}", names=listed(alone))] if alone else []
    return clauses(texts)
