"""Compares a filled form with the ruleset that it carries, and writes only what was changed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from rules_engine.errors import Finding, Place, RulesetError
from rules_engine.forms.answers import (
    Unfit,
    as_text,
    as_yaml,
    finding,
    is_blank,
    item_token,
    items_of,
    no_choice,
    place,
    says,
)
from rules_engine.forms.cells import JOINED, key_of
from rules_engine.forms.edits import Edits, New
from rules_engine.forms.entries import entry_of
from rules_engine.forms.words import DELETED
from rules_engine.messages import msg
from rules_engine.ruleset.read import RULESET_FILE, SHAPES
from rules_engine.yamltext.tree import read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rules_engine.forms.cells import Slot
    from rules_engine.forms.layout import Layout
    from rules_engine.model.form import FilledCell, FilledForm
    from rules_engine.model.plugin import Method
    from rules_engine.yamltext.read import KeyPath


@dataclass(frozen=True)
class Change:
    """One change, as the form shows it."""

    cell: FilledCell
    before: str
    after: str


@dataclass
class Changed:
    """The files as they are to be, what was changed, and where each value stands in the form.

    Attributes:
        originals: the files as they went out, by their names.
        texts: the files as they are to be.
        changes: what was changed.
        edits: the same, by file.
        filled: places for new entries that were filled in, with what came of each.
    """

    originals: Mapping[str, str]
    texts: dict[str, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    edits: dict[str, Edits] = field(default_factory=lambda: defaultdict(Edits))
    filled: list[tuple[Slot, New]] = field(default_factory=list)


def changed(
    layout: Layout, filled: FilledForm, file: Path, methods: Mapping[str, Method]
) -> Changed:
    """Return the files with what was changed in a form.

    Args:
        layout: the form as it went out.
        filled: as it came back.
        file: its file, for findings.
        methods: the scoring methods, whose fields have their order in a file.

    Raises:
        RulesetError: with a finding for each bad cell.
    """
    return _Comparison(layout, filled, file).result(methods)


class _Comparison:
    def __init__(self, layout: Layout, filled: FilledForm, file: Path) -> None:
        self.layout, self.filled, self.file = layout, filled, file
        self.findings: list[Finding] = []
        self.bodies = {n: t.removeprefix("\ufeff") for n, t in layout.form.carried.items()}
        self.trees = {name: read_tree(text) for name, text in self.bodies.items()}
        self.names = _names(layout.documents[RULESET_FILE].value)
        self.out = Changed(layout.form.carried)

    def result(self, methods: Mapping[str, Method]) -> Changed:
        """Return the files, after all cells were looked at."""
        gone = self._gone()
        for key, (name, path) in self.layout.made.values.items():
            if not any((name, path[:n]) in gone for n in range(1, len(path) + 1)):
                try:
                    self._compare(key, name, path)
                except Unfit as unfit:
                    self.findings.append(finding(self.file, self.filled.cells[key], unfit))
        for slot in self.layout.made.slots:
            if not any((slot.file, slot.where[:n]) in gone for n in range(1, len(slot.where) + 1)):
                self._fill(slot)
        if self.findings:
            raise RulesetError(*self.findings)
        for name, text in self.bodies.items():
            written = self.out.edits[name].written(text, SHAPES[name], methods)
            if written is None:
                raise RulesetError(*self._unwritable())
            mark = "\ufeff" if self.layout.form.carried[name].startswith("\ufeff") else ""
            self.out.texts[name] = mark + written
        return self.out

    def _unwritable(self) -> Iterator[Finding]:
        """Yield a finding for each change, where together they would change something else."""
        for change in self.out.changes:
            yield Finding(
                "bad-cell",
                msg("the change cannot be written into the file without changing something else"),
                place(self.file, change.cell),
                msg("make this change in the YAML file"),
            )

    def _compare(self, key: str, name: str, path: KeyPath) -> None:
        """Compare the cell of one value.

        Raises:
            Unfit: it says what cannot stand there.
        """
        cell, original = self.filled.cells.get(key), self.layout.cells[key]
        tree = self.trees[name]
        entry = tree.entries.get(path)
        if cell is None:
            if entry is not None:
                self._lost(key, path)
            return
        if says(cell, original):
            return
        kind, edits = self.layout.made.kinds[key], self.out.edits[name]
        if entry is None:
            before = "%" if original.percent else ""
            token = as_yaml(cell, original, kind, before, True, self.names)
            edits.new.append(New(path[:-1], str(path[-1]), None, token))
            self.out.changes.append(Change(cell, "", token))
            return
        before = tree.written(path)
        if is_blank(cell) and not kind.required and isinstance(path[-1], str):
            edits.gone.append(path)
            self.out.changes.append(Change(cell, before, ""))
        elif (*path, 0) in tree.entries and not cell.fault and not is_blank(cell):
            self._items(cell, name, path)
        else:
            token = as_yaml(cell, original, kind, before, entry.flow, self.names)
            if token != before:  # else the same word in another language
                edits.tokens[path] = token
                self.out.changes.append(Change(cell, before, token))

    def _items(self, cell: FilledCell, name: str, path: KeyPath) -> None:
        """Compare the items of a list that stands in one cell."""
        kind, edits = self.layout.made.kinds[key_of(name, path)], self.out.edits[name]
        scalars, tree = self.layout.documents[name].scalars, self.trees[name]
        paths = [(*path, n) for n in range(len(tree.branch(path).entries))]
        old = [scalars[item].strip() for item in paths]
        new = items_of(cell.value)
        styles = [tree.written(item) for item in paths]
        for act, i, j, m, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if act == "equal":
                continue
            same = min(j - i, n - m)
            for at in range(same):
                edits.tokens[(*path, i + at)] = item_token(new[m + at], styles[i + at], kind)
            edits.gone += [(*path, at) for at in range(i + same, j)]
            edits.new += [
                New(
                    path,
                    None,
                    i + same - 1,
                    item_token(new[at], styles[max(0, i + same - 1)], kind),
                )
                for at in range(m + same, n)
            ]
            self.out.changes.append(Change(cell, JOINED.join(old[i:j]), JOINED.join(new[m:n])))

    def _gone(self) -> set[tuple[str, KeyPath]]:
        """Return the entries that are taken out: chosen to go, or emptied; one has to stay."""
        chosen: dict[tuple[str, KeyPath], FilledCell] = {}
        for key, (name, path) in self.layout.made.drops.items():
            cell = self.filled.cells.get(key)
            if cell is None or is_blank(cell):
                continue
            chosen[name, path] = cell
            if cell.fault or as_text(cell.value).strip() not in DELETED:
                original = self.layout.cells[key]
                self.findings.append(finding(self.file, cell, no_choice(cell.value, original)))
        for (name, path), keys in self.layout.made.rows.items():
            cells = [self.filled.cells.get(key) for key in keys]
            was = any(self.layout.cells[key].value not in (None, "") for key in keys)
            if was and all(cell is not None and is_blank(cell) for cell in cells):
                chosen[name, path] = next(cell for cell in cells if cell is not None)
        for (name, path), cell in chosen.items():
            there = {p for p in self.trees[name].entries if p[:-1] == path[:-1]}
            if there <= {p for n, p in chosen if n == name}:
                self.findings.append(Finding(
                    "bad-cell", msg("the last one cannot be taken out"),
                    place(self.file, cell),
                    msg("let one stand, or take the whole list out in the YAML file"),
                ))  # fmt: skip
            elif not any((name, path[:n]) in chosen for n in range(1, len(path))):
                self.out.edits[name].gone.append(path)
                self.out.changes.append(Change(cell, self.trees[name].written(path), ""))
        return set(chosen)

    def _fill(self, slot: Slot) -> None:
        """Take in what was filled in for a new entry."""
        known = [p[-1] for p in self.trees[slot.file].entries if p[:-1] == slot.where]
        taken = {new.key for other, new in self.out.filled
                 if (other.file, other.where) == (slot.file, slot.where)}  # fmt: skip
        entry = entry_of(slot, self.filled.cells, self.layout, known, taken, self.names)
        if entry is None:
            return
        self.findings += [finding(self.file, cell, unfit) for cell, unfit in entry.unfit]
        if entry.new is not None:
            self.out.edits[slot.file].new.append(entry.new)
            self.out.filled.append((slot, entry.new))
            self.out.changes += [Change(cell, "", token) for cell, token in entry.said]

    def _lost(self, key: str, path: KeyPath) -> None:
        sheet = next(s.title for s in self.layout.form.sheets for row in s.rows
                     if any(cell.key == key for cell in row.cells))  # fmt: skip
        self.findings.append(
            Finding(
                "lost-cell",
                msg("the cell for {path} is gone", path=".".join(map(str, path))),
                Place(str(self.file), table=sheet),
                msg("put the row or column back; to take a row out of a table, empty its cells"),
            )
        )


def _names(root: object) -> frozenset[str]:
    """Return what parameters are called."""
    block = root.get("parameters") if isinstance(root, dict) else None
    parameters: Mapping[str, Any] = block if isinstance(block, dict) else {}
    labels = (p.get("label") for p in parameters.values() if isinstance(p, dict))
    return frozenset({*parameters, *(str(label) for label in labels)})
