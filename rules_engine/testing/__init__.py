"""The contract kit: what every plugin of a kind must do, as tests to inherit.

Derive a class from the contract of its kind, name your plugin in it, and let pytest collect it. A
test that fails says what the program relies on and what came instead.
"""

import pytest

# so that a failing test shows the values
for _module in ("after_run", "check", "engine", "method", "reporter", "source"):
    pytest.register_assert_rewrite(f"rules_engine.testing.{_module}")

from rules_engine.testing.after_run import AfterRunContract  # noqa: E402 - after the lines above
from rules_engine.testing.check import CheckContract  # noqa: E402 - after the lines above
from rules_engine.testing.engine import EngineContract  # noqa: E402 - after the lines above
from rules_engine.testing.method import MethodCase, MethodContract  # noqa: E402 - after the lines above
from rules_engine.testing.records import SAMPLE, many_cases  # noqa: E402 - after the lines above
from rules_engine.testing.reporter import ReporterContract  # noqa: E402 - after the lines above
from rules_engine.testing.reports import report_of  # noqa: E402 - after the lines above
from rules_engine.testing.source import SourceContract  # noqa: E402 - after the lines above

__all__ = [
    "SAMPLE",
    "AfterRunContract",
    "CheckContract",
    "EngineContract",
    "MethodCase",
    "MethodContract",
    "ReporterContract",
    "SourceContract",
    "many_cases",
    "report_of",
]
