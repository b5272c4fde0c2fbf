"""Compiles what a line gives back: it is worked out again as if nothing had been wrong.

For each indicator of the line there is a *counterpart* that sees the records that were put right
as in order: a count leaves them out, a rate has them in its numerator. The formula over these, less
the formula over the indicators themselves, is what those records cost.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.compiled import as_operand, changed, joined, over_columns
from rules_engine.conditions.sql import paren
from rules_engine.messages import listed, msg
from rules_engine.model.candidates import nearest_hint, with_id
from rules_engine.plan.builder import seen_until
from rules_engine.plan.measures import parts_of

if TYPE_CHECKING:
    from datetime import date

    from rules_engine.conditions.compiled import Compiled
    from rules_engine.model.scoring import PutRight
    from rules_engine.plan.indicators import IndicatorCompiler
    from rules_engine.plan.rules import CriterionRule, IndicatorRule


def with_remediation(compiler: IndicatorCompiler, rule: CriterionRule) -> CriterionRule:
    """Return a line with what it gives back, if it gives anything back."""
    spec = rule.spec.put_right
    if spec is None:
        return rule
    path = (*rule.path, "put_right")
    chosen = _chosen(compiler, rule, spec)
    if rule.rankings or not chosen:
        message = msg("the records behind this line cannot be put right")
        hint = msg("only what counts or rates records can: leave “put_right” out")
        compiler.find("bad-put-right", path, message, hint)
        return rule
    counterparts: dict[str, str] = {}
    columns: dict[str, str] = {}
    needed: list[Compiled] = []
    for name in chosen:
        own = compiler.book.indicators[name]
        assert own.table is not None
        frame = own.frame
        if compiler.known_until:
            frame = replace(frame, as_of=compiler.known_until)
        scope = compiler.table_scope(own.table, frame)
        condition = compiler.expression(spec.when, (*path, "when"), scope, "boolean")
        if condition is None:
            return rule
        counterpart = _counterpart(
            own, f"{rule.id}__righted_{name}", condition, compiler.known_until
        )
        compiler.book.indicators[counterpart.id] = counterpart
        counterparts[name] = counterpart.id
        columns |= dict(zip(parts_of(own), parts_of(counterpart), strict=True))
        needed.append(condition)
    names = rule.raw.names.union(*(c.names for c in needed))
    remedied, exact = (
        part and changed(over_columns(part, columns), names=names, tree=None)
        for part in (rule.raw, rule.exact)
    )
    back = numbers.scaled(spec.back, numbers.RATE)
    return replace(
        rule, remedied=remedied, exact_remedied=exact, counterparts=counterparts, back=back
    )


def _chosen(compiler: IndicatorCompiler, rule: CriterionRule, spec: PutRight) -> list[str]:
    candidates = [n for n in sorted(rule.raw.indicators) if compiler.book.indicators[n].table]
    if not spec.of:
        return candidates
    labels = {n: compiler.book.symbols[n].label for n in candidates}
    chosen: list[str] = []
    for place, name in enumerate(spec.of):
        matches = [n for n, label in labels.items() if name in (n, label)]
        path = (*rule.path, "put_right", "of")
        step = path if len(spec.of) == 1 else (*path, place)
        if not matches:
            message = msg("this line does not go by “{name}”", name=name)
            hint = nearest_hint(name, [*candidates, *labels.values()])
            compiler.find("unknown-name", step, message, hint)
        elif len(matches) > 1:
            message = msg("“{name}” could be several things", name=name)
            hint = msg("it names {names}: use the id, or give one of them another name",
                       names=listed(with_id(labels[n], n) for n in matches))  # fmt: skip
            compiler.find("ambiguous-name", step, message, hint)
        chosen += matches
    return chosen if len(chosen) == len(spec.of) else candidates


def _counterpart(
    own: IndicatorRule, name: str, condition: Compiled, known_until: date | None
) -> IndicatorRule:
    """Return the counterpart; what else it asks is seen as by the indicator itself."""
    if known_until:
        own = as_seen(own)
    counterpart = replace(own, id=name, put_right=condition, known_until=known_until)
    if own.numbered is not None and own.measured is not None:  # what is put right is passed over
        number = f"{name}__nth"
        measured = over_columns(own.measured, {own.number_column: number})
        counterpart = replace(counterpart, measured=measured, number_column=number)
    if own.spec.rate and own.of:
        sql = exp.Or(this=as_operand(own.of.sql.copy()), expression=as_operand(condition.sql))
        return replace(counterpart, of=joined(sql, "boolean", own.of, condition))
    wrong: exp.Expr = exp.Not(this=paren(condition.sql.copy()))
    parts = [condition]
    if own.where:
        wrong = exp.And(this=as_operand(own.where.sql.copy()), expression=wrong)
        parts.append(own.where)
    return replace(counterpart, where=joined(wrong, "boolean", *parts))


def as_seen(own: IndicatorRule) -> IndicatorRule:
    """Return an indicator whose own conditions see nothing after its frame's day of knowledge."""

    def seen(part: Compiled | None) -> Compiled | None:
        if part is None or own.table is None:
            return part
        return changed(part, sql=seen_until(part.sql, own.table, own.frame.as_of))

    return replace(
        own, where=seen(own.where), of=seen(own.of), over=seen(own.over),
        measured=seen(own.measured), numbered=seen(own.numbered),
    )  # fmt: skip
