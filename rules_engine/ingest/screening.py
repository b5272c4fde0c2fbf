"""Refuses data that says who a petitioner is: by the name of a column, or by its values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rules_engine.dataset.names import names_a_person, names_an_amount
from rules_engine.errors import Finding
from rules_engine.ingest import numeric_kinds, personal, sql
from rules_engine.ingest.binding import declared
from rules_engine.ingest.personal import Context
from rules_engine.messages import msg
from rules_engine.model.naming import normal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from rules_engine.errors import Place
    from rules_engine.ingest.staging import Field, Staged
    from rules_engine.messages import Message
    from rules_engine.model.plugin import EngineSession
    from rules_engine.model.table import Column, TableSchema

AT_ONCE = 200
"""So many columns are asked of the engine in one query."""
_SMALL = ("int8", "int16", "int32", "uint8", "uint16", "uint32")
_HINT = msg(
    "remove it and deliver again: petitioners are never subjects, a case is known by its "
    "case number alone"
)


@dataclass(frozen=True)
class _Suspects:
    """A column whose first look stopped at some rows.

    Attributes:
        field: the column as delivered.
        column: the column as declared, if it is.
        eighteen: the query for what its values of eighteen digits begin with.
        others: the query for the others it stopped at.
        values: the query for all values.
        count: the query that counts the values of eighteen digits.
        numbering: it holds numbers that an office gives out.
        certain: the ruleset says so.
        amounts: it holds numbers that count or measure, by its type or its name.
    """

    field: Field
    column: Column | None
    eighteen: str
    others: str
    values: str
    count: str
    numbering: bool
    certain: bool
    amounts: bool


@dataclass(frozen=True)
class _PersonNumbers:
    """How many rows of a column hold persons' numbers, and whether they could be case numbers."""

    field: Field
    column: Column | None
    rows: int
    undecided: bool


def screen(staged: Staged, schema: TableSchema | None, session: EngineSession) -> list[Finding]:
    """Return a finding for each table and column that identifies persons. Shows no value."""
    findings = []
    if schema is None and names_a_person(staged.source.name):
        text = msg(
            "the table “{table}” is about persons ({rows} rows); nothing was stored",
            table=staged.source.name,
            rows=staged.rows,
        )
        findings.append(Finding("personal-table", text, staged.place, _HINT))
    by_name: list[Field] = []
    by_value: list[Field] = []
    for field in staged.fields:
        named = _named(field, schema) and not declared(schema, field.name)
        (by_name if named else by_value).append(field)
    findings += [_by_name(staged, field, schema) for field in by_name]
    for value in _holding_values(staged, by_value, schema, session):
        text = msg(
            "column “{column}” holds identity numbers or telephone numbers in {rows} rows; "
            "nothing was stored",
            column=value.field.name,
            rows=value.rows,
        )
        hint = _undecided(value, schema) if value.undecided else _HINT
        findings.append(Finding("personal-value", text, _place(staged, value.field), hint))
    return findings


def _named(field: Field, schema: TableSchema | None) -> bool:
    """Return whether a heading names a person; a bare “name” does, unless the table asks for it."""
    return names_a_person(field.name) or (schema is not None and normal(field.name) == "name")


def _undecided(persons: _PersonNumbers, schema: TableSchema | None) -> Message:
    if schema is None or persons.column is None:
        return msg(
            "remove it and deliver again: petitioners are never subjects, a case is known by its "
            "case number alone; if these are numbers of cases, declare the column in the ruleset, "
            "with “kind: case number”"
        )
    return msg(
        "remove it and deliver again: petitioners are never subjects, a case is known by its "
        "case number alone; if these are numbers of cases, say so in {file}, under tables: "
        "“{table}: {{columns: {{{column}: {{kind: case number}}}}}}”",
        file="ruleset.yaml",
        table=schema.name,
        column=persons.column.name,
    )


def _by_name(staged: Staged, field: Field, schema: TableSchema | None) -> Finding:
    text = msg(
        "column “{column}” would identify persons ({rows} rows); nothing was stored",
        column=field.name,
        rows=staged.rows,
    )
    official = _official(field, schema)
    rename = msg(
        "if it is the official's name, rename it to “{column}”; else remove it", column=official
    )
    return Finding("personal-column", text, _place(staged, field), rename if official else _HINT)


def _official(field: Field, schema: TableSchema | None) -> str:
    """Return the label of the official's name that a column may stand for, such as 姓名."""
    labels = [c.label for c in schema.columns if names_a_person(c.label)] if schema else []
    return next((label for label in labels if normal(field.name) in normal(label)), "")


def _is_amount(field: Field, schema: TableSchema | None) -> bool:
    """Return whether a column holds numbers that count or measure, by its type or its name."""
    column = declared(schema, field.name)
    if column is not None:
        return column.type in ("integer", "decimal")
    return names_an_amount(field.name)


def _place(staged: Staged, field: Field) -> Place:
    return staged.source.place(column=field.name)


def _holding_values(
    staged: Staged, fields: list[Field], schema: TableSchema | None, session: EngineSession
) -> list[_PersonNumbers]:
    if not staged.rows:
        return []
    scan = sql.parquet(staged.path)
    if staged.few:
        fields = _with_digits(fields, scan, session)
    tests = [(f, test) for f in fields if (test := _first_filter(f, staged, schema))]
    if not tests:
        return []
    counts = counted(scan, [sql.count_if(test) for _, test in tests], session)
    stopped = [
        _suspects_of(field, test, schema, scan)
        for (field, test), count in zip(tests, counts, strict=True)
        if count
    ]
    known: dict[str, int] = {}
    # What the numbers of cases begin with is learnt before it is looked for in other columns.
    results = {
        suspects.field: _identifying(suspects, known, session)
        for suspects in sorted(stopped, key=lambda suspects: not suspects.numbering)
    }
    return [results[suspects.field] for suspects in stopped if results[suspects.field].rows]


