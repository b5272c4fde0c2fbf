"""A ruleset as written: the shape of ``ruleset.yaml`` and ``clauses.yaml``.

These models say what may stand where; what it means is the compiler's business. Numbers are
exact decimals, and every name is an id of the same file or of a table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from rules_engine.messages import Message, Noun, msg, tr
from rules_engine.model.by_subject import BySubject, figures_of, varying
from rules_engine.model.days import read_day, read_span
from rules_engine.model.facts import Facts, asked, prose
from rules_engine.model.frame import Frame
from rules_engine.model.nouns import HAN, chinese_noun, english_noun, regular_plural
from rules_engine.model.subjects import SubjectKind
from rules_engine.model.table import DayMeans
from rules_engine.model.year_parts import YEAR_PARTS, YearPart

if TYPE_CHECKING:
    from collections.abc import Mapping

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


# what several models have

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


def as_span(value: object) -> object:
    """Return a span that is written as a text, or as the day with which it begins, as a mapping.

    Raises:
        ValueError: the text is no span.
    """
    if isinstance(value, date):
        return {"from": value}
    if not isinstance(value, str):
        return value
    try:
        span = read_span(value)
    except ValueError:
        span = None
    if span is None:
        raise ValueError(tr("write the first and the last day, as in 2025-01-01 至 2025-12-31"))
    return {key: day for key, day in zip(("from", "to"), span, strict=True) if day}


class Span(Part):
    """Dates from … to, both included."""

    from_: Annotated[Day, Facts(msg("from"))] = Field(alias="from")
    to: Annotated[Day | None, Facts(msg("to"))] = None

    def days(self) -> list[date]:
        """Return its days; without an end it is the one with which it begins."""
        last = self.to or self.from_
        return [self.from_ + timedelta(days=n) for n in range((last - self.from_).days + 1)]


class Holidays(Part):
    """The holidays of a year, as its notice gives them: days off, and days worked instead."""

    notice: Annotated[Text, prose(msg("notice of holidays"))]
    off: Annotated[
        tuple[Annotated[Span, BeforeValidator(as_span, json_schema_input_type=Span | Day)], ...],
        Field(min_length=1),
        Facts(msg("days off")),
    ]
    work: Annotated[tuple[Day, ...], Facts(msg("days worked instead"))] = ()


class Period(Part):
    """The assessed period, both days included."""

    from_: Annotated[Day, Facts(msg("from"))] = Field(alias="from")
    to: Annotated[Day, Facts(msg("to"))]


class Rounding(Part):
    """Decimal places of totals, rounded half-up."""

    places: Places = 2


class Subjects(Part):
    """How villages are grouped for ranking: by the values of a column, or all together."""

    group: Annotated[Text | None, Facts(msg("group"), holds="name")] = None


class Assessed(Part):
    """What those assessed are called where they are no villages and units, such as 乡镇.

    One language is enough; ``plural`` is the English plural where it is no regular one. Where
    several kinds are assessed together, such as 乡镇 and 部门, each is a list.
    """

    zh: Annotated[Names, Facts(msg("Chinese"), holds="prose")] = ()
    en: Annotated[Names, Facts(msg("English"), holds="prose")] = ()
    plural: Annotated[Names, Facts(msg("plural"), holds="prose")] = ()

    @model_validator(mode="after")
    def _named(self) -> Assessed:
        if not self.words:
            raise ValueError(tr("say with zh: or en: what they are called"))
        if self.plural and len(self.plural) != len(self.en or self.words):
            raise ValueError(tr("say one plural for each noun"))
        return self

    @property
    def words(self) -> tuple[str, ...]:
        """Return what they are called, in Chinese if that is said: one noun a kind of them."""
        return self.zh or self.en

    @property
    def nouns(self) -> dict[str, Noun]:
        """Return the nouns by language; a language without one of its own takes the other's."""
        english = self.en or self.zh
        return {
            "zh": chinese_noun(self.words),
            "en": english_noun(english, self.plural or tuple(map(regular_plural, english))),
        }


