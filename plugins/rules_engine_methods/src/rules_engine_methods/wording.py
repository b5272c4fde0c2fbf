"""How each method is worded in an assessment paper."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.api import clauses, figures, listed, tr
from rules_engine_methods import escalation, steps
from rules_engine_methods.by_class import in_order
from rules_engine_methods.figures import figure, giving, said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rules_engine.api import Wording
    from rules_engine_methods.fields import (
        Band,
        Bands,
        ByClass,
        CheckItem,
        Checklist,
        Deadline,
        Each,
        Factor,
        Formula,
        Judgement,
        PerItem,
        Proportion,
        Rank,
        Rating,
        RecordClass,
        Target,
    )

ISO_DAY = re.compile(r"(?:\d{4}-)?\d\d-\d\d")


def per_item(fields: PerItem, points: Decimal, wording: Wording) -> str:
    """Say what each one costs or earns."""
    parts = [_one_each(e, wording, add=False) for e in fields.deduct]
    parts += [_one_each(e, wording, add=True) for e in fields.add]
    some = any(map(escalation.escalates, (*fields.deduct, *fields.add)))
    return ended((clauses if some else listed)(parts), wording if fields.deduct else None)


def _one_each(item: Each, wording: Wording, *, add: bool) -> str:
    step = steps.step_in(item.of, item.per, item.begun, wording)
    sides = {
        "name": wording.say(item.of),
        "points": said(item.each, wording),
        "each": steps.each(step, item.of, wording),
    }
    if escalation.escalates(item):
        unit = escalation.unit(item.of, step, wording)
        text = tr("“{name}”: {rule}", name=sides["name"],
                  rule=escalation.rule(item, unit, add=add))  # fmt: skip
    elif add:
        text = tr("“{name}” earns {points} points {each}", **sides)
    else:
        text = tr("“{name}” costs {points} points {each}", **sides)
    return text + steps.begun_words(item.begun, step) if step else text


def ended(text: str, wording: Wording | None) -> str:
    """Return the text with a note where deductions end, if they do."""
    if wording is None or not wording.spent:
        return text
    return tr("{rule}, until the points are used up", rule=text)


def target(fields: Target, points: Decimal, wording: Wording) -> str:
    """Say what the target gives and what each step short of it costs."""
    is_rate, name = fields.of in wording.rates, wording.say(fields.of)
    goal = said(fields.target, wording, rate=is_rate)
    step = steps.size(fields.of, fields.per, wording)
    parts = [_reached(fields, name, goal, points, wording)]
    if fields.each:
        lost = tr(
            "each {step} short costs {points} points", step=step, points=said(fields.each, wording)
        )
        if fields.direction == "at most":
            lost = tr("each {step} above costs {points} points", step=step,
                      points=said(fields.each, wording))  # fmt: skip
        parts.append(ended(f"{lost}{steps.begun_words(fields.begun, step)}", wording))
    else:
        parts.append(tr("missing it costs nothing"))
    if fields.better is not None:
        better = tr("each {step} better earns {points} points", step=step,
                    points=said(fields.better, wording))  # fmt: skip
        parts.append(better if fields.each else f"{better}{steps.begun_words(fields.begun, step)}")
    return clauses(parts)


def _reached(fields: Target, name: str, goal: str, points: Decimal, wording: Wording) -> str:
    """Say what reaching the target gives; where points are only taken, that nothing is."""
    most, taken = fields.direction == "at most", wording.full < 0
    if taken:
        if most:
            return tr("“{name}” at {goal} or less costs nothing", name=name, goal=goal)
        return tr("“{name}” at {goal} or more costs nothing", name=name, goal=goal)
    if most:
        return tr("“{name}” at {goal} or less gives {points} points", name=name, goal=goal,
                  points=figure(points))  # fmt: skip
    return tr("“{name}” at {goal} or more gives {points} points", name=name, goal=goal,
              points=figure(points))  # fmt: skip


def proportion(fields: Proportion, points: Decimal, wording: Wording) -> str:
    """Say that the points go by the rate."""
    name = wording.say(fields.of)
    if wording.full < 0:
        return _taken_by_rate(fields, name, -wording.full, wording)
    if fields.full_from is None:
        return tr("{points} points times “{name}”", points=figure(wording.full), name=name)
    full = said(fields.full_from, wording, rate=True)
    return tr("“{name}” at {full} or more gives {points} points; below, {points} times “{name}” "
              "by {full}", name=name, full=full, points=figure(wording.full))  # fmt: skip


def _taken_by_rate(fields: Proportion, name: str, most: Decimal, wording: Wording) -> str:
    if fields.full_from is None:
        return tr("{points} points times “{name}” are taken", points=figure(most), name=name)
    full = said(fields.full_from, wording, rate=True)
    return tr("“{name}” at {full} or more costs {points} points; below, {points} times “{name}” "
              "by {full} are taken", name=name, full=full, points=figure(most))  # fmt: skip


def bands(fields: Bands, points: Decimal, wording: Wording) -> str:
    """Say the points of each range in a table."""
    is_rate, name = fields.of in wording.rates, wording.say(fields.of)
    rows = [
        (range_words(band, is_rate=is_rate), said(band.points, wording)) for band in fields.bands
    ]
    return table(tr("by “{name}”", name=name), (name, tr("points")), rows)


def range_words(band: Band, *, is_rate: bool) -> str:
    """Say from where to where a range goes."""
    low = "" if band.from_ is None else figure(band.from_, rate=is_rate)
    high = "" if band.to is None else figure(band.to, rate=is_rate)
    if low and high:
        return tr("{low} or more, less than {high}", low=low, high=high)
    if low:
        return tr("{low} or more", low=low)
    return tr("less than {high}", high=high) if high else tr("whatever it is")


def table(title: str, heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table under a title."""
    lines = [heading, ("---",) * len(heading), *rows]
    body = "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
    return tr("{title}:", title=title) + f"\n\n{body}"


