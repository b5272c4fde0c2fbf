"""The first chapter: what the assessment rests on, who is assessed, when and by which scale."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.description.paper import Article, Chapter, bare, sentences, share, titled_table
from rules_engine.messages import listed, tr
from rules_engine.model.fields import NO_CAP, NO_FLOOR
from rules_engine.model.figures import day, plain, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.model.scoring import Section
    from rules_engine.plan.verbalizer import RulesetVerbalizer


def chapter(speaker: RulesetVerbalizer) -> Chapter:
    """Return the chapter of general rules."""
    articles = [
        Article(tr("Basis"), _basis(speaker)),
        Article(tr("Who is assessed"), _subjects(speaker)),
        Article(tr("Period"), _period(speaker)),
        Article(tr("Points"), _points(speaker)),
        Article(tr("Rounding"), _rounding(speaker)),
        Article(tr("Missing data"), _missing()),
    ]
    return Chapter(tr("General"), tuple(articles))


def _basis(speaker: RulesetVerbalizer) -> str:
    document, clauses = speaker.document, speaker.book.ruleset.clauses
    parts = [tr("These rules encode “{title}”", title=clauses.source.title)]
    if used := speaker.book.ruleset.source.titles:
        named = listed(tr("“{title}”", title=title) for title in used)
        parts.append(tr("They share definitions with {titles}", titles=named))
    effective = document.effective
    start = day(effective.from_)
    if effective.to:
        parts.append(
            tr("They are in force from {start} to {end}", start=start, end=day(effective.to))
        )
    else:
        parts.append(tr("They are in force from {start}", start=start))
    return sentences(parts)


def _subjects(speaker: RulesetVerbalizer) -> str:
    document = speaker.document
    parts = [tr("{Assessed_all} are assessed")]
    if document.responsibility or not all(s.subject.judged for s in document.sections.values()):
        parts = [tr("{Assessed_all} are assessed, and the cadres who answer for them")]
    if document.subjects.group:
        column = speaker.of_subject(document.subjects.group)
        parts.append(tr("They are ranked with those of the same “{column}”", column=column))
    else:
        parts.append(tr("They are ranked all together"))
    parts.append(tr("Petitioners are not assessed, and no record names one"))
    return sentences(parts)


def _period(speaker: RulesetVerbalizer) -> str:
    period = speaker.document.period
    return sentences(
        [
            tr(
                "The period is {start} to {end}, both days included",
                start=day(period.from_),
                end=day(period.to),
            ),
            tr("What happens after the day of assessment is not seen"),
            *_working_days(speaker),
        ]
    )


def _working_days(speaker: RulesetVerbalizer) -> Iterator[str]:
    if not speaker.book.calendar.used:
        return
    yield tr("Working days are those of the State Council's notices of holidays")
    for year, said in speaker.document.holidays.items():
        yield tr("those of {year} go by “{notice}”", year=year, notice=said.notice)


def _points(speaker: RulesetVerbalizer) -> str:
    document = speaker.document
    parts = [tr("The whole is {scale} points", scale=plain(document.scale))]
    if document.base:
        parts.append(tr("Everyone starts from {base} points", base=plain(document.base)))
    heading = [tr("part"), tr("kind"), tr("worth"), tr("weight"), tr("only for")]
    rows = list(_rows(speaker))
    kept = [n for n, _ in enumerate(heading) if n < 3 or any(row[n] for row in rows)]
    parts.append(
        titled_table(tr("The points are divided as follows"), [heading[n] for n in kept],
                     [[row[n] for n in kept] for row in rows])
    )  # fmt: skip
    return sentences(parts)


def _rows(speaker: RulesetVerbalizer) -> Iterator[list[str]]:
    for section in speaker.document.sections.values():
        weight = share(section.weight) if section.weight != 1 else ""
        audience = speaker.of_subject(section.for_, section.subject) if section.for_ else ""
        worth = _worth(section, speaker.document.times(section))
        yield [bare(section.label), kind_text(section), worth, weight, audience]


def kind_text(section: Section) -> str:
    """Return what a section is: scored, bonus or deduction, and of whom."""
    kinds = {
        "score": tr("scored"),
        "bonus": tr("bonus"),
        "deduction": tr("deduction"),
        "balance": tr("additions and deductions"),
    }
    kind = kinds[section.kind]
    return kind if section.subject.judged else tr("{kind}, cadres only", kind=kind)


def section_worth(section: Section, times: int) -> str:
    """Return the points of a scored section, or between which they lie for its subjects."""
    if not section.varies or section.points is not None:
        return plain(section.points if section.varies else section.worth(times))
    least = {name: line.least_points for name, line in section.criteria.items()}
    return span(section.worth(times, least), section.worth(times))


def _worth(section: Section, times: int) -> str:
    if section.kind == "score":
        return section_worth(section, times)
    sides = {
        "bonus": [_most],
        "deduction": [_least],
        "balance": [_most, _least],
    }
    return listed(side(section, times) for side in sides[section.kind])


def _most(section: Section, times: int) -> str:
    caps = [section.span_of(line)[1] for line in section.criteria.values()]
    most = section.cap
    if most is None:
        most = NO_CAP if NO_CAP in caps else sum(caps, Decimal(0)) * times
    if most == NO_CAP:
        return tr("no limit upwards")
    return tr("at most +{points}", points=plain(most))


def _least(section: Section, times: int) -> str:
    floors = [section.span_of(line)[0] for line in section.criteria.values()]
    least = section.floor
    if least is None:
        least = NO_FLOOR if NO_FLOOR in floors else sum(floors, Decimal(0)) * times
    if least == NO_FLOOR:
        return tr("no limit downwards")
    return tr("at most −{points}", points=plain(-least))


def _rounding(speaker: RulesetVerbalizer) -> str:
    places = speaker.document.rounding.places
    if not places:
        return sentences([tr("Totals are rounded once, half up, to whole points")])
    return sentences([tr("Totals are rounded once, half up, to {places} places", places=places)])


def _missing() -> str:
    return sentences(
        [
            tr("A line for which data is missing neither costs nor earns points"),
            tr("It is listed as not assessable, and the total is shown as an interval"),
        ]
    )
