"""Makes the rows of a form: parts below each other, tables, and places for what is new."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rules_engine.editing.cells import Slot, field_name, key_of
from rules_engine.editing.kinds import is_list, is_open
from rules_engine.editing.words import word
from rules_engine.messages import tr
from rules_engine.model.form import FormCell, FormRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules_engine.editing.cells import Cells
    from rules_engine.editing.kinds import Kind
    from rules_engine.ruleset.positions import KeyPath
    from rules_engine.ruleset.schema import Schema

SPARE_ROWS = 2
"""Empty rows below a table, for new ones."""
ABREAST = 6
"""So many cells for what may be added stand in one row."""
INSIDE = frozenset({"criteria", "roles", "grades", "parameters", "indicators", "standards",
                    "consequences", "targets", "pay", "tables", "columns", "clauses"})  # fmt: skip
"""Keys below which each entry is a part with an id and a title of its own."""
TABLES = frozenset({"columns", "roles", "grades", "parameters", "standards", "consequences",
                    "targets", "clauses"})  # fmt: skip
"""Of these the ones whose parts stand below each other in one table, where they are plain."""
WHOLE = frozenset({"criteria", "indicators", "consequences", "targets"})
"""Of these the ones that take a new part, with all that belongs to it, where they are no table."""
NOT_ADDED = frozenset({"subject", "kind", "from", "through", "sum", "max", "min", "latest",
                       "earliest", "value", "language", "method"})  # fmt: skip
"""Keys that make another thing of a part that is there."""


@dataclass
class Parts:
    """Makes rows.

    Attributes:
        cells: makes the cells.
        taken: how many places for new entries a list or mapping has, by file and path.
    """

    cells: Cells
    taken: Counter[tuple[str, KeyPath]] = field(default_factory=Counter)

    def part(self, file: str, path: KeyPath, value: object) -> Iterator[FormRow]:
        """Yield the rows of a part under its title."""
        id, label = str(path[-1]), label_of(str(path[-1]), value)
        shown = label if label == id else tr("{word} ({choice})", word=label, choice=id)
        clause = value.get("clause") if isinstance(value, dict) else None
        title = FormCell(shown, note=self.cells.gists(clause))
        yield FormRow((title,), "title")
        if not isinstance(value, dict):
            yield from self._value(file, path, value, ())
            return
        own = {key: inner for key, inner in value.items() if key not in INSIDE}
        yield from self.mapping(file, path, own, ())
        yield from self.more(file, path, own, (tr("take out"), self.cells.drop(file, path)))
        inside = {key: inner for key, inner in value.items() if key in INSIDE}
        yield from self.mapping(file, path, inside, ())

    def mapping(
        self, file: str, path: KeyPath, value: Mapping[str, Any], names: tuple[str, ...]
    ) -> Iterator[FormRow]:
        """Yield the rows of what stands in a mapping, each with the names that lead to it."""
        for key, inner in value.items():
            below = (*path, key)
            if key in INSIDE and isinstance(inner, dict):
                yield from self._inside(file, below, entries_of(inner))
            else:
                name = field_name(key, of_records=isinstance(inner, str))
                yield from self._value(file, below, inner, (*names, name))

    def more(
        self, file: str, path: KeyPath, value: Mapping[str, Any], *others: tuple[str, FormCell]
    ) -> Iterator[FormRow]:
        """Yield empty cells for what a part does not have and could, and ``others``."""
        found = [
            (" · ".join(map(field_name, rel)), self.cells.blank(file, (*path, *rel), k, there=True))
            for rel, k in self._absent(file, path, value, ())
        ]
        yield from _abreast(tr("may be added"), [*found, *others])

    def _absent(
        self, file: str, path: KeyPath, value: Mapping[str, Any], rel: tuple[str, ...]
    ) -> Iterator[tuple[tuple[str, ...], Kind]]:
        nodes = self.cells.shapes[file].at((*path, *rel))
        for name in self.cells.shapes[file].fields(nodes):
            kind = self.cells.shapes[file].field_kind(nodes, name)
            added = name not in NOT_ADDED or (name == "kind" and path[-2:-1] == ("columns",))
            if name not in value and kind.single and added:
                yield (*rel, name), kind
        for name, inner in value.items():
            if isinstance(inner, dict) and name not in INSIDE:
                yield from self._absent(file, path, inner, (*rel, name))

    def _inside(self, file: str, path: KeyPath, parts: list[tuple[str, Any]]) -> Iterator[FormRow]:
        """Yield the parts of one kind, and places for new ones."""
        key = path[-1]
        if key in TABLES and parts and all(self._flat(file, (*path, i), p) for i, p in parts):
            yield FormRow((FormCell(field_name(key)),), "title")
            yield from self._table(file, path, parts)
            return
        for id, part in parts:
            yield from self.part(file, (*path, id), part)
        methods = dict.fromkeys(str(p.get("method")) for _, p in parts if isinstance(p, dict))
        if key == "criteria":
            for method in methods:
                title = tr("new criterion: {method}", method=word(method))
                yield from self._new_part(file, path, title, {"method": method})
        elif key in WHOLE:
            yield from self._new_part(file, path, tr("new: {kind}", kind=field_name(key)), {})

    def _value(
        self, file: str, path: KeyPath, value: object, names: tuple[str, ...]
    ) -> Iterator[FormRow]:
        title = " · ".join(names)
        if isinstance(value, dict):
            yield from self.mapping(file, path, value, names)
            yield from self._new_value(file, path, title)
        elif isinstance(value, list) and self.cells.fits(file, path, value):
            yield FormRow((FormCell(title), self.cells.value(file, path, value)))
        elif isinstance(value, list) and value and all(
            self._flat(file, (*path, n), item) for n, item in enumerate(value)
        ):  # fmt: skip
            yield FormRow((FormCell(title),), "title")
            yield from self._table(file, path, list(enumerate(value)))
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                numbered = (*names[:-1], f"{names[-1]} {number + 1}")
                yield from self._value(file, (*path, number), inner, numbered)
        elif value is not None:
            yield FormRow((FormCell(title), self.cells.value(file, path, value)))

    def _flat(self, file: str, path: KeyPath, value: object) -> bool:
        """Return whether a part fits into one row."""
        return isinstance(value, dict) and bool(value) and all(
            self.cells.fits(file, (*path, key), inner) for key, inner in value.items()
        )  # fmt: skip

    def _table(self, file: str, path: KeyPath, entries: list[tuple[Any, Any]]) -> Iterator[FormRow]:
        """Yield a table with a row for each entry, and some to be filled in."""
        named = isinstance(entries[0][0], str)
        shapes = self.cells.shapes[file]
        nodes = shapes.at((*path, entries[0][0]))
        kinds = {name: shapes.field_kind(nodes, name) for name in shapes.fields(nodes)}
        kinds = {name: kind for name, kind in kinds.items() if kind.single}
        keys = list(dict.fromkeys([*kinds, *(key for _, entry in entries for key in entry)]))
        percent = {
            key for step, entry in entries for key in entry
            if self.cells.in_per_cent(file, (*path, step, key))
        }  # fmt: skip
        heads = [tr("id") if named else "", *map(field_name, keys), tr("behind which")]
        yield FormRow([FormCell(head) for head in heads], "head")
        for step, entry in entries:
            row = [self._in_row(file, (*path, step, key), entry.get(key), kinds.get(key),
                                key in percent) for key in keys]  # fmt: skip
            self.cells.rows[file, (*path, step)] = [cell.key for cell in row if cell.key]
            yield FormRow([FormCell(str(step if named else step + 1)), *row])
        for _ in range(SPARE_ROWS if kinds else 0):
            new = self._next(file, path)
            row = [self.cells.blank(file, (*new, key), kinds[key], percent=key in percent)
                   if key in kinds else FormCell() for key in keys]  # fmt: skip
            after = self.cells.after(file, new, (step for step, _ in entries))
            name = FormCell(None, key_of(file, new, "@name")) if named else FormCell(tr("new row"))
            cells: dict[KeyPath, str] = {
                (key,): cell.key for key, cell in zip(keys, row, strict=True) if cell.key
            }
            self.cells.slots.append(Slot(file, path, cells, name.key, after.key))
            yield FormRow([name, *row, after])

    def _in_row(
        self, file: str, path: KeyPath, value: object, kind: Kind | None, percent: bool
    ) -> FormCell:
        if value is None:
            return self.cells.blank(file, path, kind, percent=percent, there=True) if kind else (
                FormCell())  # fmt: skip
        return self.cells.value(file, path, value)

    def _new_value(self, file: str, path: KeyPath, title: str) -> Iterator[FormRow]:
        """Yield a place for another key with one value, where the ruleset gives the keys."""
        nodes = self.cells.shapes[file].at(path)
        if is_open(nodes):
            kind = self.cells.shapes[file].field_kind([n for n in nodes if is_open([n])], "\0")
            if kind.single and not kind.listed:
                new = self._next(file, path)
                cell, name = self.cells.blank(file, new, kind), key_of(file, new, "@name")
                self.cells.slots.append(Slot(file, path, {(): cell.key}, name))
                shown = tr("{title} · new: name or day, then what it says", title=title)
                yield FormRow((FormCell(shown), FormCell(None, name), cell))

    def _new_part(
        self, file: str, path: KeyPath, title: str, fixed: Mapping[str, str]
    ) -> Iterator[FormRow]:
        """Yield a place for a part with all that may belong to it."""
        new, shapes = self._next(file, path), self.cells.shapes[file]
        nodes = shapes.below(shapes.at(path), "new", dict(fixed))
        known = list(self.cells.documents[file].keys)
        here = [p[-1] for p in known if p[:-1] == path]
        name, after = key_of(file, new, "@name"), self.cells.after(file, new, here)
        needed, others = [(tr("id"), FormCell(None, name))], [(tr("behind which"), after)]
        cells: dict[KeyPath, str] = {}
        tables: list[tuple[str, list[Schema]]] = []
        for rel, kind in self._fields(file, nodes, fixed, tables):
            cell = self.cells.blank(file, (*new, *rel), kind)
            cells[rel] = cell.key
            shown = (field_name(key, of_records=not (kind.number or kind.day)) for key in rel)
            (needed if kind.required and len(rel) < 2 else others).append((" · ".join(shown), cell))
        yield FormRow((FormCell(title),), "title")
        yield from _abreast(tr("fill in"), [*needed, *others])
        for key, rows in tables:
            yield FormRow((FormCell(field_name(key)),), "title")
            yield from self._new_rows(file, new, key, rows, cells)
        self.cells.slots.append(
            Slot(file, path, cells, name, after.key, {(k,): v for k, v in fixed.items()})
        )

    def _fields(
        self, file: str, nodes: list[Schema], fixed: Mapping[str, str],
        tables: list[tuple[str, list[Schema]]],
    ) -> Iterator[tuple[tuple[str, ...], Kind]]:  # fmt: skip
        """Yield what a new part may have, and note its tables."""
        shapes = self.cells.shapes[file]
        for key, below in shapes.fields(nodes).items():
            kind = shapes.field_kind(nodes, key)
            if key in fixed:
                continue
            if kind.single:
                yield (key,), kind
            elif is_list(below):
                tables.append((key, shapes.below(below, -1, None)))
            elif not is_open(below):
                for name in shapes.fields(below):
                    if name not in ("clause", "assumed"):
                        yield (key, name), shapes.field_kind(below, name)

    def _new_rows(
        self, file: str, new: KeyPath, key: str, nodes: list[Schema], cells: dict[KeyPath, str]
    ) -> Iterator[FormRow]:
        kinds = {name: self.cells.shapes[file].field_kind(nodes, name)
                 for name in self.cells.shapes[file].fields(nodes)}  # fmt: skip
        names = [name for name, kind in kinds.items() if kind.single]
        yield FormRow([FormCell(""), *(FormCell(field_name(name)) for name in names)], "head")
        for number in range(SPARE_ROWS + 1):
            row = [self.cells.blank(file, (*new, key, number, n), kinds[n]) for n in names]
            cells |= {(key, number, n): c.key for n, c in zip(names, row, strict=True)}
            yield FormRow([FormCell(str(number + 1)), *row])

    def _next(self, file: str, path: KeyPath) -> KeyPath:
        """Return a path that stands for a new entry: no list has an index below 0."""
        self.taken[file, path] += 1
        return (*path, -self.taken[file, path])


def _abreast(title: str, cells: list[tuple[str, FormCell]]) -> Iterator[FormRow]:
    """Yield cells with their names above them."""
    for start in range(0, len(cells), ABREAST):
        some = cells[start : start + ABREAST]
        yield FormRow([FormCell(title), *(FormCell(name) for name, _ in some)], "offer")
        yield FormRow([FormCell(""), *(cell for _, cell in some)])


def entries_of(value: object) -> list[tuple[str, Any]]:
    """Return the entries of a mapping that say something."""
    return [(k, v) for k, v in value.items() if v is not None] if isinstance(value, dict) else []


def label_of(id: str, value: object) -> str:
    """Return what a part is called."""
    label = value.get("label") if isinstance(value, dict) else None
    return str(label or id)
