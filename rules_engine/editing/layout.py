"""Lays the files of a ruleset out as a form: a sheet a section, a row a value, tables for rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rules_engine.editing.cells import Cells
from rules_engine.editing.kinds import Shapes, schemas
from rules_engine.editing.parts import Parts, entries_of, label_of
from rules_engine.messages import msg, tr
from rules_engine.model.form import Form, FormSheet
from rules_engine.ruleset.positions import parse_document
from rules_engine.ruleset.read import CLAUSES_FILE, RULESET_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules_engine.model.form import FormCell
    from rules_engine.model.plugin import Method
    from rules_engine.ruleset.positions import Document

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


@dataclass
class Layout:
    """A ruleset as a form, with what each of its cells stands for.

    Attributes:
        form: the form.
        documents: the files, by their names.
        made: what each cell stands for, and what may be written in it.
        cells: the cells that may be changed, by their keys.
    """

    form: Form
    documents: Mapping[str, Document]
    made: Cells
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
    known = schemas(methods)
    made = Cells(documents, {f: Shapes(known[f], d.value) for f, d in documents.items()})
    roots = {f: d.value if isinstance(d.value, dict) else {} for f, d in documents.items()}
    sheets = tuple(_sheets(roots, Parts(made)))
    title = str(roots[RULESET_FILE].get("title", ""))
    cells = {c.key: c for s in sheets for row in s.rows for c in row.cells if c.key}
    return Layout(Form(title, sheets, dict(texts)), documents, made, cells)


def _sheets(roots: Mapping[str, Mapping[str, Any]], parts: Parts) -> Iterator[FormSheet]:
    root = roots[RULESET_FILE]
    own = {key: value for key, value in root.items() if key not in APART}
    rows = [*parts.mapping(RULESET_FILE, (), own, ()), *parts.more(RULESET_FILE, (), own)]
    yield FormSheet(tr("general"), tuple(rows))
    for title, keys in SHEETS:
        for key in keys if title is None else ():
            for id, section in entries_of(root.get(key)):
                yield FormSheet(label_of(id, section),
                                tuple(parts.part(RULESET_FILE, (key, id), section)))  # fmt: skip
        present = {key: root[key] for key in keys if root.get(key)} if title else {}
        if present:
            yield FormSheet(str(title), tuple(parts.mapping(RULESET_FILE, (), present, ())))
    rows = list(parts.mapping(CLAUSES_FILE, (), roots[CLAUSES_FILE], ()))
    yield FormSheet(tr("clauses"), tuple(rows))
