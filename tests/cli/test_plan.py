"""Before a run it is said what it would be made from, and what is new since the last."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture
def plan(cli):
    def run(*options):
        answer = cli("plan", cli.ruleset, "--data", cli.data, "--format", "json", *options)
        assert answer.code == 0, answer
        return answer.json

    return run


def runs(cli):
    return cli("runs", "list", "--format", "json").json


def test_nothing_was_assessed_yet(cli, plan):
    document = plan()
    assert document["since"] is None
    assert document["villages"] == document["rows"]["村"]
    assert runs(cli) == []
    shown = cli("plan", cli.ruleset, "--data", cli.data, "--lang", "en").out
    assert "this ruleset has no run yet" in shown


def test_what_is_new_since_the_last_run(cli, plan):
    run = cli.assess()
    since = plan()["since"]
    assert (since["run_id"], since["changes"], since["rows"]) == (run["run_id"], [], {})
    assert since["same_records"]
    cli.change("each: 10", "each: 5")
    file = cli.data / "reports.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(lines[:-1]), encoding="utf-8")
    document = plan()
    since = document["since"]
    assert [c["direction"] for c in since["changes"]] == ["loosening"]
    assert since["rows"] == {"排查报告": [len(lines) - 1, len(lines) - 2]}
    assert document["data_fingerprint"] != run["data"]["fingerprint"]
    shown = cli("plan", cli.ruleset, "--data", cli.data, "--lang", "en").out
    assert "loosening (1)" in shown
    assert run["run_id"] in shown


def test_somebody_must_say_yes(cli, monkeypatch):
    assess = ("assess", cli.ruleset, "--data", cli.data, "--plan")
    refused = cli(*assess, "--format", "json")
    assert (refused.code, refused.codes) == (2, ["nobody-to-ask"])
    assert runs(cli) == []
    done = cli(*assess, "--yes", "--format", "json").json
    assert done["plan"]["data_fingerprint"] == done["data"]["fingerprint"]
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda text, err: False)
    answer = cli(*assess, "--lang", "en")
    assert (answer.code, "nothing was assessed" in answer.err) == (1, True)
    assert len(runs(cli)) == 1
    monkeypatch.setattr("typer.confirm", lambda text, err: True)
    assert cli(*assess).code == 0
    assert len(runs(cli)) == 2
