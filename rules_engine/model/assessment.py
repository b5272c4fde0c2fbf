"""What an assessment says, as frozen values: the one view model that every reporter reads.

Points, scores and rates are :class:`~decimal.Decimal` and exact. Reporters format them; none
computes a score.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from rules_engine.messages import tr
from rules_engine.model import figures
from rules_engine.model.candidates import with_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from rules_engine.errors import Finding
    from rules_engine.model.subjects import SubjectKind

Outcome = Literal["scored", "not_applicable", "not_assessable", "error"]
NOT_SERIALISED = {"not told": True}
"""Marks a field that is for reporters only and stands in no document."""
OUTCOMES: tuple[Outcome, ...] = ("scored", "not_applicable", "not_assessable", "error")


@dataclass(frozen=True)
class RunInfo:
    """Which run this is and what it was made from. ``run_id`` is empty for an unstored run.

    A run with ``overrides`` took other figures than the ruleset's file has: it only tries them.

    Attributes:
        rows: by table, how many records were assessed.
        tables: what people call the tables.
    """

    run_id: str
    status: str
    created_at: datetime
    digest: str
    ruleset_id: str
    ruleset_title: str
    ruleset_edition: str
    ruleset_fingerprint: str
    data_fingerprint: str
    as_of: date
    period_from: date
    period_to: date
    engine: str
    engine_version: str
    language: str
    scale: Decimal
    places: int
    rows: tuple[tuple[str, int], ...]
    accepted_quarantine: bool
    overrides: tuple[str, ...] = ()
    tables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ClauseRef:
    """A clause of the source document: its id, its place in the paper and its gist."""

    id: str
    ref: str
    gist: str


@dataclass(frozen=True)
class Evidence:
    """One record behind a line.

    Attributes:
        record_id: its key in the table.
        table: Chinese label of the table.
        on: the date that puts it into the period, ISO, possibly with a time.
        indicator: label of the indicator that counted it.
        counted: whether it is in the count; for a rate, whether it is in the numerator.
        detail: the columns that the condition looks at, each with its value, in words.
        rate: whether the indicator is a rate, so that what is not counted costs points.
        stated: whether it is told with its details whatever it gives: somebody judged.
    """

    record_id: str
    table: str
    on: str
    indicator: str
    counted: bool
    detail: tuple[str, ...]
    rate: bool = False
    stated: bool = field(default=False, metadata=NOT_SERIALISED)

    @property
    def standing(self) -> str:
        """Return in a word what became of it: no mark, since a counted fault is no praise."""
        if self.rate:
            return tr("meets it") if self.counted else tr("misses it")
        return tr("counted") if self.counted else tr("not counted")


@dataclass(frozen=True)
class Line:
    """One score line of one subject.

    Attributes:
        points: the contribution to the total, after floor and cap; ``None`` when not assessable.
        maximum: the most that the line can give.
        raw: what the formula gave before floor and cap; ``None`` when it gave nothing.
        formula: how the line is scored, as its method words it.
        worked: how the points came about, in words, e.g. "from 10 points; 4 late reports, each
            time −1: −4; 6 points in all"; and what hit its veto.
        adjusted: what a decision on an appeal added to ``points``, or took.
        given_back: what ``points`` hold of a loss that was put right.
        records: how many records stand behind the line.
        low: the least that the line could give, where it is not assessable.
        high: the most that it could give, likewise.
        reason: why the line is not applicable or not assessable, else empty.
        months: the line month by month, each labelled with its month, where it is scored so.
    """

    criterion: str
    label: str
    section: str
    outcome: Outcome
    points: Decimal | None
    maximum: Decimal
    raw: Decimal | None
    floor_applied: bool
    cap_applied: bool
    veto: bool
    records: int
    low: Decimal
    high: Decimal
    formula: str
    worked: str
    reason: str
    clauses: tuple[ClauseRef, ...]
    evidence: tuple[Evidence, ...] = ()
    given_back: Decimal = Decimal(0)
    adjusted: Decimal = Decimal(0)
    months: tuple[Line, ...] = ()

    @property
    def lost(self) -> bool:
        """Return whether the line did not give all it could."""
        return self.points is None or self.points < self.maximum

    @property
    def is_judged(self) -> bool:
        """Return whether somebody judged how many points it gives: then all records are told."""
        return any(record.stated for record in self.evidence)

    @property
    def costly(self) -> tuple[Evidence, ...]:
        """Return the records that cost points.

        Of a rate these are the ones missing from its numerator; of a count, all that it counts.
        """
        return tuple(r for r in self.evidence if r.counted is not r.rate or self.points is None)


@dataclass(frozen=True)
class Consequence:
    """An honour, a sanction or a veto that fell on a subject, and why.

    Attributes:
        because: the facts that it rests on, in words.
        evidence: of a village, the records behind them that none of its lines lists.
    """

    id: str
    kind: Literal["honour", "sanction", "downgrade", "veto", "status"]
    label: str
    because: str
    clauses: tuple[ClauseRef, ...]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class SectionSum:
    """What a section gives where that is not simply the sum of its lines.

    Attributes:
        low: the least it gives, after its own floor and cap and before its weight.
        high: the most it gives; equals ``low`` when nothing is missing.
        weight: its part of the total, 0 to 1.
    """

    id: str
    label: str
    low: Decimal
    high: Decimal
    weight: Decimal

    def __str__(self) -> str:
        """Return the section with its points, and its weight where that is not the whole."""
        points = figures.span(self.low, self.high)
        if self.weight == 1:
            return tr("{section}: {points}", section=self.label, points=points)
        weight = figures.percent_as_written(self.weight)
        return tr(
            "{section}: {points} × {weight}", section=self.label, points=points, weight=weight
        )


@dataclass(frozen=True)
class Step:
    """One step from nothing to a total, in words. The steps of a subject add up to its score.

    Attributes:
        kind: where the points come from: what everybody starts from, a section within its own
            floor, cap and weight, what is carried over from villages, a floor of the total, a
            veto that leaves nothing, or rounding.
        text: what it is and what it adds, for a reader.
        low: the least that it adds to the total, or takes from it.
        high: the most; equals ``low`` when nothing is missing.
    """

    kind: Literal["base", "section", "carried", "floor", "veto", "rounding"]
    text: str
    low: Decimal
    high: Decimal

    def __str__(self) -> str:
        """Return its words."""
        return self.text


@dataclass(frozen=True)
class PaymentPart:
    """One sum of a payment; ``amount`` is ``None`` while what it goes by is open.

    Attributes:
        how: how the amount comes about, in words.
        clauses: the clauses on which it rests.
    """

    id: str
    label: str
    amount: Decimal | None
    how: str = ""
    clauses: tuple[ClauseRef, ...] = ()


@dataclass(frozen=True)
class Payment:
    """Money that a score brings, or several parts; ``amount`` is ``None`` while it is open.

    Attributes:
        how: how the amount comes about, in words.
        parts: its parts in the order of the paper; they add up to the amount, unless a bound of
            the whole payment holds it.
    """

    id: str
    label: str
    amount: Decimal | None
    unit: str
    how: str = ""
    parts: tuple[PaymentPart, ...] = ()

    def __str__(self) -> str:
        """Return what is paid, in its unit, and how it comes about."""
        if not self.how:
            return self.short
        return tr("{payment} ({how})", payment=self.short, how=self.how)

    @property
    def short(self) -> str:
        """Return what is paid, in its unit."""
        if self.amount is None:
            return tr("{label}: open", label=self.label)
        amount = figures.plain(self.amount)
        return tr("{label}: {amount} {unit}", label=self.label, amount=amount, unit=self.unit)


def _between(low: Decimal, high: Decimal | None) -> Decimal | str:
    return low if high is None else figures.span(low, high)


@dataclass(frozen=True)
class Share:
    """What one village's result means for a cadre who answers for it.

    Attributes:
        days: days of the period that the assignment covers.
        village: the village's name, with its id where others have the same.
        share: part of the village's lost points that the role answers for, 0 to 1.
        village_score: the village's score.
        score: what the assignment gives: scale − share × (scale − village score).
        village_high: the most that the village's score can be, where it is not certain; then
            ``village_score`` is the least.
        high: the most that the assignment can give, likewise.
    """

    village_id: str
    village: str
    role: str
    from_on: date
    to_on: date
    days: int
    share: Decimal
    village_score: Decimal
    score: Decimal
    village_high: Decimal | None = None
    high: Decimal | None = None

    @property
    def village_shown(self) -> Decimal | str:
        """Return the village's score, or as a text between what it lies."""
        return _between(self.village_score, self.village_high)

    @property
    def shown(self) -> Decimal | str:
        """Return what the assignment gives, or as a text between what it lies."""
        return _between(self.score, self.high)


