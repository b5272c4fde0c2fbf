"""A step, a decision or a removal that is killed half-way has happened whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from rules_engine.store import Store

ADJUST = "appeals: {days: 10, adjust: {up_to: 6}, clause: S-4, assumed: the paper is silent}\n"
KILLED = """
import os, signal, sys
from importlib import import_module
place, name, when = sys.argv.pop(1).split(":")
module, _, inside = place.partition("/")
owner = import_module(f"rules_engine.store.{module}")
owner = getattr(owner, inside) if inside else owner
original = getattr(owner, name)

def die(*arguments, **options):
    if when == "after":
        original(*arguments, **options)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(owner, name, die)
if sys.argv[1:] == ["prune"]:  # the command removes nothing that was made today
    from rules_engine.store import Store
    Store.open().life.prune(-1)
else:
    from rules_engine.cli import main
    main()
"""
STORED = ("draft", "reviewed", "published", "sealed")
pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")


def killed(step, *arguments):
    done = subprocess.run([sys.executable, "-c", KILLED, step, *map(str, arguments)],
                          capture_output=True, env=os.environ, timeout=60, check=False)  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


def listed(cli):
    assert cli("audit", "verify").code == 0
    everything = cli("runs", "list", "--format", "json").json
    runs = [run for run in everything if run["status"] in STORED]
    for run in runs:
        answer = cli("runs", "verify", run["id"])
        assert answer.code == 0, answer
    return [(run["id"], run["status"]) for run in runs]


def published(cli):
    return cli.publish()["run_id"]


@pytest.mark.parametrize("step", ["lifecycle:append:before", "lifecycle:append:after"])
def test_a_seal(cli, step):
    run = published(cli)
    killed(step, "runs", "seal", run, "--reason", "x")
    assert listed(cli) == [(run, "published")]
    assert cli("runs", "seal", run, "--reason", "x").code == 0
    assert listed(cli) == [(run, "sealed")]


@pytest.mark.parametrize(
    "step", ["draft/RunDraft:_enter:before", "appeals:store_run:after", "appeals:append:after"]
)
def test_a_decision(cli, step):
    text = (cli.ruleset / "ruleset.yaml").read_text(encoding="utf-8")
    (cli.ruleset / "ruleset.yaml").write_text(text + ADJUST, encoding="utf-8")
    run = published(cli)
    appeal = cli("appeal", "open", run, "South", "irregular", "--reason", "x", "--format", "json")
    decide = ("appeal", "decide", appeal.json["number"], "--adjust", 3, "--reason", "x")
    killed(step, *decide)
    assert listed(cli) == [(run, "published")]
    assert [a["status"] for a in cli("appeal", "list", "--format", "json").json] == ["open"]
    assert cli("runs", "clear").code == 0
    assert cli(*decide).code == 0
    assert [status for _, status in listed(cli)] == ["draft", "published"]


@pytest.mark.parametrize(
    ("step", "left"),
    [("lifecycle:append:before", 1), ("lifecycle:append:after", 1), ("files:protect:before", 0)],
)
def test_a_removal(cli, step, left):
    run = cli.assess()["run_id"]
    killed(step, "prune")
    assert listed(cli) == [(run, "draft")][:left]
    with Store.open() as store:
        assert store.life.prune(-1) == [run][:left]
        store.clear()
        assert [*store.location.runs.iterdir()] == []
    assert listed(cli) == []
