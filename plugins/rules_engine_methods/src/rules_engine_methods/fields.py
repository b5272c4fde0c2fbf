"""The fields that each method adds to a criterion."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Positive = Annotated[Decimal, Field(gt=0)]
Reason = Text | None
"""Why the figures of one row of a list are assumed, where those of the others are quoted."""


class Fields(BaseModel):
    """Fields of a method: nothing that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Each(Fields):
    """So many points for each one that an indicator counts."""

    of: Text
    each: Positive
    assumed: Reason = None


class PerItem(Fields):
    """``deduct`` takes away from the points, ``add`` earns them."""

    deduct: tuple[Each, ...] = ()
    add: tuple[Each, ...] = ()


class Target(Fields):
    """All points when ``of`` reaches ``target``, else ``each`` less for every ``per`` short.

    ``better`` is added for every ``per`` beyond the target, up to the criterion's cap.
    """

    of: Text
    target: Decimal
    direction: Literal["at least", "at most"] = "at least"
    each: Annotated[Decimal, Field(ge=0)]
    per: Positive | None = None
    begun: Literal["proportion", "whole"] = "proportion"
    better: Positive | None = None


class Proportion(Fields):
    """Points times the rate; all of them from ``full_from`` on."""

    of: Text
    full_from: Annotated[Decimal, Field(gt=0, le=1)] | None = None


class Band(Fields):
    """A range, ``from`` included and ``to`` not, and its points."""

    from_: Decimal | None = Field(default=None, alias="from")
    to: Decimal | None = None
    points: Decimal
    assumed: Reason = None


class Bands(Fields):
    """The points of the range in which ``of`` lies."""

    of: Text
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]


class CheckItem(Fields):
    """A thing that must be in place."""

    met: Text
    label: Text | None = None
    points: Annotated[Decimal, Field(ge=0)] | None = None
    assumed: Reason = None


class Checklist(Fields):
    """What counts of a list of things.

    ``each``: every item earns its points or an equal part; ``all``: all or nothing;
    ``at least``: all points when so many are in place.
    """

    rule: Literal["each", "all", "at least"] = "each"
    at_least: Annotated[int, Field(gt=0)] | None = None
    items: Annotated[tuple[CheckItem, ...], Field(min_length=1)]


class RecordClass(Fields):
    """A class of records and what one of them costs or earns; ``per``: for each person, say."""

    when: Text
    each: Annotated[Decimal, Field(ge=0)]
    per: Text | None = None
    label: Text | None = None
    assumed: Reason = None


class Factor(Fields):
    """What multiplies the points of a record: 2 for a repeat, 50% for one reported in advance."""

    when: Text
    by: Annotated[Decimal, Field(ge=0)]
    label: Text | None = None
    assumed: Reason = None


class ByClass(Fields):
    """Each record costs (or earns) the points of the first class that it belongs to."""

    from_: Text = Field(alias="from")
    where: Text | None = None
    period: Literal["current", "previous", "preceding", "all"] = "current"
    direction: Literal["deduct", "add"] = "deduct"
    classes: Annotated[tuple[RecordClass, ...], Field(min_length=1)]
    times: tuple[Factor, ...] = ()


class DueBand(Fields):
    """The points for what is done by a day."""

    by: Annotated[str, BeforeValidator(str), StringConstraints(min_length=1)]
    points: Decimal
    assumed: Reason = None


class Deadline(Fields):
    """Points by the day in ``of``; ``later`` points after the last, or less for each month."""

    of: Text
    deadlines: Annotated[tuple[DueBand, ...], Field(min_length=1)]
    later: Decimal = Decimal(0)
    each_month: Positive | None = None


class RaterKind(Fields):
    """A kind of raters and the weight of their average."""

    kind: Text
    weight: Annotated[Decimal, Field(gt=0, le=1)]
    assumed: Reason = None


class Rating(Fields):
    """The weighted average of the ratings, as a share of ``out_of``.

    ``drop_extremes_from``: from so many ratings on, the highest and the lowest do not count.
    """

    from_: Text = Field(default="ratings", alias="from")
    where: Text | None = None
    period: Literal["current", "previous", "preceding", "all"] = "current"
    kinds: Annotated[tuple[RaterKind, ...], Field(min_length=1)]
    out_of: Positive = Decimal(100)
    drop_extremes_from: Annotated[int, Field(ge=3)] | None = None


class Rank(Fields):
    """Points for the first places, for the last one, and for the others."""

    by: Text
    best: Literal["most", "least"] = "most"
    places: Annotated[tuple[Decimal, ...], Field(min_length=1)]
    last: Decimal | None = None
    others: Decimal = Decimal(0)


class Formula(Fields):
    """An expression that gives points."""

    formula: Text
