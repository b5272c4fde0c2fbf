"""Keeps the ruleset of a run beside its records, so that the run can be explained ever after."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.ruleset.editions import edition_folders, ruleset_files
from rules_engine.ruleset.family import Family, home_of
from rules_engine.ruleset.read import CLAUSES_FILE, RULESET_FILE, read_loosely
from rules_engine.safe_files import leads_out, read_file

if TYPE_CHECKING:
    from rules_engine.run.load import CheckedRuleset

RULESET_FOLDER = "ruleset"
PARTS_FOLDER = "parts"
"""Below a kept ruleset that takes parts of others over: the files as they were written.

The ruleset itself is kept as the whole that it was, which needs no other folder."""


def keep_ruleset(ruleset: Path, folder: Path, reviewed: CheckedRuleset | None = None) -> None:
    """Copy a ruleset with all its editions, so that the run can be explained after they change.

    Args:
        ruleset: its folder.
        folder: that of the run.
        reviewed: the ruleset that the run goes by; where it took other figures, they are kept.
    """
    kept = folder / RULESET_FOLDER
    for file in ruleset_files(ruleset):
        (kept / file).parent.mkdir(parents=True, exist_ok=True)
        (kept / file).write_bytes(read_file(ruleset / file))
    for edition in edition_folders(ruleset):
        _keep_whole(edition, kept / edition.relative_to(ruleset), kept / PARTS_FOLDER)
    for part in sorted((ruleset / PARTS_FOLDER).rglob("*.yaml")):  # of a ruleset kept before
        if part.name in (RULESET_FILE, CLAUSES_FILE) and not leads_out(ruleset, part):
            _write(kept / part.relative_to(ruleset), read_file(part).decode("utf-8"))
    if reviewed and reviewed.overrides:
        place = reviewed.ruleset.folder.relative_to(ruleset)
        _write(kept / place / RULESET_FILE, reviewed.ruleset.source.text)


def _keep_whole(edition: Path, kept: Path, parts: Path) -> None:
    """Keep an edition that takes parts of others over as one, and the files that it is made of."""
    ruleset = read_loosely(edition).ruleset
    if ruleset is None or not isinstance(ruleset.source, Family):
        return
    around = home_of(edition).resolve().parent
    for name, document in ((RULESET_FILE, ruleset.source), (CLAUSES_FILE, ruleset.clause_source)):
        _write(kept / name, document.text)
        for part in document.files:
            _write(parts / Path(part.file).resolve().relative_to(around), part.text)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="")