def checklist(fields: Checklist, points: Decimal, wording: Wording) -> str:
    """Say what must be in place, and what it gives."""
    if wording.full < 0:
        return _faults(fields, wording)
    items = [_item(item, wording) for item in fields.items]
    worth = figure(wording.full)
    if len(items) == 1 and fields.rule != "at least":
        worth = figure(_worth(fields.items[0], wording) or wording.full)
        text = _named(fields.items[0], wording)
        return tr("{points} points if {condition}, else 0", points=worth, condition=text)
    text = clauses(tr("({number}) {item}", number=n, item=i) for n, i in enumerate(items, 1))
    if fields.rule == "all":
        return tr("{points} points when all of these are in place, else 0: {items}",
                  points=worth, items=text)  # fmt: skip
    if fields.rule == "at least":
        return tr("{points} points when at least {count} of these are in place, else 0: {items}",
                  points=worth, count=fields.at_least, items=text)  # fmt: skip
    if any(item.points is not None for item in fields.items):
        return tr("each of these that is in place gives its points: {items}", items=text)
    return tr("each of these that is in place gives an equal part of {points} points: {items}",
              points=worth, items=text)  # fmt: skip


def _faults(fields: Checklist, wording: Wording) -> str:
    """Say what is taken for what a list of a deduction finds."""
    most = figure(-wording.full)
    if len(fields.items) == 1 and fields.rule != "at least":
        item = fields.items[0]
        cost = figure(item.points if item.points is not None else -wording.full)
        return tr("{condition} costs {points} points", condition=_named(item, wording), points=cost)
    text = clauses(
        tr("({number}) {item}", number=n, item=_item(i, wording))
        for n, i in enumerate(fields.items, 1)
    )
    if fields.rule == "all":
        return tr("{points} points are taken when all of these are so: {items}", points=most,
                  items=text)  # fmt: skip
    if fields.rule == "at least":
        return tr("{points} points are taken when at least {count} of these are so: {items}",
                  points=most, count=fields.at_least, items=text)  # fmt: skip
    if any(item.points is not None for item in fields.items):
        return tr("each of these that is so costs its points: {items}", items=text)
    return tr("each of these that is so costs an equal part of {points} points: {items}",
              points=most, items=text)  # fmt: skip


