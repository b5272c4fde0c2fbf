"""The fields that each method adds to a criterion, and what there is to know of each."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from rules_engine.api import Facts, OfPeriod, Varying, msg, varying

if TYPE_CHECKING:
    from rules_engine.api import Message

Sign = Literal[1, -1, 0]

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Positive = Annotated[Decimal, Field(gt=0)]
NotNegative = Annotated[Decimal, Field(ge=0)]
Share = Annotated[Decimal, Field(gt=0, le=1)]
MoreThanOne = Annotated[Decimal, Field(gt=1)]
if TYPE_CHECKING:
    VaryingNumber: TypeAlias = Varying
    VaryingPositive: TypeAlias = Varying
    VaryingNotNegative: TypeAlias = Varying
    VaryingShare: TypeAlias = Varying
else:
    VaryingNumber, VaryingPositive = varying(Decimal), varying(Positive)
    VaryingNotNegative, VaryingShare = varying(NotNegative), varying(Share)

Label = Annotated[
    Text | None, Facts(msg("name"), holds="prose", decides=False, distinct=False, row="label")
]
Reason = Annotated[
    Text | None,
    Facts(msg("reason for assuming"), holds="prose", decides=False, distinct=False),
]
"""Why the figures of one row of a list are assumed, where those of the others are quoted."""
Direction = Annotated[
    Literal["deduct", "add"],
    Facts(
        msg("direction"),
        words={"deduct": msg("takes points"), "add": msg("gives points")},
        distinct=False,
    ),
]
Of = Annotated[Text, Facts(msg("what counts"), holds="condition")]
Where = Annotated[Text | None, Facts(msg("which records count"), holds="condition")]


Steps = Literal["proportion", "whole", "full"]
"""What a step counts that is only begun: its share, as a whole one, or nothing."""
WHOLE = {"whole": msg("counts whole"), "full": msg("does not count")}
MORE_STEPS: dict[str, Sign] = {"whole": 1, "proportion": 0, "full": -1}
FEWER_STEPS: dict[str, Sign] = {"whole": -1, "proportion": 0, "full": 1}
"""How many steps there are by it, where each earns points, or costs them."""


def _begun(good: Any) -> Facts:  # noqa: ANN401 - what facts take
    return Facts(
        msg("a begun step"),
        words={"proportion": msg("proportion"), **WHOLE},
        distinct=False,
        good=good,
        slips={"proportion": "whole", "whole": "proportion", "full": "whole"},
    )


def _rows(label: Message, *, first: bool = False) -> Facts:
    """Return what is said of a list of rows; ``first``: the first of them that fits decides."""
    return Facts(label, order="first" if first else "", silent=True)


class Fields(BaseModel):
    """Fields of a method: nothing that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


Then = Annotated[
    tuple[NotNegative, ...], Field(min_length=1), Facts(msg("points of the following ones"))
]
REPEATED = msg("each further one times")
UP_TO = msg("most points of one")


class Each(Fields):
    """So many points for each one that an indicator counts, or for every ``per`` of a value.

    ``then``: what the second counts, the third …, the last of them each further one;
    ``repeated``: by what the points are multiplied with each further one, ``up_to`` at most.
    """

    of: Annotated[Text, Facts(msg("what counts"), holds="condition", row="name")]
    each: Annotated[VaryingPositive, Facts(msg("points for each"), good=1, signed=True)]
    then: Then = ()
    repeated: Annotated[MoreThanOne | None, Facts(REPEATED, good=1, absent=-1)] = None
    up_to: Annotated[Positive | None, Facts(UP_TO, good=1, absent=1)] = None
    per: Annotated[Positive | None, Facts(msg("for each so much"), good=-1)] = None
    begun: Annotated[Steps, _begun(MORE_STEPS)] = "proportion"
    assumed: Reason = None


class PerItem(Fields):
    """``deduct`` takes away from the points, ``add`` earns them."""

    deduct: Annotated[tuple[Each, ...], Facts(msg("deduction"), good=-1, silent=True)] = ()
    add: Annotated[tuple[Each, ...], Facts(msg("points earned"), good=1, silent=True)] = ()


def _lost_only(fields: Target) -> Sign | dict[str, Sign]:
    """Return what it is good for, unless steps beyond the target earn points as well."""
    return FEWER_STEPS if fields.better is None else 0


