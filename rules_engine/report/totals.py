"""Tells how a total comes about: what everybody starts from, each section, and what is done then.

The steps add up to the score as it is told: what is lost where a number is shown with fewer places
is part of the rounding.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from rules_engine.messages import clauses, singular, tr
from rules_engine.model import figures
from rules_engine.model.assessment import Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rules_engine.model.assessment import Line, SectionSum, Subject
    from rules_engine.model.scoring import Section
    from rules_engine.plan.rules import Rulebook

SHOWN = Decimal("0.0001")
Ends = tuple[Decimal, Decimal]
NOTHING: Ends = (Decimal(0), Decimal(0))


def account(
    book: Rulebook, subject: Subject, sections: Mapping[str, SectionSum], carried: Ends | None
) -> tuple[Step, ...]:
    """Return the steps to a subject's score.

    Args:
        book: the compiled rules.
        subject: with its lines.
        sections: what the sections give that are not simply the sum of their lines.
        carried: of a cadre, the least and the most that the villages give.
    """
    steps = [*_begun(book, subject, carried), *_sections(book, subject, sections)]
    return (*steps, *_ended(book, subject, steps))


def _begun(book: Rulebook, subject: Subject, carried: Ends | None) -> Iterator[Step]:
    base = book.ruleset.document.base
    if subject.kind.judged:
        if base:
            text = tr("Points to begin with: {points}", points=figures.plain(base))
            yield Step("base", text, base, base)
    elif carried is not None:
        low, high = (end.quantize(SHOWN, ROUND_HALF_UP) for end in carried)
        message = figures.span(low, high)
        text = singular(tr("From the {assessed_many}, by days: {points} points", points=message))
        responsibility = book.ruleset.document.responsibility
        weight = responsibility.weight if responsibility else Decimal(1)
        if weight != 1:
            low, high = ((end * weight).quantize(SHOWN, ROUND_HALF_UP) for end in carried)
            text = _weighed(text, weight, (low, high))
        yield Step("carried", text, low, high)


def _sections(
    book: Rulebook, subject: Subject, sections: Mapping[str, SectionSum]
) -> Iterator[Step]:
    lines = {line.criterion: line for line in subject.lines}
    specs = book.ruleset.document.sections
    results: dict[str, list[Line]] = {}
    for rule in book.of_subject(subject.kind):
        if rule.id in lines:
            results.setdefault(rule.section_id, []).append(lines[rule.id])
    for name, own in results.items():
        yield _section(specs[name], own, sections.get(name))


def _section(spec: Section, lines: Sequence[Line], adjusted: SectionSum | None) -> Step:
    """Return what a section adds: its lines, within its floor and cap, by its weight."""
    added = _total((line.low, line.high) for line in lines)
    value = (adjusted.low, adjusted.high) if adjusted else added
    low, high = ((end * spec.weight).quantize(SHOWN, ROUND_HALF_UP) for end in value)
    texts = _points(spec, added) if any((*added, *value)) else _nothing(spec)
    if spec.base:
        texts = tr("{base} points to begin with, {lines} by its lines",
                   base=figures.plain(spec.base), lines=_signed(added))  # fmt: skip
        added = added[0] + spec.base, added[1] + spec.base
        bounds = [_points(spec, value)]
        if value != added:
            bounds = [*_bounded_parts(spec, lines), _bound(spec, value)]
        texts = clauses([texts, *bounds])
    elif value != added:
        bounds = [*_bounded_parts(spec, lines), _bound(spec, value)]
        texts = tr("{lines} by its lines, {bound}", lines=texts, bound=clauses(bounds))
    if spec.weight != 1:
        texts = _weighed(texts, spec.weight, (low, high))
    return Step("section", tr("{label}: {reason}", label=spec.label, reason=texts), low, high)


def _weighed(points: str, weight: Decimal, counted: Ends) -> str:
    return tr("{points}, of which {weight} count: {counted}", points=points,
              weight=figures.percent_as_written(weight),
              counted=figures.span(*counted))  # fmt: skip


def _bounded_parts(spec: Section, lines: Sequence[Line]) -> Iterator[str]:
    """Say which months, or other parts, are held by the bounds that go for each of them."""
    if not spec.holds_each:
        return
    for parts in zip(*(line.months for line in lines), strict=True):
        low, high = _total((part.low, part.high) for part in parts)
        if low != high:
            continue
        kept = low if spec.each_floor is None else max(low, spec.each_floor)
        kept = kept if spec.each_cap is None else min(kept, spec.each_cap)
        if kept != low:
            yield tr("{label}: {points} points count as {kept}", label=parts[0].label,
                     points=figures.plain(low), kept=figures.plain(kept))  # fmt: skip


def _nothing(spec: Section) -> str:
    """Say that a section gives 0: of points given or taken, that none are."""
    if spec.kind == "bonus":
        return tr("nothing is added")
    return (
        tr("nothing is taken off") if spec.kind == "deduction" else tr("{points} points", points=0)
    )


def _signed(ends: Ends) -> str:
    """Return points that are added to others, or taken from them."""
    low, high = ends
    if low >= 0 and high:
        return tr("+{points} points", points=figures.span(low, high))
    if high <= 0 and low:
        return tr("−{points} points", points=figures.span(abs(high), abs(low)))
    return tr("{points} points", points=figures.span(low, high))


def _points(spec: Section, ends: Ends) -> str:
    low, high = ends
    if spec.kind == "bonus" and low >= 0:
        return tr("+{points} points", points=figures.span(low, high))
    if spec.kind == "deduction" and high <= 0:
        return tr("−{points} points", points=figures.span(abs(high), abs(low)))
    return tr("{points} points", points=figures.span(low, high))


def _bound(spec: Section, points: Ends) -> str:
    """Say which floor or cap of a section is reached."""
    floor, cap = spec.span
    shown = figures.span(*points)
    if floor is not None and points[0] == floor:
        return tr("at least {bound}, so {points}", bound=figures.plain(floor), points=shown)
    if cap is not None and points[1] == cap:
        return tr("at most {bound}, so {points}", bound=figures.plain(cap), points=shown)
    return tr("so {points}", points=shown)


def _ended(book: Rulebook, subject: Subject, steps: Sequence[Step]) -> Iterator[Step]:
    """Yield what is done with the sum: a floor, a veto, rounding."""
    low, high = _total((step.low, step.high) for step in steps)
    if not subject.kind.judged and low < 0:
        lift = (max(low, Decimal(0)) - low, max(high, Decimal(0)) - high)
        yield Step("floor", tr("it does not fall below 0"), *lift)
        low, high = low + lift[0], high + lift[1]
    vetoes = [c.label for c in subject.consequences if _zeroes(book, c.id)]
    if subject.kind.judged and vetoes:
        text = tr("veto “{label}”: the score is 0", label=vetoes[0])
        yield Step("veto", text, -low, -high)
        low, high = NOTHING
    if (low, high) != (subject.low, subject.high):
        places = book.ruleset.document.rounding.places
        text = tr("{sum} in all, rounded to {places} places: {score}",
                  sum=figures.span(low, high), places=places,
                  score=figures.span(subject.low, subject.high))  # fmt: skip
        if not places:
            text = tr("{sum} in all, rounded to whole points: {score}",
                      sum=figures.span(low, high),
                      score=figures.span(subject.low, subject.high))  # fmt: skip
        yield Step("rounding", text, subject.low - low, subject.high - high)


def _zeroes(book: Rulebook, name: str) -> bool:
    spec = book.ruleset.document.consequences.get(name)
    return spec is not None and spec.kind == "veto" and spec.effect == "zero"


def _total(ends: Iterator[Ends]) -> Ends:
    low = high = Decimal(0)
    for one, other in ends:
        low, high = low + one, high + other
    return low, high
