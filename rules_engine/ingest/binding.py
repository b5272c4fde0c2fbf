"""Matches what was delivered to what the ruleset reads, by ASCII name or Chinese label."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.dataset.names import names_a_person, nearest
from rules_engine.errors import Finding, Place
from rules_engine.ingest.parsing import FIRST_DAY, LAST_DAY, READABLE
from rules_engine.messages import Message, listed, msg
from rules_engine.model.table import MAX_TEXT, spelt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rules_engine.ingest.column_statistics import ColumnStatistics
    from rules_engine.ingest.staging import Field, Staged
    from rules_engine.model.plugin import SourceTable
    from rules_engine.model.table import Column, TableSchema


@dataclass(frozen=True)
class Bound:
    """A delivered table with its schema and, by column name, the field that fills the column."""

    schema: TableSchema
    staged: Staged
    fields: Mapping[str, Field]

    @property
    def unreadable(self) -> bool:
        """Return whether a column is delivered in a type that cannot be read as its own."""
        columns = [c for c in self.schema.columns if c.name in self.fields]
        return any(_is_unreadable(self.fields[c.name], c) for c in columns)

    def called(self, column: Column) -> str:
        """Return what people call a column where it comes from; by default its label."""
        field = self.fields.get(column.name)
        return self.staged.source.columns.get(field.name, column.label) if field else column.label

    def column_statistics_of(self, column: Column) -> ColumnStatistics | None:
        """Return the statistics of the texts that fill a column."""
        field = self.fields.get(column.name)
        return self.staged.glances.get(field.column) if field else None

    def is_trusted(self, column: Column) -> bool:
        """Return whether the references in a column are taken on trust."""
        trusted = self.staged.trusted
        return trusted is not None and trusted.column == column.name

    def missing(self, column: Column) -> int | None:
        """Return how many values of a column are missing, if that is known beforehand."""
        field = self.fields.get(column.name)
        if self.is_clean(column):
            return 0
        # An empty text is as good as none, and one that cannot be read as well.
        text = self.staged.extents.get(field.column) if field and field.kind != "text" else None
        return text.missing if text and self.is_readable(column) else None

    def is_readable(self, column: Column) -> bool:
        """Return whether it is known that a column has no value which its type does not take."""
        field = self.fields.get(column.name)
        if field is None:
            return False
        if column.type == "integer":
            return field.kind == "integer" and field.arrow_type != "uint64"
        if column.type == "decimal":
            return field.arrow_type == "decimal128(18, 4)"
        if column.type == "date" and field.kind == "date":
            text = self.staged.extents.get(field.column)
            return bool(text and text.between(FIRST_DAY, LAST_DAY))
        return field.kind == column.type == "boolean"

    def is_clean(self, column: Column) -> bool:
        """Return whether all values of a text can be taken as they are."""
        seen = self.column_statistics_of(column)
        if seen is None or not seen.full:
            return False
        return seen.among(column.values) if column.values else seen.shorter(MAX_TEXT + 1)


def declared(schema: TableSchema | None, name: str) -> Column | None:
    """Return the schema's column of that name or label, however it is spelt."""
    return spelt(name, schema.columns) if schema else None


def schema_of(name: str, schemas: Mapping[str, TableSchema]) -> TableSchema | None:
    """Return the schema of the table with that name or label."""
    return spelt(name, schemas.values())


def table_findings(
    sources: Sequence[SourceTable], schemas: Mapping[str, TableSchema], optional: frozenset[str]
) -> list[Finding]:
    """Return what is wrong with the set of tables: missing ones, and two for one name."""
    by_schema: dict[str, list[SourceTable]] = defaultdict(list)
    unknown = []
    for source in sources:
        schema = schema_of(source.name, schemas)
        if schema is None:
            unknown.append(source.name)
        else:
            by_schema[schema.name].append(source)
    missing = [s for n, s in schemas.items() if n not in by_schema and n not in optional]
    return [_missing_table(s, unknown) for s in missing] + [
        _two_tables(schemas[n], several) for n, several in by_schema.items() if len(several) > 1
    ]


def _missing_table(schema: TableSchema, unknown: Sequence[str]) -> Finding:
    label = schema.label
    near = nearest(label, unknown) or nearest(schema.name, unknown)
    hint = (
        msg("is it “{near}”? Then rename that table to “{table}”", near=near, table=label)
        if near
        else msg(
            "deliver a table named “{table}” or “{name}”", table=schema.label, name=schema.name
        )
    )
    return Finding(
        "missing-table",
        msg("the ruleset needs the table “{table}”, which was not delivered", table=schema.label),
        Place(table=schema.name),
        hint,
    )


