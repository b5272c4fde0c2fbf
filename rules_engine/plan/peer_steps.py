"""The steps of the plan that work references out: windows over the subjects, in linear passes.

While it cannot be told of one subject whether it counts, or what it has, the reference is unknown
for all for whom it would count. Only ``among`` leaves subjects out.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import fractions, numbers
from rules_engine.conditions.fractions import trees_of
from rules_engine.conditions.sql import cast, column, fragment, integer, is_null, query, when
from rules_engine.plan.builder import extended
from rules_engine.plan.peers import (
    ORDERED,
    PICKED,
    columns_of,
    ends_of,
    part,
    reference,
    references,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.plan.builder import Builder
    from rules_engine.plan.rules import IndicatorRule, PeersRule

IN, VALUE, BELOW, KEY, COUNTS = "in", "v", "d", "key", "c"
"""How the columns of what each subject has end: of whom it is asked, the value, and its order."""
NO, YES, UNKNOWN = 0, 1, 2
"""Whether a subject counts: not, with a known value, or that cannot be told."""


def with_references(builder: Builder, source: str) -> str:
    """Add the steps that work out the references of a kind of subjects.

    Args:
        builder: the plan.
        source: the step with what each subject has.

    Returns:
        The step that has the references as well.
    """
    rules = [r for r in references(builder.book) if r.subject == builder.kind]
    if not rules:
        return source
    builder.add("peers", query(OF_EACH, columns=list(map(column, _used(rules))), source=source))
    last = "peers"
    for layer in dict.fromkeys(r.peers.layer for r in rules if r.peers):
        own = [_Reference(r, r.peers) for r in rules if r.peers and r.peers.layer == layer]
        for number in range(STEPS):
            columns = {k: tree for each in own for k, tree in each.step(number).items()}
            if columns:
                name = f"peers_{layer}_{number}"
                builder.add(name, extended(last, columns))
                last = name
    kept = [column(name, "p") for rule in rules for name in columns_of(rule)]
    builder.add("compared", query(BESIDE, columns=kept, source=source, last=last))
    return "compared"


STEPS = 6
OF_EACH = "SELECT subject_id, :columns FROM :source AS source"
"""What is asked of each subject, and no more: windows keep all columns of all rows at once."""
BESIDE = "SELECT s.*, :columns FROM :source AS s JOIN :last AS p ON s.subject_id = p.subject_id"


def lacking(peers: PeersRule) -> exp.Expr:
    """Return of whom it cannot be told whether they count, or what they have; over scored rows.

    Args:
        peers: a reference.
    """
    unknown = exp.or_(*(is_null(_whole(peers, tree)) for tree in trees_of(peers.of)))
    if peers.among is None:
        return unknown
    text = ":within IS NULL OR (:within AND :unknown)"
    return fragment(text, within=peers.among.sql.copy(), unknown=unknown)


def _whole(peers: PeersRule, tree: exp.Expr) -> exp.Expr:
    """Return a part of what is compared; of all together one may be divided by nothing."""
    whole = peers.take == "overall" and isinstance(tree, exp.Nullif)
    return (tree.this if whole else tree).copy()


def _used(rules: Sequence[IndicatorRule]) -> list[str]:
    """Return the columns that references ask of a subject, without those that they give."""
    own = {name for rule in rules for name in columns_of(rule)}
    trees = [
        tree for rule in rules if rule.peers for part in rule.peers.parts for tree in trees_of(part)
    ]
    names = {node.name for tree in trees for node in tree.find_all(exp.Column)}
    names |= {name for rule in rules if rule.peers for name in rule.peers.over}
    return sorted(names - own - {"subject_id"})


class _Reference:
    """Words the steps of one reference."""

    def __init__(self, rule: IndicatorRule, peers: PeersRule) -> None:
        self.id, self.peers = rule.id, peers
        self.ordered = peers.take in ORDERED
        self.divided = "below" in "".join(ends_of(peers)) and peers.take != "mean"

    def step(self, number: int) -> dict[str, exp.Expr]:
        """Return the columns of a step."""
        steps = self.values, self.counting, self.sums, self.picks, self.kept, self.shown
        return steps[number]()

    def own(self, end: str) -> exp.Column:
        return column(self.name(end))

    def name(self, end: str) -> str:
        return f"p__{self.id}__{end}"

    # what each has

    def values(self) -> dict[str, exp.Expr]:
        of, among = self.peers.of, self.peers.among
        columns = {self.name(VALUE): cast(of.sql.copy(), "BIGINT")}
        if among:
            columns[self.name(IN)] = among.sql.copy()
        if self.divided:
            factors = [_whole(self.peers, factor.sql) for factor in of.shape.below]
            columns[self.name(BELOW)] = cast(functools.reduce(numbers.multiply, factors), "BIGINT")
        if self.ordered:
            columns[self.name(KEY)] = fractions.ordering(of).sql.copy()
        return columns

    def counting(self) -> dict[str, exp.Expr]:
        lacking = [is_null(self.own(VALUE))] + [is_null(self.own(BELOW))] * self.divided
        within: exp.Expr = self.own(IN) if self.peers.among else exp.true()
        counts = fragment(
            "CASE WHEN NOT :within THEN :no WHEN :within AND NOT :lacking THEN :yes "
            "ELSE :unknown END",
            within=within, lacking=exp.or_(*lacking), no=NO, yes=YES, unknown=UNKNOWN,
        )  # fmt: skip
        return {self.name(COUNTS): cast(counts, "BIGINT")}

    # over all

    def window(
        self, function: exp.Expr, more: Sequence[exp.Expr] = (), order: exp.Order | None = None
    ) -> exp.Expr:
        """Return what a function gives over those who are compared."""
        partition = [*(column(name) for name in self.peers.over), *more]
        return cast(exp.Window(this=function, partition_by=partition, order=order), "BIGINT")

    def counted(self, what: int) -> exp.Expr:
        return self.window(exp.Count(this=when((self.is_(what), exp.true()))))

    def is_(self, what: int) -> exp.Expr:
        return exp.EQ(this=self.own(COUNTS), expression=integer(what))

    def sums(self) -> dict[str, exp.Expr]:
        columns = {self.name("n"): self.counted(YES), self.name("u"): self.counted(UNKNOWN)}
        if self.ordered:
            order = exp.Order(expressions=[
                exp.Ordered(this=self.own(KEY), desc=self.peers.most_first, nulls_first=False),
                exp.Ordered(this=column("subject_id"), desc=False, nulls_first=False),
            ])  # fmt: skip
            place = self.window(exp.RowNumber(), [self.own(COUNTS)], order)
            columns[self.name("rn")] = when((self.is_(YES), place))
            return columns
        added = [("s", VALUE), *([("b", BELOW)] if self.peers.take == "overall" else [])]
        for end, value in added:
            known = when((self.is_(YES), self.own(value)))
            total = self.window(exp.Sum(this=known))
            columns[self.name(end)] = exp.Coalesce(this=total, expressions=[integer(0)])
        return columns

    def picks(self) -> dict[str, exp.Expr]:
        """Return what those have who stand at the places that can be the one."""
        if not self.ordered:
            return {}
        columns: dict[str, exp.Expr] = {}
        for number in range(3 if self.peers.take == "median" else 2):
            place = fragment(":base + :number", base=self.base(), number=number)
            here = exp.EQ(this=self.own("rn"), expression=exp.Paren(this=place))
            for value in (VALUE, BELOW) if self.divided else (VALUE,):
                held = when((here.copy(), self.own(value)))
                columns[self.name(f"{value}{number}")] = self.window(exp.Max(this=held))
        return columns

    def base(self) -> exp.Expr:
        """Return the first of the places that can be the one, whoever of them is left out."""
        if self.peers.take == "median":
            return fragment("(:n DIV 2)", n=self.own("n"))
        return integer(self.peers.nth)

    # for one

    def kept(self) -> dict[str, exp.Expr]:
        kept = {"n": self.result(self.how_many(), self.stand_in_count())}
        values = dict(self.taken())
        for end, value in values.items():
            kept[end] = self.result(value, self.stand_in(end))
        return {part(self.id, end): cast(tree, "BIGINT") for end, tree in kept.items()}

    def shown(self) -> dict[str, exp.Expr]:
        return {part(self.id, ""): fractions.shown(reference(self.id, self.peers)).sql.copy()}

    def result(self, value: exp.Expr, stand_in: exp.Expr) -> exp.Expr:
        """Return a part of the reference for one subject."""
        branches: list[tuple[exp.Expr, exp.Expr]] = []
        if self.peers.alone is not None:
            alone = ":n + :u - :own = 0"
            own = fragment("CASE WHEN :c = 0 THEN 0 ELSE 1 END", c=self.own(COUNTS))
            nobody = fragment(alone, n=self.own("n"), u=self.own("u"), own=own)
            branches.append((nobody, stand_in.copy()))
        branches.append((self.unknown(), exp.Null()))
        branches.append((self.too_few(), stand_in))
        return when(*branches, default=value)

    def unknown(self) -> exp.Expr:
        others: exp.Expr = self.own("u")
        if self.peers.without_self:
            others = self.less_own(others, UNKNOWN, integer(1))
        return exp.GT(this=others, expression=integer(0))

    def how_many(self) -> exp.Expr:
        """Return how many subjects count."""
        return self.less_own(self.own("n"), YES, integer(1))

    def less_own(self, sql: exp.Expr, what: int, own: exp.Expr) -> exp.Expr:
        """Return a sum without the subject's own part, where that is left out."""
        if not self.peers.without_self:
            return sql
        text = "(:sum - CASE WHEN :counts THEN :own ELSE 0 END)"
        return fragment(text, sum=sql, counts=self.is_(what), own=own)

    def too_few(self) -> exp.Expr:
        """Return whether there is nobody whose value it could be."""
        least = self.peers.nth if self.peers.take in PICKED else 1
        few: exp.Expr = exp.LT(this=self.how_many(), expression=integer(least))
        if self.peers.take == "overall":
            return fragment(":few OR :below = 0", few=few, below=self.total("b", BELOW))
        return few

    def total(self, end: str, value: str) -> exp.Expr:
        return self.less_own(self.own(end), YES, self.own(value))

    def taken(self) -> dict[str, exp.Expr]:
        take = self.peers.take
        if take == "median":
            half = "((:n + 1) DIV 2)", "(:n DIV 2 + 1)"
            places = [fragment(text, n=exp.Paren(this=self.how_many())) for text in half]
            return {k: v for end, place in zip(("low", "high"), places, strict=True)
                    for k, v in self.at(place, end, f"{end}_below").items()}  # fmt: skip
        if take in PICKED:
            return self.at(integer(self.peers.nth), "top", "below")
        kept = {"top": self.total("s", VALUE)}
        if take == "mean":
            kept["below"] = self.how_many()
        if take == "overall":
            kept["below"] = self.total("b", BELOW)
        return kept

    def at(self, place: exp.Expr, top: str, below: str) -> dict[str, exp.Expr]:
        """Return what the one at a place has; the subject itself may stand before it."""
        number: exp.Expr = place
        if self.peers.without_self:
            shifted = "(:place + CASE WHEN :own <= :place THEN 1 ELSE 0 END)"
            number = fragment(shifted, place=place, own=self.own("rn"))
        step = fragment("(:number - :base)", number=number, base=self.base())
        pairs = [(top, VALUE), *([(below, BELOW)] if self.divided else [])]
        last = 3 if self.peers.take == "median" else 2
        return {
            end: when(*(
                (exp.EQ(this=step.copy(), expression=integer(n)), self.own(f"{value}{n}"))
                for n in range(last)
            ))
            for end, value in pairs
        }  # fmt: skip

    # where there is nobody

    def stand_in(self, end: str) -> exp.Expr:
        alone = self.peers.alone
        of_below = end.endswith("below")
        if alone in (None, "empty"):
            return exp.Null()
        if alone != "own":
            return integer(1) if of_below else integer(int(alone or 0))
        if not of_below:
            return self.own(VALUE)
        return fragment("NULLIF(:d, 0)", d=self.own(BELOW)) if self.divided else integer(1)

    def stand_in_count(self) -> exp.Expr:
        """Return 0 where nothing can be compared, and −1 where something stands in for it."""
        if self.peers.alone in (None, "empty"):
            return integer(0)
        if self.peers.alone != "own":
            return integer(-1)
        known: exp.Expr = exp.Not(this=exp.Paren(this=is_null(self.own(VALUE))))
        if self.divided:
            text = "CASE WHEN :known AND :below = 0 THEN 0 WHEN :known AND :below > 0 THEN -1 END"
            return fragment(text, known=known, below=self.own(BELOW))
        return when((known, integer(-1)))
