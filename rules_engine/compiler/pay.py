"""Builds the columns that say how much money a score brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.compiler import numbers
from rules_engine.compiler.numbers import integer
from rules_engine.compiler.scope import column

if TYPE_CHECKING:
    from rules_engine.compiler.rules import Rulebook
    from rules_engine.model.assessment import SubjectKind
    from rules_engine.model.ruleset import Pay, PayBand


def pay_ids(book: Rulebook, kind: SubjectKind) -> list[str]:
    """Return the ids of what is paid to subjects of a kind."""
    return [name for name, spec in book.ruleset.document.pay.items() if spec.subject == kind]


def pay_columns(book: Rulebook, kind: SubjectKind) -> list[exp.Expr]:
    """Return a column ``pay__<id>`` for each payment, in 1/10,000; unknown while the score is."""
    document = book.ruleset.document
    return [
        exp.Alias(
            this=_sure(_amount(document.pay[name])),
            alias=exp.to_identifier(f"pay__{name}", quoted=True),
        )
        for name in pay_ids(book, kind)
    ]


def _sure(amount: exp.Expr) -> exp.Expr:
    known = exp.EQ(this=column("low"), expression=column("high"))
    return numbers.cast(numbers.when((known, amount)), "BIGINT")


def _amount(spec: Pay) -> exp.Expr:
    score = column("low")
    branches: list[tuple[exp.Expr, exp.Expr]] = []
    for band in spec.bands:
        tests: list[exp.Expr] = []
        if band.from_ is not None:
            bound = integer(numbers.scaled(band.from_, numbers.POINTS))
            tests.append(exp.GTE(this=score.copy(), expression=bound))
        if band.to is not None:
            bound = integer(numbers.scaled(band.to, numbers.POINTS))
            tests.append(exp.LT(this=score.copy(), expression=bound))
        branches.append((exp.and_(*tests) if tests else exp.true(), _band(band, spec.places)))
    return numbers.when(*branches, default=integer(0))


def _band(band: PayBand, places: int) -> exp.Expr:
    """Return ``amount`` + ``each`` × (score − ``over``), rounded half-up once."""
    over = integer(numbers.scaled(band.over, numbers.POINTS))
    each = integer(numbers.scaled(band.each, numbers.POINTS))
    earned = numbers.multiply(numbers.subtract(column("low"), over), each)
    whole = numbers.add(earned, integer(numbers.scaled(band.amount, 2 * numbers.POINTS)))
    cut = numbers.to_scale(whole, 2 * numbers.POINTS, places)
    return numbers.multiply(cut, integer(10 ** (numbers.POINTS - places)))
