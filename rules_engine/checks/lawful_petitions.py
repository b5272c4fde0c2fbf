"""Finds rules that cost points, or a standing, for petitions as such."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import combinations, product
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.checks.context import context_of, without_standards
from rules_engine.checks.monotonicity import Monotonicity
from rules_engine.checks.month_charges import month_charge
from rules_engine.checks.peer_charges import through_others
from rules_engine.checks.petitions import Charge, Petitions, by_names, counted
from rules_engine.conditions import numbers
from rules_engine.conditions.constraints.constraint import TooInvolved
from rules_engine.errors import Finding
from rules_engine.messages import listed, msg
from rules_engine.model.judgement import TRUE
from rules_engine.model.subjects import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from rules_engine.checks.monotonicity import Change
    from rules_engine.checks.petitions import Alternatives, Changes
    from rules_engine.conditions.compiled import Compiled
    from rules_engine.messages import Message
    from rules_engine.model.frame import Frame
    from rules_engine.plan.rules import (
        CriterionRule,
        IndicatorRule,
        PaymentRule,
        PlaceRule,
        Rulebook,
    )
    from rules_engine.yamltext.read import KeyPath

MOST_TOGETHER = 4
"""So many charges are tried together at most, to find those that leave no petition without one."""


MOST_HANDLED = 3
"""Of so many indicators of how matters were handled, all that can become of them is tried."""


@dataclass(frozen=True)
class Region:
    """What petitions of a table and period cost something in a charge, and which cost nothing."""

    charge: Charge
    counts: tuple[str, ...]
    costly: Alternatives
    free: Alternatives
    by_count: dict[str, Alternatives]


def check_lawful_petitions(book: Rulebook) -> Iterator[Finding]:
    """Yield rules that cost points, or a standing, for petitions as such.

    Counting letters, first visits or on-line cases against a village punishes it for people
    using a right. What counts is how a matter was handled, or that a visit was irregular. So one
    more petition must be able to come without a loss, if it is handled as well as can be: in each
    charge by itself, and in all of them together.
    """
    if not any(map(counted, book.indicators.values())):
        return
    search = _Search(book)
    for charge in (*_standards(book), *_places(book)):
        yield from search.alone(charge)
    for charge in (*_lines(book, search.unlawful), *_payments(book, search.unlawful)):
        yield from search.alone(charge)
    for charge in _months(book, search.unlawful):
        yield from search.alone(charge)
    yield from search.together()


class _Search:
    """Looks at one charge after the other, then at those together that are lawful by themselves."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._petitions: dict[tuple[str, Frame], Petitions] = {}
        self._open: dict[Petitions, list[Region]] = {}
        self.unlawful: set[KeyPath] = set()

    def alone(self, charge: Charge) -> Iterator[Finding]:
        """Yield that a charge is for petitions as such."""
        charge.monotone.undecided = False
        indicators = [self._book.indicators[name] for name in sorted(charge.indicators)]
        counts = [r for r in indicators if counted(r) and charge.loses({r.id: "one more"})]
        names: set[str] = set()
        for petitions, own in self._by_table(counts):
            try:
                region = _region(charge, petitions, own, indicators)
                names |= set(_for_nothing_else(petitions, [region]).get(charge, ()))
            except TooInvolved:
                names |= set(_by_names(self._book, charge, own, indicators))
                charge.monotone.undecided = True
            else:
                self._open.setdefault(petitions, []).append(region)
        if names:
            self.unlawful.add(charge.path)
            yield self._finding(charge, names)
        elif charge.monotone.undecided:
            yield self._undecided(charge)

    def together(self) -> Iterator[Finding]:
        """Yield the charges of which one always takes what the others leave out."""
        for petitions, regions in self._open.items():
            left = [r for r in regions if r.costly and r.charge.path not in self.unlawful]
            try:
                always_costly = _for_nothing_else(petitions, left)
            except TooInvolved:
                yield self._undecided(left[0].charge)
                continue
            reported: set[KeyPath] = set()
            for some in _fewest_first(left) if always_costly else ():
                if any(r.charge.path in reported for r in some):
                    continue
                try:
                    always_costly = _for_nothing_else(petitions, some)
                except TooInvolved:
                    yield self._undecided(some[0].charge)
                    break
                for charge, names in always_costly.items():
                    reported.add(charge.path)
                    yield self._finding(
                        charge, names, [c for c in always_costly if c is not charge]
                    )

    def _by_table(
        self, counts: Iterable[IndicatorRule]
    ) -> Iterator[tuple[Petitions, list[IndicatorRule]]]:
        by_table: dict[tuple[str, Frame], list[IndicatorRule]] = {}
        for rule in counts:
            assert rule.table is not None
            key = rule.table.name, rule.frame
            by_table.setdefault(key, []).append(rule)
            if key not in self._petitions:
                self._petitions[key] = Petitions(self._book, rule.table, rule.frame)
        for key, rules in by_table.items():
            yield self._petitions[key], rules

    def _finding(
        self, charge: Charge, names: Collection[str], others: Sequence[Charge] = ()
    ) -> Finding:
        labels = listed(self._book.indicators[n].spec.label for n in sorted(names))
        return Finding(
            "rights-lawful-petition",
            _message(charge, labels, others),
            self._book.ruleset.source.place(charge.path, key=True),
            msg("count how matters were handled, or irregular visits; "
                "or acknowledge the finding with a reason, at: {at}",
                at=charge.named),
        )  # fmt: skip

    def _undecided(self, charge: Charge) -> Finding:
        return Finding(
            "not-looked-into",
            msg("“{label}” has too many cases to look at: whether a lawful petition can come "
                "without a loss was judged by names and signs only", label=charge.label),
            self._book.ruleset.source.place(charge.path, key=True),
            msg("it is computed all the same; see to it that a petition which is handled well "
                "costs nothing"),
            "info",
        )  # fmt: skip


