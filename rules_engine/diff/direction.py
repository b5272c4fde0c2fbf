"""Decides of one change whether it asks for more or for less, or only says it otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from rules_engine.checks.effects import Effects
from rules_engine.diff.compiled_side import CompiledSide
from rules_engine.diff.edits import edited
from rules_engine.errors import RulesetError
from rules_engine.model.ruleset import RulesetDocument
from rules_engine.model.scoring import Section
from rules_engine.ruleset.grammar import Field, Grammar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.checks.strictness import Relation
    from rules_engine.diff.change import Direction
    from rules_engine.diff.items import Item, Leaf, Steps
    from rules_engine.diff.revert import Edits
    from rules_engine.model.facts import Sign
    from rules_engine.model.pay import Pay
    from rules_engine.model.plugin import Method
    from rules_engine.yamltext.read import KeyPath

OF_RELATION: Mapping[Relation, Direction] = {
    "more": "loosening", "less": "tightening", "same": "wording", "other": "other",
}  # fmt: skip
SECTION_KIND = Grammar().fields(Field("", Section))["kind"].facts
COMPILED = ("parameter", "indicator", "standard", "criterion")


@dataclass
class Judge:
    """Compares with a ruleset in which one change was taken back.

    Attributes:
        before: the earlier ruleset.
        after: the later one.
        methods: the scoring methods.
        kept: definitions that only the earlier one has, which what is put back may name.
    """

    before: CompiledSide
    after: CompiledSide
    methods: Mapping[str, Method]
    kept: Edits = ()
    tried: dict[tuple[KeyPath, ...], CompiledSide | None] = field(default_factory=dict)

    def of_leaf(
        self,
        pair: tuple[Item, Item],
        steps: Steps,
        leaves: tuple[Leaf | None, Leaf | None],
        back: Edits,
    ) -> Direction:
        """Return what the change of a figure, a condition or a word does.

        Args:
            pair: the part before and after.
            steps: the steps to it, without the numbers of rows.
            leaves: what it was and is.
            back: what takes it back.
        """
        item = pair[1]
        leaf = leaves[1] or leaves[0]
        assert leaf is not None
        if leaf.is_wording:
            return "wording"
        if self._says_nothing(item, steps):
            return "wording"
        bound = self._of_bound(pair, steps) if item.kind == "section" and None in leaves else None
        if bound is not None:
            return bound
        by_sign = self._by_sign(pair[1], leaf, leaves)
        if by_sign is not None:
            return by_sign
        if item.kind == "consequence":
            return self._of_consequence(pair, steps, leaves)
        if item.kind == "criterion" and steps == ("points",):
            kind = self.after.lines[item.id].kind
            plain = all(isinstance(one.value, Decimal) for one in leaves if one)
            if kind in ("bonus", "deduction") and plain:
                return "loosening" if _greater(leaves) == (kind == "bonus") else "tightening"
        if leaf.trail[0].model is not None and leaf.trail[0].facts.good == 1 and None in leaves:
            return "loosening" if leaves[0] is None else "tightening"
        if item.kind in COMPILED:
            direction = self.of_back(item, back)
            # What a dated figure does not change in this period it may change in another.
            dated = item.kind == "parameter" and steps[0] == "values"
            return "other" if dated and direction == "wording" else direction
        return "other"

    def _says_nothing(self, item: Item, steps: Steps) -> bool:
        """Return whether it is a sum that is written down for whoever reads, and checked."""
        if item.kind == "section" and steps == ("points",):
            section = self.after.ruleset.document.sections[item.id]
            return not section.mixed or section.cap is not None
        # What cadres have not lost, of the whole scale, is theirs, where they answer for a part.
        carried = self.after.ruleset.document.responsibility
        whole = carried is None or all(role.share == 1 for role in carried.roles.values())
        return item.kind == "ruleset" and steps == ("scale",) and whole

    def _of_bound(self, pair: tuple[Item, Item], steps: Steps) -> Direction | None:
        """Return what it does that a section says its floor or cap, or leaves it to the language.

        Only where lines add and take that is a bound too; ``None`` of what is none.
        """
        if steps not in (("floor",), ("cap",)):
            return None
        was, now = (
            side.ruleset.document.sections[item.id]
            for side, item in zip((self.before, self.after), pair, strict=True)
        )
        ends = [spec.span[steps == ("cap",)] for spec in (was, now)]
        if not (was.mixed and now.mixed) or ends[0] is None or ends[1] is None:
            return None
        if ends[0] == ends[1]:
            return "wording"
        return "loosening" if ends[0] < ends[1] else "tightening"

    def _weighing(self, item: Item) -> Sign:
        """Return whether it is good that a section weighs more: 1, or bad: -1."""
        lines = [line for line in self.after.lines.values() if line.section_id == item.id]
        section = self.after.ruleset.document.sections[item.id]
        floor = section.span[0]
        if all(line.floor >= 0 for line in lines) or (floor is not None and floor >= 0):
            return 1
        return -1 if all(line.cap <= 0 for line in lines) and not section.base else 0

    def good(self, leaf: Leaf, item: Item) -> Sign:
        """Return whether it is good that a figure is greater; 0 where that is not said."""
        if item.kind == "section" and leaf.at.key == "weight":
            return self._weighing(item)
        if item.kind == "section" and leaf.at.key == "points":  # the most that it gives
            return 1
        said = self._said(leaf, item)
        sign: Sign = 1 if isinstance(said, Mapping) else said
        around = [at.facts.good for at in leaf.trail[:-1] if at.is_list]
        return -sign if sign and -1 in around else sign

    def _said(self, leaf: Leaf, item: Item) -> Sign | Mapping[str, Sign]:
        """Return what is said of a figure, or of the members of a closed set."""
        said = leaf.at.facts.good
        if not callable(said):
            return said
        of_fields: Sign | Mapping[str, Sign] = said(self.after.lines[item.id].fields)
        return of_fields

    def _by_sign(
        self, item: Item, leaf: Leaf, leaves: tuple[Leaf | None, Leaf | None]
    ) -> Direction | None:
        good = self.good(leaf, item)
        if not good:
            return None
        was, now = leaves
        said = self._said(leaf, item)
        if isinstance(said, Mapping):
            absent = leaf.at.facts.absent
            signs = [absent if one is None else said.get(str(one.value), 0) for one in leaves]
            up = signs[0] < signs[1]
        elif was is None or now is None:
            if not leaf.at.facts.absent:
                return None
            up = (leaf.at.facts.absent > 0) == (now is None)
        elif type(was.same) is not type(now.same):
            return None
        elif isinstance(was.same, tuple) and isinstance(now.same, tuple):
            pairs = list(zip(was.same, now.same, strict=False))
            rises, falls = any(a < b for a, b in pairs), any(a > b for a, b in pairs)
            longer = len(now.same) - len(was.same)
            if (rises or longer > 0) == (falls or longer < 0):
                return "other"
            up = rises or longer > 0
        else:
            up = _greater(leaves)
        return "loosening" if up == (good > 0) else "tightening"

    def _of_consequence(
        self, pair: tuple[Item, Item], steps: Steps, leaves: tuple[Leaf | None, Leaf | None]
    ) -> Direction:
        means = {_means(item) for item in pair}
        if steps == ("when",) and leaves[0] and leaves[1]:
            was, now = leaves[0].same, leaves[1].same
            own = _facts_relation(was, now)
        elif steps == ("roles",):
            roles = [set(leaf.same) if leaf else set() for leaf in leaves]  # type: ignore[call-overload]  # a tuple of names
            own = "more" if roles[0] < roles[1] else "less" if roles[1] < roles[0] else "other"
        else:
            return "other"
        if means == {1}:
            return OF_RELATION[own]
        if means == {-1}:
            return OF_RELATION["less" if own == "more" else "more" if own == "less" else own]
        return "wording" if own == "same" else "other"

    def of_back(self, item: Item, back: Edits) -> Direction:
        """Return what it does to those who are assessed that something is not taken back."""
        paths = tuple(edit.path for edit in back)
        if paths not in self.tried:
            self.tried[paths] = self._edited(back) if back else None
        earlier = self.tried[paths]
        if earlier is None or self.later is None:
            return "other"
        if item.kind == "pay":
            was, now = (side.ruleset.document.pay[item.id] for side in (earlier, self.later))
            return OF_RELATION[paid_relation(was, now)]
        effects = Effects(earlier.book, self.later.book, self.later.inventory.rests_on)
        return OF_RELATION[effects.of(item.key)]

    @cached_property
    def later(self) -> CompiledSide | None:
        """Return the later ruleset with the definitions that it dropped."""
        return self._edited(()) if self.kept else self.after

    def of_whole(self, item: Item, *, added: bool) -> Direction:
        """Return what it does that a part is there, or is no more."""
        side = self.after if added else self.before
        if item.kind == "clause":
            return "wording"
        if item.kind in ("criterion", "section"):
            section = side.ruleset.document.sections[item.home or item.id]
            line = section.criteria.get(item.id) if item.home else None
            kind = section.kind_of(line) if line else section.kind
            good = SECTION_KIND.means.get(kind, 0)
        else:
            good = _means(item) or (item.at.facts.good if item.at.facts.good == -1 else 0)
        if not good:
            return "other"
        return "loosening" if (good > 0) == added else "tightening"

    def _edited(self, back: Edits) -> CompiledSide | None:
        """Return the later ruleset with something as it was; ``None`` where that is none."""
        source = self.after.ruleset.source
        try:
            root = edited(source.value, (*self.kept, *back))
            document = RulesetDocument.model_validate(root)
            ruleset = replace(
                self.after.ruleset, document=document, source=replace(source, value=root)
            )
            return CompiledSide.of(ruleset, self.methods, self.after.book.frame)
        except (LookupError, TypeError, ValidationError, RulesetError):
            return None


def _means(item: Item) -> Sign:
    """Return whether it is good that there is such a part; 0 where its kind does not say."""
    leaf = item.leaves.get(("kind",))
    return leaf.at.facts.means.get(str(leaf.value), 0) if leaf else 0


def _greater(leaves: tuple[Leaf | None, Leaf | None]) -> bool:
    was, now = leaves
    if was is None or now is None:
        return now is not None
    return bool(was.same < now.same)  # type: ignore[operator]  # figures or days


def _facts_relation(was: Any, now: Any) -> Relation:  # noqa: ANN401 - alternatives of facts
    """Return whether something follows more often, as far as its alternatives tell."""
    wider = all(any(other <= one for other in now) for one in was)
    narrower = all(any(other <= one for other in was) for one in now)
    if wider and narrower:
        return "same"
    return "more" if wider else "less" if narrower else "other"


Line = tuple[Decimal, Decimal]
"""Money by the score: what there is at a score of 0, and for each point."""
NOTHING: Line = Decimal(0), Decimal(0)


def paid_relation(before: Pay, after: Pay) -> Relation:
    """Return how the money comes out, over all scores."""
    if before.parts or after.parts:
        return "other"
    bounds = {b for spec in (before, after) for row in spec.bands for b in (row.from_, row.to)}
    points = sorted(bound for bound in bounds if bound is not None)
    signs = {_sign(difference) for difference in _differences(before, after, points)} - {0}
    if len(signs) > 1 or (before.subject, before.unit) != (after.subject, after.unit):
        return "other"
    if not signs:
        return "same" if before.places == after.places else "other"
    return "more" if signs.pop() > 0 else "less"


def _differences(before: Pay, after: Pay, points: list[Decimal]) -> Iterator[Decimal]:
    """Yield by how much it differs at the ends of each range in which both are straight lines."""
    for low, high in zip([None, *points], [*points, None], strict=True):
        (start, each), (other, slope) = (_line(spec, low, high) for spec in (before, after))
        ends = [end for end in (low, high) if end is not None]
        yield from ((other - start) + (slope - each) * end for end in ends)
        rising = slope - each
        if low is None and high is None:
            yield from (rising, -rising) if rising else (other - start,)
        elif low is None or high is None:
            yield rising if high is None else -rising


def _line(spec: Pay, low: Decimal | None, high: Decimal | None) -> Line:
    """Return what is paid between two bounds that stand next to each other."""
    for row in spec.bands:
        above = row.from_ is None or (low is not None and row.from_ <= low)
        below = row.to is None or (high is not None and high <= row.to)
        if above and below:
            return row.amount - row.each * row.over, row.each
    return NOTHING


def _sign(value: Decimal) -> int:
    return (value > 0) - (value < 0)
