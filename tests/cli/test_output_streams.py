"""Where the output cannot be written, the program says so and blames nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SMALL = str(Path(__file__).parents[1] / "fixtures" / "small")
VERBS = (["describe", SMALL], ["check", SMALL, "--format", "json"], ["plugins"], ["schema"],
         ["--help"], ["--version"], ["describe", "nowhere", "--format", "json"])  # fmt: skip


def told(arguments: list[str], streams: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rules_engine", *arguments]
    script = 'exec "$@" ' + streams
    return subprocess.run(
        ["sh", "-c", script, "sh", *command], capture_output=True, text=True, check=False,
        env={**os.environ, "LANG": "C.UTF-8"},
    )  # fmt: skip


@pytest.mark.parametrize("arguments", VERBS, ids=" ".join)
@pytest.mark.parametrize("streams", [">&-", ">/dev/full"])
def test_an_output_that_takes_nothing_is_an_error_of_its_own(arguments, streams):
    answer = told(arguments, streams)
    assert answer.returncode == 2, answer.stderr
    assert "cannot-write" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert "internal-error" not in answer.stderr
    assert "Exception ignored" not in answer.stderr


def test_a_check_with_nothing_to_say_needs_no_output():
    answer = told(["check", SMALL], ">&-")
    assert (answer.returncode, answer.stderr) == (0, "")


@pytest.mark.parametrize("streams", ["2>&-", "2>/dev/full", ">&- 2>&-", "<&- >&- 2>&-"])
def test_without_a_place_for_errors_the_exit_code_still_tells(streams):
    assert told(["check", "nowhere"], streams).returncode == 1


@pytest.mark.parametrize("arguments", [["describe", SMALL], ["schema"], ["--help"]], ids=" ".join)
def test_a_reader_that_has_seen_enough_is_no_trouble(arguments):
    answer = told(arguments, "| head -c 1")
    assert answer.stderr == ""