class Target(Fields):
    """All points when ``of`` reaches ``target``, else ``each`` less for every ``per`` short.

    ``better`` is added for every ``per`` beyond the target, up to the criterion's cap.
    """

    of: Of
    target: Annotated[
        VaryingNumber,
        Facts(
            msg("target"),
            good=lambda fields: 1 if fields.direction == "at most" else -1,
            unit_of="of",
        ),
    ]
    direction: Annotated[
        Literal["at least", "at most"],
        Facts(
            msg("direction"),
            words={"at least": msg("at least this"), "at most": msg("at most this")},
            distinct=False,
        ),
    ] = "at least"
    each: Annotated[VaryingNotNegative, Facts(msg("points for each"), good=-1)]
    per: Annotated[Positive | None, Facts(msg("for each so much"))] = None
    begun: Annotated[Steps, _begun(_lost_only)] = "proportion"
    better: Annotated[VaryingPositive | None, Facts(msg("points for being better"), good=1)] = None


class Proportion(Fields):
    """Points times the rate; all of them from ``full_from`` on."""

    of: Of
    full_from: Annotated[VaryingShare | None, Facts(msg("full points from"), good=-1)] = None


class Band(Fields):
    """A range, ``from`` included and ``to`` not, and its points."""

    from_: Annotated[Decimal | None, Facts(msg("from"), row="from", unit_of="of")] = Field(
        default=None, alias="from"
    )
    to: Annotated[Decimal | None, Facts(msg("to"), row="to", unit_of="of")] = None
    points: Annotated[VaryingNumber, Facts(msg("worth"), good=1, line_points=True)]
    assumed: Reason = None


class Bands(Fields):
    """The points of the range in which ``of`` lies."""

    of: Of
    bands: Annotated[
        tuple[Band, ...], Field(min_length=1), _rows(msg("points of the ranges"), first=True)
    ]


class CheckItem(Fields):
    """A thing that must be in place."""

    label: Label = None
    met: Annotated[Text, Facts(msg("what must be in place"), holds="condition", row="name")]
    points: Annotated[NotNegative | None, Facts(msg("worth"), good=1)] = None
    assumed: Reason = None


class Checklist(Fields):
    """What counts of a list of things.

    ``each``: every item earns its points or an equal part; ``all``: all or nothing;
    ``at least``: all points when so many are in place.
    """

    rule: Annotated[
        Literal["each", "all", "at least"],
        Facts(
            msg("how the items count"),
            words={
                "each": msg("each by itself"),
                "all": msg("all"),
                "at least": msg("at least this"),
            },
            slips={"each": "all", "all": "each"},
        ),
    ] = "each"
    at_least: Annotated[int | None, Field(gt=0), Facts(msg("how many are needed"), good=-1)] = None
    items: Annotated[tuple[CheckItem, ...], Field(min_length=1), _rows(msg("points of the items"))]


def _with_its_sign(fields: ByClass) -> Literal[1, -1]:
    return 1 if fields.direction == "add" else -1


def _steps_with_their_sign(fields: ByClass) -> dict[str, Sign]:
    return MORE_STEPS if fields.direction == "add" else FEWER_STEPS


def _judged_sign(fields: Judgement) -> Literal[1, -1]:
    return 1 if fields.direction == "add" else -1


class RecordClass(Fields):
    """A class of records and what one of them costs or earns.

    ``then`` and ``repeated``: what further ones count, as in ``per item``. ``per``: for each
    person, say; ``step``: for every so many of them.
    """

    label: Label = None
    when: Annotated[Text, Facts(msg("condition"), holds="condition", row="name")]
    each: Annotated[NotNegative, Facts(msg("points for each"), good=_with_its_sign, signed=True)]
    then: Then = ()
    repeated: Annotated[MoreThanOne | None, Facts(REPEATED, good=_with_its_sign, absent=-1)] = None
    up_to: Annotated[Positive | None, Facts(UP_TO, good=_with_its_sign, absent=1)] = None
    per: Annotated[Text | None, Facts(msg("for each so much"), holds="condition")] = None
    step: Annotated[
        Positive | None, Facts(msg("size of a step"), good=lambda fields: -_with_its_sign(fields))
    ] = None
    begun: Annotated[Steps, _begun(_steps_with_their_sign)] = "proportion"
    assumed: Reason = None


class Factor(Fields):
    """What multiplies the points of a record: 2 for a repeat, 50% for one reported in advance."""

    label: Label = None
    when: Annotated[Text, Facts(msg("condition"), holds="condition", row="name")]
    by: Annotated[NotNegative, Facts(msg("by"), good=_with_its_sign)]
    assumed: Reason = None


