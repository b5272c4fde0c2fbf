"""Compiles the parts of payments: conditions and facts by which money goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import fractions
from rules_engine.conditions.compiler import ExpressionCompiler
from rules_engine.messages import msg
from rules_engine.model.figures import plain
from rules_engine.plan.rules import PaymentRule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules_engine.conditions.compiled import Compiled
    from rules_engine.conditions.scope import Scope
    from rules_engine.model.frame import Frame
    from rules_engine.model.pay import Pay, PayPart
    from rules_engine.model.subjects import SubjectKind
    from rules_engine.plan.indicators import IndicatorCompiler
    from rules_engine.plan.rules import Rulebook
    from rules_engine.yamltext.read import KeyPath

MONTHS_OF_YEAR = 12


def compile_payments(parent: IndicatorCompiler) -> list[PaymentRule]:
    """Return the parts of all payments, those first of which others are shares.

    Args:
        parent: knows the ruleset and takes the findings.
    """
    pay = parent.document.pay
    rules = []
    for name in in_order(pay):
        scope = parent.subject_scopes[pay[name].subject]
        for part, spec in pay[name].parts.items():
            rules.append(_compiled(parent, name, part, spec, scope))
    return rules


def in_order(pay: Mapping[str, Pay]) -> list[str]:
    """Return the payments, each after those of which it is a share; a circle is broken."""
    order: dict[str, None] = {}

    def put(name: str, above: tuple[str, ...]) -> None:
        for part in pay[name].parts.values():
            if part.share_of in pay and part.share_of not in (*above, *order):
                put(str(part.share_of), (*above, str(part.share_of)))
        order[name] = None

    for name in pay:
        if name not in order:
            put(name, (name,))
    return list(order)


def months_factor(parent: IndicatorCompiler, spec: PayPart) -> tuple[int, int]:
    """Return by what an amount is multiplied and divided, so that it is for the whole period."""
    months = len(parent.book.frame.months())
    return times_of(spec, months)


def times_of(spec: PayPart, months: int) -> tuple[int, int]:
    """Return the numerator and denominator by which an amount is multiplied.

    Args:
        spec: the part.
        months: how many calendar months the period touches.
    """
    return {"month": (months, 1), "year": (months, MONTHS_OF_YEAR)}.get(spec.per, (1, 1))


def period_days(frame: Frame) -> int:
    """Return how many days of the period there are up to the day of knowledge."""
    return max((min(frame.end, frame.as_of) - frame.start).days + 1, 1)


def _compiled(
    parent: IndicatorCompiler, payment: str, name: str, spec: PayPart, scope: Scope
) -> PaymentRule:
    path: KeyPath = ("pay", payment, "parts", name)
    when = parent.optional(spec.when, (*path, "when"), scope, "boolean")
    if spec.of is None:
        return _placed(parent, PaymentRule(payment, name, spec, path, when))
    of = parent.expression(spec.of, (*path, "of"), scope, "number", exact=True)
    amount = _amount(parent, spec, (*path, "of"), scope) if of is not None else None
    shown = fractions.shown(of) if of is not None else None
    return _placed(parent, PaymentRule(payment, name, spec, path, when, shown, amount))


def _placed(parent: IndicatorCompiler, rule: PaymentRule) -> PaymentRule:
    """Note which of the expressions of a part rest on places, so that they come after these."""
    book = parent.book
    after = {f"s__{name}" for name in (*book.placed, *book.cadres.standards)}
    placed = frozenset(
        name
        for name, part in rule.expressions.items()
        if any(
            node.name in after or node.name.startswith("p__")
            for tree in fractions.trees_of(part)
            for node in tree.find_all(exp.Column)
        )
    )
    return replace(rule, placed=placed)


def _amount(
    parent: IndicatorCompiler, spec: PayPart, path: KeyPath, scope: Scope
) -> Compiled | None:
    """Compile what a fact brings: its steps above a figure, times the amount of each."""
    steps = f"greatest(({spec.of}) - ({plain(spec.over)}), 0) / {plain(spec.step)}"
    if spec.begun != "proportion":
        steps = f"{'ceil' if spec.begun == 'whole' else 'floor'}({steps})"
    above, below = months_factor(parent, spec)
    text = f"{steps} * ({plain(spec.each)}) * {above} / {below}"
    before = len(parent.findings)
    compiled = ExpressionCompiler(scope, parent.findings).compile(
        text, lambda offset: parent.ruleset.source.place(path), "number", exact=True
    )
    if len(parent.findings) > before:
        del parent.findings[before:]
        parent.find(
            "too-involved",
            path,
            msg("“{text}” is too involved to be kept exact", text=spec.of or ""),
            msg("round it, or work it out in indicators"),
        )
    return compiled


def payment_trees(columns: Mapping[str, Compiled]) -> dict[str, exp.Expr]:
    """Return columns of parts of payments as SQL: money at :data:`numbers.EXACT` places."""
    trees = {}
    for name, part in columns.items():
        trees[name] = part.sql.copy()
        if name.endswith("__money"):
            trees[name] = exp.cast(fractions.exact_points(part), "DECIMAL(38, 0)")
    return trees


def lines_asked(book: Rulebook, kind: SubjectKind) -> list[str]:
    """Return the columns of the score lines that payments use which go by places."""
    trees = [
        t for r in book.paid(kind) for part in r.later.values() for t in fractions.trees_of(part)
    ]
    standards = book.placed_of(kind)
    known = {f"s__{name}" for name in standards}
    names = (node.name for tree in trees for node in tree.find_all(exp.Column))
    return list(dict.fromkeys(n for n in names if not n.startswith("p__") and n not in known))
