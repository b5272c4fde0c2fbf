"""The scoring methods that published assessment rules use, each turned into a formula."""

from __future__ import annotations

from rules_engine.api import Method, hookimpl
from rules_engine_methods import expand

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
    "formula": """
method: formula
formula: least(10, 2 * visits_total)
""",
}


@hookimpl
def rules_engine_register_methods() -> list[Method]:
    """Give the six methods."""
    return [
        Method(
            "per item",
            "each counted record costs or earns so much, class by class",
            lambda: _fields("PerItem"),
            expand.per_item,
            EXAMPLES["per item"],
        ),
        Method(
            "target",
            "all points at the target, less for each step short of it",
            lambda: _fields("Target"),
            expand.target,
            EXAMPLES["target"],
        ),
        Method(
            "proportion",
            "points times a rate",
            lambda: _fields("Proportion"),
            expand.proportion,
            EXAMPLES["proportion"],
        ),
        Method(
            "bands",
            "a table of ranges and points",
            lambda: _fields("Bands"),
            expand.bands,
            EXAMPLES["bands"],
        ),
        Method(
            "checklist",
            "things that must be in place: so much each, or all or nothing",
            lambda: _fields("Checklist"),
            expand.checklist,
            EXAMPLES["checklist"],
        ),
        Method(
            "formula",
            "an expression over indicators, for what nothing else says",
            lambda: _fields("Formula"),
            expand.formula,
            EXAMPLES["formula"],
        ),
    ]


def _fields(name: str) -> type:
    """Import the models late: pydantic is slow to load and ``--help`` does not need it."""
    from rules_engine_methods import fields

    model: type = getattr(fields, name)
    return model
