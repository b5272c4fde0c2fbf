"""Reads a condition as alternatives, each a list of simple constraints that all hold at once.

A condition is true, false or unknown; what is asked for is that it is true, or that it is false,
so that a value which is not known never passes for either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions.constraints.constraint import (
    ALWAYS,
    Alternative,
    Case,
    Like,
    Null,
    OneOf,
    Unclear,
    both,
    known,
)
from rules_engine.conditions.constraints.sums import SumReader, compared
from rules_engine.conditions.constraints.variables import Variable
from rules_engine.conditions.functions import called
from rules_engine.conditions.operators import COMPARISONS
from rules_engine.conditions.parser import is_negated_comparison

if TYPE_CHECKING:
    from collections.abc import Iterable


class Reader(SumReader):
    """Reads the conditions and sums of one scope."""

    def alternatives(self, node: exp.Expr, *, wanted: bool) -> list[Alternative]:
        """Return the alternatives in which a condition is true, or false.

        Raises:
            TooInvolved: there are too many.
        """
        if isinstance(node, exp.Paren):
            return self.alternatives(node.this, wanted=wanted)
        if is_negated_comparison(node):
            return self._outside(node.this, wanted=wanted)
        if isinstance(node, exp.Not):
            return self.alternatives(node.this, wanted=not wanted)
        if isinstance(node, exp.And | exp.Or):
            sides = [self.alternatives(n, wanted=wanted) for n in (node.this, node.expression)]
            return both(*sides) if isinstance(node, exp.And) == wanted else _either(*sides)
        if isinstance(node, exp.Boolean):
            return list(ALWAYS) if bool(node.this) == wanted else []
        if isinstance(node, exp.Column):
            return self._name(node, wanted=wanted)
        if isinstance(node, exp.Between):
            low, high = (node.args[name].copy() for name in ("low", "high"))
            low = exp.GTE(this=node.this.copy(), expression=low)
            high = exp.LTE(this=node.this.copy(), expression=high)
            return self.alternatives(exp.And(this=low, expression=high), wanted=wanted)
        if isinstance(node, exp.In):
            return self._member(node, wanted=wanted)
        if isinstance(node, exp.Binary) and type(node) in COMPARISONS:
            return self._comparison(node, wanted=wanted)
        if isinstance(node, exp.Is):
            return self._null_test(node, wanted=wanted)
        if isinstance(node, exp.Like):
            return self._likeness(node, wanted=wanted)
        if isinstance(node, exp.Case):
            return self._choice(node, wanted=wanted)
        return _unclear(node, wanted=wanted)

    def _name(self, node: exp.Column, *, wanted: bool) -> list[Alternative]:
        meaning = self.names.get(node.name)
        if isinstance(meaning, exp.Expr) and node.name not in self.open:
            with self.opened(node.name):
                return self.alternatives(meaning, wanted=wanted)
        if not isinstance(meaning, Variable) or meaning.kind != "boolean":
            return _unclear(node, wanted=wanted)
        return _among(meaning, {wanted}, inside=True, wanted=wanted)

    def _member(self, node: exp.In, *, wanted: bool) -> list[Alternative]:
        subject = self.variable(node.this)
        if subject is not None and subject.kind == "text" and all(map(_is_text, node.expressions)):
            values = {n.name for n in node.expressions}
            return _among(subject, values, inside=wanted, wanted=wanted)
        tests = [exp.EQ(this=node.this.copy(), expression=n.copy()) for n in node.expressions]
        sides = [self.alternatives(test, wanted=wanted) for test in tests]
        return _either(*sides) if wanted else both(*sides)

    def _outside(self, node: exp.Expr, *, wanted: bool) -> list[Alternative]:
        """Read ``not in`` and ``not between``, which are comparisons too."""
        if isinstance(node, exp.Between):
            low = exp.LT(this=node.this.copy(), expression=node.args["low"].copy())
            high = exp.GT(this=node.this.copy(), expression=node.args["high"].copy())
            return self.alternatives(exp.Or(this=low, expression=high), wanted=wanted)
        if not isinstance(node, exp.In):
            return self.alternatives(node, wanted=not wanted)
        subject = self.variable(node.this)
        if subject is not None and subject.kind == "text" and all(map(_is_text, node.expressions)):
            values = {n.name for n in node.expressions}
            return _among(subject, values, inside=not wanted, wanted=wanted)
        tests = [exp.NEQ(this=node.this.copy(), expression=n.copy()) for n in node.expressions]
        sides = [self.alternatives(test, wanted=wanted) for test in tests]
        return both(*sides) if wanted else _either(*sides)

    def _comparison(self, node: exp.Binary, *, wanted: bool) -> list[Alternative]:
        """Compare texts, yes and no, or sums."""
        for one, other in ((node.this, node.expression), (node.expression, node.this)):
            subject = self.variable(one)
            if subject is not None and subject.kind in ("text", "boolean"):
                return self._same(node, subject, other, wanted=wanted)
        pairs = self.pairs(node.this, node.expression)
        if pairs is None:
            return _unclear(node, wanted=wanted)
        around = any(map(_goes_round, node.walk()))
        certain = frozenset() if around else known(self.used(node))
        alternatives = [
            alternative
            for left, right in pairs
            for alternative in both(
                [certain], [left.when], [right.when], _outcome(node, left, right, wanted=wanted)
            )
        ]
        return (
            alternatives if wanted else alternatives + self._nothing_to_compare(node, around=around)
        )

    def _nothing_to_compare(self, node: exp.Binary, *, around: bool) -> list[Alternative]:
        """Return how a comparison is false because an event of several has not happened.

        Whether a calculation passes the lack on is not looked into where it has a way round it.
        """
        bases = dict.fromkeys(b for v in self.used(node) for b in v.bases)
        certain = known(b for b in bases if not b.event)
        if around:
            certain |= {Unclear(f"nothing to compare: {node.sql()}", holds=True)}
        return [certain | {Null(b, lacking=True)} for b in bases if b.event and b.nullable]

    def _same(
        self, node: exp.Binary, subject: Variable, other: exp.Expr, *, wanted: bool
    ) -> list[Alternative]:
        """Compare a text, or a yes or no, with one that is written out."""
        while isinstance(other, exp.Paren):
            other = other.this
        fixed = _is_text(other) or isinstance(other, exp.Boolean)
        if not (fixed and isinstance(node, exp.EQ | exp.NEQ)):
            return _unclear(node, wanted=wanted)
        value = other.name if _is_text(other) else bool(other.this)
        turned = isinstance(node, exp.NEQ)
        return _among(subject, {value}, inside=wanted != turned, wanted=wanted)

    def _null_test(self, node: exp.Is, *, wanted: bool) -> list[Alternative]:
        subject = self.variable(node.this)
        if subject is None:
            return _unclear(node, wanted=wanted)
        if not subject.nullable:
            return [] if wanted else list(ALWAYS)
        return [frozenset({Null(subject, wanted)})]

    def _likeness(self, node: exp.Like, *, wanted: bool) -> list[Alternative]:
        subject = self.variable(node.this)
        if subject is None or not _is_text(node.expression):
            return _unclear(node, wanted=wanted)
        inside = wanted != bool(node.args.get("negate"))
        constraints = known([subject]) | {Like(subject, node.expression.name, inside)}
        return [constraints, *([] if inside else _not_happened(subject))]

    def _choice(self, node: exp.Case, *, wanted: bool) -> list[Alternative]:
        return [
            alternative
            for when, result in self.branches(node)
            for alternative in both([when], self.alternatives(result, wanted=wanted))
        ]


def _goes_round(node: exp.Expr) -> bool:
    """Return whether a calculation can have a value although a part of it has none."""
    function, _ = called(node)
    return isinstance(node, exp.Case) or (function is not None and not function.strict)


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and bool(node.is_string)


def _either(*sides: list[Alternative]) -> list[Alternative]:
    return both([a for side in sides for a in side])


def _unclear(node: exp.Expr, *, wanted: bool) -> list[Alternative]:
    return [frozenset({Unclear(node.sql(), wanted)})]


def _not_happened(variable: Variable) -> list[Alternative]:
    """Return how a comparison with an event is false although nothing is to be compared."""
    return [frozenset({Null(variable, lacking=True)})] if variable.event else []


def _among(
    variable: Variable, values: Iterable[str | bool], *, inside: bool, wanted: bool
) -> list[Alternative]:
    """Return the ways in which a value is among some, or in which it is another one."""
    alternatives: list[Alternative] = [
        known([variable]) | {OneOf(variable, frozenset(values), inside)}
    ]
    return alternatives if wanted else alternatives + _not_happened(variable)


def _outcome(node: exp.Binary, left: Case, right: Case, *, wanted: bool) -> list[Alternative]:
    """Return the ways in which a comparison of two sums is true, or false."""
    certain = known(v for v, _ in (*left.sum.terms, *right.sum.terms))
    return [certain | a for a in compared(type(node), left, right, wanted=wanted)]
