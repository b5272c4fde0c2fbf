"""What the parts of a ruleset have in common: kinds of values, and what every part is."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from rules_engine.messages import Message, msg
from rules_engine.model.by_subject import BySubject, varying
from rules_engine.model.days import read_day
from rules_engine.model.facts import Facts, asked, prose
from rules_engine.model.subjects import SubjectKind

Figure = Annotated[Decimal, Field(ge=-(10**9), le=10**9, decimal_places=6)]

"""A number that fits, scaled, into 64 bits of the plan."""

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]

LINE_ENDS = re.compile(r"\s*[\n\r\v\f\x85\u2028\u2029]+\s*")


def _in_one_line(text: str) -> str:
    """Return a text without line ends: in a paper or on a terminal they would begin another."""
    return LINE_ENDS.sub(" ", text)


Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_in_one_line)
]

Expression = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

NO_FLOOR = Decimal(-(10**9))

"""What stands for no floor: known points are never held by it; only while a line cannot be
assessed, the interval of the total needs a least number."""


def _as_floor(value: object) -> object:
    return NO_FLOOR if value == "none" else value


Floor = Annotated[
    Figure, BeforeValidator(_as_floor, json_schema_input_type=Figure | Literal["none"])
]

"""The least that something may give; ``none``: points may go below zero without limit."""

NO_CAP = Decimal(10**9)

"""What likewise stands for no cap."""


def _as_cap(value: object) -> object:
    return NO_CAP if value == "none" else value


Cap = Annotated[Figure, BeforeValidator(_as_cap, json_schema_input_type=Figure | Literal["none"])]

"""The most that a line may give; ``none``: what is done beyond brings points without limit."""

Measuring = Literal["sum", "max", "min", "latest", "earliest"]


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Names = Annotated[
    tuple[Text, ...], BeforeValidator(_as_tuple, json_schema_input_type=Text | tuple[Text, ...])
]


def _as_day(value: object) -> object:
    try:
        return (read_day(value) or value) if isinstance(value, str) else value
    except ValueError:
        return value


Day = Annotated[date, BeforeValidator(_as_day, json_schema_input_type=Text | date)]

"""A day as people write it; a key, or in quotes, it is a text to YAML."""

_LABEL = prose(msg("name"), distinct=False, row="label")

Label = Annotated[Text, _LABEL]

Clauses = Annotated[
    Names,
    Facts(msg("clause named"), decides=False, figure=False, distinct=False, order="any"),
]

_REASON = prose(msg("reason for assuming"), distinct=False)

Reason = Annotated[Text | None, _REASON]

Reasons = Annotated[Text | dict[str, Text] | None, _REASON]

"""One reason for all numbers of a part, or one for each that is named by its key."""

Condition = Annotated[Expression | None, asked(msg("condition"))]

OfWhom = Annotated[
    SubjectKind,
    Facts(
        msg("of whom"),
        words={kind.value: kind.noun for kind in SubjectKind},
        distinct=False,
        slips={},
        offered=False,
    ),
]

OfPeriod = Annotated[
    Literal["current", "previous", "preceding", "all"],
    Facts(
        msg("period"),
        words={
            "current": msg("this period"),
            "previous": msg("the same period a year before"),
            "preceding": msg("the period just before"),
            "all": msg("all"),
        },
        distinct=False,
        slips={"current": "previous", "previous": "current"},
    ),
]

Points = Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=4)]

if TYPE_CHECKING:
    VaryingPoints: TypeAlias = Decimal | BySubject
else:
    VaryingPoints = varying(Points)

Share = Annotated[Decimal, Field(ge=0, le=1, decimal_places=6)]

Places = Annotated[int, Field(ge=0, le=4), Facts(msg("places"), slips={})]

NO_LIMIT = {"none": msg("no limit")}


class Part(BaseModel):
    """Anything in a ruleset: frozen, and nothing in it that is not known.

    Its fields stand in the order in which a file has them, and say in their :class:`Facts` what
    there is to know of them.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", coerce_numbers_to_str=True, defer_build=True
    )
    KIND: ClassVar[str] = ""
    """What it is, where it is a part with an id, such as ``criterion``."""
    NOUN: ClassVar[Message | None] = None
    """What people call such a part."""


class Item(Part):
    """A part that answers for its numbers: by clauses, or by a reason for assuming them.

    Each kind of item says itself where among its fields these stand.
    """

    if TYPE_CHECKING:
        label: Label
        clause: Clauses = ()
        assumed: Reasons = None