AssessedInput = Assessed | Text | Annotated[tuple[Text, ...], Field(min_length=2)]


def _as_assessed(value: object) -> object:
    """Return one noun, or a list of several, as the mapping by languages."""
    if isinstance(value, list) and len(value) > 1 and all(isinstance(v, str) for v in value):
        return {"zh" if any(map(HAN.search, value)) else "en": value}
    if not isinstance(value, str):
        return value
    return {"zh" if HAN.search(value) else "en": value}


class Acknowledgement(Part):
    """A finding that the office knows about and lives with, and why."""

    code: Annotated[Text, Facts(msg("finding"), decides=False, row="id")]
    at: Annotated[Text, prose(msg("where it stands"))]
    reason: Annotated[Text, prose(msg("reason"))]


class ColumnSpec(Part):
    """A column that the ruleset adds to a table."""

    KIND = "column"
    NOUN = msg("column")

    label: Annotated[Text | None, _LABEL] = None
    type: Annotated[
        Literal["text", "integer", "decimal", "boolean", "date", "timestamp"],
        Facts(
            msg("type"),
            words={
                "text": msg("text"),
                "integer": msg("whole number"),
                "decimal": msg("decimal number"),
                "boolean": msg("yes or no"),
                "date": msg("date"),
                "timestamp": msg("date and time"),
            },
            distinct=False,
        ),
    ] = "text"
    required: Annotated[bool, Facts(msg("required"), distinct=False)] = False
    event: Annotated[bool, Facts(msg("event"), distinct=False)] = False
    values: Annotated[tuple[Text, ...], Facts(msg("values"), silent=True)] = ()
    refers: Annotated[Text | None, Facts(msg("refers to"), holds="name")] = None
    day_means: Annotated[DayMeans | None, Facts(msg("a day without a time"), distinct=False)] = None
    kind: Annotated[
        Literal["case number", "案件编号"] | None, Facts(msg("kind"), distinct=False)
    ] = None
    least: Annotated[Figure | None, Facts(msg("least"), offered=False)] = Field(
        default=None, alias="min"
    )
    most: Annotated[Figure | None, Facts(msg("greatest"), offered=False)] = Field(
        default=None, alias="max"
    )


class TableSpec(Part):
    """A table that the ruleset reads."""

    KIND = "table"
    NOUN = msg("table")

    label: Annotated[Text | None, _LABEL] = None
    period: Annotated[Text | None, Facts(msg("period"), holds="name", distinct=False)] = None
    optional: Annotated[bool, Facts(msg("may be missing"))] = False
    columns: Annotated[dict[Id, ColumnSpec], Facts(msg("column"), tabular=True)] = Field(
        default_factory=dict
    )


class Parameter(Item):
    """A named figure."""

    KIND = "parameter"
    NOUN = msg("parameter")

    label: Label
    value: Annotated[Figure | None, Facts(msg("value"), offered=False)] = None
    values: Annotated[dict[Day, Figure], Facts(msg("values"), silent=True)] = Field(
        default_factory=dict
    )
    clause: Clauses = ()
    assumed: Reasons = None

    def on(self, day: date) -> Decimal | None:
        """Return the figure in force on a day, if any is."""
        begun = [start for start in self.values if start <= day]
        return self.values[max(begun)] if begun else self.value


class Rate(Part):
    """A rate: the records of ``over`` for which ``of`` holds as well, by all of ``over``."""

    of: Annotated[Expression, asked(msg("what counts"), row="name")]
    over: Annotated[Expression | None, asked(msg("out of what"))] = None


