"""The small township of the reporters' tests, read once."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "plugins"))

from township_sample import assess_township

from rules_engine.messages import speaking


@pytest.fixture(scope="session")
def paper_report(tmp_path_factory):
    run = assess_township(tmp_path_factory.mktemp("papers"))
    with speaking("zh"):
        report = run.report(evidence=True)
        report = replace(report, villages=list(report.villages), cadres=list(report.cadres))
    run.close()
    return report
