"""Checks of what is well written but makes no sense: worth nothing, said twice, out of reach."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from rules_engine.checks.year_parts import check_year_parts
from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.errors import Finding
from rules_engine.messages import msg
from rules_engine.model.candidates import nearest_hint
from rules_engine.model.naming import normal
from rules_engine.ruleset.grammar import Grammar, parts, value_at
from rules_engine.ruleset.shares import check_shares

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules_engine.model.inputs import ColumnSpec
    from rules_engine.model.outcomes import Grade
    from rules_engine.model.plugin import Method
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import Key, KeyPath

Called: TypeAlias = "tuple[KeyPath, str, str]"
"""Where something stands, its name and its label."""
LARGE_GROUP = 100
"""More members than a group of villages usually has."""


def check_semantics(ruleset: Ruleset, methods: Mapping[str, Method]) -> list[Finding]:
    """Return findings about single items that cannot do what they seem to do."""
    return [
        *_effective(ruleset),
        *check_year_parts(ruleset),
        *_worthless(ruleset),
        *_above_the_line(ruleset, Grammar(methods)),
        *_quotas(ruleset),
        *check_shares(ruleset),
        *_labels(ruleset),
        *_columns(ruleset),
        *_holidays(ruleset),
    ]


def _effective(ruleset: Ruleset) -> Iterator[Finding]:
    effective = ruleset.document.effective
    if effective.to and effective.to < effective.from_:
        yield Finding(
            "bad-period",
            msg("the ruleset ends before it begins"),
            ruleset.source.place(("effective", "to")),
            msg("“from” is the first day, “to” the last"),
        )


def _worthless(ruleset: Ruleset) -> Iterator[Finding]:
    """Yield score lines that give and take nothing, whatever is recorded."""
    for section, _, name, spec in ruleset.document.criteria():
        highest = spec.most_points if spec.cap is None else spec.cap
        if spec.most_points == 0 and highest == 0 and spec.veto is None:
            yield Finding(
                "worthless-criterion",
                msg("“{label}” is worth 0 points", label=spec.label),
                ruleset.source.place(("sections", section, "criteria", name, "points")),
                msg("give it points, or remove it"),
                "warning",
            )


def _above_the_line(ruleset: Ruleset, grammar: Grammar) -> Iterator[Finding]:
    """Yield rows of a line's table that promise more points than the line can give."""
    root = ruleset.source.value
    for section, _, name, spec in ruleset.document.criteria():
        highest = spec.most_points if spec.cap is None else spec.cap
        path: KeyPath = ("sections", section, "criteria", name)
        for where, points, at in grammar.walk(value_at(root, path), grammar.at(root, path), path):
            above = isinstance(points, Decimal) and points > highest
            if above and at is not None and at.facts.line_points:
                yield Finding(
                    "points-above-line",
                    msg("this row gives {points}, but “{label}” gives {highest} at most",
                        points=points, label=spec.label, highest=highest),
                    ruleset.source.place(where),
                    msg("raise “points” of the line, or write {highest} here", highest=highest),
                    "warning",
                )  # fmt: skip


def _quotas(ruleset: Ruleset) -> Iterator[Finding]:
    responsibility = ruleset.document.responsibility
    yield from _small_quotas(ruleset, ("grades",), ruleset.document.grades)
    if responsibility and responsibility.grades:
        yield from _small_quotas(ruleset, ("responsibility", "grades"), responsibility.grades)


def _small_quotas(ruleset: Ruleset, path: KeyPath, grades: dict[str, Grade]) -> Iterator[Finding]:
    """Yield quotas that, rounded down, leave no place in a group of usual size."""
    for name, grade in grades.items():
        if grade.quota and grade.quota * LARGE_GROUP < 1:
            size = (1 / grade.quota).to_integral_value(rounding="ROUND_CEILING")
            yield Finding(
                "too-small-quota",
                msg(
                    "the quota of “{grade}” gives no place in a group of fewer than {size}",
                    grade=grade.label,
                    size=size,
                ),
                ruleset.source.place((*path, name, "quota")),
                msg("places are rounded down; a fifth is written 20%"),
                "warning",
            )


def _labels(ruleset: Ruleset) -> Iterator[Finding]:
    """Yield labels that stand for two things of one kind: reports would show them alike."""
    alike: dict[tuple[str, Key], list[tuple[KeyPath, str]]] = {}
    for path, part, at in parts(ruleset.document):
        if hasattr(part, "label") and hasattr(part, "clause"):  # of a column the table says more
            alike.setdefault((at.kind, path[0]), []).append((path, part.label))
    for items in alike.values():
        yield from _same(ruleset, items)


def _same(ruleset: Ruleset, items: list[tuple[KeyPath, str]]) -> Iterator[Finding]:
    first: dict[str, KeyPath] = {}
    for path, label in items:
        first_path = first.setdefault(normal(label), path)  # what differs by width only reads alike
        if first_path != path:
            yield Finding(
                "duplicate-label",
                msg("“{label}” is also the label of “{name}”", label=label, name=first_path[-1]),
                ruleset.source.place((*path, "label")),
                msg("say in the label how they differ"),
                "warning",
            )


