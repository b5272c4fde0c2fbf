"""A command line with a ruleset, records and a store of its own."""

from __future__ import annotations

import pytest
from command_line import CommandLine


@pytest.fixture
def cli(tmp_path, capsys, monkeypatch):
    opened = CommandLine(tmp_path, capsys, monkeypatch)
    monkeypatch.setenv("RULES_ENGINE_STORE", str(opened.store))
    monkeypatch.setenv("RULES_ENGINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.chdir(tmp_path)
    return opened
