"""Builds the plans that tell what single records add to the counts behind the lines.

A count, a sum and both parts of a rate are added up record by record, and of a measure only the
greatest or least record counts. So what a subject would have with a record fewer, more or otherwise
follows from the counts of all records and those of the record alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from rules_engine.conditions.fractions import trees_of
from rules_engine.conditions.sql import (
    alias,
    column,
    derived,
    fragment,
    integer,
)
from rules_engine.plan.builder import Builder, DataProfile
from rules_engine.plan.measures import aggregate, indicators_of, parts_of, source_of
from rules_engine.plan.month_steps import lines_placed
from rules_engine.plan.numbering import any_numbered
from rules_engine.plan.peers import references
from rules_engine.plan.totals import scored_by_formula
from rules_engine.plan.world_column import by_world

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules_engine.model.subjects import SubjectKind
    from rules_engine.model.table import Column, TableSchema
    from rules_engine.plan.rules import IndicatorRule, Rulebook


@dataclass(frozen=True)
class Part:
    """A column that is counted; ``best``: which one counts, if they are not added up."""

    name: str
    source: str
    best: Literal["", "max", "min"] = ""


class Counting:
    """What is counted of one table for one kind of subject."""

    def __init__(
        self, book: Rulebook, kind: SubjectKind, table: TableSchema, quarantined: frozenset[str]
    ) -> None:
        """Take the rules.

        Args:
            book: the compiled rules.
            kind: whose records.
            table: the records.
            quarantined: the tables of which rows were kept out.
        """
        self.book, self.kind, self.table = book, kind, table
        everywhere = frozenset(c.name for c in table.columns)  # any value may be tried as empty
        profile = DataProfile({table.name: everywhere}, quarantined)
        self.builder = Builder(book, kind, profile)
        self.rules = [r for r in book.indicators.values() if r.subject == kind and r.table == table]
        self.sources: dict[str, list[IndicatorRule]] = {}
        for rule in self.rules:
            self.sources.setdefault(rule.source, []).append(rule)
        self.parts = [p for name in self.sources for p in self._parts(name)]

    @property
    def adds_up(self) -> bool:
        """Return whether there is something that is counted record by record.

        Where records count by which one they are, one of them changes what the others count.
        """
        return bool(self.rules) and not any_numbered(self.rules)

    @property
    def direct(self) -> bool:
        """Return whether records name their subject themselves."""
        return any(not rule.spec.through for rule in self.rules)

    @property
    def subject_table(self) -> TableSchema:
        """Return the table of the subjects."""
        return self.book.ruleset.tables[self.kind.table]

    @property
    def columns(self) -> list[str]:
        """Return the columns of the indicators that the table is counted for."""
        return [name for rule in self.rules for name in parts_of(rule)]

    def used(self) -> list[Column]:
        """Return the columns of the records that conditions look at."""
        names = frozenset().union(*(rule.names for rule in self.rules))
        return [c for c in self.table.columns if c.name in names]

    def must_be_known(self) -> frozenset[str]:
        """Return the columns that nothing can be told without."""
        return frozenset().union(*(rule.needs for rule in self.rules))

    def _parts(self, source: str) -> Iterator[Part]:
        for item in aggregate(self.builder, self.sources[source]).expressions[1:]:
            best: Literal["", "max", "min"] = ""
            if item.find(exp.Max):
                best = "max"
            elif item.find(exp.Min):
                best = "min"
            yield Part(item.alias, source, best)

    def of_each(self) -> list[exp.Select]:
        """Return what each record adds, source by source; the records have a world."""
        plans = []
        for name, rules in self.sources.items():
            parts = [
                alias(_of_one(item.this), item.alias)
                for item in aggregate(self.builder, rules).expressions[1:]
            ]
            cut = derived(source_of(self.builder, rules), f"src_{name}")
            select = exp.select(column("subject_id"), *parts).from_(cut, copy=False)
            plans.append(by_world(select, [self.table.name]))
        return plans

    def indicators(self) -> exp.Select:
        """Return the plan from counts to indicators; it reads the steps of its sources."""
        return indicators_of(self.builder, self.rules)


def _of_one(measure: exp.Expr) -> exp.Expr:
    """Return what an aggregate gives for one record."""

    def single(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Count):
            if isinstance(node.this, exp.Star):
                return integer(1)
            return fragment("CASE WHEN :part IS NULL THEN 0 ELSE 1 END", part=node.this)
        if isinstance(node, exp.Sum | exp.Max | exp.Min):
            return exp.Paren(this=node.this)
        return node

    return measure.copy().transform(single)


def placing_columns(book: Rulebook, kind: SubjectKind) -> list[exp.Expr]:
    """Return what decides about the places that lines go by, and about what others have.

    Nothing where no line goes by such.
    """
    trees: list[exp.Expr] = []
    for reference in references(book):
        if reference.subject == kind and reference.peers:
            trees += [tree for part in reference.peers.parts for tree in trees_of(part)]
    for rule in scored_by_formula(book.of_subject(kind)):
        for ranking in rule.rankings:
            trees.append(ranking.by.sql)
        if rule.rankings:
            trees += [c.sql for c in (rule.audience, rule.when) if c]
            trees += [rule.empty] if rule.empty is not None else []
    for rule in lines_placed(book, kind):
        trees += [tree for part in rule.months for tree in part.trees]
    return [alias(exp.Paren(this=sql.copy()), f"p{n}") for n, sql in enumerate(trees)]


def tables_tried(book: Rulebook) -> Sequence[TableSchema]:
    """Return the tables of which records are counted, each once."""
    tables = {r.table.name: r.table for r in book.indicators.values() if r.table}
    return list(tables.values())
