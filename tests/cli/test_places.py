"""Honours by place on the command line: a run, a trial, what moves others, a form."""

from __future__ import annotations

from pathlib import Path

import pytest
from guide_examples import read_guide

VILLAGES = """village_id,name,kind,given,barred
v1,甲村,村,95,是
v2,乙村,村,90,否
v3,丙村,村,85,否
v4,丁村,村,85,否
v5,东社区,社区,79,否
"""
HEADINGS = {
    "cases": "case_id,village_id,received_on", "visits": "visit_id,village_id,visited_on",
    "reports": "report_id,village_id,due_at", "checks": "check_id,village_id,checked_on",
    "ratings": "rating_id,village_id,rated_on",
}  # fmt: skip


@pytest.fixture
def town(cli):
    """Lay the ruleset of the guide and records, and assess them."""
    base, examples = read_guide("guide.zh.md")
    example = next(e for e in examples if e.title == "按名次表彰和通报")
    example.write(cli.folder, base)
    data = cli.folder / "records"
    data.mkdir()
    (data / "villages.csv").write_text(VILLAGES, encoding="utf-8")
    for table, heading in HEADINGS.items():
        (data / f"{table}.csv").write_text(heading + "\n", encoding="utf-8")
    folder = cli.folder / "my-town"
    answer = cli("assess", folder, "--data", data, "--format", "json")
    assert answer.code == 0, answer
    return Path(folder), answer.json


def test_honours_follow_from_places_and_a_trial_moves_them(cli, town):
    folder, document = town
    honours = {s["id"]: [c["id"] for c in s["consequences"]] for s in document["subjects"]}
    assert honours == {
        "v1": ["blamed", "put_last"], "v2": ["praised"], "v3": [], "v4": [], "v5": ["blamed"],
    }  # fmt: skip
    file = folder / "ruleset.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("ties: last", "ties: first"), encoding="utf-8")
    answer = cli("what-if", folder, "--against", "latest", "--format", "json")
    assert answer.code == 0, answer
    moved = {move["name"]: move for move in answer.json["runs"][0]["moves"]}
    assert set(moved) == {"丙村", "丁村"}


def test_a_run_verifies_and_says_what_moves_others_without_trying_places(cli, town):
    run = cli("runs", "list", "--format", "json").json[0]["id"]
    assert cli("runs", "verify", run).code == 0
    answer = cli("fragile", run, "--format", "json")
    assert answer.code == 0, answer
    assert {item["line"] for item in answer.json["untried"]} >= {"表彰", "通报"}


def test_a_form_brings_places_back_as_they_were(cli, town):
    folder, _ = town
    book, back = cli.folder / "f.xlsx", cli.folder / "back"
    assert cli("export", "xlsx", folder, "--out", book).code == 0
    assert cli("import", "xlsx", book, "--out", back).code == 0
    own = (folder / "ruleset.yaml").read_bytes()
    assert (back / "ruleset.yaml").read_bytes() == own
