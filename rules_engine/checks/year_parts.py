"""What is wrong with sections that are scored by months, quarters or half-years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.errors import Finding
from rules_engine.messages import listed, msg
from rules_engine.model.year_parts import YEAR_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import KeyPath


def check_year_parts(ruleset: Ruleset) -> Iterator[Finding]:
    """Yield what is wrong with how sections are scored by parts of the period."""
    period, place = ruleset.document.period, ruleset.source.place
    for name, indicator in ruleset.document.indicators.items():
        part = indicator.part
        if part and not part.divides(period.from_, period.to):
            yield Finding(
                "odd-months",
                msg("“{label}” looks at every {unit}, but the period cuts a {unit}",
                    label=indicator.label, unit=part.noun),
                place(("indicators", name, part.each)),
                msg("let the period begin on the first and end on the last day of a {unit}",
                    unit=part.noun),
                "warning",
            )  # fmt: skip
    for name, section in ruleset.document.sections.items():
        path: KeyPath = ("sections", name)
        keys = [part.key for part in YEAR_PARTS if getattr(section, part.key)]
        bounds = [k for k in ("each_floor", "each_cap") if getattr(section, k) is not None]
        if len(keys) > 1:
            yield Finding(
                "bad-section",
                msg("“{section}” is scored by one kind of parts only: {keys}",
                    section=section.label, keys=listed(keys)),
                place((*path, keys[-1])),
                msg("make a section for each kind"),
            )  # fmt: skip
        elif section.part and not section.part.divides(period.from_, period.to):
            yield Finding(
                "odd-months",
                msg("“{section}” is scored by the {unit}, but the period cuts a {unit}",
                    section=section.label, unit=section.part.noun),
                place((*path, section.part.key)),
                msg("let the period begin on the first and end on the last day of a {unit}",
                    unit=section.part.noun),
                "warning",
            )  # fmt: skip
        if bounds and not keys:
            yield Finding(
                "bad-section",
                msg("“{key}” holds the points of each month, but “{section}” is not scored by "
                    "months", key=bounds[0], section=section.label),
                place((*path, bounds[0])),
                msg("write “monthly: sum” (or quarterly, half_yearly); floor and cap hold the "
                    "section as a whole"),
            )  # fmt: skip
        if len(bounds) == 2 and (section.each_floor or 0) > (section.each_cap or 0):
            yield Finding(
                "empty-range",
                msg("the floor of “{label}” is above its cap", label=section.label),
                place((*path, "each_floor")),
                msg("the floor is {floor}, the cap {cap}: exchange them",
                    floor=section.each_floor, cap=section.each_cap),
            )  # fmt: skip
