"""What it does to those who are assessed that a part of the rules is another one than before.

``more`` is said of what is better for them: more points, an honour, no veto. The two books are of
one ruleset but for one change, and compiled for the same days.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.checks.context import context_of
from rules_engine.checks.strictness import (
    Raising,
    Relation,
    Strictness,
    compared,
    joined,
    opposite,
)
from rules_engine.model.judgement import FALSE, TRUE
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.month_compiler import LAST, PLACE, POINTS
from rules_engine.plan.peers import moving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from rules_engine.conditions.compiled import Compiled
    from rules_engine.conditions.scope import Rows
    from rules_engine.model.frame import Frame
    from rules_engine.plan.rules import CriterionRule, IndicatorRule, PaymentRule, Rulebook

LEAST = ("min", "earliest")
"""What does not rise but fall when more records count."""


class Effects:
    """Compares two books part by part."""

    def __init__(
        self, before: Rulebook, after: Rulebook, rests_on: Mapping[str, Iterable[str]]
    ) -> None:
        """Take the books, and for each part of the later those that it names."""
        self._before, self._after, self._rests_on = before, after, rests_on
        self._polarity = Polarity(after)

    def of(self, key: str) -> Relation:
        """Return what the change of a part does, through all that rests on it."""
        kind, _, name = key.partition(".")
        if kind == "criterion":
            own = self._line(name)
            if own == "same":
                return own
            return joined([own, *self._polarity.through_months(name, own)])
        if kind == "standard":
            effect = self._polarity.of_standard(name)
            own = self._conditions(
                self._before.all_standards.get(name),
                self._after.all_standards.get(name),
                self._after.ruleset.document.standards[name].subject,
            )
            return _through(own, effect)  # fmt: skip
        if kind == "indicator":
            rules = self._before.indicators.get(name), self._after.indicators.get(name)
            if rules[0] is None or rules[1] is None:
                return "other"
            if rules[1].value is None:
                own = self._indicator(rules[0], rules[1])
                if own == "same":
                    return own
                return _through(own, self._polarity.of_indicator(name, rules[1].subject))
        if kind not in ("indicator", "parameter"):
            return "same"
        users = [user for user, names in self._rests_on.items() if key in names]
        return joined(self.of(user) for user in users) if users else "other"

    # score lines

    def _line(self, name: str) -> Relation:
        books = self._before, self._after
        was, now = (next((c for c in b.criteria if c.id == name), None) for b in books)
        if was is None or now is None:
            return "other"
        rows = now.section.subject
        parts: list[Relation] = [
            self._sums(was.raw, now.raw, rows),
            *_sizes(was, now),
            opposite(self._conditions(was.veto, now.veto, rows, absent=False)),
            self._applying(was, now),
            *self._measures(was, now),
        ]
        if was.back or now.back:
            parts += [compared(was.back, now.back), self._put_right(was, now)]
        if [_ranking(r) for r in was.rankings] != [_ranking(r) for r in now.rankings]:
            parts.append("other")
        return joined(parts)

    def _applying(self, was: CriterionRule, now: CriterionRule) -> Relation:
        own = self._conditions(was.when, now.when, now.section.subject)
        if own == "same" or now.worth >= now.cap:
            return opposite(own)
        return own if now.worth <= now.floor else "other"

    def _measures(self, was: CriterionRule, now: CriterionRule) -> Iterable[Relation]:
        context = context_of(self._after, now.section.subject, self._after.frame)
        for name, rule in self._after.indicators.items():
            if name.startswith(f"{now.id}__") and not rule.put_right:
                before = self._before.indicators.get(name)
                own = self._indicator(before, rule) if before else "other"
                if own != "same" and now.raw.tree is not None:
                    yield _through(own, Raising(context, name).of_sum(now.raw.tree))

    def _put_right(self, was: CriterionRule, now: CriterionRule) -> Relation:
        if set(was.counterparts) != set(now.counterparts):
            return "more" if set(was.counterparts) < set(now.counterparts) else "other"
        relations = []
        for name, counterpart in now.counterparts.items():
            rule, before = (
                self._after.indicators[counterpart],
                self._before.indicators[was.counterparts[name]],
            )
            relations.append(
                self._conditions(before.put_right, rule.put_right, rule.table, rule.frame)
            )
        return joined(relations)

    # indicators

    def _indicator(self, was: IndicatorRule, now: IndicatorRule) -> Relation:
        if was.peers or now.peers:
            return "same" if was.peers == now.peers else "other"
        plain = [(r.table, r.how, r.spec.through, r.spec.rate is None, r.measured is None, r.frame,
                  _months_of(r)) for r in (was, now)]  # fmt: skip
        orders = {r.numbered.sql for r in (was, now) if r.numbered is not None}
        if plain[0] != plain[1] or len(orders) > 1:
            return "other"
        if now.spec.rate:
            return self._rate(was, now)
        rows = now.subject if now.months else now.table
        records = self._conditions(was.where, now.where, rows, now.frame)
        if was.measured is None or now.measured is None:
            return records
        values = self._sums(was.measured, now.measured, rows, now.frame)
        if now.how == "sum":
            return values if records == "same" else "other"
        return joined([values, opposite(records) if now.how in LEAST else records])

    def _rate(self, was: IndicatorRule, now: IndicatorRule) -> Relation:
        """Return how a rate comes out: it rises with those that count, falls with the others."""
        parts = [
            [c.tree for c in (r.where, r.over) if c and c.tree is not None] for r in (was, now)
        ]
        of = [r.of.tree if r.of else None for r in (was, now)]
        if of[0] is None or of[1] is None or now.table is None:
            return "same" if was == now else "other"
        between = self._between(now.table, now.frame)
        return between.of_rates((parts[0], of[0]), (parts[1], of[1]))

    # expressions

    def _conditions(
        self,
        was: Compiled | None,
        now: Compiled | None,
        rows: Rows | None,
        frame: Frame | None = None,
        *,
        absent: bool = True,
    ) -> Relation:
        trees = [(c.tree if c else exp.true() if absent else exp.false()) for c in (was, now)]
        if rows is None or trees[0] is None or trees[1] is None:
            return "same" if was is now else "other"
        return self._between(rows, frame).of_conditions(trees[0], trees[1])

    def _sums(
        self, was: Compiled, now: Compiled, rows: Rows | None, frame: Frame | None = None
    ) -> Relation:
        if rows is None or was.tree is None or now.tree is None:
            return "other"
        return self._between(rows, frame).of_sums(was.tree, now.tree)

    def _between(self, rows: Rows, frame: Frame | None) -> Strictness:
        days = frame or self._after.frame
        return Strictness(context_of(self._before, rows, days), context_of(self._after, rows, days))


def _months_of(rule: IndicatorRule) -> object:
    """Return what months an indicator looks at, but for what it asks of them."""
    return rule.months and replace(rule.months, each=())


def _through(own: Relation, effect: Relation) -> Relation:
    """Return what a change does to those who gain or lose by what it raises."""
    if own == "same" or effect == "other":
        return own if own == "same" else "other"
    if effect == "same":
        return "other"  # nothing that was looked at goes by it
    return own if effect == "more" else opposite(own)


def _ranking(rule: object) -> tuple[object, ...]:
    by = rule.by.sql.sql()  # type: ignore[attr-defined]  # a RankingRule
    return rule.id, by, rule.most_first  # type: ignore[attr-defined]


OF_KIND: dict[str, Relation] = {
    "honour": "more", "sanction": "less", "downgrade": "less", "veto": "less",
}  # fmt: skip


class Polarity:
    """Looks through everything that goes by an indicator or a standard."""

    def __init__(self, book: Rulebook) -> None:
        """Take a compiled ruleset."""
        self._book = book
        self._context = context_of(book, SubjectKind.VILLAGE, book.frame)

    def of_indicator(self, name: str, kind: SubjectKind) -> Relation:
        """Return what it does to a subject that an indicator of it is greater."""
        book = self._book
        raising = Raising(context_of(book, kind, book.frame), name)
        if not raising.known or moving(book, name):
            return "other"
        relations = [self._line(rule, raising.of_sum, raising.of_condition, name)
                 for rule in book.of_subject(kind)]  # fmt: skip
        relations += [self._paid(rule, raising, name) for rule in book.paid(kind)]
        village = kind is SubjectKind.VILLAGE
        places = book.places_of(kind)
        if any(name in part.indicators for rule in places.values() for part in rule.expressions):
            relations.append("other")
        standards = (book.standards if village else {}) | book.placed_of(kind)
        for standard, compiled in standards.items():
            own = raising.of_condition(compiled.tree) if compiled.tree is not None else "other"
            relations += [_times(own, self.of_standard(standard))] if own != "same" else []
        for rule in self._over_months(kind):
            own = _of_measure(rule, raising)
            relations += [_times(own, self.of_indicator(rule.id, kind))] if own != "same" else []
        for line in book.of_subject(kind):
            own = self._line(line, raising.of_sum, raising.of_condition, name)
            relations += self.through_months(line.id, own) if own != "same" else []
        return joined(relations)

    def _over_months(self, kind: SubjectKind) -> list[IndicatorRule]:
        """Return the indicators over months of a kind of subjects."""
        rules = (r for r in self._book.indicators.values() if r.subject == kind)
        return [r for r in rules if r.months and r.months.each]  # none are there in a circle

    def through_months(self, line: str, own: Relation) -> list[Relation]:
        """Return what it does through its single months that a line gives more or less.

        Args:
            line: the line.
            own: which of these it is.
        """
        relations: list[Relation] = []
        for kind in SubjectKind:
            for rule in self._over_months(kind):
                if rule.months and line in rule.months.lines:
                    effect = _times(self._of_points(rule), self.of_indicator(rule.id, kind))
                    relations += [] if effect == "same" else [_times(own, effect)]
        return relations

    def _of_points(self, rule: IndicatorRule) -> Relation:
        """Return what becomes of an indicator over months when a month has more points."""
        context = context_of(self._book, rule.subject, self._book.frame)
        relations: list[Relation] = []
        for name, rises in ((POINTS, True), (PLACE, False), (LAST, True)):
            own = _of_measure(rule, Raising(context, name))
            relations.append(own if rises else opposite(own))
        return joined(relations)

    def of_standard(self, name: str) -> Relation:
        """Return what it does to a village that it meets a standard."""
        book = self._book
        relations = list(self._judged(name))
        if any(t.share == name for t in book.ruleset.document.targets.values()):
            relations.append("more")
        met, missed = (partial(self._put_in, name, value=value) for value in (True, False))
        between = Strictness(self._context, self._context)
        for rule in book.of_subject(SubjectKind.VILLAGE):
            relations.append(
                self._line(
                    rule,
                    lambda tree: between.of_sums(missed(tree), met(tree)),
                    lambda tree: between.of_conditions(missed(tree), met(tree)),
                    "",
                )
            )
        if any(rule.when and name in rule.when.names for rule in book.payments):
            relations.append("other")
        for other, compiled in book.all_standards.items():
            if other != name and compiled.tree is not None and name in compiled.names:
                own = between.of_conditions(missed(compiled.tree), met(compiled.tree))
                relations += [_times(own, self.of_standard(other))] if own != "same" else []
        return joined(relations)

    def _judged(self, fact: str) -> Iterator[Relation]:
        """Yield what follows from a standard or a consequence, good or bad."""
        for rule in (*self._book.judgement, *self._book.cadres.judgement):
            kind = self._book.ruleset.document.consequences[rule.consequence].kind
            for name, value in rule.needs:
                if name == fact and value in (TRUE, FALSE):
                    own = OF_KIND.get(kind) or joined(self._judged(rule.consequence))
                    yield own if value == TRUE else opposite(own)

    def _line(
        self,
        rule: CriterionRule,
        of_sum: Callable[[exp.Expr], Relation],
        of_condition: Callable[[exp.Expr], Relation],
        indicator: str,
    ) -> Relation:
        if rule.raw.tree is None or any(indicator in r.by.indicators for r in rule.rankings):
            return "other"
        parts = [of_sum(rule.raw.tree)]
        if rule.veto and rule.veto.tree is not None:
            parts.append(opposite(of_condition(rule.veto.tree)))
        if rule.when and rule.when.tree is not None:
            parts += ["other"] if of_condition(rule.when.tree) != "same" else []
        return joined(parts)

    @staticmethod
    def _paid(rule: PaymentRule, raising: Raising, indicator: str) -> Relation:
        """Return what a part of pay does when an indicator is greater."""
        if rule.when and indicator in rule.when.indicators:
            return "other"
        tree = rule.amount.tree if rule.amount else None
        return "same" if tree is None else raising.of_sum(tree)

    def _put_in(self, standard: str, tree: exp.Expr, *, value: bool) -> exp.Expr:
        """Return an expression with a standard that is met, or is not."""
        label = self._book.ruleset.document.standards[standard].label

        def put(node: exp.Expr) -> exp.Expr:
            meant = isinstance(node, exp.Column) and node.name in (standard, label)
            return exp.Boolean(this=value) if meant else node

        return tree.copy().transform(put)


def _of_measure(rule: IndicatorRule, raising: Raising) -> Relation:
    """Return what becomes of an indicator over months when something it asks for is greater."""
    where = rule.where.tree if rule.where else None
    counts: Relation = raising.of_condition(where) if where is not None else "same"
    if rule.measured is None or rule.measured.tree is None:
        return counts
    value = raising.of_sum(rule.measured.tree)
    return value if counts == "same" else "other"


def _times(own: Relation, polarity: Relation) -> Relation:
    if own == "other" or polarity == "other":
        return "other"
    if own == "same":
        return own
    return opposite(polarity) if own == "less" else polarity


def _sizes(was: CriterionRule, now: CriterionRule) -> Iterable[Relation]:
    """Yield how the bounds of a line changed, for each value of a column if they go by one."""
    values = {value: None for rule in (was, now) for one in rule.sizes for value in one.values}
    if was.column and now.column and was.column != now.column:
        yield "other"
    for value in (*values, SOME_OTHER):
        pair = was.of_value(value), now.of_value(value)
        if pair == (None, None):
            continue
        one, other = pair
        if one is None or other is None:
            yield "other"
            continue
        yield compared(one.floor, other.floor)
        yield compared(one.cap, other.cap)
        if was.may_not_apply or now.may_not_apply:
            yield compared(one.worth, other.worth)


SOME_OTHER = "\0"
"""A value of a column that no table names."""
