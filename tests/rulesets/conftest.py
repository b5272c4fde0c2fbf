"""The sample of the ruleset that a module is about, assessed once."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules_engine.messages import speaking
from rules_engine.plugin_manager import registry
from rules_engine.run import assess as flow
from rules_engine.store import Store

RULESETS = Path(__file__).parents[2] / "rulesets"


@pytest.fixture(scope="module")
def run(request, tmp_path_factory):
    """The finished run of the sample of the module's ``RULESET``."""
    folder = RULESETS / request.module.RULESET
    asked = flow.Request(folder, str(folder / "sample"), threads=1)
    home = tmp_path_factory.mktemp("sample")
    with speaking("zh"), Store.open(f"sqlite:///{home}/runs.db") as store:
        opened = flow.assess(asked, registry(), store)
        yield opened
        opened.close()
