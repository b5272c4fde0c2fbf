"""Every verb says which edition it speaks of, and a run may assess any two days."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

EDITIONS = Path(__file__).parents[1] / "fixtures" / "editions"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(EDITIONS, tmp_path / "editions"))


@pytest.fixture
def assess(cli, folder):
    def run(*options):
        data = folder / "sample"
        answer = cli("assess", folder, "--data", data, "--format", "json", *options)
        assert answer.code == 0, answer
        return answer.json

    return run


def test_check_test_and_describe(cli, folder):
    assert cli("check", folder).out == ""
    assert cli("check", folder, "--format", "json").json["editions"] == ["2024", "2025"]
    tested = cli("test", folder, "--format", "json").json
    assert (tested["ok"], tested["editions"]) == (True, ["2024", "2025"])
    assert "2024" in cli("test", folder, "--lang", "en").out
    described = [
        cli("describe", folder, "--format", "json", *day).json["edition"]
        for day in ((), ("--as-of", "2024-05-01"))
    ]
    assert described == ["2025", "2024"]


def test_check_points_into_the_edition(cli, folder):
    file = folder / "editions" / "2024" / "ruleset.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("迟报, each", "晚报, each"), encoding="utf-8")
    answer = cli("check", folder, "--format", "json")
    assert (answer.code, answer.codes) == (1, ["unknown-name"])
    assert answer.json["findings"][0]["file"] == str(file)


def test_coverage_and_mutate_look_at_each_edition(cli, folder):
    covered = cli("coverage", folder, "--format", "json").json
    assert [(c["edition"], c["id"]) for c in covered["clauses"]] == [("2024", "A"), ("2025", "B")]
    scenarios = [c["parts"][-1]["asserted"] for c in covered["clauses"]]
    assert scenarios == [["2024 年，一次扣一分"], ["2025 年，一次扣两分"]]
    hunted = cli("mutate", folder, "--format", "json").json
    assert hunted["editions"] == ["2024", "2025"]
    # 2024: 8 and 7 hold the grade from both sides; 2025: 8 and 6 leave a gap below it
    left = {(m["edition"], m["path"], m["new"]) for m in hunted["survivors"]}
    assert left == {
        ("2024", "indicators.late.where", ">="),
        ("2025", "indicators.late.where", ">="),
        ("2025", "grades.good.from", "7"),
    }


def test_whoever_runs_scenarios_says_how_many_are_skipped(cli, folder):
    [file] = folder.rglob("*.feature")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("  场景: 2025", "  @skip\n  场景: 2025"), encoding="utf-8")
    diff = "diff", folder, "--editions", "2024", "2025"
    for verb in (("test", folder), ("coverage", folder), ("mutate", folder), diff):
        told = cli(*verb, "--lang", "en").out
        assert ("1 skipped" if verb[0] == "test" else "1 scenarios are skipped") in told, verb
        skipped = cli(*verb, "--format", "json").json["skipped"]
        assert skipped == 1 or [s["scenario"] for s in skipped] == ["2025 年，一次扣两分"], verb
    assert cli(*diff, "--no-scenarios", "--format", "json").json["skipped"] == 0


def test_a_run_keeps_the_edition_and_can_be_explained_after_a_change(cli, folder, assess):
    old = assess("--as-of", "2024-12-31")
    new = assess()
    assert [run["ruleset"]["edition"] for run in (old, new)] == ["2024", "2025"]
    assert [run["subjects"][0]["score"] for run in (old, new)] == [9, 8]
    assert old["ruleset"]["fingerprint"] != new["ruleset"]["fingerprint"]
    shutil.rmtree(folder / "editions")
    explained = cli("explain", old["run_id"], "甲村", "--format", "json").json
    assert (explained["edition"], explained["as_of"]) == ("2024", "2024-12-31")
    assert "2024" in cli("explain", old["run_id"], "甲村").out.splitlines()[0]
    shown = cli("runs", "show", old["run_id"], "--format", "json").json
    assert shown["ruleset"]["edition"] == "2024"
    assert cli("runs", "verify", old["run_id"]).code == 0


def test_a_special_period_is_stored_and_computed_again(cli, assess):
    run = assess("--period", "2025-02-20..2025-03-05")
    assert run["period"] == {"from": "2025-02-20", "to": "2025-03-05"}
    assert (run["as_of"], run["subjects"][0]["score"]) == ("2025-03-05", 8)
    before = assess("--period", "2025-02-20至2025-03-01")  # not handed in on that day
    assert before["subjects"][0]["score"] == 10
    assert assess("--period", "2025-02-20..2025-02-28")["subjects"][0]["score"] == 10
    listed = cli("runs", "list").out
    assert "2025-02-20..2025-03-05" in listed
    assert cli("runs", "verify", run["run_id"]).code == 0
    shown = cli("runs", "show", run["run_id"], "--format", "json").json
    assert shown["period"] == run["period"]


def test_a_period_across_editions_is_told_in_the_report(cli, folder, assess):
    run = assess("--period", "2024-12-20..2025-01-10")
    assert [f["code"] for f in run["findings"]] == ["edition-changes-in-period"]
    again = cli("runs", "show", run["run_id"], "--format", "json").json
    assert [f["message"] for f in again["findings"]] == [f["message"] for f in run["findings"]]
    assert "edition-changes-in-period" in cli("runs", "show", run["run_id"]).out


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--period", "2025-03-01"), "bad-value"),
        (("--period", "2025-02-30..2025-03-01"), "bad-value"),
        (("--period", "2025-03-02..2025-03-01"), "bad-period"),
        (("--period", "2025-03-01..2025-03-14", "--as-of", "2025-03-15"), "as-of-outside-period"),
        (("--as-of", "2023-03-15"), "not-in-force"),
    ],
)
def test_days_that_cannot_be_assessed_are_wrong_usage(cli, folder, options, code):
    answer = cli("assess", folder, "--data", folder / "sample", "--format", "json", *options)
    assert (answer.code, answer.json["error"]) == (2, code)
    assert answer.json["findings"][0]["hint"]


@pytest.mark.parametrize(
    ("of_the_run", "tried", "each", "direction"),
    [("2024", "2025", "−1 → −2", "tightening"), ("2025", "2024", "−2 → −1", "loosening")],
)
def test_an_edition_is_tried_on_the_run_of_another(cli, folder, assess, of_the_run, tried, each,
                                                   direction):  # fmt: skip
    run = assess("--as-of", f"{of_the_run}-12-31")["run_id"]
    found = cli("what-if", f"{folder}@{tried}", "--against", run, "--format", "json",
                "--lang", "en").json  # fmt: skip
    assert found["edition"] == tried
    assert found["runs"][0]["edition"] == of_the_run
    ((made),) = found["runs"][0]["changes"]
    assert made["text"].endswith(f"“迟报” points for each {each}")
    assert made["direction"] == direction
    latest = cli("what-if", folder, "--against", run, "--format", "json").json
    assert latest["edition"] == "2025"


def test_an_edition_that_there_is_not(cli, folder, assess):
    run = assess("--as-of", "2025-12-31")["run_id"]
    answer = cli("what-if", f"{folder}@2023", "--against", run, "--format", "json")
    assert (answer.code, answer.codes) == (2, ["unknown-edition"])
