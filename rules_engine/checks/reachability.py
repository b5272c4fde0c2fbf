"""Finds what the points cannot reach: the scale for a group of subjects, a grade, a bound.

Sections may be for some subjects only. Which of them are for one and the same subject is decided
from their conditions; where that cannot be told, nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from rules_engine.checks.context import MOMENTS, context_of
from rules_engine.checks.section_points import weight_path
from rules_engine.conditions.constraints.constraint import ALWAYS, TooInvolved, both
from rules_engine.conditions.constraints.solver import SOME_TEXT
from rules_engine.conditions.constraints.variables import is_number
from rules_engine.errors import Finding
from rules_engine.messages import clauses, msg, tr
from rules_engine.model.by_subject import BySubject
from rules_engine.model.figures import in_digits
from rules_engine.model.subjects import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rules_engine.checks.context import Context
    from rules_engine.conditions.constraints.constraint import Alternative
    from rules_engine.conditions.constraints.solver import Value
    from rules_engine.conditions.constraints.variables import Variable
    from rules_engine.plan.rules import CriterionRule, Rulebook

from typing import TYPE_CHECKING

from rules_engine.ruleset.reachable_grades import reached_grades

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.model.scoring import Section
    from rules_engine.plan.rules import Rulebook
    from rules_engine.yamltext.read import KeyPath


def check_reachability(book: Rulebook) -> Iterator[Finding]:
    """Yield grades that no score can reach, and lines whose bounds hold nothing."""
    document, source = book.ruleset.document, book.ruleset.source
    yield from _empty_ranges(book)
    most = _most(book)
    reached = reached_grades(document.grades, document.consequences, most)
    for name, grade in document.grades.items():
        if grade.from_ > most and name not in reached:
            yield Finding(
                "unreachable-grade",
                msg(
                    "“{grade}” begins at {score}, but no more than {most} can be reached",
                    grade=grade.label,
                    score=grade.from_,
                    most=in_digits(most),
                ),
                source.place(("grades", name, "from")),
                msg("lower the threshold, or raise the points"),
            )


def _empty_ranges(book: Rulebook) -> Iterator[Finding]:
    for section_id, section, name, spec in book.ruleset.document.criteria():
        floor, cap = section.span_of(spec)
        if floor > cap:
            path: KeyPath = ("sections", section_id, "criteria", name)
            yield Finding(
                "empty-range",
                msg("the floor of “{label}” is above its cap", label=spec.label),
                book.ruleset.source.place((*path, "floor" if spec.floor is not None else "cap")),
                msg("the floor is {floor}, the cap {cap}: exchange them", floor=floor, cap=cap),
            )


def _most(book: Rulebook) -> Decimal:
    """Return the greatest score that a village can have, of whatever group it is."""
    document = book.ruleset.document
    reached = {
        name: _most_of(section, document.times(section))
        for name, section in document.sections.items()
        if section.subject is SubjectKind.VILLAGE
    }
    existing = [group.sections for group in groups(book, sure=False)] or [frozenset(reached)]
    return document.base + max(sum((reached[n] for n in g), Decimal(0)) for g in existing)


def _most_of(section: Section, times: int) -> Decimal:
    most = Decimal(0)
    for spec in section.criteria.values():
        _, cap = section.span_of(spec)
        worth = spec.not_applicable if isinstance(spec.not_applicable, Decimal) else cap
        most += max(cap, worth)
    if section.each_cap is not None:
        most = min(most, section.each_cap)
    most = section.base + most * times
    highest = section.span[1]
    return (most if highest is None else min(most, highest)) * section.weight


MOST_GROUPS = 64
Split: TypeAlias = "tuple[frozenset[str], dict[str, Decimal], list[Alternative]]"
"""Sections, the points of lines that differ, and how subjects can be to whom both belong."""


@dataclass(frozen=True)
class Group:
    """Subjects that some sections are for, and what lines that differ are worth for them.

    Attributes:
        sections: ids of the sections.
        points: the points of lines that differ by the subject, by their ids.
        example: what one of the subjects is like.
    """

    sections: frozenset[str]
    points: Mapping[str, Decimal]
    example: Mapping[Variable, Value]


def groups(
    book: Rulebook, kind: SubjectKind = SubjectKind.VILLAGE, *, sure: bool = True
) -> list[Group]:
    """Return the groups of villages or cadres that can exist; none if there could be too many.

    Args:
        book: the compiled rules.
        kind: of whom.
        sure: whether only those are asked for that certainly can.
    """
    everyone = {
        name
        for name, section in book.ruleset.document.sections.items()
        if section.subject is kind and not section.for_
    }
    compiled = {rule.id for rule in book.criteria}
    lines = book.ruleset.document.criteria()
    if any(isinstance(spec.points, BySubject) and name not in compiled for *_, name, spec in lines):
        return []  # what is wrong with them is said already
    context = context_of(book, kind, book.frame)
    split_groups: list[Split] = [(frozenset(everyone), {}, list(ALWAYS))]
    try:
        for name, audience in book.audiences.items():
            if book.ruleset.document.sections[name].subject is not kind or audience.tree is None:
                continue
            split = [
                (sections | {name} if member else sections, points, both(alternatives, own))
                for member in (True, False)
                for own in [context.reader.alternatives(audience.tree, wanted=member)]
                for sections, points, alternatives in split_groups
            ]
            split_groups = [one for one in split if context.answer(one[2]).possible != "no"]
            if len(split_groups) > MOST_GROUPS:
                return []
        for rule in book.criteria:
            if rule.sizes and rule.section.kind == "score":
                split_groups = list(_by_points(rule, split_groups, context))
            if len(split_groups) > MOST_GROUPS:
                return []
    except TooInvolved:
        return []
    answers = ((*one[:2], context.answer(one[2])) for one in split_groups)
    wanted = ("yes",) if sure else ("yes", "maybe")
    return [Group(s, p, a.example) for s, p, a in answers if a.possible in wanted]


def _by_points(rule: CriterionRule, groups: list[Split], context: Context) -> Iterator[Split]:
    """Yield groups split by what a line is worth for them."""
    for sections, points, alternatives in groups:
        if rule.section_id not in sections:
            yield sections, points, alternatives
            continue
        for size in rule.sizes:
            if size.when is not None and size.when.tree is not None:
                own = both(alternatives, context.reader.alternatives(size.when.tree, wanted=True))
                if context.answer(own).possible != "no":
                    yield sections, {**points, rule.id: size.points}, own


def worth_of(
    book: Rulebook,
    kind: SubjectKind,
    sections: Iterable[str],
    points: Mapping[str, Decimal] | None = None,
) -> Decimal:
    """Return the points that scored sections hold together with what a total begins with.

    Args:
        book: the compiled rules.
        kind: of whose totals.
        sections: their ids.
        points: those of lines that differ by the subject.
    """
    document = book.ruleset.document
    scored = (document.sections[n] for n in sections if document.sections[n].kind == "score")
    parts = (section.worth(document.times(section), points) * section.weight for section in scored)
    return document.base_of(kind) + sum(parts, Decimal(0))


def check_groups(book: Rulebook) -> Iterator[Finding]:
    """Yield the groups whose points do not add up to the scale.

    One to which no section with ``for:`` belongs gets a warning, since there may be no such
    subjects; and where no section at all does, or only is known what they are not, a run tells.
    """
    for kind in book.ruleset.document.kinds:
        yield from _check_groups(book, kind)


def _check_groups(book: Rulebook, kind: SubjectKind) -> Iterator[Finding]:
    document = book.ruleset.document
    scored = {n for n, s in document.sections.items() if s.kind == "score" and s.subject is kind}
    varied = any(document.sections[name].varies for name in scored)
    if not scored & set(book.audiences) and not varied:
        return
    for group in groups(book, kind):
        yield from _sections_of(book, group, scored)
        total = worth_of(book, kind, group.sections, group.points)
        other = SOME_TEXT in group.example.values() and not group.points
        passed_over = not scored & group.sections or other
        if total == document.scale or passed_over:
            continue
        yield Finding(
            "points-do-not-add-up",
            msg(
                "for those with {example} the sections add up to {total}, the scale is {scale}",
                example=clauses(_in_words(v, value) for v, value in group.example.items()),
                total=in_digits(total),
                scale=in_digits(document.scale),
            ),
            book.ruleset.source.place(("scale",) if kind.judged else weight_path(book.ruleset)),
            msg("change the points of a section, or whom it is for"),
            "error" if group.points or group.sections & scored & set(book.audiences) else "warning",
        )


def _sections_of(book: Rulebook, group: Group, scored: set[str]) -> Iterator[Finding]:
    """Yield the sections whose points are not the sum of their lines for a group."""
    document = book.ruleset.document
    for name in document.sections:
        section = document.sections[name]
        if name not in scored & group.sections or not section.varies:
            continue
        if section.points is None:
            continue
        added = section.begun(document.times(section), group.points)
        if added > section.points or (added < section.points and not section.mixed):
            yield Finding(
                "points-do-not-add-up",
                msg("for those with {example} the criteria of “{section}” add up to {added}, not "
                    "to {points}", section=section.label, added=in_digits(added),
                    points=in_digits(section.points),
                    example=clauses(_in_words(v, value) for v, value in group.example.items())),
                book.ruleset.source.place(("sections", name, "points")),
                msg("change the points of the section or of a criterion"),
            )  # fmt: skip


def _in_words(variable: Variable, value: Value) -> str:
    if isinstance(value, bool):
        return f"{variable.label} = {tr('yes') if value else tr('no')}"
    if is_number(value) and variable.kind in MOMENTS:
        return f"{variable.label} = {date.fromordinal(int(value))}"
    return f"{variable.label} = {'—' if value is None else value}"
