"""Finds what the points cannot reach: grades, and lines whose bounds hold nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.compiler.analysis.groups import groups
from rules_engine.errors import Finding
from rules_engine.messages import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.compiler.rules import Rulebook
    from rules_engine.ruleset.positions import KeyPath


def check_reach(book: Rulebook) -> Iterator[Finding]:
    """Yield grades that no score can reach, and lines whose bounds hold nothing."""
    document, source = book.ruleset.document, book.ruleset.source
    reached: dict[str, Decimal] = {}
    for section_id, section, name, spec in document.criteria():
        deducts = section.kind == "deduction"
        cap = spec.cap if spec.cap is not None else Decimal(0) if deducts else spec.points
        floor = spec.floor if spec.floor is not None else -spec.points if deducts else Decimal(0)
        if section.subject == "village":
            times = document.months if section.monthly == "sum" else 1
            most = cap * times * section.weight
            reached[section_id] = reached.get(section_id, Decimal(0)) + most
        if floor > cap:
            path: KeyPath = ("sections", section_id, "criteria", name)
            yield Finding(
                "empty-range",
                msg("the floor of “{label}” is above its cap", label=spec.label),
                source.place((*path, "floor" if spec.floor is not None else "cap")),
                msg("the floor is {floor}, the cap {cap}: exchange them", floor=floor, cap=cap),
            )
    existing = [group.sections for group in groups(book)] or [frozenset(reached)]
    most = document.base + max(sum((reached[n] for n in g), Decimal(0)) for g in existing)
    for name, grade in document.grades.items():
        if grade.from_ > most:
            yield Finding(
                "unreachable-grade",
                msg(
                    "“{grade}” begins at {score}, but no more than {most} can be reached",
                    grade=grade.label,
                    score=grade.from_,
                    most=f"{most.normalize():f}",
                ),
                source.place(("grades", name, "from")),
                msg("lower the threshold, or raise the points"),
            )
