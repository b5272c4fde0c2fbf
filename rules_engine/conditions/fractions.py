"""Exact arithmetic over typed expressions: what is divided stays a numerator and a denominator.

A number is ``sql ÷ (10^scale × divisor × below…)``. The divisor is a figure, ``below`` are columns
that are divided by, each positive, and without a value where that would be a division by zero.
Only where the number is needed, as points, by ``round`` or to be shown, is it rounded, once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.compiled import Compiled, at_scale, changed, joined, unknown_tests
from rules_engine.conditions.scope import NARROW, Factor, Shape
from rules_engine.conditions.sql import cast, integer, is_null, paren, when

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules_engine.conditions.scope import Symbol

MOST_FACTORS = 16
"""How many columns a number may be divided by."""
PLACED = 18
"""Decimal places by which places are told apart: fractions of whole numbers below 10^9 differ by as
much."""
MOST_PLACES = 24
"""More decimal places than this do not fit beside large counts into 128 bits."""


def is_fraction(number: Compiled | Symbol) -> bool:
    """Return whether a number is still to be divided."""
    return number.shape.divisor != 1 or bool(number.shape.below)


def is_open(number: Compiled) -> bool:
    """Return whether a number cannot be kept as it is: it is to be divided, or of 128 bits."""
    return is_fraction(number) or number.shape.wide


def is_finer(number: Compiled, places: int) -> bool:
    """Return whether something is taken away where a number is rounded to so many places."""
    return is_fraction(number) or number.scale > places


def divides(number: Compiled) -> bool:
    """Return whether a division is written in an expression."""
    return number.tree is not None and number.tree.find(exp.Div) is not None


def is_signed(number: Compiled) -> bool:
    """Return whether a number can be below zero."""
    value = _literal(number.sql)
    return number.shape.signed if value is None else value < 0


def trees_of(number: Compiled) -> tuple[exp.Expr, ...]:
    """Return all the SQL that an expression is made of."""
    return (number.sql, *(factor.sql for factor in number.shape.below))


# what numbers give


def shown_places(number: Compiled | Symbol) -> int:
    """Return with how many decimal places a number is kept to be shown."""
    if is_fraction(number) or number.scale > numbers.MAX_SCALE:
        return numbers.RATE
    return number.scale


def rounded(number: Compiled, places: int, *, narrow: bool = True) -> Compiled:
    """Return a number rounded half-up (away from zero) to so many places.

    Args:
        number: the number.
        places: the places.
        narrow: whether what was worked out in 128 bits is given in 64.
    """
    if not is_fraction(number) and not number.shape.wide:
        sql = numbers.to_scale(number.sql, number.scale, places)
        return changed(number, sql=sql, scale=places, shape=Shape(), constant=None)
    shift = places - number.scale
    top, below, wide = _sides(number, max(shift, 0) + 1, max(-shift, 0) + 1)
    top = _product(top, integer(10 ** max(shift, 0)))
    below = _product(below, integer(10 ** max(-shift, 0)))
    if number.shape.signed:
        sql = numbers.divide_half_up(top, below)
    else:
        doubled = _product(top, integer(2))
        sql = numbers.whole_division(
            numbers.add(doubled, below), _product(below.copy(), integer(2))
        )
    sql = cast(sql, "BIGINT") if wide and narrow else sql
    return changed(
        number, sql=sql, scale=places, shape=Shape(), constant=None, lacking=_lacking(number)
    )


def shown(number: Compiled) -> Compiled:
    """Return a number as it is kept to be shown; one of 64 bits that is not divided stays so."""
    return rounded(number, shown_places(number)) if is_open(number) else number


def exact_points(number: Compiled) -> exp.Expr:
    """Return a number as points at :data:`numbers.EXACT` places, in 128 bits."""
    if not is_open(number):
        number = changed(number, sql=numbers.wide(number.sql), constant=None)
    return numbers.wide(rounded(number, numbers.EXACT, narrow=False).sql)


def ordering(number: Compiled) -> Compiled:
    """Return a whole number by which numbers can be put in order, equal only for equal ones."""
    return rounded(number, PLACED, narrow=False) if is_fraction(number) else number


def whole(number: Compiled, *, up: bool) -> Compiled:
    """Return a number cut down to a whole, or brought up to one."""
    if not is_fraction(number) and not number.shape.wide:
        sign = exp.Neg(this=paren(number.sql)) if up else number.sql
        sql = numbers.floor_to_whole(sign, number.scale)
        sql = exp.Neg(this=paren(sql)) if up else sql
    else:
        top, below, wide = _sides(number, 1, number.scale + 1)
        below = _product(below, integer(10**number.scale))
        cut = numbers.ceiling_division if up else numbers.floor_division
        sql = cut(top, below, signed=number.shape.signed)
        sql = cast(sql, "BIGINT") if wide else sql
    shape = Shape(signed=number.shape.signed)
    return changed(number, sql=sql, scale=0, shape=shape, constant=None, lacking=_lacking(number))


def _lacking(number: Compiled) -> tuple[exp.Expr, ...] | None:
    """Return where a number with an event is unknown, before what it is divided by goes into it."""
    if not (number.event and number.shape.below):
        return number.lacking
    return tuple(unknown_tests(number))


def is_unknown(number: Compiled) -> exp.Expr:
    """Return that there is no value."""
    tests = [is_null(tree) for tree in trees_of(number)]
    return exp.or_(*tests) if len(tests) > 1 else tests[0]


# arithmetic


def times(left: Compiled, right: Compiled) -> Compiled:
    """Multiply."""
    first, second, divisor = _reduced(left, right)
    scale, digits = left.scale + right.scale, _digits(left) + _digits(right)
    apart = is_fraction(left) or is_fraction(right) or scale > numbers.MAX_SCALE
    figured = _literal(first) is not None or _literal(second) is not None
    wide = left.shape.wide or right.shape.wide
    if not wide and digits > NARROW and (apart or not figured):
        first, wide = numbers.wide(first), True
    shape = Shape(
        digits, divisor, left.shape.below + right.shape.below, wide=wide,
        signed=is_signed(left) or is_signed(right),
    )  # fmt: skip
    sql = numbers.multiply(first, second)
    return _plain(joined(sql, "number", left, right, scale=scale, shape=shape))


def divided(left: Compiled, right: Compiled) -> Compiled:
    """Divide; by zero gives nothing."""
    figure = _figure(right)
    if figure:
        inverse = replace(_of_figure(1 / figure), literals=right.literals, names=right.names)
        return times(left, inverse)
    common = min(left.scale, right.scale)
    left = changed(left, scale=left.scale - common, constant=None)
    flipped = _of_figure(Fraction(right.shape.divisor * 10 ** (right.scale - common)))
    return replace(
        times(left, times(_inverse(right), flipped)), literals=left.literals + right.literals
    )


def _inverse(number: Compiled) -> Compiled:
    """Return what a number divides into one, but for its scale and divisor."""
    sql, digits = integer(1), 1
    for factor in number.shape.below:
        sql, digits = _product(sql, factor.sql), digits + factor.digits
    size = number.sql.copy()
    if number.shape.signed:
        negative = exp.LT(this=paren(number.sql.copy()), expression=integer(0))
        sign = when((negative, integer(-1)), default=integer(1))
        sql, size = _product(sign, sql), exp.Abs(this=size)
    below = Factor(exp.func("NULLIF", size, integer(0)), _digits(number))
    shape = Shape(digits, 1, (below,), wide=number.shape.wide, signed=number.shape.signed)
    return joined(sql, "number", changed(number, lacking=_lacking(number)), shape=shape)


def added(left: Compiled, right: Compiled, build: type[exp.Add | exp.Sub]) -> Compiled:
    """Add or subtract."""
    (first, second), shape = alike([left, right])
    join = numbers.add if build is exp.Add else numbers.subtract
    signed = build is exp.Sub or is_signed(left) or is_signed(right)
    shape = replace(shape, digits=shape.digits + 1, signed=signed)
    sql = join(first.sql, second.sql)
    return joined(sql, "number", left, right, scale=first.scale, shape=shape)


def alike(items: Sequence[Compiled]) -> tuple[list[Compiled], Shape]:
    """Return numbers at one scale and over one denominator, and the shape that they then have."""
    scale = max(i.scale for i in items)
    if not any(map(is_fraction, items)):
        aligned = [at_scale(i, scale) for i in items]
        return aligned, Shape(
            max(_digits(i) + scale - i.scale for i in items),
            wide=any(i.shape.wide for i in items),
            signed=any(map(is_signed, items)),
        )
    divisor = lcm(*(i.shape.divisor for i in items))
    most: Counter[Factor] = Counter()
    for item in items:
        most |= Counter(item.shape.below)
    aligned = [_over(i, scale, divisor, most) for i in items]
    shape = Shape(
        max(_digits(i) for i in aligned), divisor, tuple(most.elements()),
        wide=any(i.shape.wide for i in aligned), signed=any(map(is_signed, items)),
    )  # fmt: skip
    return [changed(i, shape=shape) for i in aligned], shape


def fallen_out(items: Sequence[Compiled]) -> list[exp.Expr]:
    """Return what a comparison does not multiply by, since all are divided by it, or are zero."""
    most: Counter[Factor] = Counter()
    for item in items:
        most |= Counter(item.shape.below)
    seen: Counter[Factor] = Counter()
    for item in items:
        if _literal(item.sql) != 0:
            seen |= most - Counter(item.shape.below)
    return [factor.sql.copy() for factor in most if factor not in seen]


def guarded(number: Compiled) -> Compiled:
    """Return a number that is unknown in its numerator, so that another can stand in for it."""
    below = number.shape.below
    if not below:
        return number
    lacking = [is_null(factor.sql) for factor in dict.fromkeys(below)]
    known = exp.Not(this=paren(exp.or_(*lacking)))
    filled = tuple(
        replace(f, sql=exp.Coalesce(this=f.sql.copy(), expressions=[integer(1)])) for f in below
    )
    sql = when((known, number.sql.copy()))
    shape = replace(number.shape, below=filled)
    return changed(number, sql=sql, shape=shape, lacking=_lacking(number))


def _over(item: Compiled, scale: int, divisor: int, most: Counter[Factor]) -> Compiled:
    """Return the numerator that a number has over a greater denominator."""
    factor = divisor // item.shape.divisor * 10 ** (scale - item.scale)
    lacking = list((most - Counter(item.shape.below)).elements())
    digits = _digits(item) + len(str(factor)) - 1 + sum(f.digits for f in lacking)
    wide = item.shape.wide or digits > NARROW
    value = _literal(item.sql)
    if value == 0:  # whatever it is divided by, which the others say
        return changed(item, sql=integer(0), scale=scale, constant=None)
    sql = item.sql if value is None else integer(value)
    if wide and not item.shape.wide:
        sql = numbers.wide(sql)
    sql = _product(sql, integer(factor))
    for extra in lacking:
        sql = _product(sql, extra.sql)
    shape = Shape(digits, wide=wide, signed=item.shape.signed)
    return changed(item, sql=sql, scale=scale, shape=shape, constant=None)


def _sides(number: Compiled, room_above: int, room_below: int) -> tuple[exp.Expr, exp.Expr, bool]:
    """Return both sides, with room for so many digits more, and whether they are of 128 bits."""
    factors = number.shape.below
    top, below = number.sql, integer(number.shape.divisor)
    under = sum(f.digits for f in factors) + len(str(number.shape.divisor))
    wide = max(_digits(number) + room_above, under + room_below) > NARROW
    if wide and not number.shape.wide:
        top = numbers.wide(top)
    for factor in factors:
        sql = factor.sql.copy()
        if factor is factors[0] and under + room_below > NARROW:
            sql = numbers.wide(sql)
        below = _product(sql, below)
    return top, below, wide or number.shape.wide


def _reduced(left: Compiled, right: Compiled) -> tuple[exp.Expr, exp.Expr, int]:
    """Return both numerators and their divisor, without the figures that they have in common."""
    divisor = left.shape.divisor * right.shape.divisor
    sides = [left.sql, right.sql]
    for index, side in enumerate(sides):
        figure = _literal(side)
        if figure and divisor != 1:
            common = gcd(figure, divisor)
            divisor //= common
            if common != 1:
                sides[index] = integer(figure // common)
    return sides[0], sides[1], divisor


def _plain(number: Compiled) -> Compiled:
    """Return a number whose divisor is a power of ten in disguise at a finer scale instead."""
    divisor, places = number.shape.divisor, 0
    while places < numbers.RATE and 10**places % divisor:
        places += 1
    if divisor == 1 or 10**places % divisor or number.scale + places > numbers.MAX_SCALE:
        return number
    factor = 10**places // divisor
    digits = _digits(number) + len(str(factor)) - 1
    shape = replace(number.shape, divisor=1, digits=digits)
    sql = numbers.multiply(number.sql, integer(factor))
    return changed(number, sql=sql, scale=number.scale + places, shape=shape)


def _figure(number: Compiled) -> Fraction | None:
    """Return a number that is written out, or that a parameter stands for."""
    value = _literal(number.sql)
    if value is None or number.shape.below:
        return None
    return Fraction(value, 10**number.scale * number.shape.divisor)


def _of_figure(value: Fraction) -> Compiled:
    digits = len(str(abs(value.numerator)))
    shape = Shape(digits, value.denominator, signed=value < 0)
    return _plain(Compiled(integer(value.numerator), "number", shape=shape))


def _literal(sql: exp.Expr) -> int | None:
    while isinstance(sql, exp.Paren):
        sql = sql.this
    if isinstance(sql, exp.Neg):
        inner = _literal(sql.this)
        return None if inner is None else -inner
    return int(sql.this) if isinstance(sql, exp.Literal) and not sql.is_string else None


def _digits(number: Compiled) -> int:
    value = _literal(number.sql)
    return number.shape.digits if value is None else len(str(abs(value)))


def _product(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Return left × right, figures in it put together."""
    one, other = _literal(left), _literal(right)
    if one is not None and other is not None:
        return integer(one * other)
    if other is not None:
        inner = left.this if isinstance(left, exp.Paren) else left
        if isinstance(inner, exp.Mul) and (factor := _literal(inner.expression)) is not None:
            return numbers.multiply(inner.this, integer(factor * other))
        if isinstance(inner, exp.Mul) and (factor := _literal(inner.this)) is not None:
            return numbers.multiply(integer(factor * other), inner.expression)
    return numbers.multiply(left, right.copy())
