"""What the points bring, but for money: grades, consequences, targets, shares, appeals."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    Field,
)

from rules_engine.messages import msg
from rules_engine.model.facts import Facts, asked
from rules_engine.model.fields import (
    Clauses,
    Expression,
    Figure,
    Id,
    Item,
    Label,
    Names,
    OfWhom,
    Part,
    Reason,
    Reasons,
    Share,
    Text,
)
from rules_engine.model.subjects import SubjectKind


class Grade(Item):
    """A grade, best first."""

    KIND = "grade"
    NOUN = msg("grade")

    label: Label
    from_: Annotated[Figure, Facts(msg("from"), good=-1, offered=False)] = Field(alias="from")
    to: Annotated[Figure | None, Facts(msg("to"))] = None
    quota: Annotated[Share | None, Facts(msg("quota"), good=1, absent=1)] = None
    places: Annotated[
        int | None, Field(ge=0, le=10**9), Facts(msg("number of places"), good=1, absent=1)
    ] = None
    unfilled: Annotated[
        Literal["empty", "next"],
        Facts(
            msg("places that nobody fills"),
            words={"empty": msg("stay empty"), "next": msg("fall to the next grade")},
            good={"empty": -1, "next": 1},
            distinct=False,
        ),
    ] = "empty"
    ties: Annotated[
        Literal["exclude", "include"],
        Facts(
            msg("those tied for the last place"),
            words={"exclude": msg("left out"), "include": msg("taken in")},
            good={"exclude": -1, "include": 1},
            distinct=False,
        ),
    ] = "exclude"
    clause: Clauses = ()
    assumed: Reasons = None

    @property
    def is_limited(self) -> bool:
        """Return whether only so many get it: a share, a number, or the less of both."""
        return self.quota is not None or self.places is not None

    @property
    def is_closed(self) -> bool:
        """Return whether nobody can get it by score."""
        return self.quota == 0 or self.places == 0

    def room(self, size: int) -> int:
        """Return how many of a group of some size get it, without places left by a better one."""
        rooms = [] if self.quota is None else [int(self.quota * size)]
        return min([*rooms, *([] if self.places is None else [self.places])])


class Consequence(Item):
    """What follows from what is so."""

    KIND = "consequence"
    NOUN = msg("consequence")

    label: Label
    subject: OfWhom = SubjectKind.VILLAGE
    kind: Annotated[
        Literal["honour", "sanction", "downgrade", "veto", "status"],
        Facts(
            msg("kind"),
            words={
                "honour": msg("honour"),
                "sanction": msg("sanction"),
                "downgrade": msg("downgrade"),
                "veto": msg("veto"),
                "status": msg("determination"),
            },
            means={"honour": 1, "sanction": -1, "downgrade": -1, "veto": -1},
            distinct=False,
            offered=False,
        ),
    ]
    effect: Annotated[
        Literal["zero", "last", "no honours", "grade"] | None,
        Facts(
            msg("effect"),
            words={
                "zero": msg("zero"),
                "last": msg("last place"),
                "no honours": msg("no honours"),
                "grade": msg("grade"),
            },
            slips={"zero": "last", "last": "zero", "no honours": "last", "grade": "last"},
        ),
    ] = None
    grade: Annotated[Id | None, Facts(msg("grade"), holds="grade")] = None
    steps: Annotated[
        int, Field(ge=1), Facts(msg("grades down"), good=-1, figure=False, distinct=False)
    ] = 1
    when: Annotated[Expression, asked(msg("condition"))]
    roles: Annotated[Names, Facts(msg("role"), holds="name", order="any")] = ()
    clause: Clauses = ()
    assumed: Reasons = None


class Target(Item):
    """A share of all subjects that must meet a standard."""

    KIND = "target"
    NOUN = msg("target")

    label: Label
    share: Annotated[Id, Facts(msg("standard that must be met"), holds="name")]
    at_least: Annotated[Share, Facts(msg("share that must meet it"), good=-1)]
    among: Annotated[Expression | None, asked(msg("of whom"))] = None
    clause: Clauses = ()
    assumed: Reasons = None


class Role(Part):
    """How much of a village's lost points a role answers for."""

    KIND = "role"
    NOUN = msg("role")

    share: Annotated[Share, Facts(msg("share"), good=-1)]
    clause: Clauses = ()
    assumed: Reason = None


class Responsibility(Part):
    """How a village's result is carried to the cadres.

    ``weight`` says how much that counts beside the scored sections for cadres. ``others`` are roles
    that stand among the assignments and have no share in the result.
    """

    KIND = "responsibility"
    NOUN = msg("responsibility")

    weight: Annotated[
        Decimal, Field(gt=0, le=1, decimal_places=6), Facts(msg("weight"), distinct=False)
    ] = Decimal(1)
    clause: Clauses = ()
    assumed: Reasons = None
    roles: Annotated[
        dict[Text, Role], Field(min_length=1), Facts(msg("role"), good=-1, tabular=True)
    ]
    others: Annotated[Names, Facts(msg("roles without a share"), holds="name")] = ()
    grades: Annotated[dict[Id, Grade] | None, Facts(msg("grades"), tabular=True)] = None


class Adjusting(Part):
    """How far a decision on an appeal may change the points of a line by itself."""

    up_to: Annotated[Decimal, Field(gt=0, le=1_000_000, decimal_places=4), Facts(msg("at most"))]
    clause: Clauses = ()
    assumed: Reason = None


class Appeals(Part):
    """What the paper says about disputing a published result."""

    KIND = "appeals"
    NOUN = msg("appeals")

    days: Annotated[
        int | None, Field(ge=1, le=366), Facts(msg("days for appeals"), good=1, absent=1)
    ] = None
    adjust: Annotated[Adjusting | None, Facts(msg("adjustment on appeal"), silent=True)] = None
    clause: Clauses = ()
    assumed: Reasons = None
