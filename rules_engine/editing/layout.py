"""Lays the files of a ruleset out as a form: a sheet a section, a row a value, tables for rows."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules_engine.comparing.words import FIELDS
from rules_engine.editing.kinds import Kind, kind_at, schemas
from rules_engine.editing.words import NO, YES, word
from rules_engine.messages import listed, msg, tr
from rules_engine.model.form import Form, FormCell, FormRow, FormSheet
from rules_engine.ruleset.positions import parse_document
from rules_engine.ruleset.read import CLAUSES_FILE, RULESET_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules_engine.model.form import CellValue
    from rules_engine.model.plugin import Method
    from rules_engine.ruleset.positions import Document, KeyPath

SPARE_ROWS = 2
"""Empty rows below a table, for new ones."""
SHEETS = (
    (msg("tables of records"), ("tables",)),
    (msg("parameters"), ("parameters",)),
    (msg("indicators"), ("indicators",)),
    (msg("standards"), ("standards",)),
    (None, ("sections",)),
    (msg("grades"), ("grades",)),
    (msg("consequences"), ("consequences",)),
    (msg("targets, responsibility, pay"), ("targets", "responsibility", "pay")),
)
"""The sheets between the first one and the clauses; each section has one of its own."""
APART = frozenset(key for _, keys in SHEETS for key in keys)
INSIDE = frozenset({"criteria", "roles", "grades", "parameters", "indicators", "standards",
                    "consequences", "targets", "pay", "tables", "columns", "clauses"})  # fmt: skip
"""Keys below which each entry is a part with an id and a title of its own."""


NAMES = {
    "parameters": msg("parameters"), "standards": msg("standards"), "grades": msg("grades"),
    "consequences": msg("consequences"), "targets": msg("target"), "source": msg("source document"),
    "note": msg("remark"),
}  # fmt: skip
"""Keys that only a form calls by a name."""
TABLES = frozenset(
    {"columns", "roles", "grades", "parameters", "standards", "consequences", "targets"}
)
"""Of these the ones whose parts stand below each other in one table, where they are plain."""


def key_of(file: str, path: KeyPath) -> str:
    """Return the key of the cell for a value."""
    return f"{file}#{json.dumps(path, ensure_ascii=False)}"


def place_of(key: str) -> tuple[str, KeyPath]:
    """Return the file and the path that a key names."""
    file, _, path = key.partition("#")
    return file, tuple(json.loads(path))


@dataclass
class Layout:
    """A ruleset as a form, with what each of its cells stands for.

    Attributes:
        form: the form.
        documents: the files, by their names.
        kinds: what may be written in each cell, by its key.
        cells: the cells that may be changed, by their keys.
    """

    form: Form
    documents: Mapping[str, Document]
    kinds: Mapping[str, Kind]
    cells: Mapping[str, FormCell]


def lay_out(texts: Mapping[str, str], methods: Mapping[str, Method]) -> Layout:
    """Return the form for the files of a ruleset.

    Args:
        texts: the files as they are, by their names.
        methods: the scoring methods, which say what may be chosen.

    Raises:
        RulesetError: a file is not YAML.
    """
    documents = {
        file: parse_document(text.removeprefix("\ufeff"), file) for file, text in texts.items()
    }
    made = _Maker(documents, schemas(methods))
    sheets = tuple(made.sheets())
    root = documents[RULESET_FILE].value
    title = str(root.get("title", "")) if isinstance(root, dict) else ""
    cells = {c.key: c for s in sheets for row in s.rows for c in row.cells if c.key}
    return Layout(Form(title, sheets, dict(texts)), documents, made.kinds, cells)


@dataclass
class _Maker:
    """Makes the sheets; notes what may stand in each cell."""

    documents: Mapping[str, Document]
    schemas: Mapping[str, Any]
    kinds: dict[str, Kind] = field(default_factory=dict)

    def sheets(self) -> Iterator[FormSheet]:
        root = self._root(RULESET_FILE)
        own = {key: value for key, value in root.items() if key not in APART}
        yield FormSheet(tr("general"), tuple(self._mapping(RULESET_FILE, (), own, ())))
        for title, keys in SHEETS:
            for key in keys if title is None else ():
                for id, section in _entries(root.get(key)):
                    rows = tuple(self._part(RULESET_FILE, (key, id), section))
                    yield FormSheet(_label(id, section), rows)
            present = {key: root[key] for key in keys if root.get(key)} if title else {}
            if present:
                rows = tuple(self._mapping(RULESET_FILE, (), present, ()))
                yield FormSheet(str(title), rows)
        clauses = self._root(CLAUSES_FILE)
        yield FormSheet(tr("clauses"), tuple(self._mapping(CLAUSES_FILE, (), clauses, ())))

    def _root(self, file: str) -> dict[str, Any]:
        value = self.documents[file].value
        return value if isinstance(value, dict) else {}

    def _part(self, file: str, path: KeyPath, value: object) -> Iterator[FormRow]:
        """Yield the rows of a part under its title."""
        label, id = _label(str(path[-1]), value), str(path[-1])
        shown = label if label == id else tr("{word} ({choice})", word=label, choice=id)
        clause = value.get("clause") if isinstance(value, dict) else None
        yield FormRow((FormCell(shown, note=self._gists(clause)),), "title")
        yield from self._value(file, path, value, ())

    def _mapping(
        self, file: str, path: KeyPath, value: Mapping[str, Any], names: tuple[str, ...]
    ) -> Iterator[FormRow]:
        for key, inner in value.items():
            below = (*path, key)
            if key in INSIDE and isinstance(inner, dict):
                parts = _entries(inner)
                if key in TABLES and parts and all(_scalars(part) for _, part in parts):
                    yield FormRow((FormCell(_name(key)),), "title")
                    yield from self._table(file, below, parts)
                    continue
                for id, part in parts:
                    yield from self._part(file, (*below, id), part)
            else:
                name = tr("records of") if key == "from" and isinstance(inner, str) else _name(key)
                yield from self._value(file, below, inner, (*names, name))

    def _value(
        self, file: str, path: KeyPath, value: object, names: tuple[str, ...]
    ) -> Iterator[FormRow]:
        if isinstance(value, dict):
            yield from self._mapping(file, path, value, names)
        elif isinstance(value, list) and value and all(_flat(item) for item in value):
            yield FormRow((FormCell(" · ".join(names)),), "title")
            yield from self._table(file, path, list(enumerate(value)), spare=SPARE_ROWS)
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                numbered = (*names[:-1], f"{names[-1]} {number + 1}")
                yield from self._value(file, (*path, number), inner, numbered)
        elif value is not None:
            yield FormRow((FormCell(" · ".join(names)), self._cell(file, path, value)))

    def _table(
        self, file: str, path: KeyPath, entries: list[tuple[Any, Any]], spare: int = 0
    ) -> Iterator[FormRow]:
        """Yield a table with a row for each entry, and some to be filled in."""
        keys = list(dict.fromkeys(key for _, entry in entries for key in entry))
        yield FormRow((FormCell(""), *(FormCell(_name(key)) for key in keys)), "head")
        for step, entry in entries:
            shown = step + 1 if isinstance(step, int) else step
            cells = (self._in_row(file, (*path, step, key), entry.get(key)) for key in keys)
            yield FormRow((FormCell(str(shown)), *cells))
        for number in range(spare):
            at = len(entries) + number
            new = (self._new(file, path, at, key, entries) for key in keys)
            yield FormRow((FormCell(tr("new row")), *new))

    def _in_row(self, file: str, path: KeyPath, value: object) -> FormCell:
        if isinstance(value, list):
            return FormCell(listed([str(one) for one in value]), note=self._gists(value))
        return FormCell() if value is None else self._cell(file, path, value)

    def _new(
        self, file: str, path: KeyPath, at: int, key: str, entries: list[tuple[Any, Any]]
    ) -> FormCell:
        """Return an empty cell that takes what the same column takes in the rows above."""
        like = next((i for i, e in entries if isinstance(e.get(key), str | Decimal | bool)), None)
        if like is None:
            return FormCell()
        model = self._cell(file, (*path, like, key), entries[like][1][key])
        new = key_of(file, (*path, at, key))
        self.kinds[new] = self.kinds[model.key]
        return replace(model, value=None, key=new, note="")

    def _cell(self, file: str, path: KeyPath, value: Any) -> FormCell:  # noqa: ANN401 - any scalar
        key = key_of(file, path)
        kind = self.kinds[key] = kind_at(self.schemas[file], self.documents[file].value, path)
        shown: CellValue = value.rstrip("\n") if isinstance(value, str) else value
        choices = tuple(word(choice) for choice in kind.choices)
        if kind.boolean or isinstance(value, bool):
            choices = (str(YES), str(NO))
            shown = str(YES if value else NO) if isinstance(value, bool) else shown
        elif isinstance(value, str) and value in kind.choices:
            shown = word(value)
        written = self.documents[file].scalars.get(path, "")
        percent = isinstance(value, Decimal) and written.endswith(("%", "％"))
        named = len(path) > 1 and "clause" in path[-2:]
        note = self._gists(value) if named else ""
        number = kind.number or isinstance(value, Decimal)
        return FormCell(shown, key, choices, kind.number or kind.text, number, percent, note)

    def _gists(self, clause: object) -> str:
        """Return what the named clauses say, in short."""
        known = self._root(CLAUSES_FILE).get("clauses")
        names = clause if isinstance(clause, list) else [clause]
        found = [(n, known.get(n)) for n in names] if isinstance(known, dict) else []
        said = [(n, c.get("gist")) for n, c in found if isinstance(c, dict)]
        return "\n".join(f"{name}：{gist}" for name, gist in said if gist)


def _entries(value: object) -> list[tuple[str, Any]]:
    return [(k, v) for k, v in value.items() if v is not None] if isinstance(value, dict) else []


def _label(id: str, value: object) -> str:
    label = value.get("label") if isinstance(value, dict) else None
    return str(label or id)


def _name(key: object) -> str:
    name = str(key)
    return str(FIELDS.get(name) or NAMES.get(name) or name)


def _scalars(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and not any(map(_deep, value.values()))


def _flat(value: object) -> bool:
    """Return whether a part fits into one row."""
    return isinstance(value, dict) and bool(value) and not any(
        isinstance(inner, dict) or (isinstance(inner, list) and any(map(_deep, inner)))
        for inner in value.values()
    )  # fmt: skip


def _deep(value: object) -> bool:
    return isinstance(value, dict | list)
