"""The contract kit: what every source and every reporter must do, as tests to inherit.

Derive a class from :class:`SourceContract` or :class:`ReporterContract`, name your plugin in it,
and let pytest collect it. A test that fails says what the engine relies on and what came instead.
"""

import pytest

# so that a failing test shows the values
pytest.register_assert_rewrite("rules_engine.testing.reporter", "rules_engine.testing.source")

from rules_engine.testing.records import SAMPLE, many_cases  # noqa: E402 - after the line above
from rules_engine.testing.reporter import ReporterContract  # noqa: E402 - after the line above
from rules_engine.testing.reports import report_of  # noqa: E402 - after the line above
from rules_engine.testing.source import SourceContract  # noqa: E402 - after the line above

__all__ = ["SAMPLE", "ReporterContract", "SourceContract", "many_cases", "report_of"]
