"""Refuses data that says who a petitioner is: by the name of a column, or by its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.dataset.names import names_a_person
from rules_engine.errors import Finding, Place
from rules_engine.intake import personal, sql
from rules_engine.intake.binding import declares
from rules_engine.messages import msg

if TYPE_CHECKING:
    from rules_engine.intake.staging import Field, Staged
    from rules_engine.model.plugin import EngineSession
    from rules_engine.model.table import TableSchema

_SMALL = ("int8", "int16", "int32", "uint8", "uint16", "uint32")
_HINT = msg(
    "remove it and deliver again: petitioners are never subjects, a case is known by its "
    "case number alone"
)


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
    by_name = [f for f in staged.fields if names_a_person(f.name) and not declares(schema, f.name)]
    findings += [_by_name(staged, field) for field in by_name]
    by_value = [f for f in staged.fields if f not in by_name]
    for field, rows in _holding_values(staged, by_value, session):
        text = msg(
            "column “{column}” holds identity numbers or telephone numbers in {rows} rows; "
            "nothing was stored",
            column=field.name,
            rows=rows,
        )
        findings.append(Finding("personal-value", text, _place(staged, field), _HINT))
    return findings


def _by_name(staged: Staged, field: Field) -> Finding:
    text = msg(
        "column “{column}” would identify persons ({rows} rows); nothing was stored",
        column=field.name,
        rows=staged.rows,
    )
    return Finding("personal-column", text, _place(staged, field), _HINT)


def _place(staged: Staged, field: Field) -> Place:
    return Place(file=staged.source.origin, table=staged.source.name, field=field.name)


def _holding_values(
    staged: Staged, fields: list[Field], session: EngineSession
) -> list[tuple[Field, int]]:
    looks = [(f, look) for f in fields if (look := _first_look(f, staged.in_place))]
    if not looks:
        return []
    scan = sql.parquet(staged.path)
    query = sql.counts(scan, [sql.count_if(look) for _, look in looks])
    counts = session.query(query).to_pylist()[0].values()
    found = []
    for (field, look), count in zip(looks, counts, strict=True):
        if count:
            exact = sql.count_if(personal.identifies(sql.name(field.column)))
            rows = session.query(f"SELECT {exact} AS n FROM {scan} WHERE {look}")["n"][0].as_py()
            found += [(field, rows)] if rows else []
    return found


def _first_look(field: Field, in_place: bool) -> str | None:
    """Return the cheap predicate for a column, or nothing if it cannot hold such a number."""
    column = sql.name(field.column)
    if field.kind == "text":
        return personal.suspect(column)
    if field.kind in ("integer", "float", "decimal") and field.arrow_type not in _SMALL:
        return personal.suspect_number(column)
    if field.kind == "other" and in_place:
        return personal.suspect(f"CAST({column} AS VARCHAR)")
    return None
