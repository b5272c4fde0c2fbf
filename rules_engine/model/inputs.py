"""What a ruleset rests on: tables, figures, indicators, standards and places among others."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    Field,
)

from rules_engine.messages import msg
from rules_engine.model.facts import Facts, asked
from rules_engine.model.fields import (
    _LABEL,
    Clauses,
    Day,
    Expression,
    Figure,
    Id,
    Item,
    Label,
    Measuring,
    Names,
    OfPeriod,
    OfWhom,
    Part,
    Reasons,
    Text,
)
from rules_engine.model.subjects import SubjectKind
from rules_engine.model.table import DayMeans
from rules_engine.model.year_parts import YEAR_PARTS, YearPart


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


EXTREMES = {"most": msg("most is best"), "least": msg("least is best")}


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
            words=EXTREMES,
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
            words=EXTREMES,
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
