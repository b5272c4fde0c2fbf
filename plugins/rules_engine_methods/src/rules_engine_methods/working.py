"""How each method explains what one subject's points came from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from rules_engine.api import Tally, clauses, figures, listed, tr
from rules_engine_methods import escalation, steps
from rules_engine_methods.by_class import in_order
from rules_engine_methods.figures import NAME, because, in_points, own
from rules_engine_methods.wording import range_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rules_engine.api import Working
    from rules_engine_methods.fields import (
        Bands,
        ByClass,
        CheckItem,
        Checklist,
        Deadline,
        Each,
        Formula,
        Judgement,
        PerItem,
        Proportion,
        Rank,
        RaterKind,
        Rating,
        RecordClass,
        Target,
    )


def amount(working: Working, text: str) -> Decimal:
    """Return a part that is a number; 0 where there is none."""
    value = working.value(text)
    return value if isinstance(value, Decimal) else Decimal(0)


def named(of: str, name: str, shown: str) -> str:
    """Return what has a value, with the value; a calculation stands in quotes.

    Args:
        of: as it is written in the ruleset.
        name: in words.
        shown: the value.
    """
    if NAME.fullmatch(of):
        return figures.named(name, shown)
    return tr("“{name}” is {number}", name=name, number=shown)


def per_item(fields: PerItem, points: Decimal, working: Working) -> str:
    """Tell how many there are of each, and what they cost or earn."""
    lost = sum((_total(each, working) for each in fields.deduct), Fraction(0))
    earned = sum((_total(each, working) for each in fields.add), Fraction(0))
    start = points if fields.deduct else Decimal(0)
    if working.raw != in_points(Fraction(start) + earned - lost):
        return working.formula()
    parts = because(working, *(each.each for each in (*fields.deduct, *fields.add)))
    parts += [tr("from {points} points", points=figures.plain(start))] if start else []
    parts += [_counted(each, working, add=False) for each in fields.deduct]
    parts += [_counted(each, working, add=True) for each in fields.add]
    return clauses(parts)


def _total(each: Each, working: Working) -> Fraction:
    number = steps.number_of(amount(working, each.of), each.per, each.begun)
    if escalation.escalates(each):
        return escalation.total(escalation.stages(each), max(number, Fraction(0)))
    return Fraction(own(working, each.each)) * number


def _counted(item: Each, working: Working, *, add: bool) -> str:
    """Tell how many there are, and what they cost or earn."""
    count, wording = amount(working, item.of), working.wording
    step = steps.step_in(item.of, item.per, item.begun, wording)
    shown = wording.counted(item.of, count)
    if step and item.of in wording.rates:
        shown = figures.percent(count)
    sides = {
        "counted": named(item.of, wording.say(item.of), shown),
        "each": steps.each(step, item.of, wording),
        "points": figures.plain(own(working, item.each)),
        "total": figures.plain(in_points(_total(item, working))),
    }
    text = charged(sides, add=add)
    if escalation.escalates(item):
        unit = escalation.unit(item.of, step, wording)
        number = steps.number_of(count, item.per, item.begun)
        text = escalated(item, number, unit, sides, add=add)
    return steps.worked(text, item.begun, step) if step and count else text


def escalated(
    of: Each | RecordClass,
    count: Fraction,
    unit: escalation.Unit,
    sides: Mapping[str, str],
    *,
    add: bool,
) -> str:
    """Tell what the first one cost or earned, the second, and so on."""
    if count <= 0 or sides["total"] == "0":
        return charged(sides, add=add)
    each = escalation.worked(escalation.stages(of), count, unit, add=add)
    if add:
        return tr("{counted}, {each}: +{total}", counted=sides["counted"], each=each,
                  total=sides["total"])  # fmt: skip
    return tr("{counted}, {each}: −{total}", counted=sides["counted"], each=each,
              total=sides["total"])  # fmt: skip


def charged(sides: Mapping[str, str], *, add: bool) -> str:
    """Tell what some cost or earn: how many there are, points each, and in all."""
    if sides["total"] == "0":
        if add:
            return tr("{counted}, nothing is added", counted=sides["counted"])
        return tr("{counted}, nothing is taken off", counted=sides["counted"])
    if add:
        return tr("{counted}, {each} +{points}: +{total}", **sides)
    return tr("{counted}, {each} −{points}: −{total}", **sides)


def target(fields: Target, points: Decimal, working: Working) -> str:
    """Tell how far the value is from the target, and what that costs or earns."""
    rate = fields.of in working.wording.rates
    aim = own(working, fields.target, rate=rate)
    above = amount(working, fields.of) - aim
    goal = figures.percent(aim) if rate else figures.plain(aim)
    measured = _measured(fields.of, working, aim)
    beyond = above if fields.direction == "at least" else -above
    text = tr("{measured}, the target is reached", measured=measured)
    if not above:
        text = tr("{measured}, just at the target", measured=measured)
    elif beyond < 0 or fields.better is not None:
        text = _off(fields, measured, above, abs(working.raw - points), working)
        step = steps.size(fields.of, fields.per, working.wording)
        text = steps.worked(text, fields.begun, step)
    reasons = because(working, fields.target, fields.each, fields.better)
    return clauses([*reasons, tr("target {goal}", goal=goal), text])


def _off(fields: Target, measured: str, above: Decimal, change: Decimal, working: Working) -> str:
    """Tell the distance from the target, above or below, and what it costs or earns."""
    rate = fields.of in working.wording.rates
    lost = (above > 0) is (fields.direction == "at most")
    each = fields.each if lost or fields.better is None else fields.better
    if not change:
        return (
            tr("{counted}, nothing is taken off", counted=measured)
            if lost
            else tr("{counted}, nothing is added", counted=measured)
        )
    sides = {
        "measured": measured,
        "distance": _distance(abs(above), rate=rate),
        "step": steps.size(fields.of, fields.per, working.wording),
        "each": figures.plain(own(working, each)),
        "total": figures.plain(change),
    }
    if lost and above > 0:
        return tr("{measured}, {distance} above the target, −{each} for each {step} above: "
                  "−{total}", **sides)  # fmt: skip
    if lost:
        return tr("{measured}, {distance} below the target, −{each} for each {step} below: "
                  "−{total}", **sides)  # fmt: skip
    if above > 0:
        return tr("{measured}, {distance} above the target, +{each} for each {step} above: "
                  "+{total}", **sides)  # fmt: skip
    return tr("{measured}, {distance} below the target, +{each} for each {step} below: +{total}",
              **sides)  # fmt: skip


def _distance(value: Decimal, *, rate: bool) -> str:
    if not rate:
        return figures.plain(value)
    shown = figures.percent(value).removesuffix("%")
    return tr("{count} percentage points", count=shown)


def _measured(of: str, working: Working, *others: Decimal) -> str:
    """Return what a value is, of a rate with the records behind it."""
    name, value = working.wording.say(of), amount(working, of)
    if of not in working.wording.rates:
        return named(of, name, working.wording.counted(of, value))
    text, share = named(of, name, figures.percent(value, *others)), working.share(of)
    if share is None:
        return text
    met, total = share
    return tr("met by {met} of {total} records, {measured}", met=met, total=total, measured=text)


def proportion(fields: Proportion, points: Decimal, working: Working) -> str:
    """Tell the rate by which the points go."""
    full = figures.plain(working.wording.full)
    if fields.full_from is None:
        return tr("{measured}; the {points} points go by that share",
                  measured=_measured(fields.of, working), points=full)  # fmt: skip
    full_from = own(working, fields.full_from, rate=True)
    measured = _measured(fields.of, working, full_from)
    measured = clauses([*because(working, fields.full_from), measured])
    bound = figures.percent(full_from)
    if amount(working, fields.of) >= full_from:
        return tr("{measured}, {bound} is reached: all {points} points", measured=measured,
                  bound=bound, points=full)  # fmt: skip
    share = figures.percent(amount(working, fields.of), full_from)
    return tr("{measured}, {bound} is not reached: the {points} points go by {share} out of "
              "{bound}", measured=measured, bound=bound, points=full, share=share)  # fmt: skip


def bands(fields: Bands, points: Decimal, working: Working) -> str:
    """Tell in which range the value lies."""
    rate, value = fields.of in working.wording.rates, amount(working, fields.of)
    edges = [e for b in fields.bands for e in (b.from_, b.to) if e is not None]
    measured = _measured(fields.of, working, *edges)
    for band in fields.bands:
        low, high = band.from_, band.to
        if (low is None or value >= low) and (high is None or value < high):
            text = tr("{measured}, in the range “{range}”", measured=measured,
                      range=range_words(band, is_rate=rate))  # fmt: skip
            return clauses([*because(working, band.points), text])
    return tr("{measured}, in none of the ranges", measured=measured)


def checklist(fields: Checklist, points: Decimal, working: Working) -> str:
    """Tell what is in place, and what is missing."""
    there = [item for item in fields.items if working.value(item.met) is True]
    missing = [item for item in fields.items if working.value(item.met) is not True]
    if len(fields.items) == 1 and not item_label(fields.items[0], working):
        return working.facts(fields.items[0].met)
    if working.wording.full < 0:
        items = _items(fields, there, working)
        return tr("found: {items}", items=items) if there else tr("none of it was found")
    parts = [*_how_many(fields, there)]
    if there and (missing or len(fields.items) == 1):
        parts.append(tr("in place: {items}", items=_items(fields, there, working)))
    if missing:
        parts.append(tr("missing: {items}", items=_items(fields, missing, working)))
    full = figures.plain(working.wording.full)
    if len(fields.items) > 1 and fields.rule == "each" and fields.items[0].points is None:
        parts.append(tr("each counts the same part of {points} points", points=full))
    if fields.rule == "all" and missing:
        parts.append(tr("only all of them together give points"))
    return clauses(parts)


def _how_many(fields: Checklist, there: Sequence[CheckItem]) -> Iterator[str]:
    if fields.rule == "at least":
        yield tr("at least {count} are needed", count=fields.at_least)
    if len(fields.items) > 1:
        yield tr("{count} of {total} are in place", count=len(there), total=len(fields.items))


def _items(fields: Checklist, items: Sequence[CheckItem], working: Working) -> str:
    names = [item_label(item, working) or working.facts(item.met) for item in items]
    if fields.rule != "each":
        return listed(names)
    return listed(
        name
        if item.points is None
        else tr("{item} ({points} points)", item=name, points=figures.plain(item.points))
        for name, item in zip(names, items, strict=True)
    )


def item_label(item: CheckItem, working: Working) -> str:
    """Return what a thing of a list is called, if it has a name."""
    if item.label or not NAME.fullmatch(item.met):
        return item.label or ""
    return working.wording.say(item.met)


def deadline(fields: Deadline, points: Decimal, working: Working) -> str:
    """Tell the day, and which of the deadlines it kept."""
    reasons = because(working, *(due.points for due in fields.deadlines))
    return clauses([*reasons, _by_day(fields, working)])


def _by_day(fields: Deadline, working: Working) -> str:
    name, day = working.wording.say(fields.of), working.value(fields.of)
    due = [working.day(b.by) for b in fields.deadlines]
    last = figures.day(due[-1])
    if isinstance(day, date) and day.year != figures.NEVER_YEAR:
        done = named(fields.of, name, figures.day(day))
        for missed, by in zip([None, *due], due, strict=False):
            if day <= by and missed:
                return tr("{done}, after {missed}, not after {day}", done=done,
                          missed=figures.day(missed), day=figures.day(by))  # fmt: skip
            if day <= by:
                return tr("{done}, not after {day}", done=done, day=figures.day(by))
        text = tr("{done}, after the last day, {day}", done=done, day=last)
    else:
        text = tr("{name}: not done by the day of assessment; the last day was {day}",
                  name=name, day=last)  # fmt: skip
    if fields.each_month is None:
        return text
    best = own(working, fields.deadlines[-1].points)
    sides = {
        "told": text,
        "points": figures.plain(best),
        "count": figures.rounded((best - working.raw) / fields.each_month),
        "each": figures.plain(fields.each_month),
    }
    if fields.begun == "full":
        return tr("{told}; {points} points, {count} whole months later, each −{each}", **sides)
    return tr("{told}; {points} points, {count} months begun later, each −{each}", **sides)


def formula(fields: Formula, points: Decimal, working: Working) -> str:
    """Tell the formula step by step."""
    return working.formula()


def by_class(fields: ByClass, points: Decimal, working: Working) -> str:
    """Tell how many records there are of each class, and what they cost or earn."""
    add = fields.direction == "add"
    start = Decimal(0) if add else points
    parts = [tr("from {points} points", points=figures.plain(start))] if start else []
    tallies = _merged(fields, working.tallies("items"))
    counts = [] if in_order(fields) else _counts(fields, working)
    total = sum((tally.total for tally in tallies), Decimal(0))
    total += sum((points for _, _, points in counts), Decimal(0))
    if working.raw != start + (total if add else -total):
        return working.formula()  # the records are not there any more
    told = [(t.class_, t.stage, _class(t, fields, working)) for t in tallies]
    told += [(n, 0, _class_counted(n, c, p, fields, working)) for n, c, p in counts if c]
    parts += [text for _, _, text in sorted(told, key=lambda one: one[:2])]
    if not told:
        parts.append(tr("no record of these classes") if add else tr("no record that costs points"))
    return clauses(parts)


def _merged(fields: ByClass, tallies: Sequence[Tally]) -> list[Tally]:
    """Return records by what they count: those of one class whose number matters by that too."""
    merged: dict[tuple[int, tuple[bool, ...], int], Tally] = {}
    for tally in tallies:
        stage = min(tally.stage, len(escalation.stages(fields.classes[tally.class_])))
        key = tally.class_, tally.factors, stage
        other = merged.get(key, Tally(*key[:2], 0, Decimal(0), stage))
        merged[key] = replace(other, records=other.records + tally.records,
                              total=other.total + tally.total)  # fmt: skip
    return list(merged.values())


def _counts(fields: ByClass, working: Working) -> list[tuple[int, Decimal, Decimal]]:
    """Return for each class whose records count by how many they are: number, count, points."""
    counts = []
    for n, of in enumerate(fields.classes):
        if escalation.escalates(of):
            count = amount(working, f"{{class_{n}}}")
            points = escalation.total(escalation.stages(of), Fraction(count))
            counts.append((n, count, in_points(points)))
    return counts


def _class_counted(
    n: int, count: Decimal, points: Decimal, fields: ByClass, working: Working
) -> str:
    """Tell the records of a class of which further ones count otherwise."""
    of, wording = fields.classes[n], working.wording
    name = of.label or wording.of_records(fields.from_, of.when)
    sides = {
        "counted": named(of.label or of.when, name, wording.counted(fields.from_, count)),
        "total": figures.plain(points),
    }
    unit = escalation.unit(fields.from_, "", wording)
    return escalated(of, Fraction(count), unit, sides, add=fields.direction == "add")


def _class(tally: Tally, fields: ByClass, working: Working) -> str:
    """Tell the records of one class, under the same factors."""
    of = fields.classes[tally.class_]
    name = of.label or working.wording.of_records(fields.from_, of.when)
    count = working.wording.counted(fields.from_, Decimal(tally.records))
    each = escalation.stages(of)[max(tally.stage - 1, 0)]
    factor = Decimal(1)
    for applies, by in zip(tally.factors, fields.times, strict=True):
        factor *= by.by if applies else 1
    name += _which(tally, fields, working) + _factors(tally, fields, working)
    counted = named(of.label or of.when, name, count)
    sides = {
        "counted": counted,
        "each": working.wording.each(fields.from_),
        "points": figures.plain(each * factor),
        "total": figures.plain(abs(tally.total)),
    }
    step = ""
    if of.per is not None:
        per = working.wording.of_records(fields.from_, of.per)
        step = steps.step_of_records(of, per)
        sides["each"] = steps.each(step, of.per, working.wording)
        if not step:
            number = abs(tally.total) / (each * factor) if each * factor else Decimal(0)
            sides["counted"] = tr("{counted}, {units} {number} in all", counted=counted,
                                  units=per, number=figures.plain(number))  # fmt: skip
    text = charged(sides, add=fields.direction == "add")
    return steps.worked(text, of.begun, step) if step else text


def _which(tally: Tally, fields: ByClass, working: Working) -> str:
    """Tell which of them they are, where that matters."""
    of = fields.classes[tally.class_]
    if not escalation.escalates(of):
        return ""
    which = escalation.unit(fields.from_, "", working.wording).which(tally.stage)
    if tally.stage == len(escalation.stages(of)):
        which = tr("from {which} on", which=which)
    return tr(" ({factors})", factors=which)


def judgement(fields: Judgement, points: Decimal, working: Working) -> str:
    """Tell how many judgements there are and what they cost or earn; each is told as a record."""
    add = fields.direction == "add"
    start = Decimal(0) if add else points
    total, count = amount(working, "{items}"), amount(working, "{count}")
    if working.raw != start + (total if add else -total):
        return working.formula()
    parts = [tr("from {points} points", points=figures.plain(start))] if start else []
    shown = figures.plain(total)
    if not count:
        parts.append(tr("nothing was judged"))
    elif add:
        parts.append(tr("{count} judgements, +{total} in all", count=count, total=shown))
    else:
        parts.append(tr("{count} judgements, −{total} in all", count=count, total=shown))
    return clauses(parts)


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
