"""Scores again by rules of which a part was changed, from what they gave before.

The columns of a line, an indicator or a standard are worked out again only where its rule, or an
indicator that it uses, is another; the rest is taken from the table that :func:`base_plan` fills.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions.fractions import trees_of
from rules_engine.conditions.sql import (
    column,
    query,
)
from rules_engine.plan.builder import Builder
from rules_engine.plan.measures import parts_of
from rules_engine.plan.month_steps import lines_first, month_names, month_trees
from rules_engine.plan.monthly_totals import BOUNDS
from rules_engine.plan.peers import references
from rules_engine.plan.scoring import measure, points, stored, work_out
from rules_engine.plan.totals import (
    doubts,
    for_column,
    points_of,
    scored_by_formula,
    totals,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules_engine.conditions.compiled import Compiled
    from rules_engine.model.subjects import SubjectKind
    from rules_engine.plan.builder import DataProfile
    from rules_engine.plan.rules import CriterionRule, IndicatorRule, PaymentRule, Rulebook


def base_table(kind: SubjectKind) -> str:
    """Return the name of the table that holds what :func:`base_plan` gave."""
    return f"_base_{kind}"


def base_plan(book: Rulebook, kind: SubjectKind, profile: DataProfile) -> exp.Select:
    """Return the plan for everything that is worked out before the points are summed."""
    builder = Builder(book, kind, profile)
    measure(builder)
    work_out(builder)
    return builder.finished(points(builder))


def summed_plan(
    book: Rulebook, kind: SubjectKind, profile: DataProfile, table: str, names: Sequence[str]
) -> exp.Select:
    """Return the plan that sums lines which have their points already.

    Args:
        book: the rules by which they are summed, banded and signed.
        kind: which score lines.
        profile: what the plan must know of the data.
        table: the table that holds the lines, columns as :func:`base_plan` gives them.
        names: the columns that are wanted.
    """
    builder = Builder(book, kind, profile)
    builder.add("totals", totals(builder, query("SELECT * FROM :lines AS lines_", lines=table)))
    return builder.finished(exp.select(*(column(n) for n in names)).from_("totals", copy=False))


def revised_plan(
    book: Rulebook, old: Rulebook, kind: SubjectKind, profile: DataProfile, known: Sequence[str]
) -> exp.Select:
    """Return a plan that gives what the score plan of changed rules gives.

    Args:
        book: the changed rules; with the same lines, indicators and standards as the old ones.
        old: the rules as they were.
        kind: which score lines.
        profile: what the plan must know of the data.
        known: the columns of the base table.
    """
    part = changed_part(book, old, kind)
    again = set(_columns(part, kind))
    builder = Builder(part, kind, profile)
    added = again - set(known)  # of lines that have become finer, references taken otherwise
    names = [*known, *sorted(n for n in added if "__fine" in n or n.startswith("i__"))]
    columns = [column(n, "again" if n in again else "b") for n in names]
    join = " JOIN again ON b.subject_id = again.subject_id" if again else ""
    plan = query(f"SELECT :columns FROM :base AS b{join}", columns=columns, base=base_table(kind))
    if again:
        measure(builder)
        work_out(builder)
        first = lines_first(part, kind)
        builder.add("again", points_of(part.of_subject(kind), first=first))
    builder.book = book
    builder.add("totals", totals(builder, plan))
    return builder.finished(stored(builder))


def changed_part(book: Rulebook, old: Rulebook, kind: SubjectKind) -> Rulebook:
    """Return the rules for a kind of subject that give something else, and what they count."""
    own = {name: rule for name, rule in book.indicators.items() if rule.subject == kind}
    of_column = {c: name for name, rule in own.items() if not rule.value for c in parts_of(rule)}
    changed = {name for name, rule in own.items() if rule != old.indicators.get(name)}

    def uses(*trees: exp.Expr | None) -> set[str]:
        columns = (c.name for tree in trees if tree is not None for c in tree.find_all(exp.Column))
        return {of_column[name] for name in columns if name in of_column}

    compared = [rule for rule in references(book) if rule.subject == kind]
    for rule in compared:
        if uses(*_compared(rule)) & changed:
            changed.add(rule.id)
    before = {rule.id: _gives(rule) for rule in old.criteria}
    lines = {rule.id: rule for rule in book.of_subject(kind)}
    for name, trees in month_trees(book, kind).items():
        months = own[name].months
        looked_at = [lines[line] for line in months.lines] if months else []
        if (
            uses(*trees) & changed
            or any(_gives(rule) != before[rule.id] for rule in looked_at)
            or _sums_months(book) != _sums_months(old)
        ):
            changed.add(name)
    criteria = [
        rule
        for rule in book.of_subject(kind)
        if _gives(rule) != before[rule.id] or uses(*rule.trees) & changed
    ]
    standards = {
        name: compiled
        for name, compiled in book.standards.items()
        if compiled != old.standards[name] or uses(compiled.sql) & changed
    }
    targets: dict[str, tuple[Compiled, Compiled | None]] = {
        name: (share, among)
        for name, (share, among) in book.targets.items()
        if among and (among != old.targets[name][1] or uses(among.sql) & changed)
    }
    paid_before = {rule.name: rule for rule in old.payments}
    payments = [
        rule
        for rule in book.paid(kind)
        if rule.columns != paid_before[rule.name].columns or uses(*_paid_trees(rule)) & changed
    ]
    worked_out = {
        name: rule
        for name, rule in own.items()
        if rule.value and (name in changed or uses(*trees_of(rule.value)) & changed)
    }
    trees = [tree for rule in criteria for tree in rule.trees]
    trees += [compiled.sql for compiled in standards.values()]
    trees += [tree for rule in payments for tree in _paid_trees(rule)]
    trees += [among.sql for _, among in targets.values() if among]
    trees += [t for rule in worked_out.values() if rule.value for t in trees_of(rule.value)]
    over = {n: own[n] for n in own if own[n].months and n in changed | uses(*trees)}
    wanted = {line for rule in over.values() if rule.months for line in rule.months.lines}
    chosen = wanted.union(rule.id for rule in criteria)
    criteria = [rule for rule in book.of_subject(kind) if rule.id in chosen]
    trees += [tree for line in wanted for tree in lines[line].trees]
    trees += [tree for rule in over.values() if rule.months for tree in rule.months.trees]
    needed = changed | uses(*trees)
    for rule in reversed(compared):
        needed |= uses(*_compared(rule)) if rule.id in needed else set()
    counted = {n: own[n] for n in own if not (own[n].value or own[n].months) and n in needed}
    return replace(
        book,
        indicators={**counted, **over, **worked_out},
        criteria=criteria,
        standards=standards,
        targets=targets,
        payments=payments,
    )


def _sums_months(book: Rulebook) -> tuple[object, ...]:
    """Return by what the points of the lines of a month are added up."""
    sections = book.ruleset.document.sections.values()
    return book.ruleset.document.base, *(
        (s.base, s.weight, s.each_floor, s.each_cap) for s in sections
    )


def _gives(rule: CriterionRule) -> tuple[object, ...]:
    return (
        rule.raw, rule.remedied, rule.back, rule.audience, rule.when, rule.veto, rule.empty,
        rule.covered, rule.size, rule.sizes, rule.rankings, rule.floor, rule.cap, rule.worth,
        rule.section.part, rule.section.adding,
        *map(_gives, rule.months),
    )  # fmt: skip


def _paid_trees(rule: PaymentRule) -> list[exp.Expr]:
    return [tree for part in rule.columns.values() for tree in trees_of(part)]


def _compared(rule: IndicatorRule) -> list[exp.Expr]:
    """Return what a reference asks of each subject."""
    return [tree for part in rule.peers.parts for tree in trees_of(part)] if rule.peers else []


def _columns(part: Rulebook, kind: SubjectKind) -> Iterator[str]:
    for indicator in part.indicators.values():
        yield from [f"i__{indicator.id}"] if indicator.value else parts_of(indicator)
    yield from month_names(part, kind)
    for rule in part.criteria:
        yield from [f"{rule.id}__veto"] if rule.veto else []
        if rule.months:
            yield from (f"{rule.id}__{end}" for end in ("outcome", "points", "low", "high"))
            yield from (f"{rule.id}__fine_{end}" for _, end in BOUNDS if rule.is_fine)
    for rule in scored_by_formula(part.criteria):
        yield from (f"{rule.id}__{end}" for end in ("raw", "outcome", "points"))
        yield from [f"{rule.id}__fine"] if rule.is_fine else []
        yield from (f"{rule.id}__{e}" for e in ("when", "empty") if getattr(rule, e) is not None)
        yield from (f"r__{r.id}{end}" for r in rule.rankings for end in ("", "_last"))
        yield from [for_column(rule.section_id)] if rule.audience else []
    yield from (name for rule in part.paid(kind) for name in rule.columns)
    if kind.judged:
        yield from doubts(part)
        yield from (f"s__{name}" for name in part.standards)
        yield from (f"t__{name}" for name in part.targets)
