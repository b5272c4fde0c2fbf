"""Pay as a ruleset writes it: by score, grade, place, role, and as a share."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    Field,
)

from rules_engine.messages import msg
from rules_engine.model.facts import Facts, asked, prose
from rules_engine.model.fields import (
    Clauses,
    Condition,
    Expression,
    Figure,
    Id,
    Item,
    Label,
    OfWhom,
    Part,
    Places,
    Reason,
    Reasons,
    Text,
)
from rules_engine.model.subjects import SubjectKind


class PayBand(Part):
    """What a range of scores brings: ``amount``, and ``each`` for every point above ``over``."""

    from_: Annotated[Figure | None, Facts(msg("from"), row="from")] = Field(
        default=None, alias="from"
    )
    to: Annotated[Figure | None, Facts(msg("to"), row="to")] = None
    amount: Annotated[Figure, Facts(msg("amount"), good=1)] = Decimal(0)
    each: Annotated[Figure, Facts(msg("points for each"), good=1)] = Decimal(0)
    over: Annotated[Figure, Facts(msg("out of what"), good=-1)] = Decimal(0)
    assumed: Reason = None


class PayRank(Part):
    """What places bring: from one place to another, both included, or the ``last`` so many."""

    from_: Annotated[int | None, Field(ge=1), Facts(msg("place"), row="name")] = Field(
        default=None, alias="from"
    )
    to: Annotated[int | None, Field(ge=1), Facts(msg("to place"))] = None
    last: Annotated[int | None, Field(ge=1), Facts(msg("last places"))] = None
    amount: Annotated[Figure, Facts(msg("amount"), good=1)]
    assumed: Reason = None

    @property
    def until(self) -> int | None:
        """Return the last place counted from the first, where it is counted from there."""
        return self.from_ if self.to is None else self.to


PayRounding = Literal["half up", "down", "up"]

_ROUNDING = Facts(
    msg("rounding of money"),
    words={"half up": msg("half up"), "down": msg("down"), "up": msg("up")},
    distinct=False,
    slips={"half up": "down", "down": "half up", "up": "half up"},
)

Factor = Annotated[Decimal, Field(ge=0, le=10**9, decimal_places=6)]

PAY_MEASURES = ("amount", "bands", "grades", "ranks", "of", "share_of")

"""The fields of a part of pay of which it has at most one: what the money goes by."""


class PayPart(Item):
    """One sum of a payment, with a clause of its own.

    It goes by one of :data:`PAY_MEASURES`, times a factor by role or post; where it goes by none of
    them, the tables of roles or posts hold the amounts. ``per`` says for how long the amount is.
    """

    KIND = "payment"
    NOUN = msg("part of pay")

    label: Label
    clause: Clauses = ()
    assumed: Reasons = None
    when: Condition = None
    amount: Annotated[Figure | None, Facts(msg("amount"), good=1)] = None
    bands: Annotated[
        tuple[PayBand, ...], Facts(msg("points of the ranges"), order="first", silent=True)
    ] = ()
    grades: Annotated[dict[Id, Figure], Facts(msg("amount by grade"), good=1)] = Field(
        default_factory=dict
    )
    ranks: Annotated[tuple[PayRank, ...], Facts(msg("amount by place"), order="first")] = ()
    place: Annotated[Id | None, Facts(msg("which place"), holds="name", needs="ranks")] = None
    ties: Annotated[
        Literal["each", "share"],
        Facts(
            msg("those who share a place"),
            words={"each": msg("each gets the amount of the place"),
                   "share": msg("the amounts of their places are divided equally")},
            distinct=False,
            needs="ranks",
        ),
    ] = "each"  # fmt: skip
    of: Annotated[Expression | None, asked(msg("what counts"))] = None
    each: Annotated[
        Figure, Facts(msg("amount for each step"), good=1, distinct=False, needs="of")
    ] = Decimal(1)
    over: Annotated[Figure, Facts(msg("counted above"), good=-1, distinct=False, needs="of")] = (
        Decimal(0)
    )
    step: Annotated[Figure, Field(gt=0), Facts(msg("step"), distinct=False, needs="of")] = Decimal(
        1
    )
    begun: Annotated[
        Literal["proportion", "whole", "full"],
        Facts(
            msg("begun steps"),
            words={
                "proportion": msg("in proportion"),
                "whole": msg("count whole"),
                "full": msg("do not count"),
            },
            distinct=False,
            needs="of",
        ),
    ] = "proportion"
    share_of: Annotated[Id | None, Facts(msg("share of the payment"), holds="name")] = None
    share: Annotated[
        Decimal,
        Field(ge=-1, le=1, decimal_places=6),
        Facts(msg("share"), good=1, distinct=False, needs="share_of"),
    ] = Decimal(1)
    roles: Annotated[dict[Text, Factor], Facts(msg("by role"))] = Field(default_factory=dict)
    posts: Annotated[dict[Text, Factor], Facts(msg("by post"))] = Field(default_factory=dict)
    others: Annotated[Factor | None, Facts(msg("all other roles or posts"))] = None
    days: Annotated[
        Literal["held", "period"],
        Facts(
            msg("days in a role"),
            words={
                "held": msg("mean over the days in which a role is held"),
                "period": msg("as a part of the days of the period"),
            },
            distinct=False,
            needs="roles",
        ),
    ] = "held"
    per: Annotated[
        Literal["period", "month", "year"],
        Facts(
            msg("the amount is for"),
            words={
                "period": msg("the period"),
                "month": msg("each month"),
                "year": msg("a whole year"),
            },
            distinct=False,
        ),
    ] = "period"
    least: Annotated[Figure | None, Facts(msg("least"), good=1, absent=-1)] = Field(
        default=None, alias="min"
    )
    most: Annotated[Figure | None, Facts(msg("greatest"), good=1, absent=1)] = Field(
        default=None, alias="max"
    )
    places: Annotated[int | None, Field(ge=0, le=4), Facts(msg("places"), slips={})] = None
    rounding: Annotated[PayRounding | None, _ROUNDING] = None

    @property
    def measure(self) -> str:
        """Return what the money goes by, of :data:`PAY_MEASURES`; empty for role or post alone."""
        return next(iter(self.measures), "")

    @property
    def measures(self) -> tuple[str, ...]:
        """Return all that is written of them; more than one is a finding."""
        return tuple(name for name in PAY_MEASURES if getattr(self, name) not in (None, (), {}))

    @property
    def factors(self) -> dict[str, Decimal]:
        """Return its factors, or amounts, by role or by post."""
        return self.roles or self.posts


class Pay(Item):
    """Money by the score, or the sum of ``parts``, in ``unit``."""

    KIND = "pay"
    NOUN = msg("pay")

    label: Label
    subject: OfWhom = SubjectKind.CADRE
    unit: Annotated[Text, prose(msg("unit"))] = "元"
    places: Places = 2
    rounding: Annotated[PayRounding, _ROUNDING] = "half up"
    clause: Clauses = ()
    assumed: Reasons = None
    bands: Annotated[
        tuple[PayBand, ...],
        Facts(msg("points of the ranges"), order="first", silent=True),
    ] = ()
    parts: Annotated[dict[Id, PayPart], Facts(msg("part of pay"), extends=True)] = Field(
        default_factory=dict
    )
    least: Annotated[Figure | None, Facts(msg("least"), good=1, absent=-1)] = Field(
        default=None, alias="min"
    )
    most: Annotated[Figure | None, Facts(msg("greatest"), good=1, absent=1)] = Field(
        default=None, alias="max"
    )

    @property
    def covers_all(self) -> bool:
        """Return whether every score lies in some range."""
        return covers_all(self.bands)


def covers_all(bands: Sequence[PayBand]) -> bool:
    """Return whether every score lies in some range."""
    reached: Decimal | None = None
    for band in sorted(bands, key=lambda b: (b.from_ is not None, b.from_ or Decimal(0))):
        if band.from_ is not None and (reached is None or band.from_ > reached):
            return False
        if band.to is None:
            return True
        reached = band.to if reached is None else max(reached, band.to)
    return False