def _message(charge: Charge, labels: str, others: Sequence[Charge]) -> Message:
    if others:
        return msg(
            "“{label}” leaves no lawful petition without a loss, together with {others}: "
            "{indicators}",
            label=charge.label, others=listed(f"“{o.label}”" for o in others), indicators=labels,
        )  # fmt: skip
    if charge.subject is SubjectKind.CADRE:
        return msg("“{label}” counts lawful petitions against the cadre: {indicators}",
                   label=charge.label, indicators=labels)  # fmt: skip
    return msg("“{label}” counts lawful petitions against the {assessed_one}: {indicators}",
               label=charge.label, indicators=labels)  # fmt: skip


def _region(
    charge: Charge,
    petitions: Petitions,
    counts: Sequence[IndicatorRule],
    indicators: Sequence[IndicatorRule],
) -> Region:
    same_table = [r for r in indicators if r.table is petitions.table and r.put_right is None]
    costly: Alternatives = []
    free: Alternatives = []
    by_count: dict[str, Alternatives] = {rule.id: [] for rule in counts}
    for kind in petitions.kinds(same_table):
        if not (kind.is_counted and charge.loses(kind.changes)):
            free += kind.alternatives
            continue
        costly += kind.alternatives
        for name in by_count.keys() & kind.changes.keys():
            by_count[name] += kind.alternatives
    return Region(charge, tuple(r.id for r in counts), costly, free, by_count)


def _by_names(
    book: Rulebook,
    charge: Charge,
    counts: Sequence[IndicatorRule],
    indicators: Sequence[IndicatorRule],
) -> Iterator[str]:
    """Yield the counts of which one more costs something however the petition is handled.

    What is tried is each combination of what can become of a few indicators of handling.
    """
    lawful = {rule.id for rule in counts if by_names(book, rule)}
    for rule in counts:
        handled = [r for r in indicators if r.table is rule.table and r.id not in lawful]
        outcomes = product(*([None, *_outcomes(r)] for r in handled[:MOST_HANDLED]))
        changes: list[Changes] = [
            {rule.id: "one more", **{r.id: f for r, f in zip(handled, outcome, strict=False) if f}}
            for outcome in outcomes
        ]
        if rule.id in lawful and all(map(charge.loses, changes)):
            yield rule.id


