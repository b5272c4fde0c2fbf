"""Finds what the points cannot reach: grades, and lines whose bounds hold nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.checks.groups import groups
from rules_engine.errors import Finding
from rules_engine.messages import msg
from rules_engine.model.figures import in_digits
from rules_engine.ruleset.reachable_grades import reached_grades

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.model.ruleset import Criterion, Section
    from rules_engine.plan.rules import Rulebook
    from rules_engine.yamltext.positions import KeyPath


def check_reach(book: Rulebook) -> Iterator[Finding]:
    """Yield grades that no score can reach, and lines whose bounds hold nothing."""
    document, source = book.ruleset.document, book.ruleset.source
    yield from _empty_ranges(book)
    most = _most(book)
    held = reached_grades(document.grades, document.consequences, most)
    for name, grade in document.grades.items():
        if grade.from_ > most and name not in held:
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
        floor, cap = _bounds(section, spec)
        if floor > cap:
            path: KeyPath = ("sections", section_id, "criteria", name)
            yield Finding(
                "empty-range",
                msg("the floor of “{label}” is above its cap", label=spec.label),
                book.ruleset.source.place((*path, "floor" if spec.floor is not None else "cap")),
                msg("the floor is {floor}, the cap {cap}: exchange them", floor=floor, cap=cap),
            )


def _bounds(section: Section, spec: Criterion) -> tuple[Decimal, Decimal]:
    """Return the least and the most that a line can give where it applies."""
    deducts = section.kind == "deduction"
    cap = spec.cap if spec.cap is not None else Decimal(0) if deducts else spec.points
    floor = spec.floor if spec.floor is not None else -spec.points if deducts else Decimal(0)
    return floor, cap


def _most(book: Rulebook) -> Decimal:
    """Return the greatest score that a village can have, of whatever group it is."""
    document = book.ruleset.document
    reached = {
        name: _most_of(section, document.months)
        for name, section in document.sections.items()
        if section.subject == "village"
    }
    existing = [group.sections for group in groups(book, sure=False)] or [frozenset(reached)]
    return document.base + max(sum((reached[n] for n in g), Decimal(0)) for g in existing)


def _most_of(section: Section, months: int) -> Decimal:
    most = Decimal(0)
    for spec in section.criteria.values():
        _, cap = _bounds(section, spec)
        worth = spec.not_applicable if isinstance(spec.not_applicable, Decimal) else cap
        most += max(cap, worth) * (months if section.monthly == "sum" else 1)
    return (most if section.cap is None else min(most, section.cap)) * section.weight
