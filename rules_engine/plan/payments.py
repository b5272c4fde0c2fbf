"""Builds the steps that work out payments which are sums of parts.

They stand upon the results of a kind of subject, where scores, places and grades are known, with
the facts that were worked out beside the score lines. Money is kept at :data:`numbers.EXACT`
places until a part is rounded. While a score, a place or a grade is open, a part is known where
all that is possible brings the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.sql import alias, cast, column, fragment, integer, paren, query, when
from rules_engine.plan.builder import extended
from rules_engine.plan.pay import (
    exact_extremes,
    exact_money,
    grades_of,
    rounded_units,
    rounding_of,
)
from rules_engine.plan.payment_rules import (
    lines_asked,
    payment_trees,
    period_days,
    times_of,
)
from rules_engine.plan.payouts import RECEIVED, received, served, shared_rules
from rules_engine.plan.places import TOTAL, place_column, places_table
from rules_engine.plan.totals import BAND_SIGNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rules_engine.conditions.sql import Part
    from rules_engine.model.pay import PayRank
    from rules_engine.model.subjects import SubjectKind
    from rules_engine.plan.rules import PaymentRule, Rulebook

ENDS = ("least", "most")
FACTOR = 10**numbers.RATE


def payments_plan(
    book: Rulebook,
    kind: SubjectKind,
    results: exp.Select,
    names: Sequence[str],
    *,
    uncertain: bool = False,
    doubtful: bool = False,
    placed: bool = False,
) -> exp.Select:
    """Return results with a column for each payment that is a sum of parts, and for each part.

    Args:
        book: the compiled rules.
        kind: of whom.
        results: the plan that ranks and grades them; it stays as it is where there are no parts.
        names: its columns.
        uncertain: whether it is the one for results of which something is open.
        doubtful: whether assignments were kept out.
        placed: whether the places that have names are known already; without them nothing is paid
            where a payment goes by one.
    """
    rules = book.paid(kind)
    if not rules or (book.pays_by_place(kind) and not placed):
        return results
    paying = Paying(book, kind, uncertain)
    step = paying.joined(results, names, doubtful=doubtful)
    added: list[str] = []
    for payment in dict.fromkeys(rule.payment for rule in rules):
        parts = [rule for rule in rules if rule.payment == payment]
        for columns in paying.steps(payment, parts):
            step = extended(step, columns) if columns else step
        added += [*(rule.name for rule in parts), f"pay__{payment}"]
    added += paying.after_places()
    text = "SELECT :names FROM :step AS paid ORDER BY grp, rank, subject_id"
    return query(text, names=[column(name) for name in (*names, *added)], step=step)


@dataclass(frozen=True)
class Paying:
    """The payments of a kind of subject; ``uncertain`` where something of its results is open."""

    book: Rulebook
    kind: SubjectKind
    uncertain: bool

    def joined(self, results: exp.Select, names: Sequence[str], *, doubtful: bool) -> exp.Select:
        """Return the results with facts, days in roles and what was received of shares."""
        rules = self.book.paid(self.kind)
        columns: list[exp.Expr] = [column(name, "r") for name in names]
        text, parts = "SELECT :columns FROM :results AS r", dict[str, "Part"](results=results)
        if facts := [name for rule in rules for name in rule.columns]:
            text += " LEFT JOIN :lines AS l ON l.subject_id = r.subject_id"
            parts["lines"] = self.kind.lines
            columns += [column(name, "l") for name in facts]
        if later := self.after_places():
            text += " LEFT JOIN :placed AS k ON k.subject_id = r.subject_id"
            parts["placed"] = self.placed_facts()
            columns += [column(name, "k") for name in later]
        if roles := [rule for rule in rules if rule.spec.roles and not rule.spec.share_of]:
            text += " LEFT JOIN :served AS s ON s.cadre_id = r.subject_id"
            parts["served"] = served(roles, doubtful=doubtful)
            columns += [column(f"{rule.name}__days", "s") for rule in roles]
            columns.append(column("days_served", "s"))
        if shared := [rule for rule in rules if rule in shared_rules(self.book)]:
            text += " LEFT JOIN :received AS p ON p.cadre_id = r.subject_id"
            parts["received"] = received(shared)
            for rule in shared:
                name = f"{rule.name}__{RECEIVED}"
                text_ = "CASE WHEN :who IS NULL THEN :none ELSE :got END"
                none = None if doubtful else 0
                got = fragment(text_, who=column("cadre_id", "p"), none=none, got=column(name, "p"))
                columns.append(alias(got, name))
        return query(text, columns=columns, **parts)

    def after_places(self) -> list[str]:
        """Return the columns that rest on places: they are kept, to be told."""
        rules = self.book.paid(self.kind)
        named = [f"{rule.name}__place" for rule in rules if rule.spec.place]
        return [name for rule in rules for name in rule.later] + named

    def placed_facts(self) -> exp.Select:
        """Return these columns of each subject, from its places and its score lines."""
        book, rules = self.book, self.book.paid(self.kind)
        trees = payment_trees({n: part for rule in rules for n, part in rule.later.items()})
        trees |= {
            f"{rule.name}__place": column(place_column(rule.spec.place))
            for rule in rules
            if rule.spec.place
        }
        places = (*book.places_of(self.kind), TOTAL)
        own: list[exp.Expr] = [column(place_column(name), "q") for name in places]
        own += [column(f"s__{name}", "q") for name in book.placed_of(self.kind)]
        text, parts = "SELECT q.subject_id, :own FROM :places AS q", dict[str, "Part"]()
        if lines := lines_asked(book, self.kind):
            text += " LEFT JOIN :lines AS l ON l.subject_id = q.subject_id"
            parts["lines"] = self.kind.lines
            own += [column(name, "l") for name in lines]
        both = query(text, own=own, places=places_table(self.kind), **parts)
        columns = [alias(tree, name) for name, tree in trees.items()]
        return query("SELECT subject_id, :columns FROM :both AS facts", columns=columns, both=both)

    def steps(self, payment: str, rules: Sequence[PaymentRule]) -> Iterator[Mapping[str, exp.Expr]]:
        """Yield the columns of one payment step by step, so that each is written once."""
        spec = self.book.ruleset.document.pay[payment]
        shared = shared_rules(self.book)
        own = [(rule, end) for rule in rules if rule not in shared for end in self.ends(rule)]
        for work in (self.measured, self.factored, self.held, self.rounded):
            # Each step reads what the one before wrote, under a name of its own.
            yield {f"{rule.name}__{work.__name__}_{end}": work(rule, end) for rule, end in own}
        yield {rule.name: self.known(rule, shared=rule in shared) for rule in rules}
        total = reduce(numbers.add, [numbers.wide(column(rule.name)) for rule in rules])
        low, high = (
            None if bound is None else numbers.scaled(bound, numbers.POINTS)
            for bound in (spec.least, spec.most)
        )
        yield {f"pay__{payment}": cast(numbers.clamp(paren(total), low, high), "BIGINT")}

    def ends(self, rule: PaymentRule) -> tuple[str, ...]:
        """Return between which ends a part lies: one where it is the same."""
        by_interval = rule.spec.bands or rule.spec.grades
        return ENDS if self.uncertain and by_interval else ENDS[:1]

    def measured(self, rule: PaymentRule, end: str) -> exp.Expr:
        """Return what a part goes by as money of the whole period, before its factor."""
        spec = rule.spec
        if spec.of is not None:
            return numbers.wide(column(f"{rule.name}__money"))
        if spec.share_of is not None:
            share = numbers.scaled(spec.share, numbers.RATE)
            unit = 10 ** (numbers.EXACT - numbers.POINTS - numbers.RATE)
            return numbers.multiply(
                numbers.wide(column(f"pay__{spec.share_of}")), integer(share * unit)
            )
        if spec.bands:
            exact = exact_extremes(spec.bands, uncertain=self.uncertain)[ENDS.index(end)]
        elif spec.grades:
            exact = self.by_grade(rule, end)
        elif spec.ranks:
            exact = self.by_place(rule)
        else:
            exact = exact_money(Decimal(1) if spec.amount is None else spec.amount)
        above, below = times_of(spec, len(self.book.frame.months()))
        return _divided(numbers.multiply(exact, integer(above)), integer(below))

    def by_grade(self, rule: PaymentRule, end: str) -> exp.Expr:
        """Return what the grade brings; the least or the most of those that are possible."""
        grades = grades_of(self.book.ruleset.document, self.kind)
        amounts = [exact_money(rule.spec.grades.get(name, Decimal(0))) for name in grades]
        if not self.uncertain:
            return when(*((fragment("grade = :k", k=k), one) for k, one in enumerate(amounts)))
        text = "CASE WHEN grades LIKE :pattern THEN :amount END"
        possible = [
            fragment(text, pattern=f"%{BAND_SIGNS[k]}%", amount=amount)
            for k, amount in enumerate(amounts)
        ]
        if len(possible) == 1:
            return possible[0]
        extreme = exp.Least if end == ENDS[0] else exp.Greatest
        return extreme(this=possible[0], expressions=possible[1:], ignore_nulls=True)

    def by_place(self, rule: PaymentRule) -> exp.Expr:
        """Return what the place brings, where it is known."""
        ranks = Ranks.of(rule.spec.ranks)
        if rule.spec.place:
            return ranks.at(column(f"{rule.name}__place"))
        if rule.spec.ties == "share":
            money = ranks.shared()
        elif self.uncertain and not ranks.back:
            return ranks.possible()
        else:
            money = ranks.each()
        return fragment(SETTLED, money=money) if self.uncertain else money

    def factored(self, rule: PaymentRule, end: str) -> exp.Expr:
        """Return the money times the factor of role or post."""
        spec, money = rule.spec, column(f"{rule.name}__measured_{end}")
        if spec.roles:
            days: exp.Expr = column("days_served")
            if spec.days == "period":
                days = integer(period_days(self.book.frame))
            top = numbers.multiply(money, column(f"{rule.name}__days"))
            return _divided(top, numbers.multiply(numbers.wide(days), integer(FACTOR)))
        if not spec.posts:
            return money
        others = None if spec.others is None else integer(numbers.scaled(spec.others, numbers.RATE))
        factor = when(
            *(
                (fragment("post = :post", post=post), integer(numbers.scaled(one, numbers.RATE)))
                for post, one in spec.posts.items()
            ),
            default=others,
        )
        return _divided(numbers.multiply(money, factor), integer(FACTOR))

    def held(self, rule: PaymentRule, end: str) -> exp.Expr:
        """Return the money within its bounds, at the places by which halves are told."""
        low, high = (
            None if bound is None else numbers.scaled(bound, numbers.EXACT)
            for bound in (rule.spec.least, rule.spec.most)
        )
        held = numbers.clamp(column(f"{rule.name}__factored_{end}"), low, high)
        return numbers.to_scale(paren(held), numbers.EXACT, numbers.SAME)

    def rounded(self, rule: PaymentRule, end: str) -> exp.Expr:
        """Return the money rounded as the paper says, in 1/10,000."""
        pay = self.book.ruleset.document.pay[rule.payment]
        money = column(f"{rule.name}__held_{end}")
        places, how = rounding_of(pay, rule.spec)
        units = rounded_units(money, numbers.SAME, places, how)
        return numbers.multiply(units, integer(10 ** (numbers.POINTS - places)))

    def known(self, rule: PaymentRule, *, shared: bool) -> exp.Expr:
        """Return the money of a part where it is known; nothing where its condition is false."""
        if shared:
            money: exp.Expr = column(f"{rule.name}__{RECEIVED}")
        else:
            ends = [column(f"{rule.name}__rounded_{end}") for end in self.ends(rule)]
            money = ends[0]
            if len(ends) > 1:
                text = "CASE WHEN :one = :other THEN :one END"
                money = fragment(text, one=ends[0], other=ends[1])
        if rule.when is not None:
            text = "CASE WHEN :asked THEN :money WHEN NOT :asked THEN 0 END"
            money = fragment(text, asked=column(f"{rule.name}__asked"), money=money)
        return cast(paren(money), "BIGINT")


@dataclass(frozen=True)
class Ranks:
    """A table of places as spans of positions with what each brings.

    Attributes:
        front: those counted from the first place, with what lies between them.
        back: those counted from the last; they never reach into the others.
        end: the last place that is named from the front.
    """

    front: tuple[tuple[int, int, exp.Expr], ...]
    back: tuple[tuple[exp.Expr, exp.Expr, exp.Expr], ...]
    end: int

    @classmethod
    def of(cls, rows: Sequence[PayRank]) -> Ranks:
        """Return the spans of the rows of a part."""
        front: list[tuple[int, int, exp.Expr]] = []
        end = 0
        for low, high, amount in sorted((r.from_, r.until, r.amount) for r in rows if r.from_):
            if low > end + 1:
                front.append((end + 1, low - 1, _nothing()))
            front.append((low, high or low, exact_money(amount)))
            end = high or low
        back: list[tuple[exp.Expr, exp.Expr, exp.Expr]] = []
        before = 0
        for last, amount in sorted((r.last, r.amount) for r in rows if r.last):
            low_ = fragment(BACK, size=fragment(SIZE), last=last, end=end)
            high_ = fragment(":size - :before", size=fragment(SIZE), before=before)
            back.append((low_, high_, exact_money(amount)))
            before = last
        return cls(tuple(front), tuple(back), end)

    def each(self) -> exp.Expr:
        """Return what the place brings; those tied are all in the first, or the last, of theirs."""
        front, back = (
            "rank >= :low AND rank <= :high",
            "rank + tied >= :low AND rank + tied <= :high",
        )
        rows: list[tuple[exp.Expr, exp.Expr]] = [
            (fragment(front, low=low, high=high), amount) for low, high, amount in self.front
        ]
        rows += [(fragment(back, low=low, high=high), amount) for low, high, amount in self.back]
        return when((fragment("rank IS NULL"), exp.Null()), *rows, default=_nothing())

    def at(self, place: exp.Expr) -> exp.Expr:
        """Return what a place that has a name brings; unknown where that is, nothing at 0."""
        text = ":place >= :low AND :place <= :high"
        rows = [
            (fragment(text, place=place.copy(), low=low, high=high), amount)
            for low, high, amount in self.front
        ]
        return when(
            (fragment(":place IS NULL", place=place), exp.Null()), *rows, default=_nothing()
        )

    def shared(self) -> exp.Expr:
        """Return an equal part of what all places bring that those tied take together."""
        spans: list[tuple[Part, Part, exp.Expr]] = [*self.front, *self.back]
        worth = [
            numbers.multiply(amount, fragment(OVERLAP, low=low, high=high))
            for low, high, amount in spans
        ]
        together = reduce(numbers.add, worth, _nothing())
        return numbers.divide_half_up(paren(together), fragment("(tied + 1)"))

    def possible(self) -> exp.Expr:
        """Return what the place brings where all that are possible lie in one span."""
        text = "rank_best >= :low AND rank_worst <= :high"
        rows = [(fragment(text, low=low, high=high), amount) for low, high, amount in self.front]
        return when(*rows, (fragment("rank_best > :end", end=self.end), _nothing()))


SIZE = "CAST(COUNT(*) OVER (PARTITION BY grp) AS BIGINT)"
BACK = "CASE WHEN :size - :last > :end THEN :size - :last ELSE :end END + 1"
OVERLAP = """
CASE WHEN CASE WHEN rank + tied < :high THEN rank + tied ELSE :high END
  >= CASE WHEN rank > :low THEN rank ELSE :low END
THEN CASE WHEN rank + tied < :high THEN rank + tied ELSE :high END
  - CASE WHEN rank > :low THEN rank ELSE :low END + 1 ELSE 0 END
"""
SETTLED = """
CASE WHEN SUM(CASE WHEN rank_best = rank_worst AND low = high THEN 0 ELSE 1 END)
  OVER (PARTITION BY grp) = 0 THEN :money END
"""
"""What is known of a place only where all places of the group are."""


def _nothing() -> exp.Expr:
    return numbers.wide(integer(0))


def _divided(above: exp.Expr, below: exp.Expr) -> exp.Expr:
    if isinstance(below, exp.Literal) and below.this == "1":
        return above
    return numbers.divide_half_up(paren(above), below)
