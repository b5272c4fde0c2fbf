"""Finds the part of one ruleset that is a part of the other, and what each is called there."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from rules_engine.ruleset.grammar import named_kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence

    from rules_engine.conditions.scope import Rows
    from rules_engine.diff.items import Item, Pair, Steps

LIKE = 0.5
"""Parts that share so much of what they say are taken for one."""


def pairs(before: Sequence[Item], after: Sequence[Item]) -> list[Pair]:
    """Pair the parts of two rulesets, in the order of the later; removed ones stand at the end."""
    kinds = dict.fromkeys(item.kind for item in (*after, *before))
    matches: list[Pair] = []
    for kind in kinds:
        old, new = ([i for i in items if i.kind == kind] for items in (before, after))
        whole = not any(item.at.entry for item in (*old, *new))
        tests = (_always,) if whole else (_same_id, _same_label_there)
        matches += _paired(old, new, tests)
    return matches


def row_pairs(before: Sequence[Item], after: Sequence[Item]) -> list[Pair]:
    """Pair the rows of two lists."""
    matches = _paired(before, after, (_same_row, _same_range))
    left = [a for a, b in matches if b is None and a is not None]
    fresh = [b for a, b in matches if a is None and b is not None]
    if len(before) == len(after):  # what is in the same place and in nothing else alike
        for row in list(left):
            other = next((b for b in fresh if b.id == row.id), None)
            if other is not None:
                matches[matches.index((None, other))] = (row, other)
                matches.remove((row, None))
    return matches


def _paired(
    before: Sequence[Item], after: Sequence[Item], tests: Iterable[Callable[[Item, Item], bool]]
) -> list[Pair]:
    left, partner = list(before), dict[int, "Item"]()
    for test in tests:
        for place, item in enumerate(after):
            same = next((other for other in left if test(other, item)), None)
            if place not in partner and same is not None:
                partner[place] = same
                left.remove(same)
    likely = sorted(
        (
            (-likeness(other, item), place, spot)
            for place, item in enumerate(after)
            for spot, other in enumerate(before)
            if place not in partner and other in left
        )
    )
    for score, place, spot in likely:
        if -score >= LIKE and place not in partner and before[spot] in left:
            partner[place] = before[spot]
            left.remove(before[spot])
    together: list[Pair] = [(partner.get(place), item) for place, item in enumerate(after)]
    return together + [(other, None) for other in left]


def likeness(one: Item, other: Item) -> float:
    """Return how much of what two parts say is the same, from 0 to 1."""
    if _of_others(one, other):
        return 0.0
    sides = [_sayings(one), _sayings(other)]
    either = sides[0] | sides[1]
    shared = len(sides[0] & sides[1]) / len(either) if either else 0.0
    labels = SequenceMatcher(None, one.label, other.label).ratio()
    return 0.7 * shared + 0.3 * labels


def _sayings(item: Item) -> set[tuple[object, ...]]:
    sayings: set[tuple[object, ...]] = {
        (steps, leaf.same) for steps, leaf in item.leaves.items() if leaf.distinct
    }
    for steps, rows in item.rows.items():
        sayings |= {(*steps, *saying) for row in rows.all for saying in _sayings(row)}
    return sayings


def _always(one: Item, other: Item) -> bool:
    return True


def _same_id(one: Item, other: Item) -> bool:
    return one.id == other.id


def _same_label_there(one: Item, other: Item) -> bool:
    return one.label == other.label and not _of_others(one, other)


def _of_others(one: Item, other: Item) -> bool:
    """Return whether two columns are those of different tables."""
    return one.kind == "column" and one.home != other.home


def _same_row(one: Item, other: Item) -> bool:
    ids = [_at_row(row, "name", "id") for row in (one, other)]
    return bool(ids[0].items() & ids[1].items())


def _same_range(one: Item, other: Item) -> bool:
    ends = [_at_row(row, "from", "to", "by") for row in (one, other)]
    return bool(ends[0]) and ends[0] == ends[1]


def _at_row(row: Item, *wanted: str) -> dict[Steps, Hashable]:
    """Return what fields that are such to a row say in it."""
    return {s: leaf.same for s, leaf in row.leaves.items() if leaf.at.facts.row in wanted}


@dataclass(frozen=True)
class Renaming:
    """For each id that the later ruleset does not use, the one that it has for the same part.

    Attributes:
        names: of what conditions name, the vetoes of lines among them.
        columns: of columns, by table.
        grades: of grades.
        sections: of sections.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    grades: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, matches: Sequence[Pair]) -> Renaming:
        """Read it from the parts of two rulesets."""
        names = _ids(matches, {*named_kinds(), "criterion"})
        vetoes = {f"{old}.veto": f"{new}.veto" for old, new in names.items()}
        columns: dict[str, dict[str, str]] = {}
        for old, new in _ids(matches, {"column"}).items():
            table, _, column = old.partition(".")
            columns.setdefault(table, {})[column] = new.partition(".")[2]
        grades, sections = _ids(matches, {"grade"}), _ids(matches, {"section"})
        return cls({**names, **vetoes}, columns, grades, sections)

    def seen_from(self, rows: Rows) -> Mapping[str, str]:
        """Return it for the names that conditions over records or subjects see."""
        table = rows.table if isinstance(rows, str) else rows.name
        return {**self.names, **self.columns.get(table, {})}


def _ids(matches: Sequence[Pair], kinds: Collection[str]) -> dict[str, str]:
    return {a.id: b.id for a, b in matches if a and b and a.kind in kinds and a.id != b.id}
