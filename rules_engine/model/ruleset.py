"""A ruleset as written: the shape of ``ruleset.yaml`` and ``clauses.yaml``.

These models say what may stand where; what it means is the compiler's business. Numbers are
exact decimals, and every name is an id of the same file or of a table.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from rules_engine.messages import Noun, tr
from rules_engine.model.days import read_day, read_span
from rules_engine.model.frame import Frame
from rules_engine.model.table import DayMeans

Figure = Annotated[Decimal, Field(ge=-(10**9), le=10**9, decimal_places=6)]
"""A number that fits, scaled, into 64 bits of the plan."""
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
LINE_ENDS = re.compile(r"\s*[\n\r\v\f\x85\u2028\u2029]+\s*")


def _in_one_line(text: str) -> str:
    """Return a text without line ends: in a paper or on a terminal they would begin another."""
    return LINE_ENDS.sub(" ", text)


Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(_in_one_line),
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
    tuple[Text, ...],
    BeforeValidator(_as_tuple, json_schema_input_type=Text | tuple[Text, ...]),
]


def _as_day(value: object) -> object:
    try:
        return (read_day(value) or value) if isinstance(value, str) else value
    except ValueError:
        return value


Day = Annotated[date, BeforeValidator(_as_day, json_schema_input_type=Text | date)]
"""A day as people write it; a key, or in quotes, it is a text to YAML."""


class Part(BaseModel):
    """Anything in a ruleset: frozen, and nothing in it that is not known."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", coerce_numbers_to_str=True, defer_build=True
    )


class Item(Part):
    """A part that answers for its numbers: by clauses, or by a reason for assuming them."""

    label: Text
    clause: Names = ()
    assumed: Text | dict[str, Text] | None = None


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

    from_: Day = Field(alias="from")
    to: Day | None = None

    def days(self) -> list[date]:
        """Return its days; without an end it is the one with which it begins."""
        last = self.to or self.from_
        return [self.from_ + timedelta(days=n) for n in range((last - self.from_).days + 1)]


class Holidays(Part):
    """The holidays of a year, as its notice gives them: days off, and days worked instead."""

    notice: Text
    off: Annotated[
        tuple[Annotated[Span, BeforeValidator(as_span, json_schema_input_type=Span | Day)], ...],
        Field(min_length=1),
    ]
    work: tuple[Day, ...] = ()


class Period(Part):
    """The assessed period, both days included."""

    from_: Day = Field(alias="from")
    to: Day


class Rounding(Part):
    """Decimal places of totals, rounded half-up."""

    places: Annotated[int, Field(ge=0, le=4)] = 2


class Subjects(Part):
    """How villages are grouped for ranking: by the values of a column, or all together."""

    group: Text | None = None


HAN = re.compile(r"[\u4e00-\u9fff]")


class Assessed(Part):
    """What those assessed are called where they are no villages and units, such as 乡镇.

    One language is enough; ``plural`` is the English plural where it is no regular one.
    """

    zh: Text | None = None
    en: Text | None = None
    plural: Text | None = None

    @model_validator(mode="after")
    def _named(self) -> Assessed:
        if self.zh is None and self.en is None:
            raise ValueError(tr("say with zh: or en: what they are called"))
        return self

    @property
    def nouns(self) -> dict[str, Noun]:
        """Return the nouns by language; a language without one of its own takes the other's."""
        chinese, english = self.zh or self.en or "", self.en or self.zh or ""
        return {
            "zh": Noun(chinese, chinese),
            "en": Noun(english, self.plural or _plural(english)),
        }


def _plural(noun: str) -> str:
    """Return the regular English plural; a Chinese noun has none."""
    if HAN.search(noun):
        return noun
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if re.search(r"(s|x|z|ch|sh)$", noun) else f"{noun}s"


def _as_assessed(value: object) -> object:
    if not isinstance(value, str):
        return value
    return {"zh" if HAN.search(value) else "en": value}


class Acknowledgement(Part):
    """A finding that the office knows about and lives with, and why."""

    code: Text
    at: Text
    reason: Text


class ColumnSpec(Part):
    """A column that the ruleset adds to a table."""

    label: Text | None = None
    type: Literal["text", "integer", "decimal", "boolean", "date", "timestamp"] = "text"
    required: bool = False
    event: bool = False
    values: tuple[Text, ...] = ()
    refers: Text | None = None
    day_means: DayMeans | None = None
    kind: Literal["case number", "案件编号"] | None = None
    least: Figure | None = Field(default=None, alias="min")
    most: Figure | None = Field(default=None, alias="max")


class TableSpec(Part):
    """A table that the ruleset reads."""

    label: Text | None = None
    period: Text | None = None
    optional: bool = False
    columns: dict[Id, ColumnSpec] = Field(default_factory=dict)