class Peers(Part):
    """What others have, as a measure: the mean, the median or the n-th best over many subjects.

    ``of`` is worked out for each subject, from its indicators, its own columns and parameters.
    ``alone`` says what goes for a subject that has nobody to be measured by.
    """

    of: Annotated[Expression, asked(msg("what is compared"), row="name")]
    take: Annotated[
        Literal["mean", "median", "sum", "overall", "best", "worst"],
        Facts(
            msg("what is taken of it"),
            words={
                "mean": msg("mean"),
                "median": msg("median"),
                "sum": msg("sum of all"),
                "overall": msg("rate of all together"),
                "best": msg("the best"),
                "worst": msg("the worst"),
            },
            slips={"mean": "median", "median": "mean", "best": "worst", "worst": "best"},
        ),
    ]
    nth: Annotated[
        int | None, Field(ge=1, le=1_000_000), Facts(msg("which place from that end"))
    ] = None
    best: Annotated[
        Literal["most", "least"],
        Facts(
            msg("which is the best"),
            words={"most": msg("most is best"), "least": msg("least is best")},
        ),
    ] = "most"
    over: Annotated[
        Literal["all", "group"] | Text,
        Facts(
            msg("over whom"),
            holds="name",
            words={"all": msg("all of them"), "group": msg("its own group")},
            slips={},
        ),
    ] = "all"
    among: Annotated[Expression | None, asked(msg("only among those of whom it holds"))] = None
    without_self: Annotated[bool, Facts(msg("without itself"))] = False
    alone: Annotated[
        Literal["empty", "own"] | Figure | None,
        Facts(
            msg("where there is nobody else"),
            words={"empty": msg("nothing to compare with"), "own": msg("its own value")},
            slips={"empty": "own", "own": "empty"},
        ),
    ] = None


class Indicator(Item):
    """One number for each subject: a count, a sum, a rate, or a value from other indicators.

    With ``months`` (or ``quarters``, ``half_years``) it looks at the parts of the period in which
    a section, a line or ``all`` sections are scored, as others look at records.
    """

    KIND = "indicator"
    NOUN = msg("indicator")

    label: Label
    subject: OfWhom = SubjectKind.VILLAGE
    from_: Annotated[Text | None, Facts(msg("from"), holds="table", offered=False)] = Field(
        default=None, alias="from"
    )
    months: Annotated[Text | None, Facts(msg("months of what"), holds="name", offered=False)] = None
    quarters: Annotated[
        Text | None, Facts(msg("quarters of what"), holds="name", offered=False)
    ] = None
    half_years: Annotated[
        Text | None, Facts(msg("half-years of what"), holds="name", offered=False)
    ] = None
    through: Annotated[
        Names, Facts(msg("charged through the roles"), holds="name", order="any", offered=False)
    ] = ()
    period: OfPeriod = "current"
    where: Annotated[Expression | None, asked(msg("which records count"))] = None
    run: Annotated[
        Literal["longest", "last"] | None,
        Facts(
            msg("in a row"),
            words={"longest": msg("the longest run"), "last": msg("the run at the end")},
            offered=False,
        ),
    ] = None
    rate: Annotated[Rate | None, Facts(msg("rate"), silent=True)] = None
    sum: Annotated[Expression | None, asked(msg("sum"), offered=False)] = None
    most: Annotated[Expression | None, asked(msg("greatest"), offered=False)] = Field(
        default=None, alias="max"
    )
    least: Annotated[Expression | None, asked(msg("least"), offered=False)] = Field(
        default=None, alias="min"
    )
    latest: Annotated[Expression | None, asked(msg("latest"), offered=False)] = None
    earliest: Annotated[Expression | None, asked(msg("earliest"), offered=False)] = None
    value: Annotated[Expression | None, asked(msg("value"), offered=False)] = None
    peers: Annotated[
        Peers | None, Facts(msg("others as a measure"), silent=True, offered=False)
    ] = None
    clause: Clauses = ()
    assumed: Reasons = None

    @property
    def of_records(self) -> tuple[str, ...]:
        """Return the keys that are written and go only with records."""
        fields = ("from_", "through", "rate", "latest", "earliest", "value", "peers")
        written = [name for name in fields if getattr(self, name)]
        written += [] if self.period == "current" else ["period"]
        return tuple(name.rstrip("_") for name in written)

    @property
    def part(self) -> YearPart | None:
        """Return the kind of parts of the period that it looks at, if it looks at such."""
        return next((part for part in YEAR_PARTS if getattr(self, part.each)), None)

    @property
    def measures(self) -> tuple[tuple[Measuring, str], ...]:
        """Return what is measured of the records instead of their number; one at most is right."""
        values: dict[Measuring, str | None] = {
            "sum": self.sum,
            "max": self.most,
            "min": self.least,
            "latest": self.latest,
            "earliest": self.earliest,
        }
        return tuple((how, text) for how, text in values.items() if text is not None)


