"""Reads ``source.yaml`` with positions, and finds all that is wrong with it at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from rules_engine.dataset.names import names_a_person, nearest
from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.errors import DatasetError, Finding, RulesetError, UsageError
from rules_engine.ingest.personal_texts import personal_document
from rules_engine.messages import Message, listed, msg
from rules_engine.model.candidates import nearest_hint
from rules_engine.model.secret import specs_in
from rules_engine.model.table import spelt
from rules_engine.ruleset.read import shape_findings
from rules_engine.safe_files import is_there, written_path
from rules_engine.sources.kinds import kind_of
from rules_engine.sources.mapping import MappedColumn, MappedSource, MappedTable
from rules_engine.sources.mapping_schema import SourceDocument, SourceSpec, TableSpec
from rules_engine.sources.secrets import literal_secrets
from rules_engine.yamltext.read import Document, read_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from rules_engine.model.plugin import SourceKind
    from rules_engine.model.table import TableSchema
    from rules_engine.plugin_manager import Registry
    from rules_engine.sources.mapping_schema import ColumnSpec
    from rules_engine.yamltext.read import KeyPath

_EMPTY = msg("see docs/data.md, or let rules-engine sources probe write a draft")


def read_mapping(
    file: Path, registry: Registry, schemas: Mapping[str, TableSchema]
) -> tuple[MappedSource, ...]:
    """Return what ``source.yaml`` says of the tables that are read; of others it may say more.

    Raises:
        DatasetError: something is wrong with it; carries all findings.
    """
    try:
        document = read_document(file, str(file))
    except RulesetError as error:
        raise DatasetError(*(replace(f, hint=_hint(f)) for f in error.findings)) from None
    findings = [*document.findings, *literal_secrets(document)]
    if named := personal_document(document, registry):
        raise DatasetError(*named)  # what else is wrong might show it
    try:
        shape = SourceDocument.model_validate(document.value)
    except ValidationError as error:
        secret = {f.place.line for f in findings if f.code == "literal-secret"}
        shaped = shape_findings(error, document, SourceDocument)
        findings += [f for f in shaped if f.place.line not in secret]
        raise DatasetError(*findings) from None
    if any(finding.code == "literal-secret" for finding in findings):
        raise DatasetError(*findings)  # what else is wrong might show it
    reader = _Reader(document, file.parent, registry, schemas)
    sources = reader.sources(shape)
    if findings + reader.findings:
        raise DatasetError(*findings, *reader.findings)
    return sources


def _names_a_subject(name: str, official: bool) -> bool:
    """Return whether a column names a person, and not just an official by name."""
    return names_a_person(name.replace("姓名", "") if official else name)


def _hint(finding: Finding) -> Message:
    return _EMPTY if finding.code in ("empty-file", "cannot-read") else finding.hint


class _Reader:
    """Turns the shape of a file into what it means, and gathers what is wrong."""

    def __init__(
        self,
        document: Document,
        folder: Path,
        registry: Registry,
        schemas: Mapping[str, TableSchema],
    ) -> None:
        self.document = document
        self.folder = folder
        self.registry = registry
        self.schemas = schemas
        self.findings: list[Finding] = []

    def find(self, code: str, text: Message, path: KeyPath, hint: Message, **key: bool) -> None:
        self.findings.append(Finding(code, text, self.document.place(path, **key), hint))

    def sources(self, shape: SourceDocument) -> tuple[MappedSource, ...]:
        tables: dict[KeyPath, list[tuple[str, TableSpec]]] = {}
        for name, spec in shape.tables.items():
            path: KeyPath = ("tables", name, "source") if spec.source else ("source",)
            tables.setdefault(path, []).append((name, spec))
        results = []
        for path, named in tables.items():
            values = named[0][1].source or shape.source
            if values is None:
                self.find(
                    "missing-key",
                    msg("“{key}” is missing here", key="source"),
                    (),
                    msg("say where the records are: source: {example}", example="台账.xlsx"),
                )
                continue
            results.append(self._source(path, values, named))
        return tuple(source for source in results if source and source.tables)

    def _source(
        self, path: KeyPath, written: SourceSpec, named: list[tuple[str, TableSpec]]
    ) -> MappedSource | None:
        at = (*path, "location") if (*path, "location") in self.document.values else path
        try:
            kind, location = kind_of(self._location(written.location), self.registry)
        except UsageError as error:
            place = self.document.place(at)
            self.findings += [replace(f, place=place) for f in error.findings]
            return None
        self._check_secrets((*path, "secret"), written.secret)
        fields = self._fields(kind.fields, written.model_extra, path)
        tables = [self._table(name, spec, kind) for name, spec in named]
        mapped = tuple(table for table in tables if table)
        place = self.document.place(at)
        return MappedSource(kind, location, written.secret, place, fields, mapped)

    def _location(self, location: str) -> str:
        """Return a location in which a path counts from the folder of the file."""
        if location in self.registry.sources:
            return f"{location}:"  # the kind alone: its own fields say the rest
        kind, colon, rest = location.partition(":")
        prefix = f"{kind}:" if colon and kind in self.registry.sources else ""
        path = written_path(self.folder, rest if prefix else location)
        return f"{prefix}{path}" if is_there(path) else location

    def _check_secrets(self, path: KeyPath, written: object) -> None:
        for _ in (secret for secret in specs_in(written) if not secret.is_clear):
            self.find(
                "bad-mapping",
                msg("a secret is either a variable or an entry of the keyring"),
                path,
                msg(
                    "write {one} or {two}", one="{env: NAME}", two="{keyring: SERVICE, user: NAME}"
                ),
            )

    def _fields(
        self,
        shape: Callable[[], type[Any]] | None,
        extra: Mapping[str, object] | None,
        path: KeyPath,
    ) -> Any:  # noqa: ANN401 - the plugin's own
        """Return the source's own fields as its model; without a model there are none."""
        model = shape() if shape else None
        own = [f.alias or n for n, f in model.model_fields.items()] if model else []
        general = (SourceSpec if path[-1] == "source" else TableSpec).model_fields
        known = [*own, *(f.alias or n for n, f in general.items())]
        values = dict(extra or {})
        for key in [key for key in values if key not in own]:
            del values[key]
            text = msg("“{key}” is not known here", key=key)
            self.find("unknown-key", text, (*path, key), nearest_hint(key, known), key=True)
        if model is None:
            return None
        try:
            fields = model.model_validate(values)
            self._check_secrets(path, fields)
            return fields
        except ValidationError as error:
            self.findings += shape_findings(error, self.document, model, path)
            return None

    def _table(self, name: str, spec: TableSpec, kind: SourceKind) -> MappedTable | None:
        path: KeyPath = ("tables", name)
        schema = self._schema(name)
        if schema is None:
            return None
        fields = self._fields(kind.table_fields, spec.model_extra, path)
        columns = tuple(self._columns(schema, spec, path))
        known = schema.name in self.schemas
        table = MappedTable(schema, spec, columns, self.document.place(path, key=True), fields)
        return table if known else None

    def _schema(self, name: str) -> TableSchema | None:
        tables = {**self.schemas, **{n: t for n, t in STANDARD_TABLES.items()
                                     if n not in self.schemas}}  # fmt: skip
        schema = spelt(name, tables.values())
        if schema is not None:
            return schema
        self._unknown("unknown-table", name, ("tables", name), [
            n for s in tables.values() for n in (s.name, s.label)
        ])  # fmt: skip
        return None

    def _unknown(self, code: str, name: str, path: KeyPath, known: Iterable[str]) -> None:
        near = nearest(name, known)
        self.find(
            code,
            msg("there is no “{name}” among them", name=name),
            path,
            msg("did you mean “{name}”?", name=near)
            if near
            else msg("known here: {names}", names=listed(known)),
            key=True,
        )

    def _columns(
        self, schema: TableSchema, spec: TableSpec, path: KeyPath
    ) -> Iterable[MappedColumn]:
        seen: dict[str, str] = {}
        for name, value in spec.columns.items():
            at = (*path, "columns", name)
            column = spelt(name, schema.columns)
            if column is None:
                names = [n for c in schema.columns for n in (c.name, c.label)]
                self._unknown("unknown-column", name, at, names)
                continue
            if column.name in seen:
                self.find(
                    "duplicate-column",
                    msg("“{one}” and “{two}” are one column", one=seen[column.name], two=name),
                    at,
                    msg("keep one of them"),
                    key=True,
                )
                continue
            seen[column.name] = name
            self._check_column(at, value, names_a_person(column.label))
            yield MappedColumn(column, value, self.document.place(at))

    def _check_column(self, at: KeyPath, written: ColumnSpec, official: bool) -> None:
        person = next((n for n in written.from_ if _names_a_subject(n, official)), None)
        if person:
            self.find(
                "personal-column",
                msg("the column “{column}” would identify persons", column=person),
                at,
                msg(
                    "leave it out, and out of the source: petitioners are never subjects, a case "
                    "is known by its case number alone"
                ),
            )
        if written.constant is not None and (written.from_ or written.values or written.join):
            self.find(
                "bad-mapping",
                msg("a constant needs no column of the source"),
                at,
                msg("keep one of the two"),
            )
        if not written.from_ and (written.values or written.join or written.otherwise is not None):
            self.find(
                "bad-mapping",
                msg("it is not said which column of the source is meant"),
                at,
                msg("add {key}:", key="from"),
            )
        if len(written.from_) > 1 and written.values:
            self.find(
                "bad-mapping",
                msg("columns that are joined cannot be mapped value by value"),
                at,
                msg("keep one of the two"),
            )
