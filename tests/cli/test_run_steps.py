"""``rules-engine runs review | publish | seal | withdraw``."""

from __future__ import annotations

import pytest


def step(cli, verb, *options):
    return cli("runs", verb, "latest", "--reason", "as agreed", "--by", "李四", *options)


def test_from_draft_to_seal(cli):
    run = cli.assess()["run_id"]
    for verb, status in (("review", "reviewed"), ("publish", "published"), ("seal", "sealed")):
        assert step(cli, verb).out == f"run {run}: {status}\n"
        (line,) = cli("runs", "list").out.splitlines()
        assert f"{status} 2" in line
        assert line.endswith("by 李四")
    shown = cli("runs", "show", "latest")
    for words in (f"run {run}: sealed", "李四  published", "reason: as agreed"):
        assert words in shown.out
    assert cli("runs", "show", "latest", "--format", "json").json["status"] == "sealed"
    assert cli("runs", "verify", "latest").code == 0
    assert cli("explain", "latest", "South").code == 0
    assert cli("audit", "verify").code == 0
    answer = step(cli, "withdraw", "--format", "json")
    assert (answer.code, answer.codes) == (1, ["run-status"])


def test_what_is_possible_is_said(cli):
    cli.assess()
    answer = step(cli, "seal")
    assert answer.code == 1
    assert "runs review makes it “reviewed”" in answer.err
    step(cli, "review")
    assert step(cli, "withdraw", "--format", "json").json["status"] == "draft"


def test_old_drafts_are_removed(cli):
    cli.assess()
    assert cli("runs", "prune", "--older-than", "1").out == "0 drafts removed\n"
    assert cli("runs", "prune", "--older-than", "1", "--format", "json").json == {"pruned": []}
    assert cli("runs", "prune", "--older-than", "0").code == 2


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (" ", "no-reason"),
        ("call 13812345678", "personal-text"),
        ("110101199003078515", "personal-text"),
        ("核对，上访人：张某", "personal-text"),
        ("petitioner: Zhang", "personal-text"),
    ],
)
def test_a_reason_is_given_and_names_nobody(cli, reason, code):
    cli.assess()
    answer = cli("runs", "review", "latest", "--reason", reason)
    assert answer.code in (1, 2)
    assert f"error {code}" in answer.err
    for said in ("138", "1990", "张某", "Zhang"):
        assert said not in answer.err
    assert "--reason is needed" in cli("runs", "review", "latest").err
    assert cli("runs", "review", "latest", "--reason", "依据: 上访人数统计表 13 页").code == 0
