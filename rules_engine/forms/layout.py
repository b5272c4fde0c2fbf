"""Lays the files of a ruleset out as a form: a sheet a section, a row a value, tables for rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rules_engine.forms.cells import Cells
from rules_engine.forms.parts import Parts, entries_of, label_of
from rules_engine.messages import tr
from rules_engine.model.form import Form, FormSheet
from rules_engine.ruleset.grammar import ROOT, Grammar
from rules_engine.ruleset.read import CLAUSES_FILE, RULESET_FILE
from rules_engine.yamltext.read import parse_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules_engine.model.form import FormCell
    from rules_engine.model.plugin import Method
    from rules_engine.yamltext.read import Document


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
    made = Cells(documents, Grammar(methods))
    roots = {f: d.value if isinstance(d.value, dict) else {} for f, d in documents.items()}
    sheets = tuple(_sheets(roots, Parts(made)))
    title = str(roots[RULESET_FILE].get("title", ""))
    cells = {c.key: c for s in sheets for row in s.rows for c in row.cells if c.key}
    return Layout(Form(title, sheets, dict(texts)), documents, made, cells)


def _sheets(roots: Mapping[str, Mapping[str, Any]], parts: Parts) -> Iterator[FormSheet]:
    root = roots[RULESET_FILE]
    fields = parts.cells.grammar.fields(ROOT)
    own = {k: v for k, v in root.items() if k not in fields or fields[k].facts.sheet is None}
    rows = [*parts.mapping(RULESET_FILE, (), own, ()), *parts.more(RULESET_FILE, (), own)]
    yield FormSheet(tr("general"), tuple(rows))
    for sheet, together in groupby(fields, key=lambda key: fields[key].facts.sheet):
        keys = [key for key in together if sheet is not None and root.get(key)]
        if sheet == "each":
            for id, section in (entry for key in keys for entry in entries_of(root[key])):
                rows = [*parts.part(RULESET_FILE, (keys[0], id), section)]
                yield FormSheet(label_of(id, section), tuple(rows))
        elif keys:
            present = {key: root[key] for key in keys}
            yield FormSheet(str(sheet), tuple(parts.mapping(RULESET_FILE, (), present, ())))
    rows = list(parts.mapping(CLAUSES_FILE, (), roots[CLAUSES_FILE], ()))
    yield FormSheet(tr("clauses"), tuple(rows))
