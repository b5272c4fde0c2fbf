"""Puts the report's parts into the templates, piece by piece."""

from __future__ import annotations

from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from rules_engine.api import current_language, figures, listed
from rules_engine_html import pictures, words
from rules_engine_html.limits import MOST_RANKED, MOST_SECTIONS
from rules_engine_html.notes import notes
from rules_engine_html.overview import summarised
from rules_engine_html.records import Records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jinja2 import Environment

    from rules_engine.api import AssessmentReport, Subject
    from rules_engine_html.overview import Overview

LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}


def pieces(report: AssessmentReport) -> Iterator[str]:
    """Yield the page; villages are read and written one after another."""
    overview = summarised(report.villages, report.criteria)
    template = environment(report).get_template("report.html")
    template_pieces = template.generate(
        report=report,
        run=report.run,
        overview=overview,
        notes=notes(report, overview),
        villages=islice(report.villages, MOST_SECTIONS),
        cadres=list(islice(report.cadres, MOST_SECTIONS)),
        distributions=distributions(report, overview),
        most=most(overview, report),
        most_sections=MOST_SECTIONS,
        most_ranked=MOST_RANKED,
    )
    yield from template_pieces


def environment(report: AssessmentReport) -> Environment:
    """Return Jinja with the words and figures that the templates use."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("rules_engine_html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    run = report.run
    made.filters |= {
        "moment": figures.moment,
        "plain": figures.plain,
        "percent": figures.percent,
        "given": figures.percent_as_written,
        "listed": listed,
    }
    made.globals |= {
        "w": words.words(),
        "say": words,
        "language": LANGUAGE_TAGS.get(current_language(), current_language()),
        "ruleset_language": LANGUAGE_TAGS.get(run.language, run.language),
        "score": lambda subject: figures.score(subject, run.places),
        "fixed": lambda value: figures.fixed(value, run.places),
        "place": attrgetter("place_text"),
        "average": figures.average,
        "strip": pictures.strip,
        "bar": pictures.bar,
        "records": Records.for_report(report),
    }
    return made


def distributions(report: AssessmentReport, overview: Overview) -> list[tuple[str, Any]]:
    """Return a picture for each group that is ranked by itself, all on the same axis."""
    if not overview.total:
        return []
    everyone = [s for group in overview.scores.values() for s in group]
    axis = pictures.axis_of(everyone, report.grades, report.run.scale)
    groups: dict[str, Sequence[Subject]] = {**overview.scores}
    if len(groups) > words.MOST_GROUPS:
        groups = {"": everyone}
    return [(name, pictures.distribution(s, report.grades, axis)) for name, s in groups.items()]


def most(overview: Overview, report: AssessmentReport) -> Any:  # noqa: ANN401 - a decimal
    """Return the score that fills a bar: the scale, or more where a bonus went beyond it."""
    everyone = (s for group in overview.scores.values() for s in group)
    highs = (figures.ends(s.low, s.high)[1] or s.low for s in everyone)
    return max([report.run.scale, *highs])
