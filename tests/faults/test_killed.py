"""Runs are killed at every step and at any moment: none is lost, none half there.

``make faults`` kills two hundred of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLING = Path(__file__).with_name("killing.py")
ALL = int(os.environ.get("FAULTS", "60"))
FAULTS = {"sqlite": ALL * 7 // 10, "postgresql": ALL - ALL * 7 // 10}
BECAME = ("tried", "not begun", "marked and cleared", "finished", "lost")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("kind", FAULTS)
def test_no_run_is_lost(kind, request, tmp_path, capsys):
    url = f"sqlite:///{(tmp_path / 'runs.db').as_posix()}"
    if kind == "postgresql":
        url = request.getfixturevalue("postgresql")
    done = subprocess.run(
        [sys.executable, KILLING, tmp_path, "5", url, str(FAULTS[kind])],
        stdout=subprocess.PIPE, text=True, encoding="utf-8", timeout=900, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    sums = {name: sum(counts.get(name, 0) for counts in told.values()) for name in BECAME}
    rows = [(kind, {name: name for name in BECAME}), *told.items(), ("all", sums)]
    with capsys.disabled():
        for step, counts in rows:
            row = "".join(f"{counts.get(name, 0):>20}" for name in BECAME)
            sys.stdout.write(f"\n{step:<22}{row}")
        sys.stdout.write("\n")
    assert sums["tried"] == FAULTS[kind]
    assert sums["lost"] == 0
    for step in ("committed", "lock removed"):
        assert told[step]["finished"] == told[step]["tried"]
    for step in ("staging begins", "renamed", "audit entry written"):
        assert told[step]["marked and cleared"] == told[step]["tried"]
