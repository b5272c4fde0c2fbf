"""Reads the cases: each is a small change to a good ruleset and the finding that it must give."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

from rules_engine.errors import Finding, RulesetError
from rules_engine.plugin_manager import registry
from rules_engine.run.load import load_ruleset

HERE = Path(__file__).parent
SMALL = HERE.parents[1] / "fixtures" / "small"


@dataclass(frozen=True)
class Case:
    """A case as its YAML says it.

    ``grow`` puts a text many times behind another. ``at`` is the line and column of the finding,
    ``text`` what stands there, ``hint`` a part of the hint; ``also`` lists the codes of further
    findings, ``loose`` allows any.
    """

    note: str
    finds: str
    change: tuple[tuple[str, str], ...] = ()
    clauses: tuple[tuple[str, str], ...] = ()
    grow: tuple[str, str, int] | None = None
    whole: str | None = None
    whole_clauses: str | None = None
    file: str = "ruleset.yaml"
    at: str = ""
    text: str = ""
    severity: str = "error"
    hint: str = ""
    acknowledged: str | None = None
    also: tuple[str, ...] = ()
    loose: bool = False

    def write(self, folder: Path) -> None:
        """Write the changed ruleset into a folder."""
        shutil.copytree(SMALL, folder, dirs_exist_ok=True)
        grown = []
        if self.grow:
            old, unit, times = self.grow
            grown = [(old, old + unit * times)]
        _change(folder / "ruleset.yaml", (*self.change, *grown), self.whole)
        _change(folder / "clauses.yaml", self.clauses, self.whole_clauses)


def _change(file: Path, changes: tuple[tuple[str, str], ...], whole: str | None) -> None:
    text = file.read_text(encoding="utf-8") if whole is None else whole
    for old, new in changes:
        assert old in text, f"the ruleset does not hold {old!r}"
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")


def read_cases() -> list[Case]:
    """Return all cases of all files."""
    return [
        Case(**case)
        for file in sorted((HERE / "cases").glob("*.yaml"))
        for case in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


def findings_of(folder: Path) -> tuple[Finding, ...]:
    """Return all findings of a ruleset, also of one that cannot be read."""
    try:
        return load_ruleset(folder, registry()).findings
    except RulesetError as error:
        return error.findings


def text_at(finding: Finding) -> str:
    """Return what stands in the file where the finding points."""
    place = finding.place
    assert place.file and place.line and place.column, f"{finding.code} has no place"
    lines = Path(place.file).read_text(encoding="utf-8").split("\n")
    return "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