def _columns(ruleset: Ruleset) -> Iterator[Finding]:
    """Yield columns that would not fit the plan, and names that two tables or columns have."""
    tables: list[Called] = [(("tables", n), t.name, t.label) for n, t in ruleset.tables.items()]
    yield from _called_alike(ruleset, tables)
    for name, schema in ruleset.tables.items():
        columns: list[Called] = [
            (("tables", name, "columns", c.name), c.name, c.label) for c in schema.columns
        ]
        yield from _called_alike(ruleset, columns)
    for table, spec in ruleset.document.tables.items():
        for name, column in (spec.columns if spec else {}).items():
            path: KeyPath = ("tables", table, "columns", name)
            yield from _redefined(ruleset, path, column)
            yield from _range(ruleset, path)
            if column.refers and column.refers not in {*STANDARD_TABLES, *ruleset.tables}:
                yield Finding(
                    "unknown-table",
                    msg("the ruleset reads no table “{name}”", name=column.refers),
                    ruleset.source.place((*path, "refers")),
                    nearest_hint(column.refers, {*STANDARD_TABLES, *ruleset.tables}),
                )
            if column.day_means and column.type != "timestamp":
                yield Finding(
                    "wrong-type",
                    msg("“{column}” holds no times, so none is lacking in it", column=name),
                    ruleset.source.place((*path, "day_means")),
                    msg("let its type be timestamp, or leave {key} out", key="day_means"),
                )
            existing = ruleset.tables[table].column(name)
            if column.kind and existing and existing.type not in ("text", "integer"):
                yield Finding(
                    "wrong-type",
                    msg("“{column}” cannot hold numbers of cases: it is no text", column=name),
                    ruleset.source.place((*path, "kind")),
                    msg("say “type: text”, or leave {key} out", key="kind"),
                )
        schema = ruleset.tables[table]
        yield from _key(ruleset, table)
        dated = schema.column(schema.period) if schema.period else None
        if dated is not None and dated.type not in ("date", "timestamp"):
            yield Finding(
                "wrong-type",
                msg(
                    "column “{column}” holds no date, so it cannot be the period", column=dated.name
                ),
                ruleset.source.place(("tables", table, "period")),
                msg("name a column whose type is date or timestamp"),
            )


def _range(ruleset: Ruleset, path: KeyPath) -> Iterator[Finding]:
    table, name = str(path[1]), str(path[3])
    column = ruleset.tables[table].column(name)
    if column is None or (column.least is None and column.most is None):
        return
    key = "min" if column.least is not None else "max"
    if column.type not in ("integer", "decimal"):
        yield Finding(
            "wrong-type",
            msg("“{column}” holds no numbers, so it has no least and no greatest", column=name),
            ruleset.source.place((*path, key)),
            msg("say “type: integer” or “type: decimal”"),
        )
    elif column.least is not None and column.most is not None and column.least > column.most:
        yield Finding(
            "bad-range",
            msg("the least, {least}, is more than the greatest, {most}",
                least=column.least, most=column.most),
            ruleset.source.place((*path, "min")),
            msg("“min” is the least number that may stand there, “max” the greatest"),
        )  # fmt: skip


def _key(ruleset: Ruleset, table: str) -> Iterator[Finding]:
    """Yield a table of the ruleset's own whose key refers: each village could have one row only."""
    schema = ruleset.tables[table]
    first = schema.columns[0] if table not in STANDARD_TABLES and schema.columns else None
    if first is not None and first.refers:
        yield Finding(
            "key-refers",
            msg("“{column}” stands first and is the key: no two rows of “{table}” may share it",
                column=first.label, table=schema.label),
            ruleset.source.place(("tables", table, "columns", first.name), key=True),
            msg("put an id of the rows before it; or acknowledge that there is one row each"),
            "warning",
        )  # fmt: skip


def _called_alike(ruleset: Ruleset, items: list[Called]) -> Iterator[Finding]:
    """Yield what has the name or label of another: a source's heading would mean both."""
    first: dict[str, tuple[KeyPath, str]] = {}
    standard = [item for item in items if item[0] not in ruleset.source.keys]
    for path, name, label in [*standard, *(item for item in items if item not in standard)]:
        for called in dict.fromkeys((name, label)):
            first_path, other = first.setdefault(normal(called), (path, name))
            if first_path != path:
                yield Finding(
                    "duplicate-name",
                    msg("“{name}” is also the name or the label of “{other}”",
                        name=called, other=other),
                    ruleset.source.place(path, key=True),
                    msg("take another name"),
                )  # fmt: skip


def _redefined(ruleset: Ruleset, path: KeyPath, column: ColumnSpec) -> Iterator[Finding]:
    _, table, _, name = path
    base = STANDARD_TABLES.get(str(table))
    standard = base.column(str(name)) if base else None
    keys = column.model_fields_set
    type_ = column.type if "type" in keys or standard is None else standard.type
    lax = "required" in keys and not column.required
    if standard is None or (standard.type == type_ and not (lax and standard.required)):
        return
    yield Finding(
        "redefined-column",
        msg("“{name}” is a standard column and has to stay as it is", name=name),
        ruleset.source.place(path, key=True),
        msg(
            "its type is {type}, required: {required}; give yours another name",
            type=standard.type,
            required=str(standard.required).lower(),
        ),
    )


def _holidays(ruleset: Ruleset) -> Iterator[Finding]:
    """Yield days of a year's holidays that do not lie in it, and spans without a day."""
    for year, notice in ruleset.document.holidays.items():
        days = [(("off", number), span.days()) for number, span in enumerate(notice.off)]
        days += [(("work", number), [day]) for number, day in enumerate(notice.work)]
        for path, listed in days:
            if not listed or any(day.year != year for day in listed):
                yield Finding(
                    "outside-year",
                    msg("this is no day of {year}", year=year),
                    ruleset.source.place(("holidays", str(year), *path)),
                    msg("give each year its own days, the first day of a span first"),
                )
