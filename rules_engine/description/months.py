"""Words indicators that look at months, quarters or half-years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.messages import tr
from rules_engine.plan.month_compiler import ALL

if TYPE_CHECKING:
    from rules_engine.model.inputs import Indicator
    from rules_engine.model.year_parts import YearPart
    from rules_engine.plan.verbalizer import RulesetVerbalizer


def months_of(speaker: RulesetVerbalizer, spec: Indicator, part: YearPart) -> str:
    """Return the months that an indicator looks at, with the condition that they meet."""
    wanted = str(getattr(spec, part.each))
    document = speaker.document
    labels = {key: s.label for n, s in document.sections.items() for key in (n, s.label)}
    labels |= {key: c.label for _, _, n, c in document.criteria() for key in (n, c.label)}
    scored = any(section.part is part for section in document.sections.values())
    if wanted != ALL:
        months = tr("the {unit}s of “{label}”", unit=part.noun,
                    label=labels.get(wanted, wanted))  # fmt: skip
    elif scored:
        months = tr("the {unit}s of all that is scored by the {unit}", unit=part.noun)
    else:
        months = tr("the {unit}s of the period", unit=part.noun)
    if spec.where is None:
        return months
    condition = speaker.of_subject(spec.where, spec.subject)
    return tr("{months} in which {condition}", months=months, condition=condition)