def _two_tables(schema: TableSchema, sources: Sequence[SourceTable]) -> Finding:
    texts = [s.origin for s in sources]
    if len(set(texts)) < len(texts):  # sheets of one workbook, tables of one database
        texts = [f"{s.origin}: {s.sheet or s.name}" for s in sources]
    origins = listed(texts)
    return Finding(
        "duplicate-table",
        msg(
            "the table “{table}” was delivered twice: {origins}",
            table=schema.label,
            origins=origins,
        ),
        Place(file=sources[1].origin, table=schema.name),
        msg("deliver it once: nobody can know which of them is right"),
    )


def bind(staged: Staged, schema: TableSchema) -> tuple[Bound, list[Finding]]:
    """Match the columns of a table and say what is wrong with them."""
    results: dict[str, list[Field]] = defaultdict(list)
    ignored: list[Field] = []
    for field in staged.fields:
        column = declared(schema, field.name)
        if column is not None:
            results[column.name].append(field)
        elif not names_a_person(field.name):
            ignored.append(field)
    findings = [_two_columns(staged, schema, n, f) for n, f in results.items() if len(f) > 1]
    findings += _missing_columns(staged, schema, results, ignored)
    findings += _unreadable_columns(staged, schema, results)
    findings += [_ignored_column(staged, field) for field in ignored]
    return Bound(schema, staged, {n: f[0] for n, f in results.items()}), findings


def _at(staged: Staged, field: str) -> Place:
    return staged.source.place(column=field)


def _two_columns(staged: Staged, schema: TableSchema, name: str, fields: list[Field]) -> Finding:
    column = schema.column(name)
    return Finding(
        "duplicate-column",
        msg(
            "{count} columns stand for “{column}”: {names}",
            count=len(fields),
            column=column.label if column else name,
            names=listed(f.name for f in fields),
        ),
        _at(staged, fields[1].name),
        msg("keep one of them: nobody can know which is right"),
    )


def _missing_columns(
    staged: Staged,
    schema: TableSchema,
    matches: Mapping[str, object],
    ignored: Iterable[Field],
) -> list[Finding]:
    unknown = [f.name for f in ignored]
    findings = []
    for column in schema.columns:
        if column.name in matches:
            continue
        required = column.required or column.name == schema.key
        if not required and (column.name not in schema.awaited or not staged.rows):
            continue
        near = nearest(column.label, unknown) or nearest(column.name, unknown)
        hint: Message = (
            msg("is it “{near}”? Then rename it to “{column}”", near=near, column=column.label)
            if near
            else msg("add a column “{column}” or “{name}”", column=column.label, name=column.name)
        )
        findings.append(_missing_column(column, _at(staged, column.name), hint, required=required))
    return findings


def _missing_column(column: Column, place: Place, hint: Message, *, required: bool) -> Finding:
    if required:
        text = msg("the required column “{column}” is missing", column=column.label)
        return Finding("missing-column", text, place, hint)
    text = msg(
        "the column “{column}” was not delivered: it is taken that this has not happened in any "
        "record",
        column=column.label,
    )
    return Finding("missing-event", text, place, hint, severity="warning")


def _unreadable_columns(
    staged: Staged, schema: TableSchema, matches: Mapping[str, list[Field]]
) -> list[Finding]:
    findings = []
    for column in schema.columns:
        for field in matches.get(column.name, ()):
            if not _is_unreadable(field, column):
                continue
            hint = (
                msg("write local time without a time zone: the zone decides which day it is")
                if field.kind == "zoned"
                else msg("deliver the column as text or as {type}", type=column.type)
            )
            text = msg(
                "column “{column}” holds {delivered}, which cannot be read as {type}",
                column=field.name,
                delivered=field.arrow_type,
                type=column.type,
            )
            findings.append(Finding("unsupported-type", text, _at(staged, field.name), hint))
    return findings


def _is_unreadable(field: Field, column: Column) -> bool:
    return field.kind != "empty" and field.kind not in READABLE[column.type]


def _ignored_column(staged: Staged, field: Field) -> Finding:
    return Finding(
        "ignored-column",
        msg("the ruleset does not read column “{column}”; it is not stored", column=field.name),
        _at(staged, field.name),
        severity="warning",
    )
