"""Finds conditions that are always or never true: constants, contradictions, values out of range.

A count is never below 0 and a rate lies between 0 and 1, so ``rate >= 90`` is never true; it is
what somebody writes who means 90%.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from rules_engine.checks.context import context_of, in_period
from rules_engine.conditions.constraints.constraint import TooInvolved
from rules_engine.conditions.nodes import month_and_day, percentage
from rules_engine.conditions.operators import COMPARISONS
from rules_engine.conditions.parser import start_of
from rules_engine.errors import Finding
from rules_engine.messages import listed, msg
from rules_engine.model.figures import in_digits
from rules_engine.ruleset.shares import BARE, unclear_share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rules_engine.checks.context import Context
    from rules_engine.conditions.constraints.solver import Answer
    from rules_engine.conditions.scope import Rows
    from rules_engine.errors import Place
    from rules_engine.model.frame import Frame
    from rules_engine.plan.rules import Expression, IndicatorRule, Rulebook

Kind = Literal["rate", "count"]


def check_constants(book: Rulebook) -> Iterator[Finding]:
    """Yield conditions that do not depend on what is recorded."""
    kinds = _kinds(book)
    faulty: set[str] = set()
    contexts: dict[tuple[Rows, Frame], Context] = {}
    for expression in {e.path: e for e in book.expressions}.values():
        key = expression.rows, expression.frame
        if key not in contexts:
            contexts[key] = context_of(book, *key)
        findings = _Reading(book, expression, kinds, contexts[key]).findings(
            deep=not faulty & expression.names
        )
        yield from findings
        if any(f.severity != "info" for f in findings) or faulty & expression.names:
            faulty.add(str(expression.path[1]))


def _kinds(book: Rulebook) -> dict[str, Kind]:
    """Return, by name and label, which indicators are rates and which are counts."""
    kinds: dict[str, Kind] = {}
    for name, rule in book.indicators.items():
        if rule.spec.rate:
            kinds |= dict.fromkeys((name, rule.spec.label), "rate")
        elif rule.table is not None and not rule.spec.measures:
            kinds |= dict.fromkeys((name, rule.spec.label), "count")
    return kinds


class _Reading:
    """One expression of the ruleset, looked at part by part."""

    def __init__(
        self, book: Rulebook, expression: Expression, kinds: dict[str, Kind], context: Context
    ) -> None:
        self.book = book
        self.expression = expression
        self.context = context
        self.kinds = kinds if isinstance(expression.rows, str) else {}
        assert expression.compiled.tree is not None
        self.tree: exp.Expr = expression.compiled.tree
        self.undecided = False

    def place(self, node: exp.Expr) -> Place:
        source = self.book.ruleset.source
        at = start_of(node) or 0
        return source.place_in(self.expression.path, self.expression.text, at)

    def findings(self, *, deep: bool) -> list[Finding]:
        """Return what is wrong with it: of its parts, else of the whole.

        Args:
            deep: whether to look through the names in it; not where one of them is at fault.
        """
        is_condition = self.expression.compiled.kind == "boolean"
        if not self.expression.compiled.names:
            return [self.constant(self.tree)] if is_condition else []
        findings: list[Finding] = []
        for node in self.tree.find_all(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE):
            findings += self.comparison(node)
        for node in self.tree.find_all(exp.And) if deep else ():
            if not isinstance(node.parent, exp.And):
                findings += self.conjunction(node)
        if not findings and is_condition and deep:
            findings = self.whole()
        return findings or ([self.not_analysed()] if self.undecided else [])

    def not_analysed(self) -> Finding:
        return Finding(
            "not-looked-into",
            msg("“{text}” has too many cases to look at: whether it can be true at all, and false, "
                "is not known", text=_written(self.tree)),
            self.place(self.tree),
            msg("it is computed all the same; a scenario can show that it does what is meant"),
            "info",
        )  # fmt: skip

    def constant(self, node: exp.Expr) -> Finding:
        return Finding(
            "constant-condition",
            msg("“{sql}” is the same for all: it depends on no record", sql=_written(node)),
            self.place(node),
            msg("name a column, an indicator or a standard, or leave the condition out"),
            "warning",
        )

    def comparison(self, node: exp.Expr) -> Iterator[Finding]:
        """Yield a comparison of a rate or count with what it can never reach."""
        if node.this == node.expression:
            yield self.constant(node)
            return
        name, compared, value = self._sides(node) or ("", exp.EQ, Decimal(0))
        if self.kinds.get(name) == "rate" and not 0 <= value <= 1:
            yield Finding(
                "rate-out-of-range",
                msg("“{sql}”: a rate lies between 0% and 100%", sql=_written(node)),
                self.place(node),
                msg("write {percent}", percent=f"{in_digits(value)}%"),
            )
        elif self.kinds.get(name) == "rate" and value == 1 and self._is_bare(node):
            yield unclear_share(_written(node), self.place(node))
        elif name in self.kinds and _settled(compared, value, self.kinds[name]):
            yield self.constant(node)

    def _is_bare(self, node: exp.Expr) -> bool:
        """Return whether the figure of a comparison, or of its parameter, is written 1."""
        ruleset = self.book.ruleset
        for side in (node.this, node.expression):
            if isinstance(side, exp.Literal):
                at = start_of(side)
                if at is not None and BARE.match(self.expression.text, at):
                    return True
            named = side.name if isinstance(side, exp.Column) else ""
            for name, figure in ruleset.document.parameters.items():
                if named in (name, figure.label):
                    return any(
                        BARE.fullmatch(text.strip())
                        for path, text in ruleset.source.scalars.items()
                        if path[:2] == ("parameters", name) and path[2] in ("value", "values")
                    )
        return False

    def _sides(self, node: exp.Expr) -> tuple[str, type[exp.Expr], Decimal] | None:
        """Return the name, the comparison and the figure of ``name < 3``, either way round."""
        left, right, kind = node.this, node.expression, type(node)
        if not isinstance(left, exp.Column):
            left, right, kind = right, left, COMPARISONS[kind].turned
        if not isinstance(left, exp.Column) or left.name not in self.kinds:
            return None
        try:
            pieces = self.context.reader.pieces(right)
        except TooInvolved:
            return None
        if pieces is None or len(pieces) != 1 or pieces[0].sum.terms:
            return None
        rest = pieces[0].sum.rest
        return left.name, kind, Decimal(rest.numerator) / Decimal(rest.denominator)

    def conjunction(self, node: exp.Expr) -> Iterator[Finding]:
        """Yield ``a > 3 and a < 2``, ``level = '省' and level = '京'`` and the like."""
        parts = list(_parts(node))
        if self._possible(parts):
            return
        for part in list(parts):  # leave only those that cannot be met together
            rest = [p for p in parts if p is not part]
            if not self._possible(rest):
                parts = rest
        names = dict.fromkeys(c.name for part in parts for c in part.find_all(exp.Column))
        hint = msg("these exclude each other: {parts}; is “or” meant?",
                   parts=listed(_written(p) for p in parts))  # fmt: skip
        if len(names) == 1:
            hint = msg(
                "it asks for two values of “{name}” at once; is “or” meant?", name=next(iter(names))
            )
        yield Finding(
            "never-true", msg("“{text}” can never be true", text=_written(node)),
            self.place(node), hint,
        )  # fmt: skip

    def _possible(self, parts: Sequence[exp.Expr]) -> bool:
        try:
            alternatives = [self.context.reader.alternatives(part, wanted=True) for part in parts]
        except TooInvolved:
            self.undecided = True
            return True
        return self._can_be(self.context.answer(*alternatives))

    def _can_be(self, answer: Answer) -> bool:
        self.undecided |= answer.undecided
        return answer.possible != "no"

    def whole(self) -> list[Finding]:
        """Return what can be said of the condition as a whole."""
        if not self._can_be(self.context.answer_for(self.tree, wanted=False)):
            return [self.constant(self.tree)]
        owner = self._owner()
        if owner and self._in_its_period(owner):
            return []
        if not self._can_be(self.context.answer_for(self.tree)):
            return [
                Finding(
                    "never-true",
                    msg("“{text}” can never be true", text=_written(self.tree)),
                    self.place(self.tree),
                    msg("look at each part: nothing that is recorded can meet it"),
                )
            ]
        if owner is None:
            return []
        return [
            Finding(
                "never-true",
                msg("“{text}” is true of no record from {start} to {end}", text=_written(self.tree),
                    start=owner.frame.start, end=owner.frame.end),
                self.place(self.tree),
                msg("say “period: all”, or look at the days"),
                "warning",
            )
        ]  # fmt: skip

    def _owner(self) -> IndicatorRule | None:
        if self.expression.path[0] != "indicators":
            return None
        owner = self.book.indicators.get(str(self.expression.path[1]))
        return owner if owner and owner.table else None

    def _in_its_period(self, owner: IndicatorRule) -> bool:
        """Return whether a record of the indicator's period may meet the condition."""
        try:
            alternatives = self.context.reader.alternatives(self.tree, wanted=True)
        except TooInvolved:
            self.undecided = True
            return True
        period = in_period(self.book, owner, self.context)
        return self._can_be(self.context.answer(period, alternatives))


def _parts(node: exp.Expr) -> Iterable[exp.Expr]:
    if isinstance(node, exp.Paren):
        return _parts(node.this)
    if isinstance(node, exp.And):
        return [*_parts(node.this), *_parts(node.expression)]
    return [node]


def _settled(compared: type[exp.Expr], value: Decimal, kind: Kind) -> bool:
    """Return whether no record can change the outcome."""
    if value < 0 or (value == 0 and compared in (exp.GTE, exp.LT)):
        return True
    return kind == "rate" and value == 1 and compared in (exp.LTE, exp.GT)


def _written(node: exp.Expr) -> str:
    """Return a condition as the ruleset writes it, with its percentages and days."""

    def plain(part: exp.Expr) -> exp.Expr:
        if percentage(part) is not None:
            return exp.var(f"{part.expressions[0].name}%")
        if dated := month_and_day(part):
            return exp.var("{}月{}日".format(*dated))
        return part

    return node.copy().transform(plain).sql()[:80]
