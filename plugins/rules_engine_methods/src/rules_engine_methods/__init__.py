"""The scoring methods that published assessment rules use, each turned into a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.api import Method, hookimpl, msg
from rules_engine_methods import defaults, expand, wording, working

if TYPE_CHECKING:
    from rules_engine.api import Message

EXAMPLES = {
    "per item": """
method: per item
deduct:
  - {of: late_reports, each: 1}
  - {of: missing_reports, each: 2}
""",
    "target": """
method: target
of: first_closed_rate
target: 90%
each: 1          # lost for each percentage point short, in proportion
""",
    "proportion": """
method: proportion
of: ledger_complete_rate
""",
    "bands": """
method: bands
of: visits_total
bands:
  - {to: 1, points: 10}
  - {from: 1, to: 3, points: 6}
  - {from: 3, points: 0}
""",
    "checklist": """
method: checklist
rule: each
items:
  - {label: 有牌子, met: has_sign > 0, points: 2}
  - {label: 有制度, met: has_rules > 0, points: 3}
""",
    "per item by class": """
method: per item by class
from: visits
where: irregular
classes:         # the first class that fits
  - {label: 集体访, when: collective, each: 10}
  - {label: 个人访, when: not collective, each: 5}
times:
  - {label: 越级加倍, when: skipped_level, by: 2}
""",
    "deadline": """
method: deadline
of: sign_put_up  # an indicator with “earliest:”
deadlines:
  - {by: 03-31, points: 10}
  - {by: 04-15, points: 8}
each_month: 2    # less for each month begun after the last day; or later: 0
""",
    "rating": """
method: rating
kinds:
  - {kind: 群众, weight: 70%}
  - {kind: 领导, weight: 30%}
drop_extremes_from: 5
""",
    "judgement": """
method: judgement
item: 台账质量    # what was judged; each time 1 to 5 points are taken
direction: deduct
min: 1
max: 5
""",
    "rank": """
method: rank
by: visits_total
best: least
places: [10, 8, 6]
last: 0
others: 4
""",
    "formula": """
method: formula
formula: least(10, 2 * visits_total)
""",
}


METHODS = (
    ("per item", "per_item", "PerItem", msg("per item"),
     "each counted record costs or earns so much, class by class"),
    ("target", "target", "Target", msg("target"),
     "all points at the target, less for each step short of it"),
    ("proportion", "proportion", "Proportion", msg("proportion"),
     "points times a rate"),
    ("bands", "bands", "Bands", msg("bands"),
     "a table of ranges and points"),
    ("checklist", "checklist", "Checklist", msg("checklist"),
     "things that must be in place: so much each, or all or nothing"),
    ("per item by class", "by_class", "ByClass", msg("per item by class"),
     "each record costs or earns by its class; factors double or halve it"),
    ("deadline", "deadline", "Deadline", msg("deadline"),
     "points by the day on which it was done, and less for each month late"),
    ("rating", "rating", "Rating", msg("rating"),
     "the average of raters by kind, weighted"),
    ("judgement", "judgement", "Judgement", msg("judgement"),
     "points that an official sets within a range, with the reason"),
    ("rank", "rank", "Rank", msg("rank"),
     "points for the first places among the subjects, and for the last"),
    ("formula", "formula", "Formula", msg("formula"),
     "an expression over indicators, for what nothing else says"),
)  # fmt: skip
"""Each method with its functions' name, its fields, its label, and what it is for."""


@hookimpl
def rules_engine_register_methods() -> list[Method]:
    """Give the eleven methods."""
    return [_method(*row) for row in METHODS]


def _method(name: str, function: str, model: str, label: Message, about: str) -> Method:
    return Method(
        name,
        about,
        lambda: _fields(model),
        getattr(expand, function),
        EXAMPLES[name],
        getattr(wording, function),
        getattr(working, function),
        defaults=getattr(defaults, function, None),
        label=label,
    )


def _fields(name: str) -> type:
    """Import the models late: pydantic is slow to load and ``--help`` does not need it."""
    from rules_engine_methods import fields

    model: type = getattr(fields, name)
    return model