def _outcomes(rule: IndicatorRule) -> tuple[Change, ...]:
    """Return what can become of an indicator of handling when one more is handled."""
    return ("all", "none") if rule.spec.rate else ("one more",)


def _for_nothing_else(petitions: Petitions, regions: Sequence[Region]) -> dict[Charge, list[str]]:
    """Return the charges for petitions that cost something in any case, and what counts them."""
    left = petitions.always_costly([r.costly for r in regions], [r.free for r in regions])
    if not left:
        return {}
    return {
        region.charge: [
            n for n, alternatives in region.by_count.items() if petitions.among(alternatives, left)
        ]
        for region in regions
    }


def _fewest_first(regions: Sequence[Region]) -> Iterator[tuple[Region, ...]]:
    for size in range(2, min(len(regions), MOST_TOGETHER) + 1):
        yield from combinations(regions, size)


# what can be lost


def _standards(book: Rulebook) -> Iterator[Charge]:
    monotone = {kind: Monotonicity(context_of(book, kind, book.frame)) for kind in SubjectKind}
    for name, standard in book.all_standards.items():
        spec = book.ruleset.document.standards[name]
        own = monotone[spec.subject]
        loses = partial(_standard_turns, standard, _losses(book, name), own)
        yield through_others(book, Charge(
            ("standards", name), spec.label, spec.subject, standard.indicators, own, loses
        ))  # fmt: skip


def _places(book: Rulebook) -> Iterator[Charge]:
    """Yield the places that go by a number, or that not all have: those of lines go with them."""
    monotone = {kind: Monotonicity(context_of(book, kind, book.frame)) for kind in SubjectKind}
    for name, rule in book.all_places.items():
        indicators = frozenset().union(*(part.indicators for part in rule.expressions))
        kind = rule.spec.subject
        loses = partial(_place_loses, rule, monotone[kind])
        yield through_others(book, Charge(
            ("places", name), rule.spec.label, kind, indicators, monotone[kind], loses
        ))  # fmt: skip


def _place_loses(rule: PlaceRule, monotone: Monotonicity, changes: Changes) -> bool:
    """Return whether a place can become worse, or be lost, with these changes."""
    by = rule.by.tree if rule.by else None
    if by is not None:
        better = by if rule.spec.best == "most" else exp.Neg(this=exp.Paren(this=by.copy()))
        if monotone.on_points(better, changes):
            return True
    among = rule.among.tree if rule.among else None
    return among is not None and monotone.on_condition(among, changes, to=False)


def _lines(book: Rulebook, unlawful: Collection[KeyPath]) -> Iterator[Charge]:
    """Yield the score lines; in them, standards that were found guilty are a plain yes or no."""
    for subject in SubjectKind:
        monotone = _monotone(book, subject, unlawful)
        for rule in book.of_subject(subject):
            parts = [rule.raw, rule.veto, rule.when, *(r.by for r in rule.rankings)]
            indicators = frozenset().union(*(p.indicators for p in parts if p))
            loses = partial(_line_loses, rule, _scored(rule, book), monotone)
            charge = Charge(rule.path, rule.spec.label, subject, indicators, monotone, loses)
            yield through_others(book, charge)


def _months(book: Rulebook, unlawful: Collection[KeyPath]) -> Iterator[Charge]:
    """Yield the indicators over months; lines that were found guilty play no part in them."""
    for rule in [r for r in book.indicators.values() if r.months and r.months.each]:
        lines = [
            line
            for line in book.of_subject(rule.subject)
            if rule.months and line.id in rule.months.lines and line.path not in unlawful
        ]
        scored = [tree for line in lines if (tree := _scored(line, book)) is not None]
        counted_in = {name for line in lines for part in line.expressions
                      for name in part.indicators}  # fmt: skip
        charge = month_charge(book, rule, scored, counted_in)
        monotone = Monotonicity(context_of(book, rule.subject, book.frame))
        yield Charge(
            ("indicators", rule.id), rule.spec.label, rule.subject, charge.indicators, monotone,
            partial(charge.loses, monotone),
        )  # fmt: skip


