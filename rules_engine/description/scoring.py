"""The chapters of the score lines: one for each section, an article for each line."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.description.general import section_worth
from rules_engine.description.paper import Article, Chapter, bare, basis, sentences, share
from rules_engine.messages import begun, clauses, in_a_row, listed, msg, tr
from rules_engine.model.by_subject import BySubject
from rules_engine.model.fields import NO_CAP, NO_FLOOR
from rules_engine.model.figures import plain
from rules_engine.plan.derived import how_worked_out
from rules_engine.plan.verbalizer import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules_engine.model.plugin import Method
    from rules_engine.model.scoring import LineKind, Section
    from rules_engine.plan.rules import CriterionRule
    from rules_engine.plan.verbalizer import RulesetVerbalizer

KINDS = {
    "bonus": msg("bonus"),
    "deduction": msg("deduction"),
    "balance": msg("additions and deductions"),
}


def chapters(speaker: RulesetVerbalizer, methods: Mapping[str, Method]) -> Iterator[Chapter]:
    """Yield a chapter for each section."""
    rules = {rule.id: rule for rule in speaker.book.criteria}
    for section in speaker.document.sections.values():
        articles = tuple(
            Article(_title(rules[name]), _text(rules[name], speaker, methods))
            for name in section.criteria
        )
        heading = _heading(section, speaker.document.times(section))
        yield Chapter(heading, _of_section(section, articles, speaker))


def _heading(section: Section, times: int) -> str:
    label = bare(section.label)
    if section.kind == "score":
        notes = [tr("{points} points", points=section_worth(section, times))]
    else:
        notes = [kind for kind in [str(KINDS[section.kind])] if kind not in label]
    if not section.subject.judged:
        notes.append(tr("cadres only"))
    return tr("{label} ({notes})", label=label, notes=in_a_row(notes)) if notes else label


def _of_section(
    section: Section, articles: tuple[Article, ...], speaker: RulesetVerbalizer
) -> tuple[Article, ...]:
    """Return the articles, after whom they are for and before what holds for all of them."""
    if section.for_:
        audience = speaker.of_subject(section.for_, section.subject)
        text = tr("This part is only for those where {condition}", condition=audience)
        articles = (Article(tr("Whom it is for"), sentences([text])), *articles)
    if section.part:
        unit = section.part.noun
        text = tr("Each line is scored for every {unit}, and the {unit}s are summed", unit=unit)
        if section.adding == "average":
            text = tr(
                "Each line is scored for every {unit}; what counts is the mean of the {units} in "
                "which it applies", unit=unit, units=section.part.nouns
            )  # fmt: skip
        articles = (Article(tr("Month by month"), sentences([text])), *articles)
    parts = []
    if section.base:
        parts.append(tr("This part begins from {points} points", points=plain(section.base)))
    if section.weight != 1:
        parts.append(tr("This part counts {weight} of its points", weight=share(section.weight)))
    parts += list(_bounds(section.kind, *section.span))
    if section.part:
        parts += [
            tr("In each {unit}: {bound}", unit=section.part.noun, bound=bound)
            for bound in _bounds(section.kind, section.each_floor, section.each_cap)
        ]
    return (*articles, Article(tr("The part as a whole"), sentences(parts))) if parts else articles


def _bounds(kind: LineKind, floor: Decimal | None, cap: Decimal | None) -> Iterator[str]:
    """Yield the least and the most that a line or a section gives, as far as that is said."""
    if floor is not None:
        yield _least(kind, floor)
    if cap is not None:
        yield _most(kind, cap)


def _least(kind: LineKind, floor: Decimal) -> str:
    if kind == "deduction" and floor <= 0:
        if floor == NO_FLOOR:
            return tr("What it takes has no limit")
        return tr("It takes {points} points at most", points=plain(-floor))
    if floor == NO_FLOOR:
        return tr("It may fall below zero without limit")
    if floor < 0:
        return tr("It may fall below zero, to {points} points at the least", points=plain(floor))
    return tr("It does not fall below {points} points", points=plain(floor))


def _most(kind: LineKind, cap: Decimal) -> str:
    if kind == "score":
        if cap == NO_CAP:
            return tr("It rises with what is done, without limit")
        return tr("It does not rise above {points} points", points=plain(cap))
    if kind == "deduction" and cap <= 0:
        return tr("It takes {points} points at the least", points=plain(-cap)) if cap else ""
    if cap == NO_CAP:
        return tr("What it adds has no limit")
    return tr("It adds {points} points at most", points=plain(cap))


def _title(rule: CriterionRule) -> str:
    label, spec = rule.spec.label, rule.spec
    if rule.section.part and rule.section.adding == "sum":
        label = tr("{label}, each {unit}", label=label, unit=rule.section.part.noun)
    floor, cap = rule.section.span_of(spec)
    if spec.cap is None and rule.kind == "bonus" and isinstance(spec.points, BySubject):
        return tr("{label} (at most +{points} points)", label=label, points=_rows(rule))
    if spec.floor is None and rule.kind == "deduction" and isinstance(spec.points, BySubject):
        return tr("{label} (at most −{points} points)", label=label, points=_rows(rule))
    if rule.kind == "bonus":
        return _bonus_title(label, cap)
    if rule.kind == "deduction":
        return _deduction_title(label, floor)
    if rule.kind == "balance" and floor == -cap and cap != NO_CAP:
        return tr("{label} (at most ±{points} points)", label=label, points=plain(cap))
    if rule.kind == "balance":
        return _bonus_title(_deduction_title(label, floor), cap)
    return tr("{label} ({points} points)", label=label, points=_rows(rule))


def _rows(rule: CriterionRule) -> str:
    """Return the points of a line; where they differ, those of each value of the column."""
    points = rule.spec.points
    if not isinstance(points, BySubject):
        return plain(points)
    return listed(f"{value} {plain(figure)}" for value, figure in points.said(tr("all others")))


def _bonus_title(label: str, most: Decimal) -> str:
    if most == NO_CAP:
        return tr("{label} (adds points without limit)", label=label)
    return tr("{label} (at most +{points} points)", label=label, points=plain(most))


def _deduction_title(label: str, least: Decimal) -> str:
    if least == NO_FLOOR:
        return tr("{label} (takes points without limit)", label=label)
    if least > 0:
        return label
    return tr("{label} (at most −{points} points)", label=label, points=plain(-least))


def _line_bounds(rule: CriterionRule) -> Iterator[str]:
    """Yield the bounds of a line that its title does not say."""
    kind, spec = rule.kind, rule.spec
    if kind == "balance":
        return
    if spec.floor is not None and (kind != "deduction" or spec.floor > 0):
        yield _least(kind, spec.floor)
    if spec.cap is not None and kind != "bonus":
        yield _most(kind, spec.cap)


def _text(rule: CriterionRule, speaker: RulesetVerbalizer, methods: Mapping[str, Method]) -> str:
    spec, kind = rule.spec, rule.section.subject
    parts = [in_words(rule, speaker, methods.get(spec.method)), *_line_bounds(rule)]
    if spec.veto:
        condition = speaker.of_subject(spec.veto, kind)
        parts.append(tr("Veto: {condition}", condition=condition))
    if spec.when:
        condition = speaker.of_subject(spec.when, kind)
        parts.append(tr("This applies where {condition}", condition=condition))
    if spec.put_right:
        parts.append(_put_right(rule, speaker))
    if rule.may_not_apply:
        parts.append(_otherwise(rule))
    parts.append(begun(how_worked_out(speaker.book, rule.path)))
    parts.append(basis(speaker, spec, rule.section))
    return sentences(parts)


def _put_right(rule: CriterionRule, speaker: RulesetVerbalizer) -> str:
    spec = rule.spec.put_right
    assert spec is not None
    tables = {
        i.table.name: i.table for n in rule.counterparts if (i := speaker.book.indicators[n]).table
    }
    sentence = clauses(
        tr("{records} where {condition}", records=table.label,
           condition=speaker.of_records(spec.when, name))
        for name, table in tables.items()
    )  # fmt: skip
    if spec.back == 1:
        return tr(
            "What was put right afterwards gives back what it cost: {records}", records=sentence
        )
    return tr("What was put right afterwards gives back {share} of what it cost: {records}",
              share=share(spec.back), records=sentence)  # fmt: skip


def _otherwise(rule: CriterionRule) -> str:
    worths = [plain(Decimal(one.worth) / 10_000) for one in rule.variants or (rule,)]
    worth = worths[0]
    if len(set(worths)) > 1 and isinstance(rule.spec.points, BySubject):
        names = (value for value, _ in rule.spec.points.said(tr("all others")))
        worth = listed(f"{name} {one}" for name, one in zip(names, worths, strict=True))
    if rule.empty is not None and rule.when is None:
        return tr("Where there is nothing to assess it gives {points} points", points=worth)
    if rule.empty is None:
        return tr("Where it does not apply it gives {points} points", points=worth)
    return tr(
        "Where it does not apply, or there is nothing to assess, it gives {points} points",
        points=worth,
    )
