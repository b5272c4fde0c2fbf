"""A ruleset as written: the shape of ``ruleset.yaml`` and ``clauses.yaml``.

These models say what may stand where; what it means is the compiler's business. Numbers are
exact decimals, and every name is an id of the same file or of a table.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    StringConstraints,
)

from rules_engine.messages import Noun, msg
from rules_engine.model.facts import Facts, prose
from rules_engine.model.frame import Frame
from rules_engine.model.subjects import SubjectKind

if TYPE_CHECKING:
    pass

from rules_engine.model.fields import _REASON, Clauses, Figure, Id, Part, Text
from rules_engine.model.general import (
    Acknowledgement,
    Assessed,
    AssessedInput,
    Holidays,
    Period,
    Rounding,
    Span,
    Subjects,
    Uses,
    _as_assessed,
    as_span,
)
from rules_engine.model.inputs import Indicator, Parameter, Place, Standard, TableSpec
from rules_engine.model.outcomes import Appeals, Consequence, Grade, Responsibility, Target
from rules_engine.model.pay import Pay
from rules_engine.model.scoring import Criterion, Section

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
