"""Reads the file of corrections that a decision goes by, with a place for all that is wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import Field, ValidationError

from rules_engine.dataset.names import names_a_person
from rules_engine.errors import DatasetError, Finding, RulesetError
from rules_engine.messages import NO_MESSAGE, msg
from rules_engine.model.appeal import Correction
from rules_engine.model.candidates import nearest_hint
from rules_engine.model.fields import Part, Text
from rules_engine.model.table import spelt
from rules_engine.ruleset.read import shape_findings
from rules_engine.sources.mapping_schema import Written, as_text
from rules_engine.yamltext.read import read_document

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rules_engine.messages import Message
    from rules_engine.model.table import TableSchema
    from rules_engine.yamltext.read import Document, KeyPath

_PERSON = msg("petitioners are never subjects: a case is known by its case number alone")


class ChangeSpec(Part):
    """One record: other values for it, a new one, or one that does not count."""

    table: Text
    key: Text | None = None
    values: dict[Text, Written | None] | None = Field(default=None, alias="set")
    add: dict[Text, Written | None] | None = None
    remove: bool = False
    source: Text | None = None


class CorrectionsDocument(Part):
    """A whole file of corrections; ``source`` names the paper that they go by."""

    source: Text
    changes: tuple[ChangeSpec, ...] = Field(min_length=1)


def read_corrections(file: Path, schemas: Mapping[str, TableSchema]) -> tuple[Correction, ...]:
    """Return the corrections in a file; what the records said before is not filled in.

    Raises:
        DatasetError: something is wrong with it; carries all findings.
    """
    try:
        document = read_document(file, str(file))
    except RulesetError as error:
        raise DatasetError(*(replace(f, hint=NO_MESSAGE) for f in error.findings)) from None
    try:
        shape = CorrectionsDocument.model_validate(document.value)
    except ValidationError as error:
        result = shape_findings(error, document, CorrectionsDocument)
        raise DatasetError(*document.findings, *result) from None
    reader = _Reader(document, schemas)
    read = [reader.correction(n, c, shape.source) for n, c in enumerate(shape.changes)]
    findings = [*document.findings, *reader.findings]
    if findings:
        raise DatasetError(*findings)
    return tuple(c for c in read if c)


class _Reader:
    """Turns what the file says into corrections, and gathers what is wrong."""

    def __init__(self, document: Document, schemas: Mapping[str, TableSchema]) -> None:
        self.document = document
        self.schemas = schemas
        self.findings: list[Finding] = []

    def correction(self, number: int, spec: ChangeSpec, source: str) -> Correction | None:
        path: KeyPath = ("changes", number)
        schema = self._schema(spec, path)
        ways = [spec.values is not None, spec.add is not None, spec.remove]
        if sum(ways) != 1:
            self._find("bad-correction", path, msg("a change says one of set, add and remove"))
            return None
        if schema is None:
            return None
        part = "set" if spec.values is not None else "add"
        arguments = spec.values if spec.values is not None else spec.add or {}
        values = self._values(schema, arguments, (*path, part))
        key = spec.key or ""
        if spec.add is not None:
            key = values.get(schema.key) or key
            values |= {schema.key: key}
        elif schema.key in values:
            self._find("bad-correction", path,
                       msg("a record keeps its key: remove it and add another"))  # fmt: skip
        if not key:
            self._find("bad-correction", path,
                       msg("which record? give its key ({column})", column=schema.key))  # fmt: skip
        act: Any = part if not spec.remove else "remove"
        return Correction(act, schema.name, key, values, {}, spec.source or source)

    def _schema(self, spec: ChangeSpec, path: KeyPath) -> TableSchema | None:
        schema = spelt(spec.table, self.schemas.values())
        if schema is not None:
            return schema
        labels = [name for s in self.schemas.values() for name in (s.label, s.name)]
        self._find("unknown-name", (*path, "table"),
                   msg("the ruleset reads no table “{name}”", name=spec.table),
                   nearest_hint(spec.table, labels))  # fmt: skip
        return None

    def _values(
        self, schema: TableSchema, raw: Mapping[str, Any], path: KeyPath
    ) -> dict[str, str | None]:
        values: dict[str, str | None] = {}
        for name, value in raw.items():
            result = spelt(name, schema.columns)
            column = result.name if result else None
            if column and column in values:
                self._find("duplicate-column", (*path, name),
                           msg("“{name}” is said twice", name=name), key=True)  # fmt: skip
            elif column:
                values[column] = as_text(value)
            elif names_a_person(name):
                text = msg("“{name}” would identify persons; nothing was stored", name=name)
                self._find("personal-column", (*path, name), text, _PERSON, key=True)
            else:
                labels = [n for c in schema.columns for n in (c.label, c.name)]
                text = msg("the table “{table}” has no column “{name}”", table=schema.label,
                           name=name)  # fmt: skip
                hint = nearest_hint(name, labels)
                self._find("unknown-name", (*path, name), text, hint, key=True)
        return values

    def _find(
        self,
        code: str,
        path: KeyPath,
        text: Message,
        hint: Message = NO_MESSAGE,
        *,
        key: bool = False,
    ) -> None:
        self.findings.append(Finding(code, text, self.document.place(path, key=key), hint))
