"""What each method takes for granted where a criterion does not say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import tr
from rules_engine_methods.figures import figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules_engine.api import Wording
    from rules_engine_methods.fields import (
        Bands,
        ByClass,
        Checklist,
        Deadline,
        PerItem,
        Rank,
        Rating,
        Target,
    )


def per_item(fields: PerItem, wording: Wording) -> Iterator[tuple[str, str]]:
    """Yield how a step counts that is only begun."""
    if any(e.per is not None and "begun" not in e.model_fields_set
           for e in (*fields.deduct, *fields.add)):  # fmt: skip
        yield "", tr("a begun step counts in proportion")


def by_class(fields: ByClass, wording: Wording) -> Iterator[tuple[str, str]]:
    """Yield how a step counts that is only begun."""
    if any(c.step is not None and "begun" not in c.model_fields_set for c in fields.classes):
        yield "", tr("a begun step counts in proportion")


def target(fields: Target, wording: Wording) -> Iterator[tuple[str, str]]:
    """Yield how large a step is, and how one counts that is only begun."""
    if not fields.each and fields.better is None:
        return
    keys = fields.model_fields_set
    is_rate = fields.of in wording.rates
    if fields.per is None:
        yield (
            (tr("1 percentage point"), tr("a step is one percentage point"))
            if is_rate
            else ("1", tr("a step is one"))
        )
    if "begun" not in keys:
        yield "", tr("a begun step counts in proportion")


def bands(fields: Bands, wording: Wording) -> Iterator[tuple[str, str]]:
    """Yield what is given beyond the ranges."""
    lowest = any(band.from_ is None for band in fields.bands)
    highest = any(band.to is None for band in fields.bands)
    if not (lowest and highest):
        yield "0", tr("what lies in no range gives nothing")


def checklist(fields: Checklist, wording: Wording) -> Iterator[tuple[str, str]]:
    """Yield how much of the points each thing gives."""
    if len(fields.items) < 2 or fields.rule != "each":
        return
    if all(item.points is None for item in fields.items):
        part = figure(abs(wording.full) / len(fields.items))
        yield part, tr("each thing counts an equal part of the points")


def deadline(fields: Deadline, wording: Wording) -> Iterator[tuple[str, str]]:
    """Yield what is given after the last day."""
    if fields.each_month is None and "later" not in fields.model_fields_set:
        yield "0", tr("what is done after the last day gives nothing")


def rating(fields: Rating, wording: Wording) -> Iterator[tuple[str, str]]:
    """Yield out of how many points is rated."""
    if "out_of" not in fields.model_fields_set:
        yield figure(fields.out_of), tr("ratings are out of this many points")


def rank(fields: Rank, wording: Wording) -> Iterator[tuple[str, str]]:
    """Yield who is first, and what the other places give."""
    if "best" not in fields.model_fields_set:
        yield "", tr("who has most is first")
    if "others" not in fields.model_fields_set:
        yield "0", tr("the other places give nothing")
