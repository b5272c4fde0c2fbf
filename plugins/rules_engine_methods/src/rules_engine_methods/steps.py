"""Steps of a value, such as percentage points or each 10,000 yuan, and what a begun one counts."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from rules_engine.api import current_language, tr
from rules_engine_methods.figures import figure, operand, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules_engine.api import Known, Wording
    from rules_engine_methods.fields import RecordClass

POINT = Decimal("0.01")
TEN_THOUSAND = 10_000
CUT: dict[str, tuple[str, Callable[[Fraction], int]]] = {
    "whole": ("ceil", ceil),
    "full": ("floor", floor),
}
"""By how a begun step counts: the function of conditions that makes steps whole, and its value."""
UNITS = (
    "元 万元 亿元 亩 公顷 平方米 立方米 米 公里 千米 吨 公斤 千克 户 人 人次 次 件 个 条 项 篇 "
    "小时 天 yuan mu ha km m kg t people days hours"
).split()
UNIT = re.compile(rf"[(（]({'|'.join(UNITS)})[)）]$")
"""The unit that a label says at its end, as in 欠费（元）."""


def counted(distance: str, per: Decimal | None, begun: str, *, rate: bool) -> str:
    """Return how many steps a distance that is not below 0 has, as an expression.

    Args:
        distance: an expression.
        per: the size of a step; ``None``: a percentage point of a rate, else 1.
        begun: what a step counts that is only begun.
        rate: whether the distance is one of rates.
    """
    steps = f"greatest({distance}, 0)"
    if per is not None:
        steps += f" / {shown(per, rate=rate)}"
    elif rate:
        steps += " / 1%"
    return f"{CUT[begun][0]}({steps})" if begun in CUT else steps


def units(of: str, per: Decimal | None, begun: str, known: Known | None = None) -> str:
    """Return how many steps a value has, as an expression; the value where it is its own measure.

    Args:
        of: the value.
        per: the size of a step, where one is given.
        begun: what a step counts that is only begun.
        known: what is known of the names in it; ``None``: it is over records, and no rate.

    Raises:
        ValueError: the size of a step does not go with what the value is.
    """
    rate = known is not None and of in known.rates
    if per is None and begun == "proportion":
        return operand(of)
    if rate and per is None:
        raise ValueError(tr("say with “per” what a step of a rate is, such as 1%"))
    check_size(per, rate=rate)
    return counted(of, per, begun, rate=rate)


def check_size(per: Decimal | None, *, rate: bool) -> None:
    """Raise a ValueError where a step of a rate is no percentage."""
    if rate and per is not None and per >= 1:
        raise ValueError(tr("write “per” of a rate as a percentage, such as 0.5%"))


def number_of(value: Decimal, per: Decimal | None, begun: str) -> Fraction:
    """Return how many steps a value has, as :func:`units` says it."""
    if per is None and begun == "proportion":
        return Fraction(value)
    steps = Fraction(max(value, Decimal(0))) / Fraction(per or Decimal(1))
    return Fraction(CUT[begun][1](steps)) if begun in CUT else steps


# in words


def size(of: str, per: Decimal | None, wording: Wording) -> str:
    """Say what a step of a value over subjects is: 1 percentage point, 10 times, 10,000 yuan."""
    if of in wording.rates:
        return points(per if per is not None else POINT)
    amount = per if per is not None else Decimal(1)
    text = wording.counted(of, amount)
    return with_unit(amount, wording.say(of)) if text == figure(amount) else text


def points(share: Decimal) -> str:
    """Say a share as percentage points."""
    return tr("{count} percentage points", count=figure(share * 100))


def with_unit(number: Decimal, label: str) -> str:
    """Say a number of what a label names, in the unit that the label gives."""
    text = figure(number)
    if current_language() == "zh" and number % TEN_THOUSAND == 0:
        text = f"{figure(number / TEN_THOUSAND)}万"
    unit = UNIT.search(label)
    return tr("{number} {unit}", number=text, unit=unit[1]) if unit else text


def begun_words(begun: str, step: str) -> str:
    """Say in brackets what a step counts that is only begun."""
    if begun == "whole":
        return tr(" (a begun step counts whole)")
    if begun == "full":
        return tr(" (less than {step} does not count)", step=step)
    return tr(" (a begun step counts in proportion)")


def each(step: str, of: str, wording: Wording) -> str:
    """Return what one step of a value is called, or one of it, as in "each time"."""
    return tr("for each {step}", step=step) if step not in ("", "1") else wording.each(of)


def worked(text: str, begun: str, step: str) -> str:
    """Return what was told of steps, with what one counts that is only begun."""
    if begun == "whole":
        return tr("{told} (a begun step counts whole)", told=text)
    return text + begun_words(begun, step) if begun == "full" else text


def step_in(of: str, per: Decimal | None, begun: str, wording: Wording) -> str:
    """Return what a step of a value over subjects is; nothing where it has no steps."""
    return "" if per is None and begun == "proportion" else size(of, per, wording)


def step_of_records(record_class: RecordClass, per: str) -> str:
    """Return what a step of a value of each record is; nothing where it has no steps.

    Args:
        record_class: says what comes in steps.
        per: that value in words.
    """
    if record_class.step is None and record_class.begun == "proportion":
        return ""
    return with_unit(record_class.step or Decimal(1), per)