def _monotone(book: Rulebook, subject: SubjectKind, unlawful: Collection[KeyPath]) -> Monotonicity:
    context = context_of(book, subject, book.frame)
    names = [name for name in book.all_standards if ("standards", name) in unlawful]
    return Monotonicity(
        without_standards(context, book, names) if subject is SubjectKind.VILLAGE else context
    )


def _payments(book: Rulebook, unlawful: Collection[KeyPath]) -> Iterator[Charge]:
    """Yield the parts of pay that go by facts, or by a condition over them."""
    for subject in SubjectKind:
        rules = [rule for rule in book.paid(subject) if rule.expressions]
        monotone = _monotone(book, subject, unlawful) if rules else None
        for rule in rules:
            assert monotone is not None
            indicators = frozenset().union(*(p.indicators for p in rule.expressions.values()))
            loses = partial(_payment_loses, _money(rule), monotone)
            charge = Charge(rule.path, rule.spec.label, subject, indicators, monotone, loses)
            yield through_others(book, charge)


def _payment_loses(money: exp.Expr, monotone: Monotonicity, changes: Changes) -> bool:
    return monotone.on_points(money, changes)


def _money(rule: PaymentRule) -> exp.Expr:
    """Return what a part of pay brings; where it goes by no fact, only whether that is money."""
    money: exp.Expr = exp.Literal.number("1")
    if rule.amount is not None and rule.amount.tree is not None:
        money = rule.amount.tree
    elif (rule.spec.amount or 0) < 0:
        money = exp.Neg(this=money)
    asked = rule.when.tree if rule.when else None
    if asked is None:
        return money
    return exp.Case().when(asked.copy(), money.copy()).else_(exp.Literal.number("0"))


def _line_loses(
    rule: CriterionRule, scored: exp.Expr | None, monotone: Monotonicity, changes: Changes
) -> bool:
    """Return whether a line can lose points or its place, or hit its veto, with these changes."""
    veto = rule.veto.tree if rule.veto else None
    if veto is not None and monotone.on_condition(veto, changes, to=True):
        return True
    if scored is not None and monotone.on_points(scored, changes):
        return True
    return any(
        ranking.by.tree is not None
        and monotone.on_points(_ranked(ranking.by.tree, ranking), changes)
        for ranking in rule.rankings
    )


def _ranked(tree: exp.Expr, ranking: object) -> exp.Expr:
    most_first = getattr(ranking, "most_first", True)
    return tree if most_first else exp.Neg(this=exp.Paren(this=tree.copy()))


def _scored(rule: CriterionRule, book: Rulebook) -> exp.Expr | None:
    """Return what a line gives, with what it is worth to those to whom it does not apply.

    Where a rate is behind it, that it applies goes with the rate's having something to look at.
    """
    tree, when = rule.raw.tree, rule.when.tree if rule.when else None
    rates = any(book.indicators[name].spec.rate for name in rule.raw.indicators)
    if tree is None or when is None or rates:
        return tree
    worth = exp.Literal.number(f"{abs(numbers.unscaled(rule.worth, numbers.POINTS)):f}")
    default = exp.Neg(this=worth) if rule.worth < 0 else worth
    return exp.Case().when(when.copy(), tree.copy()).else_(default)


def _standard_turns(
    standard: Compiled, turns: Collection[bool], monotone: Monotonicity, changes: Changes
) -> bool:
    tree = standard.tree
    return tree is not None and any(monotone.on_condition(tree, changes, to=to) for to in turns)


def _losses(book: Rulebook, standard: str) -> set[bool]:
    """Return as what a standard is a loss: false, unless only what is adverse follows from it."""
    consequences = book.ruleset.document.consequences
    losses = set()
    for rule in (*book.judgement, *book.cadres.judgement):
        good = consequences[rule.consequence].kind == "honour"
        losses |= {(value == TRUE) != good for name, value in rule.needs if name == standard}
    return losses or {False}
