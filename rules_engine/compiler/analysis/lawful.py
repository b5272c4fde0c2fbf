"""Finds rules that cost points, or a standing, for petitions as such."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from sqlglot import exp

from rules_engine.compiler.analysis.pulls import Pulls
from rules_engine.compiler.analysis.worlds import without_standards, world_of
from rules_engine.errors import Finding
from rules_engine.messages import listed, msg
from rules_engine.model.judgement import TRUE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from rules_engine.compiler.analysis.pulls import Change
    from rules_engine.compiler.compiled import Compiled
    from rules_engine.compiler.rules import CriterionRule, IndicatorRule, Rulebook
    from rules_engine.ruleset.positions import KeyPath

    Changes: TypeAlias = Mapping[str, Change]

HANDLING = frozenset(
    {
        "due_on", "accepted_on", "closed_on", "outcome", "satisfied", "reviewed", "cadre_id",
        "has_team", "has_plan", "has_measures", "has_method", "cause", "occurred_on", "place",
        "unit", "people", "development", "mediation",
    }
)  # fmt: skip
"""Columns of cases that say how a matter was handled, not that somebody petitioned."""
UNLAWFUL = frozenset({"irregular", "skipped_level"})
TELLING = {"cases": HANDLING, "visits": UNLAWFUL}
"""What tells of a petition more than that it was made, by table."""
MOST_HANDLED = 3
"""Of so many indicators of how matters were handled, all that can become of them is tried."""


def check_lawful(book: Rulebook) -> Iterator[Finding]:
    """Yield rules that cost points, or a standing, for petitions as such.

    Counting letters, first visits or on-line cases against a village punishes it for people
    using a right. What counts is how a matter was handled, or that a visit was irregular. So one
    more petition must be able to come without a loss, if it is handled as well as can be.
    """
    lawful = [name for name, rule in book.indicators.items() if _counts_petitions(rule, book)]
    if not lawful:
        return
    world = world_of(book, "village", book.frame)
    document = book.ruleset.document
    # Standards are looked at by themselves; in a line they are a yes or no like any other.
    whole, apart = Pulls(world), Pulls(without_standards(world, book))
    for rule in book.of_subject("village"):
        behind = rule.raw.indicators | (rule.veto.indicators if rule.veto else frozenset())
        costs = _costing(book, lawful, behind, partial(_line_loses, rule, apart))
        yield from _lawful_finding(book, costs, rule.path, rule.spec.label)
    for name, standard in book.standards.items():
        turns = _losses(book, name)
        loses = partial(_standard_turns, standard, turns, whole)
        costs = _costing(book, lawful, standard.indicators, loses)
        yield from _lawful_finding(book, costs, ("standards", name), document.standards[name].label)


def _line_loses(rule: CriterionRule, pulls: Pulls, changes: Changes) -> bool:
    """Return whether a line can lose points, or hit its veto, with these changes."""
    veto = rule.veto.tree if rule.veto else None
    if veto is not None and pulls.on_condition(veto, changes, to=True):
        return True
    return rule.raw.tree is not None and pulls.on_points(rule.raw.tree, changes)


def _standard_turns(
    standard: Compiled, turns: Collection[bool], pulls: Pulls, changes: Changes
) -> bool:
    tree = standard.tree
    return tree is not None and any(pulls.on_condition(tree, changes, to=to) for to in turns)


def _losses(book: Rulebook, standard: str) -> set[bool]:
    """Return as what a standard is a loss: false, unless only what is adverse follows from it."""
    consequences = book.ruleset.document.consequences
    found = set()
    for rule in book.judgement:
        good = consequences[rule.consequence].kind == "honour"
        found |= {(value == TRUE) != good for name, value in rule.needs if name == standard}
    return found or {False}


def _costing(
    book: Rulebook,
    lawful: Sequence[str],
    behind: Collection[str],
    loses: Callable[[Changes], bool],
) -> list[str]:
    """Return the counts of which one more costs something however the petition is handled."""
    found = []
    for petitions in lawful:
        more: Changes = {petitions: "one more"}
        if petitions not in behind or not loses(more):
            continue
        table = book.indicators[petitions].table
        handled = [
            name
            for name in sorted(behind)
            if book.indicators[name].table is table and name not in lawful
        ][:MOST_HANDLED]
        fates = product(*([None, *_fates(book.indicators[name])] for name in handled))
        if all(
            loses({**more, **{n: f for n, f in zip(handled, fate, strict=True) if f}})
            for fate in fates
        ):
            found.append(petitions)
    return found


def _fates(rule: IndicatorRule) -> tuple[Change, ...]:
    """Return what can become of an indicator of handling when one more is handled."""
    return ("all", "none") if rule.spec.rate else ("one more",)


def _lawful_finding(
    book: Rulebook, names: Sequence[str], path: KeyPath, label: str
) -> Iterator[Finding]:
    if names:
        labels = listed(book.indicators[n].spec.label for n in sorted(names))
        yield Finding(
            "rights-lawful-petition",
            msg("“{label}” counts lawful petitions against the {assessed_one}: {indicators}",
                label=label, indicators=labels),
            book.ruleset.source.place(path, key=True),
            msg("count how matters were handled, or irregular visits; "
                "or acknowledge the finding with a reason, at: {at}",
                at=f"{path[-2]}.{path[-1]}"),
        )  # fmt: skip


def _counts_petitions(rule: IndicatorRule, book: Rulebook) -> bool:
    """Return whether an indicator counts petitions by nothing but what petitioners did.

    What columns of the ruleset's own say is taken for handling: nobody else can know.
    """
    table = rule.table.name if rule.table else None
    if table not in TELLING or rule.subject != "village" or rule.spec.rate:
        return False
    spec = book.ruleset.document.tables.get(table)
    said = {*(spec.columns if spec else ()), *TELLING[table]}
    if not rule.names & said:
        return True
    where = rule.where
    return where is not None and bool(where.names & said) and _holds_without(where.sql, said)


def _holds_without(node: exp.Expr, said: Collection[str]) -> bool:
    """Return whether a condition can hold for a record of which these columns say nothing."""
    if isinstance(node, exp.Paren):
        return _holds_without(node.this, said)
    if isinstance(node, exp.And | exp.Or):
        sides = (_holds_without(side, said) for side in (node.this, node.expression))
        return any(sides) if isinstance(node, exp.Or) else all(sides)
    return not any(column.name in said for column in node.find_all(exp.Column))
