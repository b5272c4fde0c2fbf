"""How the methods that look at records or places tell what one subject's points came from."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.api import clauses, figures, listed, tr
from rules_engine_methods.working import amount, named

if TYPE_CHECKING:
    from rules_engine.api import Tally, Working
    from rules_engine_methods.fields import ByClass, Rank, RaterKind, Rating


def by_class(fields: ByClass, points: Decimal, working: Working) -> str:
    """Tell how many records there are of each class, and what they cost or earn."""
    add = fields.direction == "add"
    start = Decimal(0) if add else points
    parts = [tr("from {points} points", points=figures.plain(start))] if start else []
    tallies = working.tallies("items")
    total = sum((tally.total for tally in tallies), Decimal(0))
    if working.raw != start + (total if add else -total):
        return working.formula()  # the records are not there any more
    parts += [_class(tally, fields, working) for tally in tallies]
    if not tallies:
        parts.append(tr("no record of these classes") if add else tr("no record that costs points"))
    return clauses(parts)


def _class(tally: Tally, fields: ByClass, working: Working) -> str:
    """Tell the records of one class, under the same factors."""
    of = fields.classes[tally.class_]
    name = of.label or working.wording.of_records(fields.from_, of.when)
    count = working.wording.counted(fields.from_, Decimal(tally.records))
    each = of.each
    factor = Decimal(1)
    for applies, by in zip(tally.factors, fields.times, strict=True):
        factor *= by.by if applies else 1
    counted = named(of.label or of.when, f"{name}{_factors(tally, fields, working)}", count)
    sides = {
        "counted": counted,
        "each": working.wording.each(fields.from_),
        "points": figures.plain(each * factor),
        "total": figures.plain(abs(tally.total)),
    }
    if of.per is not None:
        units = working.wording.of_records(fields.from_, of.per)
        number = abs(tally.total) / (each * factor) if each * factor else Decimal(0)
        sides["counted"] = tr("{counted}, {units} {number} in all", counted=counted,
                              units=units, number=figures.plain(number))  # fmt: skip
        sides["each"] = working.wording.each(of.per)
    add = fields.direction == "add"
    if not tally.total:
        if add:
            return tr("{counted}, nothing is added", counted=sides["counted"])
        return tr("{counted}, nothing is taken off", counted=sides["counted"])
    if add:
        return tr("{counted}, {each} +{points}: +{total}", **sides)
    return tr("{counted}, {each} −{points}: −{total}", **sides)


def _factors(tally: Tally, fields: ByClass, working: Working) -> str:
    factors = [by for holds, by in zip(tally.factors, fields.times, strict=True) if holds]
    if not factors:
        return ""
    texts = listed(
        tr("{name} × {by}", name=by.label or working.wording.of_records(fields.from_, by.when),
           by=figures.percent(by.by) if by.by < 1 else figures.plain(by.by))
        for by in factors
    )  # fmt: skip
    return tr(" ({factors})", factors=texts)


def rating(fields: Rating, points: Decimal, working: Working) -> str:
    """Tell the average of each kind of raters and its weight."""
    kinds = [_kind(fields, kind, index, working) for index, kind in enumerate(fields.kinds)]
    parts = []
    for kind, (count, average, note) in zip(fields.kinds, kinds, strict=True):
        shown = {
            "kind": kind.kind,
            "count": figures.plain(count),
            "average": figures.rounded(average),
            "weight": figures.percent(kind.weight),
        }
        parts.append(
            tr("{count} ratings by {kind}, {average} on average", count=shown["count"],
               kind=shown["kind"], average=shown["average"]) + note
            if kind.weight == 1
            else tr("{count} ratings by {kind}, {average} on average, count {weight}", **shown)
            + note
        )  # fmt: skip
    weighed = sum((k.weight * a for k, (_, a, _) in zip(fields.kinds, kinds, strict=True)),
                  Decimal(0))  # fmt: skip
    mean = figures.rounded(weighed)
    if len(fields.kinds) > 1:
        parts.append(tr("the weighted average is {average}", average=mean))
    if working.wording.full != fields.out_of:
        parts.append(
            tr("of {out_of}, so {points} points go by that share",
               out_of=figures.plain(fields.out_of), points=figures.plain(working.wording.full))
        )  # fmt: skip
    return clauses(parts)


def _kind(
    fields: Rating, kind: RaterKind, index: int, working: Working
) -> tuple[Decimal, Decimal, str]:
    """Return how many ratings there are, their average, and what was left out of it."""
    count, total = (amount(working, f"{{{name}_{index}}}") for name in ("count", "sum"))
    fewest = fields.drop_extremes_from
    if fewest is None or count < fewest:
        return count, total / count if count else Decimal(0), ""
    highest, lowest = (amount(working, f"{{{name}_{index}}}") for name in ("max", "min"))
    average = (total - highest - lowest) / (count - 2)
    note = tr(" (without the highest, {highest}, and the lowest, {lowest})",
              highest=figures.plain(highest), lowest=figures.plain(lowest))  # fmt: skip
    return count, average, note


def rank(fields: Rank, points: Decimal, working: Working) -> str:
    """Tell the place."""
    by, place = working.value(fields.by), working.value("{place}")
    if not isinstance(place, Decimal):
        return working.formula()
    name = working.wording.say(fields.by)
    value = name
    if isinstance(by, Decimal):
        rate = fields.by in working.wording.rates
        by = by.quantize(Decimal("0.0001"))
        shown = figures.percent(by) if rate else working.wording.counted(fields.by, by)
        value = named(fields.by, name, shown)
    sides = {"measured": value, "place": figures.plain(place)}
    text = (
        tr("{measured}, place {place} from the least", **sides)
        if fields.best == "least"
        else tr("{measured}, place {place} from the most", **sides)
    )
    last = amount(working, "{place_last}") == 1 and place > 1
    return tr("{told}, the last", told=text) if last and fields.last is not None else text
