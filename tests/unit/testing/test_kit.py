"""The contract kit catches each fault that it is there for, and lets what is sound pass."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import broken_plugins
import broken_rules
import pytest

HERE = Path(__file__).parent
MODULES = (broken_plugins, broken_rules)
SOUND = {
    "SoundSource": broken_plugins,
    "SoundReporter": broken_plugins,
    "SoundMethod": broken_rules,
    "SoundCheck": broken_rules,
    "SoundEngine": broken_rules,
    "SoundAfterRun": broken_rules,
}
BROKEN = {
    name: (module, made.finds)
    for module in MODULES
    for name, made in vars(module).items()
    if hasattr(made, "finds")
}
NEEDS_OTHERS = {
    "test_rulesets_give_the_embedded_digest",
    "test_scenarios_give_the_embedded_results",
}
"""Compare what a contract names, in the way of another test."""


def run(*names: str) -> tuple[set[str], set[str]]:
    """Run tests, as ``file.py::Class::test``; give the passed and the failed, without the file."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--tb=no", "-rA", "-p", "no:cacheprovider",
         "-o", "python_classes=*", "-o", "addopts=", *(f"{HERE / name}" for name in names)],
        env={**os.environ, "PYTHONPATH": str(HERE)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.findall(r"^(PASSED|FAILED) \S*?::(\w+::\w+)", done.stdout, re.MULTILINE)
    assert found, done.stdout + done.stderr
    return (
        {name for state, name in found if state == "PASSED"},
        {name for state, name in found if state == "FAILED"},
    )


def test_what_is_sound_passes():
    passed, failed = run(*(f"{Path(m.__file__).name}::{name}" for name, m in SOUND.items()))
    assert not failed
    assert len(passed) > 40


def test_each_fault_is_caught_by_its_own_test():
    _, failed = run(
        *(f"{Path(m.__file__).name}::{name}::{finds}" for name, (m, finds) in BROKEN.items())
    )
    assert failed == {f"{name}::{finds}" for name, (_, finds) in BROKEN.items()}


@pytest.mark.parametrize("contract", SOUND)
def test_there_is_a_fault_for_each_test_of_a_contract(contract):
    tests = {n for n in dir(getattr(SOUND[contract], contract)) if n.startswith("test_")}
    assert tests - NEEDS_OTHERS <= {finds for _, finds in BROKEN.values()}
