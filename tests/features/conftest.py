"""Makes a failing scenario say its file, line, step and reason instead of a trace."""

from __future__ import annotations

import os

import pytest
from told import unwanted, wrong_account, wrong_line

from rules_engine.messages import speaking


@pytest.fixture(autouse=True)
def _in_chinese():
    with speaking("zh"):
        yield


def pytest_bdd_step_error(request, feature, scenario, step, exception):
    where = f"{os.path.relpath(feature.filename)}:{step.line_number}"
    reason = str(exception).split("\nassert ")[0]
    text = f"{where}\n{scenario.name}\n  {step.keyword}{step.name}\n  {reason}"
    request.node.add_report_section("call", "scenario", text)


@pytest.hookimpl(trylast=True)
def pytest_bdd_after_step(request, step):
    """Hold what is told of every subject against its points, whatever a scenario is about."""
    if "进行考核" not in step.name or "world" not in request.fixturenames:
        return
    world = request.getfixturevalue("world")
    wrong = []
    for subject in world.subjects:
        wrong += wrong_account(subject)
        for line in subject.lines:
            wrong += wrong_line(line)
            wrong += unwanted_in(line)
    assert not wrong, "\n".join(wrong)


def unwanted_in(line):
    """Return what should not be read, labels and texts of the scenario left out of account."""
    own = {line.label, line.section}
    return [
        f
        for text in (line.worked, line.reason)
        for f in unwanted(text, names=own)
        if not f.startswith("English")
    ]
