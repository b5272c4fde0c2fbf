"""Refuses data that says who a petitioner is: by the name of a column, or by its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.dataset.names import names_a_person, names_an_amount
from rules_engine.errors import Finding
from rules_engine.intake import personal, sql
from rules_engine.intake.binding import declared
from rules_engine.messages import msg
from rules_engine.model.naming import normal

if TYPE_CHECKING:
    from rules_engine.errors import Place
    from rules_engine.intake.staging import Field, Staged
    from rules_engine.model.plugin import EngineSession
    from rules_engine.model.table import TableSchema

_FEWEST_TELEPHONES, _NEARLY_ALL = 3, 0.8
"""So many different ones, and such a part of all values, make a column of numbers one of them."""
_MOST_OFFICES = 200
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
    by_name = [f for f in staged.fields if names_a_person(f.name) and not declared(schema, f.name)]
    findings += [_by_name(staged, field, schema) for field in by_name]
    by_value = [f for f in staged.fields if f not in by_name]
    for field, rows in _holding_values(staged, by_value, schema, session):
        text = msg(
            "column “{column}” holds identity numbers or telephone numbers in {rows} rows; "
            "nothing was stored",
            column=field.name,
            rows=rows,
        )
        findings.append(Finding("personal-value", text, _place(staged, field), _HINT))
    return findings


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


def _is_numbering(field: Field, schema: TableSchema | None) -> bool:
    """Return whether a column holds numbers that an office gives out."""
    column = declared(schema, field.name)
    if schema is None or column is None:
        return False
    return column.name == schema.key or column.refers is not None


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
) -> list[tuple[Field, int]]:
    if not staged.rows:
        return []
    scan = sql.parquet(staged.path)
    if staged.few:
        fields = _with_digits(fields, scan, session)
    looks = [(f, look) for f in fields if (look := _first_look(f, staged, schema))]
    if not looks:
        return []
    query = sql.counts(scan, [sql.count_if(look) for _, look in looks])
    counts = session.query(query).to_pylist()[0].values()
    found = []
    for (field, look), count in zip(looks, counts, strict=True):
        if count:
            rows = _identifying(field, schema, f"{scan} WHERE {look}", session)
            rows = rows or _telephones(field, schema, scan, session)
            found += [(field, rows)] if rows else []
    return found


def _identifying(
    field: Field, schema: TableSchema | None, suspects: str, session: EngineSession
) -> int:
    """Return how many of the suspect rows hold a number of a person."""
    column, numbering = sql.name(field.column), _is_numbering(field, schema)
    offices = []
    if numbering:
        query = f"SELECT DISTINCT {personal.office_numbers(column)} AS o FROM {suspects}"
        offices = session.query(f"{query} LIMIT {_MOST_OFFICES + 1}")["o"].to_pylist()
        offices = offices if len(offices) <= _MOST_OFFICES else []
    exact = personal.identifies(
        column, numbering=numbering, amounts=_is_amount(field, schema), offices=offices
    )
    rows: int = session.query(f"SELECT {sql.count_if(exact)} AS n FROM {suspects}")["n"][0].as_py()
    return rows


def _telephones(field: Field, schema: TableSchema | None, scan: str, session: EngineSession) -> int:
    """Return how many telephone numbers a column of numbers holds, if hardly anything else."""
    if not _is_amount(field, schema):
        return 0
    column = sql.name(field.column)
    query = sql.counts(scan, [f"count({column})", *personal.telephones(column)])
    values, fitting, different = session.query(query).to_pylist()[0].values()
    return fitting if different >= _FEWEST_TELEPHONES and fitting >= values * _NEARLY_ALL else 0


def _with_digits(fields: list[Field], scan: str, session: EngineSession) -> list[Field]:
    """Leave out texts with too few digits: a pattern for each column takes long to prepare."""
    texts = [f for f in fields if f.kind == "text"]
    if not texts:
        return fields
    query = sql.counts(scan, [personal.most_digits(sql.name(f.column)) for f in texts])
    most = session.query(query).to_pylist()[0].values()
    plain = [
        f for f, digits in zip(texts, most, strict=True) if (digits or 0) < personal.FEWEST_DIGITS
    ]
    return [f for f in fields if f not in plain]


def _first_look(field: Field, staged: Staged, schema: TableSchema | None) -> str | None:
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
