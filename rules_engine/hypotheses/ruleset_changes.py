"""The changes between two rulesets, as pieces of which any number can be made without the others.

They are the changes that ``diff`` tells. A ruleset with some of them is the new one with the others
taken back. What can be neither made nor left alone is one piece with what it needs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules_engine.diff.change import sentence
from rules_engine.diff.compare import compare
from rules_engine.diff.edits import at, edited
from rules_engine.messages import clauses, tr
from rules_engine.model.ruleset import RulesetDocument
from rules_engine.ruleset.grammar import Grammar, named_keys, value_at
from rules_engine.yamltext.read import as_number

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from rules_engine.diff.change import Change, Direction
    from rules_engine.diff.edits import Edit
    from rules_engine.model.frame import Frame
    from rules_engine.model.plugin import Method
    from rules_engine.ruleset.grammar import Field
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import KeyPath

Tree = dict[str, Any]
OF_THE_RUN = ("ruleset", "edition", "effective", "period", "language")
"""What stays as it was when a run is assessed by other rules."""
ENDS = ("from", "to")
"""The ends of ranges; where one ends another begins, so that one bound is written twice."""


@dataclass(frozen=True)
class Piece:
    """Changes that are made together, mostly a single one."""

    changes: tuple[Change, ...]

    @property
    def text(self) -> str:
        """Return what is changed, in the words of the paper."""
        return clauses(sentence(change) for change in self.changes) or tr("other rules")

    @property
    def direction(self) -> Direction:
        """Return what it does to those who are assessed."""
        results = {change.direction for change in self.changes} - {"wording"}
        return results.pop() if len(results) == 1 else "other"

    @property
    def clauses(self) -> tuple[str, ...]:
        """Return the clauses that it touches."""
        return tuple(dict.fromkeys(name for change in self.changes for name in change.clauses))

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Return what takes it back."""
        return tuple(edit for change in self.changes for edit in change.back)


@dataclass(frozen=True)
class Pieces:
    """Two rulesets, and the pieces of which the change from one to the other is made.

    Attributes:
        old: the earlier one; used as it is only where everything is one piece.
        new: the later one, with the definitions of both and the days of the run.
        changes: every change that may move somebody.
        all: the pieces.
        lines: for score lines of the earlier one, what the later one calls them.
        whole: whether the rulesets could not be brought under the same names.
    """

    old: Tree
    new: Tree
    changes: tuple[Change, ...]
    all: tuple[Piece, ...]
    lines: Mapping[str, str]
    whole: bool = False

    def made(self, numbers: Collection[int]) -> Tree:
        """Return the ruleset in which some pieces are made and the others are not.

        Raises:
            LookupError: they cannot be made without the others.
        """
        if self.whole:
            return self.new if numbers else self.old
        left = (piece for n, piece in enumerate(self.all) if n not in numbers)
        tree: Tree = edited(self.new, (edit for piece in left for edit in piece.edits))
        return tree

    def as_one(self) -> Pieces:
        """Return it with everything as one piece, which may give parts other names."""
        return replace(self, all=(Piece(self.changes),), lines={}, whole=True)


def pieces_of(
    old: Ruleset,
    new: Ruleset,
    frame: Frame,
    day: date,
    methods: Mapping[str, Method],
    fits: Callable[[Tree], bool],
) -> Pieces:
    """Return what makes the new ruleset of the old one.

    Args:
        old: the ruleset of a run.
        new: the later one.
        frame: the days of the run.
        day: the day of which the figures of the new ruleset are taken.
        methods: the scoring methods.
        fits: whether a tree is a ruleset.

    Raises:
        RulesetError: one of them does not compile for the days of the run.
    """
    was, now = _trees(old, new, frame.as_of, day)
    result = compare(_with(old, was), _with(new, now), methods, frame)
    texts = tuple(c for c in result.changes if c.direction != "wording")
    if result.clash:
        return Pieces(was, now, texts, (), {}).as_one()
    grouped = _together([change for change in texts if change.back])
    pieces = Pieces(was, edited(now, result.kept), texts, _pieces(grouped), result.lines)
    return replace(pieces, all=_pieces(_needed(pieces, grouped, fits)))


def as_they_are(old: Ruleset, new: Ruleset, as_of: date, day: date) -> Pieces:
    """Return the rulesets with everything between them as one piece, whatever that is.

    Args:
        old: the ruleset of a run.
        new: another one.
        as_of: the day of which the figures of the old one are taken.
        day: the day of which the figures of the new one are taken.
    """
    return Pieces(*_trees(old, new, as_of, day), (), (), {}).as_one()


