"""Whatever is done to a ruleset's text, checking it gives findings with places and never fails."""

from __future__ import annotations

import random
import re
import shutil

import pytest
from ruleset_cases import SMALL, findings_of

from rules_engine.errors import RulesetError
from rules_engine.model.ruleset import ClausesDocument, RulesetDocument
from rules_engine.plugin_manager import registry
from rules_engine.ruleset.layout.files import laid_out

METHODS = registry().methods
EDITS = 300
BATCHES = 10
NASTY = (
    "&a", "*a", "!!python/object:os.system", "!x", "<<: *a", "\t", "\x00", "\x85", "\u2028",
    "\ufeff", "- - - - - x", "? [a]", "[[[[", "{{{{", "}", "]", "'", '"', "|", ">-", "# ", ": ",
    ",", "%", "---", "null", "~", "true", "no", "{}", "[]", "''", "2025-02-30", "0x1F", "1e400",
    "-0", "９０％", "9" * 40, "9" * 5000, "0." + "1" * 50, "-1", "0%", "1000%", "x" * 3000,
    "(" * 400, "([" * 200, "a.b.c.d", "select 1", "1/0", "; drop table villages", "-- ", "/* ",
    "名", "“”", "case", "__", "closed_rate + closed_rate", "model", "report_trouble",
    "band = 'Poor'", "not not not calm",
)  # fmt: skip


def _delete(lines, at, dice):
    del lines[at : at + dice.randint(1, 3)]


def _double(lines, at, dice):
    lines.insert(dice.randrange(len(lines)), lines[at])


def _indent(lines, at, dice):
    lines[at] = " " * dice.randint(0, 9) + lines[at].lstrip()


def _swap_words(lines, at, dice):
    text = "\n".join(lines)
    words = sorted(set(re.findall(r"[\w.%]+", text)))
    one, two = dice.choice(words), dice.choice(words)
    lines[:] = re.sub(rf"(?<!\w){re.escape(one)}(?!\w)", two, text, count=2).split("\n")


def _put(lines, at, dice):
    place = dice.randint(0, len(lines[at]))
    lines[at] = lines[at][:place] + dice.choice(NASTY) + lines[at][place:]


def _replace_value(lines, at, dice):
    lines[at] = re.sub(r"(:\s+)[^,}]+", lambda m: m[1] + dice.choice(NASTY), lines[at], count=1)


def _cut(lines, at, dice):
    del lines[at:]
    lines.append("")


DEEDS = (
    _delete,
    _double,
    _indent,
    _swap_words,
    _swap_words,
    _put,
    _put,
    _replace_value,
    _replace_value,
)


def edited(text: str, seed: int) -> str:
    """Return the text with one to three edits that anybody might make, or nobody."""
    dice = random.Random(seed)
    lines = text.split("\n")
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        deed = _cut if dice.random() < 0.01 else dice.choice(DEEDS)
        deed(lines, dice.randrange(len(lines)), dice)
        if not lines:
            break
    return "\n".join(lines)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_an_edited_ruleset_gives_findings_with_places(batch, tmp_path):
    folder = shutil.copytree(SMALL, tmp_path / "small")
    good = {n: (SMALL / n).read_text(encoding="utf-8") for n in ("ruleset.yaml", "clauses.yaml")}
    for number in range(batch * EDITS // BATCHES, (batch + 1) * EDITS // BATCHES):
        name = "clauses.yaml" if number % 10 == 9 else "ruleset.yaml"
        text = edited(good[name], number)
        (folder / name).write_text(text, encoding="utf-8", newline="")
        findings = findings_of(folder)  # whatever else is raised fails the test
        for finding in findings:
            place = finding.place
            assert place.file and place.line and place.column, (number, finding)
            written = text if place.file.endswith(name) else good["ruleset.yaml"]
            assert place.line <= written.count("\n") + 2, (number, finding)
            assert str(finding.message), (number, finding)
        (folder / name).write_text(good[name], encoding="utf-8")


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


BOMB = "\n".join(
    ["a: &a [x, x, x, x, x, x, x, x, x]"]
    + [
        f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ]
)
DEEP = {
    "aliases that grow without end": (BOMB, "yaml-anchor"),
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
    findings = findings_of(folder)
    assert code in {f.code for f in findings}
    assert all(f.place.line and f.place.column for f in findings)
    assert sum(len(str(f.message)) for f in findings) < 20_000
