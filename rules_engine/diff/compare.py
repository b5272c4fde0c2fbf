"""Goes through two rulesets part by part and lists what the later says otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules_engine.checks.figures import check_figures
from rules_engine.diff.change import Change, Comparison, Named, part_text, what_text
from rules_engine.diff.compiled_side import CompiledSide
from rules_engine.diff.direction import Judge
from rules_engine.diff.items import folded
from rules_engine.diff.matching import Renaming, pairs, row_pairs
from rules_engine.diff.parts import items_of
from rules_engine.diff.revert import Revert
from rules_engine.messages import clauses, listed, tr
from rules_engine.plan.verbalizer import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rules_engine.diff.change import Direction
    from rules_engine.diff.items import Item, Leaf, Rows, Steps
    from rules_engine.diff.revert import Edits
    from rules_engine.errors import Finding
    from rules_engine.model.frame import Frame
    from rules_engine.model.plugin import Method
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.scenarios.coverage import Coverage
    from rules_engine.yamltext.read import KeyPath

RENAMINGS = 3
"""Parts that are called otherwise are found by what they say, and that names others."""


def compare(
    before: Ruleset, after: Ruleset, methods: Mapping[str, Method], frame: Frame
) -> Comparison:
    """Return what changed from one ruleset to another.

    Args:
        before: the earlier one.
        after: the later one.
        methods: the scoring methods.
        frame: the assessed days for which both are compiled.

    Raises:
        RulesetError: one of them does not compile.
    """
    sides = CompiledSide.of(before, methods, frame), CompiledSide.of(after, methods, frame)
    comparing = _Comparing(*sides, methods)
    changes = tuple(comparing.changes())
    lines = {a.id: b.id for a, b in comparing.pairs if a and b and b.kind == "criterion"}
    return Comparison(
        _named(before), _named(after), changes, comparing.back.kept, comparing.back.clash, lines
    )


def _named(ruleset: Ruleset) -> Named:
    document = ruleset.document
    return Named(document.ruleset, document.title, document.edition, ruleset.fingerprint)


class _Comparing:
    def __init__(
        self, before: CompiledSide, after: CompiledSide, methods: Mapping[str, Method]
    ) -> None:
        self.before, self.after, self.methods = before, after, methods
        self.unsourced = check_figures(after.ruleset, methods)
        new = items_of(after, Renaming())
        renaming = Renaming()
        for _ in range(RENAMINGS):
            self.pairs = pairs(items_of(before, renaming), new)
            latest = Renaming.of(self.pairs)
            if latest == renaming:
                break
            renaming = latest
        self.back = Revert(before, after, self.pairs, renaming)
        self.judge = Judge(before, after, methods, self.back.kept)

    def changes(self) -> Iterator[Change]:
        for was, now in self.pairs:
            if was is None and now is not None:
                direction = self.judge.of_whole(now, added=True)
                yield self.change_of(now, "added", after=self.summary(now, self.after),
                                direction=direction, path=now.path,
                                back=self.back.added(now))  # fmt: skip
            elif now is None and was is not None:
                direction = self.judge.of_whole(was, added=False)
                change = self.change_of(was, "removed", before=self.summary(was, self.before),
                                   direction=direction, path=was.path,
                                   back=self.back.removed(was))  # fmt: skip
                yield replace(change, clauses=self.clauses(was, self.before))
            elif was is not None and now is not None:
                yield from self.within(was, now)

    def within(self, was: Item, now: Item) -> Iterator[Change]:
        """Yield what changed in a part that both have."""
        if was.id != now.id and now.kind != "ruleset":
            yield self.change_of(now, "renamed", before=was.id, after=now.id, direction="wording")
        if now.kind == "criterion" and self.back.home(was) != now.home:
            homes = [_home(side, item) for side, item in ((self.before, was), (self.after, now))]
            yield self.change_of(now, "moved", before=homes[0], after=homes[1], path=now.path,
                            back=self.back.moved(was, now))  # fmt: skip
        elif was.number != now.number and self.reordered(was, now):
            yield self.change_of(now, "moved", before=was.number, after=now.number,
                            direction="wording", path=now.path)  # fmt: skip
        methods = [item.leaves.get(("method",)) for item in (was, now)]
        other = methods[0] and methods[1] and methods[0].same != methods[1].same
        if other:
            yield self.of_method(was, now)
        earlier, later = folded(was.leaves, now.leaves), folded(now.leaves, was.leaves)
        for steps in dict.fromkeys((*later, *earlier)):
            leaves = earlier.get(steps), later.get(steps)
            own = any(leaf and leaf.trail[0].of_method for leaf in leaves)
            if not (other and (own or steps == ("method",))):
                yield from self.leaf(was, now, steps, leaves)
        for steps in dict.fromkeys((*now.rows, *was.rows)) if not other else ():
            yield from self.list(was, now, steps)

    def reordered(self, was: Item, now: Item) -> bool:
        """Return whether a part stands before one that it stood behind, or the other way round."""
        together = [(a, b) for a, b in self.pairs if a and b and a.kind == b.kind == now.kind]
        return any(
            a.home == was.home and b.home == now.home
            and (_place(a) < _place(was)) != (_place(b) < _place(now))
            for a, b in together
            if b is not now
        )  # fmt: skip

    def of_method(self, was: Item, now: Item) -> Change:
        """Return that a line is scored in another way."""
        back = self.back.method(was, now)
        direction = self.judge.of_back(now, back)
        return self.change_of(
            now,
            "changed",
            what=what_text(now.leaves["method",].trail),
            before=self.summary(was, self.before),
            after=self.summary(now, self.after),
            direction=direction,
            path=(*now.path, "method"),
            back=back,
        )

    def list(self, was: Item, now: Item, steps: Steps) -> Iterator[Change]:
        """Yield what changed in the rows of a list."""
        matches = row_pairs(was.row_list(steps), now.row_list(steps))
        back = self.back.put_back(was, now, steps)
        places = [int(one.id) for one, other in matches if one and other]
        rows = now.rows.get(steps) or was.rows[steps]
        if rows.at.facts.order == "first" and places != sorted(places):
            direction = self.judge.of_back(now, back)
            orders = [listed(row.label for row in item.row_list(steps)) for item in (was, now)]
            what = tr("order of {what}", what=what_text(rows.trail))
            yield self.change_of(now, "changed", what=what, before=orders[0], after=orders[1],
                                 direction=direction, path=(*now.path, *steps),
                                 back=back)  # fmt: skip
        for one, other in matches:
            row = other or one
            assert row is not None
            if one is not None and other is not None:
                earlier, later = folded(one.leaves, other.leaves), folded(other.leaves, one.leaves)
                for inner in dict.fromkeys((*later, *earlier)):
                    leaves = earlier.get(inner), later.get(inner)
                    yield from self.leaf(was, now, (*steps, *inner), leaves, row, steps)
                continue
            added = one is None
            act = "added" if added else "removed"
            text = clauses(
                f"{what_text(leaf.trail[len(steps) :])} {leaf.text}"
                for leaf in row.leaves.values()
                if leaf.distinct or leaf.at.facts.row == "label"
            )
            change = self.change_of(
                now, "changed", what=what_text(rows.trail, row), path=row.path,
                before="" if added else text, after=text if added else "",
                direction=self.of_row(now, rows, back, added=added), back=back,
            )  # fmt: skip
            yield replace(change, unsourced=act == "added" and self.is_unsourced(row.path))

    def of_row(self, now: Item, rows: Rows, back: Edits, *, added: bool) -> Direction:
        if isinstance(rows.at.facts.good, int) and rows.at.facts.good:
            return "loosening" if added == (rows.at.facts.good > 0) else "tightening"
        if now.kind in ("criterion", "pay"):
            return self.judge.of_back(now, back)
        return "wording" if rows.at.is_wording else "other"

    def leaf(
        self,
        was: Item,
        now: Item,
        steps: Steps,
        leaves: tuple[Leaf | None, Leaf | None],
        row: Item | None = None,
        rows: Steps = (),
    ) -> Iterator[Change]:
        """Yield the change of a figure, a word or a condition, if it is one."""
        one, other = leaves
        if one and other and one.same == other.same:
            return
        back = self.back.leaf(was, now, leaves, rows)
        trail = other.trail if other else one.trail if one else ()
        direction = self.judge.of_leaf((was, now), steps, leaves, back)
        if direction == "other" and rows and now.kind in ("criterion", "pay"):
            direction = self.judge.of_back(now, self.back.put_back(was, now, rows))
        path = other.path if other else (*now.path, *steps)
        change = self.change_of(
            now, "changed", what=what_text(trail, row), path=path, direction=direction,
            before=self.signed(one, now), after=self.signed(other, now), back=back,
        )  # fmt: skip
        yield replace(change, unsourced=other is not None and self.is_unsourced(path))

    def is_unsourced(self, path: KeyPath) -> bool:
        """Return whether a figure at a path, or below it, has no source."""
        source = self.after.ruleset.source
        below = [p for p in source.scalars if p[: len(path)] == path]
        file = source.place(path).file
        lines = {source.place(p).line: source.place(p).column or 0 for p in reversed(below)}
        return any(
            finding.place.file == file
            and lines.get(finding.place.line, 10**6) <= (finding.place.column or 0)
            and (len(below) > 1 or _stands_at(finding, source.scalars.get(path, ""), lines))
            for finding in self.unsourced
        )

    def change_of(self, item: Item, act: str, **values: object) -> Change:
        fields = {"clauses": self.clauses(item, self.after), **values}
        former = next((a.id for a, b in self.pairs if a and (b or a) is item), "")
        return Change(item.kind, item.id, former, part_text(item), act, **fields)  # type: ignore[arg-type]  # fields of Change

    def clauses(self, item: Item, side: CompiledSide) -> tuple[str, ...]:
        """Return the clauses of a part and of what rests on it."""
        parts = side.inventory.parts
        ids = dict.fromkeys(item.clauses)
        if item.kind in ("parameter", "indicator", "standard"):
            for key in parts:
                if key in side.dependents(item.key):
                    ids |= dict.fromkeys(parts[key].clauses)
        return tuple(ids)

    def summary(self, item: Item, side: CompiledSide) -> str:
        """Return what a part says, in a line."""
        if item.kind == "criterion":
            rule = side.lines[item.id]
            return in_words(rule, side.speaker, self.methods.get(rule.spec.method))
        return clauses(
            f"{what_text(leaf.trail)} {leaf.text}" for leaf in item.leaves.values() if leaf.distinct
        )

    def signed(self, leaf: Leaf | None, item: Item) -> str:
        """Return a figure as the paper says it: −2 for what is taken away."""
        if leaf is None or not leaf.at.facts.signed:
            return leaf.text if leaf else ""
        return f"{'−' if self.judge.good(leaf, item) == -1 else '+'}{leaf.text}"


def _home(side: CompiledSide, item: Item) -> str:
    return side.ruleset.document.sections[item.home].label


def _place(item: Item) -> tuple[int, ...]:
    return tuple(int(part) for part in item.number.split(".")) if item.number else ()


def _stands_at(finding: Finding, text: str, lines: Mapping[int | None, int]) -> bool:
    start = lines.get(finding.place.line, 0)
    return start <= (finding.place.column or 0) <= start + len(text)


def with_scenarios(
    comparison: Comparison, before: Coverage | None, after: Coverage | None
) -> Comparison:
    """Return a comparison whose changes name the scenarios that check them.

    Args:
        comparison: the changes.
        before: what the scenarios of the earlier ruleset check in it, where they were run.
        after: likewise of the later one.
    """
    changes = tuple(
        replace(change, scenarios=tuple(dict.fromkeys(_names(change, before, after))))
        for change in comparison.changes
    )
    skipped = {left for side in (before, after) if side for left in side.outcome.skipped}
    return replace(comparison, changes=changes, skipped=len(skipped))


def _names(change: Change, before: Coverage | None, after: Coverage | None) -> Iterator[str]:
    present = change.act != "removed"
    for coverage, name in ((before, change.former), (after, change.id if present else "")):
        if coverage is None or not name:
            continue
        for key in _keys(coverage, change.kind, name):
            covered = coverage.parts.get(key)
            if covered:
                yield from (*covered.asserted, *covered.depended)


def _keys(coverage: Coverage, kind: str, name: str) -> Iterable[str]:
    if kind != "clause":
        return [f"{kind}.{name}"]
    return [key for key, covered in coverage.parts.items() if name in covered.part.clauses]