class Standard(Item):
    """A named boolean over indicators."""

    KIND = "standard"
    NOUN = msg("standard")

    label: Label
    subject: OfWhom = SubjectKind.VILLAGE
    when: Annotated[Expression, asked(msg("condition"))]
    clause: Clauses = ()
    assumed: Reasons = None


class Place(Item):
    """A place among those assessed: by the total, or ``of`` a line or a number.

    Of those who are left out by ``among``, or to whom the line does not apply, no comparison with
    a place holds.
    """

    KIND = "place"
    NOUN = msg("place among others")

    label: Label
    subject: OfWhom = SubjectKind.VILLAGE
    of: Annotated[Expression | None, asked(msg("by what"))] = None
    best: Annotated[
        Literal["most", "least"],
        Facts(
            msg("who is first"),
            words={"most": msg("most is best"), "least": msg("least is best")},
        ),
    ] = "most"
    counted: Annotated[
        Literal["from the front", "from the end"],
        Facts(
            msg("how places are counted"),
            words={
                "from the front": msg("from the front"),
                "from the end": msg("from the end"),
            },
        ),
    ] = "from the front"
    ties: Annotated[
        Literal["first", "last"],
        Facts(
            msg("those who are tied"),
            words={
                "first": msg("have the first of their places"),
                "last": msg("have the last of their places"),
            },
        ),
    ] = "first"
    over: Annotated[
        Literal["group", "all"],
        Facts(
            msg("among whom"),
            words={"group": msg("those ranked together"), "all": msg("all")},
        ),
    ] = "group"
    among: Annotated[Expression | None, asked(msg("who has a place"))] = None
    clause: Clauses = ()
    assumed: Reasons = None


class PutRight(Part):
    """What is put right afterwards gives back what it cost, or a share of that.

    ``when`` is asked of the records that the line counts; ``of`` names the indicators to which it
    applies, by default all of the line.
    """

    when: Annotated[Expression, asked(msg("condition"), row="name")]
    back: Annotated[
        Decimal, Field(gt=0, le=1, decimal_places=6), Facts(msg("share that is given back"), good=1)
    ] = Decimal(1)
    of: Annotated[Names, Facts(msg("what counts"), holds="name")] = ()
    clause: Clauses = ()
    assumed: Reasons = None


LineKind = Literal["score", "bonus", "deduction", "balance"]
"""What a line does: one that scores begins from its points, the others from zero; a balance adds
and takes."""
_LINE_KINDS = {
    "score": msg("score lines"),
    "bonus": msg("bonus"),
    "deduction": msg("deduction"),
    "balance": msg("additions and deductions"),
}
_KIND_MEANS: dict[str, Literal[1, -1, 0]] = {"bonus": 1, "deduction": -1}


