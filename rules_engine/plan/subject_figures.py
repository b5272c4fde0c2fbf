"""What is wrong with tables of figures that differ by a column of the subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.errors import Finding
from rules_engine.messages import listed, msg
from rules_engine.model.by_subject import BySubject
from rules_engine.model.candidates import nearest_hint
from rules_engine.model.naming import normal
from rules_engine.ruleset.grammar import steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.model.subjects import SubjectKind
    from rules_engine.model.table import Column
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import KeyPath


def tables_in(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, BySubject]]:
    """Yield the tables in the fields of a criterion, each with its path."""
    if isinstance(value, BySubject):
        yield path, value
        return
    for step, inner in steps(value):
        yield from tables_in(inner, (*path, step))


def check_tables(
    ruleset: Ruleset, value: object, path: KeyPath, kind: SubjectKind
) -> Iterator[Finding]:
    """Yield what is wrong with the tables in the fields of a criterion.

    Args:
        ruleset: the ruleset.
        value: the fields.
        path: where they stand.
        kind: of whom the column has to be.
    """
    for where, table in tables_in(value, path):
        column = column_of(ruleset, table, kind)
        if column is not None and column.type == "text":
            yield from _rows(ruleset, where, table, column)
        elif column is not None:
            yield Finding(
                "wrong-type",
                msg("“{column}” is no text, and a figure goes by the values of one",
                    column=column.label),
                ruleset.source.place((*where, "by")),
                msg("write an expression instead, such as case when … then … else … end"),
            )  # fmt: skip


def uncovered(ruleset: Ruleset, value: object, kind: SubjectKind) -> list[str]:
    """Return the conditions under which a subject has figures, where they can fail."""
    conditions = []
    for _, table in tables_in(value, ()):
        column = column_of(ruleset, table, kind)
        values = set(column.values) if column is not None else set()
        if not values or not values <= {value for value, _ in table.rows}:
            conditions.append(table.covers())
    return [condition for condition in dict.fromkeys(conditions) if condition]


def column_of(ruleset: Ruleset, table: BySubject, kind: SubjectKind) -> Column | None:
    """Return the column by which a figure differs; an unknown name has a finding of its own."""
    columns = ruleset.tables[kind.table].columns
    return next((c for c in columns if table.by in (c.name, c.label)), None)


def _rows(ruleset: Ruleset, path: KeyPath, table: BySubject, column: Column) -> Iterator[Finding]:
    source = ruleset.source
    first: dict[str, str] = {}
    for value, _ in table.rows:
        other = first.setdefault(normal(value), value)
        if other != value:
            yield Finding(
                "duplicate-key",
                msg("“{key}” is read as “{other}”, which stands here too", key=value, other=other),
                source.place((*path, value), key=True),
                msg("keep one of the two"),
            )
        elif column.values and value not in column.values:
            yield Finding(
                "value-not-in-column",
                msg("“{value}” never stands in this column", value=value),
                source.place((*path, value), key=True),
                nearest_hint(value, column.values),
            )
    missing = [value for value in column.values if normal(value) not in first]
    if missing and table.others is None:
        yield Finding(
            "value-without-figure",
            msg("no figure is given for “{column}” {values}", column=column.label,
                values=listed(f"“{value}”" for value in missing)),
            source.place(path),
            msg("add them, or say with “others:” what goes for all other values"),
        )  # fmt: skip
