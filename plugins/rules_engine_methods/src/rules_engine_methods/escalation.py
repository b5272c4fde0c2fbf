"""Escalation: what the first one costs, the second, and each further one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from rules_engine.api import current_language, tr
from rules_engine_methods import steps
from rules_engine_methods.figures import PLACES, figure, in_points, number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rules_engine.api import Varying, Wording

MOST = Decimal(1_000_000)
"""Where nothing else is said, no single one counts more points than this."""


class Escalating(Protocol):
    """What says how points grow from one to the next."""

    @property
    def each(self) -> Varying:
        """Return the points of the first."""

    @property
    def then(self) -> tuple[Decimal, ...]:
        """Return those of the second, the third …; the last is for each further one."""

    @property
    def repeated(self) -> Decimal | None:
        """Return by what the points of the one before are multiplied."""

    @property
    def up_to(self) -> Decimal | None:
        """Return the most points of a single one, where they are multiplied."""


def stages(of: Escalating) -> tuple[Decimal, ...]:
    """Return the points of the first, the second …; the last is for each further one.

    Raises:
        ValueError: what is said of them does not go together.
    """
    if of.then and of.repeated is not None:
        raise ValueError(tr("say with “then” what the following ones count, or with “repeated” by "
                            "what each is multiplied, not both"))  # fmt: skip
    _check_end(of)
    each = first(of)
    if of.up_to is not None and of.up_to < each:
        raise ValueError(tr("“up_to” is less than what the first one counts"))
    if of.repeated is None:
        return (each, *of.then)
    return tuple(_multiplied(each, of.repeated, of.up_to or MOST)) if each else (each,)


def _check_end(of: Escalating) -> None:
    if of.up_to is not None and of.repeated is None:
        raise ValueError(tr("“up_to” ends what “repeated” multiplies"))


def first(of: Escalating) -> Decimal:
    """Return the points of the first.

    Raises:
        ValueError: they differ by the subject, which those of further ones do not.
    """
    if not isinstance(of.each, Decimal):
        raise ValueError(tr("where further ones count otherwise, “each” is one number for all"))
    return of.each


def _multiplied(each: Decimal, by: Decimal, most: Decimal) -> Iterator[Decimal]:
    points = each
    while points < most:
        if points != points.quantize(PLACES):
            raise ValueError(tr("multiplied so often, one would count {points} points, and only "
                                "four decimal places are kept: end it with “up_to”, or list with "
                                "“then” what each counts",
                                points=figure(points)))  # fmt: skip
        yield points
        points *= by
    yield most


def escalates(of: Escalating) -> bool:
    """Return whether a further one counts otherwise than the first.

    Raises:
        ValueError: there is an end of what is not multiplied.
    """
    _check_end(of)
    return bool(of.then) or of.repeated is not None


def points_of(points: tuple[Decimal, ...], count: str) -> str:
    """Return what so many count together, as an expression; ``count`` is not below 0."""
    terms = [f"{number(points[0])} * {count}"]
    for place, (before, after) in enumerate(pairwise(points), 1):
        sign = "+" if after > before else "-"
        if after != before:
            terms.append(f"{sign} {number(abs(after - before))} * greatest({count} - {place}, 0)")
    return terms[0] if len(terms) == 1 else f"({' '.join(terms)})"


def total(points: tuple[Decimal, ...], count: Fraction) -> Fraction:
    """Return what so many count together, as :func:`points_of` says it."""
    result, left = Fraction(0), count
    for one in points[:-1]:
        taken = min(left, Fraction(1))
        result, left = result + Fraction(one) * taken, left - taken
    return result + Fraction(points[-1]) * left


def of_nth(points: tuple[Decimal, ...], nth: str) -> str:
    """Return what one counts by its number, as an expression."""
    branches = [f"when {nth} = {n} then {number(one)}" for n, one in enumerate(points[:-1], 1)]
    last = number(points[-1])
    return f"(case {' '.join(branches)} else {last} end)" if branches else last


# in words


@dataclass(frozen=True)
class Unit:
    """What is counted.

    Attributes:
        counted: so many of it, as in "3 times".
        each: one of it, as in "each time".
    """

    counted: Callable[[Decimal], str]
    each: str

    def which(self, n: int) -> str:
        """Say which one is meant; in Chinese with what is counted, as in 第2件."""
        number = self.counted(Decimal(n)) if current_language() == "zh" else str(n)
        return tr("no. {number}", number=number)


def unit(of: str, step: str, wording: Wording) -> Unit:
    """Return what an indicator counts, or a table; or the steps of a value.

    Args:
        of: the name of the indicator or of the table.
        step: what a step is; empty where there are none.
        wording: how names are put into words.
    """

    def counted(number: Decimal) -> str:
        if step:
            return tr("{number} steps of {step}", number=figure(number), step=step)
        text = wording.counted(of, number)
        return tr("{number} of it", number=text) if text == figure(number) else text

    return Unit(counted, steps.each(step, of, wording))


def rule(of: Escalating, unit: Unit, *, add: bool) -> str:
    """Say what the first one costs or earns, and the following ones."""
    if of.repeated is None:
        points = stages(of)
        parts = [_one(n, one, unit, add=add) for n, one in enumerate(points[:-1], 1)]
        return _joined([*parts, _further(points[-1], unit, add=add)])
    parts = [_one(1, first(of), unit, add=add)]
    by = figure(of.repeated)
    parts.append(
        tr("each further one earns {times} times the one before", times=by)
        if add
        else tr("each further one costs {times} times the one before", times=by)
    )
    if of.up_to is not None:
        parts.append(tr("none more than {points} points", points=figure(of.up_to)))
    return _joined(parts)


def _further(points: Decimal, unit: Unit, *, add: bool) -> str:
    sides = {"points": figure(points), "each": unit.each}
    if not points:
        return tr("none after that earns any") if add else tr("none after that costs any")
    if add:
        return tr("{points} points {each} earned after that", **sides)
    return tr("{points} points {each} after that", **sides)


def _joined(parts: Sequence[str]) -> str:
    return tr(", ").join(parts)


def _one(n: int, points: Decimal, unit: Unit, *, add: bool) -> str:
    sides = {"which": unit.which(n), "points": figure(points)}
    if not points:
        return (
            tr("{which} earns none", which=sides["which"])
            if add
            else tr("{which} costs none", which=sides["which"])
        )
    if add:
        return tr("{which} earns {points} points", **sides)
    return tr("{which} costs {points} points", **sides)


def worked(points: tuple[Decimal, ...], count: Fraction, unit: Unit, *, add: bool) -> str:
    """Tell what so many cost or earn, one by one, and those together that count alike.

    Args:
        points: what each counts, as :func:`stages` gives it.
        count: how many there are.
        unit: what is counted.
        add: whether points are earned.
    """
    single = [(n, one) for n, one in enumerate(points[:-1], 1) if n <= count]
    parts = [_one(n, one, unit, add=add) for n, one in single]
    left, following = count - len(single), points[len(single)]
    if left == 1:
        parts.append(_one(len(single) + 1, following, unit, add=add))
    elif left:
        parts.append(_more(in_points(left), following, unit, add=add))
    return _joined(parts)


def _more(count: Decimal, points: Decimal, unit: Unit, *, add: bool) -> str:
    sides = {"count": unit.counted(count), "points": figure(points), "each": unit.each}
    if not points:
        return (
            tr("then {count} that earn none", count=sides["count"])
            if add
            else tr("then {count} that cost none", count=sides["count"])
        )
    if add:
        return tr("then {count}, {points} points {each} earned", **sides)
    return tr("then {count}, {points} points {each}", **sides)
