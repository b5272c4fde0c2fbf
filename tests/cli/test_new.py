"""``rules-engine new ruleset``: what it writes runs, and it overwrites nothing."""

from __future__ import annotations

import json
from datetime import date

import pytest

from rules_engine.plugin_manager import registry
from rules_engine.ruleset.template import start_ruleset

FILES = {
    "README.md", "clauses.yaml", "ruleset.yaml", "ruleset.schema.json",
    "features/results.feature", "features/scores.feature", "sample/assignments.csv",
    "sample/cadres.csv", "sample/cases.csv", "sample/checks.csv", "sample/duties.csv",
    "sample/reports.csv", "sample/villages.csv", "sample/visits.csv",
}  # fmt: skip


@pytest.fixture
def town(cli):
    answer = cli("new", "ruleset", "my-town")
    assert answer.code == 0, answer
    return cli.folder / "my-town"


def files(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_a_new_ruleset_has_all_its_files(cli, town):
    assert files(town) == FILES
    texts = [file.read_text(encoding="utf-8") for file in town.rglob("*.*")]
    assert not any("@NAME@" in text or "@YEAR@" in text for text in texts)


def test_it_says_what_it_wrote_and_what_comes_next(cli):
    answer = cli("new", "ruleset", "my-town")
    assert answer.out == "next: rules-engine check my-town; rules-engine test my-town\n"
    assert "written: my-town/ruleset.yaml\n" in answer.err
    other = cli("new", "ruleset", "my-town", "--out", "towns", "--format", "json")
    assert other.json["ruleset"] == "towns/my-town"
    assert {f.removeprefix("towns/my-town/") for f in other.json["files"]} == FILES


def test_check_finds_nothing(cli, town):
    assert (cli("check", town).out, cli("check", town).err) == ("", "")
    assert cli("check", town).code == 0


def test_it_is_laid_out(cli, town):
    answer = cli("fmt", town, "--check")
    assert (answer.code, answer.out, answer.err) == (0, "", "")


def test_its_scenarios_pass_and_cover_everything(cli, town):
    tested = cli("test", town, "--format", "json").json
    assert (tested["ok"], tested["passed"], tested["failed"]) == (True, 7, 0)
    covered = cli("coverage", town, "--format", "json")
    assert covered.code == 0
    assert [c for c in covered.json["clauses"] if c["untouched"]] == []


def test_its_sample_is_assessed(cli, town):
    answer = cli("assess", town, "--data", town / "sample", "--format", "json")
    assert answer.code == 0, answer
    got = {s["name"]: (s["score"], s["grade"]) for s in answer.json["subjects"]}
    # 西村: 30 − 1 − 2 = 27; one of two in time, 40 points short: 0; 20; a room only: 5
    # 南村: 30; none in time: 0; 20 − 2 × 10 = 0; 10
    assert got == {
        "东村": (100, "优秀"),
        "西村": (52, "不合格"),
        "南村": (40, "不合格"),
        "农技站": (100, "合格"),
    }
    assert answer.json["quarantine"] == []


@pytest.mark.parametrize("year", [1999, 2024, 2025])
def test_it_runs_in_any_year(cli, year):
    start_ruleset("my-town", cli.folder / str(year), year, registry().methods)
    folder = cli.folder / str(year) / "my-town"
    assert cli("check", folder).err == ""
    assert cli("test", folder).code == 0
    answer = cli("assess", folder, "--data", folder / "sample", "--format", "json")
    assert answer.json["period"] == {"from": f"{year}-01-01", "to": f"{year}-12-31"}


def test_it_is_for_the_year_in_which_it_is_written(town):
    text = (town / "ruleset.yaml").read_text(encoding="utf-8")
    assert any(
        f"period: {{from: {year}-01-01" in text
        for year in (date.today().year, date.today().year - 1)
    )  # the year may turn while the test runs


def test_editors_find_the_schema_beside_it(cli, town):
    first = (town / "ruleset.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=ruleset.schema.json"
    schema = json.loads((town / "ruleset.schema.json").read_text(encoding="utf-8"))
    assert schema == cli("schema").json


def test_a_folder_that_is_there_is_left_as_it_is(cli, town):
    (town / "ruleset.yaml").write_text("mine", encoding="utf-8")
    answer = cli("new", "ruleset", "my-town")
    assert (answer.code, answer.out) == (2, "")
    assert "error folder-exists: there is a my-town already\n    choose another name" in answer.err
    assert (town / "ruleset.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("My Town", "did you mean “my-town”?"),
        ("my_town", "did you mean “my-town”?"),
        ("2025-town", "did you mean “town”?"),
        ("../town", "did you mean “town”?"),
        ("平川", "write it in Latin letters, as in pingchuan-three-nos"),
        ("", "write it in Latin letters, as in pingchuan-three-nos"),
    ],
)
def test_a_name_that_cannot_be_an_id_is_refused(cli, name, hint):
    before = files(cli.folder)
    answer = cli("new", "ruleset", name)
    assert (answer.code, answer.out) == (2, "")
    assert "error bad-name: " in answer.err
    assert hint in answer.err
    assert files(cli.folder) == before


def test_a_folder_that_cannot_be_made_is_wrong_usage(cli):
    (cli.folder / "file").write_text("", encoding="utf-8")
    answer = cli("new", "ruleset", "my-town", "--out", "file", "--format", "json")
    assert (answer.code, answer.json["error"]) == (2, "cannot-write")
