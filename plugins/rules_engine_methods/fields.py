"""The fields that each method adds to a criterion."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Positive = Annotated[Decimal, Field(gt=0)]


class Fields(BaseModel):
    """Fields of a method: nothing that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Each(Fields):
    """So many points for each one that an indicator counts."""

    of: Text
    each: Positive


class PerItem(Fields):
    """``deduct`` takes away from the points, ``add`` earns them."""

    deduct: tuple[Each, ...] = ()
    add: tuple[Each, ...] = ()


class Target(Fields):
    """All points when ``of`` reaches ``target``, else ``each`` less for every ``per`` short."""

    of: Text
    target: Decimal
    each: Positive
    per: Positive | None = None
    begun: Literal["proportion", "whole"] = "proportion"
    direction: Literal["at least", "at most"] = "at least"


class Proportion(Fields):
    """Points times the rate; all of them from ``full_from`` on."""

    of: Text
    full_from: Annotated[Decimal, Field(gt=0, le=1)] | None = None


class Band(Fields):
    """A range, ``from`` included and ``to`` not, and its points."""

    from_: Decimal | None = Field(default=None, alias="from")
    to: Decimal | None = None
    points: Decimal


class Bands(Fields):
    """The points of the range in which ``of`` lies."""

    of: Text
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]


class CheckItem(Fields):
    """A thing that must be in place."""

    met: Text
    label: Text | None = None
    points: Annotated[Decimal, Field(ge=0)] | None = None


class Checklist(Fields):
    """``each``: every item earns its points or an equal part; ``all``: all or nothing."""

    items: Annotated[tuple[CheckItem, ...], Field(min_length=1)]
    rule: Literal["each", "all"] = "each"


class Formula(Fields):
    """An expression that gives points."""

    formula: Text
