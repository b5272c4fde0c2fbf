"""No person's number in what people write: names of those who act, and texts of a ruleset."""

from __future__ import annotations

import pytest

NUMBERS = ("13812345678", "138 1234 5678", "11010519491231002X", "0575-8701-2345")


@pytest.mark.parametrize("number", NUMBERS)
def test_who_acts_is_named_and_not_numbered(cli, number):
    run = cli.assess()["run_id"]
    answer = cli("runs", "review", run, "--reason", "x", "--by", f"Li {number}", "--format", "json")
    assert (answer.code, answer.codes) == (1, ["personal-text"])
    assert number not in answer.out + answer.err
    assert number not in cli("audit", "list").out
    assert cli("runs", "review", run, "--reason", "x", "--by", "Li").code == 0


def test_who_assesses_is_named_and_not_numbered(cli):
    answer = cli("assess", cli.ruleset, "--data", cli.data, "--by", NUMBERS[0], "--format", "json")
    assert (answer.code, answer.codes) == (1, ["personal-text"])
    assert cli("runs", "list", "--format", "json").json == []


@pytest.mark.parametrize("old", ["label: ", "title: ", "gist: "])
def test_a_text_of_a_ruleset_names_nobody(cli, old):
    file = "clauses.yaml" if old == "gist: " else "ruleset.yaml"
    cli.change(old, f"{old}call 138-1234-5678 ", file)
    answer = cli("check", cli.ruleset, "--format", "json")
    assert (answer.code, answer.codes) == (1, ["personal-text"])
    assert "1234" not in str(answer.json["findings"])
    assert answer.json["findings"][0]["line"] > 0


def test_figures_of_a_ruleset_are_no_persons(cli):
    cli.change("label: ", "label: 13812345678元 ")
    assert cli("check", cli.ruleset).code == 0