@dataclass(frozen=True)
class Subject:
    """One village, unit or cadre with its result.

    Attributes:
        group: the group that it is ranked in, empty when all are ranked together.
        score: the total, rounded as the ruleset says; with a blocking line, the assured part.
        low: the least the total can be; equals ``score`` when nothing is missing.
        high: the most the total can be.
        rank: place within the group, ties share; ``None`` while several are possible.
        tied: how many others surely share the place.
        band: the grade that the score alone gives; empty when undetermined.
        grade: the final grade after downgrade, veto and quota; empty when undetermined.
        grade_reason: why the final grade differs from the band, else empty.
        post: a cadre's post, else empty.
        shares: a cadre's villages, else empty.
        account: how the total comes about, step by step; empty where lines were not read.
        namesake: whether another of its kind has the same name.
        places: the first and the last place that is possible, where it is not certain.
        grades: the grades that are possible, best first, where it is not certain and some are not.
        possible: the consequences that may still follow.
    """

    kind: SubjectKind
    id: str
    name: str
    group: str
    score: Decimal
    low: Decimal
    high: Decimal
    rank: int | None
    tied: int
    band: str
    grade: str
    grade_reason: str
    lines: tuple[Line, ...]
    consequences: tuple[Consequence, ...]
    post: str = ""
    shares: tuple[Share, ...] = ()
    sections: tuple[SectionSum, ...] = ()
    payments: tuple[Payment, ...] = ()
    account: tuple[Step, ...] = ()
    places: tuple[int, int] | None = None
    grades: tuple[str, ...] = ()
    possible: tuple[Consequence, ...] = ()
    namesake: bool = field(default=False, metadata=NOT_SERIALISED)

    @property
    def title(self) -> str:
        """Return the name, with the id behind it where others of its kind have the same name."""
        return with_id(self.name, self.id) if self.namesake else self.name

    @property
    def place_range(self) -> str:
        """Return the place, or the first and the last that is possible."""
        return "–".join(map(str, self.places)) if self.places else str(self.rank)

    @property
    def place_text(self) -> str:
        """Return the place, ties marked, or the first and the last that is possible."""
        return tr("{rank} (tied)", rank=self.rank) if self.tied else self.place_range

    @property
    def grade_text(self) -> str:
        """Return the grade, or those that are possible."""
        if self.grade or not self.grades:
            return self.grade or tr("open")
        first, *rest = self.grades
        for label in rest:
            first = tr("{grades} or {grade}", grades=first, grade=label)
        return first

    @property
    def possible_text(self) -> tuple[str, ...]:
        """Return the labels of what may still follow, each marked so."""
        return (*self._possibly("honour"), *self._possibly("sanction", "downgrade", "veto"))

    @property
    def honours_text(self) -> tuple[str, ...]:
        """Return the honours, then those that may still follow, marked so."""
        return (*self.honours, *self._possibly("honour"))

    @property
    def sanctions_text(self) -> tuple[str, ...]:
        """Return sanctions, downgrades and vetoes, then those that may still follow."""
        return (*self.sanctions, *self._possibly("sanction", "downgrade", "veto"))

    def _possibly(self, *kinds: str) -> tuple[str, ...]:
        result = (c.label for c in self.possible if c.kind in kinds)
        return tuple(tr("possibly {label}", label=label) for label in result)

    @property
    def honours(self) -> tuple[str, ...]:
        """Return the labels of the honours."""
        return tuple(c.label for c in self.consequences if c.kind == "honour")

    @property
    def sanctions(self) -> tuple[str, ...]:
        """Return the labels of sanctions, downgrades and vetoes."""
        return tuple(
            c.label for c in self.consequences if c.kind in ("sanction", "downgrade", "veto")
        )

    @property
    def blocking(self) -> tuple[Line, ...]:
        """Return the lines that could not be assessed."""
        return tuple(line for line in self.lines if line.outcome == "not_assessable")