def _trees(old: Ruleset, new: Ruleset, as_of: date, day: date) -> tuple[Tree, Tree]:
    was, now = _tree(old), _tree(new)
    _settle((was, old.document, as_of), (now, new.document, day))
    return was, {**now, **{key: was[key] for key in OF_THE_RUN if key in was}}


def _tree(ruleset: Ruleset) -> Tree:
    written: Any = ruleset.source.value
    tree: Tree = deepcopy(written)
    return tree


def _with(ruleset: Ruleset, tree: Tree) -> Ruleset:
    """Return a ruleset with another tree; figures that were dated are told as they are written."""
    scalars = dict(ruleset.source.scalars)
    for (head, *rest), text in ruleset.source.scalars.items():
        if head == "parameters" and rest[1:2] == ["values"]:
            name = rest[0]
            if as_number(text) == tree["parameters"][name].get("value"):
                scalars["parameters", name, "value"] = text
    return replace(ruleset, document=RulesetDocument.model_validate(tree),
                   source=replace(ruleset.source, value=tree, scalars=scalars))  # fmt: skip


def _settle(*sides: tuple[Tree, RulesetDocument, date]) -> None:
    """Let a dated figure be the one in force, where that is another than before."""
    documents = [document for _, document, _ in sides]
    for name in documents[0].parameters.keys() & documents[1].parameters.keys():
        specs = [document.parameters[name] for document in documents]
        figures = [spec.on(day) for spec, (_, _, day) in zip(specs, sides, strict=True)]
        same = specs[0].values == specs[1].values and figures[0] == figures[1]
        if any(spec.values for spec in specs) and not same:
            for (tree, _, _), figure in zip(sides, figures, strict=True):
                tree["parameters"][name].pop("values", None)
                tree["parameters"][name]["value"] = figure


def _pieces(grouped: Iterable[Sequence[Change]]) -> tuple[Piece, ...]:
    return tuple(Piece(tuple(changes)) for changes in grouped)


def _together(changes: Sequence[Change]) -> list[list[Change]]:
    """Put together what is done to one place, in the order of the paper."""
    groups: list[list[Change]] = []
    for change in changes:
        near = [group for group in groups if any(_joined(change, other) for other in group)]
        merged = [c for group in near for c in group]
        groups = [group for group in groups if group not in near]
        groups.append([*merged, change])
    return sorted(groups, key=lambda group: changes.index(group[0]))


def _joined(one: Change, other: Change) -> bool:
    if any(a.touches(b) for a in one.back for b in other.back):
        return True
    ends = one.path[-1:] + other.path[-1:]
    return (
        one.act == other.act == "changed"
        and sorted(map(str, ends)) == list(ENDS)
        and one.path[:-2] == other.path[:-2]
        and (one.before, one.after) == (other.before, other.after)
    )


def _needed(
    pieces: Pieces, grouped: list[list[Change]], fits: Callable[[Tree], bool]
) -> list[list[Change]]:
    """Put together what is no ruleset by itself, or of which the others are none without it."""
    while len(grouped) > 1:
        tied = _tied(replace(pieces, all=_pieces(grouped)), fits)
        if not tied:
            break
        first = min(tied)
        one = [change for n in sorted(tied) for change in grouped[n]]
        grouped = [one if n == first else g for n, g in enumerate(grouped)
                   if n == first or n not in tied]  # fmt: skip
    return grouped


def _tied(pieces: Pieces, fits: Callable[[Tree], bool]) -> frozenset[int]:
    """Return pieces of which none can do without another; nothing where each can."""
    everyone = frozenset(range(len(pieces.all)))

    def possible(numbers: frozenset[int], *, made: bool) -> bool:
        try:
            return fits(pieces.made(numbers if made else everyone - numbers))
        except LookupError:
            return False

    asked = frozenset(n for n in everyone if not _of_figures(pieces.all[n], pieces.new))
    if asked and not all(possible(everyone, made=made) for made in (True, False)):
        return everyone
    for number in sorted(asked):
        alone = frozenset({number})
        for made in (True, False):
            if possible(alone, made=made):
                continue
            needed = asked
            for other in sorted(asked - alone, reverse=True):
                if possible(needed - {other}, made=made):
                    needed -= {other}
            return needed
    return frozenset()


def _of_figures(piece: Piece, new: Tree) -> bool:
    """Return whether nothing but figures is changed, which no ruleset breaks by."""
    return all(
        edit.act == "set" and isinstance(edit.value, Decimal) and isinstance(at(new, edit.path),
                                                                             Decimal)
        for edit in piece.edits
    )  # fmt: skip