class Criterion(Item):
    """A score line. Its method's own fields follow ``method``, kept in ``model_extra``.

    ``kind`` is that of its section, if it says nothing else.
    """

    model_config = ConfigDict(frozen=True, extra="allow", coerce_numbers_to_str=True)
    KIND = "criterion"
    NOUN = msg("criterion")

    label: Label
    kind: Annotated[
        LineKind | None,
        Facts(
            msg("kind"),
            words=_LINE_KINDS,
            means=_KIND_MEANS,
            distinct=False,
            offered=False,
            slips={"bonus": "deduction", "deduction": "bonus"},
        ),
    ] = None
    points: Annotated[VaryingPoints, Facts(msg("worth"))]
    clause: Clauses = ()
    assumed: Reasons = None
    when: Condition = None
    method: Annotated[Text, Facts(msg("how it is scored"), offered=False)]
    not_applicable: Annotated[
        Literal["full", "zero"] | Figure,
        Facts(
            msg("worth where it does not apply"),
            words={"full": msg("full points"), "zero": msg("zero")},
            distinct=False,
        ),
    ] = "full"
    floor: Annotated[
        Floor | None, Facts(msg("least points"), words=NO_LIMIT, good=1, slips={"none": "0"})
    ] = None
    cap: Annotated[
        Cap | None, Facts(msg("most points"), words=NO_LIMIT, good=1, slips={"none": "0"})
    ] = None
    veto: Annotated[Expression | None, asked(msg("veto"))] = None
    put_right: Annotated[PutRight | None, Facts(msg("giving back"), good=1, silent=True)] = None

    @property
    def most_points(self) -> Decimal:
        """Return its points; where they differ by the subject, the most."""
        return max(figures_of(self.points))

    @property
    def least_points(self) -> Decimal:
        """Return its points; where they differ by the subject, the least."""
        return min(figures_of(self.points))


Adding = Literal["sum", "average"]
ADDING = {"sum": msg("sum"), "average": msg("average")}


