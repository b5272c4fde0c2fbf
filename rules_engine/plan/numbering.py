"""Numbers the records of a subject in the order of days, where what one counts goes by that.

It is one window over the records of a cut, and is there only where a line asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.conditions.scope import Symbol
from rules_engine.conditions.sql import alias, column, fragment, query, when
from rules_engine.messages import msg, tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlglot import exp

    from rules_engine.conditions.compiled import Compiled
    from rules_engine.model.table import TableSchema
    from rules_engine.plan.indicators import IndicatorCompiler
    from rules_engine.plan.rules import IndicatorRule
    from rules_engine.yamltext.read import KeyPath

DAY, KEY = "_day", "_key"
"""What the day and the key of a record are called beside the columns that conditions use."""
NUMBER = """
ROW_NUMBER() OVER (PARTITION BY subject_id, :of ORDER BY :day, LENGTH(:key), :key)
"""
NUMBERED = "SELECT *, :numbers FROM :cut AS cut"


def number_symbol(name: str) -> Symbol:
    """Return the number of a record as a name that its measure may use."""
    return Symbol(name, tr("which one it is"), column(name), "number")


def check_order(compiler: IndicatorCompiler, table: TableSchema, path: KeyPath) -> None:
    """Note that the records of a table have no order, where they have no day or may lack it."""
    day = table.column(table.period) if table.period else None
    if day is not None and not day.required:
        compiler.find(
            "no-period",
            path,
            msg("a record of “{table}” may lack its day, so which comes first cannot be told",
                table=table.label),
            msg("write “required: true” with “{column}”", column=day.name),
        )  # fmt: skip
    if day is None:
        compiler.find(
            "no-period",
            path,
            msg("the records of “{table}” have no day, so which comes first cannot be told",
                table=table.label),
            msg("write “period:” with the table and name its column of days, or let further ones "
                "count like the first"),
        )  # fmt: skip


def ordering_columns(table: TableSchema) -> list[exp.Expr]:
    """Return what records are put in order by, to be selected beside what conditions use."""
    assert table.period is not None
    return [alias(column(table.period), DAY), alias(column(table.key), KEY)]


def numbered(cut: exp.Select, rules: Iterable[IndicatorRule]) -> exp.Select:
    """Return the records of a cut with their numbers, those that a rule needs."""
    numbers = [
        alias(_number(rule.numbered, rule.where), rule.number_column)
        for rule in rules
        if rule.numbered is not None
    ]
    return query(NUMBERED, numbers=numbers, cut=cut) if numbers else cut


def _number(of: Compiled, where: Compiled | None) -> exp.Expr:
    """Return which one a record is of those that count and have the same value."""
    value = of.sql.copy()
    among = value if where is None else when((where.sql.copy(), value))
    return fragment(NUMBER, of=among, day=column(DAY), key=column(KEY))


def stage(rule: IndicatorRule) -> exp.Expr:
    """Return the number of a record, up to that from which all count alike."""
    last = rule.stages
    return fragment("CASE WHEN :nth < :last THEN :nth ELSE :last END",
                    nth=column(rule.number_column), last=last)  # fmt: skip


def any_numbered(rules: Sequence[IndicatorRule]) -> bool:
    """Return whether one of the rules goes by the order of records."""
    return any(rule.numbered is not None for rule in rules)
