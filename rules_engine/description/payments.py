"""A payment that is a sum of parts, as the sentences of a paper."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rules_engine.description.paper import basis, share, titled_table
from rules_engine.messages import listed, tr
from rules_engine.model.figures import plain
from rules_engine.plan.pay import grades_of, rounding_of
from rules_engine.report.pay_words import amount_words, points_range
from rules_engine.report.payment_words import money_text, steps_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.model.pay import Pay, PayPart, PayRank
    from rules_engine.plan.verbalizer import RulesetVerbalizer


def payment_sentences(speaker: RulesetVerbalizer, spec: Pay) -> Iterator[str]:
    """Yield what a payment is the sum of, and each part with its conditions.

    Args:
        speaker: puts conditions and facts into words.
        spec: the payment.
    """
    labels = listed(part.label for part in spec.parts.values())
    if spec.subject.judged:
        yield tr("{Assessed_all} get the sum of {parts}, in {unit}", parts=labels, unit=spec.unit)
    else:
        yield tr("Cadres get the sum of {parts}, in {unit}", parts=labels, unit=spec.unit)
    for part in spec.parts.values():
        yield from _part(speaker, spec, part)
    if spec.least is not None:
        yield tr("The sum is at least {amount}", amount=money_text(Fraction(spec.least), spec.unit))
    if spec.most is not None:
        yield tr("The sum is at most {amount}", amount=money_text(Fraction(spec.most), spec.unit))
    kinds = {rounding_of(spec, part) for part in spec.parts.values()}
    if len(kinds) == 1:
        yield _rounding(*kinds.pop())


def _part(speaker: RulesetVerbalizer, pay: Pay, spec: PayPart) -> Iterator[str]:
    yield _measure(speaker, pay, spec)
    if spec.bands or spec.grades or spec.ranks:
        yield from _per(spec)
    yield from _factors(pay, spec)
    if spec.least is not None:
        yield tr("“{label}” is at least {amount}", label=spec.label,
                 amount=money_text(Fraction(spec.least), pay.unit))  # fmt: skip
    if spec.most is not None:
        yield tr("“{label}” is at most {amount}", label=spec.label,
                 amount=money_text(Fraction(spec.most), pay.unit))  # fmt: skip
    if spec.when is not None:
        condition = speaker.of_subject(spec.when, pay.subject)
        yield tr("“{label}” is for those of whom holds that {condition}", label=spec.label,
                 condition=condition)  # fmt: skip
    if spec.places is not None or spec.rounding is not None:
        yield tr("“{label}”: {rounding}", label=spec.label,
                 rounding=_rounding(*rounding_of(pay, spec)))  # fmt: skip
    yield basis(speaker, spec) if spec.clause != pay.clause else ""


def _measure(speaker: RulesetVerbalizer, pay: Pay, spec: PayPart) -> str:
    label, unit = spec.label, pay.unit
    amount = tr("amount ({unit})", unit=unit)
    if spec.bands:
        rows = [(points_range(b.from_, b.to), amount_words(b)) for b in spec.bands]
        return titled_table(tr("“{label}” goes by the score", label=label),
                            (tr("score"), amount), rows)  # fmt: skip
    if spec.grades:
        known = grades_of(speaker.document, pay.subject)
        grades = [(known[n].label if n in known else n, plain(a)) for n, a in spec.grades.items()]
        return titled_table(tr("“{label}” goes by the grade", label=label),
                            (tr("grade"), amount), grades)  # fmt: skip
    if spec.ranks:
        places = [(_places(row), plain(row.amount)) for row in spec.ranks]
        title = tr("“{label}” goes by the place; each of those tied gets the amount of theirs",
                   label=label)  # fmt: skip
        if spec.place:
            place = speaker.document.places.get(spec.place)
            title = tr("“{label}” goes by “{place}”", label=label,
                       place=place.label if place else spec.place)  # fmt: skip
        elif spec.ties == "share":
            title = tr("“{label}” goes by the place; those tied divide equally what their places "
                       "bring", label=label)  # fmt: skip
        return titled_table(title, (tr("place"), amount), places)
    if spec.of is not None:
        fact = speaker.of_subject(spec.of, pay.subject)
        steps = steps_text(spec, unit)
        text = tr("“{label}” is {steps} of {fact}", label=label, steps=steps, fact=fact)
        if spec.over:
            text = tr("“{label}” is {steps} of {fact} above {over}", label=label, steps=steps,
                      fact=fact, over=plain(spec.over))  # fmt: skip
        return _with_per(text, spec)
    if spec.share_of is not None:
        source = speaker.document.pay.get(spec.share_of)
        values = {
            "label": label,
            "share": share(spec.share),
            "payment": source.label if source else spec.share_of,
        }
        if pay.subject.judged:
            return tr("“{label}” is {share} of “{payment}”", **values)
        return tr("“{label}” is {share} of “{payment}” of the {assessed_one}, divided among those "
                  "who hold a role there by factor and days; what is left over of the smallest "
                  "unit goes to the largest remainders", **values)  # fmt: skip
    if spec.amount is None:
        return ""  # the table of roles or posts says it
    money = money_text(Fraction(spec.amount), unit)
    return _with_per(tr("“{label}” is {amount}", label=label, amount=money), spec)


def _with_per(text: str, spec: PayPart) -> str:
    return tr("{text}, {per}", text=text, per="".join(_per(spec))) if spec.per != "period" else text


def _per(spec: PayPart) -> Iterator[str]:
    if spec.per == "month":
        yield tr("for each month of the period")
    elif spec.per == "year":
        yield tr("for a whole year, by months for a part of one")


def _places(row: PayRank) -> str:
    if row.last is not None:
        return tr("the last") if row.last == 1 else tr("the last {count}", count=row.last)
    if row.until == row.from_:
        return tr("place {rank}", rank=row.from_ or 0)
    return tr("places {low} to {high}", low=row.from_ or 0, high=row.until or 0)


def _factors(pay: Pay, spec: PayPart) -> Iterator[str]:
    if not spec.factors:
        return
    what = tr("factor") if spec.measures else tr("amount ({unit})", unit=pay.unit)
    rows = [(name, plain(factor)) for name, factor in spec.factors.items()]
    if spec.others is not None:
        rows.append((tr("all others"), plain(spec.others)))
    title = tr("“{label}” by post", label=spec.label)
    if spec.roles:
        title = tr("“{label}” by role", label=spec.label)
    yield titled_table(title, (tr("role") if spec.roles else tr("post"), what), rows)
    if not spec.roles or spec.share_of:
        return
    if spec.days == "period":
        yield tr("Days in a role count as a part of the days of the period")
    else:
        yield tr("Several roles are averaged by days")


def _rounding(places: int, how: str) -> str:
    values = {"places": places}
    if how == "down":
        return tr("Amounts are cut down to {places} places", **values)
    if how == "up":
        return tr("Amounts are brought up to {places} places", **values)
    return tr("Amounts are rounded half up to {places} places", **values)
