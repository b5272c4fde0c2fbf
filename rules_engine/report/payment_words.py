"""Says how the parts of a payment come about for one subject, in plain words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rules_engine.conditions import numbers
from rules_engine.messages import in_a_row, listed, tr
from rules_engine.model.figures import percent, plain, rounded
from rules_engine.plan.pay import grades_of, rounding_of
from rules_engine.plan.payment_rules import period_days, times_of
from rules_engine.plan.places import UNPLACED
from rules_engine.report.pay_words import band_of, band_words
from rules_engine.report.shares import points

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules_engine.model.assessment import Share
    from rules_engine.model.pay import Pay, PayPart
    from rules_engine.plan.rules import PaymentRule, Rulebook
    from rules_engine.plan.verbalizer import RulesetVerbalizer

Step = tuple[str, Fraction]
"""What a part goes by, and the money so far."""
WORDED = 6
"""Decimal places of factors in words."""


@dataclass(frozen=True)
class Payout:
    """What a cadre gets of the payment of one village.

    Attributes:
        village: what it is called.
        part: the share of what is shared there, 0 to 1.
        pool: what is shared there; ``None`` while that is open.
    """

    village: str
    part: Fraction
    pool: Decimal | None
    amount: Decimal | None


@dataclass(frozen=True)
class Situation:
    """What is known of one subject.

    Attributes:
        row: its row of results, with nothing in it that is not certain.
        facts: what was worked out for its payments beside the score lines, by column.
        shares: its assignments.
        payouts: what it gets of the payments of villages, by the column of the part.
        size: how many are ranked with it.
    """

    row: Mapping[str, Any]
    facts: Mapping[str, Any]
    shares: Sequence[Share]
    payouts: Mapping[str, Sequence[Payout]]
    size: int


@dataclass(frozen=True)
class PartWords:
    """Words for the parts of the payments of a ruleset."""

    book: Rulebook
    speaker: RulesetVerbalizer

    def how(self, rule: PaymentRule, at: Situation, amount: Decimal) -> str:
        """Say how the amount of a part comes about.

        Args:
            rule: the part.
            at: the subject.
            amount: what it brings.
        """
        spec, pay = rule.spec, self.book.ruleset.document.pay[rule.payment]
        if rule.when is not None and at.facts.get(f"{rule.name}__asked") is False:
            condition = self.speaker.of_subject(spec.when or "", pay.subject)
            return tr("nothing: it is for those of whom holds that {condition}",
                      condition=condition)  # fmt: skip
        if rule.name in at.payouts or (spec.share_of and not pay.subject.judged):
            return listed(_payout(one, pay.unit) for one in at.payouts.get(rule.name, ()))
        measured = self._measured(rule, pay, at)
        if measured is None:
            return tr("whatever is still possible brings the same")
        text, money = measured
        texts = [text]
        if spec.of is None:
            texts += self._times(spec)
            above, below = times_of(spec, len(self.book.frame.months()))
            money = money * above / below
        words, factor = self._factor(spec, pay.unit, at)
        texts += words
        return in_a_row(_rounded_texts(texts, money * factor, spec, pay, amount))

    def _measured(self, rule: PaymentRule, pay: Pay, at: Situation) -> Step | None:
        """Return what a part goes by; nothing where it is open and does not matter."""
        spec, unit = rule.spec, pay.unit
        if spec.of is not None:
            return self._of_fact(rule, pay, at)
        if spec.share_of is not None:
            source = self.book.ruleset.document.pay[spec.share_of]
            whole = points(at.row[f"pay__{spec.share_of}"])
            text = tr("{share} of “{payment}”, {amount} {unit}", share=percent(spec.share),
                      payment=source.label, amount=plain(whole), unit=unit)  # fmt: skip
            return text, Fraction(whole) * Fraction(spec.share)
        if spec.bands:
            return _by_score(spec, unit, at)
        if spec.grades:
            return self._by_grade(spec, pay, at)
        if spec.place:
            label = self.book.ruleset.document.places[spec.place].label
            return _by_named_place(spec, label, at.facts[f"{rule.name}__place"], unit)
        if spec.ranks:
            return _by_place(spec, unit, at)
        if spec.amount is None:
            return "", Fraction(1)
        return money_text(Fraction(spec.amount), unit), Fraction(spec.amount)

    def _of_fact(self, rule: PaymentRule, pay: Pay, at: Situation) -> Step:
        spec, of = rule.spec, rule.of
        assert of is not None
        value = numbers.unscaled(int(at.facts[f"{rule.name}__fact"]), of.scale)
        money = Fraction(int(at.facts[f"{rule.name}__money"]), 10**numbers.EXACT)
        above, below = times_of(spec, len(self.book.frame.months()))
        fact = self.speaker.of_subject(spec.of or "", pay.subject)
        texts = [tr("{fact} is {value}", fact=fact, value=plain(value))]
        if spec.over:
            texts.append(tr("what lies above {over} counts", over=plain(spec.over)))
        each = Fraction(spec.each) * above / below
        count = money / each if each else Fraction(0)
        times = "" if spec.begun == "proportion" else tr("{count} times", count=_number(count))
        texts += [steps_text(spec, pay.unit), times]
        texts += self._times(spec)
        texts.append(tr("makes {money}", money=money_text(money, pay.unit)))
        return in_a_row(filter(None, texts)), money

    def _by_grade(self, spec: PayPart, pay: Pay, at: Situation) -> Step | None:
        index = at.row["grade"]
        if index is None:
            return None
        grades = grades_of(self.book.ruleset.document, pay.subject)
        name = list(grades)[index]
        amount = Fraction(spec.grades.get(name, Decimal(0)))
        text = tr("{amount} for the grade “{grade}”", amount=money_text(amount, pay.unit),
                  grade=grades[name].label)  # fmt: skip
        return text, amount

    def _times(self, spec: PayPart) -> list[str]:
        months = len(self.book.frame.months())
        if spec.per == "month":
            return [tr("for each of {months} months", months=months)]
        return [tr("for {months} of 12 months", months=months)] if spec.per == "year" else []

    def _factor(self, spec: PayPart, unit: str, at: Situation) -> tuple[list[str], Fraction]:
        """Return by what the money is multiplied, and the words for it."""
        amounts = not spec.measures
        if spec.posts:
            post = str(at.row["post"] or "")
            factor = Fraction(spec.posts.get(post, spec.others or Decimal(0)))
            if amounts:
                return [tr("{amount} for the post “{post}”", amount=money_text(factor, unit),
                           post=post)], factor  # fmt: skip
            return [tr("times {factor} for the post “{post}”", factor=_number(factor),
                       post=post)], factor  # fmt: skip
        if not spec.roles:
            return [], Fraction(1)
        days: defaultdict[str, int] = defaultdict(int)
        for share in at.shares:
            days[share.role] += share.days
        weights = {role: Fraction(spec.roles.get(role, spec.others or Decimal(0))) for role in days}
        whole = sum(days.values())
        of_period = spec.days == "period"
        if of_period:
            whole = period_days(self.book.frame)
        factor = sum((days[role] * weights[role] for role in days), Fraction(0)) / whole
        held = listed(
            tr("{role} {weight} for {days} days", role=role, weight=_number(weights[role]),
               days=days[role])
            for role in days
        )  # fmt: skip
        if of_period:
            held = tr("{held}, of {days} days in all", held=held, days=whole)
        if len(days) == 1 and not of_period:
            role = next(iter(days))
            if amounts:
                return [
                    tr("{amount} as {role}", amount=money_text(factor, unit), role=role)
                ], factor
            return [tr("times {factor} as {role}", factor=_number(factor), role=role)], factor
        if amounts:
            return [
                tr("{amount} by days: {held}", amount=money_text(factor, unit), held=held)
            ], factor
        return [tr("times {factor} by days: {held}", factor=_number(factor), held=held)], factor


def steps_text(spec: PayPart, unit: str) -> str:
    """Say what a fact brings for each of its steps."""
    money, step = money_text(Fraction(spec.each), unit), plain(spec.step)
    if spec.begun == "whole":
        return tr("{money} for each {step} begun", money=money, step=step)
    if spec.begun == "full":
        return tr("{money} for each full {step}", money=money, step=step)
    return tr("{money} for each {step}", money=money, step=step)


def _rounded_texts(
    texts: list[str], money: Fraction, spec: PayPart, pay: Pay, amount: Decimal
) -> list[str]:
    """Return the words with bounds and rounding where these change the money."""
    texts = [text for text in texts if text]
    if spec.least is not None and money < Fraction(spec.least):
        money = Fraction(spec.least)
        texts.append(tr("at least {amount}", amount=money_text(money, pay.unit)))
    if spec.most is not None and money > Fraction(spec.most):
        money = Fraction(spec.most)
        texts.append(tr("at most {amount}", amount=money_text(money, pay.unit)))
    if money != Fraction(amount):
        values = {"amount": plain(amount), "unit": pay.unit}
        how = rounding_of(pay, spec)[1]
        words = {
            "half up": tr("rounded to {amount} {unit}", **values),
            "down": tr("cut down to {amount} {unit}", **values),
            "up": tr("brought up to {amount} {unit}", **values),
        }
        texts.append(words[how])
    return texts


def _by_score(spec: PayPart, unit: str, at: Situation) -> Step | None:
    low, high = at.row["low"], at.row["high"]
    if low != high:
        return None
    score = points(low)
    band = band_of(spec.bands, score)
    if band is None:
        return tr("a score of {score} is in no range", score=plain(score)), Fraction(0)
    money = Fraction(band.amount) + Fraction(band.each) * (Fraction(score) - Fraction(band.over))
    return band_words(band, score, unit), money


def _by_place(spec: PayPart, unit: str, at: Situation) -> Step | None:
    rank, tied = at.row["rank"], at.row["tied"]
    if rank is None:
        return None
    of_last = any(row.last for row in spec.ranks)
    place = tr("place {rank}", rank=rank)
    if of_last:
        place = tr("place {rank} of {size}", rank=rank, size=at.size)
    if tied:
        place = tr("{place}, with {tied} more", place=place, tied=tied)
    if spec.ties == "share" and tied:
        together = _of_places(spec, rank, rank + tied, at.size)
        text = tr("{place}: what these places bring, {amount} together, divided equally",
                  place=place, amount=money_text(together, unit))  # fmt: skip
        return text, together / (tied + 1)
    amount = _of_place(spec, rank, at.size)
    if tied and not any((row.from_ or rank + 1) <= rank <= (row.until or 0) for row in spec.ranks):
        amount = _of_place(spec, rank + tied, at.size)  # the last of those tied are all the last
    return tr("{place}: {amount}", place=place, amount=money_text(amount, unit)), amount


def _by_named_place(spec: PayPart, label: str, place: int, unit: str) -> Step:
    if place == UNPLACED:
        return tr("no place in “{label}”", label=label), Fraction(0)
    amount = _of_place(spec, place, place)
    text = tr("place {rank} in “{label}”: {amount}", rank=place, label=label,
              amount=money_text(amount, unit))  # fmt: skip
    return text, amount


def _of_places(spec: PayPart, first: int, last: int, size: int) -> Fraction:
    """Return what all places from one to another bring among so many."""
    ends = {0, size}
    for row in spec.ranks:
        ends |= {(row.from_ or 1) - 1, row.until or 0, max(size - (row.last or 0), 0)}
    cuts = sorted({first - 1, last} | {end for end in ends if first <= end < last})
    worth = ((high - low) * _of_place(spec, high, size) for low, high in pairwise(cuts))
    return sum(worth, Fraction(0))


def _of_place(spec: PayPart, place: int, size: int) -> Fraction:
    """Return what one place brings among so many."""
    front = [row for row in spec.ranks if row.from_ is not None]
    for row in front:
        if (row.from_ or 0) <= place <= (row.until or 0):
            return Fraction(row.amount)
    if place <= max((row.until or 0 for row in front), default=0):
        return Fraction(0)
    for row in sorted((r for r in spec.ranks if r.last), key=lambda r: r.last or 0):
        if place > size - (row.last or 0):
            return Fraction(row.amount)
    return Fraction(0)


def _payout(one: Payout, unit: str) -> str:
    if one.pool is None or one.amount is None:
        return tr("{village}: open", village=one.village)
    return tr(
        "{village}: of {pool} to share, {part} by role and days, {amount}",
        village=one.village,
        pool=money_text(Fraction(one.pool), unit),
        part=f"{rounded(_decimal(one.part * 100))}%",
        amount=money_text(Fraction(one.amount), unit),
    )


def money_text(amount: Fraction, unit: str) -> str:
    """Return an amount in its unit."""
    return tr("{amount} {unit}", amount=_number(amount), unit=unit)


def _number(value: Fraction) -> str:
    return rounded(_decimal(value), WORDED)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
