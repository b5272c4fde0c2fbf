"""How each method is worded in an assessment paper."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.api import clauses, figures, listed, tr
from rules_engine_methods.wording import figure, giving

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules_engine.api import Wording
    from rules_engine_methods.fields import (
        Band,
        Bands,
        CheckItem,
        Checklist,
        Deadline,
        Formula,
        PerItem,
        Proportion,
        Target,
    )

ISO_DAY = re.compile(r"(?:\d{4}-)?\d\d-\d\d")


def per_item(fields: PerItem, points: Decimal, wording: Wording) -> str:
    """Say what each one costs or earns."""
    parts = [
        tr("“{name}” costs {points} points {each}", name=wording.say(e.of),
           points=figure(e.each), each=wording.each(e.of))
        for e in fields.deduct
    ]  # fmt: skip
    parts += [
        tr("“{name}” earns {points} points {each}", name=wording.say(e.of),
           points=figure(e.each), each=wording.each(e.of))
        for e in fields.add
    ]  # fmt: skip
    return ended(listed(parts), wording if fields.deduct else None)


def ended(text: str, wording: Wording | None) -> str:
    """Return the text with a note where deductions end, if they do."""
    if wording is None or not wording.spent:
        return text
    return tr("{rule}, until the points are used up", rule=text)


def target(fields: Target, points: Decimal, wording: Wording) -> str:
    """Say what the target gives and what each step short of it costs."""
    is_rate, name = fields.of in wording.rates, wording.say(fields.of)
    goal = figure(fields.target, rate=is_rate)
    step = _step(fields, is_rate=is_rate)
    parts = [_reached(fields, name, goal, points, wording)]
    if fields.each:
        lost = tr("each {step} short costs {points} points", step=step, points=figure(fields.each))
        if fields.direction == "at most":
            lost = tr("each {step} above costs {points} points", step=step,
                      points=figure(fields.each))  # fmt: skip
        parts.append(ended(f"{lost}{_begun(fields)}", wording))
    else:
        parts.append(tr("missing it costs nothing"))
    if fields.better is not None:
        better = tr("each {step} better earns {points} points", step=step,
                    points=figure(fields.better))  # fmt: skip
        parts.append(better if fields.each else f"{better}{_begun(fields)}")
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


def _step(fields: Target, *, is_rate: bool) -> str:
    if not is_rate:
        return figure(fields.per or Decimal(1))
    per = fields.per if fields.per is not None else Decimal("0.01")
    return tr("{count} percentage points", count=figure(per * 100))


def _begun(fields: Target) -> str:
    if fields.begun == "whole":
        return tr(" (a begun step counts whole)")
    return tr(" (a begun step counts in proportion)")


def proportion(fields: Proportion, points: Decimal, wording: Wording) -> str:
    """Say that the points go by the rate."""
    name = wording.say(fields.of)
    if wording.full < 0:
        return _taken_by_rate(fields, name, -wording.full)
    if fields.full_from is None:
        return tr("{points} points times “{name}”", points=figure(wording.full), name=name)
    full = figure(fields.full_from, rate=True)
    return tr("“{name}” at {full} or more gives {points} points; below, {points} times “{name}” "
              "by {full}", name=name, full=full, points=figure(wording.full))  # fmt: skip


def _taken_by_rate(fields: Proportion, name: str, most: Decimal) -> str:
    if fields.full_from is None:
        return tr("{points} points times “{name}” are taken", points=figure(most), name=name)
    full = figure(fields.full_from, rate=True)
    return tr("“{name}” at {full} or more costs {points} points; below, {points} times “{name}” "
              "by {full} are taken", name=name, full=full, points=figure(most))  # fmt: skip


def bands(fields: Bands, points: Decimal, wording: Wording) -> str:
    """Say the points of each range in a table."""
    is_rate, name = fields.of in wording.rates, wording.say(fields.of)
    rows = [(range_words(band, is_rate=is_rate), figure(band.points)) for band in fields.bands]
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
           given=giving(due.points))
        for due in fields.deadlines
    ]  # fmt: skip
    if fields.each_month is not None:
        each = figure(fields.each_month)
        parts.append(
            ended(tr("after that, {points} points less for each month begun", points=each), wording)
        )
    else:
        parts.append(tr("a later day {given}", given=giving(fields.later)))
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
