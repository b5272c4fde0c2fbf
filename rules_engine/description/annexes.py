"""The last chapters: how everything is counted, what was assumed and what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.description.compared import reference_words
from rules_engine.description.months import months_of
from rules_engine.description.paper import Article, Chapter, basis, sentences, table
from rules_engine.messages import begun, clauses, tr
from rules_engine.model.figures import day, plain
from rules_engine.plan.defaults import defaults
from rules_engine.plan.derived import derived, shown
from rules_engine.report.report import assumptions
from rules_engine.yamltext.calculation import calculation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rules_engine.model.inputs import Indicator, Parameter
    from rules_engine.model.year_parts import YearPart
    from rules_engine.plan.verbalizer import RulesetVerbalizer


def chapters(speaker: RulesetVerbalizer) -> Iterator[Chapter]:
    """Yield the chapters; one without articles is left out of the paper."""
    document = speaker.document
    yield Chapter(
        tr("How it is counted"),
        (
            *(Article(p.label, _parameter(speaker, n, p)) for n, p in document.parameters.items()),
            *(Article(i.label, _indicator(speaker, i)) for i in document.indicators.values()),
            *(
                Article(
                    s.label,
                    sentences(
                        [
                            tr(
                                "Met where {condition}",
                                condition=speaker.of_subject(s.when, s.subject),
                            ),
                            basis(speaker, s),
                        ]
                    ),
                )
                for s in document.standards.values()
            ),
        ),
    )
    yield Chapter(tr("Assumptions and clauses left out"), tuple(_notes(speaker)))


def _parameter(speaker: RulesetVerbalizer, name: str, spec: Parameter) -> str:
    if spec.value is not None:
        written = speaker.book.ruleset.source.scalars.get(("parameters", name, "value"), "")
        number = calculation(written)
        written = shown(number) if number is not None else written
        text = tr("It is {value}", value=written or plain(spec.value))
    else:
        text = clauses(
            tr("from {day} on {value}", day=day(start), value=plain(value))
            for start, value in sorted(spec.values.items())
        )
    return sentences([text, basis(speaker, spec)])


def _indicator(speaker: RulesetVerbalizer, spec: Indicator) -> str:
    if spec.value is not None:
        text = tr("It is {value}", value=speaker.of_subject(spec.value, spec.subject))
        return sentences([text, basis(speaker, spec)])
    if spec.peers is not None:
        return sentences([reference_words(speaker, spec, spec.peers), basis(speaker, spec)])
    if spec.part is not None:
        return sentences([_over_months(speaker, spec, spec.part), basis(speaker, spec)])
    source = speaker.table(spec.from_ or "")
    name = source.name if source else ""
    records = _records(speaker, spec, source.label if source else "", name)
    parts = [_measured(spec, records, lambda text: speaker.of_records(text, name))]
    if spec.through:
        roles = tr(" / ").join(spec.through)
        parts.append(tr("A record is charged to every cadre who is its {roles}", roles=roles))
    return sentences([*parts, basis(speaker, spec)])


def _records(speaker: RulesetVerbalizer, spec: Indicator, label: str, table_name: str) -> str:
    days = {
        "current": tr("in the period"),
        "previous": tr("on the same days of the year before"),
        "preceding": tr("on the days just before"),
        "all": tr("of any day"),
    }[spec.period]
    conditions = [spec.where, spec.rate.over if spec.rate else None]
    spoken = [speaker.of_records(c, table_name) for c in conditions if c]
    if not spoken:
        return tr("“{table}” {days}", table=label, days=days)
    condition = clauses(spoken)
    return tr("“{table}” {days} where {condition}", table=label, days=days, condition=condition)


def _over_months(speaker: RulesetVerbalizer, spec: Indicator, part: YearPart) -> str:
    months = months_of(speaker, spec, part)
    if spec.run == "longest":
        return tr("The greatest number of {unit}s in a row among {months}", unit=part.noun,
                  months=months)  # fmt: skip
    if spec.run == "last":
        return tr("The number of {unit}s in a row up to the last one among {months}",
                  unit=part.noun, months=months)  # fmt: skip
    if not spec.measures:
        return tr("The number of {unit}s among {months}", unit=part.noun, months=months)
    return _measured(spec, months, lambda text: speaker.of_subject(text, spec.subject))


def _measured(spec: Indicator, records: str, say: Callable[[str], str]) -> str:
    if spec.rate:
        met = say(spec.rate.of)
        return tr("Of {records}, the share where {condition}", records=records, condition=met)
    for how, text in spec.measures:
        value = say(text)
        words = {
            "sum": tr("Of {records}, the sum of “{value}”", records=records, value=value),
            "max": tr("Of {records}, the greatest “{value}”", records=records, value=value),
            "min": tr("Of {records}, the least “{value}”", records=records, value=value),
            "latest": tr("Of {records}, the latest “{value}”", records=records, value=value),
            "earliest": tr("Of {records}, the earliest “{value}”", records=records, value=value),
        }
        return words[how]
    return tr("The number of {records}", records=records)


def _notes(speaker: RulesetVerbalizer) -> Iterator[Article]:
    ruleset = speaker.book.ruleset
    place, number, reason = tr("where"), tr("figures"), tr("reason")
    yield from _note(
        tr("Assumptions"),
        tr("No clause gives these figures; they were chosen as follows"),
        (place, number, reason),
        [(a.where, a.value or "—", a.reason) for a in assumptions(ruleset, speaker.book.methods)],
    )
    yield from _note(
        tr("Figures that are worked out"),
        tr("These figures are worked out from others"),
        (place, number, tr("worked out from")),
        [(begun(d.where), d.value, d.text) for d in derived(speaker.book)],
    )
    yield from _note(
        tr("Defaults"),
        tr("Neither the source nor these rules say this; it goes by default"),
        (place, number, tr("by default")),
        [(d.where, d.value or "—", d.text) for d in defaults(speaker.book)],
    )
    yield from _note(
        tr("Clauses left out"),
        tr("These clauses of the source are not assessed"),
        (tr("clause"), tr("gist"), reason),
        [
            (f"{name} {clause.ref}", clause.gist, clause.reason or "—")
            for name, clause in ruleset.clauses.clauses.items()
            if clause.status == "excluded"
        ],
    )


def _note(
    title: str, text: str, heading: Sequence[str], rows: Sequence[Sequence[str]]
) -> Iterator[Article]:
    if rows:
        yield Article(title, f"{sentences([text])}\n\n{table(heading, rows)}")
