"""What changed, as people who know the paper call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.messages import Message, msg, tr
from rules_engine.results.key_words import FIELDS
from rules_engine.specs.parts import KINDS

if TYPE_CHECKING:
    from rules_engine.comparing.change import Change
    from rules_engine.comparing.parts import Item, Steps

OF_KIND: dict[str, Message] = {
    **KINDS,
    "ruleset": msg("ruleset"),
    "table": msg("table"),
    "column": msg("column"),
    "clause": msg("clause"),
    "appeals": msg("appeals"),
}
OF_PARTS: dict[tuple[str, str], Message] = {
    ("target", "share"): msg("standard that must be met"),
    ("target", "at_least"): msg("share that must meet it"),
}
"""Keys that mean something else in parts of a kind."""
BETTER_LEFT_OUT = frozenset({"deduct", "add", "classes", "items", "bands", "deadlines", "kinds",
                             "rounding", "put_right", "values", "adjust", "rate"})  # fmt: skip
"""Lists and mappings that say nothing that their parts do not."""


def part_text(item: Item) -> str:
    """Return a part with its kind, its number in the paper and its name."""
    kind = OF_KIND[item.kind]
    if item.number and item.kind == "criterion":
        return tr("{kind} {number} “{label}”", kind=kind, number=item.number, label=item.label)
    text = tr("{kind} “{label}”", kind=kind, label=item.label)
    if item.kind == "column":
        return tr("{part} of table “{table}”", part=text, table=item.home)
    return text


def what_text(steps: Steps, row: Item | None, kind: str = "") -> str:
    """Return what of a part of a kind is changed, with the row that it stands in."""
    told = [step for step in steps if step not in BETTER_LEFT_OUT or step == steps[-1]]
    text = " ".join(str(OF_PARTS.get((kind, step), FIELDS.get(step, step))) for step in told)
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
