"""How each method over indicators becomes a formula in the condition language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import Expansion, tr
from rules_engine_methods.wording import empty, number, plain_sum, shown

if TYPE_CHECKING:
    from decimal import Decimal

    from rules_engine.api import Known
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
    return Expansion("".join([formula, *(f" - {_times(e)}" for e in fields.deduct)]))


def target(fields: Target, start: Decimal, known: Known) -> Expansion:
    """Take ``each`` for every ``per`` short of the target; give ``better`` for every one beyond."""
    is_rate = fields.of in known.rates
    goal = shown(fields.target, rate=is_rate)
    above, below = f"{fields.of} - {goal}", f"{goal} - {fields.of}"
    if fields.direction == "at most":
        above, below = below, above
    formula = f"{number(start)} - {number(fields.each)} * {_steps(fields, below, is_rate)}"
    if fields.better is not None:
        formula += f" + {number(fields.better)} * {_steps(fields, above, is_rate)}"
    return Expansion(formula, empty(fields.of, known))


def _steps(fields: Target, distance: str, is_rate: bool) -> str:
    steps = f"greatest({distance}, 0)"
    if fields.per is not None:
        steps += f" / {shown(fields.per, rate=is_rate)}"
    elif is_rate:
        steps += " / 1%"
    return f"ceil({steps})" if fields.begun == "whole" else steps


def proportion(fields: Proportion, start: Decimal, known: Known) -> Expansion:
    """Multiply the points by the rate."""
    rate = fields.of
    if fields.full_from is not None:
        rate = f"least({rate} / {shown(fields.full_from, rate=True)}, 1)"
    return Expansion(f"{number(start)} * {rate}", empty(fields.of, known))


def bands(fields: Bands, start: Decimal, known: Known) -> Expansion:
    """Look the value up in the table of ranges."""
    is_rate = fields.of in known.rates
    branches = []
    for band in fields.bands:
        low = (
            [f"{fields.of} >= {shown(band.from_, rate=is_rate)}"] if band.from_ is not None else []
        )
        high = [f"{fields.of} < {shown(band.to, rate=is_rate)}"] if band.to is not None else []
        test = " and ".join(low + high) or f"{fields.of} is not null"
        branches.append(f"when {test} then {number(band.points)}")
    return Expansion(f"case {' '.join(branches)} else 0 end", empty(fields.of, known))


def checklist(fields: Checklist, start: Decimal, known: Known) -> Expansion:
    """Count what is in place."""
    count = " + ".join(f"case when {item.met} then 1 else 0 end" for item in fields.items)
    if fields.rule == "all":
        test = " and ".join(f"({item.met})" for item in fields.items)
        return Expansion(f"case when {test} then {number(start)} else 0 end")
    if fields.rule == "at least":
        if fields.at_least is None:
            raise ValueError(tr("say with “at_least” how many things must be in place"))
        return Expansion(f"case when {count} >= {fields.at_least} then {number(start)} else 0 end")
    given = [item for item in fields.items if item.points is not None]
    if given:
        _check_points(fields.items, start)
        return Expansion(
            " + ".join(
                f"case when {item.met} then {plain_sum([item.points])} else 0 end" for item in given
            )
        )
    return Expansion(f"{number(start)} * ({count}) / {len(fields.items)}")


def _check_points(items: tuple[CheckItem, ...], start: Decimal) -> None:
    given = [item.points for item in items if item.points is not None]
    if len(given) != len(items):
        raise ValueError(tr("give points for all items of the checklist, or for none"))
    if start and sum(given) != start:
        raise ValueError(
            tr(
                "the items of the checklist give {total} points, the criterion has {points}",
                total=sum(given),
                points=start,
            )
        )


def formula(fields: Formula, start: Decimal, known: Known) -> Expansion:
    """Take the expression as it stands."""
    return Expansion(fields.formula)


def _times(each: Each) -> str:
    return f"{number(each.each)} * {each.of}"
