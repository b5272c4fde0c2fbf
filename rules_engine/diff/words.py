"""What changed, as people who know the paper call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.messages import tr
from rules_engine.ruleset.grammar import noun

if TYPE_CHECKING:
    from rules_engine.diff.change import Change
    from rules_engine.diff.parts import Item, Trail


def part_text(item: Item) -> str:
    """Return a part with its kind, its number in the paper and its name."""
    kind = noun(item.kind)
    if item.number and item.kind == "criterion":
        return tr("{kind} {number} “{label}”", kind=kind, number=item.number, label=item.label)
    text = tr("{kind} “{label}”", kind=kind, label=item.label)
    if item.kind == "column":
        return tr("{part} of table “{table}”", part=text, table=item.home)
    return text


def what_text(trail: Trail, row: Item | None = None) -> str:
    """Return what of a part is changed, by the fields that lead to it, and the row it stands in."""
    told = [at for at in trail if at is trail[-1] or not at.facts.silent]
    text = " ".join(at.key if at.entry else at.label() for at in told)
    if row is not None and row.label:
        return tr("“{row}” {what}", row=row.label, what=text)
    return text


def sentence(change: Change) -> str:
    """Return a change as one sentence."""
    if change.act == "added" and not change.after:
        return tr("{part}: new", part=change.part)
    if change.act == "removed" and not change.before:
        return tr("{part}: dropped", part=change.part)
    if change.act == "added":
        return tr("{part}: new — {text}", part=change.part, text=change.after)
    if change.act == "removed":
        return tr("{part}: dropped — {text}", part=change.part, text=change.before)
    if change.act == "moved":
        return tr("{part}: moved from {before} to {after}", part=change.part,
                  before=change.before, after=change.after)  # fmt: skip
    if change.act == "renamed":
        return tr("{part}: id {before} → {after}", part=change.part, before=change.before,
                  after=change.after)  # fmt: skip
    return tr("{part}: {what} {before} → {after}", part=change.part, what=change.what,
              before=change.before or "—", after=change.after or "—")  # fmt: skip
