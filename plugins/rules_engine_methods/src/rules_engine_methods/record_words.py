"""How the methods that look at records or places are worded in an assessment paper."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.api import clauses, listed, tr
from rules_engine_methods.wording import figure, giving
from rules_engine_methods.words import ended, labelled

if TYPE_CHECKING:
    from rules_engine.api import Wording
    from rules_engine_methods.fields import ByClass, Factor, Rank, Rating, RecordClass


def by_class(fields: ByClass, points: Decimal, wording: Wording) -> str:
    """Say what a record of each class costs or earns, and what multiplies it."""
    parts = [_class(c, fields, wording) for c in fields.classes]
    text = tr("{records}, each by the first class that fits: {classes}",
              records=_records(fields, wording), classes=listed(parts))  # fmt: skip
    factors = [_factor(f, fields.from_, wording) for f in fields.times]
    text = clauses([text, *factors])
    return ended(text, wording if fields.direction == "deduct" else None)


def _records(fields: ByClass | Rating, wording: Wording) -> str:
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
    each = figure(record_class.each)
    if record_class.per is not None:
        per = wording.of_records(fields.from_, record_class.per)
        if fields.direction == "add":
            return tr("{name} earns {points} points {each} by “{per}”", name=name, points=each,
                      per=per, each=wording.each(record_class.per))  # fmt: skip
        return tr("{name} costs {points} points {each} by “{per}”", name=name, points=each,
                  per=per, each=wording.each(record_class.per))  # fmt: skip
    if fields.direction == "add":
        return tr("{name} earns {points} points each", name=name, points=each)
    return tr("{name} costs {points} points each", name=name, points=each)


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
        tr("place {place} {given}", place=place, given=giving(awarded))
        for place, awarded in enumerate(fields.places, 1)
    ]
    if fields.last is not None:
        places.append(tr("the last place {given}", given=giving(fields.last)))
    if fields.others != Decimal(0) or fields.last is None:
        places.append(tr("each other place {given}", given=giving(fields.others)))
    text = tr("{order}, {places}", order=order, places=listed(places))
    return tr("{rule}; equal values share a place", rule=text)
