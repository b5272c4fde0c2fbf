"""Guards the rights of those who petition: what a ruleset may not count, hold or reward."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules_engine.dataset.names import names_a_person
from rules_engine.errors import Finding
from rules_engine.messages import msg
from rules_engine.ruleset.checks import labels_of

if TYPE_CHECKING:
    from rules_engine.ruleset.read import Ruleset

STOPPING = re.compile("劝返|拦访|截访|接回|稳控|息访|罢访|盯防|跟踪|监控|劝回|拦截|遣返|重点人员")
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
