"""Looks whether a table of ranges holds everything that its indicator can be."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.errors import Finding
from rules_engine.messages import Message, msg
from rules_engine.model.figures import in_digits
from rules_engine.ruleset.grammar import Grammar, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.plan.rules import IndicatorRule, Rulebook
    from rules_engine.ruleset.grammar import Ranges
    from rules_engine.yamltext.read import KeyPath


def check_bands(book: Rulebook) -> Iterator[Finding]:
    """Yield tables of ranges with a value below the first row or above the last.

    Gaps and overlaps between rows need no knowledge of the indicator and are found elsewhere.
    """
    root = book.ruleset.source.value
    for table in Grammar(book.methods).ranges(root):
        name = value_at(root, (*table.path[:-1], table.unit_of))
        named = (r for r in book.indicators.values() if name in (r.id, r.spec.label))
        if (of := next(named, None)) is not None:
            yield from _ends(book, of, table)


def _ends(book: Rulebook, of: IndicatorRule, table: Ranges) -> Iterator[Finding]:
    rows = [tuple(end if isinstance(end, Decimal) else None for end in row) for row in table.rows]
    path = table.path
    lowest = min(range(len(rows)), key=lambda i: _or(rows[i][0], "-inf"))
    highest = max(range(len(rows)), key=lambda i: _or(rows[i][1], "inf"))
    low, high = rows[lowest][0], rows[highest][1]
    show = (lambda share: f"{in_digits(share * 100)}%") if of.spec.rate else in_digits
    if low is not None and low > 0:
        yield _gap(
            book, (*path, lowest, table.ends[0]),
            msg("“{label}” can be below {bound}, and no row says what that gives",
                label=of.spec.label, bound=show(low)),
            msg("leave “from” of the lowest row out"),
        )  # fmt: skip
    if high is not None and not (of.spec.rate and high > 1):
        yield _gap(
            book, (*path, highest, table.ends[1]),
            msg("“{label}” can be {bound} or more, and no row says what that gives",
                label=of.spec.label, bound=show(high)),
            msg("leave “to” of the highest row out: a row does not include its “to”"),
        )  # fmt: skip


def _or(value: Decimal | None, otherwise: str) -> Decimal:
    return Decimal(otherwise) if value is None else value


def _gap(book: Rulebook, path: KeyPath, message: Message, hint: Message) -> Finding:
    return Finding("band-gap", message, book.ruleset.source.place(path), hint)
