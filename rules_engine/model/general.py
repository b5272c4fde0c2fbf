"""The head of a ruleset: days, holidays, whom it is for, and what it takes from others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from pydantic import (
    BeforeValidator,
    Field,
    model_validator,
)

from rules_engine.messages import Noun, msg, tr
from rules_engine.model.days import read_span
from rules_engine.model.facts import Facts, prose
from rules_engine.model.fields import Day, Names, Part, Places, Text
from rules_engine.model.nouns import HAN, chinese_noun, english_noun, regular_plural


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
