"""What the names in a condition stand for when it is reasoned about: variables, or constants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias, TypeGuard

from sqlglot import exp

Kind = Literal["number", "whole", "date", "timestamp", "text", "boolean"]
Meaning: TypeAlias = "Variable | Constant | exp.Expr"
Names: TypeAlias = Mapping[str, Meaning]
"""What each name or label stands for: a tree is put in where the name stands."""
EARLIEST, LATEST = (date(year, 1, 1).toordinal() for year in (1900, 2200))
"""Between what years the days of records lie."""
WHOLE: frozenset[Kind] = frozenset({"whole", "date"})


@dataclass(frozen=True)
class Variable:
    """A column or an indicator.

    Attributes:
        name: tells it from all others.
        label: what people call it.
        nullable: whether it may lack a value.
        event: whether lacking a value means "has not happened".
        values: the closed set of a text, or empty.
        low: the least that a number, or the first that a day, can be.
        high: likewise the greatest.
        usual: a value that needs no explanation, for examples.
        of: what it is worked out from, such as the day whose year it is; ``None``: from nothing.
    """

    name: str
    label: str
    kind: Kind
    nullable: bool = True
    event: bool = False
    values: tuple[str, ...] = ()
    low: Exact | None = None
    high: Exact | None = None
    usual: Exact = 0
    of: tuple[Variable, ...] | None = None

    def __hash__(self) -> int:
        """Return the hash of the name: variables are looked up often, and differ by it."""
        return hash(self.name)

    @property
    def whole(self) -> bool:
        """Return whether it has no fractions; days count as whole numbers."""
        return self.kind in WHOLE

    @property
    def bases(self) -> tuple[Variable, ...]:
        """Return what must have a value for it to have one."""
        return (self,) if self.of is None else tuple(b for v in self.of for b in v.bases)


@dataclass(frozen=True)
class Constant:
    """A figure or a day, as a number."""

    value: Exact
    kind: Kind


def as_exact(value: object) -> Exact:
    """Return a number or a day as a number."""
    return value.toordinal() if isinstance(value, date) else exact(str(value))


def written_out(tree: exp.Expr, names: Names, within: frozenset[str] = frozenset()) -> exp.Expr:
    """Return a copy in which derived names are what they stand for.

    Args:
        tree: an expression.
        names: what the names stand for.
        within: names that are being put in; one that is worked out from itself stays.
    """

    def put_in(node: exp.Expr) -> exp.Expr:
        meaning = names.get(node.name) if isinstance(node, exp.Column) else None
        if isinstance(meaning, exp.Expr) and node.name not in within:
            return exp.Paren(this=written_out(meaning, names, within | {node.name}))
        return node

    return tree.copy().transform(put_in)


Exact: TypeAlias = int | Fraction


def exact(value: str | Exact) -> Exact:
    """Return a number, or what is written as one: whole if it can be."""
    number = Fraction(value)
    return number.numerator if number.denominator == 1 else number


def ratio(value: Exact, by: Exact) -> Exact:
    """Return one number divided by another."""
    if isinstance(value, int) and isinstance(by, int) and value % by == 0:
        return value // by
    return exact(Fraction(value) / by)


def is_number(value: object) -> TypeGuard[Exact]:
    """Return whether a value is a number, which yes and no are not."""
    return isinstance(value, int | Fraction) and not isinstance(value, bool)
