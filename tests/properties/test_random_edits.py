"""Whatever is done to a ruleset's text, checking it gives findings with places and never fails."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest
from edits import DEEDS, LAUGHS, MORE_DEEDS, edited
from patience import in_time
from tiny import records

from rules_engine.engines import for_few_records
from rules_engine.errors import EngineFailure, RulesetError, stops
from rules_engine.messages import speaking
from rules_engine.model.ruleset import ClausesDocument, RulesetDocument
from rules_engine.plugin_manager import registry
from rules_engine.report.reader import ResultReader
from rules_engine.report.report import targets
from rules_engine.ruleset.layout import laid_out
from rules_engine.run.compute import MemoryPlace, compute
from rules_engine.run.load import load_ruleset

METHODS = registry().methods
ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "fixtures" / "small"
RULESETS = sorted(file.parent for file in ROOT.glob("rulesets/*/ruleset.yaml"))
FILES = ("ruleset.yaml", "clauses.yaml")
EDITS = 300
BATCHES = 10
BRIEF = {r: 1 / (r / FILES[0]).stat().st_size for r in RULESETS}
EDITED = 250  # `make fuzz` tries thousands through the commands
EACH = {r: round(EDITED * brief / sum(BRIEF.values())) for r, brief in BRIEF.items()}
"""How many edits of each of the rulesets make so many; less of those that take longer."""
PATIENCE = 10
"""Seconds of computing after which an edit is taken to hang."""


def checked(folder, good, number, deeds):
    """Edit one of the files and check the ruleset; return the review if nothing stops it."""
    name = FILES[number % 10 == 9]
    text = edited(good[name], number, deeds)
    written = {**good, name: text}
    (folder / name).write_text(text, encoding="utf-8", newline="")
    reviewed = None
    try:
        reviewed = load_ruleset(folder, registry())  # whatever else is raised fails the test
        findings = reviewed.findings
    except RulesetError as error:
        findings = error.findings
    for finding in findings:
        place = finding.place
        assert place.file and place.line and place.column, (number, finding)
        lines = written[Path(place.file).name].count("\n") + 2
        assert place.line <= lines, (number, finding)
        assert str(finding.message), (number, finding)
    (folder / name).write_text(good[name], encoding="utf-8")
    return None if stops(findings) else reviewed


@pytest.mark.parametrize("batch", range(BATCHES))
def test_an_edited_ruleset_gives_findings_with_places(batch, tmp_path):
    folder = shutil.copytree(SMALL, tmp_path / "small")
    good = {n: (SMALL / n).read_text(encoding="utf-8") for n in FILES}
    for number in range(batch * EDITS // BATCHES, (batch + 1) * EDITS // BATCHES):
        with in_time(number, PATIENCE, signal.ITIMER_VIRTUAL):
            checked(folder, good, number, DEEDS)


@pytest.mark.parametrize("ruleset", RULESETS, ids=lambda folder: folder.name)
def test_an_edited_paper_gives_findings_or_runs(ruleset, tmp_path):
    folder = shutil.copytree(ruleset, tmp_path / ruleset.name, ignore=lambda *_: ["sample"])
    good = {n: (ruleset / n).read_text(encoding="utf-8") for n in FILES}
    session = for_few_records(registry())
    sound = 0
    for number in range(EACH[ruleset]):
        with in_time(number, PATIENCE, signal.ITIMER_VIRTUAL):
            reviewed = checked(folder, good, number, MORE_DEEDS)
            if reviewed is not None:
                sound += 1
                run(reviewed, session, tmp_path, number)
    session.close()
    assert sound > EACH[ruleset] // 20  # else nothing would have been run


def run(reviewed, session, folder, number):
    """Assess a few records by the rules, and read the results as a report does."""
    (folder / "records").mkdir(exist_ok=True)
    dataset = records(reviewed.ruleset, folder / "records", seed=number)
    try:
        traces = compute(reviewed.book, dataset, MemoryPlace(session, "duckdb"))
        reader = ResultReader(reviewed.book, session, traces, dataset.tables)
    except EngineFailure as error:
        assert {f.code for f in error.findings} == {"overflow"}, (number, error)
        return
    with speaking("zh"):
        assert [*reader.villages()]
        [*reader.cadres()], targets(reader)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_an_edited_file_is_laid_out_or_refused(batch, tmp_path):
    shapes = {"ruleset.yaml": RulesetDocument, "clauses.yaml": ClausesDocument}
    good = {name: (SMALL / name).read_text(encoding="utf-8") for name in shapes}
    for number in range(batch * EDITS // BATCHES, (batch + 1) * EDITS // BATCHES):
        name = "clauses.yaml" if number % 10 == 9 else "ruleset.yaml"
        text = edited(good[name], number)
        try:
            done = laid_out(text, name, shapes[name], METHODS)
        except RulesetError as error:
            assert "cannot-lay-out" not in {f.code for f in error.findings}, number
            continue
        assert laid_out(done, name, shapes[name], METHODS) == done, number
        assert sum(done.count(c) for c in "#") == text.count("#"), number


DEEP = {
    "aliases that grow without end": ("\n".join(LAUGHS), "yaml-anchor"),
    "a list within itself": ("a: &a [*a]", "yaml-anchor"),
    "brackets": ("a: " + "[" * 200_000, "too-deep"),
    "closed brackets": ("a: " + "[" * 50_000 + "]" * 50_000, "too-deep"),
    "dashes": ("- " * 100_000 + "x", "too-deep"),
    "questions": ("? " * 50_000 + "x", "too-deep"),
    "steps": ("\n".join(" " * i + "a:" for i in range(1000)), "too-deep"),
    "a number of a million digits": ("scale: " + "9" * 1_000_000, "missing-key"),
}


@pytest.mark.parametrize("what", DEEP)
def test_what_would_grow_without_end_is_refused(what, tmp_path):
    text, code = DEEP[what]
    folder = shutil.copytree(SMALL, tmp_path / "small")
    (folder / "ruleset.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RulesetError) as error:
        load_ruleset(folder, registry())
    findings = error.value.findings
    assert code in {f.code for f in findings}
    assert all(f.place.line and f.place.column for f in findings)
    assert sum(len(str(f.message)) for f in findings) < 20_000
