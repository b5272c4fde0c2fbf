"""Which figures are good for those who are assessed when they are greater, and which bad."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.comparing.parts import Item, Steps

Sign = Literal[1, -1, 0]

SIGNS: Mapping[tuple[str, str], Sign] = {
    ("grade", "from"): -1,
    ("grade", "quota"): 1,
    ("role", "share"): -1,
    ("pay", "bands.amount"): 1,
    ("pay", "bands.each"): 1,
    ("pay", "bands.over"): -1,
    ("appeals", "days"): 1,
    ("target", "at_least"): -1,
    ("consequence", "steps"): -1,
    ("ruleset", "base"): 1,
    ("ruleset", "scale"): 1,
    ("section", "floor"): 1,
    ("section", "cap"): 1,
    ("criterion", "floor"): 1,
    ("criterion", "cap"): 1,
    ("criterion", "put_right.back"): 1,
    ("per item", "deduct.each"): -1,
    ("per item", "add.each"): 1,
    ("target", "each"): -1,
    ("target", "better"): 1,
    ("proportion", "full_from"): -1,
    ("bands", "bands.points"): 1,
    ("checklist", "items.points"): 1,
    ("checklist", "at_least"): -1,
    ("deadline", "deadlines.points"): 1,
    ("deadline", "deadlines.by"): 1,
    ("deadline", "later"): 1,
    ("deadline", "each_month"): -1,
    ("rating", "out_of"): -1,
    ("rank", "places"): 1,
    ("rank", "last"): 1,
    ("rank", "others"): 1,
}
"""By kind, or of a criterion by method, and by the steps to the figure; of others the rules decide.
"""
WORDING = frozenset(
    {"label", "assumed", "clause", "title", "edition", "language", "gist", "ref", "reason",
     "wording", "unit", "notice", "figures", "acknowledge", "effective", "code", "at", "ruleset"}
)  # fmt: skip
"""What is read, and decides nothing."""
NO_LIMIT: Mapping[tuple[str, str], Sign] = {
    ("grade", "quota"): 1, ("appeals", "days"): 1, ("section", "cap"): 1, ("section", "floor"): -1,
}  # fmt: skip
"""What it means that such a figure is not there: no limit above, or none below."""


def sign(item: Item, steps: Steps, method: str) -> Sign:
    """Return whether it is good that a figure is greater; 0 where that is not said."""
    key = ".".join(steps)
    if item.kind != "criterion":
        return SIGNS.get((item.kind, key), 0)
    if method == "target" and key == "target":
        direction = item.leaves.get(("direction",))
        return 1 if direction and direction.value == "at most" else -1
    if method == "per item by class" and key in ("classes.each", "times.by"):
        direction = item.leaves.get(("direction",))
        return 1 if direction and direction.value == "add" else -1
    return SIGNS.get(("criterion", key), SIGNS.get((method, key), 0))
