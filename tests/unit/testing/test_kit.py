"""The contract kit catches each fault that it is there for, and lets what is sound pass."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import broken_plugins
import pytest

HERE = Path(__file__).parent
FILE = HERE / "broken_plugins.py"
BROKEN = {name: made.finds for name, made in vars(broken_plugins).items() if hasattr(made, "finds")}


def run(*names: str) -> tuple[set[str], set[str]]:
    """Run tests of that file; give the passed and the failed, as ``Class::test``."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--tb=no", "-rA", "-p", "no:cacheprovider",
         "-o", "python_classes=*", "-o", "addopts=", *(f"{FILE}::{name}" for name in names)],
        env={**os.environ, "PYTHONPATH": str(HERE)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.findall(r"^(PASSED|FAILED) \S*?::(\w+::\w+)", done.stdout, re.MULTILINE)
    assert found, done.stdout + done.stderr
    return (
        {name for state, name in found if state == "PASSED"},
        {name for state, name in found if state == "FAILED"},
    )


def test_what_is_sound_passes():
    passed, failed = run("SoundSource", "SoundReporter")
    assert not failed
    assert len(passed) > 20


def test_each_fault_is_caught_by_its_own_test():
    wanted = {f"{name}::{finds}" for name, finds in BROKEN.items()}
    _, failed = run(*wanted)
    assert failed == wanted


@pytest.mark.parametrize("contract", ["SoundSource", "SoundReporter"])
def test_there_is_a_fault_for_each_test_of_a_contract(contract):
    tests = {name for name in dir(getattr(broken_plugins, contract)) if name.startswith("test_")}
    assert tests <= set(BROKEN.values())
