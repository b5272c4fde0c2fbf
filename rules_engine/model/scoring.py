"""Sections and score lines as a ruleset writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import (
    ConfigDict,
    Field,
)

from rules_engine.messages import msg
from rules_engine.model.by_subject import BySubject, figures_of
from rules_engine.model.facts import Facts, asked
from rules_engine.model.subjects import SubjectKind
from rules_engine.model.year_parts import YEAR_PARTS, YearPart

if TYPE_CHECKING:
    from collections.abc import Mapping

from rules_engine.model.fields import (
    NO_LIMIT,
    Cap,
    Clauses,
    Condition,
    Expression,
    Figure,
    Floor,
    Id,
    Item,
    Label,
    Names,
    OfWhom,
    Part,
    Points,
    Reasons,
    Text,
    VaryingPoints,
)


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
