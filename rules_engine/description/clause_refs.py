"""Says on which clauses of the source document an article rests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.messages import listed, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.model.ruleset import Item
    from rules_engine.plan.verbalizer import RulesetVerbalizer


def basis(speaker: RulesetVerbalizer, *items: Item) -> str:
    """Return the note of the clauses of the first item that names any, else nothing."""
    names = next((item.clause for item in items if item.clause), ())
    return basis_of(speaker, names)


def basis_of(speaker: RulesetVerbalizer, names: Sequence[str]) -> str:
    """Return the note of some clauses, or nothing."""
    known = speaker.book.ruleset.clauses.clauses
    told = [f"{name} {known[name].ref}" for name in names if name in known]
    return tr("(Clauses: {clauses})", clauses=listed(told)) if told else ""