class Section(Item):
    """A group of score lines.

    With ``for`` it is there only for subjects of which that holds; with ``monthly``, ``quarterly``
    or ``half_yearly`` its lines are scored by such parts of the period, which are summed or
    averaged. ``each_floor`` and ``each_cap`` hold what its lines give together in each part. One
    that is ``mixed`` begins from its ``base``, and has lines that add and lines that take: its
    ``points`` are then the most that it gives.
    """

    KIND = "section"
    NOUN = msg("section")

    label: Label
    for_: Annotated[Expression | None, asked(msg("whom it is for"))] = Field(
        default=None, alias="for"
    )
    kind: Annotated[
        LineKind,
        Facts(
            msg("kind"),
            words=_LINE_KINDS,
            means=_KIND_MEANS,
            distinct=False,
            offered=False,
            slips={},
        ),
    ] = "score"
    subject: OfWhom = SubjectKind.VILLAGE
    monthly: Annotated[Adding | None, Facts(msg("month by month"), words=ADDING)] = None
    quarterly: Annotated[Adding | None, Facts(msg("quarter by quarter"), words=ADDING)] = None
    half_yearly: Annotated[Adding | None, Facts(msg("half-year by half-year"), words=ADDING)] = None
    points: Annotated[Decimal | None, Field(ge=0, le=1_000_000), Facts(msg("worth"))] = None
    base: Annotated[Points, Facts(msg("points to begin with"), good=1, distinct=False)] = Decimal(0)
    weight: Annotated[
        Decimal, Field(gt=0, le=1, decimal_places=8), Facts(msg("weight"), distinct=False)
    ] = Decimal(1)
    floor: Annotated[
        Floor | None,
        Facts(msg("least points"), words=NO_LIMIT, good=1, absent=-1, slips={"none": "0"}),
    ] = None
    cap: Annotated[Figure | None, Facts(msg("most points"), good=1, absent=1)] = None
    each_floor: Annotated[
        Figure | None, Facts(msg("least points of each part"), good=1, absent=-1, offered=False)
    ] = None
    each_cap: Annotated[
        Figure | None, Facts(msg("most points of each part"), good=1, absent=1, offered=False)
    ] = None
    clause: Clauses = ()
    assumed: Reasons = None
    criteria: Annotated[
        dict[Id, Criterion], Field(min_length=1), Facts(msg("criterion"), extends=True)
    ]

    @property
    def bounds(self) -> tuple[Decimal | None, ...]:
        """Return its floor and cap, of the whole and of each part of the period."""
        return *self.span, self.each_floor, self.each_cap

    @property
    def is_adjusted(self) -> bool:
        """Return whether its points are not simply the sum of its lines."""
        return self.weight != 1 or any(bound is not None for bound in self.bounds)

    @property
    def holds_each(self) -> bool:
        """Return whether its lines are held together in each part of the period."""
        return self.each_floor is not None or self.each_cap is not None

    @property
    def part(self) -> YearPart | None:
        """Return the parts of the period by which its lines are scored, if they are."""
        return next((part for part in YEAR_PARTS if getattr(self, part.key)), None)

    @property
    def adding(self) -> Adding | None:
        """Return what is done with these parts."""
        return self.monthly or self.quarterly or self.half_yearly

    def kind_of(self, criterion: Criterion) -> LineKind:
        """Return what one of its lines does."""
        return criterion.kind or self.kind

    def full(self, criterion: Criterion) -> Decimal:
        """Return what a line gives in full: its points, in a deduction what they take."""
        points = criterion.most_points
        return -points if self.kind_of(criterion) == "deduction" else points

    def span_of(self, criterion: Criterion) -> tuple[Decimal, Decimal]:
        """Return the floor and the cap of one of its lines."""
        kind, points = self.kind_of(criterion), criterion.most_points
        floor = -points if kind in ("deduction", "balance") else Decimal(0)
        cap = Decimal(0) if kind == "deduction" else points
        return (
            floor if criterion.floor is None else criterion.floor,
            cap if criterion.cap is None else criterion.cap,
        )

    @property
    def mixed(self) -> bool:
        """Return whether it is scored by more than the points of its lines."""
        kinds = {self.kind_of(line) for line in self.criteria.values()}
        return self.kind == "score" and (bool(self.base) or kinds != {"score"})

    @property
    def span(self) -> tuple[Decimal | None, Decimal | None]:
        """Return its own floor and cap; a mixed one lies between zero and its points."""
        floor = Decimal(0) if self.mixed and self.floor is None else self.floor
        return floor, self.points if self.mixed and self.cap is None else self.cap

    def worth(self, times: int, points: Mapping[str, Decimal] | None = None) -> Decimal:
        """Return its part of the scale before its weight, where each line counts so many times.

        Args:
            times: how many.
            points: those of lines that differ by the subject; else their most counts.
        """
        if self.mixed and self.points is not None:
            return self.points
        return self.begun(times, points)

    def begun(self, times: int, points: Mapping[str, Decimal] | None = None) -> Decimal:
        """Return what it gives while nothing is added or taken; each line so many times."""
        known, lines = points or {}, self.criteria.items()
        scored = (known.get(n, c.most_points) for n, c in lines if self.kind_of(c) == "score")
        return self.base + sum(scored, Decimal(0)) * times

    def reached(self, times: int) -> Decimal:
        """Return the most that its lines lead to, where each counts so many times."""
        most = sum((self.span_of(line)[1] for line in self.criteria.values()), Decimal(0))
        if self.each_cap is not None:
            most = min(most, self.each_cap)
        return self.base + most * times

    @property
    def varies(self) -> bool:
        """Return whether the points of one of its lines differ by the subject."""
        return any(isinstance(line.points, BySubject) for line in self.criteria.values())


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
    share: Annotated[Share, Facts(msg("share"), good=1, distinct=False, needs="share_of")] = (
        Decimal(1)
    )
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


class Use(Part):
    """Another ruleset of which parts are used; ``override``: names that are defined here anew."""

    from_: Annotated[Text, Facts(msg("another ruleset"), holds="name", row="id")] = Field(
        alias="from"
    )
    override: Annotated[Names, Facts(msg("defined here anew"), holds="name")] = ()


def _as_use(value: object) -> object:
    return {"from": value} if isinstance(value, str) else value


