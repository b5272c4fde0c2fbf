"""Two people at once, in processes of their own: nothing is lost, nothing half done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

WAITING = """
import sys, time
from pathlib import Path
import rules_engine.appeals.decisions
from rules_engine.cli import main
from rules_engine.plugin_manager import registry
registry()
go = Path(sys.argv.pop(1))
Path(f"{go}.{sys.argv.pop(1)}").touch()
while not go.exists():
    time.sleep(0.002)
main()
"""
CORRECTION = """\
source: letter
changes:
  - {table: visits, key: x1, set: {irregular: false}}
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def together(request, cli, monkeypatch):
    """Give a way to start commands at the same moment; return their codes and documents."""
    if request.param == "postgresql":
        monkeypatch.setenv("RULES_ENGINE_STORE", request.getfixturevalue("postgresql"))
        monkeypatch.setenv("RULES_ENGINE_HOME", str(cli.folder))
    count = iter(range(99))

    def start(*commands):
        go = cli.folder / f"go{next(count)}"
        running = [
            subprocess.Popen(
                [sys.executable, "-c", WAITING, go, str(i), *map(str, command), "--format", "json"],
                stdout=subprocess.PIPE, text=True, encoding="utf-8", env=os.environ,
            )
            for i, command in enumerate(commands)
        ]  # fmt: skip
        deadline = time.monotonic() + 120
        while not all((cli.folder / f"{go}.{i}").exists() for i in range(len(commands))):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        go.touch()
        documents = [json.loads(process.communicate(timeout=120)[0]) for process in running]
        return [
            document.get("error", "done") if process.returncode else "done"
            for process, document in zip(running, documents, strict=True)
        ]

    return start


def decide(number, *options):
    return ("appeal", "decide", number, "--reason", "x", *options)


def test_two_at_once(cli, together):
    cli.change("grades:\n", "appeals: {adjust: {up_to: 6}, assumed: silent}\n\ngrades:\n")
    correct = cli.folder / "correct.yaml"
    correct.write_text(CORRECTION, encoding="utf-8")

    # Two runs started together make the store together.
    assess = ("assess", cli.ruleset, "--data", cli.data)
    assert together(assess, assess) == ["done", "done"]
    first, other = [run["id"] for run in cli("runs", "list", "--format", "json").json]
    for verb in ("review", "publish"):
        cli("runs", verb, first, "--reason", "x")
    for line in ("irregular", "reporting"):
        assert cli("appeal", "open", first, "South", line, "--reason", "x").code == 0

    # One appeal is decided twice, and another one at the same time.
    outcomes = together(
        decide(1, "--correct", correct), decide(1, "--adjust", "1"), decide(2, "--adjust", "-1")
    )
    assert sorted(outcomes[:2]) == ["appeal-decided", "done"]
    assert outcomes[2] == "done"
    runs = {r["id"]: r["parent"] for r in cli("runs", "list", "--format", "json").json}
    appeals = cli("appeal", "list", "--format", "json").json
    assert sorted(runs) == sorted([first, other, *(a["result"] for a in appeals)])
    last = next(run for run in runs if run not in runs.values() and run != other)
    assert runs[runs[last]] == first
    assert [a["status"] == "open" for a in appeals] == [False, False]
    found = cli("explain", last, "South", "--format", "json").json["subject"]["lines"]
    changed = {line["criterion"]: line["points"] for line in found}
    assert changed["reporting"] == 9
    assert changed["irregular"] == (40 if appeals[0]["status"] == "corrected" else 26)

    # The corrected run is sealed while somebody disputes it.
    for verb in ("review", "publish"):
        cli("runs", verb, last, "--reason", "x")
    outcomes = together(
        ("runs", "seal", last, "--reason", "x"),
        ("appeal", "open", last, "North", "closing", "--reason", "x"),
    )
    assert outcomes in (["done", "appeal-not-now"], ["run-disputed", "done"])

    assert cli("runs", "verify", last).code == 0
    assert cli("audit", "verify").code == 0
    kept = {path.name for path in (cli.folder / "runs").iterdir()}
    assert kept == set(runs)