def _named(item: CheckItem, wording: Wording) -> str:
    return labelled(item.label, wording.say(item.met))


def labelled(label: str | None, text: str) -> str:
    """Return what something is called, with what it means behind it unless that says no more."""
    if not label or text in label:
        return label or text
    if "（" in text or "(" in text:
        return tr("{label}, that is, {condition}", label=label, condition=text)
    return tr("{label} ({condition})", label=label, condition=text)


def _item(item: CheckItem, wording: Wording) -> str:
    text = _named(item, wording)
    worth = _worth(item, wording)
    if worth is None:
        return text
    return tr("{item}, {points} points", item=text, points=figure(worth))


def _worth(item: CheckItem, wording: Wording) -> Decimal | None:
    return item.points


def deadline(fields: Deadline, points: Decimal, wording: Wording) -> str:
    """Say what each day gives, and what comes after the last."""
    name = wording.say(fields.of)
    parts = [
        tr("“{name}” by {day} {given}", name=name, day=spoken_day(due.by),
           given=giving(due.points, wording))
        for due in fields.deadlines
    ]  # fmt: skip
    if fields.each_month is not None:
        each = figure(fields.each_month)
        less = tr("after that, {points} points less for each month begun", points=each)
        if fields.begun == "full":
            less = tr("after that, {points} points less for each whole month", points=each)
        parts.append(ended(less, wording))
    else:
        parts.append(tr("a later day {given}", given=giving(fields.later, wording)))
    return clauses(parts)


def spoken_day(text: str) -> str:
    """Return a day, with or without a year, as people write it."""
    if not ISO_DAY.fullmatch(text):
        return text
    if text.count("-") > 1:
        return figures.day(date.fromisoformat(text))
    month, day = (int(part) for part in text.split("-"))
    return tr("{day} {month}", day=day, month=str(figures.MONTHS[month - 1]))


def formula(fields: Formula, points: Decimal, wording: Wording) -> str:
    """Say the formula."""
    return tr("the points are {formula}", formula=wording.say(fields.formula))


def by_class(fields: ByClass, points: Decimal, wording: Wording) -> str:
    """Say what a record of each class costs or earns, and what multiplies it."""
    parts = [_class(c, fields, wording) for c in fields.classes]
    some = any(map(escalation.escalates, fields.classes))
    text = tr("{records}, each by the first class that fits: {classes}",
              records=_records(fields, wording),
              classes=(clauses if some else listed)(parts))  # fmt: skip
    factors = [_factor(f, fields.from_, wording) for f in fields.times]
    text = clauses([text, *_counting(fields), *factors])
    return ended(text, wording if fields.direction == "deduct" else None)


def _counting(fields: ByClass) -> Iterator[str]:
    """Yield how it is told which one a record is, where that matters."""
    if fields.counted == "all together":
        yield tr("the records of all classes are counted together, in the order of their days")
    elif in_order(fields):
        yield tr("the records of a class are counted in the order of their days")


def judgement(fields: Judgement, points: Decimal, wording: Wording) -> str:
    """Say between what one judgement costs or earns, and that who judged and why is said."""
    records = _records(fields, wording)
    if fields.item is not None:
        records = tr("{records} on “{item}”", records=records, item=fields.item)
    sides = {
        "records": records,
        "least": figure(fields.least),
        "most": figure(fields.most),
        "by": wording.of_records(fields.from_, fields.by),
        "why": wording.of_records(fields.from_, fields.why),
    }
    said = tr("“{by}” and “{why}” say who judged and why", **sides)
    if fields.direction == "add":
        text = tr("{records}: each earns {least} to {most} points, as is judged", **sides)
        return clauses([text, said])
    text = tr("{records}: each costs {least} to {most} points, as is judged", **sides)
    return clauses([ended(text, wording), said])


def _records(fields: ByClass | Rating | Judgement, wording: Wording) -> str:
    table = wording.table(fields.from_)
    where = fields.where and wording.of_records(fields.from_, fields.where)
    text = tr("“{table}” where {condition}", table=table, condition=where) if where else ""
    text = text or f"“{table}”"
    if fields.period == "current":
        return text
    return tr("{records} of {days}", records=text, days=_days(fields.period))


