"""Small rulesets about petitions, put together from a few parts; and what `check` finds in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rules_engine.errors import RulesetError
from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_ruleset

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine.errors import Finding

CLAUSES = "source: {title: t}\nclauses:\n  A-1: {ref: 1, gist: g, status: encoded}\n"
PARTS = ("scale", "base", "parameters", "indicators", "standards", "sections", "grades",
         "consequences", "responsibility")  # fmt: skip
OWN = {
    "warned": {"label": "Warned", "type": "boolean"},
    "sort": {"label": "Sort", "values": ["a", "b", "c"]},
}
"""Columns of the ruleset's own: nobody but the ruleset knows what they mean."""


def counts(table: str, subject: str = "village", **where: str) -> dict[str, Any]:
    """Return indicators of one table, each with its condition; an empty one counts all."""
    return {
        name: {"label": name, "from": table, "subject": subject, **({"where": w} if w else {})}
        for name, w in where.items()
    }


def line(formula: str, **more: Any) -> dict[str, Any]:
    """Return a score line that is worked out by a formula."""
    return {"method": "formula", "formula": formula, "floor": "none", "cap": "none", **more}


def ruleset(
    folder: Path,
    indicators: dict[str, Any],
    lines: dict[str, Any],
    *,
    of_cadres: dict[str, Any] | None = None,
    **more: Any,
) -> Path:
    """Write a ruleset with these indicators and score lines; return its folder."""

    def named(lines: dict[str, Any]) -> dict[str, Any]:
        return {n: {"label": n, "points": 100, "clause": "A-1", **x} for n, x in lines.items()}

    lines = lines or {"other": line("1")}
    sections: dict[str, Any] = {
        "all": {"label": "All", "points": 100 * len(lines), "clause": "A-1",
                "criteria": named(lines)}
    }  # fmt: skip
    if of_cadres:
        own = {"label": "Own", "subject": "cadre", "kind": "deduction", "points": 100}
        sections["own"] = {**own, "clause": "A-1", "criteria": named(of_cadres)}
        more["responsibility"] = {"roles": {"包村干部": {"share": 1}}}
    document = {
        "ruleset": "tiny", "title": "t", "edition": "1", "effective": {"from": "2020-01-01"},
        "language": "en", "period": {"from": "2025-01-01", "to": "2025-12-31"},
        "scale": 100 * len(lines), "assumed": dict.fromkeys(PARTS, "e"),
        "tables": {"villages": {}, "cadres": {}, "assignments": {}, "cases": {"columns": OWN},
                   "visits": {"columns": OWN}},
        "indicators": indicators, "sections": sections,
        "grades": {"all": {"label": "all", "from": 0}}, **more,
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, ensure_ascii=False, indent=1)  # which is YAML without anchors
    (folder / "ruleset.yaml").write_text(text, encoding="utf-8")
    (folder / "clauses.yaml").write_text(CLAUSES, encoding="utf-8")
    return folder


def findings(folder: Path) -> tuple[Finding, ...]:
    """Return what is found."""
    try:
        return load_ruleset(folder, registry()).findings
    except RulesetError as error:
        return error.findings