@dataclass(frozen=True)
class TargetResult:
    """A target for the whole town: a share of the subjects that must meet a standard.

    Attributes:
        reached: ``None`` when it cannot be known yet.
        share: subjects that meet it / subjects, 0 to 1, six places.
    """

    id: str
    label: str
    met: int
    unknown: int
    total: int
    share: Decimal
    required: Decimal
    reached: bool | None
    clauses: tuple[ClauseRef, ...]


@dataclass(frozen=True)
class PaymentSum:
    """What a payment, or one of its parts, comes to for the whole town.

    Attributes:
        kind: of whom.
        payment: the id of the payment.
        part: the id of the part; empty for the whole payment.
        amount: the sum of what is known.
        open: of how many subjects the amount is not known yet.
        bounded: whether the whole payment has bounds, so that its parts may come to more or less.
    """

    kind: SubjectKind
    payment: str
    part: str
    label: str
    unit: str
    amount: Decimal
    open: int
    bounded: bool = field(default=False, metadata=NOT_SERIALISED)


@dataclass(frozen=True)
class Grade:
    """A grade, its threshold, its quota and how many got it."""

    id: str
    label: str
    from_score: Decimal
    quota: Decimal | None
    villages: int
    cadres: int
    places: int | None = None

    @property
    def limit(self) -> str:
        """Return how many get it, as text; empty where there is no limit."""
        return figures.places_text(self.quota, self.places, none="")