def _days(period: str) -> str:
    if period == "previous":
        return tr("the same days of the year before")
    return tr("the days just before") if period == "preceding" else tr("any year")


def _class(record_class: RecordClass, fields: ByClass, wording: Wording) -> str:
    name = labelled(record_class.label, wording.of_records(fields.from_, record_class.when))
    if escalation.escalates(record_class):
        return _escalated(record_class, name, fields, wording)
    each = figure(record_class.each)
    if record_class.per is not None:
        return _class_per(record_class, name, record_class.per, fields, wording)
    if fields.direction == "add":
        return tr("{name} earns {points} points each", name=name, points=each)
    return tr("{name} costs {points} points each", name=name, points=each)


def _escalated(record_class: RecordClass, name: str, fields: ByClass, wording: Wording) -> str:
    """Say what the first record of a class costs or earns, and the following ones."""
    unit = escalation.unit(fields.from_, "", wording)
    rule = escalation.rule(record_class, unit, add=fields.direction == "add")
    text = tr("{label}: {reason}", label=name, reason=rule)
    if record_class.per is None:
        return text
    per = wording.of_records(fields.from_, record_class.per)
    step = steps.step_of_records(record_class, per)
    each = steps.each(step, record_class.per, wording)
    text = tr("{rule}, {each} by “{per}”", rule=text, each=each, per=per)
    return text + steps.begun_words(record_class.begun, step) if step else text


def _class_per(
    record_class: RecordClass, name: str, of: str, fields: ByClass, wording: Wording
) -> str:
    per = wording.of_records(fields.from_, of)
    step = steps.step_of_records(record_class, per)
    each = steps.each(step, of, wording)
    sides = {"name": name, "points": figure(record_class.each), "per": per, "each": each}
    text = (
        tr("{name} earns {points} points {each} by “{per}”", **sides)
        if fields.direction == "add"
        else tr("{name} costs {points} points {each} by “{per}”", **sides)
    )
    return text + steps.begun_words(record_class.begun, step) if step else text


def _factor(factor: Factor, table: str, wording: Wording) -> str:
    name = labelled(factor.label, wording.of_records(table, factor.when))
    if factor.by < 1:
        return tr("{name}: {share} of that", name=name, share=figure(factor.by, rate=True))
    return tr("{name}: {times} times that", name=name, times=figure(factor.by))


def rating(fields: Rating, points: Decimal, wording: Wording) -> str:
    """Say who rates, with which weight."""
    kinds = [
        tr("{kind} {share}", kind=k.kind, share=figure(k.weight, rate=True)) for k in fields.kinds
    ]
    parts = [
        tr("by {records}, the averages of the raters weighted: {kinds}",
           records=_records(fields, wording), kinds=listed(kinds)),
        tr("{points} points times the weighted average by {out_of}",
           points=figure(wording.full), out_of=figure(fields.out_of)),
    ]  # fmt: skip
    if fields.drop_extremes_from is not None:
        parts.append(
            tr("from {count} ratings of a kind on, its highest and lowest do not count",
               count=fields.drop_extremes_from)
        )  # fmt: skip
    return clauses(parts)


def rank(fields: Rank, points: Decimal, wording: Wording) -> str:
    """Say what each place gives."""
    name = wording.say(fields.by)
    order = tr("by “{name}” from most to least", name=name)
    if fields.best == "least":
        order = tr("by “{name}” from least to most", name=name)
    places = [
        tr("place {place} {given}", place=place, given=giving(awarded, wording))
        for place, awarded in enumerate(fields.places, 1)
    ]
    if fields.last is not None:
        places.append(tr("the last place {given}", given=giving(fields.last, wording)))
    if fields.others != Decimal(0) or fields.last is None:
        places.append(tr("each other place {given}", given=giving(fields.others, wording)))
    text = tr("{order}, {places}", order=order, places=listed(places))
    return tr("{rule}; equal values share a place", rule=text)
