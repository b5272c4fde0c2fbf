"""Guards the rights of those who petition: what a ruleset may not count, hold or reward."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules_engine.dataset.names import names_a_person
from rules_engine.errors import Finding
from rules_engine.messages import msg
from rules_engine.ruleset.checks import labels_of

if TYPE_CHECKING:
    from rules_engine.ruleset.positions import KeyPath
    from rules_engine.ruleset.read import Ruleset

STOPPING = re.compile("劝返|拦访|截访|接回|稳控|息访|罢访|盯防|跟踪|监控|劝回|拦截|遣返|重点人员")
PETITIONERS = re.compile(
    "信访人|上访人|来访人|缠访人|访民|[信上来]访(?:户|群众|人员)|petitioner", re.IGNORECASE
)
OFFICIAL_TABLES = frozenset({"cadres", "villages", "assignments", "duties"})


def check_rights(ruleset: Ruleset) -> list[Finding]:
    """Return findings for what stops people or identifies them.

    Rules that punish lawful petitions are found by the compiler, which knows what is counted.
    """
    findings = []
    for path, text in labels_of(ruleset):
        match = STOPPING.search(text)
        if match:
            findings.append(
                Finding(
                    "rights-stopping",
                    msg("“{label}” counts watching or stopping people (“{word}”)",
                        label=text, word=match[0]),
                    ruleset.source.place(path),
                    msg("assess how matters were settled, never how people were held back"),
                )
            )  # fmt: skip
    findings += _called_petitioners(ruleset)
    for table, spec in ruleset.document.tables.items():
        if spec is None or table in OFFICIAL_TABLES:
            continue
        for name, column in spec.columns.items():
            if names_a_person(name) or names_a_person(column.label or ""):
                findings.append(
                    Finding(
                        "rights-personal-column",
                        msg("column “{name}” would identify a petitioner", name=name),
                        ruleset.source.place(("tables", table, "columns", name), key=True),
                        msg("a case is known by its number; remove the column"),
                    )
                )
    return findings


def _called_petitioners(ruleset: Ruleset) -> list[Finding]:
    """Return a finding where those assessed are called petitioners, or people to be watched."""
    assessed, villages = ruleset.document.assessed, ruleset.document.tables.get("villages")
    told: list[tuple[KeyPath, str | None]] = []
    if assessed:
        told += [(("assessed",), text) for text in (assessed.zh, assessed.en)]
    told.append((("tables", "villages", "label"), villages.label if villages else None))
    return [
        Finding(
            "petitioners-assessed",
            msg("“{noun}” would make petitioners those who are assessed", noun=text),
            ruleset.source.place(path),
            msg("assessed are villages, units and officials, never those who petition"),
        )
        for path, text in told
        if text and (PETITIONERS.search(text) or STOPPING.search(text))
    ]
