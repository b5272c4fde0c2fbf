"""Prints what became of everything that was tried."""

from __future__ import annotations

from collections import Counter

import pytest
from trying import Bench


@pytest.fixture
def bench(tmp_path, monkeypatch, capsys, record_property, request):
    """Give a command line, of which the report gets what became of the cases."""
    monkeypatch.setenv("RULES_ENGINE_STORE", str(tmp_path / "runs.db"))
    monkeypatch.setenv("RULES_ENGINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LANGUAGE", "en")
    kind = request.node.name.removeprefix("test_").partition("[")[0].replace("_", " ")
    kind = f"{request.node.callspec.params.get('kind', '')} {kind}".strip()
    made = Bench(tmp_path, capsys)
    record_property("fuzz", (kind, made.endings, made.codes))
    return made


def pytest_terminal_summary(terminalreporter):
    endings, codes = {}, {}
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "fuzz":
                kind, ended, coded = value
                endings.setdefault(kind, Counter()).update(ended)
                codes.setdefault(kind, Counter()).update(coded)
    for kind, counted in sorted(endings.items()):
        told = ", ".join(f"{count} {ending}" for ending, count in counted.most_common())
        most = ", ".join(f"{code} {count}" for code, count in codes[kind].most_common(5))
        terminalreporter.write_line(f"{kind:<22} {told}; most often: {most or 'nothing'}")