def _as_uses(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Uses = Annotated[
    tuple[Annotated[Use, BeforeValidator(_as_use, json_schema_input_type=Use | Text)], ...],
    BeforeValidator(_as_uses, json_schema_input_type=Text | tuple[Use | Text, ...]),
]
"""The folders of other rulesets, from the ruleset's own, of which parts are used."""
_JOINT = msg("targets, responsibility, pay")


class RulesetDocument(Part):
    """The whole of ``ruleset.yaml``."""

    KIND = "ruleset"
    NOUN = msg("ruleset")

    ruleset: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z][a-z0-9-]*$"),
        Facts(msg("id"), decides=False, figure=False, stand_in="unnamed"),
    ]
    title: Annotated[Text, prose(msg("title"), figure=False, stand_in="-")]
    edition: Annotated[Text, prose(msg("edition"), figure=False, stand_in="-")]
    effective: Annotated[
        Span,
        BeforeValidator(as_span, json_schema_input_type=Span | Text),
        Facts(msg("in force"), decides=False, figure=False, stand_in={"from": date.min}),
    ]
    language: Annotated[
        Literal["zh", "en"],
        Facts(
            msg("language"),
            words={"zh": msg("Chinese"), "en": msg("English")},
            decides=False,
            figure=False,
            offered=False,
        ),
    ] = "zh"
    uses: Annotated[
        Uses,
        Facts(msg("rulesets whose parts are used"), decides=False, figure=False, offered=False),
    ] = ()
    period: Annotated[
        Period,
        BeforeValidator(as_span, json_schema_input_type=Period | Text),
        Facts(
            msg("period"),
            figure=False,
            stand_in={"from": date(2000, 1, 1), "to": date(2000, 12, 31)},
        ),
    ]
    scale: Annotated[
        Decimal,
        Field(gt=0, le=1_000_000, decimal_places=4),
        Facts(msg("scale"), good=1, stand_in=Decimal(100)),
    ]
    base: Annotated[Figure, Facts(msg("points to begin with"), good=1)] = Decimal(0)
    rounding: Annotated[Rounding, Facts(msg("rounding"), silent=True)] = Rounding()
    clause: Clauses = ()
    assumed: Annotated[dict[str, Text], _REASON] = Field(default_factory=dict)
    subjects: Annotated[Subjects, Facts(msg("who is ranked together"), figure=False)] = Subjects()
    assessed: Annotated[
        Annotated[Assessed, BeforeValidator(_as_assessed, json_schema_input_type=AssessedInput)]
        | None,
        Facts(msg("who are assessed"), holds="prose", figure=False),
    ] = None
    acknowledge: Annotated[
        tuple[Acknowledgement, ...], Facts(msg("acknowledged finding"), decides=False, figure=False)
    ] = ()
    holidays: Annotated[
        dict[Annotated[int, Field(ge=1900, le=2200)], Holidays],
        Facts(msg("holidays"), figure=False, whole=True),
    ] = Field(default_factory=dict)
    tables: Annotated[
        dict[Id, TableSpec | None],
        Facts(msg("tables of records"), figure=False, sheet=msg("tables of records"), shared=True),
    ]
    parameters: Annotated[
        dict[Id, Parameter],
        Facts(
            msg("parameters"), tabular=True, sheet=msg("parameters"), named="subjects", shared=True
        ),
    ] = Field(default_factory=dict)
    indicators: Annotated[
        dict[Id, Indicator],
        Facts(
            msg("indicator"), extends=True, sheet=msg("indicators"), named="subjects", shared=True
        ),
    ]
    standards: Annotated[
        dict[Id, Standard],
        Facts(
            msg("standards"), tabular=True, sheet=msg("standards"), named="subjects", shared=True
        ),
    ] = Field(default_factory=dict)
    places: Annotated[
        dict[Id, Place],
        Facts(
            msg("places among others"),
            tabular=True,
            extends=True,
            sheet=msg("standards"),
            named="subjects",
        ),
    ] = Field(default_factory=dict)
    sections: Annotated[
        dict[Id, Section], Field(min_length=1), Facts(msg("sections"), sheet="each")
    ]
    grades: Annotated[
        dict[Id, Grade],
        Field(min_length=1),
        Facts(msg("grades"), tabular=True, sheet=msg("grades")),
    ]
    consequences: Annotated[
        dict[Id, Consequence],
        Facts(
            msg("consequences"),
            tabular=True,
            extends=True,
            sheet=msg("consequences"),
            named="facts",
        ),
    ] = Field(default_factory=dict)
    targets: Annotated[
        dict[Id, Target], Facts(msg("target"), tabular=True, extends=True, sheet=_JOINT)
    ] = Field(default_factory=dict)
    responsibility: Annotated[
        Responsibility | None, Facts(msg("shares of responsibility"), sheet=_JOINT)
    ] = None
    pay: Annotated[dict[Id, Pay], Facts(msg("pay"), sheet=_JOINT)] = Field(default_factory=dict)
    appeals: Annotated[Appeals | None, Facts(msg("appeals"))] = None

    @property
    def nouns(self) -> dict[str, Noun]:
        """Return what those assessed are called, by language; empty for villages and units."""
        return self.assessed.nouns if self.assessed else {}

    @property
    def kinds(self) -> tuple[SubjectKind, ...]:
        """Return the kinds of subjects assessed; cadres where points are carried to them."""
        return tuple(kind for kind in SubjectKind if kind.judged or self.responsibility)

    def base_of(self, kind: SubjectKind) -> Decimal:
        """Return what a total begins with in full: of cadres that is carried over."""
        if kind.judged:
            return self.base
        return self.responsibility.weight * self.scale if self.responsibility else Decimal(0)

    def times(self, section: Section) -> int:
        """Return how many parts of the period are summed in a section, 1 where none are."""
        if section.adding != "sum" or section.part is None:
            return 1
        period = self.period
        return len(section.part.frames(Frame(period.from_, period.to, period.to)))

    def grades_of(self, kind: SubjectKind) -> dict[str, Grade]:
        """Return the grades of a kind of subjects; cadres may have their own."""
        own = self.responsibility.grades if self.responsibility else None
        return own if own and not kind.judged else self.grades

    def criteria(self) -> list[tuple[str, Section, str, Criterion]]:
        """Return every criterion with its section, in the order of the paper."""
        return [
            (section_id, section, criterion_id, criterion)
            for section_id, section in self.sections.items()
            for criterion_id, criterion in section.criteria.items()
        ]


