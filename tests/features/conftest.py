"""Makes a failing scenario say its file, line, step and reason instead of a trace."""

from __future__ import annotations

import os

import pytest

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
