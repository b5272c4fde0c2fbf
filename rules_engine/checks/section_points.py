"""Points must add up: lines to their section, sections to the scale, for villages and cadres."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules_engine.errors import Finding
from rules_engine.messages import msg
from rules_engine.model.subjects import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.model.scoring import Section
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import KeyPath


def check_points(ruleset: Ruleset) -> Iterator[Finding]:
    """Yield sections whose lines do not add up, and the scale that sections do not add up to.

    Where sections are for some subjects only, or points differ by the subject, the analysis of
    groups looks at the scale.
    """
    for name, section in ruleset.document.sections.items():
        yield from _line_kinds(ruleset, name, section)
        if section.kind != "score":
            continue
        if section.mixed:
            yield from _mixed_points(ruleset, name, section)
        else:
            yield from _added_points(ruleset, name, section)
    yield from _whole(ruleset)
    yield from _whole_of_cadres(ruleset)


def _line_kinds(ruleset: Ruleset, name: str, section: Section) -> Iterator[Finding]:
    """Yield scored lines and points to begin with that stand in no scored section."""
    path: KeyPath = ("sections", name)
    if section.kind == "score":
        return
    if section.base:
        yield Finding(
            "bad-section",
            msg("only a scored section begins from points of its own"),
            ruleset.source.place((*path, "base")),
            msg("say “kind: score” of the section, or remove “base”"),
        )
    for line, spec in section.criteria.items():
        if spec.kind == "score":
            yield Finding(
                "bad-section",
                msg("“{label}” is scored, but its section adds to the scale or takes from it",
                    label=spec.label),
                ruleset.source.place((*path, "criteria", line, "kind")),
                msg("move the line to a scored section"),
            )  # fmt: skip


def _added_points(ruleset: Ruleset, name: str, section: Section) -> Iterator[Finding]:
    """Yield a section whose points are not those of its lines."""
    added = section.worth(ruleset.document.times(section))
    if section.points is None or section.points == added or section.varies:
        return
    yield Finding(
        "points-do-not-add-up",
        msg(
            "the criteria of “{section}” add up to {added}, not to {points}",
            section=section.label,
            added=added,
            points=section.points,
        ),
        ruleset.source.place(("sections", name, "points")),
        msg(
            "the points of a criterion are those of a {unit}, and each {unit} counts",
            unit=section.part.noun,
        )
        if section.part and section.adding == "sum"
        else msg("change the points of the section or of a criterion"),
    )


def _mixed_points(ruleset: Ruleset, name: str, section: Section) -> Iterator[Finding]:
    """Yield a section with lines that add and take, which do not lead to its points."""
    path: KeyPath = ("sections", name)
    if section.points is None:
        yield Finding(
            "missing-key",
            msg("“{section}” has lines that add or take, and does not say how many points it "
                "gives at most", section=section.label),
            ruleset.source.place(path, key=True),
            msg("add {key}:", key="points"),
        )  # fmt: skip
        return
    floor, cap = section.span
    if floor is not None and cap is not None and floor > cap:
        yield Finding(
            "empty-range",
            msg("the floor of “{label}” is above its cap", label=section.label),
            ruleset.source.place((*path, "floor")),
            msg("the floor is {floor}, the cap {cap}: exchange them", floor=floor, cap=cap),
        )
    times = ruleset.document.times(section)
    begun, reached = section.begun(times), section.reached(times)
    if begun > section.points and not section.varies:
        yield Finding(
            "points-do-not-add-up",
            msg("“{section}” begins with {begun} points, but gives {points} at most",
                section=section.label, begun=begun, points=section.points),
            ruleset.source.place((*path, "points")),
            msg("change its points, its base or those of a scored line"),
        )  # fmt: skip
    elif reached < section.points:
        yield Finding(
            "points-do-not-add-up",
            msg("the lines of “{section}” lead to {reached} points at most, not to {points}",
                section=section.label, reached=reached, points=section.points),
            ruleset.source.place((*path, "points")),
            msg("change its points, its base or those of a line that adds"),
            "warning",
        )  # fmt: skip


def _whole(ruleset: Ruleset) -> Iterator[Finding]:
    """Yield the scale, if the sections for villages do not add up to it."""
    document = ruleset.document
    total = _added(ruleset, SubjectKind.VILLAGE)
    if total is not None and total != document.scale:
        yield Finding(
            "points-do-not-add-up",
            msg("the sections add up to {total}, the scale is {scale}", total=total,
                scale=document.scale),
            ruleset.source.place(("scale",)),
            msg("change the scale or the points of a section"),
        )  # fmt: skip


def _whole_of_cadres(ruleset: Ruleset) -> Iterator[Finding]:
    """Yield the weight of the villages' result, if with it cadres do not have the whole scale."""
    document = ruleset.document
    total = _added(ruleset, SubjectKind.CADRE)
    if document.responsibility is None or total is None or total == document.scale:
        return
    yield Finding(
        "points-do-not-add-up",
        msg("of cadres, what is carried over and their own sections add up to {total}, the scale "
            "is {scale}", total=total, scale=document.scale),
        ruleset.source.place(weight_path(ruleset)),
        msg("change “weight” of responsibility or of a section; what only adds or takes is "
            "“kind: bonus” or “kind: deduction”"),
    )  # fmt: skip


def weight_path(ruleset: Ruleset) -> KeyPath:
    """Return where it stands how much the villages' result weighs for cadres, or could stand."""
    responsibility = ruleset.document.responsibility
    said = responsibility is not None and "weight" in responsibility.model_fields_set
    return ("responsibility", "weight") if said else ("responsibility",)


def _added(ruleset: Ruleset, kind: SubjectKind) -> Decimal | None:
    """Return what a total reaches without bonuses; ``None`` where sections are for some only."""
    document = ruleset.document
    sections = [s for s in document.sections.values() if s.kind == "score" and s.subject is kind]
    if any(section.for_ is not None or section.varies for section in sections):
        return None
    worth = (section.worth(document.times(section)) * section.weight for section in sections)
    return document.base_of(kind) + sum(worth, Decimal(0))
