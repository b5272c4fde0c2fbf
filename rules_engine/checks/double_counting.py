"""Finds records that cost points twice, and lines that charge for what others do."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.checks.context import context_of, in_period, without_standards
from rules_engine.checks.monotonicity import Monotonicity
from rules_engine.checks.petitions import HANDLING
from rules_engine.conditions import numbers
from rules_engine.conditions.constraints.constraint import TooInvolved, both
from rules_engine.errors import Finding
from rules_engine.messages import listed, msg
from rules_engine.model.subjects import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules_engine.checks.context import Context
    from rules_engine.conditions.constraints.constraint import Alternative
    from rules_engine.plan.rules import CriterionRule, IndicatorRule, Rulebook

OF_OTHERS: Mapping[str, frozenset[str]] = {
    "visits": frozenset(),
    "ratings": frozenset(),
    "cases": HANDLING - {"satisfied", "reviewed", "people"},
}
"""Tables of what others do, with the columns that say what the assessed did about it."""
MOST_NAMED = 2
"""So many pairs are named for a line; to look for all of them takes long where there are many."""


def check_charged(book: Rulebook) -> Iterator[Finding]:
    """Yield lines that charge for records for which another line charges as well."""
    for kind in SubjectKind:
        yield from _charged_twice(book, kind)


def _charged_twice(book: Rulebook, kind: SubjectKind) -> Iterator[Finding]:
    monotone = Monotonicity(without_standards(context_of(book, kind, book.frame), book))
    charges, records = _charges(book, kind, monotone), _Shared(book)
    for number, (line, indicators) in enumerate(charges):
        pairs = (
            (rule.spec.label, f"{one.spec.label} – {other.spec.label}")
            for rule, earlier in charges[:number]
            for one, other in product(earlier, indicators)
            if records.surely(one, other) and _at_once(book, monotone, (rule, line), (one, other))
        )
        shared = dict(islice(pairs, MOST_NAMED))
        if shared:
            yield Finding(
                "counted-twice",
                msg("a record can cost points in “{line}” and also in {others}: {indicators}",
                    line=line.spec.label, others=listed(f"“{label}”" for label in shared),
                    indicators=listed(shared.values())),
                book.ruleset.source.place(line.path, key=True),
                msg("leave out in one what the other takes; "
                    "or acknowledge the finding with the paper's reason"),
                "warning",
            )  # fmt: skip


def check_for_others(book: Rulebook) -> Iterator[Finding]:
    """List, in one note, the lines that charge for nothing but what others do."""
    lines = [
        rule.spec.label
        for rule, indicators in _charges(book, SubjectKind.VILLAGE)
        if indicators and all(_of_others(indicator, book) for indicator in indicators)
    ]
    if lines:
        yield Finding(
            "charged-for-others",
            msg("points are taken for what others do, whatever the assessed did about it: {lines}",
                lines=listed(lines)),
            book.ruleset.source.place(("sections",), key=True),
            msg("nothing is wrong if the paper says so; a charge that falls away when it was "
                "reported or settled in time leaves the assessed something to do"),
            "info",
        )  # fmt: skip


def _charges(
    book: Rulebook, kind: SubjectKind, monotone: Monotonicity | None = None
) -> list[tuple[CriterionRule, list[IndicatorRule]]]:
    monotone = monotone or Monotonicity(without_standards(context_of(book, kind, book.frame), book))
    return [(rule, list(_charged(rule, book, monotone))) for rule in book.of_subject(kind)]


def _charged(
    rule: CriterionRule, book: Rulebook, monotone: Monotonicity
) -> Iterator[IndicatorRule]:
    """Yield the counts and sums of records of which one more costs points in a line.

    A line that holds one period against another judges a trend, and charges for no record.
    """
    indicators = [book.indicators[name] for name in sorted(rule.raw.indicators)]
    if rule.raw.tree is None or len({indicator.spec.period for indicator in indicators}) > 1:
        return
    for indicator in indicators:
        counts = indicator.table is not None and indicator.put_right is None
        if counts and indicator.how == "sum" and not indicator.spec.rate:
            if monotone.on_points(rule.raw.tree, {indicator.id: "one more"}):
                yield indicator


def _at_once(
    book: Rulebook,
    monotone: Monotonicity,
    lines: tuple[CriterionRule, CriterionRule],
    counts: tuple[IndicatorRule, IndicatorRule],
) -> bool:
    """Return whether both lines can apply to one subject and lose points for one record."""
    conditions = [
        condition.tree
        for rule in lines
        for condition in (rule.when, book.audiences.get(rule.section_id))
        if condition is not None and condition.tree is not None
    ]
    bounded = [_bounded(rule) for rule in lines]
    return monotone.on_all(bounded, {rule.id: "one more" for rule in counts}, conditions)


def _bounded(rule: CriterionRule) -> exp.Expr:
    """Return what a line gives within its bounds: beyond them nothing more is lost.

    Nor is what a bonus does not give: it takes points only where it goes below nothing.
    """
    assert rule.raw.tree is not None
    most = min(rule.cap, 0) if rule.kind == "bonus" else rule.cap
    low, high = _points(rule.floor), _points(most)
    inside = exp.Least(this=exp.Paren(this=rule.raw.tree.copy()), expressions=[high])
    return exp.Greatest(this=inside, expressions=[low])


def _points(scaled: int) -> exp.Expr:
    literal = exp.Literal.number(f"{abs(numbers.unscaled(scaled, numbers.POINTS)):f}")
    return exp.Neg(this=literal) if scaled < 0 else literal


class _Shared:
    """Tells which records two indicators both count; what each counts is read once."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._counted: dict[str, tuple[Context, list[Alternative]] | None] = {}

    def surely(self, one: IndicatorRule, other: IndicatorRule) -> bool:
        """Return whether one record is surely possible that both count."""
        if one.table is None or one.table is not other.table:
            return False
        first, second = self._of(one), self._of(other)
        if first is None or second is None:
            return False
        return second[0].answer(first[1], second[1]).possible == "yes"

    def _of(self, rule: IndicatorRule) -> tuple[Context, list[Alternative]] | None:
        if rule.id not in self._counted:
            self._counted[rule.id] = self._read(rule)
        return self._counted[rule.id]

    def _read(self, rule: IndicatorRule) -> tuple[Context, list[Alternative]] | None:
        assert rule.table is not None
        context = context_of(self._book, rule.table, rule.frame)
        alternatives = in_period(self._book, rule, context)
        if rule.where is None or rule.where.tree is None:
            return context, alternatives
        try:
            return context, both(
                alternatives, context.reader.alternatives(rule.where.tree, wanted=True)
            )
        except TooInvolved:
            return None


def _of_others(rule: IndicatorRule, book: Rulebook) -> bool:
    if rule.table is None or rule.table.name not in OF_OTHERS:
        return False
    spec = book.ruleset.document.tables.get(rule.table.name)
    own = set(spec.columns) if spec else set()
    return not rule.names & (OF_OTHERS[rule.table.name] | own)