class Parameter(Item):
    """A named figure."""

    value: Figure | None = None
    values: dict[Day, Figure] = Field(default_factory=dict)

    def on(self, day: date) -> Decimal | None:
        """Return the figure in force on a day, if any is."""
        begun = [start for start in self.values if start <= day]
        return self.values[max(begun)] if begun else self.value


class Rate(Part):
    """A rate: the records of ``over`` for which ``of`` holds as well, by all of ``over``."""

    of: Expression
    over: Expression | None = None


class Indicator(Item):
    """One number for each subject: a count, a sum, a rate, or a value from other indicators."""

    subject: Literal["village", "cadre"] = "village"
    from_: Text | None = Field(default=None, alias="from")
    through: Names = ()
    period: Literal["current", "previous", "preceding", "all"] = "current"
    where: Expression | None = None
    rate: Rate | None = None
    sum: Expression | None = None
    most: Expression | None = Field(default=None, alias="max")
    least: Expression | None = Field(default=None, alias="min")
    latest: Expression | None = None
    earliest: Expression | None = None
    value: Expression | None = None

    @property
    def measures(self) -> tuple[tuple[Measuring, str], ...]:
        """Return what is measured of the records instead of their number; one at most is right."""
        given: dict[Measuring, str | None] = {
            "sum": self.sum,
            "max": self.most,
            "min": self.least,
            "latest": self.latest,
            "earliest": self.earliest,
        }
        return tuple((how, text) for how, text in given.items() if text is not None)


class Standard(Item):
    """A named boolean over indicators."""

    when: Expression


class PutRight(Part):
    """What is put right afterwards gives back what it cost, or a share of that.

    ``when`` is asked of the records that the line counts; ``of`` names the indicators to which it
    applies, by default all of the line.
    """

    when: Expression
    back: Annotated[Decimal, Field(gt=0, le=1, decimal_places=6)] = Decimal(1)
    of: Names = ()
    clause: Names = ()
    assumed: Text | dict[str, Text] | None = None


class Criterion(Item):
    """A score line. Its method's own fields are kept aside in ``model_extra``."""

    model_config = ConfigDict(frozen=True, extra="allow", coerce_numbers_to_str=True)

    points: Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=4)]
    method: Text
    when: Expression | None = None
    veto: Expression | None = None
    put_right: PutRight | None = None
    not_applicable: Literal["full", "zero"] | Figure = "full"
    floor: Floor | None = None
    cap: Cap | None = None


SectionKind = Literal["score", "bonus", "deduction"]


class Section(Item):
    """A group of score lines.

    With ``for`` it is there only for subjects of which that holds; with ``monthly`` its lines are
    scored month by month, and their months are summed or averaged.
    """

    kind: SectionKind = "score"
    subject: Literal["village", "cadre"] = "village"
    for_: Expression | None = Field(default=None, alias="for")
    monthly: Literal["sum", "average"] | None = None
    points: Annotated[Decimal, Field(ge=0, le=1_000_000)] | None = None
    weight: Annotated[Decimal, Field(gt=0, le=1, decimal_places=8)] = Decimal(1)
    floor: Floor | None = None
    cap: Figure | None = None
    criteria: Annotated[dict[Id, Criterion], Field(min_length=1)]

    def full(self, criterion: Criterion) -> Decimal:
        """Return what a line gives in full: its points, in a deduction what they take."""
        return -criterion.points if self.kind == "deduction" else criterion.points

    def worth(self, months: int) -> Decimal:
        """Return the points of its lines together, in a period of so many months."""
        added = sum((c.points for c in self.criteria.values()), Decimal(0))
        return added * months if self.monthly == "sum" else added


class Grade(Item):
    """A grade, best first."""

    from_: Figure = Field(alias="from")
    to: Figure | None = None
    quota: Annotated[Decimal, Field(ge=0, le=1, decimal_places=6)] | None = None
    ties: Literal["exclude", "include"] = "exclude"


class Consequence(Item):
    """What follows from what is so."""

    kind: Literal["honour", "sanction", "downgrade", "veto", "status"]
    effect: Literal["zero", "last", "no honours", "grade"] | None = None
    grade: Id | None = None
    steps: Annotated[int, Field(ge=1)] = 1
    when: Expression
    roles: Names = ()


class Target(Item):
    """A share of all subjects that must meet a standard."""

    share: Id
    at_least: Annotated[Decimal, Field(ge=0, le=1, decimal_places=6)]
    among: Expression | None = None


class Role(Part):
    """How much of a village's lost points a role answers for."""

    share: Annotated[Decimal, Field(ge=0, le=1, decimal_places=6)]
    clause: Names = ()
    assumed: Text | None = None


