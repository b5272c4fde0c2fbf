"""How each method becomes a formula in the condition language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import Expansion, tr

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from rules_engine_methods.fields import (
        Bands,
        Checklist,
        Each,
        Formula,
        PerItem,
        Proportion,
        Target,
    )


def per_item(fields: PerItem, start: Decimal, rates: frozenset[str]) -> Expansion:
    """Start from the points (from 0 when records only add) and go record by record."""
    if not fields.deduct and not fields.add:
        raise ValueError(tr("“per item” needs “deduct” or “add”"))
    base = [_number(start)] if fields.deduct else []
    formula = " + ".join(base + [_times(e) for e in fields.add])
    formula = "".join([formula, *(f" - {_times(e)}" for e in fields.deduct)])
    return Expansion(formula, _indicators((*fields.deduct, *fields.add)))


def target(fields: Target, start: Decimal, rates: frozenset[str]) -> Expansion:
    """Take ``each`` for every ``per`` by which the target is missed."""
    is_rate = fields.of in rates
    show = _percent if is_rate else _number
    goal = show(fields.target)
    short = f"{goal} - {fields.of}" if fields.direction == "at least" else f"{fields.of} - {goal}"
    steps = f"greatest({short}, 0)"
    per = fields.per if fields.per is not None else None
    if per is not None or is_rate:
        steps += f" / {show(per) if per is not None else '1%'}"
    if fields.begun == "whole":
        steps = f"ceil({steps})"
    return Expansion(
        f"{_number(start)} - {_number(fields.each)} * {steps}",
        (fields.of,),
        _empty(fields.of, rates),
    )


def proportion(fields: Proportion, start: Decimal, rates: frozenset[str]) -> Expansion:
    """Multiply the points by the rate."""
    rate = fields.of
    if fields.full_from is not None:
        rate = f"least({rate} / {_percent(fields.full_from)}, 1)"
    return Expansion(f"{_number(start)} * {rate}", (fields.of,), _empty(fields.of, rates))


def bands(fields: Bands, start: Decimal, rates: frozenset[str]) -> Expansion:
    """Look the value up in the table of ranges."""
    show = _percent if fields.of in rates else _number
    branches = []
    for band in fields.bands:
        low = [f"{fields.of} >= {show(band.from_)}"] if band.from_ is not None else []
        high = [f"{fields.of} < {show(band.to)}"] if band.to is not None else []
        test = " and ".join(low + high) or f"{fields.of} is not null"
        branches.append(f"when {test} then {_number(band.points)}")
    return Expansion(
        f"case {' '.join(branches)} else 0 end", (fields.of,), _empty(fields.of, rates)
    )


def checklist(fields: Checklist, start: Decimal, rates: frozenset[str]) -> Expansion:
    """Count what is in place."""
    items = fields.items
    if fields.rule == "all":
        test = " and ".join(f"({item.met})" for item in items)
        return Expansion(f"case when {test} then {_number(start)} else 0 end", ())
    given = [item.points for item in items if item.points is not None]
    if given and len(given) != len(items):
        raise ValueError(tr("give points for all items of the checklist, or for none"))
    if given and start and sum(given) != start:
        raise ValueError(
            tr(
                "the items of the checklist give {total} points, the criterion has {points}",
                total=sum(given),
                points=start,
            )
        )
    if given:
        parts = (
            f"case when {item.met} then {_number(item.points)} else 0 end"
            for item in items
            if item.points is not None
        )
        return Expansion(" + ".join(parts), ())
    count = " + ".join(f"case when {item.met} then 1 else 0 end" for item in items)
    return Expansion(f"{_number(start)} * ({count}) / {len(items)}", ())


def formula(fields: Formula, start: Decimal, rates: frozenset[str]) -> Expansion:
    """Take the expression as it stands."""
    return Expansion(fields.formula, ())


def _times(each: Each) -> str:
    return f"{_number(each.each)} * {each.of}"


def _indicators(items: Iterable[Each]) -> tuple[str, ...]:
    return tuple(item.of for item in items)


def _empty(name: str, rates: frozenset[str]) -> str | None:
    return f"empty({name})" if name in rates else None


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _percent(value: Decimal) -> str:
    return f"{_number(value * 100)}%"
