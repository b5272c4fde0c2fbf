"""Reads a calculation as sums of variables: one for each way in which its cases can turn out."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions.constraints.constraint import (
    ALWAYS,
    MOST_ALTERNATIVES,
    MOST_JOINED,
    Alternative,
    Case,
    Compare,
    Linear,
    Null,
    Sign,
    TooInvolved,
    both,
    known,
    together,
)
from rules_engine.conditions.constraints.variables import Constant, Variable, as_exact, exact, ratio
from rules_engine.conditions.functions import called
from rules_engine.conditions.nodes import month_and_day, percentage
from rules_engine.conditions.operators import COMPARISONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rules_engine.conditions.constraints.variables import Exact, Names
    from rules_engine.conditions.function_kinds import Function
    from rules_engine.model.frame import Frame

MOST_SIDES = 24
"""Of more values the greatest is not looked for: each is held against each other."""

SIGNS: dict[type[exp.Expr], tuple[Sign, bool]] = {
    exp.LT: ("<", False), exp.LTE: ("<=", False), exp.GT: ("<", True), exp.GTE: ("<=", True),
    exp.EQ: ("=", False), exp.NEQ: ("<>", False),
}  # fmt: skip
"""How a comparison of two sides is one of their difference with 0; ``True``: right − left."""


class SumReader:
    """Reads the calculations of one scope."""

    def __init__(self, names: Names, frame: Frame | None = None) -> None:
        """Take what the names stand for, and the days that are looked at."""
        self.names = names
        self.frame = frame
        self.open: set[str] = set()

    @contextmanager
    def opened(self, name: str) -> Iterator[None]:
        """Put in what a name stands for; one that is worked out from itself is not put in again."""
        self.open.add(name)
        yield
        self.open.discard(name)

    def alternatives(self, node: exp.Expr, *, wanted: bool) -> list[Alternative]:
        """Return the alternatives in which a condition is true, or false."""
        raise NotImplementedError

    def variable(self, node: exp.Expr) -> Variable | None:
        """Return the variable that a node is, if it is one."""
        while isinstance(node, exp.Paren):
            node = node.this
        meaning = self.names.get(node.name) if isinstance(node, exp.Column) else None
        return meaning if isinstance(meaning, Variable) else None

    def figure(self, node: exp.Expr) -> Exact | None:
        """Return the figure that a calculation is whatever is recorded, if it is one."""
        if node.find(exp.Case) or self.used(node):
            return None
        return _figure(self.pieces(node))

    def pairs(self, left: exp.Expr, right: exp.Expr) -> list[tuple[Case, Case]] | None:
        """Return the sums of two sides that are compared, in each case of both."""
        sides = [self.pieces(left), self.pieces(right)]
        for index, (own, other) in enumerate(((left, sides[1]), (right, sides[0]))):
            if other and other[0].kind in ("date", "timestamp"):
                sides[index] = self.pieces(own, day=True)
        if not all(sides):
            return None
        return [(one, other) for _, (one, other) in paired(*(side or () for side in sides))]

    def pieces(self, node: exp.Expr, *, day: bool = False) -> list[Case] | None:
        """Return what a calculation gives, case by case; ``None`` for a text.

        Args:
            node: a number or a day.
            day: whether a text in quotes is a day.

        Raises:
            TooInvolved: there are too many cases.
        """
        if isinstance(node, exp.Paren):
            return self.pieces(node.this, day=day)
        if isinstance(node, exp.Literal):
            return _literal(node, day=day)
        if isinstance(node, exp.Cast):
            return self.pieces(node.this, day=True)
        if isinstance(node, exp.Column):
            return self._named(node)
        if isinstance(node, exp.Neg):
            return self._scaled(node, node.this, -1)
        if isinstance(node, exp.Add | exp.Sub):
            return self._total(node)
        if isinstance(node, exp.Mul | exp.Div):
            return self._product(node)
        if isinstance(node, exp.Case):
            return self._cases(node)
        function, arguments = called(node)
        return function.cases(self, node, *arguments) if function else self._written(node)

    def branches(self, node: exp.Case) -> Iterator[tuple[Alternative, exp.Expr]]:
        """Yield each way to each result of a ``case``; an unknown test leads nowhere."""
        earlier: list[Alternative] = list(ALWAYS)
        tests, default = unchained(node)
        for test, result in tests:
            for alternative in both(earlier, self.alternatives(test, wanted=True)):
                yield alternative, result
            earlier = both(earlier, self.alternatives(test, wanted=False))
        for alternative in earlier:
            yield alternative, default

    def _named(self, node: exp.Column) -> list[Case] | None:
        meaning = self.names.get(node.name)
        if isinstance(meaning, exp.Expr) and node.name not in self.open:
            with self.opened(node.name):
                return self.pieces(meaning)
        if isinstance(meaning, Constant):
            return [Case(frozenset(), Linear(rest=meaning.value), meaning.kind)]
        if not isinstance(meaning, Variable):
            return self.opaque(node)
        if meaning.kind in ("text", "boolean"):
            return None
        return [Case(frozenset(), Linear(((meaning, 1),)), meaning.kind)]

    def _scaled(self, node: exp.Expr, inner: exp.Expr, factor: Exact) -> list[Case]:
        pieces = self.pieces(inner)
        if pieces is None:
            return self.opaque(node)
        return [Case(p.when, p.sum.times(factor)) for p in pieces]

    def _total(self, node: exp.Add | exp.Sub) -> list[Case]:
        sides = self.pieces(node.this), self.pieces(node.expression)
        factor = -1 if isinstance(node, exp.Sub) else 1
        if sides[0] is None or sides[1] is None:
            return self.opaque(node)
        return [
            Case(alternative, left.sum.plus(right.sum, factor))
            for alternative, (left, right) in paired(sides[0], sides[1])
        ]

    def _product(self, node: exp.Mul | exp.Div) -> list[Case]:
        """Multiply by a figure, or divide by one; all else is not looked into."""
        sides = [self.pieces(node.this), self.pieces(node.expression)]
        figures = [_figure(side) for side in sides]
        if figures[1] is not None and isinstance(node, exp.Div):
            if not figures[1]:
                return self.opaque(node)
            return self._scaled(node, node.this, ratio(1, figures[1]))
        if isinstance(node, exp.Mul):
            for figure, other in zip(figures, (node.expression, node.this), strict=True):
                if figure is not None:
                    return self._scaled(node, other, figure)
            if sides[0] and sides[1]:
                return self._product_of_cases(node, sides[0], sides[1])
        return self.opaque(node)

    def _product_of_cases(
        self, node: exp.Mul, lefts: Sequence[Case], rights: Sequence[Case]
    ) -> list[Case]:
        cases = []
        for alternative, (left, right) in paired(lefts, rights):
            factor, other = (left, right) if not left.sum.terms else (right, left)
            if factor.sum.terms:
                return self.opaque(node)
            cases.append(Case(alternative, other.sum.times(factor.sum.rest)))
        return cases

    def _cases(self, node: exp.Case) -> list[Case] | None:
        cases: list[Case] = []
        for alternative, result in self.branches(node):
            pieces = self.pieces(result)
            if pieces is None:
                return None
            cases += [Case(w, p.sum, p.kind) for p in pieces for w in both([alternative], [p.when])]
        return cases

    def extreme(self, node: exp.Expr, arguments: Sequence[exp.Expr], *, least: bool) -> list[Case]:
        """Take each of the values in turn, demanding that it be the greatest, or the least."""
        if len(arguments) > MOST_SIDES:
            raise TooInvolved
        sides = [self.pieces(n) for n in arguments]
        cases = []
        for when, chosen in paired(*(side or () for side in sides)):
            variables = known(v for p in chosen for v, _ in p.sum.terms)
            for index, piece in enumerate(chosen):
                turn = 1 if least else -1
                constraints = frozenset(
                    Compare(piece.sum.plus(other.sum, -1).times(turn), "<=")
                    for other in chosen
                    if other is not piece
                )
                for alternative in both([when], [constraints | variables]):
                    cases.append(Case(alternative, chosen[index].sum))
        return cases or self.opaque(node)

    def first_known(self, node: exp.Expr, *arguments: exp.Expr) -> list[Case] | None:
        """Take the first of two values, and the other where that is not there."""
        subject = self.variable(arguments[0])
        if subject is None or len(arguments) != 2:
            return self.opaque(node)
        first, other = (
            self.pieces(arguments[0]),
            self.pieces(arguments[1], day=subject.kind == "date"),
        )
        if first is None or other is None:
            return None
        lacking = frozenset({Null(subject, lacking=True)})
        if not subject.nullable:
            return first
        return [Case(p.when | known([subject]), p.sum, p.kind) for p in first] + [
            Case(alternative, p.sum, p.kind)
            for p in other
            for alternative in both([p.when], [lacking])
        ]

    def days_between(self, node: exp.Expr, *arguments: exp.Expr) -> list[Case]:
        """Subtract one day from another."""
        first, last = (self.pieces(n, day=True) for n in arguments)
        sides = [*(first or ()), *(last or ())]
        if not (first and last and all(p.kind == "date" for p in sides)):
            return self.opaque(node)
        return [
            Case(alternative, right.sum.plus(left.sum, -1), "whole")
            for alternative, (left, right) in paired(first, last)
        ]

    def part_of_day(self, part: Function, node: exp.Expr, day_node: exp.Expr) -> list[Case]:
        """Return the year of a day; that of a day which is written out is a figure."""
        base, day = self.variable(day_node), _figure(self.pieces(day_node, day=True))
        if day is not None:
            value = part.of(date.fromordinal(int(day)))
            return [Case(frozenset(), Linear(rest=int(value)), "whole")]
        if base is None or base.kind != "date":
            return self.opaque(node)
        variable = Variable(f"{part.name} of {base.name}", base.label, "whole", of=(base,))
        return [Case(frozenset(), Linear(((variable, 1),)), "whole")]

    def _written(self, node: exp.Expr) -> list[Case]:
        share = percentage(node)
        if share is not None:
            return [Case(frozenset(), Linear(rest=exact(str(share))))]
        dated = month_and_day(node)
        day = self.frame.on(*dated) if dated and self.frame is not None else None
        if day is not None:
            return [Case(frozenset(), Linear(rest=as_exact(day)), "date")]
        return self.opaque(node)

    def opaque(self, node: exp.Expr) -> list[Case]:
        """Return a calculation that is not looked into as a variable of its own."""
        variable = Variable(node.sql(), node.sql(), "number", of=self.used(node))
        return [Case(frozenset(), Linear(((variable, 1),)))]

    def used(self, node: exp.Expr) -> tuple[Variable, ...]:
        """Return the variables in an expression, each once."""
        variables = (self.variable(c) for c in node.find_all(exp.Column))
        return tuple(dict.fromkeys(v for v in variables if v is not None))


def unchained(node: exp.Expr) -> tuple[list[tuple[exp.Expr, exp.Expr]], exp.Expr]:
    """Return the tests of a ``case`` with what they give, and the default.

    A ``case`` that is the default of another continues it.
    """
    tests = []
    default: exp.Expr = node
    while isinstance(default, exp.Case | exp.Paren):
        if isinstance(default, exp.Case):
            tests += [(branch.this, branch.args["true"]) for branch in default.args["ifs"]]
            default = default.args["default"]
        elif isinstance(default.unnest(), exp.Case):
            default = default.unnest()
        else:
            break
    return tests, default


def paired(*sides: Sequence[Case]) -> list[tuple[Alternative, tuple[Case, ...]]]:
    """Return the pieces of several calculations that can come together, and when they do.

    Raises:
        TooInvolved: there are too many.
    """
    combinations: list[tuple[Alternative, tuple[Case, ...]]] = [(frozenset(), ())]
    for side in sides:
        if len(combinations) * len(side) > MOST_JOINED:
            raise TooInvolved
        pairs = [
            (together(when, p.when), (*chosen, p)) for when, chosen in combinations for p in side
        ]
        combinations = [(when, chosen) for when, chosen in pairs if when is not None]
        if len(combinations) > MOST_ALTERNATIVES:
            raise TooInvolved
    return combinations


def _literal(node: exp.Literal, *, day: bool) -> list[Case] | None:
    if not node.is_string:
        return [Case(frozenset(), Linear(rest=exact(node.name)))]
    if not day:
        return None
    return [Case(frozenset(), Linear(rest=as_exact(date.fromisoformat(node.name))), "date")]


def _figure(pieces: Sequence[Case] | None) -> Exact | None:
    """Return the figure that a calculation is whatever happens, if it is one."""
    if pieces and len(pieces) == 1 and not pieces[0].sum.terms and not pieces[0].when:
        return pieces[0].sum.rest
    return None


def compared(
    kind: type[exp.Expr], left: Case, right: Case, *, wanted: bool
) -> Iterable[frozenset[Compare]]:
    """Return the ways in which a comparison of two sums holds, or does not."""
    if {left.kind, right.kind} == {"date", "timestamp"}:
        return _moment_with_day(kind, left, right, wanted=wanted)
    return _of_difference(kind, left.sum, right.sum, wanted=wanted)


def _of_difference(
    kind: type[exp.Expr], left: Linear, right: Linear, *, wanted: bool
) -> list[frozenset[Compare]]:
    sign, turned = SIGNS[kind]
    first, second = (right, left) if turned else (left, right)
    comparison = Compare(first.plus(second, -1), sign)
    return [frozenset({comparison if wanted else comparison.opposite})]


def _moment_with_day(
    kind: type[exp.Expr], left: Case, right: Case, *, wanted: bool
) -> list[frozenset[Compare]]:
    """Compare the day of a moment: it is day d when d ≤ moment < d + 1."""
    if left.kind == "date":
        return _moment_with_day(COMPARISONS[kind].turned, right, left, wanted=wanted)
    day, next_day = right.sum, right.sum.plus(Linear(rest=1))
    before = next(iter(_of_difference(exp.LT, left.sum, day, wanted=True)))
    up_to = next(iter(_of_difference(exp.LT, left.sum, next_day, wanted=True)))
    since = next(iter(_of_difference(exp.GTE, left.sum, day, wanted=True)))
    after = next(iter(_of_difference(exp.GTE, left.sum, next_day, wanted=True)))
    alternatives: dict[
        type[exp.Expr], tuple[list[frozenset[Compare]], list[frozenset[Compare]]]
    ] = {
        exp.LT: ([before], [since]),
        exp.LTE: ([up_to], [after]),
        exp.GT: ([after], [up_to]),
        exp.GTE: ([since], [before]),
        exp.EQ: ([since | up_to], [before, after]),
        exp.NEQ: ([before, after], [since | up_to]),
    }
    return alternatives[kind][0 if wanted else 1]
