"""Splits what differs between two rulesets into single changes that can be made or left out.

Only what can move somebody is a change: wording is not, and neither is a part that nothing of the
other ruleset uses, for added names stand beside the old ones in every mixture.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rules_engine.messages import clauses, tr
from rules_engine.model.ruleset import RulesetDocument
from rules_engine.results.report import KEY_TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

Path = tuple[str | int, ...]
Tree = dict[str, Any]

GONE = object()
"""Stands for what is not there."""
TOLD = frozenset({"label", "clause", "assumed", "unit", "gist"})
"""What is read by people and moves nobody."""
DEFINITIONS = ("tables", "parameters", "indicators", "standards")
"""Parts that do nothing until another part names them."""
BY_ITEM = ("holidays", "consequences", "pay")
OF_THE_RUN = frozenset({"ruleset", "edition", "effective", "period", "language"})
"""What stays as it was when a run is assessed by other rules."""
WHOLE = ("scale", "base", "rounding", "subjects")


@dataclass(frozen=True)
class Edit:
    """One place of a ruleset, and what stands there afterwards."""

    path: Path
    value: Any


@dataclass(frozen=True)
class Change:
    """One change from the old ruleset to the new one.

    Attributes:
        text: the change as people say it.
        edits: what it does to the old ruleset.
    """

    text: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True)
class Split:
    """Two rulesets and what differs between them.

    Attributes:
        old: the earlier one; likewise the later.
        start: the earlier one with the definitions of both.
        changes: what makes the later one of it.
    """

    old: Tree
    new: Tree
    start: Tree
    changes: tuple[Change, ...]

    def as_one(self) -> Split:
        """Return it with all changes as one, which names may be part of."""
        text = clauses(change.text for change in self.changes)
        keys = [k for k in dict.fromkeys((*self.old, *self.new)) if k not in OF_THE_RUN]
        edits = tuple(Edit((key,), self.new.get(key, GONE)) for key in keys)
        return replace(self, start=self.old, changes=(Change(text, edits),))


def tree_of(document: RulesetDocument, day: date) -> Tree:
    """Return a ruleset as plain values, with the figures that are in force on a day."""
    tree: Tree = _listed(document.model_dump(by_alias=True, exclude_defaults=True))
    for name, spec in document.parameters.items():
        if spec.values:
            tree["parameters"][name]["in force"] = spec.on(day)
    return tree


def _listed(value: Any) -> Any:  # noqa: ANN401 - YAML values
    """Return values whose rows can be changed one by one."""
    if isinstance(value, dict):
        return {key: _listed(inner) for key, inner in value.items()}
    return [_listed(inner) for inner in value] if isinstance(value, list | tuple) else value


def split(old: Tree, new: Tree) -> Split:
    """Return what makes the new ruleset of the old one.

    Args:
        old: from :func:`tree_of`; likewise the other.
        new: the later ruleset.
    """
    old, new = copy.deepcopy(old), copy.deepcopy(new)
    _settle(old.get("parameters", {}), new.get("parameters", {}))
    start = copy.deepcopy(old)
    changes: list[Change] = []
    for part in DEFINITIONS:
        was, now = old.get(part, {}), new.get(part, {})
        start[part] = {**now, **was}
        for name in was:
            if name in now:
                path = (part, name)
                edits = tuple(_differing(was[name], now[name], path, deep=part != "indicators"))
                if edits:
                    text = clauses(_say(old, new, e) for e in edits)
                    changes.append(Change(text, edits))
    changes += _of_sections(old, new)
    changes += _of_grades(old, new)
    for part in BY_ITEM:
        changes += _items(old, new, part)
    for part in WHOLE:
        changes += _single(old, new, (part,))
    changes += _of_responsibility(old, new)
    return Split(old, new, start, tuple(changes))


def mixture(start: Tree, changes: Iterable[Change]) -> RulesetDocument:
    """Return the old ruleset with some of the changes made.

    Raises:
        ValidationError: they do not make a ruleset without the others.
    """
    tree = copy.deepcopy(start)
    for change in changes:
        for edit in change.edits:
            _put(tree, edit.path, edit.value)
    return RulesetDocument.model_validate(tree)


def _put(tree: Any, path: Path, value: Any) -> None:  # noqa: ANN401 - YAML values
    for step in path[:-1]:
        tree = tree.setdefault(step, {}) if isinstance(tree, dict) else tree[step]
    if value is GONE:
        tree.pop(path[-1], None)
    else:
        tree[path[-1]] = copy.deepcopy(value)


def _settle(old: Tree, new: Tree) -> None:
    """Let a dated figure be the one in force, where that is another than before."""
    for name in old.keys() & new.keys():
        pair = old[name], new[name]
        figures = [p.get("in force", p.get("value")) for p in pair]
        dated = any("in force" in p for p in pair)
        same = pair[0].get("values") == pair[1].get("values")
        if dated and not (same and figures[0] == figures[1]):
            for item, figure in zip(pair, figures, strict=True):
                item.pop("values", None)
                item["value"] = figure
    for items in (old, new):
        for name, item in items.items():
            items[name] = _plain(item)


def _plain(parameter: Tree) -> Tree:
    return {key: value for key, value in parameter.items() if key != "in force"}


def _differing(
    was: Any,  # noqa: ANN401 - YAML values
    now: Any,  # noqa: ANN401
    path: Path,
    *,
    deep: bool = True,
) -> Iterator[Edit]:
    """Yield the places below a path at which something else stands; wording is passed over."""
    if was == now:
        return
    if isinstance(was, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*was, *now)):
            if key not in TOLD:
                yield from _differing(was.get(key, GONE), now.get(key, GONE), (*path, key),
                                      deep=deep)  # fmt: skip
    elif deep and _alike(was, now):
        for index, (one, other) in enumerate(zip(was, now, strict=True)):
            yield from _differing(one, other, (*path, index))
    else:
        yield Edit(path, now)


def _alike(was: object, now: object) -> bool:
    """Return whether two lists have the same rows, with other figures in some of them."""
    if not (isinstance(was, list) and isinstance(now, list) and len(was) == len(now)):
        return False
    rows = [*was, *now]
    return all(isinstance(row, dict) for row in rows) and all(
        a.keys() == b.keys() for a, b in zip(was, now, strict=True)
    )


def _of_sections(old: Tree, new: Tree) -> Iterator[Change]:
    """Yield changes of sections and lines; a line that goes to another section is one change."""
    was, now = old["sections"], new["sections"]
    homes = [{line: s for s, spec in part.items() for line in spec["criteria"]}
             for part in (was, now)]  # fmt: skip
    moved = {line for line in homes[0].keys() & homes[1].keys() if homes[0][line] != homes[1][line]}
    for name in dict.fromkeys((*was, *now)):
        path: Path = ("sections", name)
        lines = {*was.get(name, {}).get("criteria", {}), *now.get(name, {}).get("criteria", {})}
        if (name not in was or name not in now) and not lines & moved:
            yield from _single(old, new, path)
        elif name in was and name in now:
            one, other = (_bare(part[name]) for part in (was, now))
            yield from _singles(old, new, _differing(one, other, path))
            for line in dict.fromkeys((*was[name]["criteria"], *now[name]["criteria"])):
                if line not in moved:
                    yield from _of_line(old, new, (*path, "criteria", line))
    for line in sorted(moved):
        edits = [Edit(("sections", homes[0][line], "criteria", line), GONE)]
        target: Path = ("sections", homes[1][line])
        whole = homes[1][line] not in was
        path = target if whole else (*target, "criteria", line)
        edits.append(Edit(path, _at(new, path)))
        if homes[0][line] not in now:
            edits.append(Edit(("sections", homes[0][line]), GONE))
        label = now[homes[1][line]]["criteria"][line]["label"]
        yield Change(tr("“{label}” moves to another section", label=label), tuple(edits))


def _bare(section: Tree) -> Tree:
    return {key: value for key, value in section.items() if key != "criteria"}


def _of_line(old: Tree, new: Tree, path: Path) -> Iterator[Change]:
    """Yield the changes of a line; one that is scored by another method is one change."""
    was, now = _at(old, path), _at(new, path)
    if was is GONE or now is GONE or was["method"] != now["method"]:
        yield from _single(old, new, path)
    else:
        yield from _singles(old, new, _differing(was, now, path))


def _of_grades(old: Tree, new: Tree) -> Iterator[Change]:
    if list(old["grades"]) != list(new["grades"]):
        yield from _single(old, new, ("grades",))
    else:
        yield from _singles(old, new, _differing(old["grades"], new["grades"], ("grades",)))


def _of_responsibility(old: Tree, new: Tree) -> Iterator[Change]:
    was, now = old.get("responsibility"), new.get("responsibility")
    if was and now and was.keys() == now.keys() and was["roles"].keys() == now["roles"].keys():
        yield from _singles(old, new, _differing(was, now, ("responsibility",)))
    else:
        yield from _single(old, new, ("responsibility",))


def _items(old: Tree, new: Tree, part: str) -> Iterator[Change]:
    """Yield changes of a mapping of items: whole ones that come and go, parts of the others."""
    was, now = old.get(part, {}), new.get(part, {})
    for name in dict.fromkeys((*was, *now)):
        if name in was and name in now:
            yield from _singles(old, new, _differing(was[name], now[name], (part, name)))
        else:
            yield from _single(old, new, (part, name))


def _single(old: Tree, new: Tree, path: Path) -> Iterator[Change]:
    if list(_differing(_at(old, path), _at(new, path), path)):
        yield from _singles(old, new, [Edit(path, _at(new, path))])


def _singles(old: Tree, new: Tree, edits: Iterable[Edit]) -> Iterator[Change]:
    for edit in edits:
        yield Change(_say(old, new, edit), (edit,))


def _at(tree: Any, path: Path) -> Any:  # noqa: ANN401 - YAML values
    for step in path:
        if isinstance(tree, dict):
            tree = tree.get(step, GONE)
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        else:
            return GONE
    return tree


def _say(old: Tree, new: Tree, edit: Edit) -> str:
    """Say a change: the innermost part that has a name, the keys below it, before and after."""
    known = new if _at(new, edit.path) is not GONE else old
    label, below = "", 0
    for length in range(1, len(edit.path) + 1):
        node = _at(known, edit.path[:length])
        if isinstance(node, dict) and "label" in node:
            label, below = node["label"], length
    steps = [s for s in edit.path[below:] if isinstance(s, str)]
    what = " ".join(str(KEY_TEXTS.get(s, s)) for s in steps)
    was, now = _at(old, edit.path), edit.value
    name = tr("“{label}”", label=label) if label else ""
    part = f"{name} {what}".strip()
    if below == len(edit.path) and GONE in (was, now):
        return tr("{part}: new", part=part) if was is GONE else tr("{part}: dropped", part=part)
    return tr("{part}: {before} → {after}", part=part, before=_short(was), after=_short(now))


def _short(value: object) -> str:
    if value is GONE or value is None:
        return "—"
    text = f"{value:f}" if hasattr(value, "quantize") else str(value)
    return tr("another") if isinstance(value, dict | list) else text