class Clause(Part):
    """One clause of the source document, in our own words."""

    KIND = "clause"
    NOUN = msg("clause")

    ref: Annotated[Text, prose(msg("place in the paper"))]
    gist: Annotated[Text, prose(msg("gist"), row="label")]
    status: Annotated[
        Literal["encoded", "exhortation", "excluded"],
        Facts(
            msg("status"),
            words={
                "encoded": msg("encoded"),
                "exhortation": msg("exhortation"),
                "excluded": msg("not encoded"),
            },
            distinct=False,
        ),
    ]
    reason: Annotated[Text | None, prose(msg("reason"))] = None
    figures: Annotated[tuple[Any, ...], Facts(msg("figures"), decides=False, order="any")] = ()
    wording: Annotated[
        str | None,
        StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$"),
        Facts(msg("wording"), decides=False),
    ] = None


class ClauseSource(Part):
    """Which document the clauses come from."""

    title: Annotated[Text, prose(msg("title"))]
    file: Annotated[Text | None, Facts(msg("file"), holds="prose")] = None
    note: Annotated[Text | None, Facts(msg("remark"), holds="prose")] = None


class ClausesDocument(Part):
    """The whole of ``clauses.yaml``."""

    source: Annotated[ClauseSource, Facts(msg("source document"), stand_in={"title": "-"})]
    clauses: Annotated[
        dict[Text, Clause], Field(min_length=1), Facts(msg("clauses"), tabular=True, shared=True)
    ]