def _suspects_of(field: Field, test: str, schema: TableSchema | None, scan: str) -> _Suspects:
    column, name = declared(schema, field.name), sql.name(field.column)
    certain = column is not None and column.kind == "case number"
    keyed = bool(schema and column and (column.name == schema.key or column.refers))
    others = f"({test}) AND NOT {personal.is_eighteen(name)}"
    return _Suspects(
        field,
        column,
        eighteen=personal.eighteen(name, scan),
        others=personal.plain_values(name, scan, others),
        values=personal.plain_values(name, scan),
        count=f"SELECT {sql.count_if(personal.is_eighteen(name))} AS n FROM {scan}",
        numbering=certain or keyed,
        certain=certain,
        amounts=_is_amount(field, schema),
    )


def _identifying(
    suspects: _Suspects, known: dict[str, int], session: EngineSession
) -> _PersonNumbers:
    """Count the rows that hold a person's number, and learn from numbers of cases.

    Args:
        suspects: the column.
        known: regions whose numbers are known to be the office's, by the first year; more are
            added.
        session: a DuckDB session.
    """
    groups = session.query(suspects.eighteen).to_pylist()
    plain = Context(landlines=not suspects.numbering, newborn=not suspects.numbering)
    result = _count(suspects, groups, plain, session)
    context = plain
    if result["new"]:
        context = _by_regions(suspects, groups, context, known, session)
    if result["old"]:
        old = session.query(personal.old_form(suspects.values)).to_pylist()[0]
        allowed, regions = numeric_kinds.old_form(old, certain=suspects.certain)
        context = replace(context, old=allowed, old_offices=regions)
    if result["phone"]:
        phones = session.query(personal.telephones(suspects.values)).to_pylist()[0]
        bare = numeric_kinds.telephones(phones, amounts=suspects.amounts, certain=suspects.certain)
        context = replace(context, telephones=bare)
    rows = (result if context == plain else _count(suspects, groups, context, session))["rows"]
    strict = replace(plain, old=False, telephones=False, certain=True)
    undecided = (
        rows and not suspects.certain and not _count(suspects, groups, strict, session)["rows"]
    )
    return _PersonNumbers(suspects.field, suspects.column, rows, bool(undecided))


def _by_regions(
    suspects: _Suspects,
    groups: list[dict[str, Any]],
    context: Context,
    known: dict[str, int],
    session: EngineSession,
) -> Context:
    """Return the context with the regions in which numbers are the office's."""
    every = [*groups, *session.query(personal.regions(suspects.others)).to_pylist()]
    own = numeric_kinds.offices(every, certain=suspects.certain)
    if own is None:
        return replace(context, offices=known)
    offices = {**known, **{r: min(year, known.get(r, year)) for r, year in own.items()}}
    if suspects.numbering:
        known.update(offices)
    context = replace(context, offices=offices, certain=suspects.certain)
    left = _count(suspects, groups, context, session)["new"]
    eighteen = session.query(suspects.count)["n"][0].as_py() if left else 0
    wrong = sum(group["wrong"] for group in every)
    return replace(context, new=not (left and numeric_kinds.by_chance(left, wrong, eighteen)))


def _count(
    suspects: _Suspects, groups: list[dict[str, Any]], context: Context, session: EngineSession
) -> dict[str, int]:
    """Count rows: with an identity number of either form, with a telephone, with any of them."""
    rows: dict[str, int] = session.query(personal.counts(suspects.others, context)).to_pylist()[0]
    bare = sum(
        group["fits"]
        for group in groups
        if context.is_persons(group["region"], group["year"], has_x=group["has_x"])
    )
    return {**rows, "new": rows["new"] + bare, "rows": rows["rows"] + bare}


def _with_digits(fields: list[Field], scan: str, session: EngineSession) -> list[Field]:
    """Leave out texts with too few digits: a pattern for each column takes long to prepare."""
    texts = [f for f in fields if f.kind == "text"]
    if not texts:
        return fields
    most = counted(scan, [personal.most_digits(sql.name(f.column)) for f in texts], session)
    plain = {f for f, digits in zip(texts, most, strict=True) if (digits or 0) < personal.SHORTEST}
    return [f for f in fields if f not in plain]


def counted(scan: str, expressions: Sequence[str], session: EngineSession) -> list[Any]:
    """Return what is counted in a table, some columns at a time.

    To prepare one query for a thousand columns takes a hundred times as long as for a hundred.
    """
    counts: list[Any] = []
    for start in range(0, len(expressions), AT_ONCE):
        some = expressions[start : start + AT_ONCE]
        counts += session.query(sql.counts(scan, some)).to_pylist()[0].values()
    return counts


def _first_filter(field: Field, staged: Staged, schema: TableSchema | None) -> str | None:
    """Return the cheap predicate for a column, or nothing if it cannot hold such a number."""
    column = sql.name(field.column)
    seen, known = staged.glances.get(field.column), declared(schema, field.name)
    if seen and (seen.shorter(personal.SHORTEST) or (known and seen.among(known.values))):
        return None
    if field.kind == "text":
        return personal.suspect(column, plain=bool(seen and seen.plain))
    if field.kind in ("integer", "float", "decimal") and field.arrow_type not in _SMALL:
        return personal.suspect_number(column)
    if field.kind == "other" and staged.in_place:
        return personal.suspect(f"CAST({column} AS VARCHAR)")
    return None
