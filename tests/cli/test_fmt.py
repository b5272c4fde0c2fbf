"""``rules-engine fmt``: what it says, what it writes, and when it leaves the files alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rules_engine.plugin_manager import registry
from rules_engine.ruleset.layout import lay_out

EDITIONS = Path(__file__).parents[1] / "fixtures" / "editions"


@pytest.fixture
def town(cli):
    assert cli("fmt", cli.ruleset).code == 0
    return cli.ruleset


def texts(folder):
    return {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.yaml")}


def test_a_ruleset_is_laid_out_and_then_left_alone(cli):
    first = cli("fmt", cli.ruleset)
    assert first.code == 0
    assert (
        first.err == f"laid out: {cli.ruleset}/ruleset.yaml\nlaid out: {cli.ruleset}/clauses.yaml\n"
    )
    after = texts(cli.ruleset)
    again = cli("fmt", cli.ruleset)
    assert (again.code, again.out, again.err) == (0, "", "")
    assert texts(cli.ruleset) == after


def test_check_lists_what_would_change_and_writes_nothing(cli, town):
    cli.change("effective: {from: 2025-01-01}\n", "effective: { from: 2025-01-01 } # 起\n")
    before = texts(town)
    answer = cli("fmt", town, "--check")
    assert answer.code == 1
    assert answer.out == (
        f"{town}/ruleset.yaml:4: would change\n"
        "  - effective: { from: 2025-01-01 } # 起\n"
        "  + effective: {from: 2025-01-01}  # 起\n"
    )
    assert texts(town) == before
    assert cli("fmt", town).code == 0
    assert cli("fmt", town, "--check").code == 0


def test_check_tells_programs_too(cli, town):
    assert cli("fmt", town, "--check", "--format", "json").json == {
        "ruleset": str(town),
        "ok": True,
        "files": [
            {"file": f"{town}/ruleset.yaml", "changes": []},
            {"file": f"{town}/clauses.yaml", "changes": []},
        ],
    }
    cli.change("title:", "title:  ")
    answer = cli("fmt", town, "--check", "--format", "json")
    assert (answer.code, answer.json["ok"]) == (1, False)
    (change,) = answer.json["files"][0]["changes"]
    assert change["line"] == 2
    assert [line.replace(" ", "") for line in change["before"]] == [
        line.replace(" ", "") for line in change["after"]
    ]


def test_a_ruleset_that_is_laid_out_gives_the_same_digest(cli):
    before = cli.assess()["digest"]
    assert cli("fmt", cli.ruleset).code == 0
    assert cli.assess()["digest"] == before


def test_what_cannot_be_read_is_named_and_no_file_is_written(cli):
    cli.change("scale: 100", "scale: 100\nscale: 90")
    cli.change("clauses:", "clauses: [", file="clauses.yaml")
    before = texts(cli.ruleset)
    answer = cli("fmt", cli.ruleset, "--format", "json")
    assert (answer.code, answer.codes) == (1, ["duplicate-key", "bad-yaml"])
    assert texts(cli.ruleset) == before


def test_a_file_with_faults_of_meaning_is_laid_out_all_the_same(cli, town):
    cli.change("scale: 100", "scael:   100")
    assert cli("fmt", town).code == 0
    assert "scael: 100\n" in texts(town)["ruleset.yaml"]


def test_a_folder_that_cannot_be_written_to_is_an_error(cli, monkeypatch):
    def full(*_):
        raise OSError(30, os.strerror(30), "ruleset.yaml")

    before = texts(cli.ruleset)
    monkeypatch.setattr(os, "replace", full)
    answer = cli("fmt", cli.ruleset)
    assert answer.code == 2
    assert "error cannot-write: cannot write to ruleset.yaml: Read-only file system\n" in answer.err
    assert "see that the file may be written to" in answer.err
    assert texts(cli.ruleset) == before
    assert not [p for p in cli.ruleset.iterdir() if p.name.startswith(".")]


def test_a_folder_that_is_not_there_is_an_error(cli):
    answer = cli("fmt", "nowhere", "--format", "json")
    assert (answer.code, answer.codes) == (1, ["no-such-ruleset"])


def test_all_editions_are_laid_out(cli):
    names = [layout.file for layout in lay_out(EDITIONS, registry().methods)]
    assert names == [
        EDITIONS / "editions" / edition / file
        for edition in ("2024", "2025")
        for file in ("ruleset.yaml", "clauses.yaml")
    ]


@pytest.mark.parametrize("linked", ["ruleset.yaml", "editions", "editions/2025"])
def test_no_link_is_followed_out_of_the_ruleset(cli, linked):
    elsewhere = cli.folder / "elsewhere"
    if linked == "ruleset.yaml":
        kept = elsewhere / "ruleset.yaml"
        elsewhere.mkdir()
        (cli.ruleset / linked).rename(kept)
        (cli.ruleset / linked).symlink_to(kept)
    else:
        place = cli.ruleset / linked
        whole = elsewhere if linked == "editions/2025" else elsewhere / "2025"
        whole.mkdir(parents=True)
        for name in ("ruleset.yaml", "clauses.yaml"):
            (cli.ruleset / name).rename(whole / name)
        kept = whole / "ruleset.yaml"
        place.parent.mkdir(exist_ok=True)
        place.symlink_to(elsewhere, target_is_directory=True)
    before = kept.read_text(encoding="utf-8").replace("title:", "title:    ")
    kept.write_text(before, encoding="utf-8")
    form = cli.folder / "form.xlsx"
    for command in (
        ("fmt", cli.ruleset),
        ("import", "xlsx", form, "--out", cli.ruleset, "--force"),
    ):
        if command[0] == "import":
            assert cli("export", "xlsx", cli.ruleset, "--out", form).code == 0
        answer = cli(*command, "--format", "json")
        assert (answer.code, answer.codes) == (2, ["path-outside"])
        assert kept.read_text(encoding="utf-8") == before


def test_a_link_within_the_ruleset_stays_one(cli):
    (cli.ruleset / "ruleset.yaml").rename(cli.ruleset / "rules")
    (cli.ruleset / "ruleset.yaml").symlink_to("rules")
    text = (cli.ruleset / "rules").read_text(encoding="utf-8")
    (cli.ruleset / "rules").write_text(text.replace("title:", "title:   "), encoding="utf-8")
    assert cli("fmt", cli.ruleset).code == 0
    assert (cli.ruleset / "ruleset.yaml").is_symlink()
    assert "title: Small" in (cli.ruleset / "rules").read_text(encoding="utf-8")