Part = tuple[str, str]
"""A kind of part and its id, such as ``criteria`` and the id of a line."""
COMMON: Part = ("all", "")
"""What every line rests on: the tables, the groups, the days."""
UNSCORED = frozenset({"targets", "appeals"})
"""What no score goes by."""
ADDED_UP = frozenset({"grades", "consequences", "pay", "base"})
"""What works upon lines that are scored already."""
OF_SUMS = frozenset({"points", "weight", "cap", "floor"})
"""Of a section, likewise."""


@dataclass(frozen=True)
class Reach:
    """How far each change reaches.

    Attributes:
        of: by part, the changes that can reach it.
        after: the changes that do more than let lines give other points.
    """

    of: dict[Part, frozenset[int]]
    after: frozenset[int]

    def on(self, part: Part) -> frozenset[int]:
        """Return the changes that can reach a part."""
        return self.of.get(part, frozenset()) | self.of.get(COMMON, frozenset())


EVERYTHING = Reach({COMMON: frozenset({0})}, frozenset({0}))
"""The reach of a change that is the only one."""


def reach_of(
    old: Tree, new: Tree, changes: Sequence[Sequence[Edit]], methods: Mapping[str, Method]
) -> Reach:
    """Return how far each change between two rulesets reaches."""
    users = _users(old, new, Grammar(methods))
    results: defaultdict[Part, set[int]] = defaultdict(set)
    after: set[int] = set()
    for number, change in enumerate(changes):
        parts: set[Part] = set()
        for edit in change:
            touched, later = _touched(edit, old, new)
            parts |= touched
            after |= {number} if later else set()
        waiting = list(parts)
        while waiting:
            for user in users[waiting.pop()] - parts:
                parts.add(user)
                waiting.append(user)
        for part in parts:
            results[part].add(number)
    return Reach({part: frozenset(numbers) for part, numbers in results.items()}, frozenset(after))


def _touched(edit: Edit, old: Tree, new: Tree) -> tuple[set[Part], bool]:
    """Return the parts that an edit changes, and whether it does more than change points."""
    head, *rest = edit.path
    if head in UNSCORED:
        return set(), False
    if head == "pay" and rest:
        return {("pay", str(rest[0]))}, True
    if head in ADDED_UP:
        return set(), True
    if not rest:
        return {COMMON}, True
    if head in named_keys(of_facts=False):
        return {(str(head), str(rest[0]))}, False
    if head == "sections" and len(rest) > 1 and rest[1] in OF_SUMS:
        return set(), True
    if head == "sections" and len(rest) > 2 and rest[1] == "criteria":
        whole = len(rest) == 3
        return {("criteria", str(rest[2]))}, whole or rest[3] == "veto"
    if head == "sections" and len(rest) == 1:
        values = [tree["sections"].get(rest[0], {}).get("criteria", {}) for tree in (old, new)]
        return {("criteria", line) for lines in values for line in lines}, True
    return {COMMON}, True


def _users(old: Tree, new: Tree, grammar: Grammar) -> defaultdict[Part, set[Part]]:
    """Return for each part those that name it, in either ruleset."""
    texts: defaultdict[Part, str] = defaultdict(str)
    names: defaultdict[Part, set[str]] = defaultdict(set)
    for tree in (old, new):
        for part, path in _parts(tree):
            spec = value_at(tree, path)
            texts[part] += "\n" + "\n".join(_texts(grammar, spec, grammar.at(tree, path)))
            names[part] |= {part[1], spec["label"]}
    users: defaultdict[Part, set[Part]] = defaultdict(set)
    for part, called in names.items():
        pattern = re.compile("|".join(_as_name(n) for n in sorted(called)))
        for other, text in texts.items():
            if other != part and pattern.search(text):
                users[part].add(other)
    return users


def _as_name(name: str) -> str:
    return rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])"


def _parts(tree: Tree) -> list[tuple[Part, KeyPath]]:
    results: list[tuple[Part, KeyPath]] = [
        ((kind, name), (kind, name))
        for kind in named_keys(of_facts=False)
        for name in tree.get(kind, {})
    ]
    results += [(("pay", name), ("pay", name)) for name in tree.get("pay", {})]
    for section, spec in tree["sections"].items():
        for line in spec["criteria"]:
            results.append((("criteria", line), ("sections", section, "criteria", line)))
    return results


def _texts(grammar: Grammar, value: object, at: Field | None) -> Iterator[str]:
    """Yield every text in a part that may hold a name."""
    for _, said, known in grammar.walk(value, at):
        single = said is not None and not isinstance(said, dict | list | tuple)
        if single and not (known is not None and known.is_wording):
            yield str(said)