@dataclass(frozen=True)
class Criterion:
    """A score line of the ruleset, without a subject."""

    id: str
    label: str
    section: str
    subject: SubjectKind
    maximum: Decimal
    formula: str
    clauses: tuple[ClauseRef, ...]


@dataclass(frozen=True)
class Assumption:
    """A figure or a rule that no clause gives: where it stands, what it is and why it goes.

    Attributes:
        default: whether the ruleset does not say it either, so that it goes by the language.
    """

    where: str
    value: str
    reason: str
    default: bool = False


@dataclass(frozen=True)
class QuarantinedRow:
    """A row that was kept out: where it came from, which value is wrong and why."""

    source: str
    sheet: str
    row: int
    column: str
    value: str
    code: str
    reason: str
    village: str


@dataclass(frozen=True)
class AssessmentReport:
    """Everything a reporter shows, in the order in which it is read.

    Attributes:
        pay: what the parts of each payment come to, and then the payment.
        blocked: how many villages have lines that cannot be assessed yet.
        settings: what was set for this reporter, by the name of the setting.
    """

    run: RunInfo
    findings: tuple[Finding, ...]
    targets: tuple[TargetResult, ...]
    grades: tuple[Grade, ...]
    criteria: tuple[Criterion, ...]
    villages: Sequence[Subject]
    cadres: Sequence[Subject]
    assumptions: tuple[Assumption, ...]
    quarantine: tuple[QuarantinedRow, ...]
    pay: tuple[PaymentSum, ...] = ()
    blocked: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
