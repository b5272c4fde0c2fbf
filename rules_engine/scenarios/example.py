"""Lays a ruleset that is given as one text into a folder, with clauses made up for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules_engine.ruleset.read import CLAUSES_FILE, RULESET_FILE

if TYPE_CHECKING:
    from pathlib import Path

CLAUSE_IDS = re.compile(r"\bclause:\s*\[?([\w\-, ]+)\]?")
NO_CLAUSE = "  X: {ref: X, gist: X, status: exhortation}"


def lay_ruleset(folder: Path, text: str) -> Path:
    """Write the text as a ruleset and return its folder; clauses that lie there are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RULESET_FILE).write_text(text, encoding="utf-8")
    names = {n.strip() for one in CLAUSE_IDS.findall(text) for n in one.split(",")}
    clauses = [f"  {n}: {{ref: {n}, gist: 条款{n}, status: encoded}}" for n in sorted(names)]
    if not (folder / CLAUSES_FILE).exists():
        made_up = "\n".join(clauses or [NO_CLAUSE])
        (folder / CLAUSES_FILE).write_text(
            f"source: {{title: 例}}\nclauses:\n{made_up}\n", encoding="utf-8"
        )
    return folder