class ByClass(Fields):
    """Each record costs (or earns) the points of the first class that it belongs to.

    Where further ones count otherwise, they are counted in the order of days, and of keys within a
    day: in each class by itself, or all classes together (``counted``).
    """

    from_: Annotated[Text, Facts(msg("from"), holds="table", offered=False)] = Field(alias="from")
    where: Where = None
    period: OfPeriod = "current"
    direction: Direction = "deduct"
    classes: Annotated[
        tuple[RecordClass, ...],
        Field(min_length=1),
        _rows(msg("points of the classes"), first=True),
    ]
    times: Annotated[tuple[Factor, ...], Facts(msg("multiplied"))] = ()
    counted: Annotated[
        Literal["per class", "all together"],
        Facts(
            msg("how further ones are counted"),
            words={
                "per class": msg("counted in each class by itself"),
                "all together": msg("counted in all classes together"),
            },
        ),
    ] = "per class"


class DueBand(Fields):
    """The points for what is done by a day."""

    by: Annotated[
        str,
        BeforeValidator(str),
        StringConstraints(min_length=1),
        Facts(msg("by"), holds="day", good=1, row="by"),
    ]
    points: Annotated[VaryingNumber, Facts(msg("worth"), good=1, line_points=True)]
    assumed: Reason = None


class Deadline(Fields):
    """Points by the day in ``of``; ``later`` points after the last, or less for each month.

    A month that is only begun counts whole, or not at all (``begun``).
    """

    of: Of
    deadlines: Annotated[
        tuple[DueBand, ...], Field(min_length=1), _rows(msg("deadlines"), first=True)
    ]
    later: Annotated[Decimal, Facts(msg("points when later"), good=1)] = Decimal(0)
    each_month: Annotated[Positive | None, Facts(msg("points for each month"), good=-1)] = None
    begun: Annotated[
        Literal["whole", "full"],
        Facts(msg("a begun month"), words=WHOLE, distinct=False, good=FEWER_STEPS, absent=-1),
    ] = "whole"


class RaterKind(Fields):
    """A kind of raters and the weight of their average."""

    kind: Annotated[Text, Facts(msg("kind"), holds="name", row="name", distinct=False)]
    weight: Annotated[Share, Facts(msg("weight"), distinct=False)]
    assumed: Reason = None


class Rating(Fields):
    """The weighted average of the ratings, as a share of ``out_of``.

    ``drop_extremes_from``: from so many ratings on, the highest and the lowest do not count.
    """

    from_: Annotated[Text, Facts(msg("from"), holds="table", offered=False)] = Field(
        default="ratings", alias="from"
    )
    where: Where = None
    period: OfPeriod = "current"
    kinds: Annotated[tuple[RaterKind, ...], Field(min_length=1), _rows(msg("raters"))]
    out_of: Annotated[Positive, Facts(msg("out of points"), good=-1)] = Decimal(100)
    drop_extremes_from: Annotated[int | None, Field(ge=3), Facts(msg("extremes left out from"))] = (
        None
    )


class Judgement(Fields):
    """Points that somebody sets within a range, record by record, and answers for with the reason.

    ``item`` picks the records of one item; ``of``, ``by`` and ``why`` are the columns of the
    points, of who judged and of the reason. A record that lacks one of these, or lies outside the
    range, is kept out.
    """

    from_: Annotated[Text, Facts(msg("from"), holds="table", offered=False)] = Field(
        default="judgements", alias="from"
    )
    item: Annotated[Text | None, Facts(msg("item judged"), holds="name", row="name")] = None
    where: Where = None
    period: OfPeriod = "current"
    direction: Direction = "deduct"
    least: Annotated[NotNegative, Facts(msg("least of one"), good=_judged_sign)] = Field(
        alias="min"
    )
    most: Annotated[Positive, Facts(msg("most of one"), good=_judged_sign)] = Field(alias="max")
    of: Annotated[Text, Facts(msg("column of the points"), holds="name", offered=False)] = "points"
    by: Annotated[Text, Facts(msg("column of who judged"), holds="name", offered=False)] = (
        "judged_by"
    )
    why: Annotated[Text, Facts(msg("column of the reason"), holds="name", offered=False)] = "reason"


class Rank(Fields):
    """Points for the first places, for the last one, and for the others."""

    by: Annotated[Text, Facts(msg("by"), holds="condition")]
    best: Annotated[
        Literal["most", "least"],
        Facts(
            msg("who is first"),
            words={"most": msg("most is best"), "least": msg("least is best")},
        ),
    ] = "most"
    places: Annotated[
        tuple[Decimal, ...], Field(min_length=1), Facts(msg("places"), good=1, slips={})
    ]
    last: Annotated[Decimal | None, Facts(msg("points of the last place"), good=1)] = None
    others: Annotated[Decimal, Facts(msg("points of the others"), good=1)] = Decimal(0)


class Formula(Fields):
    """An expression that gives points."""

    formula: Annotated[Text, Facts(msg("formula"), holds="condition")]
