"""Writes figures and days in the condition language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from rules_engine.api import Known

NAME = re.compile(r"\w+")


def number(value: Decimal) -> str:
    """Return a number."""
    return f"{value.normalize():f}"


def shown(value: Decimal, *, rate: bool) -> str:
    """Return a number, beside a rate as a percentage."""
    return f"{number(value * 100)}%" if rate else number(value)


def operand(text: str) -> str:
    """Return an expression so that it can stand beside any operator."""
    return text if NAME.fullmatch(text) else f"({text})"


def plain_sum(values: Iterable[Decimal | None]) -> str:
    """Return the sum of the numbers that are given."""
    return " + ".join(number(v) for v in values if v is not None)


def empty(name: str, known: Known) -> str | None:
    """Return the question whether there was nothing to measure, where it can be asked."""
    return f"empty({name})" if name in known.voidable else None
