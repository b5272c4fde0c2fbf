"""A change of a ruleset as a value, and the comparison that holds all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from rules_engine.messages import Message, msg, tr
from rules_engine.ruleset.grammar import noun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.diff.edits import Edit
    from rules_engine.diff.items import Item, Trail
    from rules_engine.yamltext.read import KeyPath

Direction: TypeAlias = Literal["tightening", "loosening", "wording", "other"]
DIRECTIONS: dict[Direction, Message] = {
    "tightening": msg("tightening"),
    "loosening": msg("loosening"),
    "wording": msg("wording"),
    "other": msg("other"),
}
Act: TypeAlias = Literal["changed", "added", "removed", "moved", "renamed"]


@dataclass(frozen=True)
class Change:
    """One thing that another ruleset says otherwise.

    Attributes:
        kind: what is changed: a criterion, a grade, a clause, …
        id: its id in the later ruleset, in the earlier one if it was removed.
        former: its id in the earlier ruleset, empty if it is new.
        part: it, as a reader knows it.
        act: what happened to it.
        what: which of its figures or words, empty where it is the whole.
        before: what stood there, as a reader says it; empty where nothing did.
        after: what stands there.
        direction: what it does to those who are assessed.
        path: where it stands in ``ruleset.yaml``; of what was removed, where it stood.
        clauses: ids of the clauses that it or what rests on it names.
        scenarios: names of the scenarios that check it or what rests on it.
        back: what takes it back by itself, done to the later ruleset; nothing where it says
            nothing that could move anybody.
        unsourced: the figure is neither quoted by its clause nor assumed.
    """

    kind: str
    id: str
    former: str
    part: str
    act: Act
    what: str = ""
    before: str = ""
    after: str = ""
    direction: Direction = "other"
    path: KeyPath = ()
    clauses: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    unsourced: bool = False
    back: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Named:
    """One of the two rulesets."""

    ruleset: str
    title: str
    edition: str
    fingerprint: str


@dataclass(frozen=True)
class Comparison:
    """All changes, in the order of the later ruleset.

    Attributes:
        kept: what the later ruleset needs beside it before changes are taken back: the definitions
            that it dropped.
        clash: whether a name stands for something of another kind now, so that the definitions of
            both cannot stand side by side.
        lines: for score lines of the earlier ruleset, what the later one calls them.
        skipped: how many scenarios a tag leaves out, where they were run.
    """

    before: Named
    after: Named
    changes: tuple[Change, ...] = ()
    kept: tuple[Edit, ...] = ()
    clash: bool = False
    lines: Mapping[str, str] = field(default_factory=dict)
    skipped: int = 0


def part_text(item: Item) -> str:
    """Return a part with its kind, its number in the paper and its name."""
    kind = noun(item.kind)
    if item.number and item.kind == "criterion":
        return tr("{kind} {number} “{label}”", kind=kind, number=item.number, label=item.label)
    text = tr("{kind} “{label}”", kind=kind, label=item.label)
    if item.kind == "column":
        return tr("{part} of table “{table}”", part=text, table=item.home)
    if item.kind == "payment":
        return tr("{part} in “{pay}”", part=text, pay=item.home)
    return text


def what_text(trail: Trail, row: Item | None = None) -> str:
    """Return what of a part is changed, by the fields that lead to it, and the row it stands in."""
    shown = [at for at in trail if at is trail[-1] or not at.facts.silent]
    text = " ".join(at.key if at.entry else at.label() for at in shown)
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
