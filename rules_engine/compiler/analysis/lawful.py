"""Finds rules that cost points, or a standing, for petitions as such."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.errors import Finding
from rules_engine.messages import listed, msg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.compiler.rules import IndicatorRule, Rulebook
    from rules_engine.ruleset.positions import KeyPath

HANDLING = frozenset(
    {
        "due_on", "accepted_on", "closed_on", "outcome", "satisfied", "reviewed", "cadre_id",
        "has_team", "has_plan", "has_measures", "has_method", "cause", "occurred_on", "place",
        "unit", "people", "development", "mediation",
    }
)  # fmt: skip
"""Columns of cases that say how a matter was handled, not that somebody petitioned."""
UNLAWFUL = frozenset({"irregular", "skipped_level"})


def check_lawful(book: Rulebook) -> Iterator[Finding]:
    """Yield rules that cost points, or a standing, for petitions as such.

    Counting letters, first visits or on-line cases against a village punishes it for people
    using a right. What counts is how a matter was handled, or that a visit was irregular.
    """
    lawful = {name for name, rule in book.indicators.items() if _counts_petitions(rule)}
    if not lawful:
        return
    for criterion in book.of_subject("village"):
        trees = [criterion.veto.tree] if criterion.veto else []
        if criterion.spec.method != "formula" or criterion.raw.tree is not None:
            trees.append(criterion.raw.tree)
        costs = {n for tree in trees if tree is not None for n in _counted_against(tree, book)}
        yield from _lawful_finding(book, lawful & costs, criterion.path, criterion.spec.label)
    for name, standard in book.standards.items():
        costs = set(_counted_against(standard.tree, book)) if standard.tree is not None else set()
        label = book.ruleset.document.standards[name].label
        yield from _lawful_finding(book, lawful & costs, ("standards", name), label)


def _lawful_finding(
    book: Rulebook, names: set[str], path: KeyPath, label: str
) -> Iterator[Finding]:
    if names:
        labels = listed(book.indicators[n].spec.label for n in sorted(names))
        yield Finding(
            "rights-lawful-petition",
            msg("“{label}” counts lawful petitions against the village: {indicators}",
                label=label, indicators=labels),
            book.ruleset.source.place(path, key=True),
            msg("count how matters were handled, or irregular visits; "
                "or acknowledge the finding with a reason"),
        )  # fmt: skip


def _counts_petitions(rule: IndicatorRule) -> bool:
    if rule.table is None or rule.spec.rate:
        return False
    if rule.table.name == "cases":
        return not rule.names & HANDLING
    return rule.table.name == "visits" and not rule.names & UNLAWFUL


def _counted_against(tree: exp.Expr, book: Rulebook) -> Iterator[str]:
    """Yield the indicators of which more is worse.

    That is what stands behind a minus sign, is compared by ``=``, ``<`` or ``<=``, or tested in a
    band or a veto; an alternative (``or``) is an exemption and does not count against anybody.
    """
    for column in tree.find_all(exp.Column):
        symbol = book.symbols.get(column.name)
        if symbol is None:
            symbol = next((s for s in book.symbols.values() if s.label == column.name), None)
        if symbol is not None and _is_against(column):
            yield from symbol.indicators


def _is_against(node: exp.Expr) -> bool:
    against = False
    child, parent = node, node.parent
    while parent is not None:
        if isinstance(parent, exp.Or) or (
            isinstance(parent, exp.Anonymous) and str(parent.this).lower() == "empty"
        ):
            return False
        if isinstance(parent, exp.Sub) and parent.expression is child:
            against = not against
        if isinstance(parent, exp.EQ | exp.LT | exp.LTE) and parent.this is child:
            against = True
        if isinstance(parent, exp.GT | exp.GTE | exp.NEQ) and parent.this is child:
            against = True
        child, parent = parent, parent.parent
    return against
