"""Between what a number lies: bounds that are sure; infinite where they are open."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

INFINITE = Decimal("Infinity")


class Span(NamedTuple):
    """The least and the most; infinite where that is open."""

    low: Decimal
    high: Decimal

    @classmethod
    def of(cls, low: Decimal | int, high: Decimal | int = INFINITE) -> Span:
        """Return the span between two numbers."""
        return cls(Decimal(low), Decimal(high))

    @classmethod
    def around(cls, spans: Iterable[Span]) -> Span:
        """Return the span that holds all of some."""
        lows, highs = zip(*spans, strict=True)
        return cls(min(lows), max(highs))

    @property
    def whole(self) -> Span:
        """Return the span between the whole numbers around it."""
        return Span(
            self.low.to_integral_value(ROUND_FLOOR), self.high.to_integral_value(ROUND_CEILING)
        )

    @property
    def negated(self) -> Span:
        """Return the span of the same numbers with the other sign."""
        return Span(-self.high, -self.low)

    def plus(self, other: Span) -> Span:
        """Return between what the sum of two numbers lies."""
        return Span(self.low + other.low, self.high + other.high)

    def times(self, other: Span) -> Span:
        """Return between what the product of two numbers lies."""
        products = [_product(a, b) for a in self for b in other]
        return Span(min(products), max(products))

    def divided(self, other: Span) -> Span:
        """Return between what the quotient of two numbers lies."""
        if other.low != other.high or not other.low:
            return OPEN if self.low < 0 or other.low < 0 else Span.of(0)
        return self.times(Span(1 / other.low, 1 / other.low))


OPEN = Span(-INFINITE, INFINITE)


def _product(a: Decimal, b: Decimal) -> Decimal:
    """Multiply; nothing times an open end is nothing."""
    return Decimal(0) if not a or not b else a * b
