"""Lets any plan work on many worlds at once.

A *world* is one hypothesis: the records, counts or lines as they would be, if …. Tables of several
worlds lie under each other, told apart by the column :data:`WORLD`. :func:`by_world` makes a plan
over one such table carry the column on to its last step, so that rows of a world are joined,
counted, summed and ranked among each other only. A table without the column is the same in every
world. The plan of a run has no such column, and costs nothing for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions.sql import alias, column

if TYPE_CHECKING:
    from collections.abc import Collection

    from rules_engine.conditions.scope import Query

WORLD = "__world"
"""The column; no id of a ruleset has two underlines together."""


def by_world(plan: Query, tables: Collection[str]) -> Query:
    """Change a plan so that it treats each world by itself, and return it.

    Args:
        plan: any statement of the compiler.
        tables: the tables that have the column :data:`WORLD`.
    """
    _carry(plan, frozenset(tables))
    return plan


def _carry(query: exp.Expr, known: frozenset[str]) -> bool:
    """Carry the column through a query; return whether it comes out."""
    if isinstance(query, exp.SetOperation):
        known = _of_steps(query, known)
        sides = [_carry(side, known) for side in (query.this, query.expression)]
        assert all(sides) or not any(sides), "one side is of worlds, the other is not"
        return any(sides)
    if not isinstance(query, exp.Select):
        return _carry(query.this, known) if isinstance(query, exp.Subquery) else False
    sources = _joined(query, _of_steps(query, known))
    if not sources:
        return False
    world = column(WORLD, sources[0])
    aggregated = [_by_itself(part, world) for part in query.expressions]
    group = query.args.get("group")
    if group:
        group.append("expressions", world.copy())
    elif any(aggregated):
        query.group_by(world.copy(), copy=False)
    if not any(_has_all(part, sources) for part in query.expressions):
        query.set("expressions", [alias(world, WORLD), *query.expressions])
    return True


def _of_steps(query: exp.Query, known: frozenset[str]) -> frozenset[str]:
    """Carry the column through the steps before a query; return the tables that have it then."""
    for step in query.ctes:
        known = known | {step.alias} if _carry(step.this, known) else known - {step.alias}
    return known


def _joined(query: exp.Select, known: frozenset[str]) -> list[str]:
    """Join what a query reads by world; return the sources that have the column."""
    sources: list[str] = []
    for join in filter(None, (query.args.get("from_"), *query.args.get("joins", ()))):
        source = join.this
        inner = source.this if isinstance(source, exp.Alias) else source
        if not (inner.name in known if isinstance(inner, exp.Table) else _carry(inner, known)):
            continue
        name = source.alias_or_name
        if sources:
            same = exp.EQ(this=column(WORLD, name), expression=column(WORLD, sources[0]))
            on = join.args.get("on")
            join.set("on", exp.and_(on, same, copy=False) if on else same)
            join.set("kind", None)
        elif join.args.get("side"):
            raise AssertionError("what is the same in every world cannot lack something in one")
        sources.append(name)
    return sources


def _by_itself(part: exp.Expr, world: exp.Column) -> bool:
    """Let the windows of an expression see one world; return whether it aggregates besides."""
    aggregates = False
    for node in part.walk(prune=lambda node: isinstance(node, exp.Window)):
        if isinstance(node, exp.Window):
            node.append("partition_by", world.copy())
        aggregates = aggregates or isinstance(node, exp.AggFunc)
    return aggregates


def _has_all(part: exp.Expr, sources: Collection[str]) -> bool:
    """Return whether an expression stands for all columns of one of the sources."""
    if isinstance(part, exp.Column) and isinstance(part.this, exp.Star):
        return part.table in sources
    return isinstance(part, exp.Star)
