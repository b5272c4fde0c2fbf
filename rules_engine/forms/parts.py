"""Makes the rows of a form: parts below each other, tables, and places for what is new."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rules_engine.forms.cells import Slot, field_name, key_of
from rules_engine.forms.kinds import kind_of
from rules_engine.messages import tr
from rules_engine.model.form import FormCell, FormRow
from rules_engine.ruleset.grammar import value_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules_engine.forms.cells import Cells
    from rules_engine.forms.kinds import Kind
    from rules_engine.ruleset.grammar import Field
    from rules_engine.yamltext.read import KeyPath

SPARE_ROWS = 2
"""Empty rows below a table, for new ones."""
ABREAST = 6
"""So many cells for what may be added stand in one row."""


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
        known = self._known(file, path, value)
        inside = {key: value[key] for key, at in known.items() if key in value and at.holds_parts}
        own = {key: inner for key, inner in value.items() if key not in inside}
        yield from self.mapping(file, path, own, ())
        yield from self.more(file, path, own, (tr("take out"), self.cells.drop(file, path)))
        yield from self.mapping(file, path, inside, ())

    def mapping(
        self, file: str, path: KeyPath, value: Mapping[str, Any], names: tuple[str, ...]
    ) -> Iterator[FormRow]:
        """Yield the rows of what stands in a mapping, each with the names that lead to it."""
        known = self._known(file, path, value)
        for key, inner in value.items():
            below, at = (*path, key), known.get(key)
            if at is not None and at.holds_parts and isinstance(inner, dict):
                yield from self._inside(file, below, at, entries_of(inner))
            else:
                said = at or self._around(file, path).get(key)
                yield from self._value(file, below, inner, (*names, field_name(said, key)))

    def _around(self, file: str, path: KeyPath) -> dict[str, Field]:
        """Return the fields that the keys of a mapping may mean: of what is assumed, for one."""
        root = self.cells.documents[file].value
        return self._known(file, path[:-1], value_at(root, path[:-1])) if path else {}

    def _known(self, file: str, path: KeyPath, value: object) -> dict[str, Field]:
        """Return the keys that a mapping may have."""
        return in_form_order(self.cells.grammar.fields(self.cells.at(file, path), value))

    def more(
        self, file: str, path: KeyPath, value: Mapping[str, Any], *others: tuple[str, FormCell]
    ) -> Iterator[FormRow]:
        """Yield empty cells for what a part does not have and could, and ``others``."""
        blocks = [
            (
                " · ".join(map(field_name, trail)),
                self.cells.blank(
                    file, (*path, *(at.key for at in trail)), kind_of(trail[-1]), there=True
                ),
            )
            for trail in self._absent(file, path, value, ())
        ]
        yield from _abreast(tr("may be added"), [*blocks, *others])

    def _absent(
        self, file: str, path: KeyPath, value: Mapping[str, Any], trail: tuple[Field, ...]
    ) -> Iterator[tuple[Field, ...]]:
        """Yield the fields that lead to what a part could have."""
        known = self._known(file, path, value)
        for name, at in known.items():
            if name not in value and at.facts.offered and kind_of(at).single:
                yield (*trail, at)
        for name, inner in value.items():
            below = known.get(name) or self.cells.at(file, (*path, name))
            if isinstance(inner, dict) and not below.holds_parts:
                yield from self._absent(file, (*path, name), inner, (*trail, below))

    def _inside(
        self, file: str, path: KeyPath, at: Field, parts: list[tuple[str, Any]]
    ) -> Iterator[FormRow]:
        """Yield the parts of one kind, and places for new ones."""
        flat = parts and all(self._flat(file, (*path, id), part) for id, part in parts)
        if at.facts.tabular and flat:
            yield FormRow((FormCell(field_name(at)),), "title")
            yield from self._table(file, path, parts)
            return
        for id, part in parts:
            yield from self.part(file, (*path, id), part)
        if not at.facts.extends or at.inner is None:
            return
        if at.inner.kind != "criterion":
            yield from self._new_part(file, path, tr("new: {kind}", kind=field_name(at)), {})
            return
        kind = kind_of(self.cells.grammar.fields(at.inner)["method"])
        for method in dict.fromkeys(str(p.get("method")) for _, p in parts if isinstance(p, dict)):
            title = tr("new criterion: {method}", method=kind.word(method))
            yield from self._new_part(file, path, title, {"method": method})

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
        known = self._known(file, (*path, entries[0][0]), entries[0][1])
        kinds = {name: kind for name, at in known.items() if (kind := kind_of(at)).single}
        keys = list(dict.fromkeys([*kinds, *(key for _, entry in entries for key in entry)]))
        percent = {
            key for step, entry in entries for key in entry
            if self.cells.in_per_cent(file, (*path, step, key))
        }  # fmt: skip
        heads = [tr("id") if named else "", *(field_name(known.get(key), key) for key in keys),
                 tr("behind which")]  # fmt: skip
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
        at = self.cells.at(file, path)
        if at.is_open and at.inner is not None:
            kind = kind_of(at.inner)
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
        new, entry = self._next(file, path), self.cells.at(file, path).inner
        assert entry is not None
        known = list(self.cells.documents[file].keys)
        here = [p[-1] for p in known if p[:-1] == path]
        name, after = key_of(file, new, "@name"), self.cells.after(file, new, here)
        needed, others = [(tr("id"), FormCell(None, name))], [(tr("behind which"), after)]
        cells: dict[KeyPath, str] = {}
        tables: list[Field] = []
        for trail in self._fields(entry, fixed, tables):
            rel, kind = tuple(at.key for at in trail), kind_of(trail[-1])
            cell = self.cells.blank(file, (*new, *rel), kind)
            cells[rel] = cell.key
            shown = " · ".join(map(field_name, trail))
            (needed if kind.required and len(rel) < 2 else others).append((shown, cell))
        yield FormRow((FormCell(title),), "title")
        yield from _abreast(tr("fill in"), [*needed, *others])
        for rows in tables:
            yield FormRow((FormCell(field_name(rows)),), "title")
            yield from self._new_rows(file, new, rows, cells)
        self.cells.slots.append(
            Slot(file, path, cells, name, after.key, {(k,): v for k, v in fixed.items()})
        )

    def _fields(
        self, entry: Field, fixed: Mapping[str, str], tables: list[Field]
    ) -> Iterator[tuple[Field, ...]]:
        """Yield the fields that lead to what a new part may have, and note its tables."""
        grammar = self.cells.grammar
        for key, at in in_form_order(grammar.fields(entry, fixed)).items():
            if key in fixed:
                continue
            if kind_of(at).single:
                yield (at,)
            elif at.is_list:
                tables.append(at)
            elif not at.is_open:
                yield from ((at, one) for one in grammar.fields(at).values() if not one.is_wording)

    def _new_rows(
        self, file: str, new: KeyPath, at: Field, cells: dict[KeyPath, str]
    ) -> Iterator[FormRow]:
        assert at.inner is not None
        known = in_form_order(self.cells.grammar.fields(at.inner)).values()
        kinds = {one: kind for one in known if (kind := kind_of(one)).single}
        yield FormRow([FormCell(""), *(FormCell(field_name(one)) for one in kinds)], "head")
        for number in range(SPARE_ROWS + 1):
            where = (*new, at.key, number)
            row = [self.cells.blank(file, (*where, o.key), kind) for o, kind in kinds.items()]
            cells |= {(at.key, number, o.key): c.key for o, c in zip(kinds, row, strict=True)}
            yield FormRow([FormCell(str(number + 1)), *row])

    def _next(self, file: str, path: KeyPath) -> KeyPath:
        """Return a path that stands for a new entry: no list has an index below 0."""
        self.taken[file, path] += 1
        return (*path, -self.taken[file, path])


def in_form_order(known: dict[str, Field]) -> dict[str, Field]:
    """Return fields with what a part is called in front, methods' own and sources at the end."""

    def place(key: str) -> int:
        facts = known[key].facts
        source = not facts.decides and not facts.distinct and facts.row != "label"
        return 0 if facts.row == "label" else 3 if source else 2 if known[key].of_method else 1

    return {key: known[key] for key in sorted(known, key=place)}


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
