"""How each method over indicators becomes a formula in the condition language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import Expansion, tr
from rules_engine_methods.wording import empty, number, operand, plain_sum, shown

if TYPE_CHECKING:
    from decimal import Decimal

    from rules_engine.api import Known, Part
    from rules_engine_methods.fields import (
        Bands,
        CheckItem,
        Checklist,
        Each,
        Formula,
        PerItem,
        Proportion,
        Target,
    )


def per_item(fields: PerItem, start: Decimal, known: Known) -> Expansion:
    """Start from the points (from 0 when records only add) and go record by record."""
    if not fields.deduct and not fields.add:
        raise ValueError(tr("“per item” needs “deduct” or “add”"))
    base = [number(start)] if fields.deduct else []
    formula = " + ".join(base + [_times(e) for e in fields.add])
    parts: list[Part] = [(("deduct", i, "of"), e.of, "number") for i, e in enumerate(fields.deduct)]
    parts += [(("add", i, "of"), e.of, "number") for i, e in enumerate(fields.add)]
    formula = "".join([formula, *(f" - {_times(e)}" for e in fields.deduct)])
    return Expansion(formula, parts=tuple(parts))


def target(fields: Target, start: Decimal, known: Known) -> Expansion:
    """Take ``each`` for every ``per`` short of the target; give ``better`` for every one beyond."""
    is_rate = fields.of in known.rates
    if is_rate and fields.target > 1:
        raise ValueError(tr("a rate is at most 100%; write its target as a percentage, as in 90%"))
    if is_rate and fields.per is not None and fields.per >= 1:
        raise ValueError(tr("write “per” of a rate as a percentage, such as 0.5%"))
    counted = fields.of in known.names and not is_rate
    if counted and fields.per is None and 0 < abs(fields.target) < 1:
        raise ValueError(tr("“of” is no rate: a step is a whole 1, more than the target; say with "
                            "“per” what a step is, such as 1%"))  # fmt: skip
    goal, of = shown(fields.target, rate=is_rate), operand(fields.of)
    above, below = f"{of} - {goal}", f"{goal} - {of}"
    if fields.direction == "at most":
        above, below = below, above
    formula = f"{number(start)} - {number(fields.each)} * {_steps(fields, below, is_rate)}"
    if fields.better is not None:
        formula += f" + {number(fields.better)} * {_steps(fields, above, is_rate)}"
    return Expansion(formula, empty(fields.of, known), parts=_only(fields.of))


def _steps(fields: Target, distance: str, is_rate: bool) -> str:
    steps = f"greatest({distance}, 0)"
    if fields.per is not None:
        steps += f" / {shown(fields.per, rate=is_rate)}"
    elif is_rate:
        steps += " / 1%"
    return f"ceil({steps})" if fields.begun == "whole" else steps


def proportion(fields: Proportion, start: Decimal, known: Known) -> Expansion:
    """Multiply the points by the rate."""
    rate = operand(fields.of)
    if fields.full_from is not None:
        rate = f"least({rate} / {shown(fields.full_from, rate=True)}, 1)"
    formula = f"{number(known.full)} * {rate}"
    return Expansion(formula, empty(fields.of, known), parts=_only(fields.of))


def bands(fields: Bands, start: Decimal, known: Known) -> Expansion:
    """Look the value up in the table of ranges."""
    is_rate, of = fields.of in known.rates, operand(fields.of)
    branches = []
    for band in fields.bands:
        if is_rate and ((band.from_ or 0) > 1 or (band.to or 0) >= 2):
            raise ValueError(tr("a rate is at most 100%; write its ranges as percentages"))
        low = [f"{of} >= {shown(band.from_, rate=is_rate)}"] if band.from_ is not None else []
        high = [f"{of} < {shown(band.to, rate=is_rate)}"] if band.to is not None else []
        test = " and ".join(low + high) or f"{of} is not null"
        branches.append(f"when {test} then {number(band.points)}")
    formula = f"case {' '.join(branches)} else 0 end"
    return Expansion(formula, empty(fields.of, known), parts=_only(fields.of))


def _only(of: str) -> tuple[Part, ...]:
    return ((("of",), of, "number"),)


def checklist(fields: Checklist, start: Decimal, known: Known) -> Expansion:
    """Count what is in place."""
    parts: list[Part] = [
        (("items", i, "met"), item.met, "boolean") for i, item in enumerate(fields.items)
    ]
    return Expansion(_in_place(fields, start, known.full), parts=tuple(parts))


def _in_place(fields: Checklist, start: Decimal, full: Decimal) -> str:
    count = " + ".join(f"case when {item.met} then 1 else 0 end" for item in fields.items)
    tests = [f"({item.met})" for item in fields.items]
    if fields.rule == "all":
        return f"case when {' and '.join(tests)} then {number(full)} else 0 end"
    if fields.rule == "at least":
        if fields.at_least is None:
            raise ValueError(tr("say with “at_least” how many things must be in place"))
        if fields.at_least > len(fields.items):
            raise ValueError(tr("“at_least” asks for more things than the list has"))
        if fields.at_least == 1:  # one that is met is enough, though another may be unknown
            return f"case when {' or '.join(tests)} then {number(full)} else 0 end"
        return f"case when {count} >= {fields.at_least} then {number(full)} else 0 end"
    with_points = [item for item in fields.items if item.points is not None]
    if with_points:
        _check_points(fields.items, start)
        sign = "-" if full < 0 else ""
        return " + ".join(
            f"case when {item.met} then {sign}{plain_sum([item.points])} else 0 end"
            for item in with_points
        )
    return f"{number(full)} * ({count}) / {len(fields.items)}"


def _check_points(items: tuple[CheckItem, ...], start: Decimal) -> None:
    points = [item.points for item in items if item.points is not None]
    if len(points) != len(items):
        raise ValueError(tr("give points for all items of the checklist, or for none"))
    if start and sum(points) != start:
        raise ValueError(
            tr(
                "the items of the checklist give {total} points, the criterion has {points}",
                total=sum(points),
                points=start,
            )
        )


def formula(fields: Formula, start: Decimal, known: Known) -> Expansion:
    """Take the expression as it stands."""
    return Expansion(fields.formula)


def _times(each: Each) -> str:
    return f"{number(each.each)} * {operand(each.of)}"