class Responsibility(Part):
    """How a village's result is carried to the cadres.

    ``others`` are roles that stand among the assignments and have no share in the result.
    """

    clause: Names = ()
    assumed: Text | dict[str, Text] | None = None
    roles: Annotated[dict[Text, Role], Field(min_length=1)]
    others: Names = ()
    grades: dict[Id, Grade] | None = None


class PayBand(Part):
    """What a range of scores brings: ``amount``, and ``each`` for every point above ``over``."""

    from_: Figure | None = Field(default=None, alias="from")
    to: Figure | None = None
    amount: Figure = Decimal(0)
    each: Figure = Decimal(0)
    over: Figure = Decimal(0)
    assumed: Text | None = None


class Pay(Item):
    """Money by the score, in ``unit``."""

    subject: Literal["village", "cadre"] = "cadre"
    unit: Text = "元"
    places: Annotated[int, Field(ge=0, le=4)] = 2
    bands: Annotated[tuple[PayBand, ...], Field(min_length=1)]

    @property
    def covers_all(self) -> bool:
        """Return whether every score lies in some range."""
        reached: Decimal | None = None
        for band in sorted(self.bands, key=lambda b: (b.from_ is not None, b.from_ or Decimal(0))):
            if band.from_ is not None and (reached is None or band.from_ > reached):
                return False
            if band.to is None:
                return True
            reached = band.to if reached is None else max(reached, band.to)
        return False


class Adjusting(Part):
    """How far a decision on an appeal may change the points of a line by itself."""

    up_to: Annotated[Decimal, Field(gt=0, le=1_000_000, decimal_places=4)]
    clause: Names = ()
    assumed: Text | None = None


class Appeals(Part):
    """What the paper says about disputing a published result."""

    days: Annotated[int, Field(ge=1, le=366)] | None = None
    adjust: Adjusting | None = None
    clause: Names = ()
    assumed: Text | dict[str, Text] | None = None


class RulesetDocument(Part):
    """The whole of ``ruleset.yaml``."""

    ruleset: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
    title: Text
    edition: Text
    effective: Annotated[Span, BeforeValidator(as_span, json_schema_input_type=Span | Text)]
    language: Literal["zh", "en"] = "zh"
    period: Annotated[Period, BeforeValidator(as_span, json_schema_input_type=Period | Text)]
    scale: Annotated[Decimal, Field(gt=0, le=1_000_000, decimal_places=4)]
    base: Figure = Decimal(0)
    rounding: Rounding = Rounding()
    clause: Names = ()
    assumed: dict[str, Text] = Field(default_factory=dict)
    subjects: Subjects = Subjects()
    assessed: (
        Annotated[Assessed, BeforeValidator(_as_assessed, json_schema_input_type=Assessed | Text)]
        | None
    ) = None
    acknowledge: tuple[Acknowledgement, ...] = ()
    holidays: dict[Annotated[int, Field(ge=1900, le=2200)], Holidays] = Field(default_factory=dict)
    tables: dict[Id, TableSpec | None]
    parameters: dict[Id, Parameter] = Field(default_factory=dict)
    indicators: dict[Id, Indicator]
    standards: dict[Id, Standard] = Field(default_factory=dict)
    sections: Annotated[dict[Id, Section], Field(min_length=1)]
    grades: Annotated[dict[Id, Grade], Field(min_length=1)]
    consequences: dict[Id, Consequence] = Field(default_factory=dict)
    targets: dict[Id, Target] = Field(default_factory=dict)
    responsibility: Responsibility | None = None
    pay: dict[Id, Pay] = Field(default_factory=dict)
    appeals: Appeals | None = None

    @property
    def nouns(self) -> dict[str, Noun]:
        """Return what those assessed are called, by language; empty for villages and units."""
        return self.assessed.nouns if self.assessed else {}

    @property
    def months(self) -> int:
        """Return how many calendar months the period touches."""
        period = self.period
        return len(Frame(period.from_, period.to, period.to).months())

    def criteria(self) -> list[tuple[str, Section, str, Criterion]]:
        """Return every criterion with its section, in the order of the paper."""
        return [
            (section_id, section, criterion_id, criterion)
            for section_id, section in self.sections.items()
            for criterion_id, criterion in section.criteria.items()
        ]


class Clause(Part):
    """One clause of the source document, in our own words."""

    ref: Text
    gist: Text
    status: Literal["encoded", "exhortation", "excluded"]
    reason: Text | None = None
    figures: tuple[Any, ...] = ()
    wording: Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")] | None = None


class ClauseSource(Part):
    """Which document the clauses come from."""

    title: Text
    file: Text | None = None
    note: Text | None = None


class ClausesDocument(Part):
    """The whole of ``clauses.yaml``."""

    source: ClauseSource
    clauses: Annotated[dict[Text, Clause], Field(min_length=1)]
