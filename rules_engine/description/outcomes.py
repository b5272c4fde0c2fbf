"""The chapters on what the points bring: grades, consequences, targets, shares and pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.description.paper import (
    Article,
    Chapter,
    basis,
    basis_of,
    sentences,
    share,
    titled_table,
)
from rules_engine.description.payments import payment_sentences
from rules_engine.messages import clauses, listed, msg, tr
from rules_engine.model.figures import places_text, plain
from rules_engine.report.pay_words import amount_words, points_range

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rules_engine.model.inputs import Place
    from rules_engine.model.outcomes import Appeals, Consequence, Grade, Target
    from rules_engine.model.pay import Pay
    from rules_engine.plan.verbalizer import RulesetVerbalizer

KINDS = {
    "honour": msg("honour"),
    "sanction": msg("sanction"),
    "downgrade": msg("downgrade"),
    "veto": msg("veto"),
    "status": msg("determination"),
}


def chapters(speaker: RulesetVerbalizer) -> Iterator[Chapter]:
    """Yield the chapters; one without articles is left out of the paper."""
    document = speaker.document
    yield Chapter(tr("Ranks and grades"), tuple(_grades(speaker)))
    yield Chapter(
        tr("Consequences"),
        tuple(
            Article(_consequence_title(c), _follows(speaker, c))
            for c in document.consequences.values()
        ),
    )
    yield Chapter(
        tr("Targets"),
        tuple(Article(t.label, _target(speaker, t)) for t in document.targets.values()),
    )
    yield Chapter(tr("Responsibility of cadres"), tuple(_responsibility(speaker)))
    yield Chapter(
        tr("Pay and conversion"),
        tuple(Article(p.label, _pay(speaker, p)) for p in document.pay.values()),
    )
    if document.appeals:
        article = Article(tr("Disputing a result"), _appeals(speaker, document.appeals))
        yield Chapter(tr("Appeals"), (article,))


def _consequence_title(spec: Consequence) -> str:
    """Return what a consequence is called, and its kind unless its name says that already."""
    kind = str(KINDS[spec.kind])
    if kind in spec.label:
        return spec.label
    return tr("{label} ({kind})", label=spec.label, kind=kind)


def _grades(speaker: RulesetVerbalizer) -> Iterator[Article]:
    grades = speaker.document.grades
    yield Article(
        tr("Ranks"), sentences([tr("More points rank higher; equal totals share a rank")])
    )
    for place in speaker.document.places.values():
        yield Article(place.label, _place(speaker, place))
    yield Article(tr("Grades"), _grade_text(speaker, grades))


def _place(speaker: RulesetVerbalizer, spec: Place) -> str:
    """Say by what a place goes, who has one, and what those have who are tied."""
    by = speaker.of_subject(spec.of, spec.subject) if spec.of else tr("total")
    if spec.best == "least":
        text = tr("A place by “{by}”, the least first", by=by)
    else:
        text = tr("A place by “{by}”, the most first", by=by)
    whom = tr("among all") if spec.over == "all" else tr("among those ranked together")
    counted = tr("counted from the end") if spec.counted == "from the end" else ""
    tied = {"first": tr("those who are tied have the first of their places"),
            "last": tr("those who are tied have the last of their places")}[spec.ties]  # fmt: skip
    among = speaker.of_subject(spec.among, spec.subject) if spec.among else ""
    only = tr("only those have one of whom holds: {condition}", condition=among) if among else ""
    return sentences(
        [clauses(filter(None, (text, whom, counted, tied, only))), basis(speaker, spec)]
    )


def _grade_text(speaker: RulesetVerbalizer, grades: Mapping[str, Grade]) -> str:
    quotas = any(g.is_limited for g in grades.values())
    heading = [tr("grade"), tr("total"), *([tr("quota")] if quotas else [])]
    rows = list(_grade_rows(grades, quotas=quotas))
    parts = [titled_table(tr("The grade goes by the total"), heading, rows)]
    if quotas:
        if any(g.quota is not None for g in grades.values()):
            parts.append(
                tr("A quota is a share of those ranked together, rounded down; those beyond it, by "
                   "rank, get the next grade")
            )  # fmt: skip
        else:
            parts.append(tr("Those beyond the number of places, by rank, get the next grade"))
        for grade in (g for g in grades.values() if g.is_limited):
            if grade.unfilled == "next":
                parts.append(
                    tr("Places of “{grade}” that nobody fills fall to the next grade",
                       grade=grade.label)
                )  # fmt: skip
            if grade.ties == "include":
                parts.append(
                    tr("Of those tied across the last place of “{grade}”, all get it",
                       grade=grade.label)
                )  # fmt: skip
            else:
                parts.append(
                    tr("Of those tied across the last place of “{grade}”, none gets it",
                       grade=grade.label)
                )  # fmt: skip
    return sentences([*parts, basis_of(speaker, _clauses(grades.values()))])


def _clauses(grades: Iterable[Grade]) -> list[str]:
    return list(dict.fromkeys(name for grade in grades for name in grade.clause))


def _grade_rows(grades: Mapping[str, Grade], *, quotas: bool) -> Iterator[list[str]]:
    above = None
    last = list(grades)[-1]
    for name, grade in grades.items():
        range_ = points_range(None if name == last else grade.from_, above)
        quota = [places_text(grade.quota, grade.places)] if quotas else []
        yield [grade.label, range_, *quota]
        above = grade.from_


def _follows(speaker: RulesetVerbalizer, spec: Consequence) -> str:
    condition = speaker.of_facts(spec.when)
    parts = [tr("It follows where {condition}", condition=condition), _effect(speaker, spec)]
    if not spec.subject.judged:
        parts.append(tr("It follows for the cadre"))
    if spec.roles:
        parts.append(
            tr("It also falls on the cadres who are {roles} of the {assessed_unit} on the day of "
               "assessment", roles=listed(spec.roles))
        )  # fmt: skip
    return sentences([*parts, basis(speaker, spec)])


def _effect(speaker: RulesetVerbalizer, spec: Consequence) -> str:
    if spec.kind == "downgrade":
        return tr("The grade falls by {steps}", steps=spec.steps)
    if spec.kind != "veto":
        return ""
    if spec.effect == "grade" and spec.grade:
        grade = speaker.document.grades[spec.grade].label
        return tr("The grade is “{grade}” at best", grade=grade)
    effects = {
        "zero": tr("The total is zero"),
        "last": tr("The rank is the last"),
        "no honours": tr("No honour is given"),
    }
    return effects.get(spec.effect or "", "")


def _target(speaker: RulesetVerbalizer, spec: Target) -> str:
    standard = speaker.document.standards.get(spec.share)
    label = standard.label if standard else spec.share
    among = speaker.of_subject(spec.among) if spec.among else ""
    if spec.at_least == 1:
        text = tr("All {assessed_all} must meet “{standard}”", standard=label)
        if among:
            text = tr("All {assessed_all} where {condition} must meet “{standard}”",
                      condition=among, standard=label)  # fmt: skip
        return sentences([text, basis(speaker, spec)])
    text = tr("At least {share} of all {assessed_all} must meet “{standard}”",
              share=share(spec.at_least), standard=label)  # fmt: skip
    if among:
        text = tr("At least {share} of the {assessed_all} where {condition} must meet “{standard}”",
                  share=share(spec.at_least), condition=among, standard=label)  # fmt: skip
    return sentences([text, basis(speaker, spec)])


def _responsibility(speaker: RulesetVerbalizer) -> Iterator[Article]:
    spec = speaker.document.responsibility
    if spec is None:
        return
    rows = [[role, share(part.share)] for role, part in spec.roles.items()]
    table = titled_table(
        tr("Of the points that a {assessed_unit} loses, a cadre answers for a share by role"),
        (tr("role"), tr("share")),
        rows,
    )
    named = [*spec.clause, *(n for r in spec.roles.values() for n in r.clause)]
    yield Article(tr("Shares"), sentences([table, basis_of(speaker, list(dict.fromkeys(named)))]))
    scale = plain(speaker.document.scale)
    yield Article(
        tr("A cadre's score"),
        sentences(
            [
                tr("One assignment gives {scale} − share × ({scale} − the {assessed_one}'s score)",
                   scale=scale),
                tr("Several assignments, or one that changes, are averaged by days"),
                tr("Of this {weight} count", weight=share(spec.weight)) if spec.weight != 1 else "",
                _own_lines(speaker),
                tr("The score is never below 0"),
            ]
        ),
    )  # fmt: skip
    if spec.grades:
        yield Article(tr("Grades of cadres"), _grade_text(speaker, spec.grades))


def _own_lines(speaker: RulesetVerbalizer) -> str:
    """Say what is added to what cadres carry over."""
    own = [s for s in speaker.document.sections.values() if not s.subject.judged]
    if any(section.kind == "score" for section in own):
        return tr("To this the parts for cadres are added, each by its weight")
    return tr("The cadre's own lines are added") if own else ""


def _pay(speaker: RulesetVerbalizer, spec: Pay) -> str:
    if spec.parts:
        return sentences([*payment_sentences(speaker, spec), basis(speaker, spec)])
    whom = tr("Cadres get by their score")
    if spec.subject.judged:
        whom = tr("{Assessed_all} get by their total")
    heading = (tr("score"), tr("amount ({unit})", unit=spec.unit))
    rows = [(points_range(band.from_, band.to), amount_words(band)) for band in spec.bands]
    parts = [titled_table(whom, heading, rows)]
    if not spec.covers_all:
        parts.append(tr("A score that none of these holds brings nothing"))
    if any(band.each for band in spec.bands):
        parts.append(_pay_rounding(spec.places))
    return sentences([*parts, basis(speaker, spec)])


def _pay_rounding(places: int) -> str:
    if not places:
        return tr("Amounts are rounded half up to whole numbers")
    return tr("Amounts are rounded half up to {places} places", places=places)


def _appeals(speaker: RulesetVerbalizer, spec: Appeals) -> str:
    lines = [tr("A line of a published result can be disputed")]
    if spec.days is not None:
        lines = [tr("A line can be disputed within {days} days of publication", days=spec.days)]
    named = list(spec.clause)
    if spec.adjust:
        most = plain(spec.adjust.up_to)
        lines.append(tr("A decision may change a line by at most {points} points", points=most))
        named += spec.adjust.clause
    else:
        lines.append(tr("A decision corrects the records; it does not change points by itself"))
    return sentences([*lines, basis_of(speaker, list(dict.fromkeys(named)))])
